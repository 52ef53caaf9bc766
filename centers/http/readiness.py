"""Whether this process can serve: what a supervisor or a load balancer asks about."""

import threading
import time

from django.db import Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from centers.models import Center

#: In seconds: how long a finding holds, so that however often one asks, the database is asked
#: seldom; how long the database may take to say anything at all; and how long all may take.
RESULT_TTL, FIRST_RESULT_TIMEOUT, CHECK_TIMEOUT = 2, 1, 10
#: Centres whose search columns are looked at in one check; the next check goes on behind them.
CENTERS_PER_CHECK = 200

OK = "ok"


class Readiness:
    """What stands in the way of serving, looked at on a connection of its own.

    Its own, and in a thread of its own, since only so can a database that neither answers nor
    refuses be told within a time. The connection is kept: on a full disk SQLite opens no new one,
    while those that are open still read.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.connection = None
        self.checking: threading.Thread | None = None
        self.found: dict[str, str] = {}
        self.found_at = float("-inf")
        self.wanted: set[tuple[str, str]] = set()
        self.looked_at = 0

    def parts(self) -> dict[str, str]:
        """Each part that serving needs, with `ok` or what is wrong with it in a few words."""
        with self.lock:
            if time.monotonic() - self.found_at >= RESULT_TTL:
                self.found = self.look()
                self.found_at = time.monotonic()
            return self.found

    def look(self) -> dict[str, str]:
        unknown = {"database": "does not answer", "migrations": "unknown", "search": "unknown"}
        # One that still waits for the database is not joined by more.
        if self.checking and self.checking.is_alive():
            return unknown
        found, answered = {}, threading.Event()
        self.checking = threading.Thread(target=self.check, args=(found, answered), daemon=True)
        self.checking.start()
        if answered.wait(FIRST_RESULT_TIMEOUT):
            self.checking.join(CHECK_TIMEOUT)
        return unknown | dict(found)

    def check(self, found: dict[str, str], answered: threading.Event) -> None:
        """Fill in what is found; the event is set as soon as the database has said something."""
        if self.connection is None:
            self.connection = connections.create_connection("default")
            self.connection.inc_thread_sharing()
        connections["default"] = self.connection
        try:
            self.connection.close_if_unusable_or_obsolete()
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            found["database"] = OK
            answered.set()
            found["migrations"] = self.migrations()
            found["search"] = self.search()
        except Error:
            pass  # whatever has not been found stays unknown
        finally:
            answered.set()

    def migrations(self) -> str:
        if not self.wanted:
            self.wanted = set(MigrationLoader(self.connection).graph.nodes)
        missing = self.wanted - MigrationRecorder(self.connection).applied_migrations().keys()
        return f"{len(missing)} not applied" if missing else OK

    def search(self) -> str:
        """Look at some of the centres, the next time at those behind; stay where one is stale."""
        rows = Center.objects.with_related().filter(pk__gt=self.looked_at).order_by("pk")
        centers = list(rows[:CENTERS_PER_CHECK])
        if any(center.derive() for center in centers):
            return "stale"
        self.looked_at = centers[-1].pk if len(centers) == CENTERS_PER_CHECK else 0
        return OK


readiness = Readiness()
