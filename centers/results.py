"""One request's results: the rows, how many, why these, and what else could be chosen."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F, Prefetch
from django.db.models.functions import Collate
from django.http import QueryDict

from centers.addresses import VIEWS, Addresses
from centers.conditions import Conditions
from centers.facets import Facets
from centers.filters import CenterFilter
from centers.models import (
    Announcement,
    Center,
    CenterQuerySet,
    DataVersion,
    Industry,
    Listing,
    Region,
)
from centers.nearest import Distance, by_distance
from centers.places import RegionTree
from centers.query import Notice, Query
from centers.search import Understood, relevance, understand
from centers.tiles import Tile, tiles
from centers.wording import quote

SORTS = {
    "relevance": "관련 순",
    "near": "가까운 순",
    "region": "지역 순",
    "name": "이름 순",
    "size": "규모 큰 순",
    "year": "최근 지정 순",
}
#: Far more pages than there will ever be; a number beyond is no page number.
MOST_PAGES = 1_000_000
#: More sentences than these say nothing more.
MOST_NOTICES = 5


@lru_cache(maxsize=2)
def reference(version: int) -> tuple[RegionTree, dict[str, str]]:
    """The regions and the short names of the industries, for one version of the data."""
    return RegionTree(), dict(Industry.objects.values_list("code", "short_name"))


@dataclass(frozen=True)
class Recorded:
    """How many centres the directory holds, beside how many a document says there are."""

    count: int
    total: int
    published_on: date

    @property
    def is_partial(self) -> bool:
        return self.count < self.total


@lru_cache(maxsize=2)
def recorded(version: int) -> Recorded | None:
    """The newest document's number of centres nationwide; None where no document gives one."""
    newest = Announcement.objects.exclude(centers_total=None).order_by("-published_on").first()
    if newest is None:
        return None
    count = Center.objects.published().count()
    return Recorded(count, newest.centers_total, newest.published_on)


