"""The example configuration of nginx in front of the service."""

import base64
import hashlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Semaphore, Thread

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from centers.http.middleware.page_cache import CACHE_CONTROL
from centers.http.middleware.security_headers import PERMISSIONS_POLICY
from tests.management.test_settings import PRODUCTION
from tests.support.processes import manage
from tests.support.sites import free_port, prepared_database, running

DEPLOY = settings.BASE_DIR / "deploy"
HOST = "centers.example.kr"
TOOLS = [shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin"), shutil.which("openssl")]

REQUEST_ID = re.compile(r"[0-9a-f]{32}")

needs_nginx = pytest.mark.skipif(not all(TOOLS), reason="needs nginx and openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout privkey.pem -out fullchain.pem -subj"
    subprocess.run(
        [TOOLS[1], *make.split(), f"/CN={HOST}"], cwd=folder, check=True, capture_output=True
    )
    return folder


class Proxy:
    """nginx by the shipped example, with other ports and paths and nothing else changed."""

    def __init__(self, folder, certificate, services, from_elsewhere=False):
        self.folder, self.plain, self.port = folder, free_port(), free_port()
        parts = shutil.copytree(DEPLOY / "nginx", folder / "nginx")
        example = (parts / "centers.conf").read_text()
        for port, service in zip((8001, 8002), services, strict=True):
            example = example.replace(f"127.0.0.1:{port}", f"127.0.0.1:{service}")
        for old, new in {
            "/etc/letsencrypt/live/centers.example.kr": certificate,
            "/srv/centers/deploy": folder,
            "/var/cache/nginx/centers": folder / "cache",
            "/var/log/nginx": folder,
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
        }.items():
            assert old in example
            example = example.replace(old, str(new))
        example = re.sub(r"\n *listen \[::\][^\n]*", "", example)
        # Else those who ask from here are the supervisors.
        example = example.replace("allow 127.0.0.1;", "" if from_elsewhere else "allow 127.0.0.1;")
        for part in parts.glob("*.conf"):
            text = part.read_text().replace("/srv/centers/deploy", str(folder))
            part.write_text(text.replace("/var/log/nginx", str(folder)))
        places = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.config = folder / "nginx.conf"
        self.config.write_text(
            # Its workers must get at the folder of the test, which is its owner's alone.
            f"{'user root;' if os.geteuid() == 0 else ''}"
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;"
            f"events {{ worker_connections 200; }} http {{ {places}\n{example}\n}}"
        )

    @property
    def command(self):
        return [TOOLS[0], "-e", str(self.folder / "errors"), "-c", str(self.config)]

    def ask(self, path, **given):
        """Return status, headers and body of one answer."""
        head, _, body = self.receive(path, **given).partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        named = dict(field.lower().split(": ", 1) for field in fields)
        assert len(named) == len(fields), f"a header came twice: {fields}"
        return int(status.split()[1]), named, body.decode(errors="replace")

    def receive(self, path, method="GET", tls=True, port=None, version="1.1", host=HOST, **headers):
        """Return all that comes back to one request."""
        lines = [f"{method} {path} HTTP/{version}", f"Host: {host}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.send("\r\n".join(lines) + "\r\n\r\n", tls, port)

    def send(self, request, tls=True, port=None):
        """Return all that comes back to a request that is sent as it is."""
        port = port or (self.port if tls else self.plain)
        end = socket.create_connection(("127.0.0.1", port), timeout=30)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            end = context.wrap_socket(end, server_hostname=HOST)
        with closing(end):
            end.sendall(request.encode())
            return b"".join(iter(lambda: end.recv(65536), b""))

    @contextmanager
    def running(self):
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 30
            while not (self.folder / "pid").exists() or not (self.folder / "pid").read_text():
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.05)
            yield self
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def proxy(tmp_path, certificate):
    return lambda *services, **given: Proxy(tmp_path, certificate, services, **given)


@contextmanager
def counting_service(before_response=lambda headers: None):
    """A service with the cache headers of the site, which numbers its responses; yields its port.

    `before_response` is called with the headers of each request.
    """
    numbers = count(1)

    class Response(BaseHTTPRequestHandler):
        def do_GET(self):
            before_response(self.headers)
            body = str(next(numbers)).encode()
            self.send_response(200)
            self.send_header("Cache-Control", CACHE_CONTROL)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Request-ID", self.headers["X-Request-ID"])
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Response) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def korean(body):
    return BeautifulSoup(body, "lxml").h1.get_text()


@contextmanager
def real_site(folder, **given):
    """The service itself as in production, behind a proxy."""
    given = PRODUCTION | {"BEHIND_PROXY": "true"} | given
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url, **given) as site,
    ):
        yield site.wait()


