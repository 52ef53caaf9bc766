"""What the management commands share: the read-only check, and errors in one line."""

from django.conf import settings
from django.core.management.base import CommandError

READ_ONLY_MESSAGE = (
    "READ_ONLY is true: nothing may be written. Take that setting away and run this again."
)


def ensure_writable() -> None:
    """Raise CommandError in read-only mode."""
    if settings.READ_ONLY:
        raise CommandError(READ_ONLY_MESSAGE)


def get_first_line(error: Exception) -> str:
    """Return the first line of an error's text, or else the name of its class."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
