"""Makers' words in memory: what a word, or the longest known part of one, means."""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from centers.models import DataVersion, Industry, Word
from centers.models.data_version import per_reference_version
from centers.text.hangul import to_runs
from centers.text.sounds import to_sound
from centers.text.word_endings import (
    COMMON_HEADS,
    ENDINGS,
    NON_MAKER_ENDINGS,
    is_house,
    is_non_maker,
    list_stems,
)

Codes = tuple[str, ...]
#: Makers of food and of drinks.
FOOD_DIVISIONS = frozenset({"10", "11"})
#: Foods that a house called by them makes to be taken away: oil, flour, rice cake, kimchi, tofu.
SHOP_FOODS = ("103", "104", "106", "1071", "1074", "10794", "10795", "10796")
#: A word of one syllable is part of half the language.
MIN_PART_LENGTH = 2
#: Shorter words that sound alike are other words.
MIN_SOUND_LENGTH = 3
#: What may stand behind a word of one syllable: 떡집, but not 떡잎.
SHOP_SYLLABLES = frozenset("집방가일류장업")
#: Behind any word, the number of something (가구수) and no wares.
NUMBER_SYLLABLE = "수"


@lru_cache(maxsize=20_000)
def make_word_key(text: str) -> str:
    """A key that ignores spaces, punctuation and case; cached across data versions."""
    return "".join(to_runs(text)).casefold()


def narrow_codes(codes: Codes, others: Codes) -> Codes:
    """The codes of the divisions that two words share; all codes where they share none."""
    divisions = {code[:2] for code in others}
    return tuple(code for code in codes if code[:2] in divisions) or codes


