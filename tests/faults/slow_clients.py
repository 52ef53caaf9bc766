"""200 slow connections, while ordinary pages take less than a second."""

import socket
import threading
import time

from tests.faults.scratch import UNCACHED_PATHS, fetch_status, main, prepare, site

SLOW_CLIENTS, REQUESTS = 200, 40
HEAD = b"GET /?region=26 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    # Without the cookie, the form would be rejected unread.
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n\r\n"
)
#: Least number of clients still connected at the end, by behaviour. The site reads four bodies at
#: once, and rejects further slow ones with 503.
MIN_CONNECTED = {
    "headers by drips": SLOW_CLIENTS // 2,
    "a body by drips": 4,
    "a page read by drips": SLOW_CLIENTS // 2,
    "nothing at all": SLOW_CLIENTS // 2,
}


def hold_connection(
    port: int, kind: str, ended: threading.Event, connected: list, left: list
) -> None:
    """Act as one slow client; record its connection and when the server closes it."""
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
                if is_closed(client):
                    left.append(client)
                    return
        except OSError:
            left.append(client)


def is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False


def test(promise, folder, database):
    prepare(folder, database.url)
    unread = iter(UNCACHED_PATHS)
    with site(folder, database.url) as running:
        for kind in MIN_CONNECTED:
            ended, connected, left = threading.Event(), [], []
            arguments = running.port, kind, ended, connected, left
            threads = [
                threading.Thread(target=hold_connection, args=arguments, daemon=True)
                for _ in range(SLOW_CLIENTS)
            ]
            for thread in threads:
                thread.start()
            time.sleep(3)
            times, failed = [], 0
            for _ in range(REQUESTS):
                began = time.monotonic()
                try:
                    failed += fetch_status(running.port, next(unread), timeout=30) != 200
                except OSError:
                    failed += 1
                times.append(time.monotonic() - began)
            remaining = SLOW_CLIENTS - len(left)
            ended.set()
            for thread in threads:
                thread.join()
            times.sort()
            promise(
                len(connected) == SLOW_CLIENTS and remaining >= MIN_CONNECTED[kind],
                f"{len(connected)} connected with {kind}, {remaining} still connected at the end",
            )
            promise(
                not failed and times[-1] < 1,
                f"meanwhile: {REQUESTS} lists, {failed} failed, median "
                f"{times[REQUESTS // 2]:.2f} s, slowest {times[-1]:.2f} s",
            )


if __name__ == "__main__":
    main("Slow clients", test, databases=("sqlite",))
