"""The fast fault injections of `tests/faults/`, as tests."""

import os
import socket
import subprocess
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpResponse

from centers.http.middleware import database_retry as patience
from centers.http.middleware.database_retry import DatabaseRetryMiddleware
from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import wait_until
from tests.management.test_backup import Home
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
