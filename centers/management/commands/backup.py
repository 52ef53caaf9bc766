"""Back up the whole database while the site runs."""

import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from centers.management.backups import BackupError, get_engine
from centers.management.backups.archive import FORMAT, Manifest, compute_digest, pack
from centers.management.cli import DataCommand, report_errors
from centers.management.commands.serve import bounded_int

#: Names of this form sort by time (UTC).
NAME_FORMAT, NAME_PATTERN = "centers-%Y%m%dT%H%M%SZ.tar.gz", "centers-????????T??????Z.tar.gz"


class Command(DataCommand):
    help = (
        "Copy the whole database into one file with its checksum. The site may go on meanwhile. "
        "manage.py restore brings it back."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            metavar="FILE|FOLDER",
            help="the file to write, or a folder for one named by the time (DATA_DIR/backups)",
        )
        parser.add_argument(
            "--keep",
            type=bounded_int(1, 9999),
            metavar="N",
            help="keep the newest N backups of the folder, and delete the older ones",
        )

    def handle(self, *, path, keep, **options):
        path = (path or settings.DATA_DIR / "backups").absolute()
        # A name without a suffix means a folder, which need not exist yet.
        is_folder = path.is_dir() or not path.suffix
        if keep and not is_folder:
            raise CommandError("--keep needs a folder, not a file.")
        now = datetime.now(UTC)
        target = path / now.strftime(NAME_FORMAT) if is_folder else path
        with report_errors(BackupError, path=target):
            if is_folder:
                path.mkdir(parents=True, exist_ok=True)
            manifest = write_backup(target, now)
            self.stdout.write(
                f"{target}: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, "
                f"{target.stat().st_size} bytes, SHA-256 {compute_digest(target)}"
            )
            if keep:
                for old in sorted(path.glob(NAME_PATTERN))[:-keep]:
                    old.unlink()
                    self.stdout.write(f"{old}: deleted")


def write_backup(target: Path, now: datetime) -> Manifest:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        payload = Path(folder, "database")
        payload.touch(mode=0o600)
        rows, migrations = get_engine(connection.vendor).dump(payload)
        manifest = Manifest(
            format=FORMAT,
            kind=connection.vendor,
            release=read_release(),
            made_at=now.isoformat(timespec="seconds"),
            migrations=migrations,
            rows=rows,
            size=payload.stat().st_size,
            sha256=compute_digest(payload),
        )
        pack(target, payload, manifest)
    return manifest


def read_release() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
