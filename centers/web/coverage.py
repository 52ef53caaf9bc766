"""The coverage page: the matrix of regions and industries, the map of clusters, and bars."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse

from centers.http.media_types import FILE_FORMATS
from centers.models import Announcement, Center
from centers.models.data_version import per_data_version
from centers.models.reference_data import get_center_totals
from centers.models.region_tree import RegionTree
from centers.search.coverage_matrix import (
    COUNTED_STATUSES,
    CenterCount,
    CoverageMatrix,
    MatrixRow,
    build_counted_list_url,
)
from centers.search.filters import NONE_VALUE
from centers.search.place_values import Candidate
from centers.web.dot_map import DotMap, build_cluster_map
from centers.web.program_history import ProgramHistory
from centers.web.tile_map import compute_shade

#: Centres in the table of the map; the list has all.
MAX_LISTED_CENTERS = 200
#: The bands of cluster sizes by their lowest number of makers; each ends before the next.
SIZE_BANDS = (1, 50, 100, 200, 500, 1_000)
#: Notices about parameters; more of them help nobody.
MAX_NOTICES = 5
#: The file formats of the matrix, by file name extension.
MATRIX_FORMATS = ("csv", "xlsx")


@dataclass(frozen=True)
class Clusters:
    """The counted centres and the sizes of their clusters, the largest first."""

    map: DotMap | None
    sizes: list[int | None]
    #: As many as the table shows.
    listed: list[Center]


@per_data_version
def get_clusters(version: int, regions: RegionTree) -> Clusters:
    """Return the clusters, in the order in which the list sorts by size."""
    centers = list(
        Center.objects.published()
        .filter(status__in=COUNTED_STATUSES)
        .only("display_name", "region_id", "lat", "lon", "cluster_size", "cluster_size_as_of")
        .order_by(F("cluster_size").desc(nulls_last=True), "pk")
    )
    for center in centers:
        center.region = regions.by_code[center.region_id]
    sizes = [center.cluster_size for center in centers]
    return Clusters(build_cluster_map(centers, regions), sizes, centers[:MAX_LISTED_CENTERS])


class Coverage:
    """The counts of all centres that have not closed, each equal to the count of its list.

    All queries run here, so that the template fires none.
    """

    def __init__(self, params: QueryDict) -> None:
        self.matrix = CoverageMatrix(params)
        self.results = self.matrix.results
        self.regions = self.results.regions
        self.sidos = {one.code: one.short_name for one in self.regions.children[None]}
        self.industries = self.matrix.industries
        self.totals = get_center_totals(self.results.version)
        #: The document with the newest facts.
        self.newest_announcement = Announcement.objects.order_by("-published_on", "pk").first()
        if not self.matrix.sido:
            self.clusters = get_clusters(self.results.version, self.regions)
            self.map = self.clusters.map
            self.history = ProgramHistory()
        self._numbers = self._count()

    def _count(self) -> dict[str, Counter]:
        """Count the centres by 시·도, by industry and by year.

        The key of an unknown industry or year is `NONE_VALUE`.
        """
        numbers = {name: Counter() for name in ("sido", "industry", "year")}
        for region, industry, year, _services, _kind, status, number in zip(
            *self.results.facets.groups, strict=True
        ):
            if status in COUNTED_STATUSES:
                numbers["sido"][self.regions.list_enclosing_codes(region)[-1]] += number
                numbers["industry"][industry or NONE_VALUE] += number
                numbers["year"][year or NONE_VALUE] += number
        return numbers

    @property
    def notices(self) -> list[tuple[str, list[tuple[Candidate, str]]]]:
        """Texts on parameters that were not used, each with 시·도 to choose from and their URLs."""
        return [
            (
                notice.text,
                [
                    (one, f"{reverse('coverage')}{self.matrix.build_query_string(region=one.code)}")
                    for one in notice.candidates
                    if one.code in self.sidos
                ],
            )
            for notice in self.matrix.query.notices[:MAX_NOTICES]
        ]

    @property
    def total(self) -> CenterCount:
        return self.matrix.total

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

    # --- the matrix ------------------------------------------------------------------------------

    @property
    def canonical(self) -> str:
        return reverse("coverage") + self.matrix.build_query_string()

    @property
    def sido_choices(self) -> list[tuple[str, str, bool]]:
        """Code, name and whether it is selected, of each 시·도."""
        return [
            (one.code, one.name, one == self.matrix.sido) for one in self.regions.children[None]
        ]

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The label and the URL of each file of this matrix."""
        query = self.matrix.build_query_string()
        return [
            (FILE_FORMATS[one].label, f"{reverse('coverage_download', args=[one])}{query}")
            for one in MATRIX_FORMATS
        ]

    @cached_property
    def rows(self) -> list[MatrixRow]:
        """The rows of the matrix, each cell with its step of shade."""
        rows = self.matrix.rows
        most = max((cell.number for row in rows for cell in row.cells), default=0)
        return [
            replace(
                row,
                cells=[replace(one, shade=compute_shade(one.number, most)) for one in row.cells],
            )
            for row in rows
        ]

    @property
    def covered_sido_count(self) -> int:
        return sum(bool(self._numbers["sido"][code]) for code in self.sidos)

    @property
    def covered_industry_count(self) -> int:
        return len(self.results.industries) - len(self.matrix.empty_industries)

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
        found = select_nonzero(self.industries, self._numbers["industry"])
        return sort_by_number(
            [
                CenterCount(name, number, build_counted_list_url(industry=code))
                for code, name, number in found
            ]
        )

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

    @property
    def by_size(self) -> list[CenterCount]:
        """The bands of cluster sizes; no list is of the centres of unknown size."""
        sizes = [size for size in self.clusters.sizes if size is not None]
        lines = []
        for low, above in zip(SIZE_BANDS, [*SIZE_BANDS[1:], None], strict=True):
            number = sum(low <= size and (above is None or size < above) for size in sizes)
            label = f"{low:,}개사 이상" if above is None else f"{low:,}–{above - 1:,}개사"
            high = None if above is None else str(above - 1)
            url = build_counted_list_url(size_min=str(low), size_max=high)
            lines.append(CenterCount(label, number, url))
        unknown = CenterCount("미확인", self.unsized_count, "", is_unknown=True)
        return add_bar_lengths([*lines, unknown])

    # --- the map ---------------------------------------------------------------------------------

    @property
    def listed_centers(self) -> list[Center]:
        """The centres in the table of the map."""
        return self.clusters.listed

    @property
    def unlisted_count(self) -> int:
        return len(self.clusters.sizes) - len(self.listed_centers)

    @property
    def unsized_count(self) -> int:
        return self.clusters.sizes.count(None)

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
