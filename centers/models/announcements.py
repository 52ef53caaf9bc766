"""Published documents that list centres, and their rows as printed."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse

from centers.models.base import FIRST_YEAR, PLAUSIBLE_DATES, Record, validate_past_day
from centers.models.center_fields import (
    CENTER_FIELDS_BY_NAME,
    PRINTED_FIELDS,
    PRINTED_FIELDS_IN_TABLES,
    ValueType,
    format_field_value,
)
from centers.models.centers import Center
from centers.models.fields import CleanCharField, CleanTextField, CleanURLField, get_model_field
from centers.models.history import History, Provenance

#: The path of the feed of all announcements below /announcements/, so no slug.
FEED = "feed"


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


@lru_cache(maxsize=1_000)
def _build_path(prefix: str, slug: str) -> str:
    """The path of an announcement's page, which the page of a centre has for each of its values."""
    return reverse("announcement", args=[slug])


class Announcement(Record):
    """A published document that lists centres."""

    listings: "models.QuerySet[Listing]"
    get_kind_display: Callable[[], str]

    class Kind(models.TextChoices):
        SELECTION = "selection", "신규 선정 발표"
        STATUS_LIST = "status_list", "운영 현황 목록"

    slug = models.SlugField(
        "주소 이름",
        unique=True,
        help_text="영문 소문자, 숫자, 붙임표(-)",
        validators=[
            RegexValidator(r"^[a-z0-9-]+\Z", "영문 소문자, 숫자, 붙임표(-)로 적습니다."),
        ],
        error_messages={"unique": "같은 주소 이름의 공고가 이미 있습니다."},
    )
    kind = models.CharField("종류", max_length=11, choices=Kind)
    title = CleanCharField("제목", max_length=200)
    publisher = CleanCharField("발표 기관", max_length=100)
    published_on = models.DateField("발표일", validators=[validate_past_day])
    source_url = CleanURLField("원문 주소", max_length=500, blank=True)
    source_note = CleanCharField(
        "출처 설명", max_length=200, blank=True, help_text="원문을 어디서 보았는지"
    )
    summary = CleanTextField("요약", max_length=2000, blank=True)
    centers_total = models.PositiveIntegerField(
        "전국 센터 수",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="문서가 밝힌 수(개소)",
    )
    subsidy_krw = models.PositiveBigIntegerField(
        "센터당 국비",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="1년, 원",
    )
    new_center_subsidy_krw = models.PositiveBigIntegerField(
        "신규 센터 국비",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="1곳, 원",
    )

    history: Any = History(bases=[Provenance])
    objects = cast(AnnouncementQuerySet, AnnouncementQuerySet.as_manager())

    class Meta:
        verbose_name = "공고"
        verbose_name_plural = "공고"
        ordering = ["-published_on", "pk"]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": 0}),
                    name=f"announcement_{name}_positive",
                    violation_error_message="모르면 비워 두고, 알면 1 이상이어야 합니다.",
                )
                for name in ("centers_total", "subsidy_krw", "new_center_subsidy_krw")
            ),
            models.CheckConstraint(
                condition=Q(published_on__range=PLAUSIBLE_DATES),
                name="announcement_published_on_in_range",
                violation_error_message=f"발표일은 {FIRST_YEAR}년 이후여야 합니다.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self):
        return (self.slug,)

    def clean(self):
        if self.slug == FEED:
            error = f"‘{FEED}’는 새 공고 알림의 주소라 쓸 수 없습니다."
            raise ValidationError({"slug": error})

    @property
    def short_kind(self) -> str:
        """Its name beside a date: 2026-07-31 목록."""
        return "공고" if self.kind == self.Kind.SELECTION else "목록"

    @property
    def source_label(self) -> str:
        """What it is called as the source of a value: 2026-07-31 목록."""
        return f"{self.published_on} {self.short_kind}"

    def get_absolute_url(self) -> str:
        return _build_path(get_script_prefix(), self.slug)


class PrintedValue(NamedTuple):
    """One printed text beside the current value, both as shown; "" where there is none."""

    name: str
    label: str
    printed: str
    current: str


class ListingQuerySet(models.QuerySet["Listing"]):
    def get_by_natural_key(self, announcement, row):
        return self.get(announcement__slug=announcement, row=row)


class Listing(Record):
    """One row of an announcement, with its texts as printed, and the centre it is about."""

    announcement_id: int
    center_id: int

    #: The columns with texts as printed.
    PRINTED_FIELDS = PRINTED_FIELDS

    announcement = models.ForeignKey(
        Announcement, verbose_name="공고", on_delete=models.PROTECT, related_name="listings"
    )
    center = models.ForeignKey(
        Center, verbose_name="센터", on_delete=models.PROTECT, related_name="listings"
    )
    row = models.PositiveSmallIntegerField("행", validators=[MinValueValidator(1)])
    name = CleanCharField("센터명", max_length=200, blank=True)
    region = CleanCharField("지역", max_length=100, blank=True)
    operator = CleanCharField("운영기관", max_length=300, blank=True)
    industry = CleanCharField("업종", max_length=200, blank=True)
    cluster_size = CleanCharField("집적지 소공인 규모", max_length=50, blank=True)
    address = CleanCharField("주소", max_length=300, blank=True)
    phone = CleanCharField("전화", max_length=100, blank=True)
    designated_year = CleanCharField("지정연도", max_length=50, blank=True)
    website = CleanCharField("누리집", max_length=500, blank=True)

    history: Any = History(bases=[Provenance])
    objects = cast(ListingQuerySet, ListingQuerySet.as_manager())

    class Meta:
        verbose_name = "공고 기재 내용"
        verbose_name_plural = "공고 기재 내용"
        ordering = ["announcement_id", "row"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "row"],
                name="listing_one_per_announcement_row",
                violation_error_message="이 공고의 같은 행이 이미 있습니다.",
            ),
            models.CheckConstraint(
                condition=Q(row__gt=0),
                name="listing_row_positive",
                violation_error_message="행은 1부터 셉니다.",
            ),
        ]

    def __str__(self) -> str:
        try:
            return f"{self.announcement} {self.row}행"
        except Announcement.DoesNotExist:  # possible in the history
            return f"삭제된 공고 {self.row}행"

    def natural_key(self):
        return (self.announcement.slug, self.row)

    natural_key.dependencies = ["centers.announcement", "centers.center"]

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.PRINTED_FIELDS}

    @property
    def comparison(self) -> list[PrintedValue]:
        """What is printed beside what the centre has now; region and operator even if blank."""
        center = self.center
        references = {
            ValueType.REGION: lambda _: center.region.full_name,
            ValueType.INDUSTRY: lambda _: center.industry.name if center.industry else "",
            ValueType.OPERATOR: lambda _: center.operator.name if center.operator else "",
        }
        values = []
        for name in PRINTED_FIELDS_IN_TABLES:
            printed = getattr(self, name)
            if not printed and name not in ("region", "operator"):
                continue
            stored = getattr(center, CENTER_FIELDS_BY_NAME[name].attname)
            current = (
                center.display_name
                if name == "name"
                else format_field_value(name, stored, references)
            )
            label = str(get_model_field(Listing, name).verbose_name)
            values.append(PrintedValue(name, label, printed, current))
        return values

    @property
    def differing_values(self) -> list[PrintedValue]:
        """The printed values that are not word for word what the centre has now."""
        return [value for value in self.comparison if value.printed != value.current]

    @property
    def equal_values(self) -> list[PrintedValue]:
        return [value for value in self.comparison if value.printed == value.current]

    @property
    def region_name(self) -> str:
        """The printed region without the number of its centres: 대전(3)."""
        return re.sub(r" ?\(\d+\)\Z", "", self.region)

    @property
    def has_other_region_name(self) -> bool:
        """Whether the printed name of the region is not that of today."""
        region = self.center.region
        sido, inside = region.sido, self.region.split()[1:]
        if self.region and not self.region.startswith((sido.short_name, sido.name)):
            return True
        return bool(inside) and region.short_name not in self.region
