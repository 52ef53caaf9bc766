"""How often one address may ask, counted by all processes and nodes together.

A write to the database for each request would cost more than most answers do. So each process
counts by itself, and adds what it has counted to the sum in the database only once that has
become a share of what is allowed. Who asks seldom is never written down; who asks much is
stopped at most one share a process too late.
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
#: A process counts this share of what is allowed before it tells the others.
SYNC_SHARE = 10
#: Askers that a process counts at a time; beyond these it begins anew.
MAX_CLIENTS = 10_000
#: In seconds; a database that takes no counts is left alone so long.
PAUSE_SECONDS = 30


@dataclass
class RequestCount:
    """One asker's requests in one minute."""

    #: As the database had them when this process last told it of its own.
    known: int = 0
    #: Those of this process since.
    fresh: int = 0


class RequestCounter:
    """What one process has counted in the current minute."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.minute, self.counts, self.paused_until = 0, {}, 0.0

    def count_request(self, address: str, now: float) -> bool:
        """Count one more request of an address, unless it has had all it may in this minute."""
        most = settings.API_RATE
        with self.lock:
            minute = int(now // MINUTE_SECONDS)
            if minute != self.minute or len(self.counts) >= MAX_CLIENTS:
                self.minute, self.counts = minute, {}
            count = self.counts.setdefault(address, RequestCount())
            if count.known + count.fresh >= most:
                return False
            count.fresh += 1
            told = count.fresh
            alone = now < self.paused_until or settings.READ_ONLY
            if alone or told < most // SYNC_SHARE:
                return True
            count.known, count.fresh = count.known + told, 0
        # The lock is not held over the database; what the others count meanwhile is added up.
        known = self.add_to_total(address, minute, told, now)
        if known is not None:
            with self.lock:
                count.known = max(count.known, known)
            return known <= most
        return True

    def add_to_total(self, address: str, minute: int, told: int, now: float) -> int | None:
        """Tell the database; return the sum of all processes, or None if it cannot take it.

        Whatever is the matter with the database, reading goes on, and each process counts alone.
        """
        asker = salted_hmac("centers.api.throttle", f"{minute} {address}").hexdigest()
        try:
            known = Asking.add(asker, minute, told)
            if known == told:  # the first of it: seldom enough to clear up
                Asking.delete_before(minute - 1)
        except Error as error:
            self.paused_until = now + PAUSE_SECONDS
            log.warning("each process counts alone: %s", type(error).__name__)
            return None
        return known


request_counter = RequestCounter()


class AddressThrottle(BaseThrottle):
    """So many requests in each minute of the clock."""

    def timer(self) -> float:
        return time.time()

    def allow_request(self, request, view) -> bool:
        return request_counter.count_request(get_client_ip(request) or "", self.timer())

    def wait(self) -> int:
        """In seconds: until the next minute begins."""
        return math.ceil(MINUTE_SECONDS - self.timer() % MINUTE_SECONDS)
