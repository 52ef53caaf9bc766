"""Makes one table of the sheets of a file that have one heading, as one for each region."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from centers.importer.grid import MAX_LIST_COLUMNS, Grid, GridRow, NamedRows, quote_all
from centers.importer.headings import find_heading_row, join_heading_rows, recognise_heading
from centers.importer.status_parser import speaks_against_rows
from centers.importer.table_shape import align_cells, align_headings
from centers.text.formatting import choose_particle
from centers.text.hangul import clean

_YEAR = re.compile(r"(?<!\d)(?:(20\d\d)(?!\d)|[’'‘]?(\d\d)(?=년))")
HIDDEN_ROW = "숨기거나 걸러 둔 행입니다. 목록에 넣을지 정해 주세요."
SPANNED_SIZE = (
    "소공인 수가 여러 행에 걸친 칸에 적혀 있습니다. "
    "이 센터만의 수가 아니면 그 값을 빼고, 센터를 정해 주세요."
)
STRUCK_ROW = "취소선이 그어지거나 감춘 글이 있습니다. 이 행을 목록에 넣을지 정해 주세요."


@dataclass
class Sheet:
    """One sheet with its clean rows, or only the first of them if it is not to be read."""

    title: str
    rows: list[GridRow]
    hidden: set[int] = field(default_factory=set)
    is_visible: bool = True
    merged: int = 0
    #: The lines of rows with text that is struck out.
    struck: set[int] = field(default_factory=set)
    #: The lines and columns (from 0) of cells that reach over several rows.
    spanned: set[tuple[int, int]] = field(default_factory=set)


def fill_merged_cells(sheet: Sheet, areas: Iterable[tuple[int, int, int]]) -> None:
    """Copy the text of each merged cell into all its rows, and count the cells filled.

    `areas` have the first column (from 0), the first line and the last one.
    """
    rows = sheet.rows
    lines = [line for line, _ in rows]
    reached: dict[int, int] = {}
    for column, top, bottom in sorted(areas):
        # Areas overlap only in a file made to cost time.
        if column > MAX_LIST_COLUMNS or top <= reached.get(column, 0):
            continue
        reached[column] = bottom
        area = rows[bisect_left(lines, top) : bisect_right(lines, bottom)]
        if area and area[0][0] == top and column < min(len(cells) for _, cells in area):
            text = area[0][1][column]
            if text and len(area) > 1:
                sheet.spanned |= {(line, column) for line, _ in area}
            for _, cells in area[1:]:
                if text and not cells[column]:
                    cells[column] = text
                    sheet.merged += 1


def join_sheets(sheets: Sequence[Sheet], what: str = "시트") -> Grid:
    """The first visible sheet with known headings, and behind it those that continue it.

    A sheet continues it if it has its headings, in any order, and is named after the region of its
    rows, or after the end of its centres. Other visible sheets with its headings become
    `Grid.further`; the rest is named in a warning.
    """
    filled = [sheet for sheet in sheets if sheet.rows]
    with_headings = [
        one for one in filled if one.is_visible and find_heading_row(one.rows) is not None
    ]
    # Where sheets are named after years, the newest is the list. max() leaves equal ones in order.
    first = max(with_headings, key=lambda one: _find_year(one.title), default=None)
    if first is None:
        return Grid(filled[0].rows if filled else [], is_sheet=True)
    headings, own = _split_headings(first)
    grid = Grid(list(first.rows), is_sheet=True)
    merged, reached = first.merged, first.rows[-1][0]
    _note_rows(grid, first, headings, own, 0)
    starts, left = [first.title], []
    is_of_region = _is_of_region(first.title, headings, own)
    for sheet in filled:
        if sheet is first:
            continue
        other, below = _split_headings(sheet)
        alignment = align_headings(headings, other) if sheet.is_visible and other else None
        if alignment is None or not below:
            left.append(sheet.title)
            continue
        rows = [(line + reached, align_cells(cells, alignment)) for line, cells in below]
        _note_rows(grid, sheet, other, below, reached)
        is_closing = speaks_against_rows(sheet.title)
        if is_closing or (is_of_region and _is_of_region(sheet.title, other, below)):
            starts.append(f"{sheet.title}({rows[0][0]}행부터)")
            grid.rows += rows
        else:
            grid.further.append(NamedRows(sheet.title, rows))
        merged += sheet.merged
        reached = rows[-1][0]
    if merged:
        grid.notes.append(f"병합된 칸 {merged}개에 첫 칸의 글을 넣었습니다.")
    if len(starts) > 1:
        noun = f"{what}{choose_particle(what, '을', '를')}"
        grid.notes.append(f"같은 제목의 {noun} 이어 읽었습니다: {quote_all(starts)}.")
    if left:
        named = quote_all(filter(None, left)) or f"{len(left)}개"
        grid.warnings.append(
            f"읽지 않은 {what}{choose_particle(what, '이', '가')} 있습니다: {named}."
        )
    return grid


def _find_year(title: str) -> int:
    """The year that a sheet is named after, as 2026년 or ’26; 0 if none."""
    match = _YEAR.search(clean(title))
    return int(match[1] or f"20{match[2]}") if match else 0


def _note_rows(
    grid: Grid, sheet: Sheet, headings: list[str], below: list[GridRow], shift: int
) -> None:
    sizes = [i for i, one in enumerate(headings) if recognise_heading(one) == "cluster_size"]
    grid.doubts |= {
        shift + line: SPANNED_SIZE
        for line, _ in below
        if any((line, index) in sheet.spanned for index in sizes)
    }
    grid.doubts |= {shift + line: STRUCK_ROW for line, _ in below if line in sheet.struck}
    grid.doubts |= {shift + line: HIDDEN_ROW for line, _ in below if line in sheet.hidden}
    if speaks_against_rows(sheet.title):
        grid.statuses |= {shift + line: sheet.title for line, _ in below}


def _split_headings(sheet: Sheet) -> tuple[list[str], list[GridRow]]:
    start = find_heading_row(sheet.rows)
    if start is None:
        return [], []
    headings, below = join_heading_rows(sheet.rows, start)
    return headings, sheet.rows[below:]


def _is_of_region(title: str, headings: list[str], rows: list[GridRow]) -> bool:
    """Whether a sheet is named after the region that each of its rows states."""
    name = clean(title).strip(" 0123456789.()")
    columns = [i for i, one in enumerate(headings) if recognise_heading(one) in _PLACES]
    texts = [
        [cells[index] for index in columns if index < len(cells) and cells[index]]
        for _, cells in rows
        if sum(map(bool, cells)) > 2
    ]
    return len(name) > 1 and all(
        any(text.startswith(name[:2]) for text in row) for row in texts if row
    )


_PLACES = {"region", "address"}
