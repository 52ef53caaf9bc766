"""A bound on the processor time that checking passwords takes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from centers.accounts.lockout import is_locked_out

#: The part of one core that a process may spend in the long run, and in seconds what it may spend
#: at once: about nine passwords, then two a second.
SHARE, BURST = 0.5, 2.0


class BudgetSpentError(Exception):
    """No password may be checked now."""


class HashingBudget:
    """Processor seconds spent on passwords, which are forgotten at the rate of the share."""

    def __init__(self, share: float = SHARE, burst: float = BURST):
        self.share, self.burst = share, burst
        self._lock = threading.Lock()
        self._spent = 0.0
        self._updated_at = time.monotonic()

    def is_spent(self) -> bool:
        """Whether no password may be checked now."""
        with self._lock:
            return self._update() > self.burst

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the processor time of the current thread in the block."""
        began = time.thread_time()
        try:
            yield
        finally:
            with self._lock:
                self._spent = self._update() + time.thread_time() - began

    def _update(self) -> float:
        now = time.monotonic()
        self._spent = max(0.0, self._spent - (now - self._updated_at) * self.share)
        self._updated_at = now
        return self._spent


budget = HashingBudget()


@contextmanager
def spend_on_password(request: HttpRequest, name: str) -> Iterator[None]:
    """Count the time of the block, which checks the password of an account by its name.

    Who is locked out costs nothing, and so is no reason to turn others away. Raises
    BudgetSpentError.
    """
    if budget.is_spent() and not is_locked_out(request, name):
        raise BudgetSpentError
    with budget.spend():
        yield
