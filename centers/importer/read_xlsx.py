"""Reads XLSX, ODS and HWPX: the archive is checked against limits before anything opens it."""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.escape import unescape

from centers.importer.grid import (
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
    Grid,
    GridRow,
    ReadError,
    collect_rows,
)
from centers.importer.headings import find_heading_row
from centers.importer.read_archives import read_hwpx_tables, read_ods_tables
from centers.importer.sheets import Sheet, fill_merged_cells, join_sheets
from centers.importer.struck_text import (
    find_struck_lines,
    find_struck_texts,
    has_struck_cells,
    leave_out_struck,
)
from centers.text.formatting import quote

MAX_ARCHIVE_PARTS = 1_000
#: Unpacked size of all parts together, in bytes.
MAX_UNPACKED_SIZE = 30 * 1024 * 1024
#: Unpacked to packed size of a part over 1 MB; a sheet of many equal rows reaches 50.
MAX_COMPRESSION_RATIO = 200
#: XML elements of all parts together; openpyxl's time and memory grow with them.
MAX_XML_ELEMENTS = 200_000
#: The last row that Excel itself can hold.
EXCEL_MAX_ROWS = 1_048_576

BROKEN_FILE_MESSAGE = (
    "엑셀 파일이 깨졌거나 잘렸습니다. 다시 내려받거나 엑셀에서 다시 저장해 주세요."
)
TOO_LARGE_MESSAGE = (
    "엑셀 파일이 풀었을 때 너무 큽니다. "
    f"목록이 있는 시트만 남기고 {MAX_LIST_ROWS:,}행, {MAX_LIST_COLUMNS}열까지 저장해 주세요."
)
#: Other formats that are ZIP archives, by a part that they contain.
_OTHER_FORMATS = {
    "xl/workbook.bin": "엑셀 바이너리(.xlsb)",
    "word/document.xml": "워드(.docx)",
    "ppt/presentation.xml": "파워포인트(.pptx)",
    "Index/Document.iwa": "페이지스·넘버스(.numbers 등)",
}
_WORDS_OF_HWPX = {
    "엑셀 파일이": "한글 문서(.hwpx)가",
    "엑셀에서 다시 저장": "한글에서 다시 저장",
    "목록이 있는 시트만 남기고": "목록이 있는 표만 남기고",
}
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']"
)


def parse_workbook(data: bytes) -> Grid:
    """The first visible sheet with known headings; raises ReadError."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_archive(archive)
            with warnings.catch_warnings():
                # openpyxl warns of features that it would lose on saving; nothing is saved.
                warnings.simplefilter("ignore")
                return _read_tables(data, archive)
    except ReadError as error:
        raise ReadError(_name_kind(str(error), data)) from error
    except Exception as error:
        # A broken part may raise any exception in zipfile, the XML parser or openpyxl.
        raise ReadError(_name_kind(BROKEN_FILE_MESSAGE, data)) from error


def _name_kind(message: str, data: bytes) -> str:
    """A message on workbooks in the words of other documents, by the parts that the file names."""
    if b"Contents/section" in data:
        for words, others in _WORDS_OF_HWPX.items():
            message = message.replace(words, others)
    elif b"content.xml" in data:
        message = message.replace("엑셀 파일이", "오픈도큐먼트 파일(.ods)이")
        message = message.replace("엑셀에서 다시 저장", "그 프로그램에서 다시 저장")
    return message


_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\shidden=[\"'](?:1|true)[\"'][^<>]*>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*?\bhidden=[\"'](?:1|true)[\"']")
_LINE = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMESPACES = {
    _STRICT + b"spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    _STRICT + b"officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
    _STRICT + b"drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}


def _check_archive(archive: ZipFile) -> None:
    """Raise ReadError for other formats and for archives that would take too much to read."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    for name, kind in _OTHER_FORMATS.items():
        if name in names:
            raise ReadError(
                f"{kind} 파일은 읽을 수 없습니다. 엑셀 통합 문서(.xlsx)로 저장해 주세요."
            )
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
        if kind and b"spreadsheet" not in kind:
            raise ReadError(
                "오픈도큐먼트 글·그림 파일(.odt 등)은 읽을 수 없습니다. 표를 복사해 붙여 넣거나 "
                "엑셀 통합 문서(.xlsx)로 저장해 주세요."
            )
    elif not any(name.startswith(("xl/", "Contents/section")) for name in names):
        raise ReadError(
            "엑셀 통합 문서(.xlsx)가 아니라 ZIP 압축 파일입니다. "
            "압축을 풀어 안의 파일을 올려 주세요."
        )
    if len(parts) > MAX_ARCHIVE_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_SIZE:
        raise ReadError(TOO_LARGE_MESSAGE)
    elements = 0
    for part in parts:
        if part.file_size > max(1024 * 1024, MAX_COMPRESSION_RATIO * part.compress_size):
            raise ReadError(TOO_LARGE_MESSAGE)
        # zipfile unpacks other methods without a limit; Excel writes only these two.
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile(part.filename)
        # The directory may state wrong sizes. Read in pieces, a part ends at the stated size, and
        # its checksum then fails.
        with archive.open(part) as stream:
            while piece := stream.read(64 * 1024):
                elements += piece.count(b"<") - piece.count(b"</")
        if elements > MAX_XML_ELEMENTS:
            raise ReadError(TOO_LARGE_MESSAGE)


