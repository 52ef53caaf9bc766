"""One database of one size: fill it, then time requests to it."""

import gc
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One kind of request, and the state of the process before it."""

    title: str
    #: With `{middle}` for the number of a page in the middle and `{key}` for a centre's key.
    path: str
    #: Whether the caches of the search may be filled by an earlier request.
    is_repeated: bool = False
    #: Whether a record has just changed, so that nothing cached can be used.
    after_edit: bool = False
    #: Less processor time than any search may take at 10,000 centres, in ms at p95; None for none.
    most: int | None = None
    #: Whether memory alone tells that nothing is found, so that no query is made.
    needs_no_query: bool = False


#: 190 letters, as many as a query may have.
NONSENSE = "뷁쉙뚫쮉궭퉯" * 31 + "뷁쉙뚫쮉"
CASES = (
    Case("no words", "/", is_repeated=True),
    Case("a common word", "/?q=봉제"),
    Case("a common word, again", "/?q=봉제", is_repeated=True),
    Case("a rarer word", "/?q=귀금속"),
    Case("a syllable", "/?q=가"),
    Case("two words", "/?q=부산+봉제"),
    Case("half-typed", "/?q=봉ㅈ"),
    Case("initials", "/?q=ㄱㅈㄷ"),
    Case("a maker's word", "/?q=미싱"),
    Case("a sentence", "/?q=양주에서+섬유+하는+사람이+가는+센터+어디예요"),
    Case("the largest part of four words", "/?q=부산+봉제+귀금속+없는말"),
    Case("words and filters", "/?q=봉제&region=26&industry=14&year_min=2015&status=operating"),
    Case("filters alone", "/?region=41&industry=10&industry=14&sort=size", is_repeated=True),
    Case("a page in the middle, by name", "/?sort=name&page={middle}", is_repeated=True),
    Case("wrong 한/영 state", "/?q=qhdwp"),
    Case("nothing found, 혹시 …?", "/?q=귀금솟"),
    Case("nothing found, filters", "/?q=귀금속&region=36&industry=14"),
    Case(
        "nothing found, 8 words", "/?q=가낭+다랑+마방+사앙+자창+카탕+파항+거넝", needs_no_query=True
    ),
    Case("nothing found, 190 letters", f"/?q={NONSENSE}", most=60, needs_no_query=True),
    Case("nearest", "/?near=51750", is_repeated=True),
    Case("nearest of an industry", "/?near=51750&industry=10", is_repeated=True),
    Case("suggestions", "/suggestions/?q=부산+봉", most=40),
    Case("no words, just after an edit", "/", after_edit=True),
    Case("a common word, just after an edit", "/?q=봉제", after_edit=True),
    Case("suggestions, just after an edit", "/suggestions/?q=부산+봉", after_edit=True),
)


@dataclass(frozen=True)
class Timing:
    """The time of one response, in ms."""

    wall: float
    #: Of this process and, where it runs on this machine, of its database server.
    processor: float


def serve_benchmark(
    pipe: Connection,
    url: str,
    count: int,
    cases: Sequence[Case] = CASES,
    *,
    counts_queries: bool = True,
) -> None:
    """Serve one benchmark: send the query count of each case, then time each case received."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["API_RATE"] = "1000000"  # requests an hour
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url or f"sqlite:///{folder}/db.sqlite3"}
        os.environ |= {"PRODUCTION": "false", "DEBUG": "false", "ALLOWED_HOSTS": "localhost"}
        os.environ["LOG_LEVEL"] = "error"  # else each response writes a line
        os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
        prepare_database(count)
        site = Site(count)
        counted = cases if counts_queries else ()
        pipe.send((site.time_request(cases[0]), [site.count_queries(case) for case in counted]))
        with suppress(EOFError):  # the benchmark has ended
            while True:
                pipe.send(site.measure(cases[pipe.recv()]))
        site.close()


