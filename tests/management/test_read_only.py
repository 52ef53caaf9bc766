"""Read-only mode: all pages work, and every write is rejected with the reason."""

import os
import re
import stat
import time
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.urls import reverse

from centers.env import build_sqlite_config, make_read_only
from centers.http.middleware.read_only import ReadOnlyMiddleware
from centers.models import Center
from tests.management.test_backup import Home
from tests.support.processes import manage
from tests.support.sites import prepared_database, running
from tests.support.staff import EDITOR, page, sign_in, submit

REFUSAL = (
    "CommandError: READ_ONLY is true: nothing may be written. "
    "Take that setting away and run this again."
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A set-up site whose database may then only be read."""
    folder = tmp_path_factory.mktemp("home")
    with prepared_database(folder) as url:
        home = Home(folder, url)
        home.before = home.tables()
        home.settings["READ_ONLY"] = "true"
        yield home


@pytest.fixture
def read_only(client, settings):
    """The site in this process in read-only mode; the database still lets tests prepare things."""

    def read_only():
        settings.READ_ONLY = True
        client.handler.load_middleware()
        return client

    return read_only


def is_refused(response):
    soup = BeautifulSoup(response.content, "lxml")
    return (
        response.status_code == 503
        and response["Retry-After"].isdigit()
        and soup.h1.get_text() == "지금은 읽기만 할 수 있습니다"
    )


# --- pages ---------------------------------------------------------------------------------------


def test_pages_are_served_and_nothing_is_written(home):
    with running(
        home.folder, **{k: v for k, v in home.settings.items() if k != "DATA_DIR"}
    ) as site:
        assert len(site.wait().names()) == 42
        for path in ("/coverage/", "/centers.csv", "/feed/", "/api/v1/centers/", "/admin/login/"):
            assert site.get(path).status == 200
        assert "Leaving the database as it is (READ_ONLY) …" in site.printed
        assert not re.search("Preparing|Loading", site.printed)

    assert home.tables() == home.before


def test_signing_in_is_refused_in_words(read_only, make_center):
    make_center()
    client = read_only()
    login = client.get(reverse("admin:login"))
    assert "지금은 읽기만 할 수 있습니다." in login.content.decode()

    assert is_refused(client.post(reverse("admin:login"), {"username": "가", "password": "나"}))
    assert client.get("/").status_code == 200


def test_whoever_is_signed_in_may_look_and_not_save(read_only, client, make_center, settings):
    center = make_center(note="전")
    sign_in(client, EDITOR)
    settings.SESSION_SAVE_EVERY_REQUEST = True
    read_only()
    queries = []

    with connection.execute_wrapper(lambda run, sql, *rest: queries.append(sql) or run(sql, *rest)):
        assert is_refused(submit(client, page("center_change", center.pk), note="후"))
        for name in ("index", "centers_center_changelist", "centers_importrun_changelist"):
            response = client.get(reverse(f"admin:{name}"))
            assert "보기만 할 수 있습니다" in response.content.decode()

    assert Center.objects.get().note == "전"
    assert not [sql for sql in queries if re.match("INSERT|UPDATE|DELETE", sql)]


@pytest.mark.parametrize(
    ("session", "shown"), [("STAFF_IDLE_MINUTES", True), ("STAFF_SESSION_MINUTES", False)]
)
def test_session_ends_by_its_age_alone_and_without_a_write(
    read_only, client, db, settings, monkeypatch, session, shown
):
    sign_in(client, EDITOR)
    client.get(reverse("admin:index"))
    read_only()
    later = time.time() + getattr(settings, session) * 60 + 1
    monkeypatch.setattr("centers.accounts.middleware.session_timeout.time.time", lambda: later)
    queries = []

    with connection.execute_wrapper(lambda run, sql, *rest: queries.append(sql) or run(sql, *rest)):
        response = client.get(reverse("admin:index"))

    assert response.status_code == (200 if shown else 302)
    assert not [sql for sql in queries if re.match("INSERT|UPDATE|DELETE", sql)]


def test_what_never_took_a_post_says_so_as_before(read_only, db):
    assert read_only().post("/").status_code == 405


def test_desk_says_nothing_of_it_otherwise(client, db):
    assert "보기만 할 수 있습니다" not in client.get(reverse("admin:login")).content.decode()
    with pytest.raises(MiddlewareNotUsed):
        ReadOnlyMiddleware(lambda request: HttpResponse())


# --- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["import_list", "{list}", "--announcement=list-2026"],
        ["undo_import", "1"],
        ["load_fixtures"],
        ["rebuild_search"],
        ["clear_sign_ins"],
        ["restore", "a.tar.gz", "--yes"],
        ["createsuperuser", "--noinput", "--username=a", "--email=a@example.kr"],
    ],
    ids=lambda command: command[0],
)
def test_command_that_would_write_says_one_line(home, settings, command):
    path = settings.BASE_DIR / "tests/data/status_list_2026.csv"
    words = [word.format(list=path) for word in command]

    ended = manage(*words, **home.settings, DJANGO_SUPERUSER_PASSWORD="a long enough one")

    assert (ended.returncode, ended.stderr.strip()) == (1, REFUSAL)


def test_commands_that_only_read_go_on(home, settings):
    path = settings.BASE_DIR / "tests/data/status_list_2026.csv"
    about = ["--kind=status_list", "--title=현황", "--publisher=공단", "--published-on=2026-08-01"]

    home.manage("rebuild_search", "--check")
    home.manage("backup", home.folder / "a.tar.gz")
    assert "A dry run" in home.manage("import_list", path, "--announcement=b", *about, "--dry-run")


# --- the database --------------------------------------------------------------------------------


def test_database_refuses_to_be_written(home):
    code = "from centers.models import Center; Center.objects.update(note='바뀜')"

    assert manage("shell", "-v0", "-c", code, **home.settings).stderr.strip() == REFUSAL
    assert home.tables() == home.before


def test_account_that_may_only_read_is_enough(home):
    url = home.settings["DATABASE_URL"]
    if url.startswith("sqlite"):
        files = [path for path in home.folder.iterdir() if path.name.startswith("centers.sqlite3")]
        for path in files:
            path.chmod(stat.S_IRUSR)
        assert len(home.tables()[0]["centers_center"]) == 42
        for path in files:
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return
    name = f"reader_{os.getpid()}"
    with closing(psycopg.connect(url, autocommit=True)) as database:
        database.execute(f"CREATE ROLE {name} LOGIN")
        database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        try:
            parts = urlsplit(url)
            reader = parts._replace(netloc=f"{name}@{parts.netloc.rpartition('@')[2]}").geturl()
            settings = {k: v for k, v in home.settings.items() if k != "DATA_DIR"}
            with running(home.folder, **settings | {"DATABASE_URL": reader}) as site:
                assert len(site.wait().names()) == 42
        finally:
            database.execute(f"DROP OWNED BY {name}")
            database.execute(f"DROP ROLE {name}")


def test_file_on_a_disk_that_cannot_be_written_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a b.sqlite3"
    assert make_read_only(build_sqlite_config(path))["NAME"] == path
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert (
        make_read_only(build_sqlite_config(path))["NAME"]
        == f"file:{tmp_path}/a%20b.sqlite3?immutable=1"
    )


def test_refusal_of_the_database_is_told_as_such(settings, rf):
    settings.READ_ONLY = True
    middleware = ReadOnlyMiddleware(lambda request: HttpResponse())

    error = DatabaseError("attempt to write a readonly database")
    assert is_refused(middleware.process_exception(rf.get("/"), error))
    assert middleware.process_exception(rf.get("/"), DatabaseError("no such table")) is None
