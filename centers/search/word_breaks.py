"""Questions written without spaces, parted where written ones have spaces."""

from collections.abc import Iterator
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from centers.models.word_index import MIN_PART_LENGTH
from centers.search.knowledge import Knowledge
from centers.search.sentences import FILLER_WORDS, VERB_ENDINGS
from centers.search.verbs import VERB_FORMS
from centers.text.word_endings import COPULAS, ENDINGS, PARTICLES

#: Shorter runs of letters have no words to part; longer ones are no questions.
MIN_LENGTH, MAX_LENGTH = 4, 60
#: No word of a question is longer.
_MAX_PART_LENGTH = 10


class Kind(Enum):
    """What a part of a run is."""

    PLACE = auto()
    #: A maker's word, of one syllable only in front of what is no noun: 옷만드는, 떡공장.
    NOUN = auto()
    SHORT_NOUN = auto()
    #: What people add to the name of a product: 공장.
    ENDING = auto()
    #: Letters that nothing is known by.
    UNKNOWN = auto()
    PARTICLE = auto()
    FILLER = auto()
    #: Of one syllable, behind the form of a verb: 받을수, 만드는곳.
    BOUND_NOUN = auto()


_START = frozenset({None, Kind.PLACE, Kind.PARTICLE, Kind.FILLER, Kind.BOUND_NOUN})
_NOUNS = frozenset({Kind.NOUN, Kind.SHORT_NOUN, Kind.UNKNOWN, Kind.ENDING})
#: What may stand before each kind; None is the beginning of the run.
_BEFORE: dict[Kind, frozenset[Kind | None]] = {
    Kind.PLACE: _START,
    Kind.NOUN: _START | {Kind.NOUN, Kind.UNKNOWN},
    Kind.SHORT_NOUN: _START,
    Kind.UNKNOWN: _START | {Kind.NOUN, Kind.ENDING},
    Kind.ENDING: _START | _NOUNS,
    Kind.PARTICLE: _NOUNS | {Kind.PLACE, Kind.BOUND_NOUN, Kind.FILLER},
    Kind.FILLER: _START | _NOUNS,
    Kind.BOUND_NOUN: frozenset({Kind.FILLER}),
}
#: A part of each kind costs this, an unknown letter `_LETTER_COST` more; the cheapest parts win.
_COSTS = dict.fromkeys(Kind, 1.0) | {Kind.SHORT_NOUN: 2.0, Kind.ENDING: 0.9, Kind.UNKNOWN: 1.5}
_LETTER_COST = 1.0

_BOUND_NOUNS = frozenset("곳 데 디 수 분 줄 일 집 거 게 건 걸 중 때".split())
_QUESTION_WORDS = frozenset(
    "어디 어디에 어디서 어디로 어디에서 어디다 어디가 어디인가요 어디죠 어디야 어디예요 어디에요 "
    "어디있어요 어딨어요 어딘가요 어딘지 어데 어데로 어데가 워디 워디로 오데 어느".split()
)
_STRONG = VERB_FORMS | frozenset(VERB_ENDINGS) | _QUESTION_WORDS
_WORDS_OF_KIND: dict[Kind, frozenset[str]] = {
    Kind.FILLER: frozenset(word for word in _STRONG | FILLER_WORDS if len(word) >= MIN_PART_LENGTH),
    Kind.PARTICLE: frozenset(PARTICLES) | frozenset(COPULAS),
    Kind.ENDING: frozenset(
        word for word in ENDINGS if len(word) >= MIN_PART_LENGTH and word not in FILLER_WORDS
    ),
    Kind.BOUND_NOUN: _BOUND_NOUNS,
}


class _Part(NamedTuple):
    start: int
    end: int
    kind: Kind
    before: "_Part | None" = None
    cost: float = 0.0


def part_run(run: str, knowledge: Knowledge) -> list[str]:
    """Return the words of a run of letters that is a question without spaces, else the run alone.

    대구에서안경테만드는데어디로가나요 is 대구에서, 안경테, 만드는데, 어디로, 가나요. Every letter
    belongs to one word, so that no product is found inside another word (빵 in 가방).
    """
    if not MIN_LENGTH <= len(run) <= MAX_LENGTH:
        return [run]
    parts = _find_parts(run, knowledge)
    return _join_parts(run, parts) if _is_question(run, parts) else [run]


def _find_parts(run: str, knowledge: Knowledge) -> list[_Part]:
    """The cheapest parts that make up the whole run."""
    best: list[dict[Kind | None, _Part | None]] = [{} for _ in range(len(run) + 1)]
    best[0][None] = None
    for start in range(len(run)):
        if not best[start]:
            continue
        for end, kind in _list_parts(run, start, knowledge):
            cost = _COSTS[kind] + (_LETTER_COST * (end - start) if kind is Kind.UNKNOWN else 0)
            for last, before in best[start].items():
                if last not in _BEFORE[kind]:
                    continue
                total = cost + (before.cost if before else 0)
                known = best[end].get(kind)
                if known is None or total < known.cost:
                    best[end][kind] = _Part(start, end, kind, before, total)
    last = min(filter(None, best[-1].values()), key=lambda part: part.cost, default=None)
    parts: list[_Part] = []
    while last:
        parts.append(last)
        last = last.before
    return parts[::-1]


def _list_parts(run: str, start: int, knowledge: Knowledge) -> Iterator[tuple[int, Kind]]:
    """The ends and kinds of what may begin at a position."""
    for end in range(start + 1, min(start + _MAX_PART_LENGTH, len(run)) + 1):
        text = run[start:end].casefold()
        yield end, Kind.UNKNOWN
        is_long = end - start >= MIN_PART_LENGTH
        if knowledge.vocabulary.is_known(text):
            yield end, Kind.NOUN if is_long else Kind.SHORT_NOUN
        elif is_long and knowledge.has_place(text):
            yield end, Kind.PLACE
        for kind, words in _WORDS_OF_KIND.items():
            if text in words:
                yield end, kind


def _is_question(run: str, parts: list[_Part]) -> bool:
    """Whether parts are words: a place or a product, with what only stands in a sentence.

    A place directly in front of a product is enough: 부산가죽가방공장.
    """
    kinds = [part.kind for part in parts]
    pairs = list(pairwise(kinds))
    if not {Kind.PLACE, Kind.NOUN, Kind.SHORT_NOUN}.intersection(kinds):
        return False
    return (
        not {(Kind.PLACE, Kind.PARTICLE), (Kind.PLACE, Kind.NOUN)}.isdisjoint(pairs)
        or kinds == [Kind.PLACE, Kind.PLACE]
        or any(run[part.start : part.end] in _STRONG for part in parts if part.kind is Kind.FILLER)
    )


def _join_parts(run: str, parts: list[_Part]) -> list[str]:
    """The parts as words: particles and compounds stay together."""
    words: list[str] = []
    last: Kind | None = None
    for part in parts:
        text = run[part.start : part.end]
        is_attached = part.kind is Kind.PARTICLE or (part.kind in _NOUNS and last in _NOUNS)
        if words and is_attached:
            words[-1] += text
        else:
            words.append(text)
        last = part.kind
    return words
