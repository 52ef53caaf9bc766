"""The counts of the coverage page: centres by 시·도, industry and year, and where there is none."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Announcement, Center
from centers.models.reference_data import get_center_totals
from centers.search.filters import NONE_VALUE
from centers.search.results import Results
from centers.web.dot_map import build_cluster_map
from centers.web.tile_map import compute_shade

#: The statuses that are counted; a closed centre serves nobody.
COUNTED_STATUSES = [Center.Status.OPERATING.value, Center.Status.UNCONFIRMED.value]
#: Centres in the table of the map; the list has all.
MAX_LISTED_CENTERS = 200


def build_counted_list_url(**params: str | list[str] | None) -> str:
    """Build the URL of the list of counted centres that meet these filters."""
    query = {name: value for name, value in params.items() if value}
    return f"{reverse('centers')}?{urlencode(query | {'status': COUNTED_STATUSES}, doseq=True)}"


@dataclass(frozen=True)
class CenterCount:
    """A number of centres, with the URL of the list that shows them."""

    label: str
    number: int
    url: str
    #: A step of shade, from 0 to `tile_map.SHADE_COUNT`.
    shade: int = 0
    #: The length of its bar, in percent of the longest.
    share: int = 0
    is_unknown: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True)
class CoverageRow:
    """One 시·도 of the table: its count for the industry of each column, and its total."""

    label: str
    cells: list[CenterCount]
    total: CenterCount


class Coverage:
    """The counts of all centres that have not closed, each equal to the count of its list.

    All queries run here, so that the template fires none.
    """

    def __init__(self) -> None:
        self.results = Results(QueryDict(urlencode({"status": COUNTED_STATUSES}, doseq=True)))
        self.regions = self.results.regions
        self.sidos = {one.code: one.short_name for one in self.regions.children[None]}
        self.industries = self.results.industries | {NONE_VALUE: "업종 없음"}
        self.totals = get_center_totals(self.results.version)
        #: The document with the newest facts.
        self.newest_announcement = Announcement.objects.order_by("-published_on", "pk").first()
        self.centers = self._fetch_centers()
        self.map = build_cluster_map(self.centers, self.regions)
        self._numbers = self._count()

    def _count(self) -> dict[str, Counter]:
        """Count centres by 시·도, by industry, by year, and by 시·도 and industry.

        The key of an unknown industry or year is `NONE_VALUE`.
        """
        numbers = {name: Counter() for name in ("sido", "industry", "year", "cell")}
        for region, industry, year, _kind, status, number in zip(
            *self.results.facets.groups, strict=True
        ):
            if status in COUNTED_STATUSES:
                sido = self.regions.list_enclosing_codes(region)[-1]
                numbers["sido"][sido] += number
                numbers["industry"][industry or NONE_VALUE] += number
                numbers["year"][year or NONE_VALUE] += number
                numbers["cell"][sido, industry or NONE_VALUE] += number
        return numbers

    @property
    def total(self) -> CenterCount:
        return CenterCount("전체", self.results.count, build_counted_list_url())

    @property
    def statuses(self) -> list[CenterCount]:
        """The counted statuses."""
        choices = self.results.facets.status
        return [
            CenterCount(one.label, one.count, self.results.url_state.url(status=one.value))
            for one in choices
            if one.value in COUNTED_STATUSES
        ]

    @property
    def closed(self) -> CenterCount:
        """The status that is left out."""
        [one] = [one for one in self.results.facets.status if one.value not in COUNTED_STATUSES]
        return CenterCount(one.label, one.count, self.results.url_state.url(status=one.value))

    # --- the table of 시·도 and industries -------------------------------------------------------

    @cached_property
    def columns(self) -> list[CenterCount]:
        """The industries that have centres, each with its count in all 시·도."""
        return [
            CenterCount(label, number, build_counted_list_url(industry=code))
            for code, label, number in select_nonzero(self.industries, self._numbers["industry"])
        ]

    @cached_property
    def rows(self) -> list[CoverageRow]:
        """The 시·도 that have centres."""
        cells = self._numbers["cell"]
        most = max(cells.values(), default=0)
        industries = select_nonzero(self.industries, self._numbers["industry"])

        def build_cell(sido: str, name: str, code: str, industry: str) -> CenterCount:
            number = cells[sido, code]
            url = build_counted_list_url(region=sido, industry=code)
            return CenterCount(f"{name} {industry}", number, url, shade=compute_shade(number, most))

        return [
            CoverageRow(
                label=name,
                cells=[build_cell(sido, name, code, label) for code, label, _ in industries],
                total=CenterCount(name, number, build_counted_list_url(region=sido)),
            )
            for sido, name, number in select_nonzero(self.sidos, self._numbers["sido"])
        ]

    @property
    def empty_sidos(self) -> list[str]:
        return [name for code, name in self.sidos.items() if not self._numbers["sido"][code]]

    @cached_property
    def empty_industries(self) -> list[str]:
        numbers = self._numbers["industry"]
        return [name for code, name in self.results.industries.items() if not numbers[code]]

    @property
    def covered_industry_count(self) -> int:
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
    def by_industry(self) -> list[CenterCount]:
        return sort_by_number(self.columns)

    @property
    def by_year(self) -> list[CenterCount]:
        """All years from the first to the last, also those without centres, and the unknown."""
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

    def _fetch_centers(self) -> list[Center]:
        """Fetch the counted centres, the largest clusters first, as the list sorts them."""
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

    @property
    def listed_centers(self) -> list[Center]:
        """The centres in the table of the map."""
        return self.centers[:MAX_LISTED_CENTERS]

    @property
    def unlisted_count(self) -> int:
        return len(self.centers) - len(self.listed_centers)

    @property
    def unsized_count(self) -> int:
        return sum(center.cluster_size is None for center in self.centers)

    @property
    def by_size_url(self) -> str:
        return self.results.url_state.url(sort="size")


def select_nonzero(labels: dict[str, str], numbers: Counter) -> list[tuple[str, str, int]]:
    """Return code, label and number of those with a number, in the order of the labels."""
    return [(code, label, numbers[code]) for code, label in labels.items() if numbers[code]]


def sort_by_number(counts: list[CenterCount]) -> list[CenterCount]:
    return add_bar_lengths(sorted(counts, key=lambda count: -count.number))


def add_bar_lengths(counts: list[CenterCount]) -> list[CenterCount]:
    """Give each count the length of its bar."""
    most = max((count.number for count in counts), default=0) or 1
    return [replace(count, share=round(100 * count.number / most)) for count in counts]
