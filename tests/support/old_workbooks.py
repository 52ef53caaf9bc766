"""Old workbooks (.xls): BIFF8 records in an OLE container, made byte by byte."""

from collections.abc import Iterable, Mapping
from struct import pack

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(
    rows: Iterable[Iterable],
    hidden: Iterable[int] = (),
    merged: Iterable[tuple[int, int, int, int]] = (),
    **sheets: Iterable[Iterable],
) -> bytes:
    """An old workbook with one sheet of these rows, and behind it others by their names.

    `hidden` are row numbers from 1, `merged` areas (first row, last row, first column, last
    column) from 0.
    """
    first = _make_sheet(rows, hidden, merged)
    return ole({"Workbook": biff({"목록": first} | {n: _make_sheet(r) for n, r in sheets.items()})})


def biff(sheets: Mapping[str, bytes]) -> bytes:
    """The stream of a workbook with these sheets."""
    begin, end = _record(0x0809, pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)), _record(0x000A)
    names = [name.encode("utf-16-le") for name in sheets]
    offset = len(begin) + len(end) + sum(4 + 8 + len(name) for name in names)
    globals_ = begin
    for name, content in zip(names, sheets.values(), strict=True):
        globals_ += _record(0x0085, pack("<IBBBB", offset, 0, 0, len(name) // 2, 1) + name)
        offset += len(content)
    return globals_ + end + b"".join(sheets.values())


def cell(row: int, column: int, value: object) -> bytes:
    """The record of one cell."""
    place = pack("<HHH", row, column, 0)
    if isinstance(value, int | float):
        return _record(0x0203, place + pack("<d", value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, place + pack("<HB", len(text) // 2, 1) + text)


def sheet(records: bytes) -> bytes:
    return _record(0x0809, pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + records + _record(0x000A)


def _make_sheet(rows, hidden=(), merged=()) -> bytes:
    records = b""
    hidden = set(hidden)
    for r, row in enumerate(rows):
        flags = 0x20 if r + 1 in hidden else 0
        records += _record(0x0208, pack("<HHHHHHI", r, 0, 60, 255, 0, 0, 0x100 | flags))
        records += b"".join(cell(r, c, value) for c, value in enumerate(row) if value != "")
    areas = [pack("<HHHH", *area) for area in merged]
    if areas:
        records += _record(0x00E5, pack("<H", len(areas)) + b"".join(areas))
    return sheet(records)


def _record(kind: int, content: bytes = b"") -> bytes:
    return pack("<HH", kind, len(content)) + content


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE container with these streams; short ones are filled up with zeros."""
    entries = [_entry("Root Entry", 5, 1, _END, 0)]
    content, chains, start = b"", [], 0
    for number, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(4096, b"\0")
        count = -(-len(data) // SECTOR)
        child = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, child, start, len(data)))
        chains += [*range(start + 1, start + count), _END]
        content += data.ljust(count * SECTOR, b"\0")
        start += count
    while len(entries) % 4:
        entries.append(bytes(128))
    folders = len(entries) // 4
    chains += [*range(start + 1, start + folders), _END]
    fats = 1
    while fats * 128 < len(chains) + fats:
        fats += 1
    first_fat = len(chains)
    chains += [_FAT] * fats
    chains += [_FREE] * (fats * 128 - len(chains))
    places = [*range(first_fat, first_fat + fats), *[_FREE] * (109 - fats)]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + pack("<IIIIIIIII", 0, fats, start, 0, 4096, _END, 0, _END, 0)
    return (
        head
        + pack("<109I", *places)
        + content
        + b"".join(entries)
        + pack(f"<{len(chains)}I", *chains)
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    # Siblings form a list to the right; the root has its first one as child.
    right, below = (_FREE, child) if kind == 5 else (child, _FREE)
    head = text.ljust(64, b"\0") + pack("<HBBIII", len(text), kind, 1, _FREE, right, below)
    return head + bytes(16 + 4 + 16) + pack("<IQ", start, size)
