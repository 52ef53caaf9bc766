"""The XLSX downloads: the list of centres, and on a second sheet what it is and its sources."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.conf import settings

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind, iterate_cells
from centers.exports.export import Export
from centers.exports.licence import (
    ATTRIBUTION,
    REFERENCE_SOURCES,
    TERMS_OF_USE,
    build_citation,
    get_terms_url,
)
from centers.exports.text_formats import join_lists
from centers.exports.workbook import CellValue, Heading, Sheet, write_workbook
from centers.text.formatting import SITE_NAME

#: Column widths of the second sheet, in characters.
SOURCE_SHEET_WIDTHS = (24, 60, 24, 14, 18, 48, 48)


def write_list_workbook(export: Export) -> IO[bytes]:
    """Write the workbook of a list; return its temporary file, deleted when closed."""
    centers = Sheet(
        "센터",
        iter_center_rows(export),
        [column.width for column in EXPORT_COLUMNS],
        frozen=(2, 1),
        has_filter=True,
    )
    return write_workbook([centers, build_source_sheet(export)], export.title, SITE_NAME)


def iter_center_rows(export: Export) -> Iterator[Sequence[CellValue]]:
    yield [Heading(column.heading) for column in EXPORT_COLUMNS]
    for rows in export.iter_chunks():
        yield from iterate_cells(rows, {ColumnKind.LIST: join_lists})


def build_source_sheet(export: Export) -> Sheet:
    """Build the second sheet: the list, its terms of use and its source documents."""
    return Sheet("출처", iter_source_rows(export), SOURCE_SHEET_WIDTHS)


def iter_source_rows(export: Export) -> Iterator[list[CellValue]]:
    for label, value in describe_list(export):
        yield [Heading(label), value]
    yield [Heading("받은 날"), export.exported_on]
    yield []
    headings = ("문서", "제목", "발표 기관", "발표일", "종류", "원문", "이 누리집")
    yield [*map(Heading, headings)]
    for number, one in enumerate(export.documents, 1):
        yield [
            number,
            one.title,
            one.publisher,
            one.published_on,
            one.get_kind_display(),
            one.source_url,
            settings.SITE_URL + one.get_absolute_url(),
        ]


def describe_list(export: Export) -> Iterator[tuple[str, str | int]]:
    yield "목록", export.title
    yield "센터 수", export.count
    yield "목록의 주소", export.page_url
    yield "항목 설명", f"{settings.SITE_URL}/data/#downloads"
    yield "이용 조건", f"{ATTRIBUTION}. {TERMS_OF_USE}"
    yield "이용 조건 주소", get_terms_url()
    yield "인용하는 법", build_citation(export.exported_on)
    for reference in REFERENCE_SOURCES:
        yield reference.subject, f"{reference.title}, {reference.terms}"
    yield "알림", f"{SITE_NAME}는 정부 공식 누리집이 아닙니다."
