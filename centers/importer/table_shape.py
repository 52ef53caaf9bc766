"""Tables of other shapes made into one: blocks side by side, headings that change on the way."""

from collections.abc import Sequence

from centers.importer.grid import GridRow
from centers.importer.heading_words import INNER_REGION, NUMBERING
from centers.importer.headings import recognise_heading

#: For each column of a list the column of another table that has its cells; None if it has none.
Alignment = list[int | None]


def stack_blocks(headings: list[str], rows: list[GridRow]) -> tuple[list[str], list[GridRow], int]:
    """The headings and rows of one block, where a table repeats its headings side by side.

    Returns the number of blocks too; 1 for any other table, which stays as it is.
    """
    starts = [i for i, heading in enumerate(headings) if heading and heading == headings[0]]
    if len(starts) < 2 or starts[0]:
        return headings, rows, 1
    first = [heading for heading in headings[: starts[1]] if heading]
    ends = [*starts[1:], len(headings)]
    blocks = list(zip(starts, ends, strict=True))
    if len(first) < 2 or any(
        [heading for heading in headings[start:end] if heading] != first for start, end in blocks
    ):
        return headings, rows, 1
    width = starts[1]
    stacked = [
        (line, cells[start : start + width])
        for start, _ in blocks
        for line, cells in rows
        # A row of one cell is a title of the whole table, and stays with the first block.
        if any(cells[start : start + width]) and (start == 0 or sum(map(bool, cells)) > 1)
    ]
    return headings[:width], stacked, len(blocks)


def align_headings(headings: Sequence[str], other: Sequence[str]) -> Alignment | None:
    """Where the columns of a list are in another table: by equal headings, else by their meaning.

    None if the other table lacks what a list needs, or has a known column that the list has not.
    """
    places = {heading: index for index, heading in reversed(list(enumerate(other))) if heading}
    meanings = {
        meaning: index
        for index, heading in reversed(list(enumerate(other)))
        if (meaning := recognise_heading(heading))
    }
    found: Alignment = [
        places.get(heading, meanings.get(recognise_heading(heading) or "")) for heading in headings
    ]
    known = {recognise_heading(heading) for heading in headings}
    used = {index for index in found if index is not None}
    placed = {recognise_heading(headings[i]) for i, index in enumerate(found) if index is not None}
    if not (
        placed & {"region", "address", INNER_REGION, "place"} and placed & {"name", "operator"}
    ):
        return None
    left = {meaning for meaning, index in meanings.items() if index not in used} - {NUMBERING}
    return None if left - known else found


def align_cells(cells: Sequence[str], alignment: Alignment) -> list[str]:
    """The cells of a row of the other table in the columns of the list."""
    return [cells[index] if index is not None and index < len(cells) else "" for index in alignment]
