"""Statements about centres and operators from outside the announcements, each with its source."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from centers.models.base import MAX_CLUSTER_SIZE, Record, validate_past_year
from centers.models.center_fields import CENTER_FIELDS, ValueType
from centers.models.centers import Center
from centers.models.fields import (
    PHONE_PATTERN,
    CleanCharField,
    CleanTextField,
    CleanURLField,
    get_model_field,
)
from centers.models.history import History
from centers.models.regions import Operator
from centers.models.services import Service, find_unknown_regions

#: A year, a month or a day.
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
FIRST_SOURCE_YEAR = 1990
#: Title of the source of what a reader has reported and an editor has confirmed.
READER_REPORT = "이용자 제보"
#: Several values in one: keys of services, codes of regions.
VALUE_SEPARATOR = ", "


def validate_partial_date(text: str) -> None:
    """Raise ValidationError unless the text is a past date, month or year: 2024-06-25, 2024-06."""
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        raise ValidationError("날짜는 2024-06-25, 2024-06, 2024 가운데 하나처럼 적습니다.")
    year, month, day = match.groups()
    if day:
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError("달력에 없는 날입니다.") from None
    if int(year) < FIRST_SOURCE_YEAR:
        raise ValidationError(f"{FIRST_SOURCE_YEAR}년 이후여야 합니다.")
    # As far as the date is stated, it may not lie ahead: 2026-11 is not later than 2026-11-28.
    if text > timezone.localdate().isoformat()[: len(text)]:
        raise ValidationError("아직 오지 않은 날입니다.")


def get_last_day(text: str) -> date:
    """Return the last day of a date, month or year: 2024-06-30 for 2024-06."""
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no date.")
    year, month, day = match.groups()
    if day:
        return date.fromisoformat(text)
    last_month = int(month or 12)
    return date(int(year), last_month, monthrange(int(year), last_month)[1])


@dataclass(frozen=True)
class CitedField:
    """A field that a citation may be about."""

    name: str
    label: str
    type: ValueType
    is_of_operator: bool = False
    #: Whether its value is the day of a change, and what is printed is the value before.
    is_change: bool = False


#: What is known of a centre by citations alone.
_STATED_ONLY = (
    CitedField("opened_on", "개소일", ValueType.DATE),
    CitedField("equipment", "장비", ValueType.TEXT),
    CitedField("former_operator", "옛 운영기관", ValueType.NAME),
    CitedField("renamed_on", "이름을 바꾼 날", ValueType.DATE, is_change=True),
    CitedField("moved_on", "옮긴 날", ValueType.DATE, is_change=True),
    CitedField("operator_changed_on", "운영기관이 바뀐 날", ValueType.DATE, is_change=True),
)
CITED_CENTER_FIELDS = {
    one.name: one
    for one in (
        *(
            CitedField(field.name, field.label, field.type)
            for field in CENTER_FIELDS
            if field.is_sourced
        ),
        *_STATED_ONLY,
    )
}
CITED_OPERATOR_FIELDS = {
    name: CitedField(name, str(get_model_field(Operator, name).verbose_name), type_, True)
    for name, type_ in (
        ("name", ValueType.NAME),
        ("phone", ValueType.PHONE),
        ("website", ValueType.URL),
    )
}


def list_cited_fields() -> list[tuple[str, str]]:
    """The choices of `Citation.field`."""
    labels = {one.name: one.label for one in CITED_CENTER_FIELDS.values()}
    return list(labels.items())


class CitationQuerySet(models.QuerySet["Citation"]):
    def get_by_natural_key(self, *key):
        center, operator, *statement = key
        about = {
            "center": Center.objects.get_by_natural_key(*center) if center else None,
            "operator": Operator.objects.get_by_natural_key(operator) if operator else None,
        }
        return self.get(**about, **dict(zip(Citation.STATEMENT_KEY, statement, strict=True)))

    def public(self):
        """Leave out telephone numbers that must be verified before anybody calls them."""
        return self.exclude(field="phone", confidence=Citation.Confidence.LOW)

    def undated(self):
        """The statements of a source whose date nobody has entered."""
        return self.filter(published_on="").exclude(rank=Citation.Rank.NONE)

    def to_verify(self):
        """The statements of low confidence, which an editor should verify."""
        return self.filter(confidence=Citation.Confidence.LOW)


class Citation(Record):
    """One statement about one field of a centre or an operator, and where it was read or heard.

    It explains a value and never replaces it: contradicting statements are shown side by side.
    """

    center_id: int | None
    operator_id: int | None
    get_rank_display: Callable[[], str]
    get_means_display: Callable[[], str]
    get_confidence_display: Callable[[], str]

    #: What tells apart the statements about one record.
    STATEMENT_KEY = ("field", "value", "printed", "source_title", "published_on")

    class Rank(models.TextChoices):
        OFFICIAL = "official", "공식 문서"
        OPERATOR = "operator", "운영기관 자료"
        PRESS = "press", "보도"
        NONE = "none", "출처 없음"

    class Means(models.TextChoices):
        DOCUMENT = "document", "문서"
        WEBSITE = "website", "누리집"
        CALL = "call", "전화"
        VISIT = "visit", "방문"

    class Confidence(models.TextChoices):
        HIGH = "high", "높음"
        MEDIUM = "medium", "보통"
        LOW = "low", "낮음"

    class Approximate(models.TextChoices):
        EXACT = "", "그대로"
        ABOUT = "about", "약"
        OVER = "over", "여"
        AT_LEAST = "at_least", "이상"

    center = models.ForeignKey(
        Center,
        verbose_name="센터",
        on_delete=models.CASCADE,
        related_name="citations",
        null=True,
        blank=True,
    )
    operator = models.ForeignKey(
        Operator,
        verbose_name="운영기관",
        on_delete=models.CASCADE,
        related_name="citations",
        null=True,
        blank=True,
        help_text="운영기관 자신의 전화나 누리집일 때에만",
    )
    field = models.CharField("어느 값", max_length=30, choices=list_cited_fields)
    value = CleanCharField(
        "값",
        max_length=500,
        blank=True,
        help_text="적힌 것이 값이 되지 못하면 비웁니다(예: 업체가 아니라 사람의 수).",
    )
    printed = CleanCharField("적힌 글", max_length=300, blank=True)
    approximate = models.CharField("어림", max_length=8, choices=Approximate, blank=True)
    scope = CleanCharField("무엇을 센 것인지", max_length=200, blank=True)
    means = models.CharField("알게 된 길", max_length=8, choices=Means, default=Means.DOCUMENT)
    rank = models.CharField("출처의 종류", max_length=8, choices=Rank)
    source_title = CleanCharField("출처 제목", max_length=200, blank=True)
    publisher = CleanCharField("발행처", max_length=100, blank=True)
    published_on = CleanCharField(
        "나온 날",
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text="2024-06-25, 2024-06, 2024. 모르면 비웁니다.",
    )
    url = CleanURLField("누리집 주소", max_length=500, blank=True)
    confidence = models.CharField(
        "믿을 만한 정도", max_length=6, choices=Confidence, default=Confidence.MEDIUM
    )
    note = CleanTextField("덧붙임", max_length=500, blank=True)

    history: Any = History()
    objects = cast(CitationQuerySet, CitationQuerySet.as_manager())

    class Meta:
        verbose_name = "출처가 있는 값"
        verbose_name_plural = "출처가 있는 값"
        ordering = ["center_id", "operator_id", "field", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(center__isnull=False, operator__isnull=True)
                | Q(center__isnull=True, operator__isnull=False),
                name="citation_of_center_or_operator",
                violation_error_message="센터와 운영기관 가운데 하나만 고릅니다.",
            ),
            models.CheckConstraint(
                condition=Q(rank="none", source_title="")
                | (Q(rank__in=["official", "operator", "press"]) & ~Q(source_title="")),
                name="citation_has_source",
                violation_error_message="출처 제목을 적거나 ‘출처 없음’을 고릅니다.",
            ),
            models.CheckConstraint(
                condition=~Q(value="", printed=""),
                name="citation_states_something",
                violation_error_message="값이나 적힌 글이 있어야 합니다.",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["high", "medium", "low"])
                & Q(means__in=["document", "website", "call", "visit"]),
                name="citation_confidence_and_means_known",
                violation_error_message="믿을 만한 정도와 알게 된 길을 고릅니다.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_label} {self.value or self.printed}"

    def natural_key(self):
        center = self.center.natural_key() if self.center else None
        operator = self.operator.name if self.operator else None
        return (center, operator, *(getattr(self, name) for name in self.STATEMENT_KEY))

    natural_key.dependencies = ["centers.center", "centers.operator"]

    @property
    def cited_field(self) -> CitedField | None:
        """The description of its field; None if there is no such field."""
        fields = CITED_OPERATOR_FIELDS if self.operator_id else CITED_CENTER_FIELDS
        return fields.get(self.field)

    @property
    def field_label(self) -> str:
        return self.cited_field.label if self.cited_field else self.field

    @property
    def parsed_value(self) -> Any:
        """The value as the record's field holds it; None if the statement gives none."""
        if not self.value or self.cited_field is None:
            return None
        match self.cited_field.type:
            case ValueType.MAKERS | ValueType.YEAR:
                return int(self.value)
            case ValueType.SERVICES | ValueType.REGIONS:
                return self.value.split(VALUE_SEPARATOR)
        return self.value

    @property
    def source_text(self) -> str:
        """The source in words: 중도일보 2023-03-28 (보도), 2026-11-28 전화로 확인 (지원팀)."""
        if self.rank == self.Rank.NONE:
            return f"{self.get_rank_display()} ({self.published_on or '날짜 모름'})"
        day = self.published_on or "날짜 모름"
        act = _ACTS[self.Means(self.means)]
        if self.source_title.startswith(READER_REPORT):
            return f"{self.source_title}, {day} {act}"
        if self.means in (self.Means.CALL, self.Means.VISIT):
            return f"{day} {act} ({self.source_title})"
        return f"{self.publisher or self.source_title} {day} ({self.get_rank_display()})"

    @property
    def value_text(self) -> str:
        """The value as screens show it: 약 300개사, 2015년; as printed where it gives no value."""
        value = self.parsed_value
        if value is None or self.cited_field is None:
            return self.printed
        match self.cited_field.type:
            case ValueType.MAKERS:
                return {
                    self.Approximate.ABOUT.value: f"약 {value:,}개사",
                    self.Approximate.OVER.value: f"{value:,}여 개사",
                    self.Approximate.AT_LEAST.value: f"{value:,}개사 이상",
                }.get(self.approximate, f"{value:,}개사")
            case ValueType.YEAR:
                return f"{value}년"
            case ValueType.SERVICES:
                return ", ".join(str(Service(key).label) for key in value)
            case ValueType.REGIONS:
                return self.printed or ", ".join(value)
            case ValueType.CHOICE:
                return str(dict(get_model_field(Center, self.field).flatchoices)[value])
        return str(value)

    @property
    def exact_day(self) -> date | None:
        """The day of the source; None if only its month or year is known."""
        match = PARTIAL_DATE.fullmatch(self.published_on)
        return date.fromisoformat(self.published_on) if match and match[3] else None

    @property
    def order_key(self) -> tuple:
        """Sort key of the statements about one field, the best first.

        By rank, then the newest by the last possible day, then by confidence.
        """
        match = PARTIAL_DATE.fullmatch(self.published_on)
        year, month, day = match.groups() if match else ("0", None, None)
        return (
            _RANKS[self.rank],
            -int(year),
            -int(month or 12),
            -int(day or 31),
            _CONFIDENCES[self.confidence],
        )

    def validate_unique(self, exclude=None):
        """Raise ValidationError if the same source states the same of the same record.

        No constraint of the database: its index would be too long for long texts in PostgreSQL.
        """
        super().validate_unique(exclude)
        key = {name: getattr(self, name) for name in self.STATEMENT_KEY}
        same = Citation.objects.filter(center=self.center, operator=self.operator, **key)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError("같은 출처의 같은 값이 이미 있습니다.")

    def clean(self):
        errors: dict[str, str] = {}
        if (self.center is None) == (self.operator is None):
            errors["operator"] = "센터와 운영기관 가운데 하나만 고릅니다."
        elif self.operator and self.cited_field is None:
            labels = [one.label for one in CITED_OPERATOR_FIELDS.values()]
            errors["field"] = f"운영기관에는 이것만 적습니다: {', '.join(labels)}."
        elif (
            (field := self.cited_field)
            and self.value
            and (problem := find_value_error(field, self.value))
        ):
            errors["value"] = problem
        if not (self.value or self.printed):
            errors["value"] = "값이나 적힌 글이 있어야 합니다."
        if self.rank == self.Rank.NONE and self.source_title:
            errors["source_title"] = "‘출처 없음’이면 출처 제목을 비웁니다."
        elif self.rank != self.Rank.NONE and not self.source_title:
            errors["source_title"] = "어디서 읽거나 들었는지 적습니다."
        if errors:
            raise ValidationError(errors)


