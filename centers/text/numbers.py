"""Numbers of makers as documents print them: 약 300여 개사, 1,250업체, 1만 2천 개."""

import re
from dataclasses import dataclass

from centers.text.hangul import clean

_UNITS = r"(?:개 ?)?(?:사업체|사업장|업체|업소|소공인|기업|공장)|개 ?사|개 ?소|개|명|인|곳|社"
_SCALES = {"만": 10_000, "천": 1_000, "백": 100}
_NUMBER = re.compile(
    r"(?P<before>(?:약|대략|총|전체|소공인|업체) ?|\(약\) ?)*"
    r"(?P<number>(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?)|(?:\d+ ?[만천백] ?)+\d*)"
    rf" ?(?P<more>여)? ?(?:(?:{_UNITS})|\((?:{_UNITS})\))? ?(?P<about>여|내외|정도|가량|안팎)?"
    r"(?: ?\([^()]*(?:기준|추정|추산|잠정|약|현재|조사|통계)[^()]*\))?[*＊]?",
    re.ASCII,
)
_SCALED = re.compile(r"(\d+) ?([만천백])")


@dataclass(frozen=True)
class PrintedNumber:
    """A number, and whether the text says that it is not exact."""

    value: int
    is_about: bool = False


def parse_number(text: str) -> PrintedNumber | None:
    """The one number of a text with its unit; None if it states none, or not one alone."""
    plain = clean(text)
    match = _NUMBER.fullmatch(plain)
    if not match:
        return None
    is_about = bool(match["more"] or match["about"] or re.search(r"약|추[정산]|잠정", plain))
    digits = re.sub(r"\.0+\Z", "", match["number"].replace(",", "").replace(" ", ""))
    # int() raises an error of its own for thousands of digits.
    if len(digits) > 12:
        return None
    value = 0
    for amount, scale in _SCALED.findall(digits):
        value += int(amount) * _SCALES[scale]
    value += int(re.search(r"\d*\Z", digits)[0] or 0)  # type: ignore[index]
    return PrintedNumber(value, is_about)
