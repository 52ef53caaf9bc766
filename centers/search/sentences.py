"""Words and verbs of a question that only ask."""

import re

from centers.search.verbs import VERB_FORMS
from centers.text.word_endings import PARTICLES, list_stems

#: What makes a verb of an industry: 염색하는데, 빵만드는; longest first.
VERB_ENDINGS = sorted(
    "하는데 하는데요 하는 하는곳 하는분 하고 하려고 하려는 하려면 합니다 해요 해서 할 하면 하시는 "
    "하는집 하는사람 만드는 만드는데 만드는데요 만드는곳 만드는집 만들고 만들어요 만듭니다 만들기 "
    "만들려면 만들려고 파는 배우는 배우고 배울".split(),
    key=len,
    reverse=True,
)
#: Words that ask or that every centre would answer to.
FILLER_WORDS = frozenset(
    "어디 어디에 어디서 어디로 어디야 어디죠 어딘가 어딨어 있는 있나 있어 있음 있을까 "
    "없나 없어 알려줘 알려 찾아줘 찾기 찾는 찾아 찾고 추천 문의 하는 하나 하나요 하고 "
    "지원 지원금 지원사업 지원받는 센터 지원센터 소공인 소공인센터 만드는 만들 만들고 "
    "만드는데 도와주는 도움 도움받을 도움을 받는 받을 받고 받으려면 받으려고 싶어 싶은 "
    "싶은데 싶습니다 곳 좀 가까운 가장 제일 우리 동네 근처 주변 저희 저는 나는 "
    "관련 관련된 위한 대한 어떤 무슨 뭐 뭐가 어떻게 하려면 하면 되나 가나 가야 신청 상담 "
    "교육 담당 업체 사장 사장님 사람 일하는 운영 운영하는 그리고 또는 수 것 거 때 데 "
    "줄 분 중 및 등 가면 되는 되면 배우고 배우는 배울 있을 있으면 없는 누구 언제 얼마 "
    "무료 비용 방법 필요 필요한 부탁 소개 목록 이용 혜택 대상 자격 조건 가능 가능한 "
    "받아 받으면 도와줄 도움이 해주는 해줄 연락처 전화번호 기술자 종사자 근로자 직원 창업 "
    "창업자 예비창업자 창업하고 창업하려고 창업하려는 집이 일 일을 쓸 쓰는 분들 사람들 제품 제품을 "
    "물건 물건을 장비 시설 정보 안내 사업 소상공인 소공인들 담그는 찍는 굽는 짜는 깎는 하시는 "
    "지원받나 지원받을 지원해줘 도와줘 도와주세요 알려주세요 찾아주세요 궁금 궁금한 우리나라 전국 "
    "저의 제가 내가 나도 여기 여기서 거기 이곳 전체 모든 모두 전부 몇 몇곳 군데 몇군데 개수 명단 "
    "리스트 최근 요즘 안녕 안녕하세요 감사합니다 고맙습니다 업종 소공인특화지원센터 "
    "특화지원센터".split()
)
MAX_FILLER_LENGTH = 12
#: Endings of verbs with which only questions and requests close.
_FILLER_ENDING = re.compile(
    r".+(?:나요|까요|가요|어요|아요|해요|돼요|세요|니까|니다|예요|에요|인데요?|는데요?|려고요?|려면"
    r"|줘요?|주는|하는|싶어요?|싶은데요?|할까|될까|받을|받는|받고|하러|있는데)\Z"
)


def is_filler(word: str) -> bool:
    """Whether a word that is otherwise unknown only asks."""
    return is_known_filler(word) or _FILLER_ENDING.fullmatch(word) is not None


def is_known_filler(word: str) -> bool:
    """Whether a word asks by itself, and not only by its ending."""
    stems = (word, *list_stems(word, PARTICLES))
    return not (FILLER_WORDS.isdisjoint(stems) and VERB_FORMS.isdisjoint(stems))


#: Of one syllable, they stand between the others of a run.
_SHORT_FILLERS = frozenset(PARTICLES) | {"몇", "곳", "수", "좀"}


def is_run_of_fillers(run: str) -> bool:
    """Whether letters without spaces are words that ask: 전국센터, 전국에센터가몇곳."""
    reached = {0}
    for end in range(1, len(run) + 1):
        for start in [one for one in reached if end - one <= MAX_FILLER_LENGTH]:
            part = run[start:end]
            is_short = part in _SHORT_FILLERS and start
            if is_short or (len(part) > 1 and (part in FILLER_WORDS or part in VERB_FORMS)):
                reached.add(end)
                break
    return len(run) in reached
