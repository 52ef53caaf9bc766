"""What commands say in read-only mode."""

from django.conf import settings
from django.core.management.base import CommandError

REFUSAL = "READ_ONLY is true: nothing may be written. Take that setting away and run this again."


def refuse_to_write() -> None:
    """End a command that would change records, in read-only mode."""
    if settings.READ_ONLY:
        raise CommandError(REFUSAL)
