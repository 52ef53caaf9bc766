"""The database that tests begin with: made by one process of a run, and copied by the others."""

import fcntl
import os
import pickle
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
from django.db import connection

from tests.support.reference import load_bundled, load_reference_records
from tests.support.sites import TEMPLATES, is_on_postgresql
from tests.support.snapshots import Snapshot, record_snapshots

#: What the steps of the snapshots load, each above the one before.
STEPS = (("announcement_2024",), ("status_list_2026", "center_classes"))


class SharedDatabase:
    """Locks the run's database while it is not there yet, so that one process makes it."""

    def __init__(self) -> None:
        self.folder = Path(os.environ[TEMPLATES])
        self.snapshots: list[Snapshot] = []
        self._stored = self.folder / "snapshots.pickle"
        self._file = self.folder / "tests.sqlite3"
        #: Of the same name as Django's, which is gone with its last connection.
        self._memory: sqlite3.Connection | None = None
        self._lock = (self.folder / "tests.lock").open("w")

    @property
    def template(self) -> str:
        """The name of the database on PostgreSQL."""
        return f"{self.folder.name}_tests"

    def begin(self) -> None:
        """Let Django begin with a copy where there is one; else the database is to be made."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        if not self._stored.exists():
            return
        self._lock.close()
        self.snapshots = pickle.loads(self._stored.read_bytes())
        if is_on_postgresql():
            connection.settings_dict["TEST"]["TEMPLATE"] = self.template
        else:
            name = connection.creation._get_test_db_name()
            self._memory = sqlite3.connect(name, uri=True)
            with closing(sqlite3.connect(self._file)) as file:
                file.backup(self._memory)

    def finish(self) -> None:
        """Fill and store the migrated database, unless it is a copy."""
        if self._memory:
            self._memory.close()
        if self.snapshots:
            return
        load_reference_records()
        self.snapshots = record_snapshots(*(partial(load_bundled, *names) for names in STEPS))
        if is_on_postgresql():
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            connection.close()
            with closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as server:
                server.execute(f"CREATE DATABASE {self.template} TEMPLATE {name}")
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self._file)])
        self._stored.write_bytes(pickle.dumps(self.snapshots))
        self._lock.close()
