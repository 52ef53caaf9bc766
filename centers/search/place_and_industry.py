"""The place and the industry that a query asks for, and whether the place has such a centre."""

from functools import cached_property

from django.db.models import Q

from centers.models import Center, Region
from centers.models.gazetteer import Locality
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_class_names
from centers.search.filters import NONE_VALUE
from centers.search.knowledge import get_knowledge
from centers.search.nearest import find_office
from centers.search.results import Results

#: Names of industries in a sentence.
MAX_NAMES = 3


class PlaceAndIndustry:
    """What a query asks for, by parameters or by words."""

    def __init__(self, results: Results):
        self.results = results
        self._chosen = [code for code in results.values.get("industry", []) if code != NONE_VALUE]

    @cached_property
    def place_codes(self) -> list[str]:
        """The codes of the place: the reader's own, else the selected one, else a named one."""
        results = self.results
        if results.near:
            return [results.near.region.code]
        chosen = results.regions.filter_narrowest(results.values.get("region", []))
        return chosen or list(results.interpretation.place_codes)

    @property
    def place_name(self) -> str:
        """The place in short: 양주, or 성수(서울 성동) for a well-known place inside a region."""
        results = self.results
        parser = get_place_parser(results.regions)
        label = "·".join(map(parser.build_label, self.place_codes))
        term = next((term for term in results.interpretation.terms if term.place), None)
        if results.near or "region" in results.values or term is None or term.place is None:
            return label
        if len(self.place_codes) > 1:
            return term.word
        return f"{term.word}({label})" if term.place.is_locality else label

    @property
    def origin(self) -> Region | Locality | None:
        """The place to measure distances from; None if it is unknown or has no point."""
        if self.results.near:
            return self.results.near
        codes = self.place_codes
        if not codes or (len(codes) > 1 and "region" not in self.results.values):
            return None
        region = self.results.regions.by_code[codes[0]]
        return None if region.lat is None else region

    @cached_property
    def industry_name(self) -> str:
        """The industries in plain words: 섬유; "" if the query names none.

        A narrower class goes by the name of the centres that take it: 염색 by 섬유.
        """
        names = get_class_names(self.results.version)
        known = get_knowledge(self.results.version).class_keys.values()
        classes = sorted({code for codes in known for code in codes}, key=len)
        codes = self._chosen or [
            next((one for one in classes if code.startswith(one)), code)
            for code in self.results.interpretation.class_codes
        ]
        return "·".join(list(dict.fromkeys(names.get(code, code) for code in codes))[:MAX_NAMES])

    @cached_property
    def industry_condition(self) -> Q:
        """The centres of the industries, wherever they are."""
        if self._chosen:
            return Q(industry__in=self._chosen)
        codes = tuple(self.results.interpretation.class_codes)
        return Q(class_key__in=get_knowledge(self.results.version).find_class_keys(codes))

    @cached_property
    def missing_sentence(self) -> str:
        """What is missing where: 양주에는 섬유 센터가 없습니다.

        "" where such a centre exists, or where a word is neither place nor industry. Other filters
        do not count, so that the sentence is true of the place.
        """
        results = self.results
        terms = results.interpretation.terms
        if not self.place_codes or not all(term.place or term.is_industry for term in terms):
            return ""
        inside = set().union(*map(results.regions.collect_inner_codes, self.place_codes))
        centers = Center.objects.published().filter(region_id__in=inside)
        if self.industry_name:
            centers = centers.filter(self.industry_condition)
        if centers.exists() or (not self.industry_name and self._has_office(inside)):
            return ""
        what = f"{self.industry_name} 센터가" if self.industry_name else "센터가"
        return f"{self.place_name}에는 {what} 없습니다."

    def _has_office(self, inside: set[str]) -> bool:
        """Whether a centre of the whole 시·도 has its office in one of these regions."""
        regions = self.results.regions
        sidos = {regions.by_code[code].sido.code for code in inside}
        offices = Center.objects.published().filter(kind=Center.Kind.WIDE_AREA, region__in=sidos)
        return any(
            office.region.code in inside
            for address, code in offices.values_list("address", "region_id")
            if (office := find_office(address, code, regions))
        )
