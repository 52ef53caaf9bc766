"""`manage.py serve` brings the whole directory up by itself, or says in one line why it cannot."""

import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from centers.management.commands.serve import Command
from tests.support.processes import MANAGE, environment, manage
from tests.support.sites import (
    copy_static_files,
    free_port,
    new_database,
    prepared_database,
    running,
)

STEPS = [
    "Checking the settings …",
    "Preparing the database …",
    "Loading the announcements (only what has never been loaded) …",
    "Collecting the static files …",
]
#: The centres of 2024; the list of 2026 names three of them.
FIVE = [
    "영월 식료품",
    "영주 식료품",
    "광주 충장 귀금속",
    "대전 덕암 금속가공",
    "부산 서동 의류제조",
]
PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": "0123456789" * 5,
    "ALLOWED_HOSTS": "centers.example.kr",
    "SITE_URL": "https://centers.example.kr",
    "BEHIND_PROXY": "true",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder and the database that the tests of a set-up site share."""
    folder = tmp_path_factory.mktemp("home")
    with new_database(folder) as url:
        yield {"folder": folder, "DATABASE_URL": url}


@pytest.fixture(scope="module")
def site(home):
    """A site started from nothing, which tests only read."""
    with running(**home) as site:
        yield site.wait()


@pytest.fixture
def another(home, site):
    """Start once more what has been set up, with other arguments or settings."""
    with ExitStack() as stack:
        given = {"DATABASE_URL": home["DATABASE_URL"]}
        yield lambda *arguments, **settings: stack.enter_context(
            running(home["folder"], *arguments, **given, **settings)
        )


def refused(tmp_path, *arguments, **settings) -> str:
    """Run `serve` where it cannot start; return the one line it says."""
    ended = manage("serve", *arguments, **{"DATA_DIR": tmp_path / "data"} | settings)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    return line


# --- from nothing to a page ----------------------------------------------------------------------


def test_centres_of_both_documents_stand_on_the_pages(site):
    assert site.names("/?year=2024") == {f"{name} 소공인특화지원센터" for name in FIVE}
    assert len(site.names()) == 42


def test_every_step_and_the_address_are_printed(site):
    lines = site.printed.splitlines()

    assert [line for line in lines if line.endswith("…")] == STEPS
    assert "  announcement_2024: 16 new records" in lines
    assert "  status_list_2026: 37 new centres, 3 changed, 2 not on the list" in lines
    assert f"The directory is at http://127.0.0.1:{site.port}/" in lines
    assert "Press Ctrl+C to stop." in lines


@pytest.mark.once
def test_address_is_printed_only_once_the_site_answers(home, site):
    with running(**home) as second:
        while "The directory is at" not in second.printed:
            assert second.process.poll() is None, second.printed
            time.sleep(0.01)

        assert second.get("/about/").status == 200


@pytest.mark.once
def test_missing_contact_address_is_said_at_the_start(site, another):
    sentence = "CONTACT_EMAIL is not set: no page names an e-mail address for readers."

    assert site.printed.splitlines()[1] == sentence
    assert (
        "CONTACT_EMAIL" not in another("--no-load", CONTACT_EMAIL="help@example.kr").wait().printed
    )


@pytest.mark.once
def test_process_that_waits_for_the_first_answer_is_reaped(site):
    """Else it stays as a zombie for as long as the server runs."""
    main = site.process.pid
    # Granian starts a helper of its own (ps) now and then, which ends by itself; a zombie stays.
    deadline = time.monotonic() + 20
    while len(children := Path(f"/proc/{main}/task/{main}/children").read_text().split()) != 2:
        commands = [Path(f"/proc/{child}/stat").read_text() for child in children]
        assert time.monotonic() < deadline, commands
        time.sleep(0.05)


def test_sessions_outlast_a_restart(site, home, another):
    key = (home["folder"] / "secret_key").read_text()
    code = "from django.conf import settings; print(settings.SECRET_KEY)"

    another("--no-load").wait()

    printed = site.manage("shell", "-v0", "-c", code)
    assert printed.strip() == key == (home["folder"] / "secret_key").read_text()


def test_first_admin_account_can_be_made_with_the_printed_words(site, settings):
    [folder] = re.findall("^  cd (.*)$", site.printed, re.MULTILINE)
    [python] = re.findall("^  (.*) manage.py createsuperuser$", site.printed, re.MULTILINE)

    assert folder == str(settings.BASE_DIR)
    assert Path(folder, python).samefile(sys.executable)


def test_nothing_is_printed_that_looks_like_trouble(site, settings):
    site.names()
    # The folder of the program may be called anything.
    printed = site.printed.replace(str(settings.BASE_DIR), "")

    assert not re.search("error|warn|trace", printed, re.IGNORECASE)


@pytest.mark.once
def test_links_that_name_the_site_name_its_port(site):
    soup = BeautifulSoup(site.get("/about/").body, "lxml")

    assert soup.select_one("link[rel=canonical]")["href"] == f"http://127.0.0.1:{site.port}/about/"


@pytest.mark.once
def test_stylesheets_are_kept_for_ever_and_sent_small(site):
    soup = BeautifulSoup(site.get("/").body, "lxml")
    sheets = [link["href"] for link in soup.select("link[rel=stylesheet]")]
    assert sheets

    for sheet in sheets:
        assert re.fullmatch(r"/static/(css|fonts)/[\w/]+\.[0-9a-f]{12}\.css", sheet)
        plain, small = site.get(sheet), site.get(sheet, **{"Accept-Encoding": "br, gzip"})
        assert plain.status == small.status == 200
        assert plain.getheader("Cache-Control") == "max-age=315360000, public, immutable"
        assert plain.getheader("Content-Encoding") is None
        assert small.getheader("Content-Encoding") == "br"
        assert len(small.body) < len(plain.body)


@pytest.mark.once
def test_error_page_finds_its_styles_without_the_manifest(site):
    page = BeautifulSoup(site.get("/nowhere/").body, "lxml")

    for link in page.select("link[href]"):
        assert site.get(link["href"]).status == 200


@pytest.mark.once
def test_secret_key_is_made_for_the_owner_alone(site, home):
    key = home["folder"] / "secret_key"

    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) >= 50
    assert [path.name for path in home["folder"].glob("secret_key*")] == ["secret_key"]


@pytest.mark.once
def test_head_of_a_request_is_limited(site):
    assert site.get("/", **{"X-Filler": "a" * 30_000}).status == 200
    try:
        status = site.get("/", **{"X-Filler": "a" * 300_000}).status
    except OSError:  # hung up on
        status = 431
    assert status == 431


# --- again ---------------------------------------------------------------------------------------


def test_second_start_loads_nothing(site, home, another):
    key = (home["folder"] / "secret_key").read_text()

    second = another().wait()

    assert second.printed.count("nothing new") == 10
    assert second.names() == site.names()
    assert (home["folder"] / "secret_key").read_text() == key


def test_admin_account_is_not_asked_for_once_there_is_one(site, home, another):
    made = manage(
        "createsuperuser",
        "--noinput",
        "--username=first",
        "--email=first@example.kr",
        DJANGO_SUPERUSER_PASSWORD="a long enough one",
        DATA_DIR=home["folder"],
        DATABASE_URL=home["DATABASE_URL"],
    )
    assert made.returncode == 0, made.stderr

    assert "createsuperuser" not in another("--no-load").wait().printed


def test_fixtures_are_left_alone_when_asked(tmp_path):
    with (
        prepared_database(tmp_path, "none") as url,
        running(tmp_path, "--no-load", DATABASE_URL=url) as site,
    ):
        assert site.wait().names() == set()
        assert "Loading" not in site.printed


@pytest.mark.once
def test_production_answers_through_its_proxy_alone(another):
    site = another("--no-load", **PRODUCTION).wait()
    host = {"Host": "centers.example.kr"}

    assert "A proxy must make it reachable at https://centers.example.kr/" in site.printed
    assert site.get("/", **host).getheader("Location") == "https://centers.example.kr/"
    assert site.get("/", **host, **{"X-Forwarded-Proto": "https"}).status == 200
    # To a name that is none of the site's it tells the right one, and nothing else.
    wrong = site.get("/", Host="example.com")
    assert wrong.getheader("Location") == "https://centers.example.kr/"
    assert site.get("/", Host="example.com", **{"X-Forwarded-Proto": "https"}).status == 400


@pytest.mark.once
def test_other_address_is_listened_on_when_asked_and_warned_of(home, site):
    arguments = ("--no-load", "--host=0.0.0.0")
    with running(home["folder"], *arguments, DATABASE_URL=home["DATABASE_URL"]) as open_site:
        open_site.wait()
        address = ("127.0.0.2", open_site.port)
        with closing(socket.create_connection(address, timeout=10)) as client:
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.0 200 OK"
        assert "Let none but the proxy do so" in open_site.printed
    assert "Let none but the proxy" not in site.printed


def test_two_first_starts_at_once_both_come_up(tmp_path):
    with (
        new_database(tmp_path) as url,
        running(tmp_path, DATABASE_URL=url) as one,
        running(tmp_path, DATABASE_URL=url) as other,
    ):
        assert one.wait(240).names() == other.wait(240).names()
        assert len(one.names()) == 42
        assert (one.printed + other.printed).count("announcement_2024: 16 new records") == 1


# --- the end -------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_it_ends_at_once_and_leaves_no_worker_behind(another, signal_number):
    site = another("--no-load").wait()
    with closing(http.client.HTTPConnection("127.0.0.1", site.port)) as idle:
        idle.request("GET", "/about/")
        idle.getresponse().read()
        began = time.monotonic()

        code = site.stop(signal_number)

    assert code == 0
    assert time.monotonic() - began < 8
    assert site.is_gone(within=10)
    assert "Traceback" not in site.printed


@pytest.mark.once
def test_unfinished_request_does_not_delay_the_shutdown(another):
    site = another("--no-load").wait()
    with closing(socket.create_connection(("127.0.0.1", site.port))) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127")
        time.sleep(0.2)
        site.stop()

    assert site.is_gone(within=10)


def test_ctrl_c_during_the_set_up_ends_it_without_a_traceback(tmp_path):
    given = {"CONTACT_EMAIL": "help@example.kr"}
    with new_database(tmp_path) as url, running(tmp_path, DATABASE_URL=url, **given) as site:
        while "Preparing" not in site.printed:
            time.sleep(0.02)
        code = site.stop(signal.SIGINT)

        assert code == 130
        assert site.printed.splitlines() == STEPS[:2]


@pytest.mark.parametrize("value", ["", "example.kr", "300.1.1.1", "0.0.0.0:80", "a" * 99])
@pytest.mark.once
def test_host_that_is_no_address_is_refused_in_plain_words(capsys, value):
    # As manage.py calls it; what follows in a process of its own is argparse's.
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "serve", f"--host={value}"])

    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "manage.py serve: error: argument --host: "
        f"must be an address such as 127.0.0.1 or 0.0.0.0, not {value[:40]!r}"
    )


# --- what cannot be ------------------------------------------------------------------------------


@pytest.mark.once
def test_taken_port_is_named(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        line = refused(tmp_path, f"--port={port}")

    assert line == (
        f"CommandError: Port {port} is taken. Choose another with --port, for example --port 8001."
    )
    assert not (tmp_path / "data" / "db.sqlite3").exists()


@pytest.mark.once
def test_port_of_a_running_site_is_taken(site, tmp_path):
    assert f"Port {site.port} is taken." in refused(tmp_path, f"--port={site.port}")


@pytest.mark.once
def test_database_that_does_not_answer_is_named(tmp_path):
    port = free_port()
    url = f"postgres://user:geheim@127.0.0.1:{port}/centers"

    line = refused(tmp_path, f"--port={free_port()}", DATABASE_URL=url)

    assert line.startswith(f"CommandError: The database at 127.0.0.1:{port} does not answer: ")
    assert "geheim" not in line


@pytest.mark.once
def test_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "notes.sqlite3"
    path.write_text("no database " * 1000)

    line = refused(tmp_path, f"--port={free_port()}", DATABASE_URL=f"sqlite:///{path}")

    assert line == (f"CommandError: The database at {path} does not answer: file is not a database")


@pytest.mark.parametrize("below", ["", "/deeper"])
@pytest.mark.once
def test_data_folder_that_is_a_file_is_named(tmp_path, below):
    (tmp_path / "file").touch()

    line = refused(tmp_path, DATA_DIR=f"{tmp_path}/file{below}")

    assert line.startswith(f"Setting error: DATA_DIR: cannot make the folder {tmp_path}/file")


@pytest.mark.parametrize(
    ("most", "line"),
    [
        (0, "Setting error: DATA_DIR: cannot keep the secret key in "),
        (50_000, "CommandError: The database refused: "),
    ],
)
@pytest.mark.once
def test_full_disk_is_said_in_one_line(tmp_path, most, line):
    ended = subprocess.run(
        [*MANAGE, "serve", f"--port={free_port()}"],
        env=environment(DATA_DIR=tmp_path),
        # A limit on the size of each file, in bytes, stands for the disk.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 1
    [said] = ended.stderr.splitlines()
    assert said.startswith(line)
    assert not list(tmp_path.glob("secret_key.*"))


@pytest.mark.once
def test_static_files_that_cannot_be_written_are_named(tmp_path):
    with prepared_database(tmp_path, "none") as url:
        shutil.rmtree(tmp_path / "static")
        (tmp_path / "static").touch()
        given = {"DATA_DIR": tmp_path, "DATABASE_URL": url}

        line = refused(tmp_path, "--no-load", f"--port={free_port()}", **given)

    assert line.startswith(f"CommandError: Cannot write {tmp_path}/static")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.once
def test_data_folder_that_cannot_be_written_is_named(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    assert "DATA_DIR: cannot keep the secret key" in refused(tmp_path)

    line = refused(tmp_path, SECRET_KEY="given")
    assert line == f"CommandError: DATA_DIR: cannot write to the folder {folder}."


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--port", value) for value in ("0", "-1", "65536", "abc", "", "８０", "9" * 5000)),
        *(("--workers", value) for value in ("0", "65", "2.5")),
    ],
)
@pytest.mark.once
def test_number_out_of_bounds_is_refused_in_plain_words(capsys, option, value):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "serve", f"{option}={value}"])

    most = {"--port": 65535, "--workers": 64}[option]
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"manage.py serve: error: argument {option}: "
        f"must be a whole number from 1 to {most}, not {value[:40]!r}"
    )


@pytest.mark.once
def test_wrong_option_exits_with_2_and_no_traceback(tmp_path):
    ended = manage("serve", "--port=0", DATA_DIR=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == (
        "manage.py serve: error: argument --port: must be a whole number from 1 to 65535, not '0'"
    )
    assert "Traceback" not in ended.stderr


#: Looks at files again and again until its input ends; prints how often, and each that was away.
WATCH = """
import os, select, sys
paths, turns, away = sys.argv[1:], 0, set()
print("watching", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    turns += 1
    away |= {path for path in paths if not os.path.exists(path) or not os.path.getsize(path)}
print(turns, *away)
"""


@pytest.mark.once
def test_static_files_stay_available_while_they_are_collected(tmp_path):
    collect = "from centers.management.commands.serve import Command; Command().collect()"
    copy_static_files(tmp_path)
    sheets = sorted((tmp_path / "static/css").rglob("*.????????????.css"))
    assert len(sheets) > 10
    # As another release would find it.
    (tmp_path / "static.stamp").write_text("another")

    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCH, *map(str, sheets)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdout.readline() == "watching\n"
    ended = manage("shell", "-v0", "-c", collect, DATA_DIR=tmp_path, DATABASE_URL="")
    told, _ = watcher.communicate("enough")

    turns, *away = told.split()
    assert ended.returncode == 0 and (tmp_path / "static.stamp").read_text() != "another"
    assert int(turns) > 100
    assert away == []
