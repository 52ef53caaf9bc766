"""The active filters in Korean: as removable chips and as one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from centers.models.gazetteer import find_key
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_class_names
from centers.models.region_tree import RegionTree
from centers.search.facets import Facets
from centers.search.filters import NONE_VALUE, CenterFilter
from centers.search.interpretation import Interpretation
from centers.search.terms import Term

#: The phrase of each parameter; those missing here are facets with labels of their own.
PHRASES: dict[str, Callable[[str], str]] = {
    "q": "‘{}’".format,
    "year_min": "{}년 이후 지정".format,
    "year_max": "{}년 이전 지정".format,
    "size_min": lambda value: f"{int(value):,}개사 이상",
    "size_max": lambda value: f"{int(value):,}개사 이하",
}
#: The phrase of a range with both ends, and of one with the same value at both.
RANGE_PHRASES: dict[str, tuple[str, str]] = {
    "year_min": ("{:d}~{:d}년 지정", "{:d}년 지정"),
    "size_min": ("{:,}~{:,}개사", "{:,}개사"),
}
#: Parameters that filter nothing.
NON_FILTERS = ("sort", "view", "page", "page_size")
#: Parameters that only a page uses; the URLs of files leave them out.
PAGE_ONLY_PARAMETERS = ("page", "view")
#: Parameters that a feed ignores, as they do not filter; its URL leaves them out.
FEED_IGNORED_PARAMETERS = (*PAGE_ONLY_PARAMETERS, "sort", "near")


#: Meanings of a word that a chip names.
MAX_MEANINGS = 3


@dataclass
class Chip:
    """One active filter."""

    label: str
    #: The values of its parameters that remain when it is removed.
    remaining_values: dict[str, list[str]]


class ActiveFilters:
    """The filters of valid parameters, described in Korean."""

    def __init__(
        self,
        values: dict[str, list[str]],
        regions: RegionTree,
        facets: Facets,
        interpretation: Interpretation,
        version: int,
    ):
        self.values = values
        self.regions = regions
        self.facets = facets
        self.interpretation = interpretation
        self.version = version

    def _get_values(self, name: str) -> list[str]:
        values = self.values.get(name, [])
        return self.regions.filter_narrowest(values) if name == "region" else values

    def _describe(self, name: str, value: str) -> str:
        if name == "near":
            return f"{self._describe_origin(value)}에서 가까운 순"
        if name == "region":
            return get_place_parser(self.regions).build_label(value)
        if name in PHRASES:
            return PHRASES[name](value)
        label = self.facets.label(name, value)
        if name == "year":
            return "지정연도 미확인" if value == NONE_VALUE else f"{label} 지정"
        if name == "service":
            return "지원 내용 확인되지 않음" if value == NONE_VALUE else f"{label} 지원"
        return label

    def _describe_origin(self, key: str) -> str:
        """The short name of a place to measure from; of a 읍·면·동 with the regions around it."""
        place = find_key(key, self.regions)
        if place and place.name:
            return place.short_full_name
        return get_place_parser(self.regions).build_label(key)

    @cached_property
    def _ranges(self) -> dict[str, str]:
        """The ranges with both ends given, as lower end and upper end."""
        return {
            low: high
            for low, high in CenterFilter.RANGES
            if low in self.values and high in self.values
        }

    def _describe_range(self, low: str, high: str) -> str:
        first, last = int(self.values[low][0]), int(self.values[high][0])
        between, exactly = RANGE_PHRASES[low]
        return exactly.format(first) if first == last else between.format(first, last)

    @property
    def _named_parameters(self) -> list[str]:
        """The parameters that have a phrase of their own; the lower end of a range covers both."""
        return [
            name
            for name in self.values
            if name not in NON_FILTERS and name not in self._ranges.values()
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        """One for each filter."""
        chips = []
        for name in self._named_parameters:
            if name == "q" and self.interpretation.terms:
                chips += self._build_term_chips()
                continue
            if high := self._ranges.get(name):
                chips.append(Chip(self._describe_range(name, high), {name: [], high: []}))
                continue
            for value in self._get_values(name):
                # A region is removed together with the wider ones that it was chosen through.
                removed = (
                    {value, *self.regions.list_enclosing_codes(value)}
                    if name == "region"
                    else {value}
                )
                rest = [other for other in self.values[name] if other not in removed]
                chips.append(Chip(self._describe(name, value), {name: rest}))
        return chips

    def _build_term_chips(self) -> list[Chip]:
        """One for each term, which says what it means."""
        terms = self.interpretation.terms
        chips = []
        for at, term in enumerate(terms):
            rest = " ".join(one.word for one in (*terms[:at], *terms[at + 1 :]))
            chips.append(Chip(self._describe_term(term), {"q": [rest] if rest else []}))
        return chips

    def _describe_term(self, term: Term) -> str:
        """The word in quotation marks, and what it means unless it says so itself."""
        names: list[str] = []
        if term.codes:
            class_names = get_class_names(self.version)
            names = list(dict.fromkeys(class_names.get(code, code) for code in term.codes))
        elif term.place:
            parser = get_place_parser(self.regions)
            names = [parser.build_label(code) for code in term.place.codes[:MAX_MEANINGS]]
        quoted = f"‘{term.word}’"
        meaning = "·".join(names[:MAX_MEANINGS])
        return quoted if meaning in ("", term.word) else f"{quoted} → {meaning}"

    @property
    def summary(self) -> str:
        """Place, words and industry in one line, as a reader gave them: 양주 · 섬유."""
        parser = get_place_parser(self.regions)
        parts = [
            *map(self._describe_origin, self._get_values("near")),
            "·".join(parser.build_label(code) for code in self._get_values("region")),
            *self._get_values("q"),
            "·".join(self._describe("industry", code) for code in self._get_values("industry")),
        ]
        return " · ".join(filter(None, parts))

    @cached_property
    def sentence(self) -> str:
        """All filters in one line: 부산 · 의복, 2015년 이후 지정."""
        phrases = {
            name: self._describe_range(name, self._ranges[name])
            if name in self._ranges
            else "·".join(self._describe(name, value) for value in self._get_values(name))
            for name in self._named_parameters
        }
        front = " · ".join(
            phrases.pop(name) for name in ("q", "region", "industry") if name in phrases
        )
        return ", ".join(filter(None, [front, *phrases.values()])) or "전체 센터"
