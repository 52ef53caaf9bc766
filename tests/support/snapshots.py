"""Rows that a command has made, copied into the database of each test that needs them."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from django.apps import apps
from django.db import connection, transaction

from centers.models import DataVersion
from centers.models.data_version import REFERENCE_MODELS, invalidate

Rows = dict[str, dict[int, tuple]]
Versions = tuple[int, int]
REFERENCE_TABLES = "|".join(
    model._meta.db_table
    for model in apps.get_app_config("centers").get_models()
    if model._meta.model_name in REFERENCE_MODELS
)


@dataclass(frozen=True)
class Snapshot:
    """What a step of loading has added and changed, in tables beside those of the records.

    The keys stay free on PostgreSQL, whose sequences go on when a transaction is rolled back.
    """

    #: The tables with new rows and with changed ones, each with the table of these rows.
    added: dict[str, str]
    changed: dict[str, str]
    #: The data versions before the step and after it, each with that of the reference records.
    before: Versions
    after: Versions

    def restore(self) -> None:
        """Bring the rows into their tables; raise IntegrityError where a key is taken.

        Above the records that the step began with, the data version is the one that it made, so
        that what a process caches per version serves all tests with the same records.
        """
        is_same = _fetch_versions() == self.before
        with connection.cursor() as cursor:
            for table, copy in self.added.items():
                names = ", ".join(_columns(table))
                cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {copy}")
            for table, copy in self.changed.items():
                key, *others = _columns(table)
                pairs = ", ".join(f"{name} = {copy}.{name}" for name in others)
                cursor.execute(
                    f"UPDATE {table} SET {pairs} FROM {copy} WHERE {copy}.{key} = {table}.{key}"
                )
        DataVersion.bump()
        if is_same:
            value, reference = self.after
            DataVersion.objects.update(value=value, reference=reference)


class FirstChange:
    """Replaces the data version at the first change of a record, as long as nothing has read it.

    Tests also change records by `update()`, which leaves the data version as it is. What other
    tests have cached for it must not be used then.
    """

    VERSION = DataVersion._meta.db_table
    CHANGE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(centers_\w+)')

    def __init__(self) -> None:
        self.is_over = False

    def __call__(self, execute, sql, *arguments):
        result = execute(sql, *arguments)
        change = self.CHANGE.match(sql)
        if change and re.fullmatch(REFERENCE_TABLES, change[2]):
            self.replace("value", "reference")
        elif change and change[2] != self.VERSION and not self.is_over:
            self.replace("value")
        self.is_over = self.is_over or bool(change) or self.VERSION in sql
        return result

    def replace(self, *columns: str) -> None:
        number = secrets.randbits(62) + 1
        values = ", ".join(f"{column} = {number}" for column in columns)
        # Past Django, since tests count its queries.
        connection.connection.execute(f"UPDATE {self.VERSION} SET {values}")
        invalidate()


@contextmanager
def restored(snapshot: Snapshot) -> Iterator[None]:
    """Restore a snapshot for a test that may change the records."""
    snapshot.restore()
    with connection.execute_wrapper(FirstChange()):
        yield


def record_snapshots(*steps: Callable[[], object]) -> list[Snapshot]:
    """Take the steps in a transaction that is rolled back; store what each of them has made."""
    states, versions = [], []
    with transaction.atomic():
        states.append(_read())
        for step in steps:
            before = _fetch_versions()
            step()
            states.append(_read())
            versions.append((before, _fetch_versions()))
        transaction.set_rollback(True)
    snapshots = []
    for number, (before, after) in enumerate(pairwise(states)):
        added, changed = _compare(before, after)
        tables = (
            {table: _store(table, f"{table}_{kind}_{number}", rows[table]) for table in rows}
            for kind, rows in (("added", added), ("changed", changed))
        )
        snapshots.append(Snapshot(*tables, *versions[number]))
    with transaction.atomic():
        for snapshot, state in zip(snapshots, states[1:], strict=True):
            snapshot.restore()
            assert _read() == state
        transaction.set_rollback(True)
    return snapshots


def _store(table: str, copy: str, rows: dict[int, tuple]) -> str:
    """Create a table `copy` with some rows of a table; return its name."""
    names, values = ", ".join(_columns(table)), ", ".join(["%s"] * len(_columns(table)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {copy} AS SELECT {names} FROM {table} WHERE 1 = 0")
        cursor.executemany(f"INSERT INTO {copy} ({names}) VALUES ({values})", rows.values())
    return copy


def _fetch_versions() -> Versions:
    return DataVersion.objects.values_list("value", "reference").get()


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


def _compare(before: Rows, after: Rows) -> tuple[Rows, Rows]:
    """The rows that are new, and those that differ."""
    added, changed = {}, {}
    for table, rows in after.items():
        assert before[table].keys() <= rows.keys(), f"rows of {table} are gone"
        added[table] = {key: row for key, row in rows.items() if key not in before[table]}
        changed[table] = {
            key: row for key, row in rows.items() if before[table].get(key, row) != row
        }
    return (
        {table: rows for table, rows in added.items() if rows},
        {table: rows for table, rows in changed.items() if rows},
    )
