"""Commands run as a person runs them: in a process of their own, with settings of their own."""

import atexit
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SETTINGS = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def environment(**given) -> dict[str, str]:
    """The environment with these settings and no others, whatever a developer's .env may say."""
    # An empty setting counts as not given, and goes before the one in .env.
    return os.environ | dict.fromkeys(SETTINGS, "") | {name: str(v) for name, v in given.items()}


class ForkServer:
    """`tests.support.fork_server`, which starts commands without importing everything again."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="forks_")
        self.path = f"{self.folder}/socket"
        settings = {"DJANGO_SETTINGS_MODULE", *SETTINGS}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fork_server", self.path],
            env={name: value for name, value in os.environ.items() if name not in settings},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout.readline() == b"ready\n"
        atexit.register(self.close)

    def run(self, arguments: list[str], environment: dict[str, str], seconds: int):
        with (
            socket.socket(socket.AF_UNIX) as connection,
            open(os.devnull) as nothing,  # noqa: PTH123 (a stream, not a file)
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as errors,
        ):
            connection.settimeout(seconds)
            connection.connect(self.path)
            given = {"arguments": arguments, "environment": environment, "folder": "/"}
            streams = [stream.fileno() for stream in (nothing, out, errors)]
            socket.send_fds(connection, [json.dumps(given).encode() + b"\n"], streams)
            with connection.makefile() as answers:
                pid = int(answers.readline())
                try:
                    code = int(answers.readline())
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise
            out.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(arguments, code, out.read(), errors.read())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        shutil.rmtree(self.folder)


@cache
def _start_fork_server() -> ForkServer:
    return ForkServer()


_starting = Lock()


def manage(*arguments, **given) -> subprocess.CompletedProcess[str]:
    """Run one command of manage.py to its end, from a folder that has nothing to do with it."""
    with _starting:
        server = _start_fork_server()
    script = [MANAGE[1], *map(str, arguments)]
    return server.run(script, environment(**given), seconds=240)
