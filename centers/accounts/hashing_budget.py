"""A bound on what checking passwords takes: one at a time, for a share of the time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from centers.accounts.lockout import is_locked_out

#: The part of its time that a process may spend in the long run, and in seconds what it may spend
#: at once: about nine passwords, then nearly one a second.
SHARE, BURST = 0.2, 2.0
#: In seconds: how long a password waits for the one that is being checked.
MAX_WAIT = 2.0
#: In seconds: what one password counts at most. The rest was a wait for the database.
MAX_COUNTED = 0.5


class BudgetSpentError(Exception):
    """No password may be checked now."""


class HashingBudget:
    """Seconds spent on passwords, which are forgotten at the rate of the share.

    One password is checked at a time, so that the other threads of a process remain for pages.
    While less than half of the burst is spent, one more may wait. What counts is how long a
    password holds its thread: on a busy machine that is longer than its processor time.
    """

    def __init__(self, share: float = SHARE, burst: float = BURST):
        self.share, self.burst = share, burst
        self._lock = threading.Lock()
        self._running, self._waiting = threading.Lock(), threading.Lock()
        self._spent = 0.0
        self._updated_at = time.monotonic()

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the time of the block.

        Raises BudgetSpentError if no password may be checked now.
        """
        if not self._running.acquire(blocking=False) and not self._wait():
            raise BudgetSpentError
        try:
            if self._get_spent() > self.burst:
                raise BudgetSpentError
            began = time.monotonic()
            try:
                yield
            finally:
                self._add(min(time.monotonic() - began, MAX_COUNTED))
        finally:
            self._running.release()

    def _wait(self) -> bool:
        if self._get_spent() > self.burst / 2 or not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._running.acquire(timeout=MAX_WAIT)
        finally:
            self._waiting.release()

    def _get_spent(self) -> float:
        self._add(0)
        return self._spent

    def _add(self, seconds: float) -> None:
        with self._lock:
            now = time.monotonic()
            left = max(0.0, self._spent - (now - self._updated_at) * self.share)
            self._spent, self._updated_at = left + seconds, now


budget = HashingBudget()


@contextmanager
def spend_on_password(request: HttpRequest, name: str) -> Iterator[None]:
    """Count the time of the block, which checks the password of an account by its name.

    Who is locked out costs nothing, and so is no reason to turn others away. Raises
    BudgetSpentError.
    """
    if is_locked_out(request, name):
        yield
        return
    with budget.spend():
        yield
