"""`python manage.py` says how to run it where its packages are missing."""

import shutil
import subprocess
import sys

import pytest

from tests.support.processes import MANAGE, environment


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
