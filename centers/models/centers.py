"""Centres, their validation and their stored search columns."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse

from centers.models.base import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_CLUSTER_SIZE,
    PLAUSIBLE_DATES,
    Record,
    build_korea_constraint,
    build_latitude_field,
    build_longitude_field,
    find_position_errors,
    validate_past_day,
    validate_past_year,
)
from centers.models.data_version import DataVersion
from centers.models.fields import (
    CleanCharField,
    CleanTextField,
    CleanURLField,
    NameListField,
    build_phone_field,
    get_model_field,
)
from centers.models.history import History, Provenance
from centers.models.regions import Industry, Operator, Region
from centers.models.services import RegionListField, ServiceListField
from centers.models.vocabulary import CodeListField
from centers.text.hangul import (
    build_search_text,
    drop_contained,
    to_keystrokes,
    to_query_keys,
    to_runs,
)

if TYPE_CHECKING:
    from centers.models.announcements import Listing
    from centers.models.citations import Citation

#: Terminators of the groups of searchable texts; queries never contain one. As they differ, a plain
#: LIKE can match the first group alone, the first two, and so on.
GROUP_ENDS = ("!", "#", "$", "&", "^", "~")
#: The part of the full name of a 시·도 that people leave out.
SIDO_KIND = re.compile(r"(?:통합특별|특별자치|특별|광역)(?=[시도]\Z)")


def join_groups(groups: Iterable[str]) -> str:
    """Join the groups, each followed by its terminator."""
    return "".join(group + end for group, end in zip(groups, GROUP_ENDS, strict=False))


def join_runs(texts: Iterable[str]) -> str:
    """Join the runs of letters of some texts, each between spaces."""
    runs = dict.fromkeys(run for text in texts for run in to_runs(text.casefold()))
    return "".join(f" {run}" for run in runs) + " "


@lru_cache(maxsize=4)
def _split_center_path(_script_prefix: str) -> list[str]:
    """The path of a centre's page before and behind its key; a file has one for each row.

    It begins with the prefix of this thread, which is the key of the cache.
    """
    return reverse("center", args=[0]).rsplit("0", 1)


def build_center_path(key: int) -> str:
    """Return the path of a centre's page."""
    before, behind = _split_center_path(get_script_prefix())
    return f"{before}{key}{behind}"


class CenterQuerySet(models.QuerySet["Center"]):
    def get_by_natural_key(self, region, operator, industry):
        """Return the centre of this operator, region and industry; the oldest of several."""
        runs = Q(operator__name=operator) if operator else Q(operator=None)
        found = self.filter(runs, region=region, industry=industry or None).order_by("pk").first()
        if found is None:
            raise self.model.DoesNotExist(f"no centre {region} {operator} {industry}".strip())
        return found

    def published(self):
        return self.filter(published=True)

    def search(self, words: list[str]):
        """Centres that match every word, including a last one that is typed only in part."""
        for word in words:
            self = self.filter(search_text__contains=to_query_keys(word))
        return self

    def with_related(self):
        """Fetch region, industry and operator in the same query."""
        return self.select_related("region__parent__parent", "industry", "operator")

    def find_stale(self) -> list["Center"]:
        """Return the centres with stale derived columns; the right values are set but not saved."""
        return [center for center in self.with_related().iterator(2000) if center.derive()]

    def derive(self) -> int:
        """Save the derived columns of stale centres; return the number of these.

        Writes no history, since no fact changes.
        """
        stale = self.find_stale()
        if stale:
            self.model.objects.bulk_update(stale, Center.DERIVED, batch_size=500)
            DataVersion.bump(Center)
        return len(stale)


