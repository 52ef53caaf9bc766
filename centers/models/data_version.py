"""The data version: one number that every change of a record replaces, and caches keyed by it."""

import inspect
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, partial, wraps
from itertools import count
from time import monotonic
from typing import Any, NamedTuple, ParamSpec, TypeVar, overload

from django.db import connection, models, transaction
from django.db.models import Case, F, When
from django.utils import timezone

#: For how many seconds a process trusts the number that it last read.
MAX_AGE_SECONDS = 1.0

#: Centres of which a process keeps history, citations, what printed rows state, and neighbours;
#: the first two take about 20 kB each.
MAX_CACHED_CENTERS = 200

#: The models of places, industries and words, which change far less often than centres.
REFERENCE_MODELS = {"region", "dong", "landmark", "industry", "industryclass", "word"}

P = ParamSpec("P")
R = TypeVar("R")


class CachedVersion(NamedTuple):
    """The number as this process last read it."""

    value: int
    #: By the monotonic clock, in seconds.
    until: float
    #: The generation of the process when it began to read.
    generation: int


#: The generation counts how often this process has changed the number itself.
_generations = count(1)
_generation = 0
_cached: CachedVersion | None = None


def is_in_transaction() -> bool:
    """Whether what is read now may be rolled back, and so never be true for others."""
    return connection.in_atomic_block


def invalidate() -> None:
    """Read the number from the database next time; a read that is under way is stale too."""
    global _generation
    _generation = next(_generations)


@overload
def per_data_version(function: Callable[P, R]) -> Callable[P, R]: ...


@overload
def per_data_version(*, maxsize: int = ...) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def per_data_version(function: Any = None, *, maxsize: int = 2) -> Any:
    """Cache the results of a function whose first parameter is `version`, the data version.

    The arguments must be hashable and are the key; the least recently used results are dropped
    first. By default there are two results, since a request that began before a change still uses
    the version before. Raises TypeError if the first parameter has another name.
    """
    if function is None:
        return partial(per_data_version, maxsize=maxsize)
    if next(iter(inspect.signature(function).parameters), "") != "version":
        raise TypeError(f"{function.__qualname__}: the first parameter must be version.")
    return lru_cache(maxsize=maxsize)(function)


def per_reference_version(function: Callable[[int], R]) -> Callable[[int], R]:
    """Cache the result of a function of the data version across changes of centres.

    It may read no other records than those of `REFERENCE_MODELS`.
    """
    cached = lru_cache(maxsize=2)(function)

    @wraps(function)
    def wrapper(version: int) -> R:
        return cached(get_reference_version(version))

    return wrapper


class DataVersion(models.Model):
    """A number that every change of a record replaces, so that caches know when they are stale.

    Random, not sequential: a database restored from a backup must not repeat a number that other
    data once had.
    """

    value = models.BigIntegerField("번호")
    #: The number that only changes of `REFERENCE_MODELS` replace.
    reference = models.BigIntegerField("기준 자료의 번호", default=0)
    #: When the number was made; if the clock was set back, a second after the last one. The history
    #: cannot tell, since undoing an import deletes its entries.
    drawn_at = models.DateTimeField("정한 때", default=timezone.now)

    class Meta:
        verbose_name = "자료 버전"
        verbose_name_plural = "자료 버전"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def cached(cls) -> int:
        """The number, at most a second old; changes by this process show at once."""
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
        # In SQL: the ORM takes far longer to compose so small a query than it takes to run.
        query = f"SELECT value FROM {cls._meta.db_table} WHERE id = 1"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(query)
            value = (cursor.fetchone() or (0,))[0]
        if not is_in_transaction():
            _cached = CachedVersion(value, until, generation)
        return value

    @classmethod
    def bump(cls, sender: type[models.Model] | None = None, **_signal) -> None:
        """Replace the number, and that of the reference records unless `sender` is another model.

        Also serves as a receiver of save and delete signals.
        """
        now = timezone.now()
        is_set_back = When(drawn_at__gt=now, then=F("drawn_at") + timedelta(seconds=1))
        values: dict[str, Any] = {
            "value": secrets.randbits(62) + 1,
            "drawn_at": Case(is_set_back, default=now),
        }
        if sender is None or sender._meta.model_name in REFERENCE_MODELS:
            values["reference"] = secrets.randbits(62) + 1
        if not cls.objects.filter(pk=1).update(**values):
            cls.objects.create(pk=1, **values | {"drawn_at": now})
        invalidate()
        # Before the commit, other threads of this process still read the old number.
        transaction.on_commit(invalidate)


@per_data_version
def get_reference_version(version: int) -> int:
    """Return the number that changes with places, industries and words alone."""
    return DataVersion.objects.filter(pk=1).values_list("reference", flat=True).first() or 0
