"""Makes one table of the sheets of a file that have one heading, as one for each region."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from centers.importer.grid import Grid, GridRow, quote_all
from centers.importer.headings import find_heading_row, join_heading_rows, recognise_heading
from centers.importer.status_parser import find_closing_words
from centers.text.formatting import choose_particle
from centers.text.hangul import clean

HIDDEN_ROW = "숨기거나 걸러 둔 행입니다. 목록에 넣을지 정해 주세요."


@dataclass
class Sheet:
    """One sheet with its clean rows, or only the first of them if it is not to be read."""

    title: str
    rows: list[GridRow]
    hidden: set[int] = field(default_factory=set)
    is_visible: bool = True
    merged: int = 0


def join_sheets(sheets: Sequence[Sheet], what: str = "시트") -> Grid:
    """The first visible sheet with known headings, and behind it those that continue it.

    A sheet continues it if it has the same headings and is named after the region of its rows, or
    after the end of its centres. The others are named in a warning.
    """
    filled = [sheet for sheet in sheets if sheet.rows]
    first = next(
        (one for one in filled if one.is_visible and find_heading_row(one.rows) is not None), None
    )
    if first is None:
        return Grid(filled[0].rows if filled else [], is_sheet=True)
    headings, _ = _split_headings(first)
    grid = Grid(list(first.rows), is_sheet=True)
    merged = first.merged
    _note_rows(grid, first, first.rows, 0)
    starts, left = [f"{first.title}"], []
    for sheet in filled:
        if sheet is first:
            continue
        other, below = _split_headings(sheet)
        is_closing = find_closing_words(sheet.title)
        continues = is_closing or (
            _is_of_region(first.title, headings, _split_headings(first)[1])
            and _is_of_region(sheet.title, headings, below)
        )
        if not (sheet.is_visible and other == headings and continues):
            left.append(sheet.title)
            continue
        shift = grid.rows[-1][0]
        starts.append(f"{sheet.title}({shift + 1}행부터)")
        _note_rows(grid, sheet, below, shift)
        grid.rows += [(shift + line, cells) for line, cells in below]
        merged += sheet.merged
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


def _note_rows(grid: Grid, sheet: Sheet, below: list[GridRow], shift: int) -> None:
    grid.doubts |= {shift + line: HIDDEN_ROW for line, _ in below if line in sheet.hidden}
    if find_closing_words(sheet.title):
        grid.statuses |= {shift + line: sheet.title for line, _ in below}


def _split_headings(sheet: Sheet) -> tuple[list[str], list[GridRow]]:
    start = find_heading_row(sheet.rows)
    if start is None:
        return [], []
    headings, below = join_heading_rows(sheet.rows, start)
    return [heading for heading in headings if heading], sheet.rows[below:]


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
