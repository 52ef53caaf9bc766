"""The columns of CSV, XLSX and JSON, which the data page lists too.

Columns of the record's fields derive from `models.center_fields`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

from django.conf import settings

from centers.exports.export import ExportedCenter
from centers.models import Region, Service
from centers.models.center_fields import CENTER_FIELDS, CenterField, FileColumn, ValueType
from centers.search.listed_center import ListedCenter


class ColumnKind(StrEnum):
    """The type of a column's values, as named on the data page."""

    TEXT = "문자열"
    PHONE = "전화번호"
    LIST = "문자열 목록"
    INTEGER = "정수"
    DECIMAL = "소수"
    DAY = "날짜"


@dataclass(frozen=True)
class ExportColumn:
    """One column: `name` is its key in JSON, `heading` the first cell of the column in a table."""

    #: Sort key among the columns.
    position: int
    name: str
    heading: str
    kind: ColumnKind
    description: str
    #: In a spreadsheet, in characters.
    width: int = 12
    #: Reads the value from the row; None, "" or an empty list where it is unknown. By default the
    #: centre's attribute of that name.
    getter: Callable[[ExportedCenter], Any] | None = None

    @cached_property
    def get_value(self) -> Callable[[ExportedCenter], Any]:
        return self.getter or attrgetter(f"center.{self.name}")


def get_sigungu_name(row: ExportedCenter) -> str:
    """Return the name of the region below the 시·도; "" in 세종, where both have one name."""
    region = row.center.region
    is_sido = region.level == Region.Level.SIDO
    return "" if is_sido or region.name == region.sido.name else region.name


def list_documents(row: ListedCenter) -> list[str]:
    """Return the documents that list the centre with their dates, the newest first."""
    printed = (listing.announcement for listing in row.listings)
    return list(dict.fromkeys(f"{one.title} ({one.published_on})" for one in printed))


def get_distance_km(row: ListedCenter) -> float | None:
    """Return the distance in km; None without a region to measure from or a position."""
    distance = row.distance
    return distance.km if distance and distance.km != float("inf") else None


#: What distances are measured to, by `Distance.measured_to`.
DISTANCE_ENDS = {
    "center": "센터",
    "dong": "주소에 있는 읍·면·동의 대표 지점",
    "region": "지역의 대표 지점",
}


def describe_distance_end(row: ExportedCenter) -> str:
    """What the distance is measured to; "" without a distance."""
    if row.distance is None or get_distance_km(row) is None:
        return ""
    return DISTANCE_ENDS[row.distance.measured_to]


_KINDS = {
    ValueType.MAKERS: ColumnKind.INTEGER,
    ValueType.YEAR: ColumnKind.INTEGER,
    ValueType.DEGREES: ColumnKind.DECIMAL,
    ValueType.DATE: ColumnKind.DAY,
    ValueType.PHONE: ColumnKind.PHONE,
    ValueType.CLASSES: ColumnKind.LIST,
    ValueType.SERVICES: ColumnKind.LIST,
    ValueType.REGIONS: ColumnKind.LIST,
    ValueType.TEXTS: ColumnKind.LIST,
}


def get_related_name(row: ExportedCenter, name: str) -> str:
    """Return the name of a related record; "" without one."""
    record = getattr(row.center, name)
    return record.name if record else ""


def get_choice_label(row: ExportedCenter, name: str, labels: dict[str, str]) -> str:
    """Return the label of a choice, or its key if it has none."""
    key = getattr(row.center, name)
    return labels.get(key) or str(key)


def list_service_labels(row: ExportedCenter) -> list[str]:
    """Return what the centre offers in the words of the screen."""
    return [str(Service(key).label) for key in row.center.services]


def get_operator_value(row: ExportedCenter, name: str) -> str:
    """Return a value of the operator; "" without one."""
    operator = row.center.operator
    return getattr(operator, name) if operator else ""


def build_column(field: CenterField, column: FileColumn) -> ExportColumn:
    """Build the export column of a field."""
    getter: Callable[[ExportedCenter], Any] | None = None
    match field.type:
        case ValueType.CHOICE:
            labels = {key: str(label) for key, label in field.model_field.flatchoices}
            getter = partial(get_choice_label, name=field.name, labels=labels)
        case ValueType.INDUSTRY | ValueType.OPERATOR:
            getter = partial(get_related_name, name=field.name)
        case ValueType.SERVICES:
            getter = list_service_labels
        case ValueType.REGIONS:
            getter = attrgetter("served_regions")

    return ExportColumn(
        column.position,
        field.name,
        column.heading,
        _KINDS.get(field.type, ColumnKind.TEXT),
        column.about,
        column.width,
        getter,
    )