class Vocabulary:
    """Makers' words and the KSIC codes that they mean, by `make_word_key`."""

    def __init__(
        self,
        industries: Iterable[tuple[str, str, list[str]]],
        words: Iterable[tuple[str, Codes, str, bool]],
    ) -> None:
        """Take code, short name and aliases of each industry, and the fields of each `Word`."""
        self._codes: dict[str, Codes] = {}
        self._standards: dict[str, str] = {}
        self._parts: set[str] = set()
        named: dict[str, set[str]] = defaultdict(set)
        for code, short_name, aliases in industries:
            for name in (short_name, *short_name.split("·"), *aliases):
                named[make_word_key(name)].add(code)
        self._codes = {key: tuple(sorted(codes)) for key, codes in named.items()}
        self._parts = {key for key in self._codes if len(key) >= MIN_PART_LENGTH}
        for text, codes, standard, is_part in words:
            key = make_word_key(text)
            if standard:
                self._standards[key] = standard
                self._codes.pop(key, None)
            else:
                self._codes[key] = codes
            if is_part:
                self._parts.add(key)
            else:
                self._parts.discard(key)

    def find_codes(self, key: str) -> Codes:
        """The KSIC codes that a word means; none for an unknown word or another spelling."""
        return self._codes.get(key, ())

    def is_known(self, key: str) -> bool:
        """Whether a word means an industry, or is another spelling of one that does."""
        return key in self._codes or key in self._standards

    def list_words(self) -> list[tuple[str, Codes]]:
        """All words that mean an industry, with their codes."""
        return list(self._codes.items())

    def find_standard(self, key: str) -> str:
        """The usual spelling of a word that is spelt otherwise; "" for any other."""
        return self._standards.get(key, "")

    def find_ending(self, key: str) -> str:
        """The longest known ending of a word, maybe all of it; "" without any.

        Behind a single syllable it counts only where other words begin so: no 철물 in 보철물.
        """
        found = self._find_known(key[start:] for start in range(len(key)))
        is_chance = len(key) > MIN_PART_LENGTH and key[0] not in self._heads
        return "" if is_chance and key[1:] in self._parts and key not in self._parts else found

    @cached_property
    def _heads(self) -> frozenset[str]:
        """Single syllables in front of wares: 손 of 손두부, 생 of 생맥주."""
        return COMMON_HEADS | {
            word[0]
            for word, codes in self._codes.items()
            if word[1:] in self._parts
            and len(word) > MIN_PART_LENGTH
            and {code[:2] for code in codes} & {code[:2] for code in self.find_codes(word[1:])}
        }

    def find_beginning(self, key: str) -> str:
        """The longest known beginning of a longer word; "" without any."""
        last = len(key) - 2 if key.endswith(NUMBER_SYLLABLE) else len(key) - 1
        # Behind a single syllable, another one makes another word: 떡잎.
        first = 1 if len(key) != 2 or key[-1] in SHOP_SYLLABLES else 2
        return self._find_known(key[:end] for end in range(last, first - 1, -1))

    def find_part(self, key: str) -> str:
        """The word that a compound ends with, be it in front of an ending, or begins with, or "".

        도토리묵 is 묵, 원목식탁공장 is 식탁, 인쇄골목 is 인쇄. Shops, services, farms and eating
        places (딸기농장, 국밥집) make nothing of what they are called by.
        """
        if key in NON_MAKER_ENDINGS or is_non_maker(key):
            return ""
        endings = map(self.find_ending, (key, *list_stems(key, ENDINGS)))
        part = next(filter(None, endings), "") or self.find_beginning(key)
        return "" if is_house(key) and self.is_dish(part) else part

    def find_compound(self, key: str) -> tuple[str, Codes]:
        """The known part of a compound with its codes, narrowed by what stands in front of it.

        가죽키링 is a 키링 of leather. Nothing for a word without a known part.
        """
        part = self.find_part(key)
        codes = self.find_codes(part)
        front = key.partition(part)[0] if part else ""
        return part, narrow_codes(codes, self.find_codes(front)) if front else codes

    def is_dish(self, key: str) -> bool:
        """Whether a word means what is eaten or drunk where it is served, and nothing else."""
        codes = self.find_codes(key)
        return bool(codes) and all(
            code[:2] in FOOD_DIVISIONS and not code.startswith(SHOP_FOODS) for code in codes
        )

    def find_by_sound(self, key: str) -> str:
        """The word that another one sounds like; "" if none, or several, do.

        Of two syllables too many are other words: 쇼바 is no 소바.
        """
        return self._sounds.get(to_sound(key), "") if len(key) >= MIN_SOUND_LENGTH else ""

    @cached_property
    def _sounds(self) -> dict[str, str]:
        sounds: dict[str, str] = {}
        for word, codes in self._codes.items():
            if len(word) < MIN_SOUND_LENGTH:
                continue
            other = sounds.setdefault(to_sound(word), word)
            if other and self._codes[other] != codes:
                sounds[to_sound(word)] = ""
        return sounds

    def _find_known(self, parts: Iterable[str]) -> str:
        """The first known part; a part that is spelt otherwise counts as its usual spelling."""
        found = next((part for part in parts if part in self._parts), "")
        return make_word_key(self._standards.get(found, found))


@per_reference_version
def get_vocabulary(version: int) -> Vocabulary:
    # Thousands of words share few lists of codes, so each list is decoded once.
    words = Word.objects.annotate(listed=Cast("codes", TextField()))
    return Vocabulary(
        Industry.objects.values_list("code", "short_name", "aliases"),
        (
            (text, _decode_codes(listed), standard, is_part)
            for text, listed, standard, is_part in words.values_list(
                "text", "listed", "standard", "is_part"
            )
        ),
    )


@lru_cache(maxsize=4_000)
def _decode_codes(listed: str) -> Codes:
    return tuple(json.loads(listed))


def match_without_class() -> Q:
    """Match other spellings whose standard means no industry, so that they find nothing."""
    vocabulary = get_vocabulary(DataVersion.fetch())
    standards = Word.objects.exclude(standard="").values_list("standard", flat=True)
    lost = {text for text in standards if not vocabulary.find_codes(make_word_key(text))}
    return Q(standard__in=lost)
