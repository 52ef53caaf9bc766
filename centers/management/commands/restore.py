"""Replace the database by a backup, completely or not at all."""

import tempfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from centers.management.backups import BackupError, get_engine
from centers.management.backups.archive import Manifest, unpack
from centers.management.cli import DataCommand, ensure_writable, report_errors
from centers.models import Announcement, Center, DataVersion


class Command(DataCommand):
    help = (
        "Put a backup made by manage.py backup in the place of the whole database, in one piece: "
        "where that fails, the database is left as it was. The site may go on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument(
            "--yes", action="store_true", help="replace what the database holds, for good"
        )
        parser.add_argument(
            "--check", action="store_true", help="only say whether the backup is whole"
        )

    def handle(self, *, file, yes, check, **options):
        if not check:
            ensure_writable()
        with (
            report_errors(BackupError, path=file),
            tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder,
        ):
            payload = Path(folder, "database")
            manifest = unpack(file, payload)
            self.check_compatible(file, manifest)
            if check:
                self.stdout.write(f"{file} is whole: {describe_manifest(manifest)}")
                return
            if not yes and (held := count_records()):
                raise CommandError(f"The database holds {held} records; --yes replaces them all.")
            get_engine(manifest.kind).restore(payload, manifest, self.stdout.write)
            self.migrate_forward()
        self.stdout.write(f"Restored {describe_manifest(manifest)}")
        self.stdout.write(
            f"It holds {Center.objects.count()} centres, {Announcement.objects.count()} "
            f"announcements and {get_user_model().objects.count()} accounts."
        )

    def check_compatible(self, file: Path, manifest: Manifest) -> None:
        """Raise BackupError for another database vendor or migrations of a newer release."""
        if manifest.kind != connection.vendor:
            raise BackupError(
                f"{file} is a backup of {manifest.kind}; this database is {connection.vendor}."
            )
        known = MigrationLoader(None).disk_migrations
        labels = {config.label for config in apps.get_app_configs()}
        for name in manifest.migrations:
            label, _, migration = name.partition(".")
            if label in labels and (label, migration) not in known and not is_replaced(known, name):
                raise BackupError(
                    f"{file} was made by a newer release ({manifest.release}): this one does not "
                    f"know {name}."
                )

    def migrate_forward(self) -> None:
        """Migrate a backup of an older release."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
            self.stdout.write("It was of an older release, and has been migrated.")
        # The derived columns of the backup may have been stale.
        Center.objects.derive()
        DataVersion.bump()


def is_replaced(known: dict, name: str) -> bool:
    """Whether a squashed migration has replaced this one."""
    return any(tuple(name.split(".", 1)) in map(tuple, one.replaces) for one in known.values())


def count_records() -> int:
    """Return the number of records, without those of a new database. Raises BackupError."""
    models = [*apps.get_app_config("centers").get_models(), get_user_model()]
    try:
        tables = set(connection.introspection.table_names())
        return sum(
            model._default_manager.count()
            for model in models
            if model is not DataVersion and model._meta.db_table in tables
        )
    except DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            # Damaged records are replaced only with --yes too.
            raise BackupError("The database is damaged; --yes puts it aside.") from None
        raise


def describe_manifest(manifest: Manifest) -> str:
    return (
        f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables "
        f"of {manifest.made_at} (release {manifest.release})."
    )