@needs_nginx
def test_example_is_understood(proxy):
    ended = subprocess.run([*proxy(1, 2).command, "-t"], capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr
    assert "[warn]" not in ended.stderr


@needs_nginx
def test_service_is_reached_and_told_the_truth_about_who_asks(proxy, tmp_path):
    with (
        real_site(tmp_path, API_RATE=2) as site,
        # The other instance is away, which no reader notices.
        proxy(site.port, free_port()).running() as nginx,
    ):
        assert [nginx.ask("/about/")[0] for _ in range(6)] == [200] * 6
        assert nginx.ask("/about/", tls=False)[1]["location"] == f"https://{HOST}/about/"

        # Whatever a reader claims, it is counted by its own address, and may not choose its
        # number in the log.
        answers = [
            nginx.ask("/api/v1/", X_Forwarded_For=f"192.0.2.{n}", X_Request_ID="a" * 32)
            for n in range(7)
        ]
        assert {status for status, *_ in answers} == {200, 429}
        numbers = {headers["x-request-id"] for _, headers, _ in answers}
        assert len(numbers) == 7
        assert "a" * 32 not in numbers
        assert nginx.ask("/about/", X_Forwarded_Proto="http")[0] == 200
        assert nginx.ask("/readyz")[0] == 200

        status, _, body = nginx.ask("/?q=" + "a" * 40_000)
        assert (status, korean(body)) == (414, "주소가 너무 깁니다")
        status, _, body = nginx.ask("/admin/", method="POST", Content_Length=9_000_000)
        assert (status, korean(body)) == (413, "보낸 것이 너무 큽니다")

        site.stop()
        status, headers, body = nginx.ask("/coverage/")
        assert (status, korean(body)) == (503, "잠시 쉬고 있습니다")
        assert headers["retry-after"] == "30"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "charset=utf-8" in headers["content-type"]
    # Only faults are logged: without IP addresses, and with the id that the reader got.
    faults = (tmp_path / "centers-faults.log").read_text()
    assert "127.0.0.1" not in faults
    assert f" 503 {headers['x-request-id']} " in faults


@needs_nginx
def test_unknown_page_is_the_sites_while_one_instance_is_away(proxy, tmp_path):
    with real_site(tmp_path) as site, proxy(free_port(), site.port).running() as nginx:
        own_page = site.get("/no-such-page/", Host=HOST, **{"X-Forwarded-Proto": "https"})
        for _ in range(4):
            status, _, body = nginx.ask("/no-such-page/")
            assert (status, body) == (404, own_page.body.decode())
            status, headers, body = nginx.ask("/api/v1/no-such-path/")
            assert status == 404
            assert headers["content-type"] == "application/problem+json"
            assert json.loads(body)["status"] == 404


@needs_nginx
def test_response_from_nginx_cache_has_an_id_of_its_own(proxy):
    with counting_service() as service, proxy(service, free_port()).running() as nginx:
        first, second = nginx.ask("/centers/5/"), nginx.ask("/centers/5/")

    assert first[2] == second[2] == "1"
    ids = {first[1]["x-request-id"], second[1]["x-request-id"]}
    assert len(ids) == 2
    assert all(REQUEST_ID.fullmatch(request_id) for request_id in ids)


@needs_nginx
def test_path_and_query_are_different_entries_of_nginx_cache(proxy):
    with counting_service() as service, proxy(service, free_port()).running() as nginx:
        paths = ["/%3Fq=x", "/?q=x", "/?q=x?"]
        bodies = [nginx.ask(path)[2] for path in [*paths, *paths]]

    assert bodies == ["1", "2", "3"] * 2


@needs_nginx
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/centers.csv", "GET"),
        ("/coverage.csv", "GET"),
        ("/admin/login/", "POST"),
        ("/admin/password_change/", "POST"),
        ("/admin/security/again/", "POST"),
        ("/centers/5/correction/", "POST"),
    ],
)
def test_too_many_costly_requests_are_rejected_alone(proxy, path, method):
    with counting_service() as service, proxy(service, free_port()).running() as nginx:
        responses = (nginx.ask(path, method=method, Content_Length=0) for _ in range(60))
        accepted, (status, headers, body) = next(
            (number, response) for number, response in enumerate(responses) if response[0] != 200
        )
        page = nginx.ask("/")

    assert accepted > 10
    assert (status, korean(body)) == (429, "너무 자주 요청했습니다")
    assert headers["retry-after"] == "30"
    check_headers(headers, tls=True)
    assert page[0] == 200


