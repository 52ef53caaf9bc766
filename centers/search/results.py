"""The results of one query string: rows, count, facets and active filters."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import cast

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from centers.models import CenterQuerySet, DataVersion
from centers.models.data_version import per_data_version
from centers.models.gazetteer import find_key
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_reference_data
from centers.search.active_filters import NON_FILTERS, ActiveFilters
from centers.search.facets import Facets, select_filters
from centers.search.filters import CenterFilter, get_center_filter
from centers.search.interpretation import (
    Interpretation,
    describe_interpretation,
    interpret,
)
from centers.search.listed_center import ListedCenter, fetch_cached_rows, fetch_rows
from centers.search.nearest import Distance, find_nearest
from centers.search.ordering import (
    SORTS,
    build_ordering,
    get_available_sorts,
    get_default_sort,
)
from centers.search.place_values import Candidate, OriginField
from centers.search.query_params import Notice, QueryParams, describe_missing_page
from centers.search.url_state import VIEWS, UrlState
from centers.search.wish_notices import describe_wishes, fulfil_wishes
from centers.text.formatting import quote

#: Far more pages than there will ever be; a larger number is no page number.
MAX_PAGE_NUMBER = 1_000_000


@per_data_version
def get_query_fields(version: int) -> dict[str, forms.Field]:
    """The form fields of all parameters, for one version of the data."""
    filters = get_center_filter(version)
    return {
        **filters.form.fields,
        "near": OriginField(label="내 지역", tree=filters.regions),
        "sort": forms.ChoiceField(label="정렬", choices=list(SORTS.items())),
        "view": forms.ChoiceField(label="보기", choices=list(VIEWS.items())),
        "page": forms.IntegerField(label="쪽", min_value=1, max_value=MAX_PAGE_NUMBER),
    }


class Results:
    """What a query string finds, the same for every page, file, feed and API response.

    Parameters that cannot be used are named in `query.notices`; what to do about them is up to the
    caller. Queries run when their results are first read.
    """

    def __init__(self, params: QueryDict, path: str = "/"):
        self.version = DataVersion.cached()
        self.regions, self.industries = get_reference_data(self.version)
        self.query = QueryParams.read(params, self.build_fields(), self.regions)
        self.values = self.query.values
        self.wishes = fulfil_wishes(self.query, self.version)
        self.near = find_key(self.get_value("near"), self.regions)
        self.text = self.get_value("q")
        self.interpretation = self._interpret()
        self.centers = self.filter_centers(self.values)
        self.facets = Facets(self.values, self.regions, self.industries, self.version)
        self.url_state = UrlState(path, self.values, self.default_sort)
        self.query.notices += describe_wishes(self)
        if (requested := self.get_value("sort")) and requested not in self.available_sorts:
            message = f"정렬 {quote(SORTS[requested])} 여기서는 적용할 수 없습니다."
            self.query.add_error("sort", message, message)
            del self.values["sort"]

    def build_fields(self) -> dict[str, forms.Field]:
        """The form fields of all parameters, in the order that they have in URLs."""
        return get_query_fields(self.version)

    def filter_centers(self, values: dict[str, list[str]]) -> CenterQuerySet:
        """The centres that match other valid parameters than the requested ones."""
        return get_center_filter(self.version).narrow(values)

    def count_centers(self, values: dict[str, list[str]]) -> int:
        """The number of centres that match other valid parameters than the requested ones.

        Where only facets differ, the groups of the facets have it already.
        """
        if select_filters(values) == select_filters(self.values):
            return Facets(values, self.regions, self.industries, self.version).total
        return self.filter_centers(values).count()

    def get_value(self, name: str) -> str:
        """The first value of a parameter; "" without any."""
        return self.values.get(name, [""])[0]

    def _interpret(self) -> Interpretation:
        """Interpret the words, with a notice about what was read otherwise or left out."""
        interpretation = interpret(self.version, self.text)
        if interpretation.is_reread:
            # From here on every link and sentence has the words as they are meant.
            self.values["q"] = [interpretation.text]
        self.query.notices += map(Notice, describe_interpretation(interpretation, self.text))
        for at, term in enumerate(interpretation.terms):
            if term.place and len(term.place.codes) > 1:
                self.query.notices.append(self._offer_places(interpretation, at))
        return interpretation

    def _offer_places(self, interpretation: Interpretation, at: int) -> Notice:
        """A notice about a term that names several places, each with the words for it alone."""
        words = [term.word for term in interpretation.terms]
        term = interpretation.terms[at]
        parser = get_place_parser(self.regions)
        candidates = []
        for code in term.place.codes if term.place else ():
            region = self.regions.by_code[code]
            # A 읍·면·동 or a cluster is named behind its region: 성남 분당구 정자동.
            inside = [term.word] if term.place and term.place.is_locality else []
            own = " ".join([parser.build_label(code), *inside])
            text = " ".join([*words[:at], own, *words[at + 1 :]])
            candidates.append(Candidate(text, " ".join([region.full_name, *inside])))
        text = f"{quote(term.word)} 여러 곳의 이름이라 모두 찾았습니다. 한 곳만 보려면 골라 주세요."
        if interpretation.matched_by is None:
            text = f"{quote(term.word)} 여러 곳의 이름입니다. 어느 곳인지 골라 주세요."
        return Notice(text, "q", candidates=tuple(candidates))

    @property
    def has_filters(self) -> bool:
        """Whether anything selects the centres."""
        return any(name not in NON_FILTERS and name != "near" for name in self.values)

    @property
    def count(self) -> int:
        """The number of centres on all pages."""
        return self.facets.total

    # --- rows ------------------------------------------------------------------------------------

    @property
    def default_sort(self) -> str:
        return get_default_sort(has_words=bool(self.text), has_near=self.near is not None)

    @property
    def available_sorts(self) -> dict[str, str]:
        return get_available_sorts(has_words=bool(self.text), has_near=self.near is not None)

    @property
    def sort(self) -> str:
        """The order in force, a key of `SORTS`."""
        return self.get_value("sort") or self.default_sort

    @property
    def page_size(self) -> int:
        return settings.PAGE_SIZE

    @cached_property
    def page(self) -> Page:
        """The requested page, or the last one with a notice if there are fewer."""
        paginator = Paginator(range(self.count), self.page_size)
        requested = self.get_value("page")
        page = paginator.get_page(requested or 1)
        if requested and page.number != int(requested):
            self.query.add_error(
                "page",
                f"{quote(requested)} 없는 쪽이라 {page.number}쪽을 보여 드립니다.",
                describe_missing_page(requested, paginator.num_pages),
            )
        return page

    @cached_property
    def _distances(self) -> dict[int, Distance]:
        """The distances of this page's centres and, if sorted by distance, of those before it."""
        origin = self.near and self.near.point
        if not origin:
            return {}
        centers = self._found
        if self.sort != "near":
            centers = centers.filter(pk__in_keys=self.keys)
        return find_nearest(centers, origin, self.version, self.page.end_index())

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys of this page's centres in order; to sort whole rows takes longer."""
        first, last = max(self.page.start_index() - 1, 0), self.page.end_index()
        if self.sort == "near":
            return list(self._distances)[first:last]
        return list(self._sorted_keys()[first:last])

    @cached_property
    def _found(self) -> CenterQuerySet:
        """The centres by the keys that the counts have found, which are not searched again."""
        if (keys := self.facets.keys) is None:
            return self.centers
        facets = {name: self.values.get(name, []) for name in CenterFilter.FACETS}
        return cast(CenterQuerySet, self.filter_centers(facets).filter(pk__in_keys=keys))

    def _sorted_keys(self) -> QuerySet:
        ordering = build_ordering(self.sort, self.interpretation, self.version)
        return self._found.order_by(*ordering).values_list("pk", flat=True)

    @cached_property
    def rows(self) -> list[ListedCenter]:
        """The centres of this page."""
        found = fetch_cached_rows(self.keys, self.regions, self.version)
        rows = [found[key] for key in self.keys if key in found]
        if self.near:
            # Distances belong to this request alone; the cached rows have none.
            rows = [replace(row, distance=self._distances.get(row.center.pk)) for row in rows]
        return rows

    def iter_chunks(self, size: int) -> Iterator[list[ListedCenter]]:
        """Yield the rows of all pages in order, `size` at a time."""
        distances: dict[int, Distance] = {}
        if origin := self.near and self.near.point:
            distances = find_nearest(self._found, origin, self.version, self.count)
        keys = list(distances if self.sort == "near" else self._sorted_keys())
        for first in range(0, len(keys), size):
            yield fetch_rows(keys[first : first + size], self.regions, self.version, distances)

    @cached_property
    def active_filters(self) -> ActiveFilters:
        return ActiveFilters(
            self.values, self.regions, self.facets, self.interpretation, self.version
        )

    @property
    def sentence(self) -> str:
        """The active filters and the count in one line: 부산 · 의복, 2015년 이후 지정 — 3곳."""
        return f"{self.active_filters.sentence} — {self.count:,}곳"
