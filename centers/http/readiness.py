"""The readiness probe: database, migrations and search columns."""

import threading
import time
from typing import cast

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from centers.models import Center

#: In seconds: how long a result is cached, so that frequent probes cause few queries; how long the
#: database may take for its first response; and how long the whole check may take.
RESULT_TTL, FIRST_RESULT_TIMEOUT, CHECK_TIMEOUT = 2, 1, 10
#: How long one query may wait for a lock or run in all, on PostgreSQL: a locked table is found out
#: within the time for the first response.
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "300ms", "5s"
#: Centres whose search columns are compared in one check; the next check continues after them.
CENTERS_PER_CHECK = 200

OK = "ok"


class Readiness:
    """Checks whether this process can serve, with a connection and a thread of its own.

    A thread, since there is no other way to time out on a database that does not respond at all.
    The connection stays open: on a full disk SQLite opens no new one, while open ones still read.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.connection = None
        self.checking: threading.Thread | None = None
        self.result: dict[str, str] = {}
        self.checked_at = float("-inf")
        self.known_migrations: set[tuple[str, str]] = set()
        self.last_center = 0

    def get_parts(self) -> dict[str, str]:
        """Return `ok` or the problem for each part; the result is cached for RESULT_TTL."""
        with self.lock:
            if time.monotonic() - self.checked_at >= RESULT_TTL:
                self.result = self.run_check()
                self.checked_at = time.monotonic()
            return self.result

    def run_check(self) -> dict[str, str]:
        """Run the check in a thread; parts that it does not reach in time are unknown."""
        unknown = {"database": "does not answer", "migrations": "unknown", "search": "unknown"}
        # No second thread starts while one still waits for the database.
        if self.checking and self.checking.is_alive():
            return unknown
        result: dict[str, str] = {}
        responded = threading.Event()
        self.checking = threading.Thread(target=self.check, args=(result, responded), daemon=True)
        self.checking.start()
        if responded.wait(FIRST_RESULT_TIMEOUT):
            self.checking.join(CHECK_TIMEOUT)
        return unknown | dict(result)

    def check(self, result: dict[str, str], responded: threading.Event) -> None:
        """Fill in the result; set the event as soon as the database has responded or failed."""
        if self.connection is None:
            self.connection = connections.create_connection("default")
            self.connection.inc_thread_sharing()
        connections["default"] = self.connection
        try:
            self.connection.close_if_unusable_or_obsolete()
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                if self.connection.vendor == "postgresql":
                    cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
                    cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
            result["database"] = OK
            responded.set()
            result["migrations"] = self.check_migrations()
            result["search"] = self.check_search()
        except Error:
            pass  # the parts not reached stay unknown
        finally:
            responded.set()

    def check_migrations(self) -> str:
        if not self.known_migrations:
            self.known_migrations = set(MigrationLoader(self.connection).graph.nodes)
        applied = (
            MigrationRecorder(cast(BaseDatabaseWrapper, self.connection))
            .applied_migrations()
            .keys()
        )
        missing = self.known_migrations - applied
        return f"{len(missing)} not applied" if missing else OK

    def check_search(self) -> str:
        """Compare the search columns of some centres, next time of those after them.

        Where one is stale, the next check begins at the same centre.
        """
        rows = Center.objects.with_related().filter(pk__gt=self.last_center).order_by("pk")
        centers = list(rows[:CENTERS_PER_CHECK])
        if any(center.derive() for center in centers):
            return "stale"
        self.last_center = centers[-1].pk if len(centers) == CENTERS_PER_CHECK else 0
        return OK


readiness = Readiness()
