"""One request's results: the rows, how many, why these, and what else could be chosen."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F, Prefetch
from django.db.models.functions import Collate
from django.http import QueryDict
from django.utils.http import urlencode

from centers.facets import Facets
from centers.filters import NONE, CenterFilter, Query
from centers.models import Center, Industry, Listing
from centers.places import RegionTree
from centers.wording import quote

SORTS = {"region": "지역", "name": "이름", "size": "규모", "year": "지정연도"}
DEFAULT_SORT = "region"


@dataclass
class Chip:
    """One condition in force, and the address of the list without it."""

    label: str
    url: str


class Results:
    """What a query string asks for, answered; every page, file and feed shows one of these."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.path = path
        self.regions = RegionTree()
        self.industries = dict(Industry.objects.values_list("code", "short_name"))
        parts = {"regions": self.regions, "industries": self.industries}
        fields = CenterFilter(**parts, queryset=Center.objects.none()).form.fields
        self.query = Query.read(params, fields, also=("sort", "page"))
        self.accepted = self.query.accepted
        self.notices = self.query.notices
        self.sort = self._read_sort(params.get("sort", ""))
        self.asked_page = params.get("page", "").strip()

        data = QueryDict(mutable=True)
        for name, values in self.accepted.items():
            data.setlist(name, values)
        filters = CenterFilter(data, queryset=Center.objects.published(), **parts)
        self.centers = filters.qs
        self.facets = Facets(filters.without_facets(), self.accepted, self.regions, self.industries)

    def _read_sort(self, value: str) -> str:
        if value in SORTS or not value:
            return value or DEFAULT_SORT
        self.query.refuse("sort", f"정렬 {quote(value)} 없는 값이라 무시했습니다.")
        return DEFAULT_SORT

    # --- rows ------------------------------------------------------------------------------------

    @property
    def ordering(self) -> list:
        """How the rows are sorted; ends with the key, so that pages never repeat a row."""
        # Code points put Hangul in dictionary order; a server's own locale might not.
        binary = "C" if connection.vendor == "postgresql" else "BINARY"
        return {
            "region": ["region_id"],
            "name": [Collate("display_name", binary)],
            "size": [F("cluster_size").desc(nulls_last=True)],
            "year": [F("designated_year").desc(nulls_last=True)],
        }[self.sort] + ["pk"]

    @cached_property
    def page(self):
        """The page of rows asked for, or the nearest there is, with a notice."""
        paginator = Paginator(range(self.facets.total), settings.PAGE_SIZE)
        page = paginator.get_page(self.asked_page[:20])
        if self.asked_page and str(page.number) != self.asked_page:
            self.query.refuse(
                "page", f"{quote(self.asked_page)} 없는 쪽이라 {page.number}쪽을 보여 드립니다."
            )
        return page

    @cached_property
    def rows(self) -> list[Center]:
        """The centres of this page; found by key first, so that sorting moves little."""
        keys = list(
            self.centers.order_by(*self.ordering).values_list("pk", flat=True)[
                max(self.page.start_index() - 1, 0) : self.page.end_index()
            ]
        )
        listings = Listing.objects.select_related("announcement").order_by(
            "-announcement__published_on", "row"
        )
        found = (
            Center.objects.select_related("industry", "operator")
            .prefetch_related(Prefetch("listings", listings))
            .in_bulk(keys)
        )
        rows = [found[key] for key in keys if key in found]
        for center in rows:
            center.region = self.regions.by_code[center.region_id]
            for listing in center.listings.all():
                listing.center = center
        return rows

    @property
    def count(self) -> int:
        return self.facets.total

    # --- words and addresses ---------------------------------------------------------------------

    def url(self, **changes: list[str] | str | None) -> str:
        """The address of these results with some parameters changed, or left out by None."""
        params: dict = dict(self.accepted)
        if self.sort != DEFAULT_SORT:
            params["sort"] = self.sort
        params |= changes
        query = urlencode({name: value for name, value in params.items() if value}, doseq=True)
        return f"{self.path}?{query}" if query else self.path

    @property
    def canonical(self) -> str:
        """The one address of these results: sorting makes no other list."""
        return self.url(sort=None, page=str(self.page.number) if self.page.number > 1 else None)

    @property
    def pages(self) -> list[tuple[str | int, str]]:
        """Page numbers with their addresses; a gap in the numbers has none."""
        paginator = self.page.paginator
        return [
            (number, self.page_url(number) if isinstance(number, int) else "")
            for number in paginator.get_elided_page_range(self.page.number, on_ends=1)
        ]

    def page_url(self, number: int) -> str:
        return self.url(page=str(number) if number > 1 else None)

    @property
    def previous_url(self) -> str:
        return self.page_url(self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.page_url(self.page.number + 1) if self.page.has_next() else ""

    @cached_property
    def chips(self) -> list[Chip]:
        """Each condition in force, as a link that takes it away."""
        chips = []
        for name, values in self.accepted.items():
            shown = self.regions.narrowest(values) if name == "region" else values
            for value in shown:
                # Taking away a region also takes away the wider ones it was chosen through.
                gone = {value, *self.regions.path(value)} if name == "region" else {value}
                rest = [other for other in values if other not in gone]
                chips.append(Chip(self._describe(name, value), self.url(**{name: rest})))
        return chips

    def _describe(self, name: str, value: str) -> str:
        """One condition in a reader's words."""
        match name:
            case "q":
                return f"‘{value}’"
            case "region":
                return self.regions.by_code[value].label
            case "year_min":
                return f"{value}년 이후 지정"
            case "year_max":
                return f"{value}년 이전 지정"
            case "size_min":
                return f"{int(value):,}개사 이상"
            case "size_max":
                return f"{int(value):,}개사 이하"
        label = self.facets.label(name, value)
        return f"{label} 지정" if name == "year" and value != NONE else label

    @cached_property
    def sentence(self) -> str:
        """What is shown, in one line: 부산 · 의복, 2015년 이후 지정 — 3곳."""

        def said(*names: str) -> list[str]:
            parts = []
            for name in names:
                values = self.accepted.get(name, [])
                if name == "region":
                    values = self.regions.narrowest(values)
                if values:
                    parts.append("·".join(self._describe(name, value) for value in values))
            return parts

        where = " · ".join(said("q", "region", "industry"))
        rest = said("year", "year_min", "year_max", "size_min", "size_max", "kind", "status")
        conditions = ", ".join(filter(None, [where, *rest])) or "전체 센터"
        return f"{conditions} — {self.count:,}곳"
