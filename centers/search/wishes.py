"""What a query wants besides an industry: kinds of support, distance, all centres, other pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from centers.models import Service
from centers.models.data_version import per_data_version
from centers.models.gazetteer import Locality
from centers.models.region_tree import RegionTree
from centers.search.knowledge import Knowledge, get_knowledge
from centers.search.sentences import is_known_filler, is_run_of_fillers
from centers.search.terms import MAX_NAME_WORDS, TermBuilder
from centers.text.hangul import strip_legal_form, to_runs
from centers.text.word_endings import PARTICLES, list_stems

#: Queries that a process caches for one version of the data.
MAX_CACHED_QUERIES = 512


class OtherPage(StrEnum):
    """A page that shows what no list of centres does."""

    COVERAGE = "coverage"
    CHANGES = "changes"


#: The words for each kind of support, without spaces; some words are of two kinds.
_SERVICE_WORDS = {
    Service.EDUCATION: "교육 교육과정 교육프로그램 기술교육 강의 강좌 수업 아카데미 워크숍 세미나",
    Service.CONSULTING: "컨설팅 컨설턴트 자문 멘토링 코칭 경영진단 경영상담 기술지도",
    Service.PROTOTYPE: "시제품 시제품제작 시제품개발 시작품 시작품제작 제품개발 신제품 신제품개발 "
    "상품개발 샘플제작 목업",
    Service.MARKETING: "판로 판로개척 판로지원 판로확대 판매처 마케팅 홍보 전시회 박람회 수출 "
    "해외진출 온라인판매 온라인판로 온라인마케팅 브랜딩 입점",
    Service.EQUIPMENT: "공동장비 공용장비 공동시설 공동설비 공동작업장 공용설비 장비사용 장비이용 "
    "장비대여 장비임대 장비활용 장비지원",
    Service.WORKPLACE: "작업환경 작업환경개선 환경개선 공정개선 작업장개선 시설개선 안전관리",
    Service.CERTIFICATION: "인증 인증취득 특허 특허출원 지식재산 지식재산권 지재권 상표 상표등록 "
    "상표출원 디자인등록 디자인권 KC인증 품질인증",
    Service.DIGITAL: "디지털 디지털화 디지털전환 온라인 온라인판매 온라인판로 온라인쇼핑몰 쇼핑몰 "
    "스마트스토어 라이브커머스 전자상거래 스마트공방 스마트화 온라인마케팅",
    Service.NETWORKING: "교류 교류회 교류협력 협업 네트워크 네트워킹 간담회 협력사업",
    Service.SUCCESSION: "가업승계 승계 가업 후계자 정책안내 정책자금",
}
_SERVICES: dict[str, tuple[str, ...]] = {}
for _service, _words in _SERVICE_WORDS.items():
    for _word in _words.casefold().split():
        _SERVICES[_word] = (*_SERVICES.get(_word, ()), _service.value)
#: Machines are also an industry: such a word alone means the shared ones of a centre.
_LONE_SERVICES = {"장비": (Service.EQUIPMENT.value,), "설비": (Service.EQUIPMENT.value,)}
#: Behind a word of support they say nothing more: 시제품 제작, 판로 개척.
_COMPANIONS = frozenset(
    "제작 개발 개척 확대 판매 대여 임대 사용 이용 활용 개선 취득 등록 출원 참가 참여 전환 진단 "
    "프로그램 과정 강좌 지원사업 만들기 진출 수강 빌리기 쓰기".split()
)
#: Behind a place they ask for distance.
_NEAR_WORDS = frozenset("가까운 가까이 가까운곳 근처 주변 인근 근방 부근".split())
_NEAR_ENDINGS = ("에서가까운", "근처", "주변", "인근", "근방", "부근")
#: Words that may stand between: 성수동에서 제일 가까운.
_DEGREES = frozenset("가장 제일 젤 더 좀 조금".split())

_COVERAGE_PATTERN = re.compile(
    r"(?:센터\S*\s+)?(?:없는|안\s?되는|빠진|비어\s?있는|빈)\s*(?:업종|지역|시\s?·?\s?도|시군구|동네)\S*"
    r"|(?:업종|지역|시도|시군구)\S*\s*(?:없는|빠진|공백|비어)\S*"
    r"|(?:업종|지역|시도|시군구)별(?:\s*(?:현황|통계|개수|수|분포)\S*)?"
    r"|(?<!\S)(?:현황|통계|분포|공백)(?:표|도|을|를|은|이)?(?!\S)"
)
_CHANGES_PATTERN = re.compile(
    r"(?<!\S)(?:최근\S*\s+|요즘\s+|요새\s+)?(?:바뀐|바뀌\S*|변경(?:된|사항|내역|내용)?|변동\S*|달라진|달라졌\S*"
    r"|수정된|업데이트\S*|새로\s?(?:생긴|생겼\S*|실린|등록된|지정된|추가된|문\s?연))"
    r"(?:\s*(?:것|거|게|곳|내용|사항|내역|소식|점))?(?:들)?(?:이|은|을|를|도)?(?!\S)"
)


@dataclass(frozen=True)
class Wishes:
    """What a query wants, and the words that are left for what centres are for."""

    text: str
    #: The kinds of support that words name, as keys of `Service`, with these words.
    services: tuple[str, ...] = ()
    service_words: str = ""
    #: Where to measure from.
    origin: Locality | None = None
    origin_words: str = ""
    other_page: OtherPage | None = None
    other_page_words: str = ""
    #: The words that only ask, if there are no others: all centres are meant.
    words_for_all: tuple[str, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Whether no word is left that selects centres."""
        return not self.text


