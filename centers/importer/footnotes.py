"""Remarks beside a list by which some of its centres closed: * 2026. 6. 30. 운영 종료."""

import re
from collections import Counter
from collections.abc import Sequence

from centers.importer.grid import GridRow
from centers.importer.heading_words import NUMBERING
from centers.importer.headings import recognise_heading
from centers.text.hangul import clean, strip_legal_form

#: The sign in front of a remark, which the cells that it belongs to have too.
_SIGN = re.compile(
    r"\s*((?P<sign>\*+|＊+|[†‡★☆●◎▲△◆◇■]+|[¹²³⁴-⁹]+|[①-⑳])|(?:주\s?)?(?P<number>\d{1,2})\))"
)
#: Row numbers that a remark names: 3번, 연번 3, 5.
_ROW_NUMBERS = re.compile(r"(?:연번|순번|번호)\s*(\d{1,4}(?:\s*[,·~]\s*\d{1,4})*)|(\d{1,4})\s*번")
_COMMON_WORDS = re.compile(r"(?:도시형|소공인|특화|지원|상생|센터)+\Z")
#: Shorter names of operators occur by chance.
_MIN_OPERATOR_LENGTH = 4


def find_rows_of_remark(text: str, rows: Sequence[GridRow], headings: Sequence[str]) -> set[int]:
    """The lines of the rows that a remark is about: by its sign, row number or words of a name.

    Empty where it is of no certain row.
    """
    return (
        _find_by_sign(text, rows)
        or _find_by_number(text, rows, headings)
        or _find_by_name(text, rows, headings)
    )


def strip_sign(text: str) -> str:
    """A remark without the sign in front of it."""
    return _SIGN.sub("", text, count=1).strip() or text


def _find_by_sign(text: str, rows: Sequence[GridRow]) -> set[int]:
    match = _SIGN.match(text)
    if not match:
        return set()
    if number := match["number"]:
        mark = re.compile(rf"(?<!\d)(?:주\s?)?{number}\)\s*\Z")
    else:
        sign = re.escape(match["sign"])
        first = re.escape(match["sign"][0])
        mark = re.compile(rf"(?<!{first}){sign}\s*\Z|\A\s*{sign}(?!{first})")
    return {
        line
        for line, cells in rows
        # A number in brackets, (1), ends as the sign of a footnote does.
        if any(mark.search(cell) and not (number and "(" in cell[-6:]) for cell in cells)
    }


def _find_by_number(text: str, rows: Sequence[GridRow], headings: Sequence[str]) -> set[int]:
    named = {
        int(number)
        for match in _ROW_NUMBERS.finditer(clean(text))
        for number in re.findall(r"\d+", match[0])
    }
    columns = [i for i, heading in enumerate(headings) if recognise_heading(heading) == NUMBERING]
    if not (named and columns):
        return set()
    numbers = {line: _get_cell(cells, columns[0]).strip(" .") for line, cells in rows}
    return {line for line, cell in numbers.items() if cell.isdecimal() and int(cell) in named}


def _find_by_name(text: str, rows: Sequence[GridRow], headings: Sequence[str]) -> set[int]:
    """The rows whose name or operator the remark prints, or whose name alone has a word of it."""
    plain = "".join(clean(text).split())
    columns = {recognise_heading(heading): index for index, heading in enumerate(headings)}
    words = {line: _list_words(cells, columns.get("name")) for line, cells in rows}
    counts = Counter(word for own in words.values() for word in own)
    found = set()
    for line, cells in rows:
        named = [word for word in words[line] if word in plain]
        operator = _get_cell(cells, columns.get("operator"))
        operator = "".join(strip_legal_form(operator).split())
        if (
            any(counts[word] == 1 for word in named)
            or (named and named == words[line])
            or (len(operator) >= _MIN_OPERATOR_LENGTH and operator in plain)
        ):
            found.add(line)
    return found


def _list_words(cells: Sequence[str], column: int | None) -> list[str]:
    words = [_COMMON_WORDS.sub("", word) for word in clean(_get_cell(cells, column)).split()]
    return [word for word in words if len(word) > 1]


def _get_cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""