class Results(Addresses):
    """What a query string asks for, answered; every page, file and feed shows one of these."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.path = path
        self.version = DataVersion.current()
        self.regions, self.industries = reference(self.version)
        self.query = Query.read(params, self._fields(), self.regions)
        self.accepted = self.query.accepted
        self.near = self.regions.by_code.get(self._one("near"))
        self.text = self._one("q")
        self.words = self._find(self.text.split())
        if (asked := self._one("sort")) and asked not in self.sorts:
            # There is no nearest without a place, and no best match without words.
            self.query.refuse("sort", f"정렬 ‘{SORTS[asked]}’은 여기서 쓸 수 없어 무시했습니다.")
            del self.accepted["sort"]

    def _fields(self) -> dict[str, forms.Field]:
        """A field for every parameter there is, in the order they stand in an address."""
        places = [(code, code) for code, one in self.regions.by_code.items() if one.lat is not None]
        return {
            **self.filter({}).form.fields,
            "near": forms.ChoiceField(label="내 지역", choices=places),
            "sort": forms.ChoiceField(label="정렬", choices=list(SORTS.items())),
            "view": forms.ChoiceField(label="보기", choices=list(VIEWS.items())),
            "page": forms.IntegerField(label="쪽", min_value=1, max_value=MOST_PAGES),
        }

    def filter(self, accepted: dict[str, list[str]]) -> CenterFilter:
        """The filter for some accepted values; parameters that are no filters pass it by."""
        data = QueryDict(mutable=True)
        for name, values in accepted.items():
            data.setlist(name, values)
        return CenterFilter(
            data,
            queryset=Center.objects.published(),
            regions=self.regions,
            industries=self.industries,
        )

    def _one(self, name: str) -> str:
        return self.accepted.get(name, [""])[0]

    def _find(self, words: list[str]) -> Understood:
        """Ask for the words; where nothing holds them, for what they may have been meant as."""
        self._ask(words)
        if not words or not self.facets.is_empty:
            return Understood(words)
        understood = understand(words, Center.objects.published())
        if understood.retyped:
            self._ask(understood.words)
            found = quote(" ".join(understood.words), "으로", "로")
            self.query.notices.append(Notice(f"{found} 찾은 결과입니다. 한/영 키를 확인해 주세요."))
        return understood

    def _ask(self, words: list[str]) -> None:
        if words:
            # From here on the words are what they were meant as, in every link and sentence.
            self.accepted["q"] = [" ".join(words)]
        filters = self.filter(self.accepted)
        self.centers: CenterQuerySet = filters.qs
        self.facets = Facets(
            filters.without_facets(), self.accepted, self.regions, self.industries, self.version
        )

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
        return self._one("sort") or self.default_sort

    @property
    def sorts(self) -> dict[str, str]:
        """The orders that can be chosen for this query."""
        measured = {"relevance": bool(self.text), "near": bool(self.near)}
        return {name: label for name, label in SORTS.items() if measured.get(name, True)}

    @property
    def ordering(self) -> list:
        """How the database sorts; ends with the key, so that pages never repeat a row."""
        # Code points put Hangul in dictionary order; a server's own locale might not.
        binary = "C" if connection.vendor == "postgresql" else "BINARY"
        order = {
            "relevance": [*relevance(self.words.words), "region_id"],
            "region": ["region_id"],
            "name": [Collate("display_name", binary)],
            "size": [F("cluster_size").desc(nulls_last=True)],
            "year": [F("designated_year").desc(nulls_last=True)],
        }
        return [*order[self.sort], "pk"]

    @cached_property
    def page(self):
        """The page of rows asked for, or the nearest there is, with a notice."""
        paginator = Paginator(range(self.count), settings.PAGE_SIZE)
        asked = self._one("page")
        page = paginator.get_page(asked or 1)
        if asked and page.number != int(asked):
            text = f"{quote(asked)} 없는 쪽이라 {page.number}쪽을 보여 드립니다."
            self.query.refuse("page", text)
        return page

    @cached_property
    def _distances(self) -> dict[int, Distance]:
        """The keys of all centres found with their distances, nearest first."""
        if not self.near:
            return {}
        return by_distance(self.centers, (self.near.lat, self.near.lon), self.regions)

    @cached_property
    def keys(self) -> list[int]:
        """The keys of this page's centres in order; sorting keys alone moves little."""
        first, last = max(self.page.start_index() - 1, 0), self.page.end_index()
        if self.sort == "near":
            return list(self._distances)[first:last]
        return list(self.centers.order_by(*self.ordering).values_list("pk", flat=True)[first:last])

    @cached_property
    def rows(self) -> list[Center]:
        """The centres of this page."""
        return self.fetch(self.keys, self._distances)

    def fetch(self, keys: list[int], distances: dict[int, Distance]) -> list[Center]:
        """The centres of these keys in their order, with what a row shows."""
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
            center.distance = distances.get(center.pk)
            for listing in center.listings.all():
                listing.center = center
        return rows

    # --- words and addresses ---------------------------------------------------------------------

    @cached_property
    def conditions(self) -> Conditions:
        return Conditions(self.accepted, self.regions, self.facets)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Each condition in force, with the address of the list without it."""
        return [(chip.label, self.url(**chip.without)) for chip in self.conditions.chips]

    @property
    def notices(self) -> list[tuple[str, list[tuple[Region, str]]]]:
        """What was not used or was taken otherwise, each with the addresses to choose from."""
        self.page  # noqa: B018 (a page number that cannot be used adds a notice)
        shown = []
        for notice in self.query.notices[:MOST_NOTICES]:
            kept = self.accepted.get("region", []) if notice.refused == "region" else []
            urls = [self.url(**{notice.refused: [*kept, one.code]}) for one in notice.instead]
            shown.append((notice.text, list(zip(notice.instead, urls, strict=True))))
        if rest := len(self.query.notices) - len(shown):
            shown.append((f"그 밖에 {rest}가지를 더 무시했습니다.", []))
        return shown

    @property
    def recorded(self) -> Recorded | None:
        return recorded(self.version)

    @property
    def places(self) -> list[tuple[Region, list[Region]]]:
        """The 시·도 with their 시·군·구, to choose one's own from."""
        children = self.regions.children
        return [(sido, children[sido.code]) for sido in children[None]]

    @property
    def tiles(self) -> list[Tile]:
        """The 시·도 as a map of links, each of which chooses one or takes it back."""
        chosen = self.accepted.get("region", [])
        return tiles(self.regions, self.facets.region, chosen, self.url)

    @property
    def sentence(self) -> str:
        """What is shown, in one line: 부산 · 의복, 2015년 이후 지정 — 3곳."""
        return f"{self.conditions.sentence} — {self.count:,}곳"