#: How an editor has confirmed a value, by the means.
_ACTS = {
    Citation.Means.DOCUMENT: "문서로 확인",
    Citation.Means.WEBSITE: "누리집에서 확인",
    Citation.Means.CALL: "전화로 확인",
    Citation.Means.VISIT: "방문해 확인",
}
_RANKS = {rank: at for at, rank in enumerate(Citation.Rank.values)}
_CONFIDENCES = {confidence: at for at, confidence in enumerate(Citation.Confidence.values)}


def find_value_error(field: CitedField, value: str) -> str:
    """Return in Korean what is wrong with a value of this field; "" if nothing is."""
    match field.type:
        case ValueType.CHOICE:
            choices = dict(get_model_field(Center, field.name).flatchoices)
            return "" if value in choices else f"이 가운데 하나입니다: {', '.join(choices)}"
        case ValueType.PHONE if not re.match(PHONE_PATTERN, value):
            return "전화번호는 02-123-4567처럼 숫자와 붙임표(-)로 적습니다."
        case ValueType.MAKERS if not (
            value.isascii() and value.isdigit() and 1 <= int(value[:12]) <= MAX_CLUSTER_SIZE
        ):
            return f"1부터 {MAX_CLUSTER_SIZE:,}까지의 수로 적습니다."
        case ValueType.SERVICES:
            unknown = set(value.split(VALUE_SEPARATOR)) - set(Service.values)
            return f"지원 내용에 없는 것입니다: {', '.join(sorted(unknown))}" if unknown else ""
        case ValueType.REGIONS:
            unknown = find_unknown_regions(value.split(VALUE_SEPARATOR))
            return f"없는 지역 코드입니다: {', '.join(unknown)}" if unknown else ""
    validate: Callable[[Any], None] | None = {
        ValueType.URL: URLValidator(
            schemes=["http", "https"], message="http:// 또는 https://로 시작하는 주소를 적으세요."
        ),
        ValueType.DATE: validate_partial_date,
        ValueType.YEAR: validate_year_text,
    }.get(field.type)
    try:
        if validate:
            validate(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def validate_year_text(text: str) -> None:
    """Raise ValidationError unless the text is a past year of four digits."""
    RegexValidator(r"^[0-9]{4}\Z", "연도는 2015처럼 네 자리로 적습니다.")(text)
    validate_past_year(int(text))
