"""What every command of `manage.py` does: its packages may be missing, its dialogue is whole."""

import logging
import shutil
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from tests.support.processes import MANAGE, environment, manage


def run_without_packages(manage, *arguments):
    """Run a command by a Python that finds its standard library alone."""
    return subprocess.run(
        [sys.executable, "-I", "-S", manage, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], ".venv/bin/python manage.py serve"),
        (["serve", "--port=8001"], ".venv/bin/python manage.py serve --port=8001"),
        (["check"], ".venv/bin/python manage.py check"),
    ],
)
@pytest.mark.parametrize("has_venv", [True, False])
def test_missing_django_is_said_in_one_line(tmp_path, arguments, command, has_venv):
    manage = shutil.copy(MANAGE[1], tmp_path)
    if has_venv:
        (tmp_path / ".venv").mkdir()
        words = f"Run: {command}"
    else:
        install = ".venv/bin/pip install -r requirements.txt"
        words = f"Run: python3 -m venv .venv && {install} && {command}"

    ended = run_without_packages(manage, *arguments)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"Django is not installed for {sys.executable}. {words}\n"


@pytest.fixture
def screen(monkeypatch):
    """What a terminal shows: the words of a command and, on the same lines, the log."""
    screen = StringIO()
    shown = logging.StreamHandler(screen)
    monkeypatch.setattr(logging.getLogger(), "handlers", [shown])
    return screen


def test_log_line_follows_the_dialogue_of_an_account(db, screen, monkeypatch):
    account = {"username": "desk", "email": "desk@example.kr"}
    call_command("createsuperuser", interactive=False, stdout=screen, **account)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "a long phrase of one's own")
    call_command("changepassword", "desk", stdout=screen)

    lines = screen.getvalue().splitlines()
    events = [at for at, line in enumerate(lines) if line.startswith(("account_", "password_"))]
    assert [lines[at].split()[0] for at in events] == ["account_made", "password_changed"]
    # Nothing of the dialogue follows the line, except that of the next command.
    assert events[-1] == len(lines) - 1
    assert lines[events[0] + 1].startswith("Changing password")


def test_database_file_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "centers.sqlite3"
    settings = {"DATA_DIR": tmp_path, "DATABASE_URL": f"sqlite:///{path}"}

    def run_any_command() -> int:
        assert manage("showmigrations", **settings).returncode == 0
        return path.stat().st_mode & 0o777

    assert run_any_command() & 0o007 == 0
    path.chmod(0o664)
    # The group stays, as an operator may have let one in.
    assert run_any_command() == 0o660
