"""Names of centres as lists print them: with the operator or a mark behind the name."""

import re
from dataclasses import dataclass

from centers.importer.status_parser import find_closing_words
from centers.text.hangul import clean, normalise

_OPENING, _CLOSING = "([（［〔", ")]）］〕"
#: A legal form or a word that names of organisations end with.
_ORGANISATION = re.compile(
    r"[재사주유]\)|㈜|재단|법인|조합|협회|진흥원|산학협력단|대학|연구원|연구소|공단|공사|연합회|상공회의소"
    r"|테크노파크|진흥재단|중앙회|협의회|기술원|주식회사"
)
#: Marks behind a name that are no part of it: (신규), ('26 재지정), (이전 예정), 1), ¹, *.
_MARK = re.compile(
    r"(?:신규|재지정|재선정|계속|연장|이전|예정|변경|가칭|승계|추가|확대|구\s|['’‘]?\d{2,4}\s*년?)"
    r"[\w\s.,'’‘·:~-]*"
)
#: Marks that say how the centre stands.
_STATUS_MARK = re.compile(
    r"폐[소쇄업관원지]|휴[관업]|종료|중단|중지|취소|해지|철회|운영\s*중|반납|통합\Z"
)
#: Marks before a name: ★, *, [폐업], (운영종료), 구).
_FRONT = re.compile(r"\A(?:[\s*＊★☆※●○■□▶▷◆◇•·①-⑳⑴-⒇❶-❿-]+|\d{1,3}[.)]\s*)+(?=[가-힣(\[（［])")
_SEVERAL = re.compile(
    r"특화\s*지원\s*센터.*특화\s*지원\s*센터|센터\s*(?:[,/;&+·]|및|와|과)\s*\S+.*센터"
)
#: Names of centres and places of another kind than 소공인특화지원센터.
_OF_OTHER_KIND = re.compile(
    r"복합지원센터|집적지구?(?:\s*\(|\s*\Z)|소상공인\s?(?:지원)?센터|창업\s?(?:보육|지원)?센터|지식산업센터|공동기반시설"
    r"|인프라|협업공간|전시판매장|메이커스페이스"
)
_FRONT_BRACKETS = re.compile(r"\A[(\[（［【]([^()\[\]（）［］【】]{1,20})[)\]）］】]\s*(?=\S)")
_REMARK_BEHIND = re.compile(r"(?<=센터)\s*[※*＊☞:：,-]+\s*(\S.*)\Z")
#: The operator behind the name without brackets: 가 센터 / (재)나, 가 센터 나재단.
_OPERATOR_BEHIND = re.compile(
    r"(?<=센터)(?:\s*[/:：|–—-]\s*|\s+)((?:[(（][재사주유][)）]|[^\s(\[（［〔]).*)\Z"
)
_FOOTNOTE = re.compile(r"(?<=\D)(?:\s*\d{1,2}\)|[¹²³⁴-⁹]+|\s*[*＊※†]+\d*)\s*\Z")


@dataclass(frozen=True)
class ParsedName:
    """The name of a centre without what a list prints behind it."""

    name: str
    #: The organisation in brackets; "" if none.
    operator: str = ""
    #: What the brackets say of its status, as (폐쇄); "" if nothing.
    status: str = ""


def parse_name(text: str) -> ParsedName:
    """Split a printed name from the operator in brackets and from marks: 가 센터(신규)¹."""
    name, operator, status = _FRONT.sub("", " ".join(normalise(text).split())), "", ""
    front = _FRONT_BRACKETS.match(name)
    if front and (_is_status(front[1]) or _MARK.fullmatch(clean(front[1]))):
        status = front[1] if _is_status(front[1]) else ""
        name = name[front.end() :]
    while True:
        shorter = _FOOTNOTE.sub("", name)
        front, inside = split_last_brackets(shorter)
        if behind := _split_behind(shorter):
            shorter, operator, status = behind[0], behind[1] or operator, behind[2] or status
        elif inside and not operator and _ORGANISATION.search(inside):
            shorter, operator = front, inside
        elif inside and _is_status(inside):
            shorter, status = front, inside
        elif inside and _MARK.fullmatch(clean(inside)):
            shorter = front
        if shorter == name:
            return ParsedName(name, operator, status)
        name = shorter.strip()


def names_several(name: str) -> bool:
    """Whether a name is that of several centres: 가 센터, 나 센터."""
    return _SEVERAL.search(clean(name)) is not None


def is_of_other_kind(name: str) -> bool:
    """Whether a name is that of another kind of centre: 소공인복합지원센터, 창업보육센터."""
    return "특화" not in name and _OF_OTHER_KIND.search(clean(name)) is not None


def _is_status(mark: str) -> bool:
    return _STATUS_MARK.search(mark) is not None or find_closing_words(mark)


def _split_behind(name: str) -> tuple[str, str, str] | None:
    """The name, and the operator or the status that is printed behind it without brackets."""
    if (match := _REMARK_BEHIND.search(name)) and _is_status(match[1]):
        return name[: match.start()].rstrip(), "", match[1]
    match = _OPERATOR_BEHIND.search(name)
    if match and _ORGANISATION.search(match[1]):
        return name[: match.start()].rstrip(), match[1].strip(), ""
    return None


def split_last_brackets(text: str) -> tuple[str, str]:
    """Split off the brackets at the end, which may hold others: 가 ((재)나) is 가 and (재)나."""
    text = text.rstrip()
    depth = 0
    if text and text[-1] in _CLOSING:
        for index in range(len(text) - 1, 0, -1):
            depth += (text[index] in _CLOSING) - (text[index] in _OPENING)
            if depth == 0:
                return text[:index].rstrip(), text[index + 1 : -1].strip()
    return text, ""


def strip_brackets(text: str) -> str:
    """The name without what is printed in brackets behind it, for comparisons."""
    name = parse_name(text).name
    front, inside = split_last_brackets(name)
    return front if inside else name
