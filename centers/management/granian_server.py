"""Run granian, and print where the site is once it answers.

`manage.py serve` replaces itself by this, with granian's options as arguments. The main process
imports the application before granian forks the workers: they share its memory, answer as soon as
they are started, and one that is started later runs the same release.
"""

import http.client
import json
import os
import signal
import threading
import time
from contextlib import closing, suppress
from importlib import import_module

#: The variable in which `serve` passes what to print: a JSON object of `host`, `port` and `text`.
READY_MESSAGE = "CENTERS_READY_MESSAGE"
#: In seconds.
POLL_INTERVAL, RESPONSE_TIMEOUT = 0.05, 5


def main() -> None:
    from granian.cli import entrypoint

    message = json.loads(os.environ.pop(READY_MESSAGE))
    # A process and not a thread, since granian forks its workers, which no other thread survives.
    if (child := start_announcer(**message)) is not None:
        # On a SIGCHLD, a SIGTERM at the same moment could go to another thread than the one that
        # handles signals, and be lost until the next.
        threading.Thread(target=os.waitpid, args=(child, 0), daemon=True).start()
        import_module("centers.wsgi")
        entrypoint()


def start_announcer(host: str, port: int, text: str) -> int | None:
    """Fork a process that prints the text once the server responds; return its number.

    Returns None in that process, when it has nothing more to do.
    """
    server = os.getpid()
    if child := os.fork():
        return child
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # As soon as the server has ended, this process is the child of another one.
    while os.getppid() == server:
        if is_ready(host, port):
            with suppress(OSError):  # nobody reads the output any more
                print(text, flush=True)
            break
        time.sleep(POLL_INTERVAL)
    return None


def is_ready(host: str, port: int) -> bool:
    """Whether the server there responds to `/healthz`."""
    connection = http.client.HTTPConnection(host, port, timeout=RESPONSE_TIMEOUT)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


if __name__ == "__main__":
    main()
