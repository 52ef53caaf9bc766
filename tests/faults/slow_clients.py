"""200 slow connections, while ordinary pages answer within a second."""

import socket
import threading
import time

from tests.faults.scratch import main, prepare, site, status

SLOW, ASKED = 200, 40
HEAD = b"GET /?region=26 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    # Without it, the form would be refused unread.
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n\r\n"
)
KINDS = ("headers by drips", "a body by drips", "a page read by drips", "nothing at all")


def hold(port: int, kind: str, ended: threading.Event, count: list) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        try:
            client.connect(("127.0.0.1", port))
            count.append(kind)
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
        except OSError:
            pass  # hung up on


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        for kind in KINDS:
            ended, count = threading.Event(), []
            threads = [
                threading.Thread(target=hold, args=(running.port, kind, ended, count), daemon=True)
                for _ in range(SLOW)
            ]
            for thread in threads:
                thread.start()
            time.sleep(3)
            times, failed = [], 0
            for _ in range(ASKED):
                began = time.monotonic()
                try:
                    failed += status(running.port, "/", timeout=30) != 200
                except OSError:
                    failed += 1
                times.append(time.monotonic() - began)
            ended.set()
            for thread in threads:
                thread.join()
            times.sort()
            promise(
                not failed and times[-1] < 1,
                f"{len(count)} with {kind}: {ASKED} pages, {failed} failed, median "
                f"{times[ASKED // 2]:.2f} s, slowest {times[-1]:.2f} s",
            )


if __name__ == "__main__":
    main("Slow clients", test, databases=("sqlite",))
