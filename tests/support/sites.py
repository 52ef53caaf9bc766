"""The whole site as `manage.py serve` runs it, in a process and with a database of its own."""

import fcntl
import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from bs4 import BeautifulSoup

from tests.support.processes import ROOT, environment, manage

#: The variable that names the folder of what one test run copies its sites from.
TEMPLATES = "CENTERS_TEST_TEMPLATES"
#: How the databases come about, one after the other: by their names, the commands of manage.py.
FIRST_START = {
    "none": [
        *("shell", "-v0", "-c"),
        "from centers.management.commands.serve import Command; Command().set_up(no_load=True)",
    ],
    "2024": [
        "load_fixtures",
        f"{ROOT}/fixtures/regions.json",
        f"{ROOT}/fixtures/industries.json",
        f"{ROOT}/fixtures/announcement_2024.json",
    ],
    "all": ["load_fixtures"],
}


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
                # A shell starts background jobs with SIGINT ignored, which its children inherit.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
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
        """Wait until it answers and has said so."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.get("/about/", Host="127.0.0.1")
                if "Press Ctrl+C to stop." in self.printed:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"It does not answer:\n{self.printed}")

    def manage(self, *arguments) -> str:
        """Run another command on its database; return what it prints."""
        ended = manage(*arguments, **self.settings)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def names(self, path="/") -> set[str]:
        """The centres on its first page, or on another one."""
        soup = BeautifulSoup(self.get(path).body, "lxml")
        return {link.get_text(strip=True) for link in soup.select(".center-list h3 a")}

    def stop(self, signal_number=signal.SIGTERM) -> int:
        """Stop it as a supervisor does, or by Ctrl+C, which reaches the workers too."""
        send = os.killpg if signal_number == signal.SIGINT else os.kill
        send(self.process.pid, signal_number)
        return self.process.wait(timeout=60)

    def is_gone(self, within: float = 0) -> bool:
        """Whether nothing that it started still runs, at the latest after so many seconds.

        Ended workers stay in the process group until the system has reaped them.
        """
        end = time.monotonic() + within
        while True:
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return True
            if time.monotonic() > end:
                return False
            time.sleep(0.05)

    def kill(self):
        if not self.is_gone():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def is_on_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@contextmanager
def new_database(folder, template="template1"):
    """The URL of an empty database of the kind that the suite runs on.

    On PostgreSQL `template` names the database to copy.
    """
    if not is_on_postgresql():
        yield f"sqlite:///{folder / 'centers.sqlite3'}"
        return
    url = os.environ["DATABASE_URL"]
    name = f"serve_{uuid.uuid4().hex}"
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def prepared_database(folder, facts="all"):
    """The URL of a database as the first start of a site leaves it, with the static files beside.

    `facts` says which are loaded: "none", those of "2024", or "all". All of it is copied from what
    is made once for the whole test run, since a first start takes ten seconds.
    """
    template = copy_static_files(folder)
    if not is_on_postgresql():
        shutil.copy(template / f"{facts}.sqlite3", folder / "centers.sqlite3")
    with new_database(folder, template=f"{template.name}_{facts}") as url:
        yield url


def copy_static_files(folder: Path) -> Path:
    """Put the static files of a first start into a folder; return the folder of the templates."""
    template = first_start()
    shutil.copytree(template / "static", folder / "static", copy_function=_link)
    shutil.copy2(template / "static.stamp", folder)
    return template


def first_start() -> Path:
    """The folder of what a first start makes, once it is there: databases and static files."""
    folder = Path(os.environ[TEMPLATES])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _make_templates(folder)
            (folder / "done").touch()
    return folder


def _make_templates(folder: Path) -> None:
    given, before = {"DATA_DIR": folder}, "template1"
    for name, command in FIRST_START.items():
        if is_on_postgresql():
            given["DATABASE_URL"] = _create_template(f"{folder.name}_{name}", before)
            before = f"{folder.name}_{name}"
        ended = manage(*command, **given)
        assert ended.returncode == 0, ended.stderr
        if not is_on_postgresql():
            with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
                database.execute("VACUUM INTO ?", [str(folder / f"{name}.sqlite3")])


def _create_template(name: str, template: str) -> str:
    url = os.environ["DATABASE_URL"]
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _link(source, target):
    """Give a file a second name; copy it where that cannot be, as on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def open_templates() -> None:
    """Name the folder of the templates, for this process and those that it starts."""
    os.environ[TEMPLATES] = tempfile.mkdtemp(prefix="templates_")


def remove_templates() -> None:
    folder = Path(os.environ.pop(TEMPLATES))
    if is_on_postgresql() and any(folder.iterdir()):
        with closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as connection:
            for name in (*FIRST_START, "tests"):
                connection.execute(f"DROP DATABASE IF EXISTS {folder.name}_{name} WITH (FORCE)")
    shutil.rmtree(folder)


@contextmanager
def running(folder, *arguments, **settings):
    site = Site(folder, *arguments, **settings)
    try:
        yield site
    finally:
        site.kill()
