"""The file that is a spreadsheet: XLSX, written row by row to a temporary file."""

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

from centers.exports.columns import COLUMNS, Column, Kind
from centers.exports.export import CONDITIONS_OF_USE, REFERENCES, Export
from centers.text.formatting import SITE_NAME

AS_TEXT, AS_DAY = "@", "yyyy-mm-dd"
#: Characters to a column of the second sheet.
WIDTHS = (24, 60, 24, 14, 18, 48, 48)


def workbook_file(export: Export) -> IO[bytes]:
    """The file, open and at its beginning; it is gone once it is closed."""
    book = Workbook(write_only=True)
    book.properties.creator = SITE_NAME
    book.properties.title = export.title
    write_centers(book.create_sheet("센터"), export)
    write_sources(book.create_sheet("출처"), export)
    file = TemporaryFile()  # noqa: SIM115 (closed with the answer that it is sent in)
    book.save(file)
    file.seek(0)
    return file


def write_centers(sheet, export: Export) -> None:
    sheet.freeze_panes = "C2"
    for number, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([bold(sheet, column.heading) for column in COLUMNS])
    # One cell for each column serves all rows, as a row is written at once.
    cells = [WriteOnlyCell(sheet) for _ in COLUMNS]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell.number_format = AS_DAY if column.kind == Kind.DAY else AS_TEXT
    rows = 1
    for centers in export.chunks():
        for center in centers:
            pairs = zip(cells, COLUMNS, strict=True)
            sheet.append([filled(cell, column, column.value(center)) for cell, column in pairs])
        rows += len(centers)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{rows}"


def filled(cell: Cell, column: Column, value) -> Cell | int | float | None:
    """What a row takes for a value: numbers as they are, text and days in the cell given."""
    if value is None or value == "":
        return None
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return value
        case Kind.DAY:
            cell.value = value
            return cell
        case Kind.LIST:
            value = "; ".join(value)
    return written(cell, value)


def written(cell: Cell, text: str) -> Cell:
    """The cell with a text that stays one, whatever it looks like."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    return cell


def as_text(sheet, text: str) -> Cell:
    cell = written(WriteOnlyCell(sheet), text)
    cell.number_format = AS_TEXT
    return cell


def bold(sheet, text: str) -> Cell:
    cell = as_text(sheet, text)
    cell.font = Font(bold=True)
    return cell


def as_day(sheet, day: date) -> Cell:
    cell = WriteOnlyCell(sheet, day)
    cell.number_format = AS_DAY
    return cell


def write_sources(sheet, export: Export) -> None:
    """What the list is, how it may be used, and the documents it comes from."""
    for number, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for label, value in about(export):
        cell = value if isinstance(value, int) else as_text(sheet, value)
        sheet.append([bold(sheet, label), cell])
    sheet.append([bold(sheet, "받은 날"), as_day(sheet, export.taken_on)])
    sheet.append([])
    headings = ("문서", "제목", "펴낸 곳", "펴낸 날", "종류", "원문", "이 누리집")
    sheet.append([bold(sheet, heading) for heading in headings])
    for number, one in enumerate(export.documents, 1):
        texts = (one.get_kind_display(), one.source_url, settings.SITE_URL + one.get_absolute_url())
        sheet.append(
            [
                number,
                *(as_text(sheet, text) for text in (one.title, one.publisher)),
                as_day(sheet, one.published_on),
                *(as_text(sheet, text) for text in texts),
            ]
        )


def about(export: Export) -> Iterator[tuple[str, str | int]]:
    yield "목록", export.title
    yield "센터 수", export.count
    yield "목록의 주소", export.address
    yield "칸의 뜻", f"{settings.SITE_URL}/data/#downloads"
    yield "쓰는 조건", CONDITIONS_OF_USE
    for reference in REFERENCES:
        label, _, source = reference.partition(": ")
        yield label, source
    yield "알림", f"{SITE_NAME}는 정부 공식 누리집이 아닙니다."
