"""Undo an import from the command line."""

from django.core.management.base import CommandError

from centers.importer.undo import undo
from centers.management.cli import DataCommand, ensure_writable
from centers.management.commands.import_list import find_account, report_import_errors
from centers.models import ImportRun


class Command(DataCommand):
    help = (
        "Bring back the records and the history of before an import; what has changed since is "
        "left as it is, and listed. Refused if a later import builds upon one of its records."
    )

    def add_arguments(self, parser):
        parser.add_argument("run", type=int, metavar="ID", help="the number of the import")
        parser.add_argument("--user", metavar="NAME", help="who takes it back")

    def handle(self, *, run, user, **options):
        ensure_writable()
        with report_import_errors():
            found = ImportRun.objects.filter(pk=run).first()
            if found is None:
                raise CommandError(f"There is no import {run}.")
            left = undo(found, find_account(user))
        self.stdout.write(f"Import {run} ({found.title}) has been taken back.")
        for name in left:
            self.stdout.write(f"  left, as it has changed since or is in use: {name}")