@per_data_version(maxsize=MAX_CACHED_QUERIES)
def read_wishes(version: int, text: str) -> Wishes:
    """Read what a query wants; its text is unchanged where it wants nothing of the kind."""
    return WishReader(get_knowledge(version)).read(text)


class WishReader:
    """Reads wishes by what is known for one version of the data."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.builder = TermBuilder(knowledge)
        self.tree: RegionTree = knowledge.regions

    def read(self, text: str) -> Wishes:
        page, page_words, rest = self._take_other_page(text)
        words = [self._strip_particle(word) if page else word for word in rest.split()]
        services, service_words, words = self._take_services(words)
        origin, origin_words, words = self._take_origin(words)
        is_wish = bool(page or services or origin)
        if not (is_wish or self._only_ask(words)):
            return Wishes(text)
        only_ask = self._only_ask(words) or all(self._only_asks(word.casefold()) for word in words)
        return Wishes(
            "" if only_ask else " ".join(words),
            services,
            service_words,
            origin,
            origin_words,
            page,
            page_words,
            tuple(words) if only_ask else (),
        )

    def _take_other_page(self, text: str) -> tuple[OtherPage | None, str, str]:
        for page, pattern in (
            (OtherPage.COVERAGE, _COVERAGE_PATTERN),
            (OtherPage.CHANGES, _CHANGES_PATTERN),
        ):
            if found := pattern.search(text):
                rest = f"{text[: found.start()]} {text[found.end() :]}"
                return page, found[0].strip(), " ".join(rest.split())
        return None, "", text

    def _strip_particle(self, word: str) -> str:
        """A place without its particle, which belonged to words that are gone: 강원도에."""
        find = self.knowledge.find_place
        stems = [] if find(word) else list_stems(word, PARTICLES)
        return next((stem for stem in stems if find(stem)), word)

    def _only_ask(self, words: Sequence[str]) -> bool:
        """Whether words say nothing of what is looked for: 전국에 센터가 몇 곳.

        One word alone may be looked for in the texts of centres.
        """
        runs = [run.casefold() for word in words for run in to_runs(strip_legal_form(word))]
        if len(runs) != 1:
            # Beside others a word is no 동: 어디로 가야 하나요.
            return bool(runs) and all(map(self._only_asks, runs))
        word = runs[0]
        if len(word) < 2 or self.knowledge.has_text(word) or self._is_place(word):
            return False
        return self._only_asks(word)

    def _only_asks(self, word: str) -> bool:
        """Whether a word asks, and is neither a place nor what is made."""
        if not (is_known_filler(word) or is_run_of_fillers(word)):
            return False
        place = self.knowledge.find_place(word)
        is_region = place is not None and not place.is_locality
        return len(word) == 1 or not (is_region or self.knowledge.vocabulary.find_codes(word))

    # --- kinds of support ---

    def _take_services(self, words: list[str]) -> tuple[tuple[str, ...], str, list[str]]:
        """The kinds of support that words name, these words, and the other words."""
        keys: list[str] = []
        taken: list[str] = []
        rest: list[str] = []
        at = 0
        while at < len(words):
            found, length = self._find_service(words[at : at + 2], rest)
            if not found:
                rest.append(words[at])
                at += 1
                continue
            while words[at + length : at + length + 1] and _find_stem(
                words[at + length], _COMPANIONS
            ):
                length += 1
            keys += found
            taken += words[at : at + length]
            at += length
        if not keys and words and self._only_ask([*words, "좀"]):
            # 장비, 장비를 빌리는 곳
            for word in words:
                if stem := _find_stem(word, _LONE_SERVICES):
                    keys += _LONE_SERVICES[stem]
                    taken.append(word)
                    rest.remove(word)
        return tuple(dict.fromkeys(keys)), " ".join(taken), rest

    def _find_service(self, words: list[str], before: list[str]) -> tuple[tuple[str, ...], int]:
        """The kinds of support that one or two words name, and how many words they are."""
        if len(words) == 2 and (stem := _find_stem("".join(words), _SERVICES)):
            return _SERVICES[stem], 2
        stem = _find_stem(words[0], _SERVICES)
        if not stem:
            return (), 0
        # What is made may be called so: 디지털 인쇄, 교육 완구.
        codes = self.knowledge.vocabulary.find_codes
        beside = [f"{stem}{words[1]}".casefold()] if len(words) == 2 else []
        beside += [f"{before[-1]}{stem}".casefold()] if before else []
        if codes(stem) or any(map(codes, beside)) or self.knowledge.find_place(stem):
            return (), 0
        return _SERVICES[stem], 1

    # --- distance ---

    def _take_origin(self, words: list[str]) -> tuple[Locality | None, str, list[str]]:
        """The one place to measure from, the words that name it, and the other words."""
        for at, word in enumerate(words):
            front = list(words[:at])
            if not _find_stem(word, _NEAR_WORDS):
                ending = next((end for end in _NEAR_ENDINGS if end in word), "")
                name, _, particle = word.partition(ending) if ending else ("", "", "")
                if len(name) < 2 or (particle and particle not in PARTICLES):
                    continue
                front.append(name)
            while front and front[-1] in _DEGREES:
                front.pop()
            for length in range(min(len(front), MAX_NAME_WORDS), 0, -1):
                named = front[len(front) - length :]
                if origin := self.find_origin(named):
                    first = len(front) - length
                    return (
                        origin,
                        " ".join(words[first : at + 1]),
                        [*words[:first], *words[at + 1 :]],
                    )
        return None, "", words

    def find_origin(self, words: Sequence[str]) -> Locality | None:
        """The one place with a point that words name, without the last particle; else None."""
        last = words[-1]
        for stem in (last, *list_stems(last, PARTICLES)):
            if len(words) == 1 and not self._is_place(stem):
                continue
            found = self.knowledge.gazetteer.find(" ".join([*words[:-1], stem]))
            if len(found) == 1 and found[0].lat is not None:
                return found[0]
        return None

    def _is_place(self, word: str) -> bool:
        terms = self.builder.understand([word])[0]
        return len(terms) == 1 and terms[0].place is not None


def asks_for_distance(word: str) -> bool:
    """Whether a word asks for what is near: 가까운, 근처에."""
    return bool(_find_stem(word, _NEAR_WORDS))


def _find_stem(word: str, known: frozenset[str] | dict[str, tuple[str, ...]]) -> str:
    """The word, or what is left of it without a particle, if it is known; else ""."""
    key = "".join(to_runs(word)).casefold()
    return next((stem for stem in (key, *list_stems(key, PARTICLES)) if stem in known), "")
