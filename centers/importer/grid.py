"""Rows of clean cells, the common form of all file formats, and the limits on their size."""

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
#: The heading row is searched for among this many rows that are not blank.
MAX_HEADING_SEARCH_ROWS = 20

GridRow = tuple[int, list[str]]


class ReadError(Exception):
    """A list that cannot be read; the message says in Korean why, and where."""


@dataclass
class NamedRows:
    """The rows of a sheet below its headings, in the columns of the list."""

    title: str
    rows: list[GridRow]


@dataclass
class Grid:
    """The rows that are not blank, each with its line number in the file."""

    rows: list[GridRow]
    #: Whether rows may differ in length, as in a spreadsheet, where a cell has a fixed column.
    is_sheet: bool = False
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Whether rows of text may leave out their last cells.
    may_end_early: bool = False
    #: What the name of a sheet says of the status of its rows, by line.
    statuses: dict[int, str] = field(default_factory=dict)
    #: Why a row needs a decision, in Korean, by line.
    doubts: dict[int, str] = field(default_factory=dict)
    #: Further sheets with the same headings, which may belong to the list or not.
    further: list["NamedRows"] = field(default_factory=list)


def collect_rows(
    rows: Iterable[tuple[int, Iterable[str]]], limit: int | None = None
) -> list[GridRow]:
    """Clean the cells and leave out blank rows; stop one row after the limit."""
    cleaned = ((line, [normalise(cell) for cell in cells]) for line, cells in rows)
    filled = (row for row in cleaned if any(row[1]))
    return list(islice(filled, limit or MAX_LIST_ROWS + MAX_HEADING_SEARCH_ROWS + 1))


def quote_all(texts: Iterable[str]) -> str:
    """Quote texts for a sentence: ‘지역’, ‘주소’."""
    return ", ".join(quote(text, "", "") for text in texts)
