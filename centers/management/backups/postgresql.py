"""PostgreSQL through its own pg_dump, pg_restore and psql."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder

from centers.management.backups.archive import BackupError, Manifest

PROGRAMS = Path("/usr/lib/postgresql")
#: How long a restore tries to lock all tables, and in milliseconds how long it waits for each of
#: them with the others locked: less than PostgreSQL's `deadlock_timeout`, a second.
LOCK_TIMEOUT_SECONDS, ONE_LOCK_TIMEOUT_MS = 60, 200


def find_program(name: str) -> str:
    """Return the path of a PostgreSQL program: the server's release, that on PATH, or the newest.

    Raises BackupError if there is none.
    """
    own = PROGRAMS / str(cast(Any, connection).pg_version // 10_000) / "bin" / name
    others = sorted(
        PROGRAMS.glob(f"*/bin/{name}"),
        key=lambda path: [int(part) for part in re.findall("[0-9]+", path.parts[-3])],
    )
    for path in (own, shutil.which(name), *reversed(others)):
        if path and os.access(path, os.X_OK):
            return str(path)
    raise BackupError(
        f"{name} is not on the path; install PostgreSQL's client programs (postgresql-client)."
    )


def build_connection_arguments() -> tuple[list[str], dict[str, str]]:
    """Return how to connect to the database: arguments, and environment for the secrets."""
    settings = connection.settings_dict
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(settings, [])
    timeout = settings["OPTIONS"].get("connect_timeout", 5)
    return arguments[1:], {
        **os.environ,
        **(environment or {}),
        "PGCONNECT_TIMEOUT": str(timeout),
        "LC_ALL": "C.UTF-8",
    }


def run_program(arguments: list[str], environment: dict, **options) -> None:
    result = subprocess.run(  # noqa: S603 (its own programs, given as a list)
        arguments, env=environment, stderr=subprocess.PIPE, text=True, errors="replace", **options
    )
    if result.returncode:
        raise BackupError(extract_error(result.stderr) or f"{Path(arguments[0]).name} failed.")


def extract_error(printed: str) -> str:
    """Return the first error and its detail in the output of a program, in one line."""
    lines = [line for line in printed.splitlines() if re.search("error|ERROR|FATAL", line)]
    details = [
        line
        for line in printed.splitlines()
        if line.startswith(("detail", "DETAIL", "pg_dump: det"))
    ]
    return " ".join(" ".join(lines[:1] + details[:1]).split())


def dump(target: Path) -> tuple[dict[str, int], list[str]]:
    """Dump the database into a file; return the rows of its tables and its migrations."""
    arguments, environment = build_connection_arguments()
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows are counted in the same snapshot that pg_dump copies.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        options = ["-w", "--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
        run_program(
            [
                find_program("pg_dump"),
                *options,
                f"--snapshot={snapshot}",
                f"--file={target}",
                *arguments,
            ],
            environment,
        )
        return count_rows(), list_migrations()


def count_rows() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = cursor.fetchone()[0]
    return found


def list_migrations() -> list[str]:
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return []
    rows = recorder.migration_qs.order_by("id").values_list("app", "name")
    return [".".join(row) for row in rows]


def restore(payload: Path, manifest: Manifest, say: Callable[[str], None]) -> None:
    """Replace all tables by those of the dump, in one transaction. Raises BackupError."""
    script = payload.with_name("restore.sql")
    arguments, environment = build_connection_arguments()
    # Before anything is dropped, as this finds errors in the dump.
    options = ["--no-owner", "--no-privileges", "--no-comments"]
    run_program(
        [find_program("pg_restore"), *options, f"--file={script}", str(payload)], environment
    )
    quote = connection.ops.quote_name
    tables = ", ".join(quote(name) for name in connection.introspection.table_names())
    schema = quote(get_current_schema())
    before = ["SET client_min_messages = warning;"]
    if tables:
        before.append(build_lock_statement(tables))
        before.append(f"DROP TABLE {tables} CASCADE;")
    after = [f"SET search_path = {schema};", *map(build_row_count_check, manifest.rows.items())]
    # A data version that other data never had, since caches are keyed by it.
    after.append(f"UPDATE centers_dataversion SET value = {secrets.randbits(62) + 1};")  # noqa: S608
    first, last = payload.with_name("before.sql"), payload.with_name("after.sql")
    first.write_text("\n".join(before))
    last.write_text("\n".join(after))
    # This process must not hold a lock that psql would wait for.
    psql = find_program("psql")
    connection.close()
    once = ["-w", "-X", "-q", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    files = [f"--file={path}" for path in (first, script, last)]
    try:
        run_program([psql, *once, *files, *arguments], environment, stdout=subprocess.DEVNULL)
    except BackupError as error:
        raise BackupError(f"The database was left as it is: {error}") from None


def build_lock_statement(tables: str) -> str:
    """Return a statement that locks all tables, or none while it waits for another writer.

    Imports and saves lock the same tables in an order of their own, so that waiting for one table
    with others locked would be a deadlock, in which PostgreSQL aborts either.
    """
    return f"""
SET LOCAL lock_timeout = '{ONE_LOCK_TIMEOUT_MS}ms';
DO $$
DECLARE ends timestamptz := clock_timestamp() + interval '{LOCK_TIMEOUT_SECONDS} s';
BEGIN
  LOOP
    BEGIN
      LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      IF clock_timestamp() > ends THEN RAISE; END IF;
    END;
    PERFORM pg_sleep(0.1 + 0.2 * random());
  END LOOP;
END$$;"""


def get_current_schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return cursor.fetchone()[0]


def build_row_count_check(table: tuple[str, int]) -> str:
    """Return a statement that fails unless the table has this number of rows."""
    name, count = connection.ops.quote_name(table[0]), int(table[1])
    return (
        f"DO $$BEGIN IF (SELECT count(*) FROM {name}) <> {count} THEN "  # noqa: S608
        "RAISE EXCEPTION 'a table does not hold the rows that it should'; END IF; END$$;"
    )
