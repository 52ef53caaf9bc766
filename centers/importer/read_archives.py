"""Reads tables of zipped XML without a sheet library: OpenDocument (.ods) and HWPX (KS X 6101)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from centers.importer.grid import (
    MAX_CELL_LENGTH,
    MAX_HEADING_SEARCH_ROWS,
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
    GridRow,
)

#: A table with its name, its rows, and the lines of its hidden rows.
NamedTable = tuple[str, list[GridRow], set[int]]

_MAX_ROWS = MAX_LIST_ROWS + MAX_HEADING_SEARCH_ROWS + 1
_HIDDEN = ("collapse", "filter")


def read_ods_tables(archive: ZipFile) -> Iterator[NamedTable]:
    """The sheets of an OpenDocument spreadsheet; merged cells repeat their text in each row.

    Raises what zipfile and the XML parser raise for broken parts.
    """
    with archive.open("content.xml") as stream:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if _name(element) == "table":
                yield _read_ods_table(element)
                element.clear()


def _read_ods_table(table: Element) -> NamedTable:
    rows: list[GridRow] = []
    hidden: set[int] = set()
    reaching: dict[int, tuple[int, str]] = {}
    line = 1
    for row in (element for element in table.iter() if _name(element) == "table-row"):
        repeated = _number(row, "number-rows-repeated")
        cells = _read_ods_cells(row, reaching)
        if any(cells):
            # Equal rows, such as the last ones of a sheet, are blank but in files made to cost.
            for offset in range(min(repeated, _MAX_ROWS - len(rows))):
                rows.append((line + offset, list(cells)))
                if _attribute(row, "visibility") in _HIDDEN:
                    hidden.add(line + offset)
        line += repeated
        if len(rows) >= _MAX_ROWS:
            break
    return _attribute(table, "name"), rows, hidden


def _read_ods_cells(row: Element, reaching: dict[int, tuple[int, str]]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if _name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        width = min(_number(cell, "number-columns-repeated"), MAX_LIST_COLUMNS + 1 - len(cells))
        text = _read_ods_text(cell) if width else ""
        for column in range(len(cells), len(cells) + width):
            rows_left, above = reaching.get(column, (0, ""))
            if _name(cell) == "covered-table-cell" and rows_left and not text:
                cells.append(above)
                reaching[column] = (rows_left - 1, above)
            else:
                cells.append(text)
                reaching[column] = (_number(cell, "number-rows-spanned") - 1, text)
    return cells


def _read_ods_text(cell: Element) -> str:
    """The text of a cell as it is displayed; notes of reviewers aside."""
    if _attribute(cell, "formula") and not len(cell):
        return "="
    if _attribute(cell, "value-type") == "date" and (day := _attribute(cell, "date-value")):
        return day.removesuffix("T00:00:00").replace("T", " ")
    lines = ["".join(_iter_ods_text(child)) for child in cell if _name(child) in ("p", "h", "list")]
    return "\n".join(lines)[: MAX_CELL_LENGTH + 1]


def _iter_ods_text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = _name(child)
        if name in ("s", "tab"):
            yield " "
        elif name == "line-break":
            yield "\n"
        elif name != "annotation":
            yield from _iter_ods_text(child)
        yield child.tail or ""


def read_hwpx_tables(archive: ZipFile) -> Iterator[NamedTable]:
    """The tables of a HWPX document, in the order of its sections."""
    names = [name for name in archive.namelist() if name.startswith("Contents/section")]
    for name in sorted(names, key=lambda name: (len(name), name)):
        with archive.open(name) as stream:
            depth = 0
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                if _name(element) != "tbl":
                    continue
                depth += 1 if event == "start" else -1
                # A table inside a cell is text of that cell.
                if event == "end" and depth == 0:
                    yield "", _read_hwpx_table(element), set()
                    element.clear()


def _read_hwpx_table(table: Element) -> list[GridRow]:
    filled: dict[int, dict[int, str]] = {}
    for number, row in enumerate(child for child in table if _name(child) == "tr"):
        for cell in (child for child in row if _name(child) == "tc"):
            parts = {_name(part): part for part in cell}
            place, span = parts.get("cellAddr"), parts.get("cellSpan")
            top = _number(place, "rowAddr", number) if place is not None else number
            own = filled.setdefault(top, {})
            left = _number(place, "colAddr", len(own)) if place is not None else len(own)
            if top >= _MAX_ROWS or left > MAX_LIST_COLUMNS:
                continue
            height = _number(span, "rowSpan") if span is not None else 1
            width = _number(span, "colSpan") if span is not None else 1
            text = _read_hwpx_text(parts["subList"]) if "subList" in parts else ""
            for line in range(top, min(top + height, _MAX_ROWS)):
                own = filled.setdefault(line, {})
                own |= dict.fromkeys(range(left, min(left + width, MAX_LIST_COLUMNS + 1)), "")
                own[left] = text
    return [
        (line + 1, [cells.get(column, "") for column in range(max(cells, default=-1) + 1)])
        for line, cells in sorted(filled.items())
        if any(cells.values())
    ]


def _read_hwpx_text(element: Element) -> str:
    """The paragraphs of a cell, a line each."""
    lines: list[str] = []
    for paragraph in (child for child in element if _name(child) == "p"):
        pieces: list[str] = []
        for part in paragraph.iter():
            if _name(part) == "t":
                pieces.append(part.text or "")
                for child in part:
                    pieces += [" " if _name(child) in ("tab", "lineBreak", "nbSpace") else ""]
                    pieces.append(child.tail or "")
        lines.append("".join(pieces))
    return "\n".join(lines)[: MAX_CELL_LENGTH + 1]


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )


def _number(element: Element, name: str, default: int = 1) -> int:
    text = _attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default
