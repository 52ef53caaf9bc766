"""Shared by the fault scripts: promises, a site, a PostgreSQL cluster, readers and an editor."""

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
#: Distinct lists, as a response is cached for a second.
UNCACHED_PATHS = tuple(f"/?region=26&sort=name&size_max={most}" for most in range(100, 9_000))
NAME, PASSWORD = "editor", "only for this trial 7"
#: Exit status of a script that could not test all promises; test harnesses read it as skipped.
SKIPPED = 77


class Promises:
    """Prints a line for each promise and counts the broken and the untested ones."""

    def __init__(self, title: str):
        self.failed = self.skipped = 0
        print(f"{title}:", flush=True)

    def __call__(self, is_kept: bool, words: str) -> None:
        self.failed += not is_kept
        print(f"  {'ok    ' if is_kept else 'FAILED'} {words}", flush=True)

    def skip(self, words: str) -> None:
        self.skipped += 1
        print(f"  SKIPPED {words}", flush=True)


def main(title: str, test, databases=("sqlite", "postgresql")) -> None:
    """Run a script's test on each database.

    Raises SystemExit: 1 if a promise was broken, 77 if only some could not be tested, else 0.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--database", choices=databases, action="append")
    failed = skipped = 0
    for kind in parser.parse_args().database or databases:
        promises = Promises(f"{title} ({kind})")
        with scratch_folder() as folder, database(kind, folder) as found:
            test(promises, folder, found)
        failed += promises.failed
        skipped += promises.skipped
    sys.exit(1 if failed else SKIPPED if skipped else 0)


@contextmanager
def scratch_folder():
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)  # PostgreSQL, as another account, must get through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(kind: str, folder: Path):
    if kind == "sqlite":
        yield SqliteFile(f"sqlite:///{folder / 'db.sqlite3'}")
        return
    with closing(PostgresCluster(folder / "cluster")) as cluster:
        cluster.start()
        yield cluster


class SqliteFile:
    """An SQLite database."""

    kind = "sqlite"

    def __init__(self, url: str):
        self.url = url

    def connect(self):
        path = self.url.removeprefix("sqlite:///")
        return closing(sqlite3.connect(path, timeout=0, isolation_level=None))

    def is_written(self, connection) -> bool:
        """Whether another connection holds the write lock."""
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        connection.execute("ROLLBACK")
        return False


class PostgresCluster:
    """A temporary PostgreSQL cluster."""

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
        """Whether another connection has written in a transaction that is still open."""
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return connection.execute(query).fetchone()[0] > 0

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
    """Start a site and stop it at the end; settings are passed as environment variables."""
    settings = {"DATABASE_URL": url, "API_RATE": 1_000_000} | settings
    started = Site(folder, *arguments, **settings)
    try:
        yield started.wait(300)
    finally:
        started.kill()


def prepare(folder: Path, url: str) -> None:
    """Migrate the database, load the bundled records and create a superuser."""
    for words in (["migrate", "-v0"], ["load_fixtures", "-v0"]):
        run_command(folder, url, *words)
    run_command(
        folder,
        url,
        "createsuperuser",
        "--noinput",
        f"--username={NAME}",
        "--email=a@example.kr",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )


def run_command(folder: Path, url: str, *words, **settings) -> str:
    ended = manage(*words, DATA_DIR=folder, DATABASE_URL=url, **settings)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return ended.stdout


def run_shell(folder: Path, url: str, code: str) -> str:
    return run_command(folder, url, "shell", "-v0", "-c", code)


#: Saves one centre in a loop, each time with a history entry and a new data version.
WRITER = """
from centers.models import Center
center = Center.objects.first()
for number in range(10**6):
    center.note = str(number)
    center.save()
    print(number, flush=True)
"""
#: Prints how many centres differ from their newest history entry, and the counts.
AGREEMENT = """
from centers.models import Center
names = [field.attname for field in Center.history.model.tracked_fields]
bad = 0
for center in Center.objects.all():
    last = center.history.latest("history_id")
    bad += any(getattr(center, name) != getattr(last, name) for name in names)
print(bad, Center.objects.count(), Center.history.count(), len(Center.objects.find_stale()))
"""


def check_agreement(folder: Path, url: str) -> list[int]:
    """Count centres that differ from their history, centres, history entries and stale centres."""
    return [int(word) for word in run_shell(folder, url, AGREEMENT).split()]


class Editor:
    """A staff user, signed in by a session that is created directly in the database."""

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

    def request(self, method: str, path: str, body: bytes = b"", timeout: float = 60):
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
        response = self.request("GET", f"/admin/centers/center/{pk}/change/")
        soup = BeautifulSoup(response.text, "lxml")
        form = soup.select_one("#content form[method=post]")
        if form is None:
            raise RuntimeError(f"No form: {response.status} {soup.get_text(' ', strip=True)[:200]}")
        return fields_of(form)

    def save(self, pk: int, data: dict, **changes):
        from urllib.parse import urlencode

        body = urlencode(data | changes | {"_continue": "1"}, doseq=True).encode()
        return self.request("POST", f"/admin/centers/center/{pk}/change/", body)


class Readers:
    """Threads that request random pages until the context ends, each on a new connection."""

    def __init__(self, port: int, count: int = 4, paths=PATHS, least: int = 0, pause: float = 0):
        self.port, self.paths, self.least, self.pause = port, paths, least, pause
        self.statuses: Counter = Counter()
        self.slowest = 0.0
        self.times: list[float] = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.read, daemon=True) for _ in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        while not error[0] and sum(self.statuses.values()) < self.least:
            time.sleep(0.05)
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def read(self):
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                result = self.read_page(random.choice(self.paths))
            except (OSError, http.client.HTTPException) as error:
                result = type(error).__name__
            self.times.append(time.monotonic() - began)
            self.statuses[result] += 1
            time.sleep(self.pause)

    def read_page(self, path: str) -> int:
        """Request a page and return its status."""
        return fetch_status(self.port, path)

    @property
    def failed(self) -> int:
        return sum(self.statuses.values()) - self.statuses[200]

    def summarize(self) -> str:
        return ", ".join(f"{count} × {result}" for result, count in self.statuses.most_common())


def fetch_status(port: int, path: str, timeout: float = 60) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status


def wait_until(fact, seconds: float = 60, step: float = 0.05) -> float | None:
    """Return the seconds until `fact()` is true; None if it is not in time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if fact():
                return time.monotonic() - began
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(step)
    return None


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
