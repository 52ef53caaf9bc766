"""The columns of CSV and XLSX, which the data page lists too.

Columns of the record's fields derive from `models.center_fields`. A column has the name of its
value in JSON and API; a member of an object is joined by "_": `region.code` is `region_code`.
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
from centers.models.center_fields import (
    CENTER_FIELDS,
    CenterField,
    FileColumn,
    ValueType,
    join_key,
)
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
    """One column: `name` is its name in every format, `heading` its first cell in a table."""

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
    getter: Callable[[Any], Any] | None = None
    #: Where JSON and API have the value: "region.code"; "" where they do not have it.
    path: str = ""
    #: The field of the centre that it shows; "" for a computed value.
    field: str = ""
    #: Whether it is about the download, its day or the reader's region, and not about the record.
    is_of_download: bool = False

    @cached_property
    def get_value(self) -> Callable[[Any], Any]:
        return self.getter or attrgetter(f"center.{self.name}")


def get_sigungu_name(region: Region) -> str:
    """Return the name of the region below the 시·도; "" in 세종, where both have one name."""
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


def get_choice_label(row: ExportedCenter, name: str, labels: dict[str, str]) -> str:
    """Return the label of a choice, or its key if it has none."""
    key = getattr(row.center, name)
    return labels.get(key) or str(key)


def list_service_labels(row: ExportedCenter) -> list[str]:
    """Return what the centre offers in the words of the screen."""
    return [str(Service(key).label) for key in row.center.services]


def get_related_value(row: ExportedCenter, name: str, attribute: str) -> str:
    """Return an attribute of a related record; "" without one."""
    record = getattr(row.center, name)
    return getattr(record, attribute) if record else ""


#: What a column of a member of a region reads.
_REGION_MEMBERS: dict[str, Callable[[ExportedCenter], Any]] = {
    "code": attrgetter("center.region_id"),
    "sido": attrgetter("center.region.sido.name"),
    "sigungu": lambda row: get_sigungu_name(row.center.region),
}


def find_getter(field: CenterField, member: str) -> Callable[[ExportedCenter], Any]:
    """Return what reads the value of a column of a field."""
    match field.type:
        case ValueType.CHOICE:
            labels = {key: str(label) for key, label in field.model_field.flatchoices}
            return partial(get_choice_label, name=field.name, labels=labels)
        case ValueType.REGION:
            return _REGION_MEMBERS[member]
        case ValueType.INDUSTRY | ValueType.OPERATOR:
            return partial(get_related_value, name=field.name, attribute=member)
        case ValueType.SERVICES:
            return list_service_labels
        case ValueType.REGIONS:
            return attrgetter("served_regions")
    return attrgetter(f"center.{field.name}")


def build_column(field: CenterField, column: FileColumn) -> ExportColumn:
    """Build the export column of a field, or of a member of it."""
    name = join_key(field.key, column.member)
    is_phone = field.type is ValueType.OPERATOR and column.member == "phone"
    is_choice = field.type is ValueType.CHOICE
    return ExportColumn(
        column.position,
        name,
        column.heading,
        ColumnKind.PHONE if is_phone else _KINDS.get(field.type, ColumnKind.TEXT),
        column.about,
        column.width,
        find_getter(field, column.member),
        f"{field.key}.{column.member}" if column.member and not is_choice else name,
        field.name,
    )


#: Computed columns, placed between those of the fields by position.
_COMPUTED_COLUMNS = (
    ExportColumn(
        0,
        "id",
        "관리번호",
        ColumnKind.INTEGER,
        "센터마다 하나뿐이며 바뀌지 않습니다.",
        8,
        path="id",
    ),
    ExportColumn(
        15,
        "name",
        "보이는이름",
        ColumnKind.TEXT,
        "화면의 이름. 센터명이 없으면 지역과 업종으로 지은 가칭입니다.",
        36,
        attrgetter("center.display_name"),
        path="name",
    ),
    ExportColumn(
        35,
        "standing",
        "상태설명",
        ColumnKind.TEXT,
        "‘확인 필요’인 사유: 어느 문서에 있었고 어느 목록에 없는지",
        20,
        attrgetter("status_note"),
        path="standing",
    ),
    ExportColumn(
        1000,
        "documents_text",
        "출처",
        ColumnKind.LIST,
        "센터가 실린 문서와 그 날짜, 최신순. 문서에 없는 값은 출처설명에 있습니다.",
        48,
        list_documents,
        path="documents.text",
    ),
    ExportColumn(
        1010,
        "source_notes",
        "출처설명",
        ColumnKind.LIST,
        "문서에 별도 항목이 없는 값: 센터 이름이나 주소에서 읽었는지, 편집자가 입력했는지",
        36,
        attrgetter("source_notes"),
        path="source_notes",
    ),
    ExportColumn(
        1020,
        "distance_km",
        "거리km",
        ColumnKind.DECIMAL,
        "‘내 지역’을 골랐을 때에만. 그 지역의 대표 지점에서 잰 직선거리",
        10,
        get_distance_km,
        path="distance.km",
        is_of_download=True,
    ),
    ExportColumn(
        1030,
        "distance_measured_to_label",
        "거리기준",
        ColumnKind.TEXT,
        f"어디까지 쟀는지: {', '.join(DISTANCE_ENDS.values())}",
        16,
        describe_distance_end,
        path="distance.measured_to_label",
        is_of_download=True,
    ),
    ExportColumn(
        1040,
        "page",
        "상세화면주소",
        ColumnKind.TEXT,
        "이 누리집에 있는 센터 화면",
        36,
        lambda row: settings.SITE_URL + row.center.get_absolute_url(),
        path="page",
    ),
    ExportColumn(
        1050,
        "data_as_of",
        "데이터기준일자",
        ColumnKind.DAY,
        "이 줄의 값을 밝힌 자료 가운데 가장 새것이 나온 날. 모르면 비어 있습니다.",
        14,
        attrgetter("data_as_of"),
        path="data_as_of",
    ),
    ExportColumn(
        1060,
        "downloaded_on",
        "내려받은날",
        ColumnKind.DAY,
        "파일을 받은 날. 그날 여기에 적혀 있던 내용입니다.",
        12,
        attrgetter("exported_on"),
        is_of_download=True,
    ),
)
EXPORT_COLUMNS = tuple(
    sorted(
        (
            *_COMPUTED_COLUMNS,
            *(build_column(field, column) for field in CENTER_FIELDS for column in field.columns),
        ),
        key=lambda column: column.position,
    )
)


def iterate_cells(
    rows: Sequence[Any],
    formats: Mapping[ColumnKind, Callable[[Iterable[Any]], Iterable[Any]]],
    columns: Sequence[ExportColumn] = EXPORT_COLUMNS,
) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each row; `formats` convert the values of a column by its kind.

    Column by column, since a call for each cell takes twice as long.
    """
    cells = (formats.get(column.kind, iter)(map(column.get_value, rows)) for column in columns)
    return zip(*cells, strict=True)
