"""What to offer a reader whose query found nothing, or less than it might."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode

from centers.models import Center, CenterQuerySet, Region
from centers.models.place_parser import get_place_parser
from centers.search.did_you_mean import did_you_mean
from centers.search.filters import NONE_VALUE
from centers.search.named_entities import find_named_industries, find_named_regions
from centers.search.nearest import NearbyCenter, fetch_nearby, find_nearest
from centers.search.results import Results

#: How many near centres are offered.
MAX_ALTERNATIVES = 3


@dataclass
class AlternativeQuery:
    """The query with something left out or taken otherwise, and how many centres that finds."""

    label: str
    count: int
    url: str


class Alternatives:
    """Ways on from an empty list or a narrow one; each leads to at least one centre."""

    def __init__(self, results: Results):
        self.results = results
        #: The words as they were meant.
        self.words = results.values.get("q", [""])[0].split()

    @cached_property
    def _named_regions(self) -> list[tuple[Region, list[str]]]:
        """The places that some of the words may mean, each with the other words."""
        return find_named_regions(self.words, get_place_parser(self.results.regions))

    @cached_property
    def _industries(self) -> list[str]:
        """The codes of the trades asked for, be it as a condition or by the words."""
        chosen = [code for code in self.results.values.get("industry", []) if code != NONE_VALUE]
        return chosen or find_named_industries(self.words, self.results.version)

    @cached_property
    def wide_area_centers(self) -> list[Center]:
        """The centres of the whole 시·도 asked for, for any trade, where the list lacks them.

        Whatever else is asked for (a year, a state) holds for them too.
        """
        results = self.results
        if self.words and not self._industries and results.count:
            # Words that found something and name no trade (조선대) ask for nothing else.
            return []
        codes = results.values.get("region") or results.values.get("near", [])
        if not codes and len(self._named_regions) == 1:
            codes = [self._named_regions[0][0].code]
        if not codes:
            return []
        sidos = {results.regions.by_code[code].sido.code for code in codes}
        passed_over = ("q", "region", "industry")
        rest = {name: values for name, values in results.values.items() if name not in passed_over}
        found = (
            results.filter_centers(rest)
            .filter(
                kind=Center.Kind.WIDE_AREA,
                region_id__in=set().union(*map(results.regions.collect_inner_codes, sidos)),
            )
            .exclude(status=Center.Status.CLOSED)
            .exclude(pk__in=results.centers.values("pk"))
            .order_by("region_id", "pk")
        )
        centers = list(found[:MAX_ALTERNATIVES])
        for center in centers:
            center.region = results.regions.by_code[center.region_id]
        return centers

    @cached_property
    def corrections(self) -> list[tuple[str, str]]:
        """Queries one slip of the finger away (혹시 …?), with their addresses."""
        results = self.results
        words = results.interpretation.words
        if not words or not results.facets.is_empty:
            return []
        others = {name: values for name, values in results.values.items() if name != "q"}
        within = did_you_mean(
            words, results.filter_centers(others), results.version, results.regions
        )
        if within:
            return [(words, results.url_state.url(q=words)) for words in within]
        published = Center.objects.published()
        anywhere = did_you_mean(words, published, results.version, results.regions)
        return [
            (words, f"{results.url_state.path}?{urlencode({'q': words})}") for words in anywhere
        ]

    @cached_property
    def with_one_filter_less(self) -> list[AlternativeQuery]:
        """The list without each single condition, where that leaves any centre."""
        results = self.results
        found = []
        for chip in results.active_filters.chips:
            if "near" in chip.remaining_values:
                continue
            accepted = results.values | chip.remaining_values
            if count := results.filter_centers(accepted).count():
                # Words are quoted already.
                label = chip.label if "q" in chip.remaining_values else f"‘{chip.label}’"
                found.append(
                    AlternativeQuery(label, count, results.url_state.url(**chip.remaining_values))
                )
        return found

    @cached_property
    def with_one_word_less(self) -> list[AlternativeQuery]:
        """The same query without each single word, where that finds any centre."""
        results = self.results
        if len(self.words) < 2:
            return []
        left = (self.words[:at] + self.words[at + 1 :] for at in range(len(self.words)))
        found = []
        for text in dict.fromkeys(map(" ".join, left)):
            if count := results.filter_centers(results.values | {"q": [text]}).count():
                found.append(AlternativeQuery(f"‘{text}’", count, results.url_state.url(q=text)))
        return found

    @cached_property
    def near_named_regions(self) -> list[AlternativeQuery]:
        """Lists by distance from each place that some words may mean, of what the others say."""
        results = self.results
        found = []
        for place, rest in self._named_regions[:MAX_ALTERNATIVES]:
            if place.lat is None:
                continue
            wanted, said = self._build_condition(rest)
            # In the order of an address, so that one meaning has one.
            changes = {"q": [], "region": []} | wanted | {"near": [place.code]}
            name = get_place_parser(results.regions).build_label(place.code)
            label = f"{name}에서 가까운 {said}".rstrip()
            if count := results.filter_centers(results.values | changes).count():
                found.append(AlternativeQuery(label, count, results.url_state.url(**changes)))
        return found

    def _build_condition(self, words: list[str]) -> tuple[dict[str, list[str]], str]:
        """The condition that words beside a place stand for, and how it is said.

        A trade that has centres, else the words as far as any centre holds them, else none.
        """
        results = self.results
        trades = [
            code
            for code in find_named_industries(words, results.version)
            if self._has_centers(code)
        ]
        if trades:
            return {"industry": trades}, "·".join(results.industries[code] for code in trades)
        if Center.objects.published().search(words).exists():
            text = " ".join(words)
            return {"q": [text]}, f"‘{text}’"
        return {}, ""

    def _has_centers(self, code: str) -> bool:
        return Center.objects.published().filter(industry=code).exists()

    @cached_property
    def industries_without_centers(self) -> list[str]:
        """The short names of the trades asked for that no centre of the directory is of."""
        industries = self.results.industries
        return [industries[code] for code in self._industries if not self._has_centers(code)]

    @cached_property
    def nearby_centers(self) -> list[NearbyCenter]:
        """The centres of the trade asked for that are nearest to the place asked for.

        The place is the reader's own, else the one chosen, else one that the words name; words
        that name no place say the trade, as far as they find anything.
        """
        results = self.results
        codes = results.regions.filter_narrowest(results.values.get("region", []))
        place = results.near or (results.regions.by_code[codes[0]] if codes else None)
        asked = {
            name: values
            for name, values in results.values.items()
            if name == "industry" or (name == "q" and place and not results.facets.is_empty)
        }
        if place is None and results.text:
            places = get_place_parser(results.regions)
            named = places.find_regions(results.text, whole=True)
            place = named[0] if len(named) == 1 else None
            if place is None and len(self._named_regions) == 1:
                place, rest = self._named_regions[0]
                asked, _ = self._build_condition(rest)
        return self._find_nearest(place, results.filter_centers(asked)) if place else []

    def _find_nearest(self, place: Region, centers: CenterQuerySet) -> list[NearbyCenter]:
        if place.lat is None:
            return []
        others = centers.exclude(pk__in=[center.pk for center in self.wide_area_centers])
        distances = find_nearest(
            others, (place.lat, place.lon), self.results.regions, MAX_ALTERNATIVES
        )
        return fetch_nearby(distances)

    @cached_property
    def nearby_other_industries(self) -> list[NearbyCenter]:
        """The centres of other trades nearest to the reader, where a trade was asked for."""
        results = self.results
        if not (results.near and "industry" in results.values):
            return []
        rest = {name: values for name, values in results.values.items() if name != "industry"}
        centers = results.filter_centers(rest).exclude(pk__in=results.centers.values("pk"))
        return self._find_nearest(results.near, centers)
