"""The terms of a query: what one word or two mean, as a condition on centres and as a rank."""

import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from django.db.models import BooleanField, F, Func, Q

from centers.models import Center
from centers.models.centers import GROUP_ENDS
from centers.models.gazetteer import LOCALITY_SYLLABLES
from centers.models.word_index import MIN_PART_LENGTH, Codes, Vocabulary
from centers.search.knowledge import Knowledge, Place
from centers.search.sentences import FILLER_WORDS, VERB_ENDINGS, is_filler
from centers.search.word_breaks import MIN_LENGTH, part_run
from centers.text.hangul import (
    find_whole_match,
    has_whole_syllables,
    retype,
    to_keystrokes,
    to_query_keys,
)
from centers.text.letter_names import read_letters
from centers.text.uses import MATERIALS
from centers.text.word_endings import (
    COMMON_FINISHING,
    COMMON_WORK,
    COPULAS,
    ENDINGS,
    HOUSE,
    LOCATIVE,
    MAKING_NOUNS,
    NON_MAKER_ENDINGS,
    PARTICLES,
    STREETS,
    UNSURE_PARTICLES,
    is_house,
    is_non_maker,
    list_stems,
)

#: A word may cross spaces and fields, as people leave out spaces, only if it is so long.
MIN_CROSSING_LENGTH = 4
#: A place may be named with the regions around it: 경기 성남시 분당구 정자동.
MAX_NAME_WORDS = 4
#: Repair is an industry of its own for these: tools, electronics, electric gear, machines.
MACHINE_DIVISIONS = frozenset({"25", "26", "28", "29"})
REPAIR = "수리"
#: Doubled consonants as the parts of a syllable, initial and final.
_DOUBLED_PARTS = frozenset("\u1101\u1104\u1108\u110a\u110d\u11a9\u11bb")


class Tier(StrEnum):
    """How closely words were matched; the first tier that finds anything answers."""

    WHOLE = "whole"
    HALF_TYPED = "half_typed"
    MEANT = "meant"


#: The tiers with what they mean, in Korean.
TIER_LABELS = {
    Tier.WHOLE: "낱말 그대로이거나 업종·지역·운영기관의 뜻으로",
    Tier.HALF_TYPED: "덜 친 글자나 첫소리로",
    Tier.MEANT: "한/영 키, 흔한 다른 표기, 끝말을 바로잡아",
}
TIER_CHOICES = [(tier.value, label) for tier, label in TIER_LABELS.items()]


@dataclass(frozen=True)
class Term:
    """One word of a query (two for 서울 종로구) and what it means."""

    #: As typed.
    word: str
    #: One run of letters to be found in the texts of centres; "" if only the meaning counts.
    text: str = ""
    #: The word of the vocabulary that was recognised, and its KSIC codes.
    known_word: str = ""
    codes: Codes = ()
    place: Place | None = None
    #: Whether no text, industry or place is known by this word.
    is_unknown: bool = False
    #: How it is read if it finds nothing: other words in the order of preference.
    readings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_industry(self) -> bool:
        return bool(self.codes)

    @property
    def is_locality(self) -> bool:
        return self.place is not None and self.place.is_locality


def build_place_condition(place: Place, knowledge: Knowledge) -> Q:
    """The centres in the regions of a place, and those that serve the whole 시·도 around it."""
    tree = knowledge.regions
    inside = set().union(*map(tree.collect_inner_codes, place.codes))
    sidos = {tree.by_code[code].sido.code for code in place.codes} - inside
    condition = Q(region_id__in=inside)
    if sidos:
        condition |= Q(kind=Center.Kind.WIDE_AREA, region_id__in=sidos)
    return condition


class NameHolds(Func):
    """Whether a run in the name or specialty of a centre begins with a word."""

    output_field: Any = BooleanField()

    def __init__(self, word: str, **extra):
        super().__init__(F("plain_text"), **extra)
        self.word = word

    def as_sql(self, compiler, connection, **extra_context):
        column, _ = compiler.compile(self.source_expressions[0])
        return f"{column} LIKE %s", [f"% {self.word}%{GROUP_ENDS[0]}%"]


def build_text_condition(word: str) -> Q:
    """The centres with a word as whole syllables inside one run of letters.

    The keystroke column, which has an index, goes before the judge.
    """
    keys = Q(search_text__contains=to_keystrokes(word))
    return keys & Q(plain_text__contains=find_whole_match(word))


