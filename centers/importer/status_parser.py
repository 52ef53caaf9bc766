"""The status of a centre as documents print it: 운영 중, 정상, 폐쇄, 운영종료(’26.6), Y."""

import re

from centers.models import Center
from centers.text.formatting import quote
from centers.text.hangul import clean

_LABELS = {clean(str(label)).replace(" ", ""): value for value, label in Center.Status.choices}
_OPERATING = frozenset(
    """
    운영 운영중 운영중임 정상 정상운영 정상운영중 영업 영업중 운영재개 재개 유지 계속
    계속운영 활성 사용중 가동 가동중 현재운영 현재운영중 운영센터 지정유지 y yes o ○ ◯ 〇 ● v
    ✓ ✔ √ 예 여 open active operating
    """.split()
)
#: Ended for good. 해지 and 취소 end what made it a centre.
_CLOSED = frozenset(
    """
    종료 운영종료 운영종료됨 사업종료 지정종료 협약종료 지원종료 폐업 폐쇄 폐소 폐관 폐원
    폐지 폐점 폐쇄됨 폐업함 센터폐쇄 센터폐소 폐업신고 지정취소 선정취소 지정해제 지정해지
    지정철회 지정만료 협약해지 협약해제 협약취소 운영해지 해지 해제 철회 지정취소됨 closed
    close 운영종료센터 종료센터
    """.split()
)
#: Words that say that a centre does not operate, or may soon not; for remarks and names of sheets.
_NOT_OPERATING = re.compile(
    r"폐[업쇄소관점]|폐원(?!단)|(?:운영|사업|지정|협약|센터)\s*(?:기간\s*)?(?:종료|만료|취소|해제|해지|철회|중단|중지|정지)"
    r"|(?<!\S)(?:종료|해지|철회)(?:[\s.(),]|됨|\Z)|휴[관업소](?!일|게)|미운영|운영\s*(?:안|하지)|잠정\s*중단|임시\s*중단"
    r"|일시\s*중단|지정\s*반납|사업\s*포기|운영\s*포기"
)
#: Words of a pause, and of a no that may also mean not yet.
_PAUSED = re.compile(r"휴[관업소지]|중[단지]|정지|쉼")
_NO = frozenset(
    "n no x × ✕ ✗ ╳ 아니오 아니요 부 미운영 운영안함 운영하지않음 비운영 미가동".split()
)
#: A date, before or behind the word, in brackets or not.
_WHEN = re.compile(
    r"\([\d\s.,년월일’'‘/~-]*(?:부|자|기준|까지|부로|자로|이후)?\)|[’'‘]?\d{2,4}\s*[.년/-]\s*\d{0,2}\s*[.월/-]?\s*\d{0,2}\s*[.일]?(?:\s*(?:부로|자로|부|자))?"
)
_PLANNED = re.compile(r"예정|검토|협의|신청|추진|계획|준비|여부|가능")


def find_closing_words(text: str) -> bool:
    """Whether a remark says that a centre does not operate, or may soon not."""
    return len(text) <= 300 and _NOT_OPERATING.search(clean(text)) is not None


def parse_status(text: str) -> str:
    """The stored value of a printed status; "" for an empty cell.

    Raises ValueError, in Korean, for words that do not say whether the centre operates, and for
    those by which it pauses: what it then is has to be decided.
    """
    plain = clean(text)
    if not plain:
        return ""
    key = _make_key(plain)
    # Without the date: 운영종료(’26.6), 2026.6.30. 폐쇄. A plan for later is no status.
    short = key if _PLANNED.search(plain) else _make_key(_WHEN.sub(" ", plain))
    for one in (key, short):
        if one in _LABELS:
            return str(_LABELS[one])
        if one in _OPERATING:
            return str(Center.Status.OPERATING.value)
        if one in _CLOSED:
            return str(Center.Status.CLOSED.value)
    if key in _NO:
        what = "운영하지 않는다는 말인데, 끝났는지 아직 열지 않았는지 알 수 없습니다"
    elif _PAUSED.search(plain):
        what = "쉬고 있다는 말인데, 끝났는지 다시 여는지 알 수 없습니다"
    else:
        what = "운영 중인지 끝났는지 알 수 없는 말입니다"
    raise ValueError(f"{quote(text)} {what}. 상태를 정해 주세요.")


def _make_key(text: str) -> str:
    return re.sub(r"[\s.,:;*※]+", "", text).casefold()
