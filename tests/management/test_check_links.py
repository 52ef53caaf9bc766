"""`manage.py check_links`: websites that do not open, from a server of its own."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command

from centers.management import link_check
from centers.management.link_check import LinkChecker
from centers.models import BrokenLink, Call, Center
from tests.support.staff import EDITOR, read, sign_in

pytestmark = pytest.mark.django_db


class _Sites(BaseHTTPRequestHandler):
    """Websites of every kind, by path."""

    requested: list[tuple[str, str]] = []

    def answer(self):
        self.requested.append((self.command, self.path))
        status, location = 200, ""
        match self.path.partition("?")[0]:
            case "/gone":
                status = 404
            case "/busy":
                status = 503
            case "/no-head":
                status = 405 if self.command == "HEAD" else 200
            case "/robots-away":
                status = 403
            case "/moved":
                status, location = 301, "/ok"
            case "/loop":
                status, location = 302, "/loop"
            case "/to-file":
                status, location = 302, "file:///etc/passwd"
            case "/slow":
                self.wfile.write(b"HTTP/1.1 2")
                threading.Event().wait(3)
                return
            case "/nonsense":
                self.wfile.write(b"hello\r\n\r\n")
                return
            case "/shut":
                return
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sites)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_requested():
    _Sites.requested.clear()


@pytest.fixture
def check(capsys, settings):
    """Run the command against private addresses, and return what it says."""
    settings.LINK_CHECK = True

    def check(**options):
        call_command("check_links", **{"allow_private": True} | options)
        return capsys.readouterr().out

    return check


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/ok", ""),
        ("/한글?가=나", ""),
        ("/no-head", ""),
        ("/moved", ""),
        ("/robots-away", ""),
        ("/gone", "404 응답"),
        ("/busy", "503 응답"),
        ("/loop", "다른 주소로 끝없이 넘김"),
        ("/to-file", "웹 주소가 아님"),
        ("/nonsense", "연결되지 않음"),
        ("/shut", "연결되지 않음"),
    ],
)
def test_what_does_not_open_is_stored_with_its_reason(check, server, make_center, path, problem):
    make_center(website=server + path)
    words = check()

    assert list(BrokenLink.objects.values_list("problem", flat=True)) == [problem][: bool(problem)]
    assert words == f"Checked 1 of 1 websites: {int(bool(problem))} did not open.\n"


def test_slow_server_is_given_up(check, server, make_center, monkeypatch):
    monkeypatch.setattr(link_check, "MAX_SECONDS", 0.2)
    make_center(website=f"{server}/slow")

    check()
    assert BrokenLink.objects.get().problem == "연결되지 않음"


def test_closed_port_and_unknown_host(check, make_center, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    make_center(website=f"http://127.0.0.1:{port}/")
    make_center(website="http://nowhere.invalid/")

    def resolve(host, *rest, known=socket.getaddrinfo, **more):
        if host.endswith(".invalid"):
            raise OSError("unknown")
        return known(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    check()
    assert set(BrokenLink.objects.values_list("problem", flat=True)) == {
        "연결되지 않음",
        "없는 주소",
    }


def test_operators_are_checked_and_closed_centres_are_not(
    check, server, make_center, make_operator
):
    make_center(operator=make_operator(website=f"{server}/gone"))
    make_center(website=f"{server}/busy", status="closed")

    assert "Checked 1 of 1" in check()
    assert [path for _, path in _Sites.requested] == ["/gone"] * 4  # HEAD and GET, twice


def test_nothing_is_requested_unless_it_is_turned_on(check, server, settings, make_center):
    settings.LINK_CHECK = False
    make_center(website=f"{server}/gone")

    assert check() == "LINK_CHECK is false: no website is requested.\n"
    assert _Sites.requested == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"]
)
def test_private_addresses_are_not_requested(check, server, make_center, host):
    port = server.rpartition(":")[2]
    make_center()
    # The form would reject some of these.
    Center.objects.update(website=f"http://{host}:{port}/ok")

    check(allow_private=False)
    assert BrokenLink.objects.get().problem == "밖에서 열 수 없는 주소"
    assert _Sites.requested == []


def test_site_that_opens_again_is_forgotten(check, server, make_center):
    center = make_center(website=f"{server}/gone")
    BrokenLink.objects.create(url=f"{server}/ok", problem="404 응답")
    BrokenLink.objects.create(url=f"{server}/old", problem="404 응답")
    center.website = f"{server}/ok"
    center.save()

    check()
    assert not BrokenLink.objects.exists()


def test_number_of_websites_is_bounded(check, server, make_center):
    for number in range(3):
        make_center(website=f"{server}/ok?{number}")

    assert check(most=2) == "Checked 2 of 3 websites: 0 did not open.\n"


def test_two_requests_to_one_host_are_apart():
    waits, now = [], [0.0]
    checker = LinkChecker(pause=2.0, sleep=waits.append, clock=lambda: now[0])

    for host, at in (("a.kr", 0.0), ("b.kr", 0.5), ("a.kr", 0.5), ("a.kr", 9.0)):
        now[0] = at
        checker.wait_for(host)
    assert waits == [1.5]


@pytest.mark.parametrize("given", ["--most=0", "--most=x", "--minutes=-1"])
def test_bad_option_is_one_clear_line(check, given):
    with pytest.raises(CommandError, match="must be a whole number"):
        call_command("check_links", given)


def test_broken_site_joins_the_call_round(check, client, server, make_center):
    center = make_center(phone="02-123-4567", confirmed_on="2026-11-01", website=f"{server}/gone")
    sign_in(client, EDITOR)
    client.post("/admin/centers/call-round/")
    assert not Call.objects.exists()

    assert "Added 1 centres to the call round." in check()
    shown = read(client.get("/admin/centers/call-round/")).get_text(" ", strip=True)
    assert str(center) in shown and "누리집이 열리지 않음" in shown