class Center(Record):
    """One 소공인특화지원센터."""

    class Kind(models.TextChoices):
        SPECIALIZED = "specialized", "특화"
        WIDE_AREA = "wide_area", "상생"

    class Status(models.TextChoices):
        OPERATING = "operating", "운영 중"
        UNCONFIRMED = "unconfirmed", "확인 필요"
        CLOSED = "closed", "운영 종료"

    DERIVED = ("display_name", "class_key", "search_text", "plain_text")

    listings: "models.QuerySet[Listing]"
    citations: "models.QuerySet[Citation]"
    region_id: str
    industry_id: str | None
    operator_id: int | None
    successor_id: int | None
    get_kind_display: Callable[[], str]
    get_status_display: Callable[[], str]

    name = CleanCharField(
        "이름", max_length=200, blank=True, help_text="공고에 이름이 없으면 비워 둡니다."
    )
    kind = models.CharField("유형", max_length=11, choices=Kind, default=Kind.SPECIALIZED)
    status = models.CharField("상태", max_length=11, choices=Status, default=Status.OPERATING)
    region = models.ForeignKey(
        Region, verbose_name="지역", on_delete=models.PROTECT, related_name="centers"
    )
    industry = models.ForeignKey(
        Industry,
        verbose_name="업종",
        on_delete=models.PROTECT,
        related_name="centers",
        null=True,
        blank=True,
    )
    specialty = CleanCharField(
        "세부 업종", max_length=50, blank=True, help_text="업종보다 좁은 말(예: 주얼리)"
    )
    classes = CodeListField(
        "업종 분류",
        help_text="표준산업분류 코드 2~5자리를 한 줄에 하나씩. 비우면 업종 전체를 뜻합니다.",
    )
    operator = models.ForeignKey(
        Operator,
        verbose_name="운영기관",
        on_delete=models.PROTECT,
        related_name="centers",
        null=True,
        blank=True,
    )
    cluster_size = models.PositiveIntegerField(
        "집적지 소공인 규모",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_CLUSTER_SIZE)],
        help_text="개사",
    )
    cluster_size_as_of = models.DateField(
        "규모 기준일", null=True, blank=True, validators=[validate_past_day]
    )
    designated_year = models.PositiveSmallIntegerField(
        "지정연도", null=True, blank=True, validators=[validate_past_year]
    )
    address = CleanCharField("주소", max_length=300, blank=True)
    phone = build_phone_field("전화")
    website = CleanURLField("누리집", max_length=500, blank=True)
    services = ServiceListField("지원 내용", help_text="문서나 보도에서 읽은 것만 고릅니다.")
    service_area = RegionListField(
        "담당 지역",
        help_text="센터가 돕는다고 밝힌 지역. 한 줄에 하나씩 적고, 모르면 비웁니다.",
    )
    former_names = NameListField(
        "옛 이름", max_item_length=200, help_text="한 줄에 하나씩, 새것부터"
    )
    former_operators = NameListField(
        "옛 운영기관", max_item_length=300, help_text="한 줄에 하나씩, 새것부터"
    )
    former_addresses = NameListField(
        "옛 주소", max_item_length=300, help_text="한 줄에 하나씩, 새것부터"
    )
    lat = build_latitude_field()
    lon = build_longitude_field()
    confirmed_on = models.DateField(
        "확인일",
        null=True,
        blank=True,
        validators=[validate_past_day],
        help_text="문서나 사람이 마지막으로 맞다고 확인한 날",
    )
    closed_on = models.DateField(
        "운영 종료일", null=True, blank=True, validators=[validate_past_day], help_text="알 때에만"
    )
    successor = models.ForeignKey(
        "self",
        verbose_name="이어받은 센터",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text="합쳐지거나 옮겨 간 센터",
    )
    note = CleanTextField(
        "비고", max_length=2000, blank=True, help_text="센터 화면에 그대로 보입니다."
    )
    published = models.BooleanField("게시", default=True)

    display_name = CleanCharField("보이는 이름", max_length=200, blank=True, editable=False)
    #: The codes of `classes`, else of the industry: 25,29. Few are distinct, so that a search by
    #: class asks for those that fit.
    class_key = models.CharField(
        "업종 분류 키", max_length=60, blank=True, editable=False, db_index=True
    )
    search_text = models.TextField("검색용 키", blank=True, editable=False)
    plain_text = models.TextField("찾기 글", blank=True, editable=False)

    history: Any = History(excluded_fields=DERIVED, bases=[Provenance])
    objects = cast(CenterQuerySet, CenterQuerySet.as_manager())

    class Meta:
        verbose_name = "센터"
        verbose_name_plural = "센터"
        ordering = ["region_id", "pk"]
        constraints = [
            build_korea_constraint("center_inside_korea"),
            models.CheckConstraint(
                condition=~Q(kind="specialized") | Q(industry__isnull=False),
                name="center_specialized_needs_industry",
                violation_error_message="특화 센터에는 업종이 있어야 합니다.",
            ),
            models.CheckConstraint(
                condition=Q(cluster_size__isnull=True)
                | Q(cluster_size__range=(1, MAX_CLUSTER_SIZE)),
                name="center_cluster_size_positive",
                violation_error_message="규모는 1 이상이어야 합니다.",
            ),
            models.CheckConstraint(
                condition=Q(designated_year__isnull=True)
                | Q(designated_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="center_designated_year_in_range",
                violation_error_message=f"지정연도는 {FIRST_YEAR}년 이후여야 합니다.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(cluster_size_as_of__isnull=True)
                    | Q(cluster_size_as_of__range=PLAUSIBLE_DATES)
                )
                & (Q(confirmed_on__isnull=True) | Q(confirmed_on__range=PLAUSIBLE_DATES)),
                name="center_days_in_range",
                violation_error_message=f"날짜는 {FIRST_YEAR}년 이후여야 합니다.",
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | Q(closed_on__isnull=True, successor__isnull=True),
                name="center_end_only_of_closed",
                violation_error_message="운영이 끝난 센터에만 종료일과 이어받은 센터를 적습니다.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__range=PLAUSIBLE_DATES),
                name="center_closed_on_in_range",
                violation_error_message=f"운영 종료일은 {FIRST_YEAR}년 이후여야 합니다.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.name or "이름 없는 센터"

    def natural_key(self):
        return (self.region_id, self.operator.name if self.operator else "", self.industry_id or "")

    natural_key.dependencies = ["centers.region", "centers.operator", "centers.industry"]

    def get_absolute_url(self) -> str:
        return build_center_path(self.pk)

    def clean(self):
        errors = find_position_errors(self)
        if self.kind == self.Kind.SPECIALIZED and not self.industry_id:
            errors["industry"] = "특화 센터에는 업종이 있어야 합니다."
        if (
            self.cluster_size is not None
            and self.cluster_size_as_of is None
            and not self.is_size_cited()
        ):
            errors["cluster_size_as_of"] = "규모를 적으면 그 기준일도 적어야 합니다."
        errors |= self.find_closure_errors()
        if errors:
            raise ValidationError(errors)

    def is_size_cited(self) -> bool:
        """Whether a citation states this size; its source may be known by its year alone."""
        return bool(self.pk) and (
            self.citations.filter(field="cluster_size", value=str(self.cluster_size)).exists()
        )

    def find_closure_errors(self) -> dict[str, str]:
        """Return the errors in the fields about the end of a centre, by field."""
        errors = {}
        if self.status != self.Status.CLOSED:
            for name in ("closed_on", "successor"):
                if getattr(self, get_model_field(Center, name).attname) is not None:
                    errors[name] = "상태가 ‘운영 종료’인 센터에만 적습니다."
        elif self.pk and self.has_successor_cycle():
            errors["successor"] = "이어받은 센터를 따라가면 이 센터로 되돌아옵니다."
        return errors

    def has_successor_cycle(self) -> bool:
        """Whether the chain of successors leads back to this centre."""
        passed, key = set(), self.successor_id
        while key and key not in passed:
            if key == self.pk:
                return True
            passed.add(key)
            key = Center.objects.filter(pk=key).values_list("successor_id", flat=True).first()
        return False

    @property
    def is_name_provisional(self) -> bool:
        """Whether the displayed name is composed of region and industry, as no document has one."""
        return not self.name

    def derive(self) -> bool:
        before = [getattr(self, name) for name in self.DERIVED]
        industry = self.specialty or (self.industry.short_name if self.industry else "")
        if self.kind == self.Kind.WIDE_AREA:
            industry = self.Kind.WIDE_AREA.label
        self.display_name = self.name or f"{self.region.label} {industry} 소공인특화지원센터"
        self.class_key = ",".join(self.classes or filter(None, [self.industry_id]))
        groups = self.list_searchable_texts()
        self.search_text = join_groups(
            [*map(build_search_text, groups), self.build_joined_keystrokes()]
        )
        self.plain_text = join_groups(map(join_runs, self.list_visible_texts()))
        return [getattr(self, name) for name in self.DERIVED] != before

    def list_searchable_texts(self) -> list[list[str]]:
        """Return all texts that match this centre in a search, in groups of falling weight."""
        region_names = [self.region.full_name]
        region = self.region
        while region:
            region_names += [region.short_name, *region.former_names]
            region = region.parent
        # 부산시 and 전북도 are not official, but usual.
        sido = self.region.sido
        region_names += [SIDO_KIND.sub("", name) for name in (sido.name, *sido.former_names)]
        return [
            [self.display_name, *self.former_names, *self.industry_names],
            # An alias of the industry (기계금속) weighs less than a word of its name.
            self.industry.aliases if self.industry else [],
            region_names,
            self.operator_names,
            [self.address, *self.former_addresses],
        ]

    def list_visible_texts(self) -> list[list[str]]:
        """Return what a reader sees of this centre, in groups of falling weight.

        Words that only stand for its industry or region are not among them: those are understood.
        """
        return [
            [self.display_name, *self.former_names, self.specialty],
            self.industry_names,
            [self.region.full_name],
            self.operator_names,
            [self.address, *self.former_addresses],
        ]

    @property
    def operator_names(self) -> list[str]:
        """The names of the operator, today's first, and of those that ran the centre before."""
        names = [self.operator.name, *self.operator.former_names] if self.operator else []
        return [*names, *self.former_operators]

    @property
    def industry_names(self) -> list[str]:
        """The names of the industry, the narrowest first."""
        names = [self.specialty] if self.specialty else []
        if industry := self.industry:
            names += [industry.short_name, industry.inclusive_name]
        return names

    def build_joined_keystrokes(self) -> str:
        """Return the keys of region and industry typed as one word (부산봉제)."""
        names = [*self.industry_names, *(self.industry.aliases if self.industry else [])]
        runs = (region + name for name in names for region in self.region.short_names)
        return " ".join(drop_contained(map(to_keystrokes, runs)))
