"""A raw HTTP client: sends requests byte for byte and returns responses unprocessed."""

import http.client
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: Seconds without a response after which a request has failed.
TIMEOUT, SHORT_TIMEOUT = 30, 3
#: Attempts at a request that a busy site asks to send again later, and most seconds between two.
MAX_ATTEMPTS, MAX_WAIT = 4, 10
#: Longer requests are reproduced from a file instead of the command line.
MAX_INLINE_BYTES = 1500


@dataclass(frozen=True)
class Request:
    """One raw request, and the promises that do not apply to its response."""

    why: str
    raw: bytes
    path: str = "/"
    method: str = "GET"
    #: Whether the server may close the connection without a response, as the request is no HTTP.
    may_close: bool = False
    #: Path of the unfiltered list, which the response must not equal; "" where there is none.
    whole: str = ""
    #: How many requests with the same reason may be stored (status 303) at most; None: any number.
    most_stored: int | None = None

    @property
    def summary(self) -> str:
        return f"{self.method} {self.path[:120]}{' …' if len(self.path) > 120 else ''} ({self.why})"


@dataclass
class Response:
    """A response; `status` is 0 where none came, and `fault` says why."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    seconds: float = 0.0
    fault: str = ""

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def kind(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Client:
    """Sends requests to one server, each over its own connection."""

    def __init__(self, url: str, cookie: str = ""):
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url!r} is no URL of the form http://127.0.0.1:8000")
        self.server = (parts.hostname, parts.port or 80)
        self.host = parts.netloc
        #: Cookie header of every request after signing in.
        self.cookie = cookie

    def build_request(
        self,
        why: str,
        path: str,
        method: str = "GET",
        headers: list[tuple[str, str]] | tuple = (),
        body: bytes | None = None,
        **more,
    ) -> Request:
        """Return a request with the default headers, followed by those given."""
        given = {name.lower() for name, _ in headers}
        usual = [("Host", self.host), ("Connection", "close")]
        if self.cookie and "cookie" not in given:
            usual.append(("Cookie", self.cookie))
        if body is not None and not given & {"content-length", "transfer-encoding"}:
            usual.append(("Content-Length", str(len(body))))
        if "connection" in given:
            usual = [pair for pair in usual if pair[0] != "Connection"]
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in (*usual, *headers))]
        # Characters beyond Latin-1 are sent as UTF-8, those within it as one byte.
        raw = b"".join(_encode_line(line) + b"\r\n" for line in lines) + b"\r\n" + (body or b"")
        return Request(why, raw, path, method, **more)

    def get(self, path: str) -> Response:
        return self.send(self.build_request("", path))

    def send(self, request: Request) -> Response:
        """Return the response, sending again as a 503 with `Retry-After` asks for.

        Downloads of the whole list are limited by intent. What stays a 503 is returned as one.
        """
        for _ in range(MAX_ATTEMPTS - 1):
            response = self._send_once(request)
            wait = response.header("retry-after")
            if response.status != 503 or not wait.isdecimal():
                return response
            time.sleep(min(int(wait), MAX_WAIT))
        return self._send_once(request)

    def _send_once(self, request: Request) -> Response:
        started = time.monotonic()
        # A malformed request may leave the server waiting for the rest of it.
        timeout = SHORT_TIMEOUT if request.may_close else TIMEOUT
        try:
            with socket.create_connection(self.server, timeout=timeout) as connection:
                response = _exchange(connection, request)
        except TimeoutError:
            response = Response(fault="no response")
        except OSError as error:
            response = Response(fault=f"no connection: {error}")
        response.seconds = time.monotonic() - started
        return response

    def reproduce(self, request: Request, folder: Path) -> str:
        """Return a shell command that sends the same bytes again."""
        host, port = self.server
        if len(request.raw) <= MAX_INLINE_BYTES:
            octal = "".join(
                chr(byte) if 32 <= byte < 127 and byte not in b"\\'%" else f"\\0{byte:03o}"
                for byte in request.raw
            )
            return f"printf %b '{octal}' | nc {host} {port}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{abs(hash(request.raw)):x}.txt"
        file.write_bytes(request.raw)
        return f"nc {host} {port} < {file}"


def _encode_line(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")


def _exchange(connection: socket.socket, request: Request) -> Response:
    with suppress(BrokenPipeError, ConnectionResetError):
        # The server may respond and close before it has read everything.
        connection.sendall(request.raw)
    received = http.client.HTTPResponse(connection, method=request.method)
    try:
        received.begin()
        body = received.read()
    except (ConnectionResetError, http.client.RemoteDisconnected):
        return Response(fault="closed without a response")
    except (http.client.HTTPException, ValueError) as error:
        return Response(fault=f"no HTTP: {type(error).__name__}")
    return Response(received.status, received.getheaders(), body)
