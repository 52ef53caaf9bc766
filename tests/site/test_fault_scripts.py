"""The fast fault injections of `tests/faults/`, as tests."""

import os
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection
from django.http import HttpResponse

from centers.http.middleware import database_retry as patience
from centers.http.middleware.database_retry import DatabaseRetryMiddleware
from centers.http.middleware.lock_wait import LockWaitMiddleware
from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import wait_until
from tests.management.test_backup import Home
from tests.support.forms import fields_of
from tests.support.processes import MANAGE, environment
from tests.support.sites import prepared_database, running

on_postgresql = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
)


class Line:
    """A TCP proxy to a server that can be cut and restored."""

    def __init__(self, host: str, port: int):
        self.target, self.ends, self.listener = (host, port), [], None
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        # Closing alone would leave the accepting thread with the socket.
        for end in (self.listener, *self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends = []

    def accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
            except OSError:
                return
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=pass_on, args=(one, other), daemon=True).start()


def pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


@contextmanager
def line_to(url: str):
    parts = urlsplit(url)
    line = Line(parts.hostname, parts.port or 5432)
    line.mend()
    account, _, _ = parts.netloc.rpartition("@")
    try:
        yield line, parts._replace(netloc=f"{account}@127.0.0.1:{line.port}").geturl()
    finally:
        line.cut()


# --- database outage ---------------------------------------------------------------------


@on_postgresql
def test_database_outage_gives_503_and_recovers_without_restart(tmp_path):
    with (
        prepared_database(tmp_path) as url,
        line_to(url) as (line, through),
        running(tmp_path, "--no-load", DATABASE_URL=through) as site,
    ):
        assert len(site.wait().names()) == 42
        line.cut()

        answer = site.get("/?region=26")
        assert answer.status == 503
        assert answer.getheader("Retry-After") == "30"
        assert "잠시 자료를 읽지 못했습니다" in answer.body.decode()
        assert [site.get(path).status for path in ("/healthz", "/readyz")] == [200, 503]

        line.mend()
        assert wait_until(lambda: site.get("/?region=26").status == 200) is not None
        assert wait_until(lambda: site.get("/readyz").status == 200) is not None


@contextmanager
def while_locked(url: str, table: str):
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield connection


@on_postgresql
def test_reader_of_a_locked_table_gets_503_in_korean(tmp_path):
    # A reader who waited as long as a save may would wait longer than the client of the test.
    settings = {"DATABASE_LOCK_SECONDS": 600, "DATABASE_STATEMENT_SECONDS": 600}
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", "--workers=1", DATABASE_URL=url, **settings) as site,
    ):
        assert site.wait().get("/").status == 200
        with while_locked(url, "centers_center"):
            answer = site.get("/?region=26")
            assert (answer.status, answer.getheader("Retry-After")) == (503, "30")
            assert "잠시 자료를 읽지 못했습니다" in answer.body.decode()
            assert site.get("/").status == 200
            assert site.get("/admin/login/").status == 200  # needs no locked table
        assert site.get("/?region=26").status == 200


@on_postgresql
def test_save_waits_for_a_locked_table(tmp_path):
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", DATABASE_URL=url, DATABASE_LOCK_SECONDS=600) as site,
    ):
        visitor = site.wait().get("/admin/login/")
        cookie = visitor.getheader("Set-Cookie").partition(";")[0]
        form = BeautifulSoup(visitor.body, "lxml").select_one("form[method=post]")
        body = urlencode(fields_of(form) | {"username": "nobody", "password": "wrong"}, doseq=True)
        with closing(HTTPConnection("127.0.0.1", site.port, timeout=60)) as client:
            with while_locked(url, "auth_user"):
                headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
                client.request("POST", "/admin/login/", body, headers)
                assert wait_until(lambda: count_waiting(url) == 1) is not None
                time.sleep(1)  # longer than a reader waits
            assert client.getresponse().status == 200


def count_waiting(url: str) -> int:
    query = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
    with psycopg.connect(url) as connection:
        where = "NOT granted AND datname = current_database()"
        [count] = connection.execute(f"{query} WHERE {where}").fetchone()
    return count


