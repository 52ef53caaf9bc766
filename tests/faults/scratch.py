"""What the fault scripts share: promises, a site, a PostgreSQL of their own, readers, an editor."""

import argparse
import http.client
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from bs4 import BeautifulSoup

from tests.support.forms import fields_of
from tests.support.processes import manage
from tests.support.sites import Site, free_port

PATHS = ("/", "/?region=26", "/?q=봉제", "/coverage/", "/announcements/", "/changes/")
PATHS = tuple(path.replace("봉제", "%EB%B4%89%EC%A0%9C") for path in PATHS)
#: Lists that are sorted anew for each, as one that has been read is kept for the next second.
UNREAD = tuple(f"/?region=26&sort=name&size_max={most}" for most in range(100, 9_000))
NAME, PASSWORD = "editor", "only for this trial 7"


#: How a script ends that could not try all of its promises, as test harnesses know it.
SKIPPED = 77


class Promises:
    """Prints a line for each promise; remembers whether one was not kept, or not tried."""

    def __init__(self, title: str):
        self.failed = self.skipped = 0
        print(f"{title}:", flush=True)

    def __call__(self, kept: bool, words: str) -> None:
        self.failed += not kept
        print(f"  {'ok    ' if kept else 'FAILED'} {words}", flush=True)

    def skip(self, words: str) -> None:
        self.skipped += 1
        print(f"  SKIPPED {words}", flush=True)


def main(title: str, test, databases=("sqlite", "postgresql")) -> None:
    """Run a script's test on each database; end the process with 1 if a promise was not kept.

    With 77 if none was broken, but not all could be tried.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--database", choices=databases, action="append")
    failed = skipped = 0
    for kind in parser.parse_args().database or databases:
        promises = Promises(f"{title} ({kind})")
        with scratch() as folder, database(kind, folder) as found:
            test(promises, folder, found)
        failed += promises.failed
        skipped += promises.skipped
    sys.exit(1 if failed else SKIPPED if skipped else 0)


@contextmanager
def scratch():
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)  # PostgreSQL, as another account, must get through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(kind: str, folder: Path):
    if kind == "sqlite":
        yield File(f"sqlite:///{folder / 'db.sqlite3'}")
        return
    with closing(Cluster(folder / "cluster")) as cluster:
        cluster.start()
        yield cluster


class File:
    """An SQLite database."""

    kind = "sqlite"

    def __init__(self, url: str):
        self.url = url

    def connect(self):
        path = self.url.removeprefix("sqlite:///")
        return closing(sqlite3.connect(path, timeout=0, isolation_level=None))

    def is_written(self, connection) -> bool:
        """Whether somebody else has a transaction open that holds the lock for writing."""
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        connection.execute("ROLLBACK")
        return False


class Cluster:
    """A PostgreSQL of the script's own."""

    kind = "postgresql"

    def __init__(self, folder: Path):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not programs:
            sys.exit("PostgreSQL is not installed.")
        self.bin, self.folder, self.port = programs[-1].parent, folder, free_port()
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self.run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8")  # fmt: skip

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def connect(self):
        return psycopg.connect(self.url, autocommit=True)

    def is_written(self, connection) -> bool:
        """Whether somebody else has a transaction open that has written something."""
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return connection.execute(asked).fetchone()[0] > 0

    def run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*before, self.bin / program, *arguments],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def control(self, verb: str, mode: str = "fast") -> None:
        options = f"-p {self.port} -c fsync=off -c listen_addresses=127.0.0.1 -k {self.folder}"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-m", mode, "-o", options, verb)

    def start(self) -> None:
        self.control("start")

    def close(self) -> None:
        if (self.folder / "data/postmaster.pid").exists():
            self.control("stop", "immediate")


@contextmanager
def site(folder: Path, url: str, *arguments, **settings):
    """A running site with all that comes along, and an account for the staff desk."""
    # Whoever tries the door by a script gets in by a password alone.
    settings = {"DATABASE_URL": url, "API_RATE": 1_000_000} | settings
    started = Site(folder, *arguments, **settings)
    try:
        yield started.wait(300)
    finally:
        started.kill()


