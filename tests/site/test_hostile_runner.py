"""A share of the corpus of `python -m tests.hostile`, sent to a site with hostile text in it.

A server that breaks every promise proves that each violation is detected.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.hostile.admin_requests import AdminRequests
from tests.hostile.checks import PROMISES
from tests.hostile.client import Client
from tests.hostile.corpus import NASTIEST, VALUES
from tests.hostile.public_requests import MOST_OF_ADDRESS, PublicRequests
from tests.hostile.runner import Runner
from tests.hostile.stored import TEXTS
from tests.support.sites import prepared_database, running

#: Shares of the corpus that are sent; the admin has a smaller one, as its pages are slower.
SHARE, ADMIN_SHARE = 0.012, 0.004
#: Generous, since a busy machine must not fail the test; the script measures the speed.
PATIENCE = 25
PASSWORD = "아무도 짐작하지 못할 긴 암호 7q"
MAKE = (
    "from tests.hostile import stored; stored.create_hostile_records();"
    "from django.contrib.auth import get_user_model as model;"
    f"model().objects.create_superuser('hostile', password={PASSWORD!r})"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url, API_RATE=1_000_000) as site,
    ):
        site.wait().manage("release_data")
        site.manage("shell", "--no-imports", "-c", MAKE)
        site.manage("release_data")
        yield site


def address(site) -> str:
    return f"http://127.0.0.1:{site.port}"


def test_public_pages_keep_every_promise(site):
    client = Client(address(site))
    runner = Runner(client, slowest=PATIENCE)

    runner.fire(PublicRequests(client).generate_requests(), SHARE)

    assert runner.is_clean, runner.report()
    assert runner.count > 200
    # Both successes and errors; a server that rejects everything would keep every promise.
    assert runner.statuses[200] > 50 and runner.statuses[400] > 50 and runner.statuses[404] > 5


def test_admin_keeps_every_promise(site):
    admin = AdminRequests(Client(address(site)))
    admin.sign_in("hostile", PASSWORD)
    runner = Runner(admin.client, slowest=PATIENCE)

    runner.fire(admin.generate_requests(), ADMIN_SHARE)

    assert runner.is_clean, runner.report()
    assert runner.count > 100
    assert runner.statuses[200] > 20
    admin.check_signed_in()


def test_spam_of_reports_ends_and_loses_none(site):
    client = Client(address(site))
    admin = AdminRequests(Client(address(site)))
    admin.sign_in("hostile", PASSWORD)
    runner = Runner(client, slowest=PATIENCE)

    runner.fire(PublicRequests(client).build_spam_requests(60))

    assert runner.is_clean, runner.report()
    assert 0 < runner.statuses[303] <= MOST_OF_ADDRESS
    assert runner.statuses[303] + runner.statuses[409] + runner.statuses[429] == 120
    # The reports from before are there, and the newest can be opened.
    _, response, page = admin.open_page("/admin/centers/correction/?all=")
    numbers = [cell.get_text(strip=True) for cell in page.select("#result_list tbody th")]
    assert "1번" in numbers and len(numbers) == len(TEXTS) + runner.statuses[303]
    assert response.status == 200


@pytest.mark.parametrize(
    "header", ["SCRIPT_NAME", "Script-Name", "X-Forwarded-Host", "X-Forwarded-Prefix"]
)
def test_forwarding_headers_change_no_link(site, header):
    plain, claimed = site.get("/about/"), site.get("/about/", **{header: "//evil.example"})

    assert claimed.status == 200
    assert claimed.body == plain.body


def test_site_still_works_after_the_attack(site):
    assert "Traceback" not in site.printed
    assert site.process.poll() is None
    assert site.get("/").status == 200


def test_corpus_gives_a_unique_reason_for_each_value():
    assert (
        len({value.why for value in VALUES}) == len({value.wire for value in VALUES}) == len(VALUES)
    )
    assert len(NASTIEST) >= 10


# --- the checks, checked -------------------------------------------------------------------------


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
