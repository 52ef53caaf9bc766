"""Reads tables of zipped XML without a sheet library: OpenDocument (.ods) and HWPX (KS X 6101)."""

from collections.abc import Container, Iterator, Sequence
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from centers.importer.grid import (
    MAX_CELL_LENGTH,
    MAX_HEADING_SEARCH_ROWS,
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
)
from centers.importer.sheets import Sheet
from centers.importer.struck_text import choose_texts

_MAX_ROWS = MAX_LIST_ROWS + MAX_HEADING_SEARCH_ROWS + 1
#: Twice the cells of the largest list; those of a table that cover more overlap.
MAX_COVERED_CELLS = 2 * _MAX_ROWS * (MAX_LIST_COLUMNS + 1)
_HIDDEN = ("collapse", "filter")


def read_ods_tables(archive: ZipFile) -> Iterator[Sheet]:
    """The sheets of an OpenDocument spreadsheet; merged cells repeat their text in each row.

    Raises what zipfile and the XML parser raise for broken parts.
    """
    struck: set[str] = set()
    for part in ("styles.xml", "content.xml"):
        if part not in archive.namelist() and part != "content.xml":
            continue
        with archive.open(part) as stream:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                name = _name(element)
                if name == "style" and _strikes_out(element, struck):
                    struck.add(_attribute(element, "name"))
                elif name == "table" and part == "content.xml":
                    yield _read_ods_table(element, struck)
                    element.clear()


def _strikes_out(style: Element, struck: Container[str]) -> bool:
    """Whether a style, or the one that it is based on, strikes its text out."""
    lines = [
        _attribute(child, name)
        for child in style
        if _name(child) == "text-properties"
        for name in ("text-line-through-style", "text-line-through-type")
    ]
    if any(lines):
        return "none" not in lines
    return _attribute(style, "parent-style-name") in struck


def _read_ods_table(table: Element, struck: Container[str]) -> Sheet:
    sheet = Sheet(_attribute(table, "name"), [])
    rows, hidden = sheet.rows, sheet.hidden
    reaching: dict[int, tuple[int, str]] = {}
    usual = _list_column_styles(table)
    line = 1
    for row in (element for element in table.iter() if _name(element) == "table-row"):
        repeated = _number(row, "number-rows-repeated")
        above = {column for column, (left, text) in reaching.items() if left and text}
        read = _read_ods_cells(row, reaching, struck, usual)
        cells, is_struck = choose_texts(read)
        if any(cells):
            # Equal rows, such as the last ones of a sheet, are blank but in files made to cost.
            for offset in range(min(repeated, _MAX_ROWS - len(rows))):
                rows.append((line + offset, list(cells)))
                if _attribute(row, "visibility") in _HIDDEN:
                    hidden.add(line + offset)
                if is_struck:
                    sheet.struck.add(line + offset)
            below = {column for column, (left, text) in reaching.items() if left and text}
            sheet.spanned |= {(line, column) for column in above | below}
        line += repeated
        if len(rows) >= _MAX_ROWS:
            break
    return sheet


def _list_column_styles(table: Element) -> list[str]:
    """The style that the cells of each column have which name none."""
    styles: list[str] = []
    for column in (element for element in table.iter() if _name(element) == "table-column"):
        count = _number(column, "number-columns-repeated")
        style = _attribute(column, "default-cell-style-name")
        styles += [style] * min(count, MAX_LIST_COLUMNS + 1 - len(styles))
    return styles


def _read_ods_cells(
    row: Element,
    reaching: dict[int, tuple[int, str]],
    struck: Container[str],
    usual: Sequence[str],
) -> list[tuple[str, str]]:
    """The cells of a row, each without what is struck out, and whole."""
    cells: list[tuple[str, str]] = []
    row_style = _attribute(row, "default-cell-style-name")
    for cell in row:
        if _name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        width = min(_number(cell, "number-columns-repeated"), MAX_LIST_COLUMNS + 1 - len(cells))
        text = left = _read_ods_text(cell) if width else ""
        if text and struck:
            column_style = usual[len(cells)] if len(cells) < len(usual) else ""
            style = _attribute(cell, "style-name") or row_style or column_style
            left = "" if style in struck else _read_ods_text(cell, struck)
        for column in range(len(cells), len(cells) + width):
            rows_left, above = reaching.get(column, (0, ""))
            if _name(cell) == "covered-table-cell" and rows_left and not text:
                cells.append((above, above))
                reaching[column] = (rows_left - 1, above)
            else:
                cells.append((left, text))
                reaching[column] = (_number(cell, "number-rows-spanned") - 1, left)
    return cells


