"""How many corrections are taken: from one IP address in a day, and from all in a day."""

import time
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from centers.models import Correction
from centers.models.api_usage import Asking

#: Stored reports of one IP address in a day, over all processes; an office shares one address.
MAX_PER_ADDRESS = 20
#: Stored reports of all addresses in 24 hours: more than editors can look at.
MAX_PER_DAY = 300
#: In milliseconds: the report is written as well, and so may wait.
LOCK_WAIT_MS = 2_000
DAY_MINUTES = 24 * 60
#: The row of `Asking` that a process locks while it stores a report; nobody reads its count.
TURN = "centers.corrections"


def count_report(address: str) -> bool:
    """Count a report of an IP address in the database; return whether it is within the limit.

    No address is stored, only its keyed hash, which differs from day to day. Raises
    OperationalError if the database is busy.
    """
    day = int(time.time() // 60 // DAY_MINUTES)
    client = salted_hmac("centers.corrections", f"{day} {address}").hexdigest()
    known = Asking.objects.filter(asker=client).values_list("count", flat=True).first() or 0
    if known >= MAX_PER_ADDRESS:
        return False  # without a write, so that a flood costs little
    # Deleted like the counts of the API, once the day has ended.
    return Asking.add(client, (day + 1) * DAY_MINUTES, 1, LOCK_WAIT_MS) <= MAX_PER_ADDRESS


def take_turn() -> None:
    """Let no other process count the reports of a day and store one until this transaction ends.

    Raises OperationalError if the database is busy.
    """
    Asking.add(TURN, int(time.time() // 60) + DAY_MINUTES, 1, LOCK_WAIT_MS)


def is_day_full() -> bool:
    """Whether as many reports have been stored in the last 24 hours as are taken."""
    since = timezone.now() - timedelta(days=1)
    return Correction.objects.filter(sent_at__gte=since).count() >= MAX_PER_DAY
