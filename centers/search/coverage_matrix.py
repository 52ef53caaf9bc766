"""The matrix of coverage: how many centres each industry has in each region, zeros included."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Center, DataVersion
from centers.models.data_version import per_data_version
from centers.models.reference_data import get_reference_data
from centers.search.filters import NONE_VALUE
from centers.search.query_params import QueryParams
from centers.search.results import Results

#: The statuses that are counted; a closed centre serves nobody.
COUNTED_STATUSES = [Center.Status.OPERATING.value, Center.Status.UNCONFIRMED.value]
#: The column of centres that are recorded in a 시·도 as a whole.
WHOLE_SIDO_LABEL = "시·도 전체"


def build_counted_list_url(**params: str | list[str] | None) -> str:
    """Build the URL of the list of counted centres that meet these filters."""
    query = {name: value for name, value in params.items() if value}
    return f"{reverse('centers')}?{urlencode(query | {'status': COUNTED_STATUSES}, doseq=True)}"


@per_data_version
def get_matrix_fields(version: int) -> dict[str, forms.Field]:
    """The form fields of the matrix's parameters, for one version of the data."""
    regions, _ = get_reference_data(version)
    sidos = [(region.code, region.name) for region in regions.children[None]]
    return {
        "region": forms.ChoiceField(label="시·도", choices=sidos),
        "gaps": forms.ChoiceField(label="빈 곳만", choices=[("1", "빈 곳만")]),
    }


@dataclass(frozen=True)
class CenterCount:
    """A number of centres, with the URL of the list that shows them; "" if no list does."""

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
class MatrixColumn:
    """One region; `url` opens the matrix of the regions inside it, "" if there is none."""

    label: str
    #: The code of the region; that of the 시·도 for centres of the whole 시·도.
    code: str
    total: CenterCount
    url: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """One industry: its count in the region of each column, and in all of them."""

    code: str
    label: str
    cells: list[CenterCount]
    total: CenterCount

    @property
    def gap_count(self) -> int:
        return sum(not cell.number for cell in self.cells)


class CoverageMatrix:
    """Counts of the centres that have not closed, by industry and region.

    The regions are the 시·도, or with the parameter `region` the 시·군·구 of one 시·도. With `gaps`
    only what has no centre counts: regions and industries without a gap are left out. A parameter
    that cannot be used is named in `query.notices`.
    """

    def __init__(self, params: QueryDict) -> None:
        version = DataVersion.cached()
        regions, _ = get_reference_data(version)
        self.query = QueryParams.read(params, get_matrix_fields(version), regions)
        self.sido = regions.by_code.get(self.query.values.get("region", [""])[0])
        self.is_gaps_only = "gaps" in self.query.values
        statuses = {"status": COUNTED_STATUSES}
        within = {"region": self.sido.code} if self.sido else {}
        self.results = Results(QueryDict(urlencode(within | statuses, doseq=True)))
        self.regions = self.results.regions
        none = self.results.facets.industry[-1]
        self.industries = self.results.industries | {none.value: none.label}

    def build_query_string(self, **changes: str) -> str:
        """Build the query string of this matrix with some parameters changed, or "" for none."""
        now = {
            "region": self.sido.code if self.sido else "",
            "gaps": "1" if self.is_gaps_only else "",
        }
        params = {name: value for name, value in (now | changes).items() if value}
        return f"?{urlencode(params)}" if params else ""

    @cached_property
    def _numbers(self) -> Counter[tuple[str, str]]:
        """The number of centres by the codes of column and industry."""
        numbers: Counter[tuple[str, str]] = Counter()
        groups = zip(*self.results.facets.groups, strict=True)
        for region, industry, _year, _services, _kind, status, number in groups:
            codes = self.regions.list_enclosing_codes(region)
            if status in COUNTED_STATUSES and (not self.sido or self.sido.code in codes):
                column = codes[max(-2, -len(codes))] if self.sido else codes[-1]
                numbers[column, industry or NONE_VALUE] += number
        return numbers

    def _count(self, column: str = "", industry: str = "") -> int:
        return sum(
            number
            for (region, code), number in self._numbers.items()
            if column in ("", region) and industry in ("", code)
        )

    def _get_labels(self) -> dict[str, str]:
        """The labels of all columns by code."""
        if not self.sido:
            return {region.code: region.short_name for region in self.regions.children[None]}
        inner = {one.code: one.short_name for one in self.regions.children[self.sido.code]}
        # As its own column, so that no centre is missing from the sums; it is no place with gaps.
        if self._count(self.sido.code) and not self.is_gaps_only:
            inner[self.sido.code] = WHOLE_SIDO_LABEL
        return inner

    def _build_list_url(self, column: str, industry: str | None = None) -> str:
        """Build the URL of a cell's list; no list is of the whole 시·도 without its 시·군·구."""
        if self.sido and column == self.sido.code:
            return ""
        return build_counted_list_url(region=column, industry=industry)

    @cached_property
    def _codes(self) -> tuple[list[str], list[str]]:
        """The codes of columns and rows, with only those that have a gap if so requested."""
        columns = list(self._get_labels())
        if not self.is_gaps_only:
            return columns, list(self.industries)
        # A centre for all industries fills no gap, and none is missing where there is no such one.
        industries = list(self.results.industries)
        gaps = {
            (column, industry)
            for column in columns
            for industry in industries
            if not self._numbers[column, industry]
        }
        with_gaps = {column for column, _ in gaps}, {industry for _, industry in gaps}
        return (
            [code for code in columns if code in with_gaps[0]],
            [code for code in industries if code in with_gaps[1]],
        )

    @cached_property
    def columns(self) -> list[MatrixColumn]:
        labels = self._get_labels()
        columns = []
        for code in self._codes[0]:
            total = CenterCount(labels[code], self._count(code), self._build_list_url(code))
            opens = not self.sido and self.regions.children[code]
            url = f"{reverse('coverage')}{self.build_query_string(region=code)}" if opens else ""
            columns.append(MatrixColumn(labels[code], code, total, url))
        return columns

    @cached_property
    def rows(self) -> list[MatrixRow]:
        within = self.sido.code if self.sido else None
        return [
            MatrixRow(
                code=code,
                label=self.industries[code],
                cells=[
                    CenterCount(
                        f"{column.label} {self.industries[code]}",
                        self._numbers[column.code, code],
                        self._build_list_url(column.code, code),
                    )
                    for column in self.columns
                ],
                total=CenterCount(
                    self.industries[code],
                    self._count(industry=code),
                    build_counted_list_url(region=within, industry=code),
                ),
            )
            for code in self._codes[1]
        ]

    @cached_property
    def total(self) -> CenterCount:
        within = self.sido.code if self.sido else None
        label = self.sido.short_name if self.sido else "전체"
        return CenterCount(label, self._count(), build_counted_list_url(region=within))

    @property
    def column_gap_counts(self) -> list[int]:
        """The number of industries without a centre in each column."""
        return [sum(not row.cells[n].number for row in self.rows) for n in range(len(self.columns))]

    @property
    def gap_count(self) -> int:
        return sum(row.gap_count for row in self.rows)

    @property
    def empty_regions(self) -> list[str]:
        """The labels of the regions without any centre."""
        return [label for code, label in self._get_labels().items() if not self._count(code)]

    @property
    def empty_industries(self) -> list[str]:
        """The short names of the industries without any centre."""
        names = self.results.industries.items()
        return [name for code, name in names if not self._count(industry=code)]
