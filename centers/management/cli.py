"""What commands say in read-only mode."""

from django.conf import settings
from django.core.management.base import CommandError

READ_ONLY_MESSAGE = (
    "READ_ONLY is true: nothing may be written. Take that setting away and run this again."
)


def ensure_writable() -> None:
    """End a command that would change records, in read-only mode."""
    if settings.READ_ONLY:
        raise CommandError(READ_ONLY_MESSAGE)
