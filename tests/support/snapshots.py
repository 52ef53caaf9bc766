"""Rows that a command has made, copied into the database of each test that needs them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from centers.models import DataVersion

Rows = dict[str, dict[int, tuple]]


@dataclass(frozen=True)
class Snapshot:
    """What a step of loading has added and changed: by table, the rows by their primary key.

    The keys stay free on PostgreSQL, whose sequences go on when a transaction is rolled back.
    """

    added: Rows
    changed: Rows

    def restore(self) -> None:
        """Bring the rows into the database; raise IntegrityError where a key is taken."""
        with connection.cursor() as cursor:
            for table, rows in self.added.items():
                names = ", ".join(_columns(table))
                values = ", ".join(["%s"] * len(_columns(table)))
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({values})", rows.values()
                )
            for table, rows in self.changed.items():
                key, *others = _columns(table)
                pairs = ", ".join(f"{name} = %s" for name in others)
                for primary, *values in rows.values():
                    cursor.execute(
                        f"UPDATE {table} SET {pairs} WHERE {key} = %s", [*values, primary]
                    )
        DataVersion.bump()


def record_snapshots(*steps: Callable[[], object]) -> list[Snapshot]:
    """Take the steps in a transaction that is rolled back; return what each of them has made."""
    snapshots, states = [], []
    with transaction.atomic():
        states.append(_read())
        for step in steps:
            step()
            states.append(_read())
            snapshots.append(_compare(*states[-2:]))
        transaction.set_rollback(True)
    with transaction.atomic():
        for snapshot, state in zip(snapshots, states[1:], strict=True):
            snapshot.restore()
            assert _read() == state
        transaction.set_rollback(True)
    return snapshots


def _models():
    # The version is a new one each time that a snapshot is restored.
    return [model for model in apps.get_app_config("centers").get_models() if model != DataVersion]


def _columns(table: str) -> list[str]:
    """The columns of a table, its primary key first."""
    [model] = [model for model in _models() if model._meta.db_table == table]
    fields = sorted(model._meta.concrete_fields, key=lambda field: not field.primary_key)
    return [connection.ops.quote_name(field.column) for field in fields]


def _read() -> Rows:
    rows = {}
    with connection.cursor() as cursor:
        for model in _models():
            table = model._meta.db_table
            cursor.execute(f"SELECT {', '.join(_columns(table))} FROM {table}")
            rows[table] = {row[0]: row for row in cursor.fetchall()}
    return rows


def _compare(before: Rows, after: Rows) -> Snapshot:
    added, changed = {}, {}
    for table, rows in after.items():
        assert before[table].keys() <= rows.keys(), f"rows of {table} are gone"
        added[table] = {key: row for key, row in rows.items() if key not in before[table]}
        changed[table] = {
            key: row for key, row in rows.items() if before[table].get(key, row) != row
        }
    return Snapshot(
        {table: rows for table, rows in added.items() if rows},
        {table: rows for table, rows in changed.items() if rows},
    )
