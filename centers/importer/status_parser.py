"""The status of a centre as documents print it: 운영 중, 정상, 폐쇄, 운영종료(’26.6), Y."""

import re
from datetime import date

from centers.models import Center
from centers.text.formatting import quote
from centers.text.hangul import clean

_LABELS = {clean(str(label)).replace(" ", ""): value for value, label in Center.Status.choices}
_OPERATING = frozenset(
    """
    운영 운영중 운영중임 정상 정상운영 정상운영중 영업 영업중 운영재개 재개 유지 계속
    계속운영 활성 사용중 유 존속 가동 가동중 현재운영 현재운영중 운영센터 지정유지
    y yes o ○ ◯ 〇 ● v ✓ ✔ √ 예 여 open active operating
    """.split()
)
#: Ended for good. 해지 and 취소 end what made it a centre.
_CLOSED = frozenset(
    """
    종료 운영종료 운영종료됨 사업종료 지정종료 협약종료 지원종료 폐업 폐쇄 폐소 폐관 폐원
    폐지 폐지됨 폐 종결 폐점 폐쇄됨 폐업함 센터폐쇄 센터폐소 폐업신고 지정취소 선정취소 지정해제
    지정해지 지정철회 지정만료 협약해지 협약해제 협약취소 운영해지 해지 해제 철회 지정취소됨 closed
    close 운영종료센터 종료센터
    """.split()
)
#: Words that say that a centre does not operate, may soon not, or was never chosen; for remarks,
#: names of sheets, and texts of other columns.
_NOT_OPERATING = re.compile(
    r"폐[업쇄소관점]|폐원(?!단)|(?<![가-힣])폐지(?!\s*(?:줍|수집|류|를|상))"
    r"|(?:운영|사업|지정|협약|센터|계약|위탁|지원|선정)\s*(?:기간\s*|기관\s*)?"
    r"(?:종료|만료|취소|해제|해지|철회|중단|중지|정지|반납|포기)"
    r"|(?<!\S)(?:종료|만료|해지|철회|취소|중단|정지|보류)(?:[\s.(),]|됨|\Z)"
    r"|휴[관업소](?!일|게|양)|미운영|운영\s*(?:안|하지)|(?:잠정|임시|일시)\s*(?:중단|휴)|문\s*(?:을\s*)?닫"
    r"|(?<![가-힣])(?:해산|청산)(?!물)(?:\s*(?:절차|예정|결의|등기|진행|중|됨)|[\s).,]|\Z)|말소|통폐합|흡수\s*통합"
    r"|(?:으?로|와|과|에)\s*통합|통합\s*(?:됨|예정|완료)"
    r"|\d\s*[년월일.]*\s*까지\s*(?:만\s*)?(?:운영|지원)?\s*\Z"
    r"|탈락|[미불]선정|미지정|부적[격합]|예비\s*(?:\d|순위|후보|선정|대상)|차순위|후보\s*\d"
    r"|(?:선정|지정|대상|심사|평가|협약|목록)\s*(?:에서\s*)?제외|재공모"
    r"|반[납환](?!\s*일)|미지원|종결|(?:센터|사무실)\s*없음|운영\s*[xX×✕](?:\s|\Z)|이관(?:됨|\s|[.)]|\Z|\s*예정)|철거"
)
#: Words by which a title says that its rows are no centres yet, or never were.
_CANDIDATES = re.compile(r"후보|예비|탈락|미선정|미지정")
_APPLICANTS = re.compile(r"신청|접수|희망|수요\s*조사|응모")
_CHOSEN_TITLE = re.compile(r"선정|결과|확정")
#: Words by which a column of results says that a centre was chosen, or goes on.
_CHOSEN = frozenset(
    """
    선정 선정됨 최종선정 신규선정 재선정 계속선정 지정 신규지정 재지정 계속지정 합격 적격 승인 확정
    통과 신규 계속 기존 연장 유지
    """.split()
)
#: What a title says beside the status: numbering, marks, 센터 현황, a number of centres.
_TITLE_WORDS = re.compile(
    r"\A(?:\d{1,2}|[가-하]|[IVXⅠ-Ⅹ]{1,3})\s*[.)]|[□■▣◎◆◇▶▷○●◦•<>〈〉【】\[\]※*]"
    r"|[(\[]?\s*총?\s*\d+\s*(?:개소|개\s*센터|개|곳|개사)?\s*[)\]]?\s*\Z"
    r"|(?:도시형|소공인|특화|지원)*센터(?:의|가|된)?|현황|목록|명단|리스트"
)
#: A year, a month or a day at the end of a text of a term: 2024.1~2026.6, 2026년 6월 30일.
_TERM_END = re.compile(
    r"(?:(\d{4})|[’'‘]?(\d\d))\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2}))?[\s.일월까지)]*\Z",
    re.ASCII,
)
#: Words of a pause, and of a no that may also mean not yet.
_PAUSED = re.compile(r"휴[관업소지]|중[단지]|정지|쉼")
_NO = frozenset(
    """
    n no 무 없음 미존속 x × ✕ ✗ ╳ 아니오 아니요 부 미운영 운영안함 운영하지않음 비운영 미가동
    """.split()
)
#: A date, before or behind the word, in brackets or not.
_WHEN = re.compile(
    r"\([\d\s.,년월일’'‘/~-]*(?:부|자|기준|까지|부로|자로|이후)?\)|[’'‘]?\d{2,4}\s*[.년/-]\s*\d{0,2}\s*[.월/-]?\s*\d{0,2}\s*[.일]?(?:\s*(?:부로|자로|부|자))?"
)
_PLANNED = re.compile(r"예정|검토|협의|신청|추진|계획|준비|여부|가능")


def find_closing_words(text: str) -> bool:
    """Whether a text says that a centre does not operate, may soon not, or was not chosen."""
    return len(text) <= 300 and _NOT_OPERATING.search(clean(text)) is not None


def speaks_against_rows(title: str) -> bool:
    """Whether a title says of all its rows that they closed, or only applied: 2027년 신청 현황."""
    text = clean(title)
    only_applied = _APPLICANTS.search(text) and not _CHOSEN_TITLE.search(text)
    return len(text) <= 300 and bool(
        find_closing_words(title) or _CANDIDATES.search(text) or only_applied
    )


def is_chosen(text: str) -> bool:
    """Whether a cell of a column of results says that the centre was chosen: 선정, 신규, ○."""
    key = _make_key(clean(text))
    return key in _CHOSEN or key in _OPERATING


def says_operating(text: str) -> bool:
    """Whether a cell of a column of statuses says in its usual words that a centre operates."""
    return _make_key(clean(text)) in _OPERATING


def says_closed(text: str) -> bool:
    """Whether the whole of a text says that a centre closed: 폐지, 지정취소(’26.5.1)."""
    try:
        return parse_status(text) == Center.Status.CLOSED.value
    except ValueError:
        return False


def is_past_term(text: str, today: date) -> bool:
    """Whether a term, or the day on which one ends, is over: 2024.1~2026.6."""
    match = _TERM_END.search(clean(text))
    if not match:
        return False
    year = int(match[1]) if match[1] else 2000 + int(match[2])
    month = int(match[3])
    # The last month of a term belongs to it.
    end = (year, month, int(match[4]) if match[4] else 31)
    return 1 <= month <= 12 and year >= 2000 and end < (today.year, today.month, today.day)


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
    # A title says closed of all rows below: □ 운영종료 센터(3개소).
    if _make_key(_TITLE_WORDS.sub(" ", _TITLE_WORDS.sub(" ", plain).strip())) in _CLOSED:
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
