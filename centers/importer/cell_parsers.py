"""Parsers for single printed cells; each raises ValueError with a message in Korean."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from centers.importer.unstated import is_unstated
from centers.models import MAX_CLUSTER_SIZE
from centers.models.base import validate_past_day, validate_past_year
from centers.models.vocabulary import CODE_PATTERN, MAX_CODES
from centers.text.dates import find_year, parse_date
from centers.text.formatting import quote
from centers.text.hangul import clean, normalise
from centers.text.numbers import parse_number
from centers.text.phones import PhoneError, split_phone

_COUNT_IN_LABEL = re.compile(r"(.+?) ?\( ?(\d{1,3}) ?(?:개소|개|곳)? ?\)", re.ASCII)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?")
_WEBSITE_LABEL = re.compile(r"\A(?:홈페이지|누리집|웹사이트|url) ?[:)] ?", re.IGNORECASE)
_validate_url = URLValidator(schemes=["http", "https"])
#: A post code and the country before an address, and a post code behind it.
_POST_CODE = r"(?:\d{5}|\d{3} ?[-‐-―−] ?\d{3})"
_POST_MARK = r"(?:〒|우편번호|우) ?[):.]? ?"
_BEFORE_ADDRESS = re.compile(
    rf"\A(?:[(\[]? ?{_POST_MARK}{_POST_CODE} ?[)\]]?|[(\[] ?{_POST_CODE} ?[)\]]|{_POST_CODE}(?= )"
    r"|(?:대한민국|한국|Republic of Korea|Korea)(?=[ ,]))[\s,]*",
    re.IGNORECASE | re.ASCII,
)
_BEHIND_ADDRESS = re.compile(
    rf"[\s,]*(?:[(\[] ?(?:{_POST_MARK})?{_POST_CODE} ?[)\]]|{_POST_MARK}{_POST_CODE})\Z",
    re.ASCII,
)
_KOREAN = re.compile("[가-힣]")
#: Signs of another address, of a move, or of something else in a cell of addresses.
_NOT_ONE_ADDRESS = re.compile(
    r"[☎☏✆]|(?:전화|팩스|연락처|tel|fax)\s*[.:)]?\s*\(?\d|(?<!\d)0\d{1,2}-\d{3,4}-\d{4}|임시\s?(?:사무|거처|이전|주소|센터)"
    r"|→|⇒|->|=>|@|https?://|www\.|[(\[]?(?:구|신|현|종전|변경|이전)\s?(?:주소)?[)\]:]\s*[가-힣]"
    r"|(?:이전|이사|변경|입주|개소)\s*예정|에서\s*이전|(?:본소|분소|본점|지점|제\d사무소)\s*[:)]"
    r"|(?:로|길)\s?\d.*(?:[/;]|\s및)\s?[가-힣].*(?:로|길)\s?\d"
)
_ORGANISATION = re.compile(
    r"[재사주유]\)|㈜|재단|법인|조합|협회|진흥원|산학협력단|대학|연구원|연구소|공단|공사|연합회|상공회의소"
    r"|테크노파크|중앙회|협의회|기술원"
)
_BETWEEN_OPERATORS = re.compile(r"\s*[,·ㆍ∙・/&+;]\s*|\s및\s")
#: Signs of a change of operators, or of several.
_NOT_ONE_OPERATOR = re.compile(
    r"→|⇒|->|=>|\s/|/\s|외\s?\d+\s?(?:개|곳|기관|사|팀)?|컨소시엄"
    r"|[(\[][^)\]]*(?:[~∼～]|주관|참여|공동|해지|취소|변경|예정|\d{2,4}\s?[.년])[^)\]]*[)\]]"
    r"|[구현전]\)\s*[가-힣(]|특화지원센터"
)
_FOOTNOTE = re.compile(r"(?<=[가-힣])[¹²³⁴-⁹⁰]+\s*\Z")
#: Signs of footnotes at the end of a text: 가재단¹, 나조합*, 다협회 1), 라진흥원주2).
_SIGN_BEHIND = re.compile(r"(?<=\S)\s*[¹²³⁴-⁹⁰*＊※†‡]+\s*\Z")
_NUMBER_BEHIND = re.compile(r"(?:\s*주\s?|(?<=\D)\s*)\d{1,2}\)\s*\Z", re.ASCII)
#: A telephone number behind an address, and its sign or word.
_PHONE_BEHIND = re.compile(
    r"[\s,(/]*(?:[☎☏✆]|(?:대표)?\s?(?:전화(?:번호)?|연락처)|tel(?:ephone)?|t)\s*[.:)]?\s*"
    r"(?P<phone>(?:0\d{1,2}|1[568]\d\d)[\s).·-]{0,3}\d{3,4}(?:[\s.·-]{0,3}\d{4})?[^가-힣]*)\Z"
    r"|[\s,/]+(?P<bare>0\d{1,2}[).-]\s?\d{3,4}-\d{4})\s*\Z",
    re.IGNORECASE | re.ASCII,
)


def split_count(text: str) -> tuple[str, int | None]:
    """Split a region label from the number of rows printed behind it: 대전(3) is 대전 and 3."""
    match = _COUNT_IN_LABEL.fullmatch(clean(text))
    return (match[1], int(match[2])) if match else (text, None)


def parse_size(text: str) -> int | None:
    """The number of makers in a cluster (약 70여 개사 is 70); None if not stated."""
    if is_unstated(text):
        return None
    plain = _FOOTNOTE.sub("", text)
    _reject_odd_digits(plain)
    number = parse_number(plain)
    if number is None:
        raise ValueError(f"{quote(text)} 규모로 읽을 수 없습니다. 70개사처럼 적어 주세요.")
    if not 1 <= number.value <= MAX_CLUSTER_SIZE:
        raise ValueError(
            f"규모는 1 이상 {MAX_CLUSTER_SIZE:,} 이하여야 합니다({quote(text, '', '')})."
        )
    return number.value


def parse_year(text: str) -> int | None:
    """The year of a printed year or date; None if not stated."""
    if is_unstated(text):
        return None
    _reject_odd_digits(text)
    year = find_year(text)
    if year is None:
        raise ValueError(f"{quote(text)} 연도로 읽을 수 없습니다. 2015처럼 네 자리로 적어 주세요.")
    try:
        validate_past_year(year)
    except ValidationError as error:
        raise ValueError(f"연도 {year}: {error.messages[0]}") from error
    return year


def parse_phone(text: str) -> str:
    """The first phone number as 042-123-4567; "" if not stated."""
    if is_unstated(text):
        return ""
    _reject_odd_digits(text)
    try:
        return split_phone(text)[0]
    except PhoneError as error:
        raise ValueError(
            f"{quote(text)} 전화번호 하나로 읽을 수 없습니다. "
            "지역번호까지 042-123-4567처럼 적어 주세요."
        ) from error


def parse_address(text: str) -> str:
    """An address without post code and country; "" if not stated."""
    address = " ".join(normalise(text).split())
    if is_unstated(address):
        return ""
    while match := _BEFORE_ADDRESS.match(address):
        address = address[match.end() :]
    address = _BEHIND_ADDRESS.sub("", address) or " ".join(normalise(text).split())
    if not _KOREAN.search(address) or _NOT_ONE_ADDRESS.search(address):
        raise ValueError(
            f"{quote(text)} 주소 하나로 읽을 수 없습니다. 지금 있는 곳의 주소 하나만 적어 주세요."
        )
    return address


def strip_footnotes(text: str) -> str:
    """The text without the signs of footnotes at its end: 가재단¹, 나조합*, 다협회 1)."""
    while True:
        shorter = _SIGN_BEHIND.sub("", text)
        # A bracket that an earlier one opens is no sign: (서동, 3).
        if shorter.count(")") > shorter.count("("):
            shorter = _NUMBER_BEHIND.sub("", shorter)
        if shorter == text:
            return text
        text = shorter


def split_address(text: str) -> tuple[str, str]:
    """Split an address from the telephone number behind it; "" if there is none."""
    match = _PHONE_BEHIND.search(text)
    if not match or not match.start():
        return text, ""
    phone = (match["phone"] or match["bare"]).strip()
    return text[: match.start()].rstrip(), phone.rstrip(") ") if phone.count(")") > phone.count(
        "("
    ) and phone.endswith(")") else phone


def parse_operator(text: str) -> str:
    """The name of one operator; "" if not stated."""
    name = " ".join(normalise(text).split())
    if is_unstated(name):
        return ""
    parts = [part for part in _BETWEEN_OPERATORS.split(name) if _ORGANISATION.search(part)]
    if len(parts) > 1 or _NOT_ONE_OPERATOR.search(name):
        raise ValueError(
            f"{quote(text)} 운영기관 하나의 이름이 아닙니다. 지금 운영하는 한 곳만 적어 주세요."
        )
    return name


def parse_website(text: str) -> str:
    """A URL with http or https; "" if not stated."""
    plain = _WEBSITE_LABEL.sub("", clean(text))
    if is_unstated(plain):
        return ""
    url = f"https://{plain}" if _HOST.fullmatch(plain) else plain
    try:
        _validate_url(url)
    except ValidationError as error:
        raise ValueError(
            f"{quote(text)} 누리집 주소로 읽을 수 없습니다. https://로 시작하게 적어 주세요."
        ) from error
    return url


def parse_day(text: str) -> str:
    """A date that is not in the future, as 2026-07-31; "" if not stated."""
    if is_unstated(text):
        return ""
    try:
        validate_past_day(day := parse_date(text))
    except (ValueError, ValidationError) as error:
        raise ValueError(
            f"{quote(text)} 날짜로 읽을 수 없어 뺐습니다. 2026-07-31처럼 적어 주세요."
        ) from error
    return day.isoformat()


def parse_classes(text: str) -> tuple[str, ...]:
    """The KSIC codes of a cell, as the site's own exports print them: 1521; 331."""
    codes = [code for code in re.split(r"[\s;,]+", clean(text)) if code]
    if not all(re.match(CODE_PATTERN, code) for code in codes) or len(codes) > MAX_CODES:
        raise ValueError(f"{quote(text)} 분류 코드로 읽을 수 없어 뺐습니다.")
    return tuple(dict.fromkeys(codes))


def _reject_odd_digits(text: str) -> None:
    """Raise ValueError for characters that cleaning turns into other digits: 70² is not 702."""
    if any(char.isdigit() and not char.isdecimal() for char in text):
        raise ValueError("첨자나 동그라미 숫자는 읽을 수 없습니다. 0–9로 적어 주세요.")
