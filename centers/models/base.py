"""What all records share: bounds of plausible values, and full validation before every save."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.base import ModelState
from django.utils import timezone
from simple_history.models import SIMPLE_HISTORY_REVERSE_ATTR_NAME

#: The first pilot centres began in 2013, so an earlier year is a typing error.
FIRST_YEAR = 2013
LAST_YEAR = 2100
PLAUSIBLE_DATES = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
MAX_CLUSTER_SIZE = 1_000_000
#: A bounding box of Korea, in degrees (WGS84), with Marado, Baengnyeongdo and Dokdo inside.
KOREA_BOUNDS = {"lat": (33.0, 39.0), "lon": (124.0, 132.0)}


def validate_past_year(year: int) -> None:
    """Raise ValidationError for a year before `FIRST_YEAR` or after the next.

    Centres are selected at the end of a year for the one that follows.
    """
    if year < FIRST_YEAR:
        raise ValidationError(f"{FIRST_YEAR}년 이후여야 합니다.")
    if year > timezone.localdate().year + 1:
        raise ValidationError("아직 오지 않은 해입니다.")


def validate_past_day(day: date) -> None:
    """Raise ValidationError for a day before `FIRST_YEAR` or in the future."""
    if day < PLAUSIBLE_DATES[0]:
        raise ValidationError(f"{FIRST_YEAR}년 이후여야 합니다.")
    if day > timezone.localdate():
        raise ValidationError("아직 오지 않은 날입니다.")


def build_latitude_field() -> models.FloatField:
    return _build_coordinate_field("위도", *KOREA_BOUNDS["lat"])


def build_longitude_field() -> models.FloatField:
    return _build_coordinate_field("경도", *KOREA_BOUNDS["lon"])


def _build_coordinate_field(name: str, least: float, most: float) -> models.FloatField:
    message = f"한국 안의 위치여야 합니다({least:.0f}–{most:.0f}도)."
    return models.FloatField(
        name,
        null=True,
        blank=True,
        help_text="WGS84, 도 단위",
        validators=[MinValueValidator(least, message), MaxValueValidator(most, message)],
    )


def build_korea_constraint(name: str) -> models.CheckConstraint:
    """Build the constraint that both coordinates are inside Korea, or neither is known."""
    unknown = Q(lat__isnull=True, lon__isnull=True)
    # NULL in each is tested by itself: a check constraint passes where a comparison yields NULL.
    known = Q(lat__isnull=False, lon__isnull=False)
    inside = Q(lat__range=KOREA_BOUNDS["lat"], lon__range=KOREA_BOUNDS["lon"])
    return models.CheckConstraint(
        condition=unknown | (known & inside),
        name=name,
        violation_error_message="위도와 경도는 함께 적고, 한국 안의 위치여야 합니다.",
    )


class Record(models.Model):
    """A model that is fully validated before every save, in the admin, imports and commands.

    `save()` raises ValidationError.
    """

    #: Columns computed from the others: not editable, and not part of the history.
    DERIVED: tuple[str, ...] = ()

    #: What simple-history and `centers.models.history` read for the next entry.
    _history_user: Any
    _change_reason: str | None
    _source: Any
    _run: Any

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None:
            update_fields = {*update_fields, *self.DERIVED}
        # An instance restored from the history updates its record; it is not a new one.
        if hasattr(self, SIMPLE_HISTORY_REVERSE_ATTR_NAME):
            self._state.adding = False
        try:
            # The history entry, written after the record, belongs to the same transaction.
            with transaction.atomic():
                # The database checks the constraints itself; asking it for each of them before
                # would cost more than all other steps of a save together.
                self.full_clean(validate_constraints=False)
                self.derive()
                super().save(*args, update_fields=update_fields, **kwargs)
        except IntegrityError:
            self.validate_constraints()  # which says in words what is wrong
            raise

    @classmethod
    def from_db(cls, db, field_names, values):
        """Build a record from a row of the database.

        Does what Django's own does in a quarter of the time, which lists of thousands notice: it
        sets the values without `__init__`, whose signals no model here listens to.
        """
        record = cls.__new__(cls)
        vars(record).update(zip(field_names, values, strict=True))
        state = record._state = ModelState()
        state.adding, state.db = False, db
        return record

    def attach(self, **records: models.Model) -> None:
        """Set related records that its keys name already, so that reading them takes no query.

        Much faster than assigning each, which checks and copies its key.
        """
        self._state.fields_cache.update(records)

    def derive(self) -> bool:
        """Compute the `DERIVED` columns; return whether any of them changed."""
        return False


def find_position_errors(record: Any) -> dict[str, str]:
    """Return the error, by field, of a coordinate that is missing although the other is known."""
    if (record.lat is None) == (record.lon is None):
        return {}
    missing = "lat" if record.lat is None else "lon"
    return {missing: "위도와 경도는 함께 적습니다."}
