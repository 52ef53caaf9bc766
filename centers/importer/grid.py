"""What every kind of file is turned into first: rows of clean cells, within limits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings

from centers.text.formatting import quote
from centers.text.hangul import normalise

MAX_FILE_SIZE = settings.IMPORT_MAX_FILE_SIZE
MAX_LIST_ROWS = 2_000
MAX_LIST_COLUMNS = 60
MAX_CELL_LENGTH = 2_000
#: The headings are looked for in so many rows that are not blank.
MAX_HEADING_SEARCH_ROWS = 20

GridRow = tuple[int, list[str]]


class ReadError(Exception):
    """A list that cannot be read; its text says in Korean why, and where."""


@dataclass
class Grid:
    """Rows that are not blank, each with the line of the file it stands on."""

    rows: list[GridRow]
    #: Whether rows may be of any length, as in a spreadsheet, where cells cannot slip sideways.
    is_sheet: bool = False
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect_rows(
    rows: Iterable[tuple[int, Iterable[str]]], most: int | None = None
) -> list[GridRow]:
    """Clean the cells and leave out blank rows; stop after the first row that is too many."""
    cleaned = ((line, [normalise(cell) for cell in cells]) for line, cells in rows)
    filled = (row for row in cleaned if any(row[1]))
    return list(islice(filled, most or MAX_LIST_ROWS + MAX_HEADING_SEARCH_ROWS + 1))


def quote_all(texts: Iterable[str]) -> str:
    """Texts in a sentence: ‘지역’, ‘주소’."""
    return ", ".join(quote(text, "", "") for text in texts)
