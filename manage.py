#!/usr/bin/env python
"""The command line of the directory."""

import os
import sys
from pathlib import Path

#: These commands write nothing, so DATA_DIR need not exist for them.
READING_COMMANDS = {"check", "help", "version", "--help", "-h", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centers.settings")
    try:
        import django  # noqa: F401
    except ModuleNotFoundError:
        sys.exit(describe_missing_django())
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    from centers.env import create_data_dir
    from centers.management.cli import READ_ONLY_MESSAGE

    try:
        command = (sys.argv[1:] or ["help"])[0]
        if command not in READING_COMMANDS:
            create_data_dir(settings.DATA_DIR)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: one line says which, a traceback would hide it.
        sys.exit(f"Setting error: {error}")
    except DatabaseError:
        # A command of Django's own, such as createsuperuser, in read-only mode.
        if not settings.READ_ONLY:
            raise
        sys.exit(f"CommandError: {READ_ONLY_MESSAGE}")
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell counts an end by Ctrl+C


def describe_missing_django() -> str:
    """Say in one line how to run this with the packages that it needs."""
    command = f".venv/bin/python manage.py {' '.join(sys.argv[1:]) or 'serve'}"
    if Path(__file__).with_name(".venv").is_dir():
        return f"Django is not installed for {sys.executable}. Run: {command}"
    return (
        f"Django is not installed for {sys.executable}. Run: python3 -m venv .venv && "
        f".venv/bin/pip install -r requirements.txt && {command}"
    )


if __name__ == "__main__":
    main()
