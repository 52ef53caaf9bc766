"""One database of one size: make it, then answer requests and say what each one took."""

import gc
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path


@dataclass(frozen=True)
class Ask:
    """One kind of request, and the state that the process is in when it comes."""

    title: str
    path: str
    #: Whether the counts that a process keeps for some words may be there from a request before.
    again: bool = False
    #: Whether a record has just been changed, so that nothing kept in memory can be used.
    after_edit: bool = False


ASKS = (
    Ask("no words", "/", again=True),
    Ask("a common word", "/?q=봉제"),
    Ask("a common word, again", "/?q=봉제", again=True),
    Ask("a rarer word", "/?q=귀금속"),
    Ask("a syllable", "/?q=가"),
    Ask("two words", "/?q=부산+봉제"),
    Ask("half-typed", "/?q=봉ㅈ"),
    Ask("initials", "/?q=ㅈㅅㄷ"),
    Ask("words and filters", "/?q=봉제&region=26&industry=14&year_min=2015&status=operating"),
    Ask("filters alone", "/?region=41&industry=10&industry=14&sort=size", again=True),
    Ask("a page in the middle, by name", "/?sort=name&page={middle}", again=True),
    Ask("wrong 한/영 state", "/?q=qhdwp"),
    Ask("nothing found, 혹시 …?", "/?q=귀금솟"),
    Ask("nothing found, filters", "/?q=귀금속&region=36&industry=14"),
    Ask("nearest", "/?near=51750", again=True),
    Ask("nearest of a trade", "/?near=51750&industry=10", again=True),
    Ask("suggestions", "/suggestions/?q=부산+봉"),
    Ask("no words, just after an edit", "/", after_edit=True),
    Ask("a common word, just after an edit", "/?q=봉제", after_edit=True),
    Ask("suggestions, just after an edit", "/suggestions/?q=부산+봉", after_edit=True),
)


@dataclass(frozen=True)
class Took:
    """What one answer took, in ms."""

    wall: float
    #: Of this process and, where it runs on this machine, of its database server.
    processor: float


def work(pipe: Connection, url: str, count: int) -> None:
    """Serve one benchmark: say how many queries each request makes, then time it when asked."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url or f"sqlite:///{folder}/db.sqlite3"}
        os.environ |= {"PRODUCTION": "false", "DEBUG": "false", "ALLOWED_HOSTS": "localhost"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
        prepare(count)
        site = Site(count)
        pipe.send((site.timed(ASKS[0]), [site.queries(ask) for ask in ASKS]))
        with suppress(EOFError):  # the other end has all it wanted
            while True:
                pipe.send(site.take(ASKS[pipe.recv()]))
        site.close()


def prepare(count: int) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    from django.db import connection

    from tests.benchmark.records import invent

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    reference = [settings.FIXTURES_DIR / f"{name}.json" for name in ("regions", "industries")]
    call_command("load_fixtures", *reference, verbosity=0)
    invent(count)
    with connection.cursor() as cursor:
        # What a server's own upkeep does sooner or later; without it plans are guesses.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Site:
    """The whole site, asked through all of its middleware, without a network."""

    def __init__(self, count: int):
        from django.conf import settings
        from django.core.handlers.base import BaseHandler
        from django.db import connection
        from django.test import RequestFactory

        self.connection = connection
        self.requests = RequestFactory(SERVER_NAME="localhost")
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.middle = max(1, count // settings.PAGE_SIZE // 2)

    def answer(self, ask: Ask):
        response = self.handler.get_response(self.requests.get(ask.path.format(middle=self.middle)))
        if response.status_code != 200:
            raise RuntimeError(f"{ask.path} was answered with {response.status_code}.")

    def queries(self, ask: Ask) -> int:
        """How many queries one answer takes."""
        count = 0

        def counted(execute, *args):
            nonlocal count
            count += 1
            return execute(*args)

        self.bring_about(ask)
        with self.connection.execute_wrapper(counted):
            self.answer(ask)
        return count

    def bring_about(self, ask: Ask) -> None:
        """Put the process into the state that the request is to find it in."""
        from centers.models import DataVersion
        from centers.search.facets import count_by_facet, fetch_groups

        if ask.after_edit:
            DataVersion.bump()
            self.answer(Ask("", "/about/"))  # wakes the processor, and keeps nothing
        else:
            self.answer(ask)
            if not ask.again:
                fetch_groups.cache_clear()
                count_by_facet.cache_clear()
        gc.collect()

    def take(self, ask: Ask) -> Took:
        self.bring_about(ask)
        return self.timed(ask)

    def timed(self, ask: Ask) -> Took:
        wall, processor = time.perf_counter(), self.processor_time()
        self.answer(ask)
        walls, processors = time.perf_counter() - wall, self.processor_time() - processor
        return Took(walls * 1000, processors * 1000)

    def processor_time(self) -> float:
        """Seconds of processor time so far, this process and the server's for it together."""
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


@contextmanager
def scratch_database(url: str, count: int):
    """A new database on the server of a postgres:// address, dropped at the end."""
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