def build_half_typed_condition(word: str) -> Q | None:
    """The centres with a word whose last syllable is unfinished, or with its initials.

    None for a word that cannot be half-typed: a single letter, or one with a doubled consonant,
    which the keystrokes do not tell from a single one.
    """
    keys = to_query_keys(word)
    if has_doubled_consonant(word) or (len(word) < 2 and not is_syllable(word)):
        return None
    condition = Q(search_text__contains=keys)
    if not has_whole_syllables(word):
        return condition
    # All but the last syllable must stand as they are: 로봇 is not begun by 종로|보석.
    return condition & Q(plain_text__contains=word[:-1])


def has_doubled_consonant(word: str) -> bool:
    return any(part in _DOUBLED_PARTS for part in unicodedata.normalize("NFD", word))


def is_syllable(char: str) -> bool:
    return len(char) == 1 and "가" <= char <= "힣"


@dataclass(frozen=True)
class TermBuilder:
    """Understands the words of a query, by what is known for one version of the data."""

    knowledge: Knowledge

    @property
    def vocabulary(self) -> Vocabulary:
        return self.knowledge.vocabulary

    def understand(self, words: list[str]) -> tuple[list[Term], list[str]]:
        """Return the terms of the words in their order, and the words that only ask."""
        words = [part for word in words for part in self._part_question(word)]
        terms: list[Term] = []
        fillers: list[str] = []
        at = 0
        while at < len(words):
            term, length = self._find_run(words[at : at + MAX_NAME_WORDS])
            if term:
                terms.append(term)
                at += length
                continue
            word = words[at].casefold()
            if terms and (word in MAKING_NOUNS or self._is_common_work(word, terms[-1])):
                fillers.append(words[at])
                at += 1
                continue
            if terms and self._is_repair(word, terms[-1]):
                codes = self.vocabulary.find_codes(word)
                text = f"{terms[-1].word} {words[at]}"
                terms[-1] = Term(text, known_word=word, codes=codes)
                at += 1
                continue
            found = self._find_known(word) or self._find_verb(word) or self._find_noun(word)
            # A 동 may be called as a word that asks: 어디로 가야 하나요.
            is_known = found and not (word in FILLER_WORDS and found[0].is_locality)
            if not is_known and is_filler(word):
                fillers.append(words[at])
            else:
                found = found or self._read_unknown(word)
                is_same = len(found) == 1 and found[0].word == word
                terms += [replace(found[0], word=words[at])] if is_same else found
            at += 1
        if not terms:
            # Nothing but words that ask: they are what is looked for.
            for word in fillers:
                terms += self._find_known(word.casefold()) or [
                    self._build_text_term(word.casefold())
                ]
            fillers = []
        return terms, fillers

    def _part_question(self, word: str) -> list[str]:
        """The words of a question without spaces: 성수동구두만드는데어디로가요."""
        key = word.casefold()
        if len(word) < MIN_LENGTH or self.knowledge.has_text(key):
            return [word]
        if self._find_known(key) or self._find_verb(key):
            return [word]
        return part_run(word, self.knowledge)

    def _is_common_work(self, word: str, product: Term) -> bool:
        """Whether a word says what is done with the product before it: 대추 가공, 렌즈 연마."""
        if not product.is_industry:
            return False
        if word in COMMON_WORK:
            return not self._is_repair(word, product)
        return word in COMMON_FINISHING and bool(self.knowledge.find_class_keys(product.codes))

    def _is_repair(self, word: str, product: Term) -> bool:
        """Whether a machine is repaired, which is an industry of its own: 보일러 수리."""
        return (
            word == REPAIR
            and product.is_industry
            and all(code[:2] in MACHINE_DIVISIONS for code in product.codes)
        )

    def _find_run(self, words: list[str]) -> tuple[Term | None, int]:
        """What several words mean together, and how many they are: 3D 프린터, 서울 종로구."""
        if len(words) < 2:
            return None, 0
        joined = "".join(words[:2]).casefold()
        for stem in (joined, *list_stems(joined, PARTICLES)):
            known = self.vocabulary.find_standard(stem).casefold() or stem
            codes = self.vocabulary.find_codes(known)
            if codes and not self.knowledge.find_place(words[0]):
                return Term(" ".join(words[:2]), stem, known_word=known, codes=codes), 2
        if self._is_place_to_buy(words[:2]):
            return Term(" ".join(words[:2]), joined, is_unknown=True), 2
        for length in range(len(words), 1, -1):
            if term := self._find_place_term(words[:length]):
                return term, length
        return None, 0

    def _find_place_term(self, words: list[str]) -> Term | None:
        """The region that words name together, or a 읍·면·동 with its region: 분당구 정자동."""
        knowledge = self.knowledge
        if not knowledge.places.find_regions(words[0], whole=True):
            return None
        for stem in (words[-1], *list_stems(words[-1], PARTICLES)):
            name = " ".join([*words[:-1], stem])
            if found := knowledge.places.find_regions(name, whole=True):
                return Term(name, place=Place(tuple(region.code for region in found)))
            if knowledge.vocabulary.find_codes(stem.casefold()):
                return None
            if inside := knowledge.gazetteer.find_inside([*words[:-1], stem]):
                codes = tuple(sorted({one.region.code for one in inside}))
                place = Place(codes, is_locality=True, is_exact=True)
                if ware := self._find_street_ware(stem):
                    codes = knowledge.vocabulary.find_codes(ware)
                    return Term(name, known_word=ware, codes=codes, place=place)
                return Term(name, strip_dong(stem), place=place)
        return None

    def _find_known(self, word: str) -> list[Term]:
        """What a word means as it stands: a place, an industry, or both written as one."""
        knowledge = self.knowledge
        if place := knowledge.find_place(word):
            # A street may be called by what is made there: 을지로인쇄골목.
            if place.is_locality and (split := self._split_place(word)):
                return split
            if place.is_locality and (stem := self._find_street_ware(word)):
                codes = knowledge.vocabulary.find_codes(stem)
                return [Term(word, known_word=stem, codes=codes, place=place)]
            return [Term(word, strip_dong(word) if place.is_locality else "", place=place)]
        if codes := knowledge.vocabulary.find_codes(word):
            return [Term(word, word, known_word=word, codes=codes)]
        if place := knowledge.find_dong(word):
            return [Term(word, strip_dong(word), place=place)]
        return []

    def _find_street_ware(self, word: str) -> str:
        """The word for what is made in a street that is called by it: 인쇄 of 인쇄골목."""
        if self.knowledge.find_dong(word):
            return ""
        for stem in list_stems(word, STREETS):
            if self.vocabulary.find_codes(stem):
                return stem
            part = self.vocabulary.find_part(stem)
            if part and stem.endswith(part) and not self.knowledge.find_place(stem):
                return part
        return ""

    def _find_verb(self, word: str) -> list[Term]:
        """The industry of a verb: 염색 of 염색하는데."""
        for stem in list_stems(word, VERB_ENDINGS):
            if (found := self._find_known(stem)) and found[0].is_industry:
                return found
        return []

    def _find_noun(self, word: str) -> list[Term]:
        """What the noun of a statement means: 영등포 of 영등포인데, 옷 of 옷공장입니다."""
        for stem in list_stems(word, COPULAS) if len(word) > MIN_PART_LENGTH else ():
            if found := self._find_known(stem):
                return found
            part, codes = self.vocabulary.find_compound(stem)
            if len(stem) > 1 and not is_filler(stem) and part:
                return [Term(stem, known_word=part, codes=codes)]
        return []

    def _part_compound(self, word: str, part: str) -> list[Term]:
        """A ware and, in front of it, an industry without a centre: 비누도장."""
        front = word.removesuffix(part)
        codes = self.vocabulary.find_codes(front) if front != word else ()
        is_plain = len(front) < MIN_PART_LENGTH or front in MATERIALS or not codes
        if is_plain or self.knowledge.find_class_keys(codes):
            return []
        return [
            Term(front, front, known_word=front, codes=codes),
            Term(part, known_word=part, codes=self.vocabulary.find_codes(part)),
        ]

    def _build_text_term(self, word: str) -> Term:
        is_unknown = not self.knowledge.has_text(word)
        readings = self._list_readings(word) if is_unknown else ()
        return Term(word, word, is_unknown=is_unknown, readings=readings)

    def _read_unknown(self, word: str) -> list[Term]:
        """What a word means that is neither a place nor in the vocabulary."""
        knowledge = self.knowledge
        if knowledge.has_text(word):
            return [Term(word, word)]
        if not has_whole_syllables(word):
            return [self._build_text_term(word)]
        word = word.replace("tp", "테크노파크") if word.endswith("tp") else word
        if knowledge.has_text(word):
            return [Term(word, word)]
        for stem in list_stems(word, PARTICLES):
            # 마이 is no 마 with a particle.
            is_chance = len(stem) == 1 and word[1:] in UNSURE_PARTICLES
            if not is_chance and (found := self._find_known(stem)):
                return found
            if len(stem) > 1 and knowledge.has_text(stem):
                return [Term(word, stem)]
            if stem + LOCATIVE == word and (place := knowledge.find_stem_of_dong(stem)):
                return [Term(word, stem, place=place)]
        if split := self._split_place(word):
            return split
        is_joined = len(word) >= MIN_CROSSING_LENGTH and knowledge.has_joined_text(word)
        if is_joined or self._list_readings(word):
            return [self._build_text_term(word)]
        part, codes = knowledge.vocabulary.find_compound(word)
        if part:
            return self._part_compound(word, part) or [Term(word, known_word=part, codes=codes)]
        return [self._build_text_term(word)]

    def _is_place_to_buy(self, words: list[str]) -> bool:
        """Whether two words name a shop, a service or a farm of a product: 딸기 농장, 국밥 집."""
        product, place = (word.casefold() for word in words)
        vocabulary = self.knowledge.vocabulary
        if vocabulary.find_codes(product + place) or not vocabulary.find_codes(product):
            return False
        places = (place, *list_stems(place, COPULAS))
        is_eaten = HOUSE in places and self.vocabulary.is_dish(product)
        return is_eaten or not set(NON_MAKER_ENDINGS).isdisjoint(places)

    def _split_place(self, word: str) -> list[Term]:
        """A place and what is made there, written as one word: 부산봉제, 을지로인쇄골목."""
        knowledge = self.knowledge
        for end in range(len(word) - 1, 1, -1):
            front, rest = word[:end], word[end:]
            if knowledge.vocabulary.find_codes(front) or len(rest) < MIN_PART_LENGTH:
                continue
            place = knowledge.find_place(front)
            if not place and front[-1] in LOCALITY_SYLLABLES:
                place = knowledge.find_dong(front)
            if not place:
                continue
            for stem in (rest, *list_stems(rest, ENDINGS)):
                if stem != rest and is_house(rest) and self.vocabulary.is_dish(stem):
                    continue
                if len(stem) > 1 and (codes := knowledge.vocabulary.find_codes(stem)):
                    text = strip_dong(front) if place.is_locality else ""
                    return [
                        Term(front, text, place=place),
                        Term(rest, stem, known_word=stem, codes=codes),
                    ]
        return []

    def _list_readings(self, word: str) -> tuple[str, ...]:
        """How a word that nothing is known by may be meant; each reading is known."""
        knowledge = self.knowledge
        standard = knowledge.vocabulary.find_standard
        readings = [standard(word).casefold()]
        if not is_non_maker(word):
            stems = list_stems(word, ENDINGS)
            stems = [standard(stem).casefold() or stem for stem in stems]
            readings += [
                one for one in stems if not (is_house(word) and self.vocabulary.is_dish(one))
            ]
        readings += read_letters(word)
        readings.append(self.vocabulary.find_by_sound(word))
        # A single key is no word, and its letter would match nearly everything.
        readings.append((retype(word) or "") if len(word) > 1 else "")
        return tuple(
            reading
            for reading in dict.fromkeys(readings)
            if len(reading) > 1 and (self._find_known(reading) or knowledge.has_text(reading))
        ) or self._list_short_readings(word)

    def _list_short_readings(self, word: str) -> tuple[str, ...]:
        """A maker's word of one syllable in front of an ending of two or more: 칼 of 칼공장."""
        if is_non_maker(word):
            return ()
        stems = list_stems(word, [ending for ending in ENDINGS if len(ending) > 1])
        return tuple(stem for stem in stems if len(stem) == 1 and self.vocabulary.find_codes(stem))

    # --- conditions ---

    def build_condition(self, term: Term, tier: Tier) -> Q | None:
        """The centres that a term means in a tier, those of higher tiers among them.

        None if it certainly means none.
        """
        knowledge = self.knowledge
        condition: Q | None = None
        keys = to_query_keys(term.text)
        if term.place:
            condition = build_place_condition(term.place, knowledge)
        if term.codes:
            of_industry = Q(class_key__in=knowledge.find_class_keys(term.codes))
            condition = condition & of_industry if condition else of_industry
        is_exact = term.place is not None and term.place.is_exact
        if term.text and not is_exact and knowledge.has_text(term.text):
            if term.codes:
                # Of a word that means an industry only names count: 금속 is not meant by 귀금속.
                if len(term.text) > 1:
                    holds = Q(search_text__contains=to_keystrokes(term.text))
                    condition = cast(Q, condition) | holds & Q(NameHolds(term.text))
            else:
                text = build_text_condition(term.text)
                condition = condition | text if condition else text
        if condition or tier is Tier.WHOLE or not knowledge.has_keys(keys):
            return condition
        is_finished = has_whole_syllables(term.text) and not knowledge.has_half_typed(term.text)
        if tier is Tier.HALF_TYPED:
            return None if is_finished else build_half_typed_condition(term.text)
        if (is_syllable(term.text[:1]) and len(term.text) >= MIN_CROSSING_LENGTH) or (
            has_doubled_consonant(term.text) and len(term.text) > 1
        ):
            return Q(search_text__contains=keys)
        return None if is_finished else build_half_typed_condition(term.text)


def strip_dong(word: str) -> str:
    """성수동 as 성수, which names of centres have."""
    return word[:-1] if len(word) > 2 and word[-1] in "동읍면" else word
