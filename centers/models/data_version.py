"""One number that says whether anything has changed."""

import secrets
from itertools import count
from time import monotonic
from typing import NamedTuple

from django.db import connection, models, transaction
from django.utils import timezone

#: For how many seconds a process goes by the number that it last read.
MAX_AGE_SECONDS = 1.0


class CachedVersion(NamedTuple):
    """The number as this process last read it."""

    value: int
    until: float
    #: How often the process had changed the number itself when it began to read.
    generation: int


_generations = count(1)
_generation = 0
_cached: CachedVersion | None = None


def is_in_transaction() -> bool:
    """Whether what is read here may never be true for others."""
    return connection.in_atomic_block


def invalidate() -> None:
    """Read the number anew when it is next wanted; any reading that is under way counts as old."""
    global _generation
    _generation = next(_generations)


class DataVersion(models.Model):
    """A number that every change of a record replaces, so that copies know when they are old.

    Drawn by lot, not counted: a database restored from a backup must not repeat a number that
    other data once had.
    """

    value = models.BigIntegerField("번호")
    #: When it was drawn. No entry of the history tells that, since an import that is taken back
    #: takes its entries along.
    drawn_at = models.DateTimeField("정한 때", default=timezone.now)

    class Meta:
        verbose_name = "자료 판"
        verbose_name_plural = "자료 판"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def cached(cls) -> int:
        """The number as of the last second: at once for this process, a second late for others."""
        last = _cached
        if (
            last
            and last.generation == _generation
            and monotonic() < last.until
            and not is_in_transaction()
        ):
            return last.value
        return cls.fetch()

    @classmethod
    def fetch(cls) -> int:
        """The number as the database has it now."""
        global _cached
        generation, until = _generation, monotonic() + MAX_AGE_SECONDS
        # By hand, since to compose so small a query takes far longer than to answer it.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT value FROM {cls._meta.db_table} WHERE id = 1")  # noqa: S608
            value = (cursor.fetchone() or (0,))[0]
        if not is_in_transaction():
            _cached = CachedVersion(value, until, generation)
        return value

    @classmethod
    def bump(cls, **_signal) -> None:
        """Replace the number; also serves as a receiver of save and delete signals."""
        drawn = {"value": secrets.randbits(62) + 1, "drawn_at": timezone.now()}
        if not cls.objects.filter(pk=1).update(**drawn):
            cls.objects.create(pk=1, **drawn)
        invalidate()
        # Until then the other threads of this process still read the old one.
        transaction.on_commit(invalidate)
