"""Regions, industries and operators, which centres refer to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q

from centers.models.base import (
    Record,
    build_korea_constraint,
    build_latitude_field,
    build_longitude_field,
    find_position_errors,
)
from centers.models.fields import (
    CleanCharField,
    CleanURLField,
    NameListField,
    build_phone_field,
)
from centers.models.history import History, Provenance

if TYPE_CHECKING:
    from centers.models.centers import CenterQuerySet

#: The tile map's last column and row: six tiles of touch size are as wide as the narrowest screen.
LAST_TILE_COL, LAST_TILE_ROW = 5, 11


def build_tile_field(name: str, last: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        name,
        null=True,
        blank=True,
        validators=[MaxValueValidator(last, f"0부터 {last}까지입니다.")],
        help_text=f"시·도만, 0부터 {last}까지",
    )


class RegionQuerySet(models.QuerySet["Region"]):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def with_parents(self):
        return self.select_related("parent__parent")


class Region(Record):
    """A 시·도, 시·군·구 or 일반구, keyed by the first 2 or 5 digits of its 법정동 code."""

    parent_id: str | None
    centers: "CenterQuerySet"
    get_level_display: Callable[[], str]

    class Level(models.TextChoices):
        SIDO = "sido", "시·도"
        SIGUNGU = "sigungu", "시·군·구"
        GU = "gu", "일반구"

    code = CleanCharField(
        "코드",
        primary_key=True,
        max_length=5,
        validators=[
            RegexValidator(
                r"^([0-9]{2}|[0-9]{5})\Z", "코드는 법정동 코드 앞 2자리 또는 5자리입니다."
            )
        ],
    )
    level = models.CharField("단계", max_length=7, choices=Level)
    parent = models.ForeignKey(
        "self",
        verbose_name="상위 지역",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    name = CleanCharField("이름", max_length=40)
    short_name = CleanCharField("짧은 이름", max_length=20)
    former_names = NameListField("옛 이름", help_text="한 줄에 하나씩, 시·도부터 적습니다.")
    former_codes = NameListField("옛 코드", help_text="이 지역으로 통째로 바뀐 옛 코드")
    dongs = NameListField(
        "나뉜 옛 구의 동",
        help_text="나뉜 옛 시·군·구에서 이 지역으로 온 동. 한 줄에 하나씩, 시·도부터 적습니다.",
    )
    lat = build_latitude_field()
    lon = build_longitude_field()
    tile_col = build_tile_field("타일 지도의 칸", LAST_TILE_COL)
    tile_row = build_tile_field("타일 지도의 줄", LAST_TILE_ROW)

    history: Any = History()
    objects = cast(RegionQuerySet, RegionQuerySet.as_manager())

    class Meta:
        verbose_name = "지역"
        verbose_name_plural = "지역"
        ordering = ["code"]
        constraints = [
            build_korea_constraint("region_inside_korea"),
            models.CheckConstraint(
                condition=Q(level="sido", parent__isnull=True)
                | (~Q(level="sido") & Q(parent__isnull=False)),
                name="region_parent_unless_sido",
                violation_error_message="시·도에는 상위 지역이 없고, 나머지에는 있어야 합니다.",
            ),
            models.CheckConstraint(
                condition=Q(tile_col__isnull=True, tile_row__isnull=True)
                | Q(tile_col__isnull=False, tile_row__isnull=False, level="sido"),
                name="region_tile_whole_and_of_sido",
                violation_error_message="타일 지도의 칸과 줄은 시·도에만, 함께 적습니다.",
            ),
            models.UniqueConstraint(
                fields=["tile_col", "tile_row"],
                name="region_tile_of_its_own",
                violation_error_message="타일 지도의 이 자리에는 이미 다른 시·도가 있습니다.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def natural_key(self):
        return (self.code,)

    def clean(self):
        errors = find_position_errors(self)
        digits = 2 if self.level == self.Level.SIDO else 5
        if len(str(self.code)) != digits:
            errors["level"] = "시·도의 코드는 2자리, 나머지의 코드는 5자리입니다."
        # Read from the database, since the instance in `parent` may not be validated yet.
        above = Region.objects.filter(pk=self.parent_id).values_list("level", flat=True).first()
        match self.level:
            case self.Level.SIDO if self.parent_id:
                errors["parent"] = "시·도에는 상위 지역이 없습니다."
            case self.Level.SIGUNGU if above != self.Level.SIDO:
                errors["parent"] = "시·군·구의 상위 지역은 시·도여야 합니다."
            case self.Level.GU if above != self.Level.SIGUNGU:
                errors["parent"] = "일반구의 상위 지역은 시·군·구여야 합니다."
        if errors:
            raise ValidationError(errors)

    @property
    def sido(self) -> "Region":
        return self.parent.sido if self.parent else self

    @property
    def full_name(self) -> str:
        """The name from the 시·도 down; 세종, which is its own only 시·군·구, is named once."""
        sido = self.sido
        return self.name if self.name == sido.name else f"{sido.name} {self.name}"

    @property
    def short_names(self) -> list[str]:
        """What people write in front of an industry: 부산, 부산금정."""
        sido = self.sido
        return [sido.short_name] + ([] if self == sido else [sido.short_name + self.short_name])

    @property
    def label(self) -> str:
        """A short name that is clear by itself: 영월, 부산 금정 (금정구), 성남 중원구."""
        if self.level == self.Level.GU:
            # Never without its city, which people know it by.
            own = self.name.removeprefix(self.parent.name).strip() or self.short_name
            return f"{self.parent.short_name} {own}"
        if self.level == self.Level.SIDO or not self.name.endswith("구"):
            return self.short_name
        return f"{self.sido.short_name} {self.short_name}"

    def get_centers_within(self):
        """Return the centres in this region or in a region inside it."""
        return self.centers.model.objects.filter(
            Q(region=self) | Q(region__parent=self) | Q(region__parent__parent=self)
        )

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.get_centers_within().derive()


class IndustryQuerySet(models.QuerySet["Industry"]):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Industry(Record):
    """A manufacturing division (중분류) of KSIC, keyed by its two digits."""

    centers: "CenterQuerySet"

    code = CleanCharField(
        "코드",
        primary_key=True,
        max_length=2,
        validators=[RegexValidator(r"^[0-9]{2}\Z", "코드는 표준산업분류 중분류 2자리입니다.")],
    )
    name = CleanCharField(
        "이름",
        max_length=100,
        unique=True,
        error_messages={"unique": "같은 이름의 업종이 이미 있습니다."},
    )
    short_name = CleanCharField("짧은 이름", max_length=30)
    aliases = NameListField("흔히 쓰는 말", help_text="한 줄에 하나씩. 찾기에 쓰입니다.")

    history: Any = History()
    objects = cast(IndustryQuerySet, IndustryQuerySet.as_manager())

    class Meta:
        verbose_name = "업종"
        verbose_name_plural = "업종"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self):
        return (self.code,)

    @property
    def inclusive_name(self) -> str:
        """The name without its exclusion (“; … 제외”), whose words must not match a search."""
        return self.name.partition(";")[0]

    @property
    def excluded_part(self) -> str:
        """The rest of the name: the exclusion, with the semicolon before it."""
        return self.name.removeprefix(self.inclusive_name)

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.centers.derive()


class OperatorQuerySet(models.QuerySet["Operator"]):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class Operator(Record):
    """An institution that runs one or more centres."""

    centers: "CenterQuerySet"

    name = CleanCharField(
        "이름",
        max_length=300,
        unique=True,
        error_messages={"unique": "같은 이름의 운영기관이 이미 있습니다."},
    )
    former_names = NameListField(
        "옛 이름", max_item_length=300, help_text="한 줄에 하나씩, 새것부터"
    )
    #: The institution's own, not those of its centres.
    phone = build_phone_field("운영기관 대표전화")
    website = CleanURLField("운영기관 누리집", max_length=500, blank=True)

    history: Any = History(bases=[Provenance])
    objects = cast(OperatorQuerySet, OperatorQuerySet.as_manager())

    class Meta:
        verbose_name = "운영기관"
        verbose_name_plural = "운영기관"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self):
        return (self.name,)

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.centers.derive()
