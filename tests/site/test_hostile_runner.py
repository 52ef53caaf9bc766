"""The checks of `python -m tests.hostile`, checked: each promise that a server breaks is found."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.hostile.checks import PROMISES
from tests.hostile.client import Client
from tests.hostile.corpus import NASTIEST, VALUES
from tests.hostile.runner import Runner

#: Generous, since a busy machine must not fail the test; the script measures the speed.
PATIENCE = 25


def test_corpus_gives_a_unique_reason_for_each_value():
    assert (
        len({value.why for value in VALUES}) == len({value.wire for value in VALUES}) == len(VALUES)
    )
    assert len(NASTIEST) >= 10


class _Wrong(BaseHTTPRequestHandler):
    """Breaks every promise, one at each path."""

    server: "_WrongServer"

    def do_GET(self):
        place = self.path.partition("?")[0]
        body, status, headers = "가", 200, {"Content-Type": "text/html"}
        match place:
            case "/fails":
                status = 500
            case "/is-busy":
                status, headers["Retry-After"] = 503, "0"
            case "/is-busy-once" if place not in self.server.seen:
                status, headers["Retry-After"] = 503, "0"
            case "/says-nothing":
                self.close_connection = True
                return
            case "/gives-away":
                body = "Traceback (most recent call last): 가"
            case "/is-english":
                status, body = 404, "Not here"
            case "/is-live":
                body = "<a href='javascript:hx7q()'>가</a>"
            case "/is-text":
                body = "&lt;script&gt;hx7q()&lt;/script&gt; <a href='/?q=javascript:hx7q()'>가</a>"
            case "/leads-away":
                status, headers["Location"] = 302, "//evil.example/"
            case "/stores-all":
                status, headers["Location"] = 303, "/"
            case "/passes-over":
                body = '<a href="/centers/1/">가</a>'
        self.server.seen.add(place)
        if place != "/lacks-headers":
            headers |= {
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'",
            }
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body.encode()))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


class _WrongServer(ThreadingHTTPServer):
    def __init__(self, *args):
        super().__init__(*args)
        #: Paths that were requested.
        self.seen = set()


@pytest.fixture(scope="module")
def wrong():
    server = _WrongServer(("127.0.0.1", 0), _Wrong)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Client(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("place", "broken"),
    [
        ("/fails", 0),
        ("/is-busy", 0),
        ("/is-busy-once", None),
        ("/says-nothing", 1),
        ("/gives-away", 2),
        ("/is-english", 2),
        ("/is-live", 3),
        ("/is-text", None),
        ("/leads-away", 4),
        ("/lacks-headers", 5),
        ("/passes-over", 6),
        ("/stores-all", 7),
    ],
)
def test_broken_promise_is_found(wrong, place, broken):
    runner = Runner(wrong, slowest=PATIENCE)

    whole = place if place == "/passes-over" else ""
    one = wrong.build_request("to see it", f"{place}?a=1", whole=whole, most_stored=0)
    runner.fire([one])

    found = [number for number, name in enumerate(PROMISES) if runner.findings[name]]
    assert found == ([] if broken is None else [broken])
    assert (f"GET {place}?a=1 (to see it)" in runner.report()) == (broken is not None)


def test_slow_response_is_found(wrong):
    runner = Runner(wrong, slowest=0)

    runner.fire([wrong.build_request("to see it", "/is-text")])

    assert [wrong for _, wrong in runner.findings[runner.time_promise]]
