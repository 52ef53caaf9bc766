"""What words can mean, in memory for one version of the data."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from centers.models import Center, Dong, Industry, Landmark, Word
from centers.models.centers import GROUP_ENDS
from centers.models.data_version import per_data_version
from centers.models.place_parser import PlaceParser, get_place_parser
from centers.models.reference_data import get_class_names, get_reference_data
from centers.models.region_tree import RegionTree
from centers.text.hangul import build_unfinished_pattern, find_whole_match, romanise, to_runs

Codes = tuple[str, ...]
#: A word of one syllable is part of half the language.
MIN_PART_LENGTH = 2
#: All groups of searchable texts but the address.
NAMED_GROUPS = 4
_GROUP_BREAKS = str.maketrans(dict.fromkeys(GROUP_ENDS, " "))


@lru_cache(maxsize=20_000)
def make_word_key(text: str) -> str:
    """A key that ignores spaces, punctuation and case; cached across data versions."""
    return "".join(to_runs(text)).casefold()


class Vocabulary:
    """Makers' words and the KSIC codes that they mean, by `make_word_key`."""

    def __init__(
        self,
        industries: Iterable[tuple[str, str, list[str]]],
        words: Iterable[tuple[str, list[str], str, bool]],
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
                continue
            self._codes[key] = tuple(codes)
            if is_part:
                self._parts.add(key)
            else:
                self._parts.discard(key)

    def find_codes(self, key: str) -> Codes:
        return self._codes.get(key, ())

    def find_standard(self, key: str) -> str:
        """The usual spelling of a word that is spelt otherwise; "" for any other."""
        return self._standards.get(key, "")

    def find_part(self, key: str) -> str:
        """The longest known ending of a longer word, else its longest known beginning; or ""."""
        length = len(key)
        ends = (key[start:] for start in range(1, length))
        beginnings = (key[:end] for end in range(length - 1, 0, -1))
        for parts in (ends, beginnings):
            if found := next((part for part in parts if part in self._parts), ""):
                return found
        return ""


@dataclass(frozen=True)
class Place:
    """A place that a word names: the regions it may be, by code, and whether it is below one."""

    codes: Codes
    is_locality: bool = False


class Knowledge:
    """All that words are held against: makers' words, places, and the texts of the centres."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.regions: RegionTree = get_reference_data(version)[0]
        self.places: PlaceParser = get_place_parser(self.regions)
        self.vocabulary = Vocabulary(
            Industry.objects.values_list("code", "short_name", "aliases"),
            Word.objects.values_list("text", "codes", "standard", "is_part"),
        )
        self.class_names = get_class_names(version)
        published = Center.objects.published().order_by()
        #: The distinct classes of centres: codes by `Center.class_key`.
        self.class_keys: dict[str, Codes] = {
            key: tuple(key.split(","))
            for key in published.values_list("class_key", flat=True).distinct()
            if key
        }
        # The runs of all centres, each once.
        runs: dict[str, None] = {}
        joined: dict[str, None] = {}
        for text in published.values_list("plain_text", flat=True):
            runs |= dict.fromkeys(run for run in text.split() if run not in GROUP_ENDS)
            groups = text.replace(" ", "").translate(_GROUP_BREAKS).split(" ")
            joined |= dict.fromkeys(groups[:NAMED_GROUPS])
        #: The runs of letters of all centres, each once.
        self._runs = f" {' '.join(runs)} "
        #: Their names, industries, regions and operators without spaces, each once.
        self._joined = " ".join(joined)

    def has_text(self, word: str) -> bool:
        """Whether the word stands in any centre, as whole syllables inside one run of letters."""
        return find_whole_match(word) in self._runs

    def has_half_typed(self, word: str) -> bool:
        """Whether the word stands in any centre, its last syllable unfinished."""
        return re.search(build_unfinished_pattern(word), self._runs) is not None

    def has_joined_text(self, word: str) -> bool:
        """Whether the word is a part of any name that is written with spaces."""
        return word in self._joined

    @cached_property
    def _landmarks(self) -> dict[str, Codes]:
        return group_codes(Landmark.objects.values_list("name", "region_id"))

    @cached_property
    def _dongs(self) -> dict[str, Codes]:
        return group_codes(Dong.objects.values_list("name", "region_id"))

    @cached_property
    def _romanised(self) -> dict[str, str]:
        return {romanise(one.short_name): one.code for one in self.regions.children[None]}

    def find_place(self, word: str) -> Place | None:
        """The regions or the well-known cluster that a word names."""
        if found := self.places.find_regions(word, whole=True):
            return Place(tuple(region.code for region in found))
        if code := self._romanised.get(word):
            return Place((code,))
        codes = self._landmarks.get(word)
        return Place(codes, is_locality=True) if codes else None

    def find_dong(self, word: str) -> Place | None:
        """The regions with a 읍, 면 or 동 of this name."""
        codes = self._dongs.get(word)
        return Place(codes, is_locality=True) if codes else None

    def find_class_keys(self, codes: Codes) -> list[str]:
        """The class keys with a class that fits any of the codes: one is inside the other."""
        return [
            key
            for key, classes in self.class_keys.items()
            if any(
                one.startswith(code) or code.startswith(one) for one in classes for code in codes
            )
        ]

    def find_narrow_class_keys(self, codes: Codes) -> list[str]:
        """The class keys with a class that is one of the codes or inside one."""
        return [
            key
            for key, classes in self.class_keys.items()
            if any(one.startswith(code) for one in classes for code in codes)
        ]


def group_codes(pairs: Iterable[tuple[str, str]]) -> dict[str, Codes]:
    """Group region codes by the name that they share."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for name, code in pairs:
        grouped[make_word_key(name)].append(code)
    return {name: tuple(sorted(set(codes))) for name, codes in grouped.items()}


@per_data_version
def get_knowledge(version: int) -> Knowledge:
    return Knowledge(version)
