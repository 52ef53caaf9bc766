"""SQLite through its backup API, which copies a consistent database despite other writers."""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import connection

from centers.env import protect_database
from centers.management.backups.archive import BackupError, Manifest

#: How long a restore waits for other writers.
BUSY_TIMEOUT_SECONDS = 60
MIGRATIONS_QUERY = "SELECT app, name FROM django_migrations ORDER BY id"


def dump(target: Path) -> tuple[dict[str, int], list[str]]:
    """Copy the database into a file; return the rows of its tables and its migrations."""
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(target)) as copy:
            # All pages in one step: with several, each write would restart the copy.
            connection.connection.backup(copy, pages=-1)
            # Without a -wal file beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            return read_contents(copy)
    except sqlite3.Error as error:
        raise BackupError(f"The database cannot be copied: {error}.") from None


def read_contents(database: sqlite3.Connection) -> tuple[dict[str, int], list[str]]:
    """Return the number of rows by table, and the applied migrations.

    Raises BackupError if the database is damaged.
    """
    if (found := database.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
        raise BackupError(f"The database is damaged: {found}")
    tables = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
            "ORDER BY name"
        )
    ]
    count = 'SELECT count(*) FROM "{}"'
    rows = {name: database.execute(count.format(name)).fetchone()[0] for name in tables}
    done = [".".join(row) for row in database.execute(MIGRATIONS_QUERY)] if rows else []
    return rows, done


def restore(payload: Path, manifest: Manifest, say: Callable[[str], None]) -> None:
    """Replace the contents of the database by the copy, in one transaction. Raises BackupError."""
    try:
        with closing(sqlite3.connect(payload)) as copy:
            if read_contents(copy) != (manifest.rows, manifest.migrations):
                raise BackupError("The backup does not hold the rows that it should.")
            # A data version that other data never had, since caches are keyed by it.
            copy.execute("UPDATE centers_dataversion SET value = ?", [secrets.randbits(62) + 1])
            copy.commit()
            with closing(open_live_database(say)) as live:
                overwrite(live, copy)
    except sqlite3.Error as error:
        raise BackupError(f"The database was left as it is: {error}.") from None
    connection.close()


def open_live_database(say: Callable[[str], None]) -> sqlite3.Connection:
    """Open the database to be replaced; move an unreadable one aside and create a new file."""
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    database = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # busy, full, not permitted
            raise
        database.close()
        aside = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
        for ending in ("-wal", "-shm", ""):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(path.with_name(aside + ending))
        say(f"The damaged database is kept as {aside}. Restart the site if it runs.")
        database = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
        database.execute("PRAGMA journal_mode=WAL")
    protect_database(connection.settings_dict)
    return database


def overwrite(live: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    end = time.monotonic() + BUSY_TIMEOUT_SECONDS

    def wait(status: int, remaining: int, total: int) -> None:
        if time.monotonic() > end:
            raise BackupError(
                "The database was left as it is: "
                f"somebody has been writing for {BUSY_TIMEOUT_SECONDS} seconds."
            )

    copy.backup(live, pages=-1, progress=wait)
