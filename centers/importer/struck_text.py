"""Text that is struck out in a file: it no longer counts, and its row needs a decision."""

import re
from collections.abc import Sequence
from html import unescape
from zipfile import ZipFile

from centers.importer.grid import MAX_LIST_COLUMNS, GridRow
from centers.text.hangul import normalise

_STRIKE = re.compile(rb"<(?:\w+:)?strike(?!\s+val=[\"'](?:0|false))[\s/>]")
_ITEM = re.compile(rb"<(?:\w+:)?(?:si|is)>(.*?)</(?:\w+:)?(?:si|is)>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]*)</(?:\w+:)?t>")


def has_struck_cells(archive: ZipFile) -> bool:
    """Whether a style of the workbook strikes whole cells out."""
    name = "xl/styles.xml"
    return name in archive.namelist() and _STRIKE.search(archive.read(name)) is not None


def find_struck_lines(sheet, rows: list[GridRow]) -> dict[int, set[int]]:
    """The columns (from 0) of the cells of an openpyxl sheet that are struck out, by line."""
    struck: dict[int, set[int]] = {}
    for cells in sheet.iter_rows(max_row=rows[-1][0], max_col=MAX_LIST_COLUMNS):
        for cell in cells:
            if cell.value is not None and cell.font and cell.font.strike:
                struck.setdefault(cell.row, set()).add(cell.column - 1)
    return struck


def find_struck_texts(source: bytes) -> dict[str, str]:
    """Texts in a part of a workbook of which a piece is struck out, with what is left of each."""
    if not _STRIKE.search(source):
        return {}
    found = {}
    for item in _ITEM.findall(source):
        runs = _RUN.findall(item)
        if any(map(_STRIKE.search, runs)):
            left = [run for run in runs if not _STRIKE.search(run)]
            found[_join(runs)] = _join(left)
    return found


def _join(runs: list[bytes]) -> str:
    text = b"".join(b"".join(_TEXT.findall(run)) for run in runs).decode(errors="replace")
    return normalise(unescape(text))


def leave_out_struck(
    rows: list[GridRow], cells: dict[int, set[int]], texts: dict[str, str]
) -> set[int]:
    """Blank what is struck out in rows; return their lines. Rows mostly struck out stay."""
    lines = set()
    for line, row in rows:
        filled = {column for column, text in enumerate(row) if text}
        columns = cells.get(line, set()) & filled
        if columns:
            lines.add(line)
        for column in () if is_mostly(len(columns), len(filled)) else columns:
            row[column] = ""
        for column, text in enumerate(row):
            if text in texts:
                row[column] = texts[text]
                lines.add(line)
    return lines


def is_mostly(struck: int, filled: int) -> bool:
    """Whether a row is struck out as a whole, be it without its number or its merged region."""
    return struck * 2 > filled


def choose_texts(cells: Sequence[tuple[str, str]]) -> tuple[list[str], bool]:
    """The texts of a row and whether any is struck out; each cell is given as the text that is
    left, and the whole text. A row that is mostly struck out keeps its whole texts.
    """
    filled = [cell for cell in cells if cell[1].strip()]
    struck = sum(not left.strip() for left, _ in filled)
    is_whole = is_mostly(struck, len(filled))
    texts = [whole if is_whole else left for left, whole in cells]
    return texts, any(left != whole for left, whole in filled)
