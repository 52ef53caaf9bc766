"""Reads an old workbook (.xls) from standard input, as JSON: a process of its own, with limits.

The reader is native code and builds every sheet whole, so a file made to cost memory or time ends
this process and not the site. Nothing of Django is loaded.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from struct import Struct, unpack_from

#: Of address space, in bytes; what the reader takes from it stays below 300 MB.
MAX_MEMORY = 320 * 1024 * 1024
#: In seconds of one processor.
MAX_SECONDS = 6
MAX_SHEETS = 60

PASSWORD, BROKEN = 3, 4


def format_cell(value: object) -> str:
    """The cell as Excel would print it: 70 and not 70.0, a date without midnight."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case int() | float() | date() | time() | timedelta():
            return str(value)
    return ""


def read_sheets(data: bytes, max_rows: int, max_columns: int) -> list[dict]:
    """The sheets with their first rows that are not blank, as (line, cells)."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    try:
        hidden = find_hidden_rows(data)
    except Exception:  # of any kind; the file may still be read
        hidden = []
    sheets = []
    for meta in book.sheets_metadata[:MAX_SHEETS]:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        first_line, first_column = sheet.start or (0, 0)
        rows = []
        for line, values in enumerate(sheet.iter_rows(), first_line + 1):
            shown = values[: max(max_columns - first_column, 0)]
            cells = [*[""] * min(first_column, max_columns), *map(format_cell, shown)]
            if any(cells):
                rows.append((line, cells))
            if len(rows) >= max_rows:
                break
        sheets.append(
            {
                "title": meta.name,
                "rows": rows,
                "is_visible": meta.visible == SheetVisibleEnum.Visible,
                # None where it is unknown.
                "hidden": hidden[len(sheets)] if len(sheets) < len(hidden) else None,
                "merged": [(*a, *b) for a, b in sheet.merged_cell_ranges or []],
            }
        )
    return sheets


def find_hidden_rows(data: bytes) -> list[list[int]]:
    """The lines of the hidden rows of each worksheet, which the reader does not tell.

    Raises an error of any kind for files that it cannot follow.
    """
    stream = _read_stream(data)
    starts, hidden = [], []
    for kind, record in _read_records(stream, 0):
        if kind == _BOUNDSHEET and record[5] == 0:
            starts.append(unpack_from("<I", record)[0])
    for start in starts:
        rows = [record for kind, record in _read_records(stream, start) if kind == _ROW]
        hidden.append([row[0] + 1 for row in map(_ROW_PARTS.unpack_from, rows) if row[1] & 0x20])
    return hidden


_BOF, _EOF, _BOUNDSHEET, _ROW = 0x0809, 0x000A, 0x0085, 0x0208
_ROW_PARTS = Struct("<H10xH")
_LAST_SECTOR = 0xFFFFFFFA


def _read_stream(data: bytes) -> bytes:
    """The stream Workbook (or Book) of an OLE container."""
    size = 1 << unpack_from("<H", data, 30)[0]
    table = b"".join(
        data[(sector + 1) * size : (sector + 2) * size]
        for sector in unpack_from("<109I", data, 76)
        if sector <= _LAST_SECTOR
    )
    following = unpack_from(f"<{len(table) // 4}I", table)

    def read_chain(sector: int) -> bytes:
        pieces, seen = [], 0
        while sector <= _LAST_SECTOR and seen <= len(following):
            pieces.append(data[(sector + 1) * size : (sector + 2) * size])
            sector, seen = following[sector], seen + 1
        return b"".join(pieces)

    folder = read_chain(unpack_from("<I", data, 48)[0])
    for place in range(0, len(folder), 128):
        name = folder[place : place + unpack_from("<H", folder, place + 64)[0]]
        if name.decode("utf-16-le").rstrip("\0") in ("Workbook", "Book"):
            start, length = unpack_from("<II", folder, place + 116)
            if length >= 4096:
                return read_chain(start)[:length]
    raise ValueError("no stream of a workbook")


def _read_records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, up to its end."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        place += 4 + length


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, PasswordError

    max_rows, max_columns = map(int, sys.argv[1:])
    try:
        sheets = read_sheets(sys.stdin.buffer.read(), max_rows, max_columns)
    except PasswordError:
        return PASSWORD
    except (CalamineError, MemoryError):
        return BROKEN
    json.dump(sheets, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
