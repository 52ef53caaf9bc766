"""Reads a table from HTML source; many offices save such a page as .xls."""

import re
from collections.abc import Iterator
from html import unescape

from centers.importer.grid import (
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
    Grid,
    GridRow,
    ReadError,
    collect_rows,
)
from centers.importer.headings import find_heading_row

MAX_TAGS = 400_000

# No pattern matches past the next "<", so that broken source cannot cause slow backtracking.
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
_SPAN = re.compile(r"\b(row|col)span\s{0,9}=\s{0,9}[\"']?(\d{1,4})", re.IGNORECASE)
_CELL_EDGES = set("td th /td /th /tr /table".split())
#: Tags inside a cell that separate words; any other may occur within a word.
_BREAKS = set("br p div li ul ol hr".split())


def has_html_table(text: str) -> bool:
    """Whether a text is HTML source with a table, and not a text table that contains tags."""
    return text.lstrip().startswith("<") and _TABLE.search(text) is not None


def parse_page(text: str) -> Grid:
    """The first table with known headings, else the first table; raises ReadError."""
    if text.count("<") > MAX_TAGS:
        raise ReadError(
            f"표가 너무 큽니다. {MAX_LIST_ROWS:,}행, {MAX_LIST_COLUMNS}열까지 읽습니다."
        )
    source = _strip_comments(text)
    before, *tables = _TABLE.split(source)
    line = 1 + before.count("\n")
    first = None
    for table in tables:
        rows = collect_rows(_parse_rows(table, line))
        if find_heading_row(rows) is not None:
            return Grid(rows)
        first = first or rows
        line += table.count("\n")
    return Grid(first or [])


def _strip_comments(text: str) -> str:
    before, *commented = text.split("<!--")
    return before + "".join(
        "\n" * comment.count("\n") + after
        for comment, _, after in (part.partition("-->") for part in commented)
    )


def _parse_rows(table: str, line: int) -> Iterator[GridRow]:
    """The rows of one table; rowspan repeats the text in each row, colspan leaves blank cells."""
    reaching: dict[int, tuple[int, str]] = {}  # by column: rows still to come, and the text
    for row in _ROW.split(table):
        if cells := list(_parse_cells(row)):
            filled = {column: text for column, (_, text) in reaching.items()}
            reaching = {c: (rows - 1, text) for c, (rows, text) in reaching.items() if rows > 1}
            column = 0
            for text, rows, columns in cells:
                while column in filled:
                    column += 1
                for c in range(column, min(column + columns, MAX_LIST_COLUMNS + 1)):
                    filled[c] = text if c == column else ""
                    if rows > 1:
                        reaching[c] = (rows - 1, filled[c])
            yield line, [filled.get(c, "") for c in range(max(filled, default=-1) + 1)]
        line += row.count("\n")


def _parse_cells(row: str) -> Iterator[tuple[str, int, int]]:
    """Each cell of a row as (text, rowspan, colspan)."""
    parts = _TAG.split(row)
    pieces: list[str] | None = None
    size: tuple[int, int] = (1, 1)
    for tag, attributes, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        name = tag.lower()
        if name in _CELL_EDGES:
            if pieces is not None:
                yield _join_pieces(pieces), size[0], size[1]
            pieces = None if name.startswith("/") else []
            spans = {kind.lower(): int(number) for kind, number in _SPAN.findall(attributes)}
            size = (spans.get("row", 1), spans.get("col", 1))
        if pieces is not None:
            pieces += [" " if name.strip("/") in _BREAKS else "", after]
    if pieces is not None:
        yield _join_pieces(pieces), size[0], size[1]


def _join_pieces(pieces: list[str]) -> str:
    return " ".join(unescape("".join(pieces)).split())
