"""Start commands of manage.py by fork, from a process that has imported Django and its kin.

    python -m tests.support.fork_server SOCKET

Most of what a command costs is importing the same packages again. Each command is still a process
with its own environment, folder, settings and exit code: modules that read a setting when they are
imported cannot be imported without settings, so each command imports those itself.
"""

import array
import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What every command imports, and imports no setting.
PRELOADED = """
asyncio csp.middleware defusedxml.ElementTree django.contrib.admin django.contrib.postgres.fields
django.contrib.staticfiles.storage django.core.management django.core.serializers.json
django.db.backends.postgresql.base django.db.backends.sqlite3.base django.db.models
django.template.loader django.test django_filters environ fido2.server openpyxl psycopg
pythonjsonlogger.json qrcode requests rest_framework.serializers simple_history.models
whitenoise.middleware
""".split()
#: Numbers of the three standard streams that come with each request.
STREAMS = 3
MAX_REQUEST = 1_000_000


def serve(path: str) -> None:
    """Run the commands that come on a Unix socket, until standard input ends: with the starter."""
    sys.path.insert(0, str(ROOT))
    for name in PRELOADED:
        importlib.import_module(name)
    assert threading.active_count() == 1, "Threads do not survive a fork."
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its starter ends it
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        print("ready", flush=True)
        while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    server.close()
                    watch(connection)


def watch(connection: socket.socket) -> None:
    """Run one command; send its process id, then its exit code as `subprocess` counts it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    given, streams = receive(connection)
    pid = os.fork()
    if pid == 0:
        connection.close()
        run(given, streams)
    connection.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """Return the arguments and environment of a command, and its standard streams."""
    streams = array.array("i")
    space = socket.CMSG_SPACE(STREAMS * streams.itemsize)
    text, ancillary, _, _ = connection.recvmsg(MAX_REQUEST, space)
    for _, _, data in ancillary:
        streams.frombytes(data[: len(data) - len(data) % streams.itemsize])
    while not text.endswith(b"\n"):
        text += connection.recv(MAX_REQUEST)
    return json.loads(text), list(streams)


def run(given: dict, streams: list[int]) -> None:
    """Become the command: what the interpreter does for a script, and at its end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(given["environment"])
    os.chdir(given["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    script, *_ = sys.argv = given["arguments"]
    code = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        code = end.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code or 0)


if __name__ == "__main__":
    serve(sys.argv[1])
