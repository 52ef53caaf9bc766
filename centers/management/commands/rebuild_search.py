"""Recompute the stored search columns."""

from django.core.management.base import CommandError

from centers.management.cli import DataCommand, ensure_writable
from centers.models import Center, DataVersion


class Command(DataCommand):
    help = "Recompute the stored name and search columns of all centres."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only say whether any is stale; exit 1 if so"
        )

    def handle(self, *, check, **options):
        if not check:
            ensure_writable()
            self.stdout.write(f"  {Center.objects.derive()} of {Center.objects.count()} renewed")
            # Caches may be stale too after changes that bypassed save().
            DataVersion.bump()
        elif stale := Center.objects.find_stale():
            raise CommandError(f"{len(stale)} centres are stale; run manage.py rebuild_search.")
        else:
            self.stdout.write("  all up to date")
