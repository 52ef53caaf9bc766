"""Spreadsheets made in memory, good ones and bad ones."""

import csv
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
STATUS_LIST = settings.BASE_DIR / "tests" / "data" / "status_list_2026.csv"


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
