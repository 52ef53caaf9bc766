"""Alternatives to a query that found nothing, or less than it might."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils.http import urlencode

from centers.models import Center, CenterQuerySet, Region
from centers.models.data_version import per_data_version
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_class_names
from centers.search.did_you_mean import did_you_mean
from centers.search.filters import NONE_VALUE
from centers.search.interpretation import Interpretation, finds_all_words, interpret
from centers.search.knowledge import get_knowledge
from centers.search.listed_center import ListedCenter, fetch_rows
from centers.search.nearest import Distance, NearbyCenter, fetch_nearby, find_nearest
from centers.search.place_and_industry import PlaceAndIndustry
from centers.search.results import Results
from centers.search.suggestions import build_list_url
from centers.search.terms import Term

#: How many centres or regions are offered at most.
MAX_ALTERNATIVES = 3
#: Centres of the same division, or of any industry, where the class has none.
MAX_SAME_DIVISION = 4


@per_data_version
def count_by_industry(version: int) -> dict[str, int]:
    """The codes of the industries that have centres with their numbers, the largest first."""
    counts = Center.objects.published().order_by().values_list("industry")
    found = counts.exclude(industry=None).annotate(number=Count("pk"))
    return dict(found.order_by("-number", "industry"))


@dataclass
class AlternativeQuery:
    """A changed query and the number of centres that it finds."""

    label: str
    count: int
    url: str


class Alternatives:
    """Offers beside an empty list or a narrow one; each leads to at least one centre."""

    def __init__(self, results: Results):
        self.results = results
        self.wanted = PlaceAndIndustry(results)
        #: The words as they were interpreted.
        self.words = [term.word for term in results.interpretation.terms]

    @cached_property
    def _named_regions(self) -> list[tuple[Region, list[Term]]]:
        """The regions that some of the words may name, each with the other terms."""
        terms = self.results.interpretation.terms
        for at, term in enumerate(terms):
            rest = [*terms[:at], *terms[at + 1 :]]
            if term.place and rest:
                return [(self.results.regions.by_code[code], rest) for code in term.place.codes]
        return []

    @cached_property
    def _industries(self) -> list[str]:
        """The codes of the requested industries, selected as a filter or named by the words."""
        chosen = [code for code in self.results.values.get("industry", []) if code != NONE_VALUE]
        return chosen or self.results.interpretation.divisions

    def _interpret(self, words: list[str]) -> Interpretation:
        return interpret(self.results.version, " ".join(words))

    @cached_property
    def wide_area_centers(self) -> list[Center]:
        """The wide-area centres of the requested 시·도 that the list lacks.

        They serve any industry; other filters (year, status) apply to them too.
        """
        results = self.results
        if self.words and not self._industries and results.count:
            # Words that match centres and name no industry (조선대) want nothing else.
            return []
        codes = results.values.get("region") or ([results.near.region.code] if results.near else [])
        if not codes and len(self._named_regions) == 1:
            codes = [self._named_regions[0][0].code]
        if not codes:
            return []
        sidos = {results.regions.by_code[code].sido.code for code in codes}
        inside = set().union(*map(results.regions.collect_inner_codes, sidos))
        found = self._find_wide_area_centers().filter(region_id__in=inside)
        centers = list(found[:MAX_ALTERNATIVES])
        for center in centers:
            center.region = results.regions.by_code[center.region_id]
        return centers

    def _find_wide_area_centers(self) -> CenterQuerySet:
        """The wide-area centres of Korea that the list lacks and that pass its other filters."""
        ignored = ("q", "region", "industry")
        values = self.results.values.items()
        rest = {name: values for name, values in values if name not in ignored}
        found = self.results.filter_centers(rest).filter(kind=Center.Kind.WIDE_AREA)
        if self.results.count:
            found = found.exclude(pk__in=self.results.centers.values("pk"))
        return found.exclude(status=Center.Status.CLOSED).order_by("region_id", "pk")

    @cached_property
    def corrections(self) -> list[tuple[str, str]]:
        """Queries one typo away (혹시 …?), with their URLs."""
        results = self.results
        is_known = not any(term.is_unknown for term in results.interpretation.terms)
        if is_known or not results.facets.is_empty:
            return []
        others = {name: values for name, values in results.values.items() if name != "q"}
        if within := self._correct(results.filter_centers(others)):
            return [(words, results.url_state.url(q=words)) for words in within]
        anywhere = self._correct(Center.objects.published()) if others else []
        return [
            (words, f"{results.url_state.path}?{urlencode({'q': words})}") for words in anywhere
        ]

    def _correct(self, centers: CenterQuerySet) -> list[str]:
        """The queries one typo away that find any of the centres."""
        results = self.results

        def is_found(words: list[str]) -> bool:
            found = self._interpret(words)
            if found.matched_by is None or found.dropped_words:
                return False
            return centers.filter(found.condition).exists()

        return did_you_mean(
            results.interpretation.words, is_found, results.version, results.regions
        )

    @cached_property
    def with_one_filter_less(self) -> list[AlternativeQuery]:
        """The list without each single filter, if that finds any centre."""
        results = self.results
        found = []
        for chip in results.active_filters.chips:
            if "near" in chip.remaining_values or len(results.active_filters.chips) == 1:
                # Without its only filter it would be the list of all centres.
                continue
            if "q" in chip.remaining_values and len(self.words) > 1:
                # These are offered word by word.
                continue
            accepted = results.values | chip.remaining_values
            if count := results.count_centers(accepted):
                # Words are quoted already.
                label = chip.label if "q" in chip.remaining_values else f"‘{chip.label}’"
                found.append(
                    AlternativeQuery(label, count, results.url_state.url(**chip.remaining_values))
                )
        return found

    @cached_property
    def with_one_word_less(self) -> list[AlternativeQuery]:
        """The same query without each single word, if that finds any centre.

        Where words gave way to an industry without a centre, each of those alone.
        """
        results = self.results
        left = [[word] for word in results.interpretation.dropped_words if not results.count]
        if len(self.words) > 1:
            left += (self.words[:at] + self.words[at + 1 :] for at in range(len(self.words)))
        found = []
        for text in dict.fromkeys(map(" ".join, left)):
            # What a part of them finds would be counted as theirs.
            if not finds_all_words(results.version, text):
                continue
            if count := results.filter_centers(results.values | {"q": [text]}).count():
                found.append(AlternativeQuery(f"‘{text}’", count, results.url_state.url(q=text)))
        return found

    @cached_property
    def near_named_regions(self) -> list[AlternativeQuery]:
        """Lists by distance from each region that some words may name, filtered by the others."""
        results = self.results
        found = []
        for region, rest in self._named_regions[:MAX_ALTERNATIVES]:
            if region.lat is None:
                continue
            condition, phrase = self._build_condition(rest)
            # In the order of the fields, so that equal queries have one URL.
            changes = {"q": [], "region": []} | condition | {"near": [region.code]}
            name = get_place_parser(results.regions).build_label(region.code)
            label = f"{name}에서 가까운 {phrase}".rstrip()
            if count := results.filter_centers(results.values | changes).count():
                found.append(AlternativeQuery(label, count, results.url_state.url(**changes)))
        return found

    def _build_condition(self, terms: list[Term]) -> tuple[dict[str, list[str]], str]:
        """Build the filter that the terms beside a region stand for, with its Korean phrase.

        An industry that has centres, else the words if any centre matches them, else nothing.
        """
        results = self.results
        divisions = sorted({code[:2] for term in terms for code in term.codes})
        if industries := [code for code in divisions if self._has_centers(code)]:
            return {"industry": industries}, "·".join(
                results.industries[code] for code in industries
            )
        words = [term.word for term in terms]
        if self._interpret(words).matched_by:
            text = " ".join(words)
            return {"q": [text]}, f"‘{text}’"
        return {}, ""

    def _has_centers(self, code: str) -> bool:
        return code in count_by_industry(self.results.version)

    @cached_property
    def _classes_without_centers(self) -> list[str]:
        """The KSIC codes that the words mean, if no centre is of any of them."""
        if "industry" in self.results.values:
            return []
        codes = self.results.interpretation.class_codes
        knowledge = get_knowledge(self.results.version)
        return [] if knowledge.find_class_keys(tuple(codes)) else codes

    @cached_property
    def industries_without_centers(self) -> list[str]:
        """The plain names of the requested industries that no centre serves."""
        industries = self.results.industries
        chosen = [industries[code] for code in self._industries if not self._has_centers(code)]
        names = get_class_names(self.results.version)
        named = [names.get(code, code) for code in self._classes_without_centers]
        return list(dict.fromkeys(named or chosen))

    @property
    def narrower_classes(self) -> str:
        """The plain names of the requested classes, where centres of their division lack them."""
        codes = self.results.interpretation.class_codes
        if "industry" in self.results.values or self._classes_without_centers or not codes:
            return ""
        others = self._others.filter(industry__in={code[:2] for code in codes})
        if not others.exclude(self.wanted.industry_condition).exists():
            return ""
        names = get_class_names(self.results.version)
        return "·".join(dict.fromkeys(names.get(code, code) for code in codes[:MAX_ALTERNATIVES]))

    @property
    def missing_sentence(self) -> str:
        return self.wanted.missing_sentence

    @property
    def is_place_known(self) -> bool:
        return bool(self.wanted.place_codes)

    @property
    def industry_name(self) -> str:
        return self.wanted.industry_name

    @cached_property
    def _others(self) -> CenterQuerySet:
        """The centres that may be offered by distance."""
        shown = [center.pk for center in self.wide_area_centers]
        others = Center.objects.published().exclude(status=Center.Status.CLOSED)
        return others.exclude(pk__in=shown)

    def _measure(self, centers: CenterQuerySet, limit: int) -> dict[int, Distance]:
        origin = self.wanted.origin
        if origin is None or origin.lat is None or origin.lon is None:
            return {}
        return find_nearest(centers, (origin.lat, origin.lon), self.results.version, limit)

    def _fetch_rows(
        self, keys: Iterable[int], distances: dict[int, Distance]
    ) -> list[ListedCenter]:
        return fetch_rows(keys, self.results.regions, self.results.version, distances)

    @cached_property
    def nearest_centers(self) -> list[ListedCenter]:
        """The centres nearest to the requested place: of the industry, else with the words."""
        results = self.results
        centers = self._others
        if self.wanted.industry_name:
            centers = centers.filter(self.wanted.industry_condition)
        elif results.text and not results.facets.is_empty:
            centers = centers.filter(pk__in=results.filter_centers({"q": [results.text]}))
        distances = self._measure(centers, MAX_ALTERNATIVES)
        return self._fetch_rows(distances, distances)

    @cached_property
    def same_division_rows(self) -> list[ListedCenter]:
        """The centres of the same KSIC division where none is of the class: 악기, 주얼리."""
        divisions = {code[:2] for code in self._classes_without_centers}
        if not divisions:
            return []
        centers = self._others.filter(industry__in=divisions)
        distances = self._measure(centers, MAX_SAME_DIVISION)
        keys = centers.order_by("region_id", "pk").values_list("pk", flat=True)
        return self._fetch_rows(distances or keys[:MAX_SAME_DIVISION], distances)

    @cached_property
    def wide_area_rows(self) -> list[ListedCenter]:
        """The wide-area centres of the requested 시·도, else the nearest one, with distances.

        All of them where the industry has no centre and no place is known.
        """
        found = self._find_wide_area_centers()
        keys = [center.pk for center in self.wide_area_centers]
        distances = self._measure(found.filter(pk__in=keys) if keys else found, len(keys) or 1)
        if not self.wanted.place_codes and self.industries_without_centers:
            keys = list(found.values_list("pk", flat=True)[:MAX_SAME_DIVISION])
        return self._fetch_rows(keys or distances, distances)

    @cached_property
    def nearby_other_industries(self) -> list[NearbyCenter]:
        """The centres of other industries nearest to the requested place."""
        if not self.wanted.industry_name or (self.results.count and not self.results.near):
            return []
        shown = [row.center.pk for row in self.wide_area_rows] if not self.results.count else []
        shown += [row.center.pk for row in self.same_division_rows]
        others = self._others.exclude(self.wanted.industry_condition).exclude(pk__in=shown)
        others = others.exclude(kind=Center.Kind.WIDE_AREA)
        return fetch_nearby(self._measure(others, MAX_ALTERNATIVES))

    @cached_property
    def covered_industries(self) -> list[AlternativeQuery]:
        """The industries that have centres, those with most first; "" where the query names one."""
        if self.wanted.industry_name and self.nearest_centers:
            return []
        return [
            AlternativeQuery(self.results.industries[code], count, build_list_url(industry=code))
            for code, count in count_by_industry(self.results.version).items()
        ]
