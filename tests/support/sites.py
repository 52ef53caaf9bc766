"""The whole site as `manage.py serve` runs it, in a process and with a database of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
from bs4 import BeautifulSoup

from tests.support.processes import ROOT, environment, manage


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


class Site:
    """A running `manage.py serve`, in a process group of its own, out of one release's folder."""

    def __init__(self, folder, *arguments, cwd="/", release=ROOT, **settings):
        self.port = free_port()
        self.settings = {"DATA_DIR": folder, **settings}
        self.printed_to = folder / f"printed-{self.port}.txt"
        serve = [sys.executable, str(release / "manage.py"), "serve", f"--port={self.port}"]
        with self.printed_to.open("w") as file:
            self.process = subprocess.Popen(
                [*serve, "--workers=2", *arguments],
                env=environment(**self.settings),
                cwd=cwd,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self.printed_to.read_text()

    def get(self, path, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.body = response.read()
            return response

    def wait(self, seconds=90) -> "Site":
        """Wait until it answers."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.get("/about/", Host="127.0.0.1")
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError(f"It does not answer:\n{self.printed}")

    def manage(self, *arguments) -> str:
        """Run another command on its database; return what it prints."""
        ended = manage(*arguments, **self.settings)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def names(self, path="/") -> set[str]:
        """The centres on its first page, or on another one."""
        soup = BeautifulSoup(self.get(path).body, "html.parser")
        return {link.get_text(strip=True) for link in soup.select(".center-list h3 a")}

    def stop(self, signal_number=signal.SIGTERM) -> int:
        """Stop it as a supervisor does, or by Ctrl+C, which reaches the workers too."""
        send = os.killpg if signal_number == signal.SIGINT else os.kill
        send(self.process.pid, signal_number)
        return self.process.wait(timeout=20)

    def is_gone(self) -> bool:
        """Whether nothing that it started still runs."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def kill(self):
        if not self.is_gone():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def new_database(folder):
    """The address of an empty database of the kind that the suite runs on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'centers.sqlite3'}"
        return
    name = f"serve_{uuid.uuid4().hex}"
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running(folder, *arguments, **settings):
    site = Site(folder, *arguments, **settings)
    try:
        yield site
    finally:
        site.kill()
