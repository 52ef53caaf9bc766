"""What words can mean, in memory for one version of the data."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from centers.models import Center
from centers.models.centers import GROUP_ENDS
from centers.models.data_version import per_data_version
from centers.models.gazetteer import Gazetteer, get_gazetteer
from centers.models.place_parser import PlaceParser, get_place_parser
from centers.models.reference_data import get_class_names, get_reference_data
from centers.models.region_tree import RegionTree
from centers.models.word_index import Codes, get_vocabulary
from centers.text.hangul import build_unfinished_pattern, find_whole_match, romanise, to_query_keys

#: All groups of searchable texts but the address.
NAMED_GROUPS = 4
_GROUP_BREAKS = str.maketrans(dict.fromkeys(GROUP_ENDS, " "))
#: With which the names of railway stations end.
STATION = "역"
#: A single syllable is no name of a place.
MIN_STEM_LENGTH = 2
#: Words that are looked up in the texts once for one version of the data.
_MAX_CACHED_WORDS = 4_096


@dataclass(frozen=True)
class Place:
    """A place that a word names: the regions it may be, by code, and whether it is below one."""

    codes: Codes
    is_locality: bool = False
    #: Whether its region was named too, so that no text elsewhere may be meant.
    is_exact: bool = False


class _Texts(NamedTuple):
    """The texts of the centres, each part once."""

    #: Their runs of letters, with a space on either side.
    runs: str
    #: Their names, industries, regions and operators, each without spaces.
    joined: str


class Knowledge:
    """All that words are held against: makers' words, places, and the texts of the centres."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.regions: RegionTree = get_reference_data(version)[0]
        self.places: PlaceParser = get_place_parser(self.regions)
        self.gazetteer: Gazetteer = get_gazetteer(self.regions)
        self.vocabulary = get_vocabulary(version)
        self.class_names = get_class_names(version)
        published = Center.objects.published().order_by()
        #: The distinct classes of centres: codes by `Center.class_key`.
        self.class_keys: dict[str, Codes] = {
            key: tuple(key.split(","))
            for key in published.values_list("class_key", flat=True).distinct()
            if key
        }
        #: Whether a word stands in any centre, as whole syllables inside one run of letters.
        self.has_text = lru_cache(_MAX_CACHED_WORDS)(self._has_text)
        #: Whether any centre is found by these keystrokes, without a query.
        self.has_keys = lru_cache(_MAX_CACHED_WORDS)(self._has_keys)

    @cached_property
    def _texts(self) -> "_Texts":
        """The texts of all centres, read when a query has words."""
        runs: dict[str, None] = {}
        joined: dict[str, None] = {}
        published = Center.objects.published().order_by()
        for text in published.values_list("plain_text", flat=True):
            runs |= dict.fromkeys(run for run in text.split() if run not in GROUP_ENDS)
            groups = text.replace(" ", "").translate(_GROUP_BREAKS).split(" ")
            joined |= dict.fromkeys(groups[:NAMED_GROUPS])
        return _Texts(f" {' '.join(runs)} ", " ".join(joined))

    def _has_text(self, word: str) -> bool:
        return find_whole_match(word) in self._texts.runs

    def _has_keys(self, keys: str) -> bool:
        return keys in self._keys

    @cached_property
    def _keys(self) -> str:
        """The keystrokes and initials of the texts of all centres, each once."""
        published = Center.objects.published().order_by()
        parts: dict[str, None] = {}
        for text in published.values_list("search_text", flat=True):
            parts |= dict.fromkeys(text.translate(_GROUP_BREAKS).split())
        return " ".join(parts)

    def has_centers(self, words: list[str]) -> bool:
        """Whether any centre is found by the keystrokes of all words."""
        return all(self.has_keys(to_query_keys(word)) for word in words) and (
            Center.objects.published().search(words).exists()
        )

    def has_half_typed(self, word: str) -> bool:
        """Whether the word stands in any centre, its last syllable unfinished."""
        return re.search(build_unfinished_pattern(word), self._texts.runs) is not None

    def has_joined_text(self, word: str) -> bool:
        """Whether the word is a part of any name that is written with spaces."""
        return word in self._texts.joined

    @cached_property
    def _romanised(self) -> dict[str, str]:
        return {romanise(one.short_name): one.code for one in self.regions.children[None]}

    def find_place(self, word: str) -> Place | None:
        """The regions or the well-known cluster that a word names."""
        if found := self.places.find_regions(word, whole=True):
            return Place(tuple(region.code for region in found))
        if code := self._romanised.get(word):
            return Place((code,))
        codes = self.gazetteer.find_landmark_codes(word)
        if not codes and word.endswith(STATION) and len(word) > len(STATION) + 1:
            return self._find_around_station(word.removesuffix(STATION))
        return Place(codes, is_locality=True) if codes else None

    def _find_around_station(self, name: str) -> Place | None:
        """What a railway station is called by, if that is one place: 당정 of 당정역."""
        codes = (
            self.gazetteer.find_landmark_codes(name)
            or tuple(region.code for region in self.places.find_regions(name, whole=True))
            or self.gazetteer.find_dong_codes(f"{name}동")
        )
        return Place(codes, is_locality=True) if len(codes) == 1 else None

    def has_place(self, word: str) -> bool:
        """Whether a word without spaces is the name of a place."""
        if self.places.has_name(word) or self.gazetteer.has_name(word):
            return True
        return word.endswith(STATION) and self.find_place(word) is not None

    def find_dong(self, word: str) -> Place | None:
        """The regions with a 읍, 면 or 동 of this name."""
        codes = self.gazetteer.find_dong_codes(word)
        return Place(codes, is_locality=True) if codes else None

    def find_stem_of_dong(self, stem: str) -> Place | None:
        """The one region with a 읍, 면 or 동 that was typed without this last syllable."""
        if len(stem) < MIN_STEM_LENGTH:
            return None
        codes = {code for kind in "읍면동" for code in self.gazetteer.find_dong_codes(stem + kind)}
        return Place(tuple(codes), is_locality=True) if len(codes) == 1 else None

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


@per_data_version
def get_knowledge(version: int) -> Knowledge:
    return Knowledge(version)
