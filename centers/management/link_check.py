"""Checks whether the websites of centres and operators still open: bounded, slow, and read-only.

One request at a time, a pause between two to the same host, no redirects into private networks.
The address that was checked is the one that is connected to, so that a name cannot change between.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

MAX_REDIRECTS = 5
#: In seconds, for connecting and for each read.
TIMEOUT = 10
#: In seconds for a whole response head: a server may send it byte by byte.
MAX_SECONDS = 30
#: In seconds between two requests to one host.
PAUSE = 2.0
USER_AGENT = "centers-link-check/1 (+manage.py check_links)"
#: Statuses of sites that open in a browser, but not for programs or not so often.
UNCLEAR_STATUSES = (401, 403, 405, 406, 429)


class LinkError(Exception):
    """A website does not open; the message says in Korean why."""


@dataclass
class LinkChecker:
    """Requests websites politely; `sleep` and `clock` are replaced in tests."""

    allows_private: bool = False
    pause: float = PAUSE
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self):
        self.requested_at: dict[str, float] = {}

    def find_problem(self, url: str) -> str:
        """Return in Korean why a website does not open; "" if it does."""
        try:
            self.follow(url)
        except LinkError as error:
            return str(error)
        return ""

    def follow(self, url: str) -> None:
        """Request a URL and what it redirects to; raises LinkError."""
        for _ in range(MAX_REDIRECTS + 1):
            status, location = self.request(url)
            if status in (301, 302, 303, 307, 308) and location:
                url = urljoin(url, location)
                continue
            if status >= 400 and status not in UNCLEAR_STATUSES:
                raise LinkError(f"{status} 응답")
            return
        raise LinkError("다른 주소로 끝없이 넘김")

    def request(self, url: str) -> tuple[int, str]:
        """Request the head of a URL, or the whole where that is rejected: status and Location."""
        status, location = self.request_once(url, "HEAD")
        # Some servers reject HEAD or mistake it.
        return self.request_once(url, "GET") if status >= 400 else (status, location)

    def request_once(self, url: str, method: str) -> tuple[int, str]:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise LinkError("웹 주소가 아님") from None
        if parts.scheme not in ("http", "https") or not host:
            raise LinkError("웹 주소가 아님")
        self.wait_for(host)
        port = port or (443 if parts.scheme == "https" else 80)
        address = self.resolve(host, port)
        connection = build_connection(parts.scheme, host, port, address)
        watch = threading.Timer(MAX_SECONDS, end_connection, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.putrequest(method, build_target(parts.path, parts.query))
            connection.putheader("User-Agent", USER_AGENT)
            connection.putheader("Accept", "text/html,*/*;q=0.5")
            connection.putheader("Connection", "close")
            connection.endheaders()
            response = connection.getresponse()
            # The body is not read: closing the connection ends it.
            return response.status, response.getheader("Location") or ""
        except TimeoutError:
            raise LinkError(f"{TIMEOUT}초 안에 응답하지 않음") from None
        except ssl.SSLError:
            raise LinkError("인증서에 문제가 있음") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise LinkError("연결되지 않음") from None
        finally:
            watch.cancel()
            connection.close()

    def wait_for(self, host: str) -> None:
        """Wait until the pause since the last request to a host is over."""
        last = self.requested_at.get(host)
        if last is not None and (rest := last + self.pause - self.clock()) > 0:
            self.sleep(rest)
        self.requested_at[host] = self.clock()

    def resolve(self, host: str, port: int) -> str:
        """Return the IP address to connect to; raises LinkError for a private one."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise LinkError("없는 주소") from None
        addresses = [str(one[4][0]) for one in found]
        if not self.allows_private and not all(map(is_global, addresses)):
            raise LinkError("밖에서 열 수 없는 주소")
        return addresses[0]


def is_global(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


def build_connection(scheme: str, host: str, port: int, address: str) -> http.client.HTTPConnection:
    """Build a connection for the name of a host that goes to this IP address."""
    if scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)

    def connect(_target, timeout, source_address=None):
        return socket.create_connection((address, port), timeout, source_address)

    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection


def end_connection(connection: http.client.HTTPConnection) -> None:
    """End a connection that another thread waits for."""
    if connection.sock:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def build_target(path: str, query: str) -> str:
    """Build the target of a request line, with Hangul percent-encoded as browsers do."""
    target = f"{path or '/'}?{query}" if query else path or "/"
    return quote(target, safe="/?%&=+,;:@!$'()*~-._[]|")


def find_broken(checker: LinkChecker, urls: Iterable[str], until: float) -> dict[str, str]:
    """Return the problem of each website that did not open twice, and "" of those that did.

    Websites that were not reached until the time `until` of the checker's clock are left out.
    """
    problems: dict[str, str] = {}
    failed = []
    for url in urls:
        if checker.clock() >= until:
            return problems
        if checker.find_problem(url):
            failed.append(url)
        else:
            problems[url] = ""
    for url in failed:
        if checker.clock() >= until:
            break
        problems[url] = checker.find_problem(url)
    return problems
