"""What happens at the door and to accounts, written down without names and whole addresses."""

import logging

from centers.addresses import client_address, shortened

log = logging.getLogger("centers.security")


def note(event: str, request=None, level: int = logging.INFO, **facts) -> None:
    """Write down one event: what, to which account (by its number), from about where."""
    if request is not None:
        facts["address"] = shortened(client_address(request))
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    log.log(level, "%s %s", event, words, extra={"event": event, **facts})
