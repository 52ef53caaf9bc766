"""What a row says of the status of its centre: in its own column, a remark, or by its section."""

from collections.abc import Sequence

from django.utils import timezone

from centers.importer.heading_words import CLOSING
from centers.importer.headings import Columns, recognise_heading
from centers.importer.name_parser import parse_name
from centers.importer.printed_list import PrintedTable
from centers.importer.status_parser import (
    find_closing_words,
    is_chosen,
    is_past_term,
    says_closed,
)
from centers.importer.unstated import is_unstated
from centers.text.hangul import clean

#: Columns whose texts may say in passing that a centre closed: 가재단(계약 해지).
_TEXT_COLUMNS = ("region", "industry", "operator", "address")
#: Of a remark that is one word for closed.
MAX_WORD_LENGTH = 20
_NO = ("n", "no", "부", "x")


def has_status_column(headings: Sequence[str]) -> bool:
    """Whether a list says of each row whether its centre operates."""
    return any(recognise_heading(heading) in ("status", CLOSING) for heading in headings)


def find_row_status(
    cells: list[str], columns: Columns, table: PrintedTable, section: str, status: str
) -> str:
    """The printed status of a row with all that speaks against it; "" if it prints nothing.

    `section` is what a title says of its rows, `status` the text in the column of statuses.
    """
    headings = table.headings
    stated = [
        f"{headings[index]} {cells[index]}"
        for index in columns.closing
        if not (is_unstated(cells[index]) or clean(cells[index]).casefold() in _NO)
    ]
    stated += [
        f"{headings[index]} {cells[index] or '빈칸'}"
        for index in columns.results
        if not is_chosen(cells[index])
    ]
    if not section:
        blank = [index for index in columns.stated_statuses if not cells[index]]
        stated += [f"{headings[index]} 빈칸" for index in blank]
    today = timezone.localdate()
    stated += [
        f"{headings[index]} {cells[index]}"
        for index in columns.terms
        if is_past_term(cells[index], today)
    ]
    texts = [index for name in _TEXT_COLUMNS for index in columns.positions.get(name, [])]
    stated += [
        cells[index] for index in (*columns.remarks, *texts) if find_closing_words(cells[index])
    ]
    stated += [
        cells[index]
        for index in columns.remarks
        if len(cells[index]) <= MAX_WORD_LENGTH
        and says_closed(cells[index])
        and cells[index] not in stated
    ]
    for index in columns.positions.get("name", []):
        # What stands in brackets at its end is read with the name.
        name = parse_name(cells[index]).name
        stated += [name] if find_closing_words(name) else []
    stated += [section] if section else []
    if not stated or find_closing_words(status):
        return status
    return " / ".join(filter(None, (status, *stated)))
