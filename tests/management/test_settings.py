"""Settings: documented, checked before anything runs, applied to the database."""

import ast
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from centers.env import read_env_file
from tests.support.processes import environment, manage
from tests.support.sites import is_on_postgresql

ROOT = django_settings.BASE_DIR
GOOD_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": GOOD_KEY,
    "ALLOWED_HOSTS": "centers.example.kr",
    "SITE_URL": "https://centers.example.kr",
}


def names_read() -> set[str]:
    """The settings that settings.py asks for: text("NAME"), flag("NAME") and their like."""
    tree = ast.parse((ROOT / "centers" / "settings.py").read_text())
    helpers = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "centers.env"
        for alias in node.names
    }
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in helpers
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.fixture
def check(tmp_path):
    """Run `manage.py check` with the given settings."""

    def check(*arguments, **given):
        return manage("check", *arguments, **{"DATA_DIR": tmp_path / "data"} | given)

    return check


@pytest.fixture
def ask(tmp_path):
    """Return what an expression on `settings` and `connection` is under the given settings."""

    def ask(expression, **given):
        code = (
            "import json; from django.conf import settings; from django.db import connection; "
            f"print(json.dumps({expression}, default=str))"
        )
        ended = manage("shell", "-v0", "-c", code, **{"DATA_DIR": tmp_path / "data"} | given)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return ask


# --- told ----------------------------------------------------------------------------------------


def test_settings_are_read_by_these_helpers_alone():
    code = (ROOT / "centers" / "settings.py").read_text()

    assert len(names_read()) >= 9
    assert "environ[" not in code
    assert "environ." not in code.replace("centers.env", "")
    assert "getenv" not in code
    assert "Env(" not in code


def test_readme_lists_every_setting_and_no_other():
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert sorted(rows) == sorted(names_read())


def test_example_lists_every_setting_with_a_sentence_above_it():
    blocks = (ROOT / ".env.example").read_text().strip().split("\n\n")[1:]
    pairs = [re.fullmatch(r"# [A-Z][^\n]+\.\n([A-Z_]+)=(.*)", block) for block in blocks]

    assert all(pairs), blocks
    assert sorted(pair[1] for pair in pairs) == sorted(names_read())


