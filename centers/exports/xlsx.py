"""The XLSX download, written row by row to a temporary file."""

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind, ExportColumn
from centers.exports.export import Export
from centers.provenance.attribution import REFERENCE_SOURCES, TERMS_OF_USE
from centers.text.formatting import SITE_NAME

TEXT_NUMBER_FORMAT, DATE_NUMBER_FORMAT = "@", "yyyy-mm-dd"
#: Column widths of the second sheet, in characters.
SOURCE_SHEET_WIDTHS = (24, 60, 24, 14, 18, 48, 48)


def write_workbook(export: Export) -> IO[bytes]:
    """Write the workbook; return its temporary file at position 0, deleted when closed."""
    book = Workbook(write_only=True)
    book.properties.creator = SITE_NAME
    book.properties.title = export.title
    write_centers(book.create_sheet("센터"), export)
    write_sources(book.create_sheet("출처"), export)
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def write_centers(sheet, export: Export) -> None:
    sheet.freeze_panes = "C2"
    for number, column in enumerate(EXPORT_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([build_bold_cell(sheet, column.heading) for column in EXPORT_COLUMNS])
    # A row is written at once, so one cell per column serves all rows.
    cells = [WriteOnlyCell(sheet) for _ in EXPORT_COLUMNS]
    for cell, column in zip(cells, EXPORT_COLUMNS, strict=True):
        cell.number_format = (
            DATE_NUMBER_FORMAT if column.kind == ColumnKind.DAY else TEXT_NUMBER_FORMAT
        )
    count = 1
    for rows in export.iter_chunks():
        for row in rows:
            pairs = zip(cells, EXPORT_COLUMNS, strict=True)
            sheet.append([fill_cell(cell, column, column.get_value(row)) for cell, column in pairs])
        count += len(rows)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(EXPORT_COLUMNS))}{count}"


def fill_cell(cell: Cell, column: ExportColumn, value) -> Cell | int | float | None:
    """Return what a row holds for a value: a number itself; text and dates in the given cell."""
    if value is None or value == "":
        return None
    match column.kind:
        case ColumnKind.INTEGER | ColumnKind.DECIMAL:
            return value
        case ColumnKind.DAY:
            cell.value = value
            return cell
        case ColumnKind.LIST:
            value = "; ".join(value)
    return set_text(cell, value)


def set_text(cell: Cell, text: str) -> Cell:
    """Set a text that stays text even if it looks like a formula or a number."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    return cell


def build_text_cell(sheet, text: str) -> Cell:
    cell = set_text(WriteOnlyCell(sheet), text)
    cell.number_format = TEXT_NUMBER_FORMAT
    return cell


def build_bold_cell(sheet, text: str) -> Cell:
    cell = build_text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def build_date_cell(sheet, day: date) -> Cell:
    cell = WriteOnlyCell(sheet, day)  # pyright: ignore[reportArgumentType] (stubs lack dates)
    cell.number_format = DATE_NUMBER_FORMAT
    return cell


def write_sources(sheet, export: Export) -> None:
    """Write the second sheet: the list, its terms of use and its source documents."""
    for number, width in enumerate(SOURCE_SHEET_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for label, value in describe_list(export):
        cell = value if isinstance(value, int) else build_text_cell(sheet, value)
        sheet.append([build_bold_cell(sheet, label), cell])
    sheet.append([build_bold_cell(sheet, "받은 날"), build_date_cell(sheet, export.exported_on)])
    sheet.append([])
    headings = ("문서", "제목", "발표 기관", "발표일", "종류", "원문", "이 누리집")
    sheet.append([build_bold_cell(sheet, heading) for heading in headings])
    for number, one in enumerate(export.documents, 1):
        texts = (one.get_kind_display(), one.source_url, settings.SITE_URL + one.get_absolute_url())
        sheet.append(
            [
                number,
                *(build_text_cell(sheet, text) for text in (one.title, one.publisher)),
                build_date_cell(sheet, one.published_on),
                *(build_text_cell(sheet, text) for text in texts),
            ]
        )


def describe_list(export: Export) -> Iterator[tuple[str, str | int]]:
    yield "목록", export.title
    yield "센터 수", export.count
    yield "목록의 주소", export.page_url
    yield "항목 설명", f"{settings.SITE_URL}/data/#downloads"
    yield "이용 조건", TERMS_OF_USE
    for reference in REFERENCE_SOURCES:
        label, _, source = reference.partition(": ")
        yield label, source
    yield "알림", f"{SITE_NAME}는 정부 공식 누리집이 아닙니다."
