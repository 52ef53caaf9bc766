"""Parsers for single printed cells; each raises ValueError with a message in Korean."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from centers.models import MAX_CLUSTER_SIZE, Center
from centers.models.base import validate_past_day, validate_past_year
from centers.models.vocabulary import CODE_PATTERN, MAX_CODES
from centers.text.formatting import quote
from centers.text.hangul import clean

_UNSTATED = {"", "-", "–", "—", "미상", "미정", "없음", "미확인", "해당없음", "해당 없음"}
_COUNT_IN_LABEL = re.compile(r"(.+?) ?\( ?(\d{1,3}) ?(?:개소|개|곳)? ?\)", re.ASCII)
_SIZE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+) ?(?:개 ?사|개 ?업체|개 ?소|업체|개|명|곳)?", re.ASCII)
_YEAR = re.compile(
    r"(\d{4}) ?(?:년도?)?"
    r"|(\d{4}) ?[-./년] ?(?:0?[1-9]|1[0-2])(?: ?[-./월] ?(?:0?[1-9]|[12]\d|3[01]))? ?[.월일]?",
    re.ASCII,
)
_COUNTRY = re.compile(r"\A\+82[\s.-]*(?:\(0\)|0)?[\s.-]*")
_BETWEEN_DIGITS = re.compile(r"[\s().·\-‐-―−]")
#: Area codes, mobile and internet numbers, then 4-digit prefixes such as 0505.
_PHONE = re.compile(
    r"(02|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4]|1[016-9]|[678]0)|0[35]0\d)(\d{3,4})(\d{4})", re.ASCII
)
#: Nationwide numbers have no area code: 1588-1234.
_NATIONWIDE = re.compile(r"(1[568]\d\d)(\d{4})", re.ASCII)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?")
_validate_url = URLValidator(schemes=["http", "https"])


def split_count(text: str) -> tuple[str, int | None]:
    """Split a region label from the number of rows printed behind it: 대전(3) is 대전 and 3."""
    match = _COUNT_IN_LABEL.fullmatch(clean(text))
    return (match[1], int(match[2])) if match else (text, None)


def parse_size(text: str) -> int | None:
    """The number of makers in a cluster (70개사); None if not stated."""
    plain = _clean_number(text)
    if plain in _UNSTATED:
        return None
    match = _SIZE.fullmatch(plain)
    if not match:
        raise ValueError(f"{quote(text)} 규모로 읽을 수 없습니다. 70개사처럼 적어 주세요.")
    digits = match[1].replace(",", "")
    # int() raises an error of its own, in English, for thousands of digits.
    if len(digits) > 12 or not 1 <= int(digits) <= MAX_CLUSTER_SIZE:
        raise ValueError(
            f"규모는 1 이상 {MAX_CLUSTER_SIZE:,} 이하여야 합니다({quote(text, '', '')})."
        )
    return int(digits)


def parse_year(text: str) -> int | None:
    """The year of a printed year or date; None if not stated."""
    plain = _clean_number(text)
    if plain in _UNSTATED:
        return None
    match = _YEAR.fullmatch(plain)
    if not match:
        raise ValueError(f"{quote(text)} 연도로 읽을 수 없습니다. 2015처럼 네 자리로 적어 주세요.")
    year = int(match[1] or match[2])
    try:
        validate_past_year(year)
    except ValidationError as error:
        raise ValueError(f"연도 {year}: {error.messages[0]}") from error
    return year


def parse_phone(text: str) -> str:
    """One phone number as 042-123-4567; "" if not stated.

    The leading 0 that a spreadsheet drops is restored for nine digits and more; eight digits may
    be a number without its area code.
    """
    plain = _clean_number(text)
    if plain in _UNSTATED:
        return ""
    national = _COUNTRY.sub("0", plain)
    digits = _BETWEEN_DIGITS.sub("", national)
    if not digits.startswith("0") and len(digits) > 8:
        digits = "0" + digits
    match = _PHONE.fullmatch(digits) or _NATIONWIDE.fullmatch(digits)
    # Separators must be where groups end: 042-123-4567·8 is two numbers, not 0421-2345-678.
    if not match or not _find_breaks(re.findall(r"\d+", national)) <= _find_breaks(match.groups()):
        raise ValueError(
            f"{quote(text)} 전화번호 하나로 읽을 수 없습니다. "
            "지역번호까지 042-123-4567처럼 적어 주세요."
        )
    return "-".join(match.groups())


def parse_website(text: str) -> str:
    """A URL with http or https; "" if not stated."""
    plain = clean(text)
    if plain in _UNSTATED:
        return ""
    url = f"https://{plain}" if _HOST.fullmatch(plain) else plain
    try:
        _validate_url(url)
    except ValidationError as error:
        raise ValueError(
            f"{quote(text)} 누리집 주소로 읽을 수 없습니다. https://로 시작하게 적어 주세요."
        ) from error
    return url


def parse_status(text: str) -> str:
    """The stored value of a status label, as the site's own exports print it; "" if none."""
    labels = {label: value for value, label in Center.Status.choices}
    if text and text not in labels:
        raise ValueError(f"{quote(text)} 상태로 읽을 수 없어 뺐습니다.")
    return labels.get(text, "")


def parse_day(text: str) -> str:
    """A date that is not in the future, as 2026-07-31; "" if not stated."""
    if not text:
        return ""
    try:
        validate_past_day(day := date.fromisoformat(text))
    except (ValueError, ValidationError) as error:
        raise ValueError(f"{quote(text)} 날짜로 읽을 수 없어 뺐습니다.") from error
    return day.isoformat()


def parse_classes(text: str) -> tuple[str, ...]:
    """The KSIC codes of a cell, as the site's own exports print them: 1521; 331."""
    codes = [code for code in re.split(r"[\s;,]+", clean(text)) if code]
    if not all(re.match(CODE_PATTERN, code) for code in codes) or len(codes) > MAX_CODES:
        raise ValueError(f"{quote(text)} 분류 코드로 읽을 수 없어 뺐습니다.")
    return tuple(dict.fromkeys(codes))


def _find_breaks(groups: Sequence[str]) -> set[int]:
    """The positions, in digits from the end, at which a number is split."""
    return set(accumulate(map(len, reversed(groups[1:]))))


def _clean_number(text: str) -> str:
    """The text as `clean` returns it.

    Raises ValueError for characters that it would turn into other digits: 70² is not 702.
    """
    if any(char.isdigit() and not char.isdecimal() for char in text):
        raise ValueError("첨자나 동그라미 숫자는 읽을 수 없습니다. 0–9로 적어 주세요.")
    return clean(text)
