"""Rate limit per IP address, shared by all processes and nodes.

A database write per request would cost more than most responses do. So each process counts by
itself and adds its count to the total in the database only when it reaches a share of the limit.
A client with few requests is never stored; a client over the limit is stopped at most one share
per process too late.
"""

import logging
import math
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import Error
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle

from centers.http.client_ip import get_client_ip
from centers.models.api_usage import Asking

log = logging.getLogger("centers.api")

MINUTE_SECONDS = 60
#: A process adds its count to the total each time it reaches 1/SYNC_SHARE of the limit.
SYNC_SHARE = 10
#: Clients that a process counts at a time; with more it starts over, which bounds its memory.
MAX_CLIENTS = 10_000
#: In seconds, after a failed write, until the database is tried again.
PAUSE_SECONDS = 30


@dataclass
class RequestCount:
    """The requests of one client in one minute."""

    #: The total of all processes as of the last write.
    known: int = 0
    #: Requests to this process since then.
    fresh: int = 0


class RequestCounter:
    """The counts of one process in the current minute; safe for threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget all counts."""
        self.minute, self.counts, self.paused_until = 0, {}, 0.0

    def count_request(self, address: str, now: float) -> bool:
        """Count a request of an IP address; return whether it is within the limit.

        `now` is in seconds since the epoch. A request over the limit is not counted.
        """
        limit = settings.API_RATE
        with self.lock:
            minute = int(now // MINUTE_SECONDS)
            if minute != self.minute or len(self.counts) >= MAX_CLIENTS:
                self.minute, self.counts = minute, {}
            count = self.counts.setdefault(address, RequestCount())
            if count.known + count.fresh >= limit:
                return False
            count.fresh += 1
            fresh = count.fresh
            is_local = now < self.paused_until or settings.READ_ONLY
            if is_local or fresh < limit // SYNC_SHARE:
                return True
            count.known, count.fresh = count.known + fresh, 0
        # The lock is not held during the query; requests counted meanwhile are added later.
        known = self.add_to_total(address, minute, fresh, now)
        if known is not None:
            with self.lock:
                count.known = max(count.known, known)
            return known <= limit
        return True

    def add_to_total(self, address: str, minute: int, fresh: int, now: float) -> int | None:
        """Add to the total in the database; return the new total, or None if the write fails.

        A database error never fails the request: each process then counts for itself.
        """
        # No IP address is stored, only its hash, which differs from minute to minute.
        client = salted_hmac("centers.api.throttle", f"{minute} {address}").hexdigest()
        try:
            known = Asking.add(client, minute, fresh)
            if known == fresh:  # a client's first write in a minute is rare enough to clean up
                Asking.delete_before(minute - 1)
        except Error as error:
            self.paused_until = now + PAUSE_SECONDS
            log.warning("each process counts alone: %s", type(error).__name__)
            return None
        return known


request_counter = RequestCounter()


class AddressThrottle(BaseThrottle):
    """At most `API_RATE` requests per IP address in each minute of the clock."""

    def timer(self) -> float:
        return time.time()

    def allow_request(self, request, view) -> bool:
        return request_counter.count_request(get_client_ip(request) or "", self.timer())

    def wait(self) -> int:
        """Seconds until the next minute begins."""
        return math.ceil(MINUTE_SECONDS - self.timer() % MINUTE_SECONDS)