def prepare_database(count: int) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    from django.db import connection

    from tests.benchmark.records import create_centers
    from tests.support.reference import load_reference_records

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    load_reference_records()
    create_centers(count)
    with connection.cursor() as cursor:
        # As autovacuum does; without statistics, query plans are guesses.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Site:
    """The whole site with all of its middleware but the page cache, without a network."""

    def __init__(self, count: int):
        from django.conf import settings
        from django.core.handlers.base import BaseHandler
        from django.db import connection
        from django.test import RequestFactory

        from centers.models import Center

        import_module("centers.wsgi")  # sets the garbage collection of a process that serves
        self.connection = connection
        self.requests = RequestFactory(SERVER_NAME="localhost")
        # A reader has no cookie: with one, past the cache, a query for its session would count too.
        settings.MIDDLEWARE = [
            name
            for name in settings.MIDDLEWARE
            if not name.startswith("centers.http.middleware.page_cache")
        ]
        self.handler = BaseHandler()
        self.handler.load_middleware()
        published = Center.objects.published().filter(pk__gte=count // 2)
        self.parts = {
            "middle": max(1, count // settings.PAGE_SIZE // 2),
            "key": published.order_by("pk").values_list("pk", flat=True).first(),
        }

    def fetch(self, case: Case) -> None:
        """Request the page or file, and read it to its end."""
        response = self.handler.get_response(self.requests.get(case.path.format(**self.parts)))
        for _ in response if response.streaming else ():
            pass
        response.close()
        if response.status_code != 200:
            raise RuntimeError(f"{case.path} returned {response.status_code}.")

    def count_queries(self, case: Case) -> int:
        """Return the number of queries of one response."""
        count = 0

        def count_query(execute, *args):
            nonlocal count
            count += 1
            return execute(*args)

        self.set_state(case)
        with self.connection.execute_wrapper(count_query):
            self.fetch(case)
        return count

    def set_state(self, case: Case) -> None:
        """Bring the process into the state that the case requires."""
        from centers.models import DataVersion
        from centers.search.facets import count_by_facet, fetch_groups
        from centers.search.interpretation import interpret

        if case.after_edit:
            DataVersion.bump()
            self.fetch(Case("", "/about/"))  # wakes the processor, and caches nothing
        else:
            self.fetch(case)
            if not case.is_repeated:
                fetch_groups.cache_clear()
                count_by_facet.cache_clear()
                interpret.cache_clear()
        gc.collect()

    def measure(self, case: Case) -> Timing:
        self.set_state(case)
        return self.time_request(case)

    def time_request(self, case: Case) -> Timing:
        wall, processor = time.perf_counter(), self.processor_time()
        self.fetch(case)
        walls, processors = time.perf_counter() - wall, self.processor_time() - processor
        return Timing(walls * 1000, processors * 1000)

    def processor_time(self) -> float:
        """Return the seconds of processor time of this process and its database connection."""
        return time.process_time() + self._server_time()

    def _server_time(self) -> float:
        if self.connection.vendor != "postgresql":
            return 0
        self.connection.ensure_connection()
        pid = self.connection.connection.info.backend_pid
        try:
            nanoseconds = Path(f"/proc/{pid}/schedstat").read_text().split()[0]
        except OSError:
            return 0  # The server runs on another machine.
        return int(nanoseconds) / 1e9

    def close(self) -> None:
        self.connection.close()


def parse_sizes(text: str) -> list[int]:
    """Parse numbers of centres on the command line: 42,10000."""
    return [int(number) for number in text.split(",")]


@contextmanager
def scratch_database(url: str, count: int):
    """Create a database on the server of a postgres:// URL, yield its URL, drop it at the end."""
    import psycopg
    from psycopg import sql

    name = f"benchmark_{count}_{os.getpid()}"
    server, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as server_connection:
        server_connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as server_connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server_connection.execute(drop.format(sql.Identifier(name)))
