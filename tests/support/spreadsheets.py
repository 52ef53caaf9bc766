"""Spreadsheets made in memory, good ones and bad ones."""

import csv
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from tests.support.processes import ROOT

SHEET = "xl/worksheets/sheet1.xml"
STATUS_LIST = ROOT / "tests" / "data" / "status_list_2026.csv"


def status_list() -> list[list[str]]:
    """The official list of 2026-07-31, as published: its heading and 40 rows."""
    with STATUS_LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def xlsx(
    rows: Iterable[Iterable], merge: Iterable[str] = (), **sheets: Iterable[Iterable]
) -> bytes:
    """A workbook with one sheet of these rows, and after it others by their names."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merge:
        book.active.merge_cells(area)
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: dict[str, str | bytes], compression: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def with_parts(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    """The same archive with some of its parts replaced or added."""
    with ZipFile(BytesIO(data)) as packed:
        return archive({name: packed.read(name) for name in packed.namelist()} | parts)


def ods(rows: Iterable[Iterable[str]], hidden: Iterable[int] = ()) -> bytes:
    """An OpenDocument spreadsheet with one sheet; `hidden` are row numbers from 1."""
    collapsed = ' table:visibility="collapse"'
    lines = "".join(
        f"<table:table-row{collapsed if n in hidden else ''}>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for n, row in enumerate(rows, 1)
    )
    return ods_of(f'<table:table table:name="목록">{lines}</table:table>')


def ods_of(table: str, before: str = "") -> bytes:
    """An OpenDocument spreadsheet with this XML as its sheets."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    root = "office:document-content"
    content = f"<?xml version='1.0'?>{before}<{root}{names}>{table}</{root}>"
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": content,
        }
    )


def hwpx(rows: Iterable[Iterable[str]], before: str = "") -> bytes:
    """A HWPX document with one table of these rows."""
    cell = (
        '<hp:tc><hp:cellAddr colAddr="{}" rowAddr="{}"/><hp:cellSpan colSpan="1" rowSpan="1"/>'
        "<hp:subList><hp:p><hp:run><hp:t>{}</hp:t></hp:run></hp:p></hp:subList></hp:tc>"
    )
    lines = "".join(
        f"<hp:tr>{''.join(cell.format(c, r, text) for c, text in enumerate(row))}</hp:tr>"
        for r, row in enumerate(rows)
    )
    return hwpx_of(f"<hp:tbl>{lines}</hp:tbl>", before)


def hwpx_of(table: str, before: str = "") -> bytes:
    """A HWPX document with this XML in its one section."""
    names = "".join(
        f' xmlns:{short}="http://www.hancom.co.kr/hwpml/2011/{name}"'
        for short, name in (("hs", "section"), ("hp", "paragraph"))
    )
    section = f"<?xml version='1.0'?>{before}<hs:sec{names}>{table}</hs:sec>"
    return archive({"mimetype": "application/hwp+zip", "Contents/section0.xml": section})
