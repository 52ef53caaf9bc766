"""Reads tables from text: separated by commas, tabs, semicolons, pipes or wide gaps, or HTML."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import partial

from centers.importer.grid import MAX_HEADING_SEARCH_ROWS, Grid, GridRow, ReadError, collect_rows
from centers.importer.headings import find_heading_row, find_known_headings
from centers.importer.list_rows import is_remark
from centers.importer.read_html import has_html_table, parse_page
from centers.importer.rebuild_text import (
    REBUILT,
    UNCLEAR,
    looks_like_words_of_headings,
    rebuild_rows,
)

_GAP = re.compile(r"\s{2,}|\t")
_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


#: Including blank lines and those inside cells; every splitter reads them all.
MAX_TEXT_LINES = 200_000


class UnreadableTextError(ReadError):
    """A file that is not text in UTF-8, UTF-16 or CP949."""

    def __init__(self, line: int):
        super().__init__(
            f"{line}행에 글자로 읽을 수 없는 내용이 있습니다. "
            "‘CSV UTF-8’이나 엑셀 통합 문서(.xlsx)로 다시 저장해 주세요."
        )


def decode_text(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else CP949.

    Raises UnreadableTextError with the line of the first unreadable byte.
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    reached = 0
    for encoding in [_BYTE_ORDER_MARKS[mark]] if mark else ["utf-8", "cp949"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            # The encoding that fails later is the likelier one.
            reached = max(reached, error.start)
        else:
            if "\0" in text:
                raise UnreadableTextError(text.count("\n", 0, text.index("\0")) + 1)
            return text
    raise UnreadableTextError(data.count(b"\n", 0, reached) + 1)


def parse_text(text: str) -> Grid:
    """The table in a text, split in the way that finds the most headings; raises ReadError."""
    if text.count("\n") + text.count("\r") > MAX_TEXT_LINES:
        raise ReadError(f"줄이 너무 많습니다. 빈 줄까지 {MAX_TEXT_LINES:,}줄까지 읽습니다.")
    if has_html_table(text):
        return parse_page(text)
    best: Callable[[str], Iterator[GridRow]] = partial(_split_separated, ",")
    most = 0
    for split in _SPLITTERS:
        known = _count_known_headings(split(text))
        if known > most:
            best, most = split, known
    if most and best is not _SPLITTERS[0]:
        return Grid(collect_rows(best(text)), may_end_early=best is not _split_spaced)
    grid = None if most == 0 else _read_tabs(text)
    if grid is None and (rows := rebuild_rows(text)):
        # The cells of a row with line breaks, or those in front that were left out, are found.
        width = len(rows[-1][1])
        return Grid(collect_rows(rows), is_sheet=True, notes=[REBUILT.format(width)])
    if grid is None and most == 0 and looks_like_words_of_headings(text):
        raise ReadError(UNCLEAR)
    return grid or Grid(collect_rows(best(text)), may_end_early=True)


def _read_tabs(text: str) -> Grid | None:
    """The table of a text with tabs; None if its rows have other numbers of cells than headings."""
    try:
        rows = collect_rows(_split_separated("\t", text))
    except ReadError:
        return None
    start = find_heading_row(rows)
    if start is None:
        return None
    width = max(index for index, cell in enumerate(rows[start][1], 1) if cell)
    for _, cells in rows[start + 1 :]:
        count = max((index for index, cell in enumerate(cells, 1) if cell), default=0)
        if count > width or (len(cells) < width and not is_remark(cells[0], width)):
            return None
    return Grid(rows, may_end_early=True)


def _count_known_headings(rows: Iterator[GridRow]) -> int:
    first: list[GridRow] = []
    try:
        for row in rows:
            first += collect_rows([row])
            if len(first) == MAX_HEADING_SEARCH_ROWS:
                break
    except ReadError:
        pass  # raised again if this splitter is chosen
    start = find_heading_row(first)
    return 0 if start is None else len(find_known_headings(first[start][1]))


def _split_separated(separator: str, text: str) -> Iterator[GridRow]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(
            f'{line}행부터 따옴표(")의 짝이 맞지 않거나 한 칸의 글이 너무 깁니다.'
        ) from error


def _split_piped(text: str) -> Iterator[GridRow]:
    for number, line in _number_lines(text):
        if "|" in line:
            line = line.strip().removeprefix("|")
            cells = [cell.strip().replace("\\|", "|") for cell in _PIPE.split(line)]
            if cells[-1] == "":
                cells.pop()
            if not all(map(_RULE.fullmatch, cells)):
                yield number, cells


def _split_spaced(text: str) -> Iterator[GridRow]:
    for number, line in _number_lines(text):
        yield number, _GAP.split(line.strip())


def _number_lines(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(io.StringIO(text, newline=None), 1)


_SPLITTERS = [
    partial(_split_separated, "\t"),
    partial(_split_separated, ","),
    partial(_split_separated, ";"),
    _split_piped,
    _split_spaced,
]
