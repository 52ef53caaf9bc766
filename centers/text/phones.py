"""Korean telephone numbers as people print them: one way of writing, the first of several."""

import re
from collections.abc import Sequence
from itertools import accumulate

from centers.text.hangul import clean

_COUNTRY = re.compile(r"\A\+82[\s.-]*(?:\(0\)|0)?[\s.-]*")
_BETWEEN_DIGITS = re.compile(r"[\s().·\-‐-―−]")
#: Area codes, mobile and internet numbers, then 4-digit prefixes such as 0505.
_AREA = r"02|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4]|1[016-9]|[678]0)|0[35]0\d"
_PHONE = re.compile(rf"({_AREA})(\d{{3,4}})(\d{{4}})", re.ASCII)
#: As records have it, and nearly every list.
_USUAL = re.compile(rf"(?:{_AREA})-\d{{3,4}}-\d{{4}}", re.ASCII)
#: Nationwide numbers have no area code: 1588-1234.
_NATIONWIDE = re.compile(r"(1[568]\d\d)(\d{4})", re.ASCII)
_GAP = r"[\s().\-‐-―−]{0,3}"
_FIRST = re.compile(
    rf"\(?(?:({_AREA}){_GAP}(\d{{3,4}}){_GAP}(\d{{4}})|(1[568]\d\d){_GAP}(\d{{4}}))(?!\d)",
    re.ASCII,
)
#: What may be printed before a number: T. 051-…, (대표) 02-…
_LABEL = re.compile(
    r"(?:[(\[]?\s*(?:대표|센터|사무실|사무국|직통|문의|유선|전화|번호|연락처|telephone|tel|phone|t|☎|☏|✆)"
    r"(?![a-z])\s*)+[)\]]?\s*[.:)\]]?\s*",
    re.IGNORECASE,
)
#: What may follow a number: a second number, its last digits, an extension, a remark in words.
_REST = re.compile(r"\s*(?:[,/;~∼〜&·|]|[(\[]|#\s*\d|[가-힣a-zA-Z])")
#: Remarks by which a number is not the telephone to call.
_NOT_TO_CALL = re.compile(r"결번|옛|구 ?번호|폐|해지|없는|변경 ?전|팩스|fax|\bf\b", re.IGNORECASE)


class PhoneError(ValueError):
    """A text that is not a telephone number."""


def split_phone(text: str) -> tuple[str, str]:
    """The first number of a text as 042-123-4567, and what is printed behind it; "" if nothing.

    The leading 0 that a spreadsheet drops is restored for nine digits and more; eight digits may
    be a number without its area code. Raises PhoneError.
    """
    if _USUAL.fullmatch(text):
        return text, ""
    plain = clean(text)
    if number := _format_whole(plain):
        return number, ""
    label = _LABEL.match(plain)
    rest = plain[label.end() :] if label else plain
    if number := _format_whole(rest):
        return number, ""
    match = _FIRST.match(_COUNTRY.sub("0", rest))
    if not match:
        raise PhoneError(text)
    number = "-".join(filter(None, match.groups()))
    behind = _COUNTRY.sub("0", rest)[match.end() :].strip()
    is_second = _FIRST.match(behind) is not None
    if behind in ("", ")") or is_second or _REST.match(behind):
        words = _NOT_TO_CALL.search(behind)
        # The number of a fax machine behind the first number is another one.
        if not words or (re.search(r"\d{4}", behind) and not _is_history(behind)):
            return number, behind
    raise PhoneError(text)


def _is_history(words: str) -> bool:
    return re.search(r"결번|옛|구 ?번호|폐|해지|없는|변경 ?전", words) is not None


def _format_whole(plain: str) -> str:
    """The number that the whole text is; "" if it is none, or more than one."""
    national = _COUNTRY.sub("0", plain)
    digits = _BETWEEN_DIGITS.sub("", national)
    if not digits.startswith("0") and len(digits) > 8:
        digits = "0" + digits
    match = _PHONE.fullmatch(digits) or _NATIONWIDE.fullmatch(digits)
    # Separators must be where groups end: 042-123-4567·8 is two numbers, not 0421-2345-678.
    if not match or not _find_breaks(re.findall(r"\d+", national)) <= _find_breaks(match.groups()):
        return ""
    return "-".join(match.groups())


def _find_breaks(groups: Sequence[str]) -> set[int]:
    """The positions, in digits from the end, at which a number is split."""
    return set(accumulate(map(len, reversed(groups[1:]))))