#: Computed columns, placed between those of the fields by position.
_COMPUTED_COLUMNS = (
    ExportColumn(
        0, "id", "관리번호", ColumnKind.INTEGER, "센터마다 하나뿐이며 바뀌지 않습니다.", 8
    ),
    ExportColumn(
        15,
        "display_name",
        "보이는이름",
        ColumnKind.TEXT,
        "화면의 이름. 센터명이 없으면 지역과 업종으로 지은 가칭입니다.",
        36,
    ),
    ExportColumn(
        35,
        "standing",
        "상태설명",
        ColumnKind.TEXT,
        "‘확인 필요’인 사유: 어느 문서에 있었고 어느 목록에 없는지",
        20,
        getter=attrgetter("status_note"),
    ),
    ExportColumn(
        42,
        "sido",
        "시도명",
        ColumnKind.TEXT,
        "지금의 시·도 이름",
        18,
        attrgetter("center.region.sido.name"),
    ),
    ExportColumn(
        44,
        "sigungu",
        "시군구명",
        ColumnKind.TEXT,
        "지금의 시·군·구(일반구) 이름. 시·도까지만 알면 비어 있습니다.",
        16,
        get_sigungu_name,
    ),
    ExportColumn(
        46,
        "region_code",
        "지역코드",
        ColumnKind.TEXT,
        "행정안전부 법정동 코드의 앞 2자리 또는 5자리",
        10,
        attrgetter("center.region_id"),
    ),
    ExportColumn(
        102,
        "operator_phone",
        "운영기관대표전화",
        ColumnKind.PHONE,
        "운영기관의 대표전화. 센터의 전화가 아닙니다.",
        16,
        partial(get_operator_value, name="phone"),
    ),
    ExportColumn(
        104,
        "operator_website",
        "운영기관누리집",
        ColumnKind.TEXT,
        "운영기관의 누리집. 센터의 누리집이 아닙니다.",
        28,
        partial(get_operator_value, name="website"),
    ),
    ExportColumn(
        115,
        "industry_code",
        "업종코드",
        ColumnKind.TEXT,
        "한국표준산업분류 중분류의 2자리",
        10,
        lambda row: row.center.industry_id or "",
    ),
    ExportColumn(
        1000,
        "sources",
        "출처",
        ColumnKind.LIST,
        "센터가 실린 문서와 그 날짜, 최신순. 문서에 없는 값은 출처설명에 있습니다.",
        48,
        getter=list_documents,
    ),
    ExportColumn(
        1010,
        "source_notes",
        "출처설명",
        ColumnKind.LIST,
        "문서에 별도 항목이 없는 값: 센터 이름이나 주소에서 읽었는지, 편집자가 입력했는지",
        36,
        getter=attrgetter("source_notes"),
    ),
    ExportColumn(
        1020,
        "distance_km",
        "거리km",
        ColumnKind.DECIMAL,
        "‘내 지역’을 골랐을 때에만. 그 지역의 대표 지점에서 잰 직선거리",
        10,
        getter=get_distance_km,
    ),
    ExportColumn(
        1030,
        "distance_to",
        "거리기준",
        ColumnKind.TEXT,
        f"어디까지 쟀는지: {', '.join(DISTANCE_ENDS.values())}",
        16,
        getter=describe_distance_end,
    ),
    ExportColumn(
        1040,
        "url",
        "상세화면주소",
        ColumnKind.TEXT,
        "이 누리집에 있는 센터 화면",
        36,
        lambda row: settings.SITE_URL + row.center.get_absolute_url(),
    ),
    ExportColumn(
        1050,
        "data_as_of",
        "데이터기준일자",
        ColumnKind.DAY,
        "이 줄의 값을 밝힌 자료 가운데 가장 새것이 나온 날. 모르면 비어 있습니다.",
        14,
        getter=attrgetter("data_as_of"),
    ),
    ExportColumn(
        1060,
        "downloaded_on",
        "내려받은날",
        ColumnKind.DAY,
        "파일을 받은 날. 그날 여기에 적혀 있던 내용입니다.",
        12,
        getter=attrgetter("exported_on"),
    ),
)
EXPORT_COLUMNS = tuple(
    sorted(
        (
            *_COMPUTED_COLUMNS,
            *(build_column(field, field.column) for field in CENTER_FIELDS if field.column),
        ),
        key=lambda column: column.position,
    )
)


def iterate_cells(
    rows: Sequence[ExportedCenter],
    formats: Mapping[ColumnKind, Callable[[Iterable[Any]], Iterable[Any]]],
) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each row; `formats` convert the values of a column by its kind.

    Column by column, since a call for each cell takes twice as long.
    """
    columns = (
        formats.get(column.kind, iter)(map(column.get_value, rows)) for column in EXPORT_COLUMNS
    )
    return zip(*columns, strict=True)