def test_example_as_it_stands_is_what_counts_without_it(ask, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/secret_key").write_text(GOOD_KEY)  # else each process makes its own
    lines = re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    values = {name: value for name, value in lines if name != "DATA_DIR"}
    names = sorted(names_read() - {"DATABASE_URL"} | {"DATABASES"})
    told = f"[getattr(settings, name) for name in {names}]"

    assert ask(told, **values) == ask(told)


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PRODUCTION": "maybe"}, "PRODUCTION must be true or false, not 'maybe'."),
        ({"DEBUG": "flase"}, "DEBUG must be true or false, not 'flase'."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be text or json, not 'xml'."),
        ({"LOG_LEVEL": "all"}, "LOG_LEVEL must be debug or info or warning or error, not 'all'."),
        ({"BEHIND_PROXY": "2"}, "BEHIND_PROXY must be true or false, not '2'."),
        *(
            ({"PAGE_SIZE": value}, "PAGE_SIZE must be a whole number from 1 to 200, not ")
            for value in ("0", "201", "abc", "-1", "2.5", "２０", str(10**30), "9" * 5000)
        ),
        *(
            ({"SITE_URL": value}, "SITE_URL must be a full address without a path, such as ")
            for value in (
                "centers",
                "centers.example.kr",
                "ftp://centers.example.kr",
                "http://",
                "http://[bad",
                "http://a b",
                "https://centers.example.kr/list",
                "https://user@centers.example.kr",
                "javascript:alert(1)",
            )
        ),
        *(
            ({"CONTACT_EMAIL": value}, "CONTACT_EMAIL must be one e-mail address such as ")
            for value in ("help", "help@centers", "a@b.kr,c@d.kr", "a b@c.kr", "a@b.kr?bcc=c@d.kr")
        ),
        *(
            ({"ALLOWED_HOSTS": value}, "ALLOWED_HOSTS must be host names such as ")
            for value in (
                "https://centers.example.kr",
                "centers.example.kr:443",
                "a.kr b.kr",
                "a/b",
            )
        ),
        *(
            ({"DATABASE_URL": value}, "DATABASE_URL must begin with postgres:// or sqlite:///.")
            for value in ("mysql://user@host/x", "garbage", "postgres", "http://h/x", "://")
        ),
        *(
            ({"DATABASE_URL": value}, "DATABASE_URL must name a file, for example ")
            for value in ("sqlite://", "sqlite:///", "sqlite://x.db", "sqlite://:memory:")
        ),
        *(
            ({"DATABASE_URL": value}, "DATABASE_URL cannot be read. Write postgres://user:")
            for value in (
                "postgres://host:notaport/x",
                "postgres://host:99999/x",
                "postgres://user:ge/heim@host/x",
                "postgres://host",
                "postgres://",
            )
        ),
        (PRODUCTION | {"SECRET_KEY": ""}, "SECRET_KEY must be set, with at least 50 random "),
        (PRODUCTION | {"SECRET_KEY": GOOD_KEY[:49]}, "SECRET_KEY must be set, with at least 50 "),
        (PRODUCTION | {"SECRET_KEY": "a" * 60}, "SECRET_KEY must be set, with at least 50 random "),
        (
            PRODUCTION | {"SECRET_KEY": "django-insecure-" + GOOD_KEY},
            "SECRET_KEY must not be one made for trying out.",
        ),
        (PRODUCTION | {"DEBUG": "true"}, "DEBUG must be false when PRODUCTION is true."),
        (PRODUCTION | {"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the site's own hosts when "),
        (PRODUCTION | {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the site's own hosts when "),
        (PRODUCTION | {"ALLOWED_HOSTS": "a.kr,*"}, "ALLOWED_HOSTS must name the site's own hosts "),
        *(
            (PRODUCTION | {"ALLOWED_HOSTS": value}, "ALLOWED_HOSTS must name each host in full, ")
            for value in (".kr", "centers.example.kr, .example.kr")
        ),
        (PRODUCTION | {"SITE_URL": ""}, "SITE_URL must be the site's https:// address when "),
        (
            PRODUCTION | {"SITE_URL": "http://centers.example.kr"},
            "SITE_URL must be the site's https:// address when PRODUCTION is true.",
        ),
    ],
)
def test_value_that_cannot_be_used_is_named_in_one_line(check, given, words):
    ended = check(**given)

    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith(f"Setting error: {words}")
    assert "heim" not in line


@pytest.mark.parametrize("value", ["", " ", "true", "TRUE", "1", "yes", "on"])
def test_true_may_be_written_in_the_usual_ways(ask, value):
    assert ask("settings.DEBUG", DEBUG=value) is bool(value.strip())


def test_production_settings_pass_every_check_of_a_deployment(check):
    ended = check("--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (ended.returncode, ended.stderr) == (0, "")


# --- taken ---------------------------------------------------------------------------------------


def test_values_are_taken_as_they_are_written(ask):
    told = ask(
        "[settings.SECRET_KEY, settings.ALLOWED_HOSTS, settings.SITE_URL, settings.PAGE_SIZE]",
        SECRET_KEY="$PATH is no name here",
        ALLOWED_HOSTS=" centers.example.kr , .example.org,[::1],",
        SITE_URL="https://센터.한국:8443/",
        PAGE_SIZE=" 50 ",
    )

    assert told == [
        "$PATH is no name here",
        ["centers.example.kr", ".example.org", "[::1]"],
        "https://센터.한국:8443",
        50,
    ]


#: Prints the key that settings have when `serve` has made one.
PRINT_KEY = """
from django.conf import settings
from centers.env import create_secret_key, read_secret_key
create_secret_key(settings.SECRET_KEY_FILE)
print(read_secret_key(settings.SECRET_KEY_FILE))
"""


def test_secret_key_is_one_however_many_start_first(tmp_path):
    with ThreadPoolExecutor() as pool:
        ended = [
            pool.submit(manage, "shell", "-v0", "-c", PRINT_KEY, DATA_DIR=tmp_path)
            for _ in range(6)
        ]

    assert {one.result().stdout.strip() for one in ended} == {(tmp_path / "secret_key").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secret_key_is_random_until_serve_has_made_one(ask, tmp_path):
    keys = {ask("settings.SECRET_KEY") for _ in range(2)}
    assert len(keys) == 2
    assert all(len(key) >= 50 for key in keys)

    (tmp_path / "data/secret_key").write_text("made by serve\n")

    assert ask("settings.SECRET_KEY") == "made by serve"


def test_secret_key_in_the_environment_needs_no_file(ask):
    assert ask("settings.SECRET_KEY_FILE", SECRET_KEY="given") is None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\n", "DATA_DIR: the file {path} holds no secret key. Delete it."),
        (b"\xff", "DATA_DIR: cannot read the secret key in {path}: "),
    ],
)
def test_secret_key_file_that_is_no_key_is_named(check, tmp_path, content, line):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data/secret_key"
    path.write_bytes(content)

    ended = check()

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Setting error: {line.format(path=path)}")


def test_settings_and_checks_write_nothing(check, tmp_path):
    code = "import django; django.setup()"
    given = environment(DATA_DIR=tmp_path / "data", DJANGO_SETTINGS_MODULE="centers.settings")
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=given, check=True)

    ended = check()

    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_other_commands_find_the_data_folder(tmp_path):
    assert manage("migrate", "-v0", DATA_DIR=tmp_path / "new/data").returncode == 0
    assert [path.name for path in (tmp_path / "new/data").iterdir()] == ["db.sqlite3"]


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    """Read a .env file with these bytes, with two settings given in the environment or not."""
    monkeypatch.setenv("GIVEN_ALREADY", "environment")
    monkeypatch.setenv("GIVEN_BY_FILE", "")  # so that it is taken away afterwards
    monkeypatch.delenv("GIVEN_BY_FILE")

    def env_file(content):
        (tmp_path / ".env").write_bytes(content)
        read_env_file(tmp_path / ".env")

    return env_file


def test_env_file_gives_what_the_environment_does_not(env_file):
    env_file("# 말\nGIVEN_ALREADY=file\nGIVEN_BY_FILE=a b=c\n".encode())

    assert os.environ["GIVEN_ALREADY"] == "environment"
    assert os.environ["GIVEN_BY_FILE"] == "a b=c"


def test_env_file_that_cannot_be_read_is_named(env_file, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=rf"{tmp_path}/\.env cannot be read: "):
        env_file(b"NAME=\xff")


# --- the database --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "{tmp}/data/db.sqlite3"),
        ("sqlite:///{tmp}/a.sqlite3", "{tmp}/a.sqlite3"),
        ("sqlite:///{tmp}/a%20b.sqlite3", "{tmp}/a b.sqlite3"),
        # Not the folder that the command happens to be given in: the server runs in another.
        ("sqlite:///var/a.sqlite3", f"{ROOT}/var/a.sqlite3"),
    ],
)
def test_sqlite_file_is_where_the_setting_says(ask, tmp_path, url, path):
    told = ask("settings.DATABASES['default']['NAME']", DATABASE_URL=url.format(tmp=tmp_path))

    assert told == path.format(tmp=tmp_path)


