"""Rebuilds a table whose cells were pasted one a line, or with line breaks inside cells.

So do PDF viewers, 한글 and some browsers put a table on the clipboard. Lines are grouped into rows
of as many cells as there are headings, so that the cells fit their columns best.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, pairwise

from centers.importer.cell_fit import list_meanings, place_cells, rate_cells
from centers.importer.grid import MAX_CELL_LENGTH, GridRow, ReadError
from centers.importer.heading_words import NUMBERING
from centers.importer.headings import find_heading_row, find_known_headings, recognise_heading
from centers.importer.list_rows import is_remark, is_total_label
from centers.text.hangul import normalise

#: Longer pastes are not rebuilt; a list of 1,000 centres has fewer lines.
MAX_LINES = 10_000
#: Lines of one row that a line break in a cell adds.
MAX_EXTRA_LINES = 3
MAX_TITLE_LINES = 12
#: Taken off for a cell in two lines and for a row that lacks a cell: either is less likely.
_COST = 1
REBUILT = "줄로 나뉜 표를 {}칸씩 묶어 읽었습니다. 행이 맞게 묶였는지 보아 주세요."
UNCLEAR = (
    "표를 칸으로 나눌 수 없습니다. 붙여 넣은 글에 칸의 구분이 남아 있지 않습니다. "
    "한글이나 PDF의 표는 엑셀에 붙여 넣은 뒤 그 표를 다시 복사해 붙여 넣거나, "
    "한글에서 HWPX 문서(.hwpx)로 저장해 올려 주세요."
)

_Line = tuple[int, list[str]]


def rebuild_rows(text: str) -> list[GridRow] | None:
    """The rows of a pasted text, headings first; None if it is no such table.

    Raises ReadError for a table that cannot be rebuilt.
    """
    lines = [
        (number, [normalise(cell) for cell in line.split("\t")])
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]
    if len(lines) > MAX_LINES:
        return None
    start = find_heading_row(lines)
    if start is not None:
        headings, below = lines[start][1], lines[start + 1 :]
        while headings and not headings[-1]:
            headings = headings[:-1]
    elif (found := _find_headings_in_lines(lines)) is not None:
        first, last = found
        start, headings = first, [cells[0] for _, cells in lines[first:last]]
        below = lines[last:]
    else:
        return None
    combine = _join_cells if any(len(cells) > 1 for _, cells in below) else _collect_cells
    rows = _group_lines(below, headings, combine)
    return [*lines[max(start - 1, 0) : start], (lines[start][0], headings), *rows]


def _find_headings_in_lines(lines: Sequence[_Line]) -> tuple[int, int] | None:
    """Where the headings of a table with one cell a line begin and end; None if there are none."""
    alone = [cells[0] if len(cells) == 1 else "" for _, cells in lines]
    for first in range(min(len(alone), MAX_TITLE_LINES)):
        if not recognise_heading(alone[first]):
            continue
        last = first
        # One heading that is not known may stand between others.
        while last < len(alone) and any(map(recognise_heading, alone[last : last + 2])):
            last += 1
        if len(find_known_headings(alone[first:last])) >= 3:
            return first, last
    return None


def looks_like_words_of_headings(text: str) -> bool:
    """Whether a line has headings with single blanks between, which part no cells."""
    return any(
        len(find_known_headings(line.split())) >= 3
        for line in text.splitlines()[: 2 * MAX_TITLE_LINES]
        if len(line) < MAX_CELL_LENGTH
    )


def _group_lines(
    lines: Sequence[_Line],
    headings: list[str],
    combine: Callable[[Sequence[_Line], list[str]], tuple[list[str], int] | None],
) -> list[GridRow]:
    """The lines as rows with the best sum of rates; raises ReadError if there is no way."""
    meanings = list_meanings(headings)
    most = (1 if combine is _join_cells else len(headings)) + MAX_EXTRA_LINES
    best: list[tuple[int, int, list[str]] | None] = [(0, 0, [])]
    for end in range(1, len(lines) + 1):
        found: tuple[int, int, list[str]] | None = None
        for begin in range(max(0, end - most), end):
            before, group = best[begin], lines[begin:end]
            if before is None:
                continue
            for cells, cost in _list_readings(group, headings, combine):
                rate = before[0] + rate_cells(meanings, cells) - cost
                if _is_no_row(group, headings):
                    rate = before[0]
                # Of two equal ways, a line goes on in the row before it.
                if found is None or rate >= found[0]:
                    found = (rate, begin, cells)
        best.append(found)
    rows: list[GridRow] = []
    end = len(lines)
    while end:
        step = best[end]
        if step is None:
            raise ReadError(UNCLEAR)
        rows.append((lines[step[1]][0], step[2]))
        end = step[1]
    rows.reverse()
    _check_numbers(rows, headings)
    return rows


def _list_readings(group, headings, combine) -> list[tuple[list[str], int]]:
    if _is_no_row(group, headings):
        cells = [cell for _, own in group for cell in own]
        return [([*cells, *[""] * (len(headings) - len(cells))][: len(headings)], 0)]
    if any(is_total_label(cell) or is_remark(cell, 0) for _, own in group for cell in own[:1]):
        return []
    found = combine(group, headings)
    return [found] if found else []


def _is_no_row(group: Sequence[_Line], headings: list[str]) -> bool:
    """Whether lines are a total with its counts, or one remark."""
    first = group[0][1][0]
    if is_total_label(first):
        cells = [cell for _, own in group for cell in own]
        return len(cells) <= len(headings) and all(
            not cell or any(map(str.isdigit, cell)) or cell == "-" for cell in cells[1:]
        )
    return len(group) == 1 and len(group[0][1]) == 1 and is_remark(first, 0)


def _join_cells(group: Sequence[_Line], headings: list[str]) -> tuple[list[str], int] | None:
    """The cells of lines of which each goes on in the last cell of the line before."""
    cells = list(group[0][1])
    for _, (first, *others) in group[1:]:
        cells[-1] = f"{cells[-1]} {first}".strip()
        cells += others
    while len(cells) > len(headings) and not cells[-1]:
        cells.pop()
    cost = _COST * (len(group) - 1)
    if len(cells) == len(headings):
        return cells, cost
    placed = place_cells(cells, headings) if len(cells) > 1 else None
    lacking = len(headings) - len(cells)
    return (placed, cost + 2 * _COST * lacking) if placed else None


def _collect_cells(group: Sequence[_Line], headings: list[str]) -> tuple[list[str], int] | None:
    """The cells of lines that are one cell each; some of them may belong together."""
    cells = [own[0] for _, own in group]
    extra = len(cells) - len(headings)
    if extra == 0:
        return cells, 0
    if extra < 0:
        placed = place_cells(cells, headings) if extra >= -1 else None
        return (placed, 2 * _COST) if placed else None
    meanings = list_meanings(headings)
    rated = sorted(
        (
            (rate_cells(meanings, joined), joined)
            for joined in map(partial(_join_at, cells), combinations(range(1, len(cells)), extra))
        ),
        reverse=True,
    )
    # Two ways that fit as well leave it open which lines are one cell.
    if len(rated) > 1 and rated[0][0] == rated[1][0]:
        return None
    return rated[0][1], 2 * _COST * extra


def _join_at(cells: list[str], places: Sequence[int]) -> list[str]:
    """The cells with each of those at `places` joined to the one before it."""
    joined: list[str] = []
    for index, cell in enumerate(cells):
        if index in places:
            joined[-1] += f" {cell}"
        else:
            joined.append(cell)
    return joined


def _check_numbers(rows: list[GridRow], headings: list[str]) -> None:
    """Raise ReadError if row numbers do not go up by one: rows were grouped wrongly."""
    if recognise_heading(headings[0]) != NUMBERING:
        return
    numbers = [int(cells[0].strip(".")) for _, cells in rows if cells[0].strip(".").isdecimal()]
    if any(second != first + 1 and second != 1 for first, second in pairwise(numbers)):
        raise ReadError(UNCLEAR)
