"""One request's results: the rows, how many, why these, and what else could be chosen."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F
from django.db.models.functions import Collate
from django.http import QueryDict
from django.utils.http import urlencode

from centers.models import Center, CenterQuerySet, DataVersion
from centers.models.data_version import per_data_version
from centers.models.reference_data import get_reference_data
from centers.search.active_filters import ActiveFilters
from centers.search.did_you_mean import Interpretation, build_relevance_ordering, interpret
from centers.search.facets import Facets
from centers.search.filters import get_center_filter
from centers.search.listed_center import ListedCenter, fetch_cached_rows, fetch_rows
from centers.search.nearest import Distance, find_nearest
from centers.search.query_params import Notice, QueryParams, describe_missing_page
from centers.text.formatting import quote

SORTS = {
    "relevance": "관련 순",
    "near": "가까운 순",
    "region": "지역 순",
    "name": "이름 순",
    "size": "규모 큰 순",
    "year": "최근 지정 순",
}
VIEWS = {"cards": "카드로", "table": "표로"}
DEFAULT_VIEW = "cards"
#: Far more pages than there will ever be; a number beyond is no page number.
MAX_PAGE_NUMBER = 1_000_000


@per_data_version
def get_query_fields(version: int) -> dict[str, forms.Field]:
    """A field for every parameter there is, for one version of the data."""
    filters = get_center_filter(version)
    located = [code for code, one in filters.regions.by_code.items() if one.lat is not None]
    return {
        **filters.form.fields,
        "near": forms.ChoiceField(label="내 지역", choices=[(code, code) for code in located]),
        "sort": forms.ChoiceField(label="정렬", choices=list(SORTS.items())),
        "view": forms.ChoiceField(label="보기", choices=list(VIEWS.items())),
        "page": forms.IntegerField(label="쪽", min_value=1, max_value=MAX_PAGE_NUMBER),
    }


@lru_cache(maxsize=1_000)
def encode_parameter(name: str, value: str | tuple[str, ...]) -> str:
    """One parameter of an address; a page writes the same ones into dozens of addresses."""
    return urlencode({name: value}, doseq=True)


class Results:
    """What a query string asks for, answered; every page, file and feed shows one of these."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.path = path
        self.version = DataVersion.cached()
        self.regions, self.industries = get_reference_data(self.version)
        self.query = QueryParams.read(params, self.build_fields(), self.regions)
        self.values = self.query.values
        self.near = self.regions.by_code.get(self.get_value("near"))
        self.text = self.get_value("q")
        self.interpretation = self._search_words(self.text.split())
        if (asked := self.get_value("sort")) and asked not in self.sorts:
            # There is no nearest without a place, and no best match without words.
            order = f"정렬 ‘{SORTS[asked]}’은 여기서 쓸 수"
            self.query.add_error("sort", f"{order} 없어 무시했습니다.", f"{order} 없습니다.")
            del self.values["sort"]

    def build_fields(self) -> dict[str, forms.Field]:
        """A field for every parameter there is, in the order they stand in an address."""
        return get_query_fields(self.version)

    def filter_centers(self, accepted: dict[str, list[str]]) -> CenterQuerySet:
        """The centres that some accepted values leave."""
        return get_center_filter(self.version).narrow(accepted)

    def get_value(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    def _search_words(self, words: list[str]) -> Interpretation:
        """Ask for the words; where nothing holds them, for what they may have been meant as."""
        self._apply_words(words)
        if not words or not self.facets.is_empty:
            return Interpretation(words)
        understood = interpret(words, Center.objects.published())
        if understood.retyped:
            self._apply_words(understood.words)
            found = quote(" ".join(understood.words), "으로", "로")
            self.query.notices.append(Notice(f"{found} 찾은 결과입니다. 한/영 키를 확인해 주세요."))
        return understood

    def _apply_words(self, words: list[str]) -> None:
        if words:
            # From here on the words are what they were meant as, in every link and sentence.
            self.values["q"] = [" ".join(words)]
        self.centers = self.filter_centers(self.values)
        self.facets = Facets(self.values, self.regions, self.industries, self.version)

    @property
    def count(self) -> int:
        return self.facets.total

    # --- rows ------------------------------------------------------------------------------------

    @property
    def default_sort(self) -> str:
        return "near" if self.near else "relevance" if self.text else "region"

    @property
    def sort(self) -> str:
        """The order in force."""
        return self.get_value("sort") or self.default_sort

    @property
    def sorts(self) -> dict[str, str]:
        """The orders that can be chosen for this query."""
        measured = {"relevance": bool(self.text), "near": bool(self.near)}
        return {name: label for name, label in SORTS.items() if measured.get(name, True)}

    @property
    def sort_links(self) -> list[tuple[str, str, bool]]:
        """The orders that can be chosen, each with its address and whether it is in force."""
        return [
            (label, self.url(sort=name), name == self.sort) for name, label in self.sorts.items()
        ]

    @property
    def view(self) -> str:
        """How the rows are shown; it changes neither which they are nor their order."""
        return self.get_value("view") or DEFAULT_VIEW

    @property
    def view_links(self) -> list[tuple[str, str, str, bool]]:
        """The ways to show the rows: name, label, address, and whether it is in force.

        A page keeps its number, as it holds the same rows either way.
        """
        page = str(self.page.number) if self.page.number > 1 else None
        return [
            (name, label, self.url(view=name, page=page), name == self.view)
            for name, label in VIEWS.items()
        ]

    @property
    def ordering(self) -> list:
        """How the database sorts; ends with the key, so that pages never repeat a row."""
        # Code points put Hangul in dictionary order; a server's own locale might not.
        binary = "C" if connection.vendor == "postgresql" else "BINARY"
        order = {
            "relevance": [*build_relevance_ordering(self.interpretation.words), "region_id"],
            "region": ["region_id"],
            "name": [Collate("display_name", binary)],
            "size": [F("cluster_size").desc(nulls_last=True)],
            "year": [F("designated_year").desc(nulls_last=True)],
        }
        return [*order[self.sort], "pk"]

    @property
    def page_size(self) -> int:
        return settings.PAGE_SIZE

    @cached_property
    def page(self):
        """The page of rows asked for, or the nearest there is, with a notice."""
        paginator = Paginator(range(self.count), self.page_size)
        asked = self.get_value("page")
        page = paginator.get_page(asked or 1)
        if asked and page.number != int(asked):
            self.query.add_error(
                "page",
                f"{quote(asked)} 없는 쪽이라 {page.number}쪽을 보여 드립니다.",
                describe_missing_page(asked, paginator.num_pages),
            )
        return page

    @cached_property
    def _distances(self) -> dict[int, Distance]:
        """How far the centres of this page are; in order of distance, also those before them."""
        if not self.near:
            return {}
        centers, most = self.centers, self.page.end_index()
        if self.sort != "near":
            centers = centers.filter(pk__in=self.keys)
        return find_nearest(centers, (self.near.lat, self.near.lon), self.regions, most)

    @cached_property
    def keys(self) -> list[int]:
        """The keys of this page's centres in order; sorting keys alone moves little."""
        first, last = max(self.page.start_index() - 1, 0), self.page.end_index()
        if self.sort == "near":
            return list(self._distances)[first:last]
        return list(self.centers.order_by(*self.ordering).values_list("pk", flat=True)[first:last])

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
        """The centres of all pages in order, so many at a time."""
        distances: dict[int, Distance] = {}
        if self.near:
            point = (self.near.lat, self.near.lon)
            distances = find_nearest(self.centers, point, self.regions, self.count)
        if self.sort == "near":
            keys = list(distances)
        else:
            keys = list(self.centers.order_by(*self.ordering).values_list("pk", flat=True))
        for first in range(0, len(keys), size):
            yield fetch_rows(keys[first : first + size], self.regions, self.version, distances)

    # --- words and addresses ---------------------------------------------------------------------

    @cached_property
    def active_filters(self) -> ActiveFilters:
        return ActiveFilters(self.values, self.regions, self.facets)

    @property
    def sentence(self) -> str:
        """What is shown, in one line: 부산 · 의복, 2015년 이후 지정 — 3곳."""
        return f"{self.active_filters.sentence} — {self.count:,}곳"

    def url(self, **changes: list[str] | str | None) -> str:
        """The address of these results with some parameters changed, or left out by None."""
        params = {name: value for name, value in self.values.items() if name != "page"} | changes
        for name, default in (("sort", self.default_sort), ("view", DEFAULT_VIEW)):
            if params.get(name) in (default, [default]):
                del params[name]
        query = "&".join(
            encode_parameter(name, tuple(value) if isinstance(value, list) else value)
            for name, value in params.items()
            if value
        )
        return f"{self.path}?{query}" if query else self.path

    @property
    def canonical(self) -> str:
        """The one address of these results: neither order nor view makes another list."""
        return self.url(
            sort=None, view=None, page=str(self.page.number) if self.page.number > 1 else None
        )

    def page_url(self, number: int) -> str:
        return self.url(page=str(number) if number > 1 else None)
