"""Bring the directory up from nothing: check, migrate, load, collect, serve."""

import argparse
import errno
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.checks import ERROR, Tags, run_checks
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from centers.env import create_secret_key
from centers.management.cli import DataCommand, get_first_line, report_errors
from centers.management.granian_server import READY_MESSAGE
from centers.models import Center

#: What settings can break. Checks of the code import all of it, which takes half a second of each
#: start, and are for those who change it.
CHECKED = (Tags.caches, Tags.files, Tags.security, Tags.staticfiles, Tags.templates)
#: Reachable from this machine alone: by a browser on it, or by the proxy in front.
DEFAULT_HOST = "127.0.0.1"
MAX_WORKERS = 4
#: Configuration of granian's own log where LOG_FORMAT is json.
JSON_LOG_CONFIG = Path(__file__).parents[1] / "granian_log.json"

SERVER_OPTIONS = [
    "--interface=wsgi",
    # No proxy in front would speak HTTP/2, and it lets a client send far larger headers.
    "--http=1",
    "--no-ws",
    # Request line and headers together; much longer ones are rejected before Python sees them.
    "--http1-buffer-size=65536",
    # Requests that a worker handles at once; each thread has a database connection of its own.
    "--blocking-threads=4",
    "--respawn-failed-workers",
    # In seconds; an idle browser would otherwise hold up a stop for half a minute.
    "--workers-kill-timeout=3",
    # A warning would only tell of such browsers, at every stop.
    "--log-level=error",
]


def bounded_int(minimum: int, maximum: int) -> Callable[[str], int]:
    """Build an argparse type: a whole number between two bounds, both allowed."""

    def parse(text: str) -> int:
        if not (re.fullmatch("[0-9]{1,9}", text) and minimum <= int(text) <= maximum):
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {minimum} to {maximum}, not {text[:40]!r}"
            )
        return int(text)

    return parse