@needs_nginx
@pytest.mark.parametrize(
    ("path", "at_once"),
    [
        ("/admin/login/", 4),
        ("/admin/password_change/", 4),
        ("/admin/security/again/", 4),
        ("/centers.csv", 2),
    ],
)
def test_too_many_costly_requests_at_once_are_rejected(proxy, path, at_once):
    arrived, end = Semaphore(0), Event()

    def wait(_):
        arrived.release()
        assert end.wait(60)

    with (
        counting_service(wait) as service,
        proxy(service, free_port()).running() as nginx,
        ThreadPoolExecutor(at_once) as pool,
    ):
        # Different query strings, since nginx waits for the first of the same file.
        waiting = [pool.submit(nginx.ask, f"{path}?page={number}") for number in range(at_once)]
        try:
            assert all(arrived.acquire(timeout=30) for _ in waiting)
            status, headers, body = nginx.ask(path)
        finally:
            end.set()
        page = nginx.ask("/")

    assert (status, korean(body)) == (429, "너무 자주 요청했습니다")
    check_headers(headers, tls=True)
    assert [future.result()[0] for future in waiting] == [200] * at_once
    assert page[0] == 200


@needs_nginx
def test_header_with_an_underscore_does_not_reach_the_service(proxy):
    received = []
    with (
        counting_service(received.append) as service,
        proxy(service, free_port()).running() as nginx,
    ):
        nginx.send(
            f"GET /api/v1/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
            "X_Forwarded_For: 203.0.113.9\r\nX-Other: 1\r\n\r\n"
        )

    [headers] = received
    assert headers["X-Other"] == "1"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert "203.0.113.9" not in str(headers)


@needs_nginx
@pytest.mark.parametrize(
    "cookie", [f"__Host-sessionid={'a1' * 16}", f"a=b; __Host-sessionid={'b' * 32}; c=d"]
)
def test_nginx_neither_serves_nor_stores_an_editors_pages(proxy, cookie):
    with counting_service() as service, proxy(service, free_port()).running() as nginx:

        def answer(**headers):
            return int(nginx.ask("/centers/5/", **headers)[2])

        assert [answer(), answer()] == [1, 1]
        assert [answer(Cookie=cookie), answer(Cookie=cookie)] == [2, 3]
        assert answer(Cookie="theme=dark; xsessionid=a") == 1
        # What cannot be the key of a session is no editor's.
        assert answer(Cookie="sessionid=a; __Host-sessionid=") == 1
        # Another site of the domain may set this one.
        assert answer(Cookie=f"sessionid={'a' * 32}") == 1
        assert answer() == 1


def test_nginx_knows_the_session_cookie_of_production(tmp_path):
    code = "from django.conf import settings; print(settings.SESSION_COOKIE_NAME)"
    ended = manage("shell", "-v0", "-c", code, DATA_DIR=tmp_path / "data", **PRODUCTION)

    config = (DEPLOY / "nginx" / "centers.conf").read_text()
    assert f'$centers_editor {{ "~(^|; ){ended.stdout.strip()}=' in config


@pytest.fixture(scope="module")
def alone(certificate, tmp_path_factory):
    """nginx before a service that is away, asked by somebody who is no supervisor."""
    folder = tmp_path_factory.mktemp("alone")
    services = free_port(), free_port()
    with Proxy(folder, certificate, services, from_elsewhere=True).running() as nginx:
        yield nginx


LONG = "a" * 40_000
#: The policy of nginx's own responses.
[PROXY_CSP] = re.findall(
    r'Content-Security-Policy "([^"]+)"', (DEPLOY / "nginx" / "headers.conf").read_text()
)


