"""How far the centres reach: how many there are by 시·도, trade and year, and where none is."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Announcement, Center
from centers.models.reference_data import CenterTotals, get_center_totals
from centers.search.filters import NONE_VALUE
from centers.search.results import Results
from centers.web.dot_map import DotMap, build_cluster_map
from centers.web.tile_map import compute_shade

#: What is counted; a centre that has closed reaches nobody.
COUNTED_STATUSES = [Center.Status.OPERATING.value, Center.Status.UNCONFIRMED.value]
#: The table behind the map names so many centres; the list has them all.
MAX_LISTED_CENTERS = 200


def build_counted_list_url(**params: str | list[str] | None) -> str:
    """The list of what is counted, under some conditions; a number here is the list's number."""
    params = {name: value for name, value in params.items() if value} | {"status": COUNTED_STATUSES}
    return f"{reverse('centers')}?{urlencode(params, doseq=True)}"


@dataclass(frozen=True)
class CenterCount:
    """A number of centres: what it counts, the list that shows them, and how it looks."""

    label: str
    number: int
    url: str
    #: A step of shade, of `tiles.SHADES`.
    shade: int = 0
    #: The length of its bar in percent of the longest.
    share: int = 0
    is_unknown: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True)
class CoverageRow:
    """One 시·도 of the table: its count for each trade of the columns, and for all of them."""

    label: str
    cells: list[CenterCount]
    total: CenterCount