def prepare(folder: Path, url: str) -> None:
    """A database with all that comes along and an account, before any site is started."""
    for words in (["migrate", "-v0"], ["load_fixtures", "-v0"]):
        command(folder, url, *words)
    command(
        folder,
        url,
        "createsuperuser",
        "--noinput",
        f"--username={NAME}",
        "--email=a@example.kr",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )


def command(folder: Path, url: str, *words, **settings) -> str:
    ended = manage(*words, DATA_DIR=folder, DATABASE_URL=url, **settings)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return ended.stdout


def shell(folder: Path, url: str, code: str) -> str:
    return command(folder, url, "shell", "-v0", "-c", code)


#: Saves one centre again and again, each time with its history and a new data version.
WRITER = """
from centers.models import Center
center = Center.objects.first()
for number in range(10**6):
    center.note = str(number)
    center.save()
    print(number, flush=True)
"""
#: Whether each centre and its newest history entry agree, and how many of both there are.
AGREE = """
from centers.models import Center
names = [field.attname for field in Center.history.model.tracked_fields]
bad = 0
for center in Center.objects.all():
    last = center.history.latest("history_id")
    bad += any(getattr(center, name) != getattr(last, name) for name in names)
print(bad, Center.objects.count(), Center.history.count(), len(Center.objects.find_stale()))
"""


def agreement(folder: Path, url: str) -> list[int]:
    """Centres that differ from their history, centres, entries of history, stale centres."""
    return [int(word) for word in shell(folder, url, AGREE).split()]


class Editor:
    """Somebody at the staff desk, signed in through a session made beside the door."""

    def __init__(self, running: Site):
        self.site = running
        code = (
            "from django.contrib.auth import *; from django.contrib.sessions.backends.db import *;"
            f"user = get_user_model().objects.get(username={NAME!r}); store = SessionStore();"
            "store[SESSION_KEY] = str(user.pk); store[HASH_SESSION_KEY] = "
            "user.get_session_auth_hash(); store[BACKEND_SESSION_KEY] = "
            "'django.contrib.auth.backends.ModelBackend'; store.save(); print(store.session_key)"
        )
        self.cookies = {"sessionid": running.manage("shell", "-v0", "-c", code).strip()}

    def ask(self, method: str, path: str, body: bytes = b"", timeout: float = 60):
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=timeout)
        ) as connection:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.text = response.read().decode()
            for line in response.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                if name == "csrftoken":
                    self.cookies[name] = value
            return response

    def form(self, pk: int) -> dict:
        response = self.ask("GET", f"/admin/centers/center/{pk}/change/")
        soup = BeautifulSoup(response.text, "html.parser")
        form = soup.select_one("#content form[method=post]")
        if form is None:
            raise RuntimeError(f"No form: {response.status} {soup.get_text(' ', strip=True)[:200]}")
        return fields_of(form)

    def save(self, pk: int, data: dict, **changes):
        from urllib.parse import urlencode

        body = urlencode(data | changes | {"_continue": "1"}, doseq=True).encode()
        return self.ask("POST", f"/admin/centers/center/{pk}/change/", body)


class Readers:
    """Readers who ask for pages until told to stop, each on a new connection or a kept one."""

    def __init__(self, port: int, count: int = 4, paths=PATHS, least: int = 0, pause: float = 0):
        self.port, self.paths, self.least, self.pause = port, paths, least, pause
        self.answers: Counter = Counter()
        self.slowest = 0.0
        self.times: list[float] = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.read, daemon=True) for _ in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        while not error[0] and sum(self.answers.values()) < self.least:
            time.sleep(0.05)
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def read(self):
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                answer = self.answer(random.choice(self.paths))
            except (OSError, http.client.HTTPException) as error:
                answer = type(error).__name__
            self.times.append(time.monotonic() - began)
            self.answers[answer] += 1
            time.sleep(self.pause)

    def answer(self, path: str) -> int:
        """The status of the answer to one request."""
        return status(self.port, path)

    @property
    def failed(self) -> int:
        return sum(self.answers.values()) - self.answers[200]

    def told(self) -> str:
        return ", ".join(f"{count} × {answer}" for answer, count in self.answers.most_common())


def status(port: int, path: str, timeout: float = 60) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status


def wait_until(fact, seconds: float = 60, step: float = 0.05) -> float | None:
    """How long it took until something was so; None if it was not within the time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if fact():
                return time.monotonic() - began
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(step)
    return None


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
