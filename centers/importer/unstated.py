"""Words in a cell that state nothing, and words that stand for the cell above."""

import re
from functools import lru_cache

from centers.text.hangul import clean

_UNSTATED = frozenset(
    """
    - – — ― ~ · . .. ... … / x × ? ?? 미상 미정 미기재 미입력 미등록 미확인 미확정 미공개
    미제공 미제출 미선정 미지정 미배정 미개설 미개통 미보유 미운영 미구축 미설치 미해당
    비공개 비해당 불명 불상 공란 공백 빈칸 생략 없음 해당없음 해당사항없음 자료없음 정보없음
    내용없음 기재없음 등록없음 무 모름 알수없음 확인중 확인필요 확인불가 확인예정 준비중 준비
    추진중 작성중 조사중 협의중 검토중 모집중 공모중 선정중 구축중 개설중 공사중 이전중
    이전예정 변경예정 선정예정 지정예정 개소예정 입주예정 구축예정 개설예정 등록예정 설치예정
    입력예정 확정예정 추후 추후결정 추후확정 추후공지 추후공고 추후안내 추후통보 추후기재
    추후입력 추후선정 추후지정 추후예정 별도공지 별도안내 별도통보 별도문의 별도 예정 미발표
    보류 결정예정 협의예정 미착수 null none nil n/a na nan nat n.a n.a. #n/a tbd tba unknown
    undefined blank empty (공란) (없음)
    """.split()
)
_DITTO = frozenset(
    """
    상동 좌동 위와동일 위와같음 위와같다 위같음 위동일 상기동일 상기와동일 상기와같음 동상 동일
    상동임 전행동일 윗줄과같음 위행과동일 ditto 同上 〃 ″ ′′ 々 ↑
    """.split()
) | {'"', '""', "''"}
#: Not yet, in any words: 추후 확정 예정, 7월 중 이전 예정, 협약 후 결정, 선정 절차 진행 중.
_NOT_YET = re.compile(
    r"[(\[]?(?:추후|향후|차후|협약|개소|공모|선정|지정|이전|변경|확정|입주|구축|설치|개설|준공|공사|계약|임차|별도"
    r"|결정|협의|검토|준비|조성|모집|등록|발표|공지|통보|안내|진행|절차|장소|주소|신규|사무실|센터|현재|아직"
    r"|후|중|말|초|내|에|로|및|·|,|상반기|하반기|[’'‘]?\d{2,4}[년.]|\d{1,2}[월일.]|까지|이후|이내)*"
    r"(?:예정|결정|확정|미정|공지|통보|안내|진행중|협의중|검토중|준비중|추진중|공사중|이전중|변경중)"
    r"(?:임|입니다|중|[.)\]]|\([^()]*\))*"
)
#: Under way, or impossible: 집계 중, 파악 불가, 확인 요망, 구축 준비.
_UNDER_WAY = re.compile(
    r"(?:미?집계|파악|조사|산출|산정|확인|제작|구축|개통|개설|설치|등록|입력|정리|회신|취합|확보|발급|개발|제출)"
    r"(?:중|예정|불가|불능|요망|필요|안됨|대기|전|준비|없음|요함|불명)(?:임|입니다)?"
)
#: The cell above in other words: 위와 같은 주소, 윗 기관과 동일.
_SAME_AS_ABOVE = re.compile(
    r"[(\[]?(?:바로)?(?:위|윗|상기|앞|좌측?)(?:의|와|과|쪽|줄|행|칸|란|기관|주소|센터|단체|내용|번호|전화|지역|업종)*"
    r"(?:동일|같음|같다|같은|상동)(?:함|임|주소|기관|곳|센터|번호|내용|장소)?[)\].]?"
)
#: Longer texts say more than that nothing is known.
_MAX_LENGTH = 40
_MAX_CACHED_LENGTH = 200
_EDGES = " .。,!*※＊:;"
_SPACES = re.compile(r"\s+")
_BRACKETS = re.compile(r"\A[(\[<〈]|[)\]>〉]\Z")


def _make_key(text: str) -> str:
    # Each cell is compared several times; long ones would fill the memory.
    return _make_short_key(text) if len(text) <= _MAX_CACHED_LENGTH else _make_long_key(text)


def _make_long_key(text: str) -> str:
    return _SPACES.sub("", clean(text)).casefold().strip(_EDGES)


_make_short_key = lru_cache(maxsize=1000)(_make_long_key)


def is_unstated(text: str) -> bool:
    """Whether a cell states nothing: blank, a dash, 미정, 이전 예정, 해당 없음, NULL, N/A."""
    key = _make_key(text)
    if not key or key in _UNSTATED or _BRACKETS.sub("", key) in _UNSTATED:
        return True
    if not key[0].isalnum() and not any(map(str.isalnum, key)) and key not in _DITTO:
        return True
    return len(key) <= _MAX_LENGTH and bool(_NOT_YET.fullmatch(key) or _UNDER_WAY.fullmatch(key))


def is_ditto(text: str) -> bool:
    """Whether a cell stands for another one, the one above it: 상동, 〃."""
    key = _make_key(text)
    if key in _DITTO or _BRACKETS.sub("", key) in _DITTO:
        return True
    return len(key) <= _MAX_LENGTH and _SAME_AS_ABOVE.fullmatch(key) is not None