def _read_ods_text(cell: Element, struck: Container[str] = ()) -> str:
    """The text of a cell as it is displayed; notes of reviewers and struck pieces aside."""
    if _attribute(cell, "formula") and not len(cell):
        return "="
    if _attribute(cell, "value-type") == "date" and (day := _attribute(cell, "date-value")):
        return day.removesuffix("T00:00:00").replace("T", " ")
    lines = [
        "".join(_iter_ods_text(child, struck))
        for child in cell
        if _name(child) in ("p", "h", "list")
    ]
    return "\n".join(lines)[: MAX_CELL_LENGTH + 1]


def _iter_ods_text(element: Element, struck: Container[str]) -> Iterator[str]:
    if _attribute(element, "style-name") in struck:
        return
    yield element.text or ""
    for child in element:
        name = _name(child)
        if name in ("s", "tab"):
            yield " "
        elif name == "line-break":
            yield "\n"
        elif name != "annotation":
            yield from _iter_ods_text(child, struck)
        yield child.tail or ""


def read_hwpx_tables(archive: ZipFile) -> Iterator[Sheet]:
    """The tables of a HWPX document, in the order of its sections."""
    struck = _find_struck_runs(archive)
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
                    yield _read_hwpx_table(element, struck)
                    element.clear()


def _find_struck_runs(archive: ZipFile) -> set[str]:
    """The ids of the formats of text that is struck out."""
    part = "Contents/header.xml"
    found: set[str] = set()
    if part in archive.namelist():
        with archive.open(part) as stream:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                if _name(element) == "charPr":
                    shapes = [
                        _attribute(one, "shape") for one in element if _name(one) == "strikeout"
                    ]
                    # 3D is what documents have that were never struck out.
                    if any(shape.upper() not in ("", "NONE", "3D") for shape in shapes):
                        found.add(_attribute(element, "id"))
    return found


def _read_hwpx_table(table: Element, struck: Container[str]) -> Sheet:
    filled: dict[int, dict[int, tuple[str, str]]] = {}
    sheet = Sheet("", [])
    spanned = sheet.spanned
    covered = 0
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
            left_over = _read_hwpx_text(parts["subList"], struck) if text and struck else text
            covered += height * width
            if covered > MAX_COVERED_CELLS:
                raise ValueError("the cells of a table overlap")
            for line in range(top, min(top + height, _MAX_ROWS)):
                own = filled.setdefault(line, {})
                own |= dict.fromkeys(range(left, min(left + width, MAX_LIST_COLUMNS + 1)), ("", ""))
                own[left] = (left_over, text if line == top else left_over)
                if height > 1 and text:
                    spanned.add((line + 1, left))
    for line, cells in sorted(filled.items()):
        width = max(cells, default=-1) + 1
        texts, is_struck = choose_texts([cells.get(column, ("", "")) for column in range(width)])
        if any(texts):
            sheet.rows.append((line + 1, texts))
            sheet.struck |= {line + 1} if is_struck else set()
    return sheet


def _read_hwpx_text(element: Element, struck: Container[str] = ()) -> str:
    """The paragraphs of a cell, a line each, without the runs in the formats `struck`."""
    lines: list[str] = []
    for paragraph in (child for child in element if _name(child) == "p"):
        pieces: list[str] = []
        left_out = {
            text
            for run in (paragraph.iter() if struck else ())
            if _name(run) == "run" and _attribute(run, "charPrIDRef") in struck
            for text in run.iter()
        }
        for part in paragraph.iter():
            if _name(part) == "t" and part not in left_out:
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