def test_data_folder_is_relative_to_the_project(ask, tmp_path):
    # With a key given, so that nothing is written into the project's own folder.
    assert ask("settings.DATA_DIR", DATA_DIR="var", SECRET_KEY="given") == f"{ROOT}/var"
    assert ask("settings.DATA_DIR", DATA_DIR=tmp_path) == str(tmp_path)


def test_data_folder_may_have_any_name(ask, tmp_path):
    folder = tmp_path / "50% a#b?c 가"

    told = ask("connection.ensure_connection() or settings.DATA_DIR", DATA_DIR=folder)

    assert told == str(folder)
    assert (folder / "db.sqlite3").exists()


def test_sqlite_lets_readers_and_writers_wait_for_each_other(ask):
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")

    told = ask(
        "[connection.cursor().execute(f'PRAGMA {name}').fetchone()[0] "
        f"for connection in [connection] for name in {pragmas}]"
    )

    assert dict(zip(pragmas, told, strict=True)) == {
        "journal_mode": "wal",
        "synchronous": 1,  # NORMAL
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }


def test_sqlite_transaction_takes_the_write_lock_when_it_begins(tmp_path):
    code = """
import sqlite3
from django.db import connection, transaction
with transaction.atomic():
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        print(error)
"""

    assert manage("shell", "-v0", "-c", code, DATA_DIR=tmp_path).stdout == "database is locked\n"


@pytest.mark.parametrize(("query", "timeout"), [("", 5), ("?connect_timeout=2&sslmode=require", 2)])
def test_postgresql_connections_persist_and_time_out(ask, query, timeout):
    told = ask(
        "settings.DATABASES['default']",
        DATABASE_URL=f"postgres://us%40er:p%2Fw@db.example.kr:5433/centers{query}",
    )

    assert told["ENGINE"] == "django.db.backends.postgresql"
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [told[name] for name in names] == ["us@er", "p/w", "db.example.kr", 5433, "centers"]
    assert told["CONN_MAX_AGE"] == 600
    assert told["CONN_HEALTH_CHECKS"] is True
    assert told["OPTIONS"]["connect_timeout"] == timeout
    assert told["OPTIONS"].get("sslmode") == ("require" if query else None)


@pytest.mark.parametrize(
    ("query", "cost"), [("", "1.1"), ("?options=-c%20random_page_cost%3D2", "2")]
)
@pytest.mark.skipif(not is_on_postgresql(), reason="asks PostgreSQL itself")
def test_postgresql_takes_pages_to_be_in_memory(tmp_path, query, cost):
    code = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SHOW random_page_cost")
    print(*cursor.fetchone())
"""
    url = os.environ["DATABASE_URL"]

    shown = manage("shell", "-v0", "-c", code, DATA_DIR=tmp_path, DATABASE_URL=f"{url}{query}")

    assert shown.stdout == f"{cost}\n", shown.stderr
