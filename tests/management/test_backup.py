"""`manage.py backup` and `restore`: the whole database, or no change."""

import gzip
import io
import json
import stat
import subprocess
import tarfile
import time
from contextlib import contextmanager

import pytest
from django.core.management import CommandError
from django.db import connection, connections

from centers.management.backups import BackupError, postgresql
from centers.management.backups.archive import MANIFEST, compute_digest, pack, unpack
from centers.management.commands.restore import Command
from tests.faults.scratch import WRITER
from tests.support.processes import MANAGE, environment, manage
from tests.support.sites import prepared_database, running

TABLES = """
import json
from django.db import connection, connections
with connection.cursor() as cursor:
    rows = {}
    for name in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT * FROM "{name}"')
        rows[name] = sorted(map(repr, cursor.fetchall()))
print(json.dumps(rows))
"""


class Home:
    """A folder and a database, and the commands run on them."""

    def __init__(self, folder, url):
        self.folder, self.settings = folder, {"DATA_DIR": folder, "DATABASE_URL": url}

    def manage(self, *arguments):
        ended = manage(*arguments, **self.settings)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def refusal(self, *arguments):
        ended = manage(*arguments, **self.settings)
        assert ended.returncode == 1
        [line] = ended.stderr.splitlines()
        return line.removeprefix("CommandError: ")

    def shell(self, code):
        return self.manage("shell", "-v0", "-c", code)

    def tables(self):
        """All rows of all tables, without the number that a restore draws anew."""
        rows = json.loads(self.shell(TABLES))
        version = rows.pop("centers_dataversion")
        return rows, version

    def backup(self, name="a.tar.gz"):
        path = self.folder / name
        self.manage("backup", path)
        return path