def _read_tables(data: bytes, archive: ZipFile) -> Grid:
    if "content.xml" in archive.namelist():
        return join_sheets(_collect_sheets(read_ods_tables(archive)))
    if any(name.startswith("Contents/section") for name in archive.namelist()):
        tables = (table for table in read_hwpx_tables(archive) if table.rows)
        return join_sheets(_collect_sheets(tables), "표")
    book = load_workbook(
        BytesIO(_make_transitional(data, archive)), read_only=True, keep_links=False
    )
    # Any, as the path of a sheet in the archive is no public attribute of openpyxl.
    sheets: list[Any] = list(book.worksheets)
    found: list[Sheet] = []
    strings = "xl/sharedStrings.xml"
    shared = archive.read(strings) if strings in archive.namelist() else b""
    has_struck, struck_texts = has_struck_cells(archive), find_struck_texts(shared)
    notes: list[str] = []
    for sheet in sheets:
        is_visible = sheet.sheet_state == "visible"
        rows = collect_rows(_read_rows(sheet), limit=None if is_visible else 1)
        one = Sheet(sheet.title, rows, is_visible=is_visible)
        if is_visible and find_heading_row(rows) is not None:
            # In read-only mode, openpyxl reports neither merged cells nor hidden rows.
            source = archive.read(sheet._worksheet_path)
            fill_merged_cells(one, _find_merged_areas(source))
            one.hidden = {
                int(match[1]) for row in _HIDDEN_ROW.findall(source) if (match := _LINE.search(row))
            }
            struck = find_struck_lines(sheet, rows) if has_struck else {}
            texts = struck_texts | find_struck_texts(source)
            one.struck = leave_out_struck(rows, struck, texts)
            if _HIDDEN_COLUMN.search(source.partition(b"sheetData>")[0]):
                named = quote(sheet.title, "에", "에")
                notes.append(f"시트 {named} 숨긴 열이 있습니다. 그 열도 읽었습니다.")
        found.append(one)
    grid = join_sheets(found)
    grid.warnings += notes
    return grid


def _collect_sheets(sheets: Iterable[Sheet]) -> list[Sheet]:
    return [replace(sheet, rows=collect_rows(sheet.rows)) for sheet in sheets]


def _make_transitional(data: bytes, archive: ZipFile) -> bytes:
    """A workbook in Strict Open XML with the names that openpyxl knows; others as they are."""
    if not any(_STRICT in archive.read(name) for name in ("xl/workbook.xml", "_rels/.rels")):
        return data
    copy = BytesIO()
    with ZipFile(copy, "w", ZIP_DEFLATED) as packed:
        for part in archive.infolist():
            content = archive.read(part)
            for strict, usual in _NAMESPACES.items():
                content = content.replace(strict, usual)
            packed.writestr(part.filename, content)
    return copy.getvalue()


def _read_rows(sheet) -> Iterator[GridRow]:
    # Explicit limits, as the size that the sheet states may be wrong.
    rows = sheet.iter_rows(max_row=EXCEL_MAX_ROWS, max_col=MAX_LIST_COLUMNS + 1, values_only=True)
    for line, values in enumerate(rows, 1):
        if any(value is not None for value in values):
            yield line, list(map(_format_cell, values))


def _format_cell(value) -> str:
    """The cell as Excel would print it: 70 and not 70.0, a date without midnight."""
    match value:
        case None:
            return ""
        case str():
            return unescape(value) if "_x" in value else value
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case int() | float():
            return str(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return str(value)
        case timedelta():
            return str(value)
    # Array formulas remain, which have no text of their own.
    return "="


def _find_merged_areas(source: bytes) -> Iterable[tuple[int, int, int]]:
    """The first column (from 0), first row and last row of each merged area."""
    for column, top, bottom in _MERGED.findall(source.rpartition(b"sheetData>")[2]):
        yield column_index_from_string(column.decode()) - 1, int(top), int(bottom)
