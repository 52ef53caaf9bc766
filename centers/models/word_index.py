"""Makers' words in memory: what a word, or the longest known part of one, means."""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from centers.models import DataVersion, Industry, Word
from centers.models.data_version import per_reference_version
from centers.text.hangul import to_runs

Codes = tuple[str, ...]
#: A word of one syllable is part of half the language.
MIN_PART_LENGTH = 2
#: What may stand behind a word of one syllable: 떡집, but not 떡잎.
SHOP_SYLLABLES = frozenset("집방가일류장업")
#: Behind any word, the number of something (가구수) and no wares.
NUMBER_SYLLABLE = "수"


@lru_cache(maxsize=20_000)
def make_word_key(text: str) -> str:
    """A key that ignores spaces, punctuation and case; cached across data versions."""
    return "".join(to_runs(text)).casefold()


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

    def list_words(self) -> list[tuple[str, Codes]]:
        """All words that mean an industry, with their codes."""
        return list(self._codes.items())

    def find_standard(self, key: str) -> str:
        """The usual spelling of a word that is spelt otherwise; "" for any other."""
        return self._standards.get(key, "")

    def find_ending(self, key: str) -> str:
        """The longest known ending of a longer word; "" without any."""
        return self._find_part(key[start:] for start in range(1, len(key)))

    def find_beginning(self, key: str) -> str:
        """The longest known beginning of a longer word; "" without any."""
        last = len(key) - 2 if key.endswith(NUMBER_SYLLABLE) else len(key) - 1
        # Behind a single syllable, another one makes another word: 떡잎.
        first = 1 if len(key) != 2 or key[-1] in SHOP_SYLLABLES else 2
        return self._find_part(key[:end] for end in range(last, first - 1, -1))

    def _find_part(self, parts: Iterable[str]) -> str:
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