@contextmanager
def made(folder, load=True):
    folder.mkdir(exist_ok=True)
    with prepared_database(folder, "all" if load else "none") as url:
        yield Home(folder, url)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A database with all that comes along, and accounts."""
    with made(tmp_path_factory.mktemp("home")) as home:
        home.shell(
            "from django.contrib.auth.models import User;"
            "User.objects.create(username='가', is_superuser=True)"
        )
        yield home


@pytest.fixture(scope="module")
def backup(home):
    return home.backup("whole.tar.gz")


@pytest.fixture
def altered(backup, tmp_path):
    """A backup whose manifest says something else, and is otherwise in order."""

    def altered(**given):
        payload = tmp_path / "payload"
        manifest = unpack(backup, payload)
        pack(tmp_path / "altered.tar.gz", payload, type(manifest)(**vars(manifest) | given))
        return tmp_path / "altered.tar.gz"

    return altered


# --- there and back ------------------------------------------------------------------------------


def test_restored_database_is_the_same_row_by_row(home, backup):
    rows, version = home.tables()
    home.shell("from centers.models import Center; Center.objects.update(note='바뀜', phone='')")
    assert home.tables()[0] != rows

    printed = home.manage("restore", backup, "--yes")

    restored, now = home.tables()
    assert restored == rows
    assert now != version
    assert "It holds 42 centres, 2 announcements and 1 accounts." in printed


def test_backup_is_brought_into_an_empty_database_unasked(home, backup, tmp_path):
    with made(tmp_path / "new", load=False) as new:
        new.manage("restore", backup)

        assert new.tables()[0] == home.tables()[0]
        # What was restored can be written to as before.
        new.shell("from centers.models import Center; Center.objects.first().save()")


def test_running_site_shows_what_was_restored(home, backup):
    with running(home.folder, "--no-load", DATABASE_URL=home.settings["DATABASE_URL"]) as site:
        before = site.wait().names()
        home.shell(
            "from centers.models import *; Center.objects.update(published=False);"
            "DataVersion.bump()"
        )
        # What is kept of the old version is asked for anew within a second.
        wait_for(lambda: not site.names())

        home.manage("restore", backup, "--yes")

        wait_for(lambda: site.names() == before)


def wait_for(fact):
    end = time.monotonic() + 30
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_backups_made_during_writes_are_all_restorable(tmp_path):
    with made(tmp_path / "busy") as busy, made(tmp_path / "other", load=False) as other:
        writer = subprocess.Popen(
            [*MANAGE, "shell", "-v0", "-c", WRITER],
            env=environment(**busy.settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            writer.stdout.readline()
            paths = [busy.backup(f"{number}.tar.gz") for number in range(2)]
            assert writer.poll() is None
        finally:
            writer.kill()
            writer.communicate()
        for path in paths:
            other.manage("restore", path, "--yes")
            found = other.shell(
                "from centers.models import Center; center = Center.objects.first();"
                "print(center.note == center.history.latest().note)"
            )
            assert found == "True\n"


def test_backup_of_an_older_release_is_migrated(home, tmp_path):
    with made(tmp_path / "old") as old:
        old.manage("migrate", "-v0", "centers", "0006")
        path = old.backup()
        with made(tmp_path / "new", load=False) as new:
            printed = new.manage("restore", path)

            assert "It was of an older release, and has been migrated." in printed
            assert new.tables()[0].keys() == home.tables()[0].keys()
            assert (
                new.shell("from centers.models import *; print(Center.objects.count())") == "42\n"
            )


# --- the file ------------------------------------------------------------------------------------


def test_backup_is_for_its_owner_alone_and_says_its_checksum(home):
    path = home.folder / "told.tar.gz"
    printed = home.manage("backup", path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"SHA-256 {compute_digest(path)}" in printed
    with tarfile.open(path) as tar:
        assert json.load(tar.extractfile(MANIFEST))["rows"]["centers_center"] == 42
    assert not list(home.folder.glob(".*"))


def test_folder_backups_are_named_by_time_and_rotated(home):
    folder = home.folder / "kept"
    folder.mkdir()
    for name in ("centers-20200101T000000Z.tar.gz", "centers-20210101T000000Z.tar.gz", "mine.txt"):
        (folder / name).touch()

    home.manage("backup", folder, "--keep", "2")

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 3
    assert names[0] == "centers-20210101T000000Z.tar.gz" and names[-1] == "mine.txt"
    assert home.refusal("backup", home.folder / "a.tar.gz", "--keep=1") == (
        "--keep needs a folder, not a file."
    )


def test_backup_that_cannot_be_written_leaves_the_last_one(home, tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_text("the last one")
    ended = subprocess.run(
        ["prlimit", "--fsize=60000", *MANAGE, "backup", path],
        env=environment(**home.settings),
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1 and "Traceback" not in ended.stderr
    assert path.read_text() == "the last one"
    assert [one.name for one in tmp_path.iterdir()] == ["a.tar.gz"]


# --- refused, with everything left as it was -----------------------------------------------------


def test_records_are_not_replaced_unasked(home, backup):
    before = home.tables()

    assert home.refusal("restore", backup).endswith(" records; --yes replaces them all.")
    assert home.tables() == before


def test_damaged_backup_is_refused(home, backup, tmp_path):
    before, whole = home.tables(), backup.read_bytes()
    path = tmp_path / "damaged.tar.gz"
    for damaged, words in (
        (whole[:-1], "is damaged"),
        (whole[: len(whole) // 2], "is damaged"),
        (whole[:100], "is damaged"),
        (whole[:-4] + b"\0\0\0\0", "is damaged"),
        (whole[: len(whole) // 2] + b"\0" * 8 + whole[len(whole) // 2 + 8 :], "is damaged"),
        (b"", "is not a backup"),
        (b"SQLite format 3\0", "is not a backup"),
        (gzip.compress(b"\0" * 10_000), "is not a backup"),
        (gzip.compress(b"text" * 1000), "is"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(BackupError, match=words):
            unpack(path, tmp_path / "payload")
    path.write_bytes(whole[:-1])
    assert home.refusal("restore", path, "--yes").startswith(f"{path} is damaged: ")
    assert home.tables() == before
    assert not list(home.folder.glob("tmp*"))


def test_other_archive_is_no_backup(tmp_path):
    path = tmp_path / "a.tar.gz"
    for name, content in (
        ("other", b"{}"),
        (MANIFEST, b"{}"),
        (MANIFEST, b"[]"),
        (MANIFEST, b"\xff"),
    ):
        with tarfile.open(path, "w:gz") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        with pytest.raises(BackupError, match="is not a backup"):
            unpack(path, tmp_path / "payload")


def test_database_that_does_not_take_the_rows_is_left_as_it_was(home, altered):
    before = home.tables()
    rows = {"centers_center": 43}

    said = home.refusal("restore", altered(rows=rows), "--yes")

    assert "hold the rows that it should" in said
    assert home.tables() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "mysql"}, "is a backup of mysql; this database is "),
        ({"migrations": ["centers.9999_later"]}, "newer release (0.1.0): this one does not know"),
        ({"format": 2}, "is a backup of format 2; this release reads format 1."),
        ({"sha256": "0" * 64}, "is damaged: the checksum of its database is another."),
    ],
)
def test_backup_that_does_not_fit_is_refused(altered, given, words, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    path = altered(**given)
    with pytest.raises((BackupError, CommandError)) as refused:
        Command().handle(file=path, yes=True, check=False)

    assert words in str(refused.value)


def test_check_reports_a_whole_backup_and_changes_nothing(home, backup):
    before = home.tables()

    assert "whole.tar.gz is whole: " in home.manage("restore", backup, "--check")
    assert home.tables() == before


def test_file_that_is_not_there_is_named(home):
    assert home.refusal("restore", "/nowhere/a.tar.gz") == (
        "/nowhere/a.tar.gz: No such file or directory."
    )


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="the files of PostgreSQL are its own to keep"
)
def test_damaged_database_is_put_aside(home, backup, tmp_path):
    path = tmp_path / "centers.sqlite3"
    path.write_bytes(b"no database" * 1000)
    new = Home(tmp_path, f"sqlite:///{path}")

    assert new.refusal("restore", backup) == "The database is damaged; --yes puts it aside."
    assert "The damaged database is kept as " in new.manage("restore", backup, "--yes")
    assert new.tables()[0] == home.tables()[0]
    assert [one.read_bytes() for one in tmp_path.glob("*damaged*")] == [b"no database" * 1000]
    assert path.stat().st_mode & 0o007 == 0


# --- PostgreSQL's programs -----------------------------------------------------------------------


def test_program_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(postgresql, "PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(type(connection), "pg_version", 150_000, raising=False)

    with pytest.raises(BackupError, match="pg_dump is not on the path; install PostgreSQL"):
        postgresql.find_program("pg_dump")


def test_password_is_on_no_command_line(monkeypatch):
    given = {"USER": "u", "HOST": "h", "PORT": 1, "NAME": "n", "PASSWORD": "geheim", "OPTIONS": {}}
    # Of the connection itself: what stands for it in each thread would be left without any.
    database = connections["default"]
    monkeypatch.setattr(database, "settings_dict", database.settings_dict | given)

    arguments, told = postgresql.build_connection_arguments()

    assert "geheim" not in arguments
    assert told["PGPASSWORD"] == "geheim"
