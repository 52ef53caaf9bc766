"""What all records share: the bounds of plausible facts, and a check before every save."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.models import SIMPLE_HISTORY_REVERSE_ATTR_NAME

#: The first pilot centres began in 2013, so an earlier year is a slip of the pen.
FIRST_YEAR = 2013
LAST_YEAR = 2100
PLAUSIBLE_DATES = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
MAX_CLUSTER_SIZE = 1_000_000
#: A box round Korea, in degrees (WGS84): Marado, Baengnyeongdo, Dokdo and the northern border fit.
KOREA_BOUNDS = {"lat": (33.0, 39.0), "lon": (124.0, 132.0)}


def validate_past_year(year: int) -> None:
    if year < FIRST_YEAR:
        raise ValidationError(f"{FIRST_YEAR}년 이후여야 합니다.")
    if year > timezone.localdate().year:
        raise ValidationError("아직 오지 않은 해입니다.")


def validate_past_day(day: date) -> None:
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
    """Both coordinates inside Korea, or neither given."""
    unknown = Q(lat__isnull=True, lon__isnull=True)
    # Said of each apart: a comparison with NULL is neither true nor false, and a check takes it.
    known = Q(lat__isnull=False, lon__isnull=False)
    inside = Q(lat__range=KOREA_BOUNDS["lat"], lon__range=KOREA_BOUNDS["lon"])
    return models.CheckConstraint(
        condition=unknown | (known & inside),
        name=name,
        violation_error_message="위도와 경도는 함께 적고, 한국 안의 위치여야 합니다.",
    )


class Record(models.Model):
    """A record that is checked whole before every save, whoever saves it."""

    #: Columns worked out from the others, so never edited and never part of the history.
    DERIVED: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None:
            update_fields = {*update_fields, *self.DERIVED}
        # A state taken out of the history is this record again, and no new one under a taken key.
        if hasattr(self, SIMPLE_HISTORY_REVERSE_ATTR_NAME):
            self._state.adding = False
        # The history is written just after the record, and belongs to it.
        with transaction.atomic():
            self.full_clean()
            self.derive()
            super().save(*args, update_fields=update_fields, **kwargs)

    def derive(self) -> bool:
        """Work out the columns that follow from others; tell whether any of them changed."""
        return False


def find_position_errors(record: models.Model) -> dict[str, str]:
    """Name the coordinate that is missing beside the other one."""
    if (record.lat is None) == (record.lon is None):
        return {}
    missing = "lat" if record.lat is None else "lon"
    return {missing: "위도와 경도는 함께 적습니다."}
