"""200 slow connections, while ordinary pages answer within a second."""

import socket
import threading
import time

from tests.faults.scratch import UNREAD, main, prepare, site, status

SLOW, ASKED = 200, 40
HEAD = b"GET /?region=26 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    # Without it, the form would be refused unread.
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n\r\n"
)
#: How many of them must still be on when all pages have been read, by what they do. The site reads
#: four bodies at once, and sends whoever else is slow with one away with 503.
LEAST = {
    "headers by drips": SLOW // 2,
    "a body by drips": 4,
    "a page read by drips": SLOW // 2,
    "nothing at all": SLOW // 2,
}


def hold(port: int, kind: str, ended: threading.Event, connected: list, left: list) -> None:
    """Be one slow client; note that it has been connected, and that it has been hung up on."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        try:
            client.connect(("127.0.0.1", port))
            connected.append(client)
            first = {"headers by drips": HEAD, "a body by drips": POST}.get(kind, b"")
            if kind == "a page read by drips":
                first = HEAD + b"\r\n"
            client.sendall(first)
            while not ended.wait(1):
                if kind == "headers by drips":
                    client.sendall(b"X-A: b\r\n")
                elif kind == "a body by drips":
                    client.sendall(b"a")
                elif kind == "a page read by drips":
                    client.recv(16)
                if is_hung_up_on(client):
                    left.append(client)
                    return
        except OSError:
            left.append(client)


def is_hung_up_on(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False


def test(promise, folder, database):
    prepare(folder, database.url)
    unread = iter(UNREAD)
    with site(folder, database.url) as running:
        for kind in LEAST:
            ended, connected, left = threading.Event(), [], []
            given = running.port, kind, ended, connected, left
            threads = [threading.Thread(target=hold, args=given, daemon=True) for _ in range(SLOW)]
            for thread in threads:
                thread.start()
            time.sleep(3)
            times, failed = [], 0
            for _ in range(ASKED):
                began = time.monotonic()
                try:
                    failed += status(running.port, next(unread), timeout=30) != 200
                except OSError:
                    failed += 1
                times.append(time.monotonic() - began)
            still = SLOW - len(left)
            ended.set()
            for thread in threads:
                thread.join()
            times.sort()
            promise(
                len(connected) == SLOW and still >= LEAST[kind],
                f"{len(connected)} come with {kind}, {still} are still on after the last page",
            )
            promise(
                not failed and times[-1] < 1,
                f"beside them: {ASKED} lists, {failed} failed, median "
                f"{times[ASKED // 2]:.2f} s, slowest {times[-1]:.2f} s",
            )


if __name__ == "__main__":
    main("Slow clients", test, databases=("sqlite",))
