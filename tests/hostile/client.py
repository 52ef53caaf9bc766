"""Requests that go out byte for byte, and answers as they came, however odd either is."""

import http.client
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: Seconds after which an answer counts as none.
PATIENCE, LITTLE_PATIENCE = 30, 3
#: Longer requests are told by a file rather than a line.
LONGEST_TOLD = 1500


@dataclass(frozen=True)
class Request:
    """One request, and which promises it may be excused from."""

    why: str
    raw: bytes
    path: str = "/"
    method: str = "GET"
    #: Whether the server may end the connection without a word, as HTTP cannot be spoken with it.
    may_close: bool = False
    #: The address whose whole list must not be what is shown; "" where there is none.
    whole: str = ""
    #: Answers that are all right although they begin with a 5.
    allowed: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        return f"{self.method} {self.path[:120]}{' …' if len(self.path) > 120 else ''} ({self.why})"


@dataclass
class Answer:
    """What came back; `status` 0 where nothing did, and `fault` says how that was."""

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
    """Speaks to one server, each request over a connection of its own."""

    def __init__(self, url: str, cookie: str = ""):
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url!r} is no address of the form http://127.0.0.1:8000")
        self.address = (parts.hostname, parts.port or 80)
        self.host = parts.netloc
        #: What goes along with every request once somebody has signed in.
        self.cookie = cookie

    def request(
        self,
        why: str,
        path: str,
        method: str = "GET",
        headers: list[tuple[str, str]] | tuple = (),
        body: bytes | None = None,
        **more,
    ) -> Request:
        """A request with the usual headers; those given come last, and stand beside the usual."""
        given = {name.lower() for name, _ in headers}
        usual = [("Host", self.host), ("Connection", "close")]
        if self.cookie and "cookie" not in given:
            usual.append(("Cookie", self.cookie))
        if body is not None and not given & {"content-length", "transfer-encoding"}:
            usual.append(("Content-Length", str(len(body))))
        if "connection" in given:
            usual = [pair for pair in usual if pair[0] != "Connection"]
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in (*usual, *headers))]
        # Letters beyond Latin-1 go out as UTF-8, and those within it as the one byte they are.
        raw = b"".join(_bytes(line) + b"\r\n" for line in lines) + b"\r\n" + (body or b"")
        return Request(why, raw, path, method, **more)

    def get(self, path: str) -> Answer:
        return self.send(self.request("", path))

    def send(self, request: Request) -> Answer:
        started = time.monotonic()
        # What is no HTTP may leave the server waiting for the rest of it.
        patience = LITTLE_PATIENCE if request.may_close else PATIENCE
        try:
            with socket.create_connection(self.address, timeout=patience) as connection:
                answer = _exchange(connection, request)
        except TimeoutError:
            answer = Answer(fault="no answer")
        except OSError as error:
            answer = Answer(fault=f"no connection: {error}")
        answer.seconds = time.monotonic() - started
        return answer

    def reproduce(self, request: Request, folder: Path) -> str:
        """A line for a shell that sends the same bytes again."""
        host, port = self.address
        if len(request.raw) <= LONGEST_TOLD:
            octal = "".join(
                chr(byte) if 32 <= byte < 127 and byte not in b"\\'%" else f"\\0{byte:03o}"
                for byte in request.raw
            )
            return f"printf %b '{octal}' | nc {host} {port}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{abs(hash(request.raw)):x}.txt"
        file.write_bytes(request.raw)
        return f"nc {host} {port} < {file}"


def _bytes(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")


def _exchange(connection: socket.socket, request: Request) -> Answer:
    with suppress(BrokenPipeError, ConnectionResetError):
        # It may have heard enough before the end; what it had to say is read below all the same.
        connection.sendall(request.raw)
    response = http.client.HTTPResponse(connection, method=request.method)
    try:
        response.begin()
        body = response.read()
    except (ConnectionResetError, http.client.RemoteDisconnected):
        return Answer(fault="closed without a word")
    except (http.client.HTTPException, ValueError) as error:
        return Answer(fault=f"no HTTP: {type(error).__name__}")
    return Answer(response.status, response.getheaders(), body)
