"""Dates as Koreans write them: 2026. 11. 20., 2026년 11월 20일, 20261120, ’26.11.20."""

import re
from datetime import date

from centers.text.hangul import clean

_APOSTROPHES = "['’‘`´]"
_DAY = re.compile(
    rf"(?:(\d{{4}})|{_APOSTROPHES}?(\d\d)) ?[-./년] ?(\d{{1,2}}) ?[-./월] ?(\d{{1,2}}) ?[.일]?"
    r"(?: ?\([월화수목금토일]\))?(?: 00:00:00)?",
    re.ASCII,
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_CENTURY = 2000
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = re.compile(
    rf"(?:제? ?\d{{1,2}}차 ?[(]?)?(?:최초|신규|지정|선정)? ?"
    rf"(?:(?P<full>\d{{4}})(?:\.0+)?|{_APOSTROPHES} ?(?P<short>\d\d)(?=\D|\Z)"
    rf"|(?P<before_word>\d\d)(?= ?년))"
    rf" ?(?:년도?)?[)]?"
    rf"(?: ?[-./] ?{_MONTH}\.?| {_MONTH}월| ?{_MONTH}월)?"
    r"(?: ?[,(]? ?(?:상반기|하반기|[1-4] ?/ ?4 ?분기|[1-4] ?분기|초|말|\d{1,2} ?차|"
    r"최초|신규|지정|선정|공모|재지정|재선정|기준|추가)[ )]*){0,4}"
    rf"(?: ?\((?:{_APOSTROPHES}?\d{{2,4}}[년.]?[^()]*)?(?:재지정|재선정|연장)\))?",
    re.ASCII,
)


def parse_date(text: str) -> date:
    """The day of a text with year, month and day; raises ValueError for any other."""
    plain = clean(text)
    if match := _DAY.fullmatch(plain):
        year = int(match[1]) if match[1] else _CENTURY + int(match[2])
        return date(year, int(match[3]), int(match[4]))
    if match := _DIGITS.fullmatch(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    raise ValueError(text)


def find_year(text: str) -> int | None:
    """The one year that a text states with nothing against it: ’24년 상반기, 2015(재지정).

    None for a text that states no year, several years, or two digits that may be anything.
    """
    plain = clean(text)
    try:
        return parse_date(plain).year
    except ValueError:
        match = _YEAR.fullmatch(plain)
    if not match:
        return None
    return int(match["full"] or 0) or _CENTURY + int(match["short"] or match["before_word"])
