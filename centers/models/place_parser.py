"""Place names, as printed in documents or typed in a search, resolved to regions."""

import re
from collections import defaultdict
from functools import cached_property, lru_cache
from itertools import accumulate, dropwhile, product, takewhile

from centers.models import Region
from centers.models.region_tree import RegionTree
from centers.text.hangul import clean

_WORD = re.compile(r"\w+")
#: A 동, 읍 or 면, with what may be printed without a space behind it: 가좌동178, 신흥동3가.
#: Neither a building (중동빌딩) nor a road (상동1로) is one.
_DONG = re.compile(r"(\w+?[동읍면])(?:\d+(?:가|번지)?)?")
_METROPOLITAN = re.compile(r"(?:광역|통합특별)시\Z")
_SIDO_KIND = re.compile(r"(?:특별자치|특별|광역|직할)?[시도]\Z")


@lru_cache(maxsize=2)
def get_place_parser(tree: RegionTree) -> "PlaceParser":
    """The parser for a tree, cached as long as the trees themselves (two data versions)."""
    return PlaceParser(tree)


class PlaceParser:
    """Resolves place names to the regions of a tree; needs no query of its own."""

    def __init__(self, tree: RegionTree) -> None:
        self.tree = tree

    def build_label(self, code: str) -> str:
        """A short name that means this region alone: 영월, but 경기 광주 and 강원 고성."""
        region = self.tree.by_code[code]
        if self.find_regions(region.label, whole=True) == [region]:
            return region.label
        return f"{region.sido.short_name} {region.short_name}"

    def find_regions(self, text: str, *, whole: bool = False) -> list[Region]:
        """Return the regions of today that a printed place may mean, in code order; maybe none.

        In an address, the longest run of leading words that names a region counts. The rest is
        ignored, except for a 동 that decides which part of a split region is meant. With `whole`,
        as for a typed name, no words may be left over.
        """
        words = _WORD.findall(clean(text))
        if not whole:
            words = list(dropwhile(str.isdecimal, words))  # a post code
        # Joined, as names are printed with spaces and without: 전주시 덕진구, 부산금정구.
        runs = takewhile(lambda run: len(run) <= self._longest_spelling, accumulate(words))
        for length, run in reversed(list(enumerate(runs, 1))):
            if codes := self._spellings.get(run):
                rest = words[length:]
                dongs = ["".join(rest)] if whole else _find_dongs(rest)
                parts = self._find_parts(codes, dongs)
                if parts or not (whole and rest):
                    return [self.tree.by_code[code] for code in parts or codes]
        return []

    def has_name(self, key: str) -> bool:
        """Whether a name without spaces is a spelling of any region."""
        return key in self._spellings

    def _find_parts(self, codes: tuple[str, ...], dongs: list[str]) -> list[str]:
        """Return the parts of a split region with one of the 동; `codes` is what its name means."""
        known = self._split_regions.get(codes, {})
        return sorted({code for dong in dongs for code in known.get(dong, ())})

    @cached_property
    def _split_regions(self) -> dict[tuple[str, ...], dict[str, set[str]]]:
        """For each split region, by all codes that its name may mean today: the part of each 동.

        By all codes, so that a 동 decides nothing while another region may be meant: 중구 도원동 is
        in 인천 or in 대구.
        """
        split: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for region in self.tree.by_code.values():
            for line in region.dongs:
                name, _, dong = line.rpartition(" ")
                if codes := self._spellings.get(_join_words(name)):
                    split[codes][_join_words(dong)].add(region.code)
        return split

    @cached_property
    def _longest_spelling(self) -> int:
        return max(map(len, self._spellings), default=0)

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, ...]]:
        """Every spelling, without spaces, and the codes of the regions it may mean.

        A region and one inside it that are spelt alike (제주 and its city) mean the wider one.
        """
        spellings: dict[str, set[str]] = defaultdict(set)
        # Old names are shortened too (경북 군위, 마산), but names of today take
        # precedence: 청원 is 청원구 and not the 청원군 that is now all of 청주시.
        if_unused: dict[str, set[str]] = defaultdict(set)
        sidos = self._build_sido_spellings()
        for region in self.tree.by_code.values():
            sido = region.sido
            names = [sido.name, *sido.former_names]
            fronts = {front for name in names for front in sidos.get(name, ())}
            if region is sido:
                for front in fronts:
                    spellings[front].add(region.code)
            else:
                for front, inside in product({"", *fronts}, _list_names_inside(region)):
                    spellings[front + inside].add(region.code)
            for old in region.former_names:
                name, _, inside = old.partition(" ")
                if name not in sidos:
                    inside = old
                for front in {"", *sidos.get(name, ())} if inside else ():
                    spellings[front + _join_words(inside)].add(region.code)
                    if_unused[front + _strip_kind(_join_words(inside))].add(region.code)
        return {
            spelling: tuple(self.tree.filter_widest(sorted(codes)))
            for spelling, codes in (if_unused | spellings).items()
        }

    def _build_sido_spellings(self) -> dict[str, set[str]]:
        """The spellings of each 시·도 by its full name, be it of today or former."""
        pairs = [(sido.name, sido.short_name) for sido in self.tree.children[None]]
        for sido in self.tree.children[None]:
            # A 시·도 may also have been a part of another one: 세종 was 충청남도 연기군.
            pairs += [(old, _shorten_sido(old)) for old in sido.former_names if " " not in old]
        # The last is no official form, but usual in addresses: 서울시, 전북도.
        return {
            name: {
                _join_words(name),
                _join_words(short),
                _join_words(short) + name[-1],
                # Not official either: 광주특별시, 전남광주특별시.
                _METROPOLITAN.sub("특별시", _join_words(name)),
                # What 광역시 were called until 1995.
                _METROPOLITAN.sub("직할시", _join_words(name)),
            }
            for name, short in pairs
        }


@lru_cache(maxsize=10_000)
def _join_words(text: str) -> str:
    """Return the words of a text, normalised and joined; cached across data versions."""
    return "".join(_WORD.findall(clean(text)))


def _find_dongs(words: list[str]) -> list[str]:
    return [match[1] for match in map(_DONG.fullmatch, words) if match]


def _list_names_inside(region: Region) -> set[str]:
    """What a region is called inside its 시·도; for 전주시 덕진구 with the city and without."""
    *city, own = region.name.split()
    names = {own, region.short_name}
    if city:
        fronts = {"", *city, region.parent.short_name}
        names = {front + name for front, name in product(fronts, names)}
    return set(map(_join_words, names))


def _shorten_sido(name: str) -> str:
    """The usual short form of a former 시·도: 광주광역시 is 광주, 전라남도 is 전남."""
    stem = _SIDO_KIND.sub("", name)
    return stem[0] + stem[2] if len(stem) == 3 and stem[2] in "남북" else stem


def _strip_kind(name: str) -> str:
    """마산시 as 마산, but not 남구 as 남: one syllable is no name."""
    return name[:-1] if len(name) > 2 and name[-1] in "시군구" else name