def parse_listen_address(text: str) -> str:
    """Parse an IP address to listen on, for argparse."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be an address such as 127.0.0.1 or 0.0.0.0, not {text[:40]!r}"
        ) from None


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Wait until no other process holds the lock file, then hold it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def compute_static_digest() -> str:
    """Return a digest of the name, size and time of all static files that would be collected."""
    files = [
        (name, (stat := Path(storage.path(name)).stat()).st_size, stat.st_mtime_ns)
        for finder in get_finders()
        for name, storage in finder.list([])
    ]
    state = (sorted(files), django.VERSION, settings.STORAGES["staticfiles"])
    return hashlib.sha256(repr(state).encode()).hexdigest()


def move_files(source: Path, target: Path) -> None:
    """Move all files into another folder, each atomically, and leave its other files alone.

    An older release that still serves from there finds each of its files whole at any moment.
    """
    for path in source.rglob("*"):
        destination = target / path.relative_to(source)
        if path.is_dir():
            destination.mkdir(parents=True, exist_ok=True)
        else:
            destination.parent.mkdir(parents=True, exist_ok=True)
            path.replace(destination)
    shutil.rmtree(source)


class Command(DataCommand):
    help = "Set everything up and serve the directory on 127.0.0.1. Safe to run again at any time."

    def add_arguments(self, parser):
        parser.add_argument(
            "--host",
            type=parse_listen_address,
            default=DEFAULT_HOST,
            help=f"the address to listen on ({DEFAULT_HOST}); in a container 0.0.0.0",
        )
        parser.add_argument(
            "--port", type=bounded_int(1, 65535), default=8000, help="1 to 65535 (8000)"
        )
        parser.add_argument(
            "--workers",
            type=bounded_int(1, 64),
            default=min(os.cpu_count() or 1, MAX_WORKERS),
            help=f"server processes, 1 to 64 (one per core, at most {MAX_WORKERS})",
        )
        parser.add_argument(
            "--no-load",
            action="store_true",
            help="do not load the regions, industries and announcements that come with the program",
        )

    def handle(self, *, host, port, workers, no_load, **options):
        self.host, self.port = host, port
        # Database, key and log lines hold accounts: files are its own account's alone.
        os.umask(0o077)
        self.step("Checking the settings")
        if settings.SECRET_KEY_FILE:
            # Before the server starts, so that all workers, and those of the next start, read it.
            create_secret_key(settings.SECRET_KEY_FILE)
        self.check_settings()
        self.check_port()
        self.check_database()
        with report_errors(path=settings.DATA_DIR, file_error="Cannot write {path}: {reason}."):
            with hold_lock(settings.DATA_DIR / "serve.lock"):
                self.set_up(no_load)
            # Once more, since the server itself would share the port with another in silence.
            self.check_port()
            message = self.build_ready_message()
        self.become_server(workers, message)

    def set_up(self, no_load: bool) -> None:
        if settings.READ_ONLY:
            self.step("Leaving the database as it is (READ_ONLY)")
        else:
            self.step("Preparing the database")
            call_command("migrate", interactive=False, verbosity=0)
            # A new release may search by other keys than the one that stored them.
            Center.objects.derive()
        if not (no_load or settings.READ_ONLY):
            self.step("Loading the announcements (only what has never been loaded)")
            call_command("load_fixtures", stdout=self.stdout)
        self.step("Collecting the static files")
        self.collect()

    def step(self, text: str) -> None:
        self.stdout.write(f"{text} …")
        self.stdout.flush()

    def collect(self) -> None:
        """Collect and compress the static files, which takes seconds, if any has changed."""
        stamp, state = settings.DATA_DIR / "static.stamp", compute_static_digest()
        if stamp.exists() and stamp.read_text() == state and settings.STATIC_ROOT.is_dir():
            return
        stamp.unlink(missing_ok=True)
        fresh = settings.DATA_DIR / "static.fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        command = collectstatic.Command()
        backend = settings.STORAGES["staticfiles"]
        command.storage = storages.create_storage(backend | {"OPTIONS": {"location": fresh}})
        call_command(command, interactive=False, verbosity=0)
        move_files(fresh, settings.STATIC_ROOT)
        stamp.write_text(state)

    def check_settings(self) -> None:
        problems = [
            problem
            for problem in run_checks(tags=CHECKED, include_deployment_checks=settings.PRODUCTION)
            if problem.level >= ERROR
        ]
        if problems:
            raise CommandError(f"The settings cannot be used: {problems[0].msg}")
        if not os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
            raise CommandError(f"DATA_DIR: cannot write to the folder {settings.DATA_DIR}.")
        if not settings.CONTACT_EMAIL:
            text = "CONTACT_EMAIL is not set: no page names an e-mail address for readers."
            self.stdout.write(self.style.WARNING(text))

    def check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            # Connections that have just ended do not make a port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                reason = "is taken" if taken else f"cannot be used ({error.strerror})"
                raise CommandError(
                    f"Port {self.port} {reason}. "
                    "Choose another with --port, for example --port 8001."
                ) from None

    def check_database(self) -> None:
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            config = connection.settings_dict
            host, port = config["HOST"], config["PORT"] or 5432
            location = f"{host}:{port}" if host else config["NAME"]
            raise CommandError(
                f"The database at {location} does not answer: {get_first_line(error)}"
            ) from None

    def build_ready_message(self) -> str:
        """Build what is printed once the server responds: where it is, and what to do next."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        url = f"http://{host}:{self.port}"
        lines = [self.style.SUCCESS(f"\nThe directory is at {url}/")]
        if settings.PRODUCTION:
            lines.append(f"A proxy must make it reachable at {settings.SITE_URL}/")
        if not ip_address(self.host).is_loopback:
            lines.append(
                "Other machines reach this port. Let none but the proxy do so: what asks it "
                "directly is not encrypted, and may claim to come from any address."
            )
        lines.append(f"The admin is at {url}/{settings.ADMIN_PATH}")
        if not get_user_model().objects.filter(is_superuser=True).exists():
            lines += [
                "There is no admin account yet. In a second terminal, with the same settings:",
                f"  cd {shlex.quote(str(settings.BASE_DIR))}",
                f"  {shlex.quote(str(self.get_python_path()))} manage.py createsuperuser",
            ]
        lines.append("Press Ctrl+C to stop.")
        return "\n".join(lines)

    def get_python_path(self) -> Path:
        """Return the path of this Python, relative to the project's folder if it is below it."""
        path = Path(sys.executable)
        if path.is_relative_to(settings.BASE_DIR):
            return path.relative_to(settings.BASE_DIR)
        return path

    def become_server(self, workers: int, message: str) -> None:
        """Replace this process with granian, so that signals reach it as they are."""
        connection.close()
        # Links that name the site would otherwise name the default port.
        if not os.environ.get("SITE_URL"):
            os.environ["SITE_URL"] = f"http://{DEFAULT_HOST}:{self.port}"
        # An address that means all interfaces is reached at the loopback one.
        local_host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        os.environ[READY_MESSAGE] = json.dumps(
            {"host": local_host, "port": self.port, "text": message}
        )
        arguments = [
            *SERVER_OPTIONS,
            f"--host={self.host}",
            f"--port={self.port}",
            f"--workers={workers}",
            f"--working-dir={settings.BASE_DIR}",
            *([f"--log-config={JSON_LOG_CONFIG}"] if settings.LOG_FORMAT == "json" else []),
            "centers.wsgi:application",
        ]
        os.chdir(settings.BASE_DIR)  # where Python finds the module
        program = [sys.executable, "-m", "centers.management.granian_server"]
        os.execv(sys.executable, [*program, *arguments])  # noqa: S606
