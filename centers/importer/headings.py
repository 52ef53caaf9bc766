"""Recognises the columns of a list by their headings, in any order."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from centers.importer.grid import (
    MAX_HEADING_SEARCH_ROWS,
    MAX_LIST_COLUMNS,
    GridRow,
    ReadError,
    quote_all,
)
from centers.importer.heading_words import (
    ADDRESS_DETAIL,
    CLOSING,
    INNER_REGION,
    MAX_HEADING_LENGTH,
    NUMBERING,
    OLD_STYLE_ADDRESS,
    REGION_OR_ADDRESS,
    RESULT,
    TERM,
    is_unit_cell,
    is_year_cell,
    join_headings,
    rank_heading,
)
from centers.importer.status_parser import says_operating
from centers.models import Listing
from centers.models.center_fields import CENTER_FIELDS, CENTER_FIELDS_BY_NAME, PRINTED_FIELDS
from centers.text.formatting import quote
from centers.text.hangul import clean

#: The columns of a list, with their labels on screen.
_LISTING_FIELDS = {field.name: field for field in Listing._meta.concrete_fields}
COLUMN_LABELS = {name: str(_LISTING_FIELDS[name].verbose_name) for name in PRINTED_FIELDS}

#: Columns that only the site's own exports have.
EXPORT_ONLY_COLUMNS = {
    field.name: field.column.heading
    for field in CENTER_FIELDS
    if field.column and field.column.is_read_back
}

#: Headings of the site's own exports that are not imported: of computed columns and of fields that
#: an import does not read.
EXPORT_HEADINGS = {
    *"보이는이름 상태설명 출처 출처설명 거리km 거리기준".split(),
    *"상세화면주소 데이터기준일자 내려받은날".split(),
    *(
        column.heading
        for field in CENTER_FIELDS
        for column in field.member_columns
        if not column.is_read_back
    ),
    *(
        field.column.heading
        for field in CENTER_FIELDS
        if field.column and not field.printed and not field.column.is_read_back
    ),
}
#: The most rows that headings and their units take.
MAX_HEADING_ROWS = 4
#: The heading by which the site's own exports are recognised.
EXPORT_MARKER = "상세화면주소"

_SPELLINGS = {
    **{field.name: field.printed.headings for field in CENTER_FIELDS if field.printed},
    **EXPORT_ONLY_COLUMNS,
}
_MEANINGS = {spelling: meaning for meaning, row in _SPELLINGS.items() for spelling in row.split()}
#: The rank of a heading that is known only letter by letter.
_LAST_RANK = 9
_NOT_A_WORD = re.compile(r"[\W_]+")
_ROW_NUMBER = re.compile(r"\d*\.?")
_REGION_NAME = re.compile(r"\D*(?:\(\d+\D*\))?")


@dataclass(frozen=True)
class Columns:
    """The positions of the recognised columns; a region may have two."""

    positions: dict[str, list[int]]
    headings: dict[str, str]
    warnings: list[str]
    #: The column that each heading of the table means; "" where unknown or not used.
    meanings: list[str]
    #: Why the list cannot be planned yet, in Korean: columns that a person has to name.
    problems: list[str]
    #: The positions of columns whose meaning is unknown, as remarks.
    remarks: list[int] = field(default_factory=list)
    #: The positions of columns that say whether or when a centre closed.
    closing: list[int] = field(default_factory=list)
    #: The positions of columns that say what became of an application, if any cell there does.
    results: list[int] = field(default_factory=list)
    #: The positions of columns of statuses in which a blank says nothing: others say 운영 or ○.
    stated_statuses: list[int] = field(default_factory=list)
    #: The positions of columns that say when a term ends.
    terms: list[int] = field(default_factory=list)


def recognise_heading(heading: str) -> str | None:
    """The column of a heading: a key of COLUMN_LABELS or EXPORT_ONLY_COLUMNS, one of the markers
    of `heading_words`, or None.
    """
    found = _rank_heading(heading)
    return found[0] if found else None


def _rank_heading(heading: str) -> tuple[str, int] | None:
    if found := rank_heading(heading):
        return found
    if len(heading) > MAX_HEADING_LENGTH:
        return None
    meaning = _MEANINGS.get(_NOT_A_WORD.sub("", clean(heading).casefold()))
    return (meaning, _LAST_RANK) if meaning else None


def find_known_headings(cells: list[str]) -> set[str]:
    """The columns that the cells of a row head, row numbers aside."""
    return {
        found for cell in cells[: 2 * MAX_LIST_COLUMNS] if (found := recognise_heading(cell))
    } - {NUMBERING}


def find_heading_row(rows: list[GridRow]) -> int | None:
    """The index of the heading row: the first one with at least two known headings."""
    for index, (_, cells) in enumerate(rows[:MAX_HEADING_SEARCH_ROWS]):
        if len(find_known_headings(cells)) >= 2:
            return index
    return None


def join_heading_rows(rows: list[GridRow], start: int) -> tuple[list[str], int]:
    """The headings of a table and the index of its first row below them.

    Headings in two rows, merged or not, are joined; a row of units, as (개사), is passed over.
    """
    headings = rows[start][1]
    if start and _is_upper_row(rows[start - 1][1], headings):
        headings = _join_rows(rows[start - 1][1], headings)
    below = start + 1
    while below < min(len(rows), start + MAX_HEADING_ROWS):
        cells = rows[below][1]
        filled = [cell for cell in cells if cell]
        if all(map(is_unit_cell, filled)) or _is_lower_row(headings, cells):
            headings = _join_rows(headings, cells)
        else:
            break
        below += 1
    return headings, below


def _is_lower_row(upper: list[str], lower: list[str]) -> bool:
    """Whether more than half of the cells that are new in a row are headings too."""
    new = [
        cell for cell, above in zip_longest(lower, upper, fillvalue="") if cell and cell != above
    ]
    known = [
        cell for cell in new if recognise_heading(cell) or is_unit_cell(cell) or is_year_cell(cell)
    ]
    return len(known) * 2 > len(new) > 0


def _is_upper_row(upper: list[str], lower: list[str]) -> bool:
    """Whether a row above the headings heads columns that have none there."""
    return any(
        above and not cell and recognise_heading(above)
        for above, cell in zip_longest(upper, lower, fillvalue="")
    )


def _join_rows(upper: list[str], lower: list[str]) -> list[str]:
    joined: list[str] = []
    group = ""
    for above, cell in zip_longest(upper, lower, fillvalue=""):
        # A heading over several columns stands above the first of them.
        if above:
            group = above if cell else ""
        joined.append(join_headings(above or (group if cell else ""), cell))
    return joined


#: What a person may say that a column is, with the names on screen.
COLUMN_CHOICES = {
    **COLUMN_LABELS,
    INNER_REGION: "시·군·구 (지역의 둘째 열)",
    **{
        name: str(CENTER_FIELDS_BY_NAME[name].label)
        for name in EXPORT_ONLY_COLUMNS
        if name != "classes"
    },
}


def recognise_columns(
    cells: list[str], below: list[list[str]], given: Mapping[int, str] | None = None
) -> Columns:
    """The columns of a list, from its headings and the rows below them.

    `given` are meanings that a person chose, by index: a key of COLUMN_CHOICES, or "" for a column
    that is not used. Of two columns with one meaning, the better heading counts; a problem names
    two that are alike. Raises ReadError if none gives a region or address, or an operator or name,
    and no column is left that may. A warning names unknown headings.
    """
    given = given or {}
    if len(cells) > MAX_LIST_COLUMNS:
        raise ReadError(f"열이 너무 많습니다. {MAX_LIST_COLUMNS}열까지 읽습니다.")
    found: dict[str, list[int]] = defaultdict(list)
    ranks: dict[int, int] = {}
    left_out: list[str] = []
    own: list[str] = []
    remarks: list[int] = []
    meanings = [""] * len(cells)
    is_own_export = EXPORT_MARKER in cells
    for index, cell in enumerate(cells):
        texts = [row[index] for row in below if index < len(row)]
        if index in given:
            if given[index]:
                found[given[index]].append(index)
                ranks[index] = -1
            continue
        ranked = _rank_heading(cell)
        if is_own_export and cell in EXPORT_HEADINGS:
            own.append(cell)
        elif ranked:
            found[ranked[0]].append(index)
            ranks[index] = ranked[1]
        elif cell:
            left_out.append(quote(cell, "", ""))
            remarks.append(index)
        elif not all(map(_ROW_NUMBER.fullmatch, texts)):
            left_out.append(f"{index + 1}열(제목 없음)")
            remarks.append(index)
    found.pop(NUMBERING, None)
    closing, terms = found.pop(CLOSING, []), found.pop(TERM, [])
    results = [
        index
        for index in found.pop(RESULT, [])
        if any(index < len(row) and row[index] for row in below)
    ]
    _place_addresses(found, ranks, below)
    doubles = _choose_better(found, ranks)
    old = found.pop(OLD_STYLE_ADDRESS, [])
    if old and "address" not in found:
        found["address"] = old[:1]
    else:
        doubles += old
    detail = found.pop(ADDRESS_DETAIL, [])
    found["address"] += detail
    if not found["address"]:
        del found["address"]
    others = [quote(cells[index], "", "") for index in sorted(doubles)]
    problems = _find_duplicates(found, cells)
    if inner := found.pop(INNER_REGION, None):
        found["region"] += inner
    for name, positions in found.items():
        for index in positions:
            meanings[index] = name
    missing = _find_missing(found)
    if missing and not (remarks or given):
        raise ReadError(
            f"꼭 있어야 할 열이 없습니다: {missing}. "
            f"찾은 제목은 {quote_all(filter(None, cells))}입니다."
        )
    return Columns(
        meanings=meanings,
        problems=problems
        + (
            [f"꼭 있어야 할 열을 아직 모릅니다: {missing}. ‘표의 열’에서 골라 주세요."]
            if missing
            else []
        ),
        remarks=remarks,
        closing=closing,
        results=results,
        stated_statuses=[
            index
            for index in found.get("status", [])
            if any(says_operating(row[index]) for row in below if index < len(row))
        ],
        terms=terms,
        positions={
            name: found[name] for name in (*COLUMN_LABELS, *EXPORT_ONLY_COLUMNS) if name in found
        },
        headings={
            name: " ".join(cells[index] for index in found[name])
            for name in (*COLUMN_LABELS, *EXPORT_ONLY_COLUMNS)
            if name in found
        },
        warnings=[
            text
            for text, names in (
                (f"뜻을 알 수 없어 뺀 열이 있습니다: {', '.join(left_out)}.", left_out),
                (f"같은 뜻의 더 맞는 열이 있어 쓰지 않은 열: {', '.join(others)}.", others),
                (f"내려받은 파일의 이 열은 고쳐도 읽지 않습니다: {', '.join(own)}.", own),
            )
            if names
        ],
    )


def _place_addresses(
    found: dict[str, list[int]], ranks: dict[int, int], below: list[list[str]]
) -> None:
    """Sort columns headed 소재지 or 위치 into regions and addresses, by their cells."""
    for index in found.pop(REGION_OR_ADDRESS, []):
        texts = [row[index] for row in below if index < len(row)]
        is_region = "region" not in found and all(map(_REGION_NAME.fullmatch, texts))
        found["region" if is_region else "address"].append(index)
        ranks[index] = _LAST_RANK


def _choose_better(found: dict[str, list[int]], ranks: dict[int, int]) -> list[int]:
    """Leave the best columns of each meaning in `found`; return the others."""
    others: list[int] = []
    for name, positions in found.items():
        best = min(ranks[index] for index in positions)
        others += [index for index in positions if ranks[index] > best]
        found[name] = [index for index in positions if ranks[index] == best]
    return others


def _find_duplicates(found: dict[str, list[int]], cells: list[str]) -> list[str]:
    """A problem in Korean for each two columns with one meaning, neither better than the other."""
    problems = []
    for name, positions in list(found.items()):
        if len(positions) > 1 and not (name == "address" and _is_detail(cells[positions[1]])):
            first, second = positions[:2]
            problems.append(
                f"{first + 1}열 {quote(cells[first], '과', '와')} {second + 1}열 "
                f"{quote(cells[second])} 같은 뜻의 제목입니다. ‘표의 열’에서 하나만 골라 주세요."
            )
            found[name] = positions[:1]
    return problems


def _is_detail(heading: str) -> bool:
    return recognise_heading(heading) == ADDRESS_DETAIL


def _find_missing(found: dict[str, list[int]]) -> str:
    """The required columns that were not found, for a message; "" if none is missing."""
    return ", ".join(
        " 또는 ".join(quote(COLUMN_LABELS[name], "", "") for name in either)
        for either in (("region", "address"), ("operator", "name"))
        if not any(name in found for name in either)
    )