@on_postgresql
def test_statement_that_takes_too_long_ends_as_503(tmp_path):
    """The list of centres takes a minute to read."""
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", DATABASE_URL=url, DATABASE_STATEMENT_SECONDS=1) as site,
    ):
        site.wait()
        with psycopg.connect(url) as connection:
            connection.execute("ALTER TABLE centers_center RENAME TO hidden")
            columns = "SELECT hidden.* FROM hidden, pg_sleep(60)"
            connection.execute(f"CREATE VIEW centers_center AS {columns}")
        answer = site.get("/?region=26")

        assert (answer.status, answer.getheader("Retry-After")) == (503, "30")
        assert "잠시 자료를 읽지 못했습니다" in answer.body.decode()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_after_a_vain_wait_readers_hardly_wait(rf, db):
    def see(request):
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return HttpResponse(cursor.fetchone()[0])

    def wait_of(request):
        return middleware(request).content.decode()

    middleware = LockWaitMiddleware(see)
    normal = wait_of(rf.get("/"))
    error = OperationalError()
    error.__cause__ = psycopg.errors.LockNotAvailable()

    middleware.process_exception(rf.post("/"), error)
    assert wait_of(rf.get("/")) == normal
    middleware.process_exception(rf.get("/"), error)
    assert [wait_of(rf.get("/")), wait_of(rf.post("/mcp"))] == ["20ms", "20ms"]
    assert wait_of(rf.post("/")) == "3s"
    middleware.locked_until = 0
    assert wait_of(rf.get("/")) == normal


class Restarting:
    """Simulates a database that is unavailable for the first requests."""

    def __init__(self, monkeypatch, failures):
        self.left, self.asked, self.slept = failures, 0, 0.0
        monkeypatch.setattr(patience, "connection", SimpleNamespace(vendor="postgresql"))
        monkeypatch.setattr(patience, "is_connection_lost", lambda: self.left >= 0)
        monkeypatch.setattr(patience, "close_old_connections", lambda: None)
        monkeypatch.setattr(patience.time, "monotonic", lambda: self.slept)
        monkeypatch.setattr(patience.time, "sleep", self.sleep)
        self.middleware = DatabaseRetryMiddleware(self.answer)

    def sleep(self, seconds):
        self.slept += seconds

    def answer(self, request):
        self.asked += 1
        self.left -= 1
        return HttpResponse(status=503 if self.left >= 0 else 200)


def test_read_waits_for_a_restarting_database(monkeypatch, rf, db):
    database = Restarting(monkeypatch, failures=5)

    assert database.middleware(rf.get("/")).status_code == 200
    assert database.asked == 6


def test_write_is_not_retried(monkeypatch, rf, db):
    database = Restarting(monkeypatch, failures=5)

    assert database.middleware(rf.post("/")).status_code == 503
    assert database.asked == 1


def test_request_during_a_long_outage_fails_at_once(monkeypatch, rf, db):
    database = Restarting(monkeypatch, failures=1000)

    assert database.middleware(rf.get("/")).status_code == 503
    assert 0 < database.slept <= 1
    before, asked = database.slept, database.asked
    assert database.middleware(rf.get("/")).status_code == 503
    assert (database.slept, database.asked) == (before, asked + 1)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="SQLite is never gone")
def test_sqlite_is_not_retried():
    with pytest.raises(MiddlewareNotUsed):
        DatabaseRetryMiddleware(lambda request: HttpResponse())


# --- slow clients --------------------------------------------------------------------------------


def test_slow_form_uploads_do_not_block_readers(tmp_path):
    head = (
        "POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        # Without the cookie, the form would be rejected unread.
        f"Cookie: csrftoken={'a' * 32}\r\n\r\na="
    )
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", "--workers=1", DATABASE_URL=url) as site,
        ExitStack() as stack,
    ):
        site.wait()
        for _ in range(10):
            client = socket.create_connection(("127.0.0.1", site.port))
            stack.enter_context(closing(client)).sendall(head.encode())

        assert [site.get(path).status for path in ("/?q=a", "/?q=b", "/admin/login/")] == [200] * 3


# --- simultaneous imports ------------------------------------------------------------------------


def test_two_imports_at_once_have_one_result(tmp_path):
    with prepared_database(tmp_path) as url:
        home = Home(tmp_path, url)
        both = [
            subprocess.Popen(
                [*MANAGE, *map(str, WORDS)],
                env=environment(**home.settings),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        printed = [process.communicate() for process in both]

        [other] = [error or out for out, error in printed if "Applied." not in out]
        assert "Traceback" not in other
        assert home.shell(IMPORTED).split()[:2] == ["1", "40"]