class Coverage:
    """The counts of all centres that have not closed, every one as the list would count it."""

    def __init__(self) -> None:
        self.results = Results(QueryDict(urlencode({"status": COUNTED_STATUSES}, doseq=True)))
        self.regions = self.results.regions
        self.sidos = {one.code: one.short_name for one in self.regions.children[None]}
        self.trades = self.results.industries | {NONE_VALUE: "업종 없음"}

    @cached_property
    def _numbers(self) -> dict[str, Counter]:
        """The numbers of centres by 시·도, by trade, by year, and by 시·도 and trade.

        `NONE` stands for a trade or year that is not known.
        """
        numbers = {name: Counter() for name in ("sido", "trade", "year", "cell")}
        for region, industry, year, _kind, status, number in zip(
            *self.results.facets.groups, strict=True
        ):
            if status in COUNTED_STATUSES:
                sido, trade = self.regions.list_enclosing_codes(region)[-1], industry or NONE_VALUE
                numbers["sido"][sido] += number
                numbers["trade"][trade] += number
                numbers["year"][year or NONE_VALUE] += number
                numbers["cell"][sido, trade] += number
        return numbers

    @property
    def total(self) -> CenterCount:
        return CenterCount("전체", self.results.count, build_counted_list_url())

    @property
    def statuses(self) -> list[CenterCount]:
        """Those that are counted, by status."""
        choices = self.results.facets.status
        return [
            CenterCount(one.label, one.count, self.results.url(status=one.value))
            for one in choices
            if one.value in COUNTED_STATUSES
        ]

    @property
    def closed(self) -> CenterCount:
        """Those that are left out."""
        [one] = [one for one in self.results.facets.status if one.value not in COUNTED_STATUSES]
        return CenterCount(one.label, one.count, self.results.url(status=one.value))

    @property
    def recorded(self) -> CenterTotals | None:
        return get_center_totals(self.results.version)

    @cached_property
    def newest(self) -> Announcement | None:
        """The document whose facts are the newest."""
        return Announcement.objects.order_by("-published_on", "pk").first()

    # --- the table of 시·도 and trades -----------------------------------------------------------

    @cached_property
    def columns(self) -> list[CenterCount]:
        """The trades that have centres, each with its count in all 시·도."""
        return [
            CenterCount(label, number, build_counted_list_url(industry=code))
            for code, label, number in select_nonzero(self.trades, self._numbers["trade"])
        ]

    @cached_property
    def rows(self) -> list[CoverageRow]:
        """The 시·도 that have centres."""
        cells = self._numbers["cell"]
        most = max(cells.values(), default=0)
        trades = [
            (code, label) for code, label in self.trades.items() if self._numbers["trade"][code]
        ]

        def cell(sido: str, name: str, code: str, trade: str) -> CenterCount:
            number = cells[sido, code]
            url = build_counted_list_url(region=sido, industry=code)
            return CenterCount(f"{name} {trade}", number, url, shade=compute_shade(number, most))

        return [
            CoverageRow(
                label=name,
                cells=[cell(sido, name, *trade) for trade in trades],
                total=CenterCount(name, number, build_counted_list_url(region=sido)),
            )
            for sido, name, number in select_nonzero(self.sidos, self._numbers["sido"])
        ]

    @property
    def empty_sidos(self) -> list[str]:
        return [name for code, name in self.sidos.items() if not self._numbers["sido"][code]]

    @cached_property
    def empty_industries(self) -> list[str]:
        numbers = self._numbers["trade"]
        return [name for code, name in self.results.industries.items() if not numbers[code]]

    @property
    def reached_industries(self) -> int:
        return len(self.results.industries) - len(self.empty_industries)

    # --- the bars --------------------------------------------------------------------------------

    @property
    def by_sido(self) -> list[CenterCount]:
        found = select_nonzero(self.sidos, self._numbers["sido"])
        return sort_by_number(
            [
                CenterCount(name, number, build_counted_list_url(region=code))
                for code, name, number in found
            ]
        )

    @property
    def by_trade(self) -> list[CenterCount]:
        return sort_by_number(self.columns)

    @property
    def by_year(self) -> list[CenterCount]:
        """The years from the first to the last, those without a centre too, and the unknown."""
        numbers = self._numbers["year"]
        known = [year for year in numbers if year != NONE_VALUE]
        years = range(min(known), max(known) + 1) if known else []
        lines = [
            CenterCount(f"{year}년", numbers[year], build_counted_list_url(year=str(year)))
            for year in years
        ]
        unknown = CenterCount(
            "미확인", numbers[NONE_VALUE], build_counted_list_url(year=NONE_VALUE), is_unknown=True
        )
        return add_bar_lengths([*lines, unknown])

    # --- the map ---------------------------------------------------------------------------------

    @cached_property
    def centers(self) -> list[Center]:
        """What is counted, the largest clusters first, as the list sorts them."""
        centers = list(
            Center.objects.published()
            .filter(status__in=COUNTED_STATUSES)
            .only(
                *("display_name", "region_id", "lat", "lon", "cluster_size", "cluster_size_as_of")
            )
            .order_by(F("cluster_size").desc(nulls_last=True), "pk")
        )
        for center in centers:
            center.region = self.regions.by_code[center.region_id]
        return centers

    @cached_property
    def map(self) -> DotMap | None:
        return build_cluster_map(self.centers, self.regions)

    @property
    def named(self) -> list[Center]:
        """The centres of the table behind the map."""
        return self.centers[:MAX_LISTED_CENTERS]

    @property
    def unnamed(self) -> int:
        """How many more there are."""
        return len(self.centers) - len(self.named)

    @property
    def unsized(self) -> int:
        return sum(center.cluster_size is None for center in self.centers)

    @property
    def by_size_url(self) -> str:
        return self.results.url(sort="size")


def select_nonzero(labels: dict[str, str], numbers: Counter) -> list[tuple[str, str, int]]:
    """Code, label and number of all that have any, in the order of the labels."""
    return [(code, label, numbers[code]) for code, label in labels.items() if numbers[code]]


def sort_by_number(counts: list[CenterCount]) -> list[CenterCount]:
    return add_bar_lengths(sorted(counts, key=lambda count: -count.number))


def add_bar_lengths(counts: list[CenterCount]) -> list[CenterCount]:
    """The counts, each with a bar as long as it is large."""
    most = max((count.number for count in counts), default=0) or 1
    return [replace(count, share=round(100 * count.number / most)) for count in counts]
