"""Places by name: regions, 읍·면·동 and well-known clusters, each with a point to measure from."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from centers.models import Dong, Landmark, Region
from centers.models.place_parser import PlaceParser, get_place_parser
from centers.models.region_tree import RegionTree
from centers.models.word_index import Codes, make_word_key
from centers.text.hangul import clean

#: Between the code of a region and the name of a 읍·면·동 in it: 11200-성수동2가.
KEY_SEPARATOR = "-"
#: What is left out of a name that is typed short: 역삼 for 역삼동.
_KINDS = ("동", "읍", "면")
#: With which the names of 읍·면·동 end.
LOCALITY_SYLLABLES = frozenset("읍면동가로")
#: What an industrial complex is called, the longest first.
COMPLEX_ENDINGS = tuple(
    "국가산업단지 일반산업단지 지방산업단지 산업단지 농공단지 국가산단 일반산단 국가공단 "
    "공단 산단".split()
)
#: Longer names are none: 전남광주통합특별시 광산구 하남동.
_MAX_NAME_LENGTH = 40
_BLOCK = re.compile(r"(\D{2,})\d+가")
#: A 읍, 면, 동 or a block of one in an address, with what may be printed without a space behind
#: it: 성수동2가289, 상대원동190. Neither a building (중동빌딩) nor a road (상동로) is one.
_DONG_WORD = re.compile(r"(\D+\d+가(?:제?\d+동)?|\D*?\d*[동읍면])(?=\d|\Z)")
_WORD = re.compile(r"\w+")
_BRACKETS = re.compile(r"\(([^()]*)")
#: Districts of administration (행정동) and the 법정동 that their names come from.
_ADMINISTRATIVE = (
    (re.compile(r"(\D+)(\d)가(?:제?\d+)?동"), r"\1동\2가"),
    (re.compile(r"(\D+?)제?\d+동"), r"\1동"),
    (re.compile(r"(\D+)본동"), r"\1동"),
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Locality:
    """A place that distances are measured from or to: a region, or a 읍·면·동 in one."""

    region: Region
    #: The name of the 읍·면·동; "" for the region itself.
    name: str = ""
    #: Degrees (WGS84); None where no point is known.
    lat: float | None = None
    lon: float | None = None
    #: Whether it was named by something inside the region.
    is_part: bool = False

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees; None where they are unknown."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    @property
    def key(self) -> str:
        """The code of the region, and the name of the 읍·면·동: 11200-성수동2가."""
        return f"{self.region.code}{KEY_SEPARATOR}{self.name}" if self.name else self.region.code

    @property
    def full_name(self) -> str:
        return f"{self.region.full_name} {self.name}".strip()

    @property
    def short_full_name(self) -> str:
        """The full name with the short one of its 시·도: 서울 성동구 성수동2가."""
        sido = self.region.sido
        rest = self.full_name.removeprefix(sido.name)
        return f"{sido.short_name}{rest}" if rest else sido.name


class Gazetteer:
    """Resolves names and addresses to localities; two queries, then none."""

    def __init__(self, tree: RegionTree) -> None:
        self.tree = tree
        self.parser: PlaceParser = get_place_parser(tree)
        #: By key, the name and the point of each 읍·면·동 by the code of its region.
        self._dongs: dict[str, dict[str, tuple[str, Point | None]]] = {}
        blocks: dict[tuple[str, str], list[Point]] = {}
        for code, name, lat, lon in Dong.objects.values_list("region_id", "name", "lat", "lon"):
            point = None if lat is None else (lat, lon)
            self._dongs.setdefault(make_word_key(name), {})[code] = (name, point)
            if block := _BLOCK.fullmatch(name):
                blocks.setdefault((block[1], code), []).extend([point] if point else [])
        # 성수동 is 성수동1가 and 성수동2가 together.
        for (name, code), points in blocks.items():
            self._dongs.setdefault(make_word_key(name), {}).setdefault(
                code, (name, find_middle(points))
            )
        #: By key, region and 읍·면·동 of each well-known cluster.
        self._landmarks: dict[str, list[tuple[str, str]]] = {}
        landmark_names: dict[str, str] = {}
        for name, code, dong in Landmark.objects.values_list("name", "region_id", "dong"):
            key = make_word_key(name)
            landmark_names[key] = name
            self._landmarks.setdefault(key, []).append((code, dong))
        self._add_complex_spellings()
        #: The names of all 읍·면·동 and clusters, by key.
        self.names: dict[str, str] = {
            key: next(iter(dongs.values()))[0] for key, dongs in self._dongs.items()
        } | landmark_names

    def _add_complex_spellings(self) -> None:
        """Know an industrial complex by each ending that people use: 남동산업단지 as 남동공단."""
        for key, places in list(self._landmarks.items()):
            for ending in COMPLEX_ENDINGS:
                if key.endswith(ending) and len(key) > len(ending) + 1:
                    stem = key.removesuffix(ending)
                    for other in COMPLEX_ENDINGS:
                        self._landmarks.setdefault(stem + other, places)
                    break

    # --- codes of regions, for words ---

    def find_landmark_codes(self, key: str) -> Codes:
        """The regions that a well-known cluster lies in."""
        return tuple(sorted({code for code, _ in self._landmarks.get(key, ())}))

    def find_dong_codes(self, key: str) -> Codes:
        """The regions with a 읍, 면 or 동 of this name."""
        return tuple(sorted(self._find_dongs(key)))

    def has_name(self, key: str) -> bool:
        """Whether a well-known cluster or a 읍, 면 or 동 is called so."""
        return key in self._landmarks or (
            key[-1:] in LOCALITY_SYLLABLES and bool(self._find_dongs(key))
        )

    # --- localities, for distances ---

    def find(self, text: str) -> list[Locality]:
        """The localities that a typed name may mean, regions first; maybe none.

        The regions around may stand in front: 분당구 정자동, 성남 정자동.
        """
        regions = self.parser.find_regions(text, whole=True)
        if regions:
            return [build_region_locality(region) for region in regions]
        key = make_word_key(text)
        if len(key) > _MAX_NAME_LENGTH:
            return []
        return self._find_named(key) or self._find_inside(key)

    def find_inside(self, words: list[str]) -> list[Locality]:
        """The localities that words name together, the region first: 분당구 정자동."""
        for end in range(len(words) - 1, 0, -1):
            within = self._collect_codes(" ".join(words[:end]))
            key = make_word_key("".join(words[end:]))
            if within and (found := self._find_named(key, within, allow_short=False)):
                return found
        return []

    def _find_inside(self, key: str) -> list[Locality]:
        """The localities behind the name of a region, written as one word: 분당구정자동."""
        for end in range(len(key) - 2, 1, -1):
            within = self._collect_codes(key[:end])
            if within and (found := self._find_named(key[end:], within)):
                return found
        return []

    def find_by_address(self, address: str) -> list[Locality]:
        """The localities that an address may mean: its 읍·면·동, else its regions; maybe none."""
        regions = self.parser.find_regions(address)
        codes = set().union(*(self.tree.collect_inner_codes(one.code) for one in regions))
        return self.find_dongs_in(address, codes or self.tree.by_code) or [
            build_region_locality(region) for region in regions
        ]

    def find_dongs_in(self, address: str, codes: Collection[str]) -> list[Locality]:
        """The 읍·면·동 with a known point that an address names, in any region of the codes."""
        for name in list_dong_names(address):
            dongs = self._find_dongs(make_word_key(name))
            found = [
                Locality(self.tree.by_code[code], dong, *point, is_part=True)
                for code, (dong, point) in dongs.items()
                if point and code in codes
            ]
            if found:
                return found
        return []

    def _collect_codes(self, name: str) -> set[str]:
        regions = self.parser.find_regions(name, whole=True)
        return set().union(*(self.tree.collect_inner_codes(one.code) for one in regions))

    def _find_dongs(self, key: str) -> dict[str, tuple[str, Point | None]]:
        """The 읍·면·동 of a name or of a 행정동 (역삼1동), by the code of the region."""
        if found := self._dongs.get(key):
            return found
        for pattern, legal in _ADMINISTRATIVE:
            if match := pattern.fullmatch(key):
                return self._dongs.get(match.expand(legal), {})
        return {}

    def _find_named(
        self, key: str, within: Collection[str] | None = None, *, allow_short: bool = True
    ) -> list[Locality]:
        """The clusters and 읍·면·동 of a name, one for each region, clusters first.

        A name of a 읍·면·동 may lack its last syllable if nothing else has it (`allow_short`).
        """
        found: dict[str, Locality] = {}
        for code, dong in self._landmarks.get(key, ()):
            found[code] = self.locate(self.tree.by_code[code], dong)
        dongs = self._find_dongs(key)
        if allow_short and not found and not dongs and len(key) > 1:
            # By kind, since a name may be of a 동 here and of a 면 there.
            for kind in reversed(_KINDS):
                dongs = dongs | self._dongs.get(key + kind, {})
        for code, (name, _) in sorted(dongs.items()):
            found[code] = self.locate(self.tree.by_code[code], name)
        return [one for code, one in found.items() if within is None or code in within]

    def locate(self, region: Region, name: str) -> Locality:
        """The 읍·면·동 of a region if its point is known, else the region itself."""
        name, point = self._dongs.get(make_word_key(name), {}).get(region.code, ("", None))
        if point is None:
            return Locality(region, "", region.lat, region.lon, is_part=True)
        return Locality(region, name, *point, is_part=True)


def build_region_locality(region: Region) -> Locality:
    return Locality(region, "", region.lat, region.lon)


def find_key(key: str, tree: RegionTree) -> Locality | None:
    """The locality with a key; None for anything else, such as a name."""
    code, _, name = key.partition(KEY_SEPARATOR)
    region = tree.by_code.get(code)
    if region is None:
        return None
    found = get_gazetteer(tree).locate(region, name) if name else build_region_locality(region)
    return found if found.key == key else None


def find_middle(points: list[Point]) -> Point | None:
    """The mean of some points; None without any."""
    if not points:
        return None
    lats, lons = zip(*points, strict=True)
    return (round(sum(lats) / len(lats), 4), round(sum(lons) / len(lons), 4))


@lru_cache(maxsize=20_000)
def list_dong_names(address: str) -> Codes:
    """The words of an address that may be a 읍, 면 or 동, those in brackets first."""
    address = clean(address)
    inside = " ".join(_BRACKETS.findall(address))
    outside = _BRACKETS.sub(" ", address)
    words = _WORD.findall(f"{inside} {outside}")
    return tuple(match[1] for word in words if (match := _DONG_WORD.match(word)))


@lru_cache(maxsize=2)
def get_gazetteer(tree: RegionTree) -> Gazetteer:
    """The gazetteer for a tree, cached as long as the trees themselves (two data versions)."""
    return Gazetteer(tree)
