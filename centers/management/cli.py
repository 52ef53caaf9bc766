"""What the management commands share: their base class, read-only mode, errors in one line."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import MemoryHandler
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

READ_ONLY_MESSAGE = (
    "READ_ONLY is true: nothing may be written. Take that setting away and run this again."
)


class DataCommand(BaseCommand):
    """A command that works on the records, and leaves checks of the code to `manage.py check`.

    Those import every page and build the API's description, which takes half a second.
    """

    requires_system_checks = ()


def ensure_writable() -> None:
    """Raise CommandError in read-only mode."""
    if settings.READ_ONLY:
        raise CommandError(READ_ONLY_MESSAGE)


@contextmanager
def report_errors(
    *kinds: type[Exception], path: Path | None = None, file_error: str = "{path}: {reason}."
) -> Iterator[None]:
    """Turn errors of the database, and of these kinds, into a CommandError of one line.

    With a path also those of the file system, which name the path unless they know their own.
    """
    try:
        yield
    except DatabaseError as error:
        raise CommandError(f"The database refused: {get_first_line(error)}") from None
    except kinds as error:
        raise CommandError(" ".join(str(error).split())) from None
    except OSError as error:
        if path is None:
            raise
        reason = error.strerror or error
        line = file_error.format(path=error.filename or path, reason=reason)
        raise CommandError(line) from None


@contextmanager
def log_at_end() -> Iterator[None]:
    """Hold log lines back until a command has ended its dialogue, and then write them."""
    root = logging.getLogger()
    handlers, held = root.handlers, MemoryHandler(capacity=1000, flushLevel=logging.CRITICAL + 1)
    root.handlers = [held]
    try:
        yield
    finally:
        root.handlers = handlers
        for record in held.buffer:
            root.handle(record)


def get_first_line(error: Exception) -> str:
    """Return the first line of an error's text, or else the name of its class."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
