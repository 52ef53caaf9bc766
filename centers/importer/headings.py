"""Recognises the columns of a list by their headings, in any order."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from centers.importer.grid import (
    MAX_HEADING_SEARCH_ROWS,
    MAX_LIST_COLUMNS,
    GridRow,
    ReadError,
    quote_all,
)
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
    *"보이는이름 상태설명 지역코드 업종코드 출처 출처설명 거리km 거리기준".split(),
    *"상세화면주소 데이터기준일자 내려받은날 운영기관대표전화 운영기관누리집".split(),
    *(
        field.column.heading
        for field in CENTER_FIELDS
        if field.column and not field.printed and not field.column.is_read_back
    ),
}
#: The heading by which the site's own exports are recognised.
EXPORT_MARKER = "상세화면주소"

#: The narrower part of a region printed in two columns: 강원 | 영월군.
INNER_REGION = "inner_region"
#: Row numbers, which are ignored.
NUMBERING = "numbering"
#: A heading of either regions or addresses; the cells decide.
REGION_OR_ADDRESS = "place"
#: An address in the old style (지번), ignored beside a street address.
OLD_STYLE_ADDRESS = "second_address"

_SPELLINGS = {
    **{field.name: field.printed.headings for field in CENTER_FIELDS if field.printed},
    **EXPORT_ONLY_COLUMNS,
    INNER_REGION: "시군구 시군구명 기초지자체 세부지역",
    OLD_STYLE_ADDRESS: "지번주소 소재지지번주소",
    REGION_OR_ADDRESS: "소재지 위치",
    NUMBERING: "관리번호 연번 번호 순번 일련번호 no",
}
_MEANINGS = {spelling: meaning for meaning, row in _SPELLINGS.items() for spelling in row.split()}
_MAX_HEADING_LENGTH = 60
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
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


def recognise_heading(heading: str) -> str | None:
    """The column of a heading: a key of COLUMN_LABELS or EXPORT_ONLY_COLUMNS, one of the markers
    above, or None.
    """
    if len(heading) > _MAX_HEADING_LENGTH:
        return None
    text = clean(heading).casefold()
    # First with the words in brackets: 소재지(도로명주소) is more specific than 소재지.
    for spelling in (text, _BRACKETED.sub("", text)):
        if found := _MEANINGS.get(_NOT_A_WORD.sub("", spelling)):
            return found
    return None


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
    that is not used. Raises ReadError if two headings mean the same column, or if none gives a
    region or address, or an operator or name, and no column is left that may. A warning names
    unknown headings.
    """
    given = given or {}
    if len(cells) > MAX_LIST_COLUMNS:
        raise ReadError(f"열이 너무 많습니다. {MAX_LIST_COLUMNS}열까지 읽습니다.")
    found: dict[str, list[int]] = defaultdict(list)
    left_out: list[str] = []
    own: list[str] = []
    unknown = 0
    meanings = [""] * len(cells)
    is_own_export = EXPORT_MARKER in cells
    for index, cell in enumerate(cells):
        texts = [row[index] for row in below if index < len(row)]
        if index in given:
            if given[index]:
                found[given[index]].append(index)
                meanings[index] = given[index]
            continue
        means = recognise_heading(cell)
        if means == REGION_OR_ADDRESS:
            means = "region" if all(map(_REGION_NAME.fullmatch, texts)) else "address"
        if means:
            found[means].append(index)
            meanings[index] = means
        elif is_own_export and cell in EXPORT_HEADINGS:
            own.append(cell)
        elif cell:
            left_out.append(quote(cell, "", ""))
            unknown += 1
        elif not all(map(_ROW_NUMBER.fullmatch, texts)):
            left_out.append(f"{index + 1}열(제목 없음)")
            unknown += 1
    found.pop(NUMBERING, None)
    if second := found.pop(OLD_STYLE_ADDRESS, None):
        if "address" in found:
            left_out += [quote(cells[index], "", "") for index in second]
        else:
            found["address"] = second
    _check_duplicates(found, cells)
    if inner := found.pop(INNER_REGION, None):
        found["region"] += inner
    missing = _find_missing(found)
    if missing and not (unknown or given):
        raise ReadError(
            f"꼭 있어야 할 열이 없습니다: {missing}. "
            f"찾은 제목은 {quote_all(filter(None, cells))}입니다."
        )
    return Columns(
        meanings=meanings,
        problems=[f"꼭 있어야 할 열을 아직 모릅니다: {missing}. ‘표의 열’에서 골라 주세요."]
        if missing
        else [],
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
                (f"내려받은 파일의 이 열은 고쳐도 읽지 않습니다: {', '.join(own)}.", own),
            )
            if names
        ],
    )


def _check_duplicates(found: dict[str, list[int]], cells: list[str]) -> None:
    for first, *others in found.values():
        if others:
            raise ReadError(
                f"{first + 1}열 {quote(cells[first], '과', '와')} "
                f"{others[0] + 1}열 {quote(cells[others[0]])} 같은 뜻의 제목입니다. "
                "하나만 남겨 주세요."
            )


def _find_missing(found: dict[str, list[int]]) -> str:
    """The required columns that were not found, for a message; "" if none is missing."""
    return ", ".join(
        " 또는 ".join(quote(COLUMN_LABELS[name], "", "") for name in either)
        for either in (("region", "address"), ("operator", "name"))
        if not any(name in found for name in either)
    )