def check_headers(headers, tls):
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == PROXY_CSP.lower()
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"] == PERMISSIONS_POLICY
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "deny"
    assert REQUEST_ID.fullmatch(headers["x-request-id"])
    # Over plain HTTP it must not be sent (RFC 6797, 7.2).
    assert headers.get("strict-transport-security", "").startswith("max-age=31536000") is tls
    assert headers["server"] == "nginx"


@needs_nginx
@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize(
    ("asked", "status", "title"),
    [
        ({"path": "/%00"}, 400, "잘못된 요청입니다"),
        ({"path": "/", "method": "ge t"}, 400, "잘못된 요청입니다"),
        ({"path": "/", "Content_Length": "many"}, 400, "잘못된 요청입니다"),
        ({"path": "/", "host": "a/b"}, 400, "잘못된 요청입니다"),
        ({"path": "/", "method": "TRACE"}, 405, "잘못된 요청입니다"),
        ({"path": "/", "Transfer_Encoding": "gzip"}, 501, "잘못된 요청입니다"),
        ({"path": "/", "version": "9.9"}, 505, "잘못된 요청입니다"),
        ({"path": "/_proxy/400.html"}, 404, "찾을 수 없는 화면입니다"),
        ({"path": f"/?q={LONG}"}, 414, "주소가 너무 깁니다"),
        ({"path": "/", "X_Long": LONG}, 431, "보낸 정보가 너무 깁니다"),
    ],
    ids=lambda given: str(given)[:40],
)
def test_errors_of_nginx_are_korean_and_have_all_headers(alone, asked, status, title, tls):
    answered, headers, body = alone.ask(tls=tls, **asked)

    assert (answered, korean(body)) == (status, title)
    check_headers(headers, tls)
    assert "retry-after" not in headers


@needs_nginx
@pytest.mark.parametrize(
    ("asked", "status", "title"),
    [
        ({"path": "/readyz"}, 403, "볼 수 없는 화면입니다"),
        (
            {"path": "/", "method": "POST", "Content_Length": 9_000_000},
            413,
            "보낸 것이 너무 큽니다",
        ),
        ({"path": "/"}, 503, "잠시 쉬고 있습니다"),
    ],
)
def test_what_only_the_site_itself_refuses_is_refused_so_too(alone, asked, status, title):
    answered, headers, body = alone.ask(**asked)

    assert (answered, korean(body)) == (status, title)
    check_headers(headers, tls=True)
    assert headers.get("retry-after") == ("30" if status == 503 else None)


@needs_nginx
@pytest.mark.parametrize("host", [HOST, "other.example.kr"])
def test_plain_http_where_tls_is_spoken_is_refused_so_too(alone, host):
    answered, headers, body = alone.ask("/", tls=False, port=alone.port, host=host)

    assert (answered, korean(body)) == (400, "잘못된 요청입니다")
    check_headers(headers, tls=False)


@needs_nginx
def test_way_to_https_has_all_headers_and_names_no_other_host(alone):
    answered, headers, _ = alone.ask("/about/?a=b", tls=False, host="other.example.kr")

    assert (answered, headers["location"]) == (301, f"https://{HOST}/about/?a=b")
    check_headers(headers, tls=False)


@needs_nginx
def test_other_host_gets_no_answer(alone):
    # Though the handshake has named the right one.
    assert alone.receive("/", host="other.example.kr") == b""


def test_pages_of_the_proxy_ask_for_nothing():
    pages = sorted((DEPLOY / "nginx" / "pages").glob("*.html"))
    named = re.findall(r"/_proxy/(\d+\.html)", (DEPLOY / "nginx" / "errors.conf").read_text())

    assert [page.name for page in pages] == sorted(set(named))
    for page in pages:
        soup = BeautifulSoup(page.read_text(), "lxml")
        assert soup.html["lang"] == "ko"
        assert not soup.select("[src], link, script, [style]")
        # The policy allows this style by its hash, and the search form to be sent.
        [style] = soup.select("style")
        digest = base64.b64encode(hashlib.sha256(style.string.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in PROXY_CSP
        assert soup.select_one("form[action='/']")
        assert "form-action 'self'" in PROXY_CSP
        assert "url(" not in style.string


def test_container_gets_just_what_runs():
    allowed = (settings.BASE_DIR / ".containerignore").read_text().split()
    lines = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    copied = [name for line in lines for name in line.split()]

    assert {line[1:] for line in allowed if line.startswith("!")} == set(copied)
    assert all((settings.BASE_DIR / name).exists() for name in copied)
