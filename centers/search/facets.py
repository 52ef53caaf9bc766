"""Facets: the choices of each filter, with the number of centres that each would leave."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from centers.models import Center, Service
from centers.models.data_version import per_data_version
from centers.models.reference_data import ALL_INDUSTRIES
from centers.models.region_tree import RegionTree
from centers.search.filters import (
    NONE_VALUE,
    SERVICES_TEXT,
    CenterFilter,
    get_center_filter,
)


@dataclass
class Choice:
    """One value of a facet; one that would leave no centre is disabled."""

    value: str
    label: str
    count: int
    is_selected: bool
    children: list["Choice"] = field(default_factory=list)

    @property
    def is_disabled(self) -> bool:
        return not self.count and not self.is_selected

    @property
    def folded_children(self) -> "FoldedChoices":
        """The regions inside this one, a long list partly folded."""
        return fold_choices(self.children)


@dataclass
class FoldedChoices:
    """The choices of a facet: those always visible and those behind a toggle."""

    visible: list[Choice]
    hidden: list[Choice]


#: How many choices are visible, and how many more are too few to fold.
VISIBLE_CHOICES, FOLDING_TOLERANCE = 6, 2


def fold_choices(choices: list[Choice]) -> FoldedChoices:
    """Fold a long list: the selected choices and those with most centres stay visible."""
    if len(choices) <= VISIBLE_CHOICES + FOLDING_TOLERANCE:
        return FoldedChoices(choices, [])
    usable = [choice for choice in choices if not choice.is_disabled] or choices
    ranked = sorted(usable, key=lambda choice: (not choice.is_selected, -choice.count))
    limit = max(VISIBLE_CHOICES, sum(choice.is_selected for choice in choices))
    visible = {choice.value for choice in ranked[:limit]}
    return FoldedChoices(
        [choice for choice in choices if choice.value in visible],
        [choice for choice in choices if choice.value not in visible],
    )


#: The column of each facet, in the order of the groups.
FACET_COLUMNS: dict[str, Any] = {
    "region": "region_id",
    "industry": "industry_id",
    "year": "designated_year",
    "service": SERVICES_TEXT,
    "kind": "kind",
    "status": "status",
}
#: Valid parameters in a hashable form, as cache keys.
FilterValues = tuple[tuple[str, tuple[str, ...]], ...]
#: More keys of matching centres are not stored: by then, searching again is as quick.
MAX_KEYS = 5_000


class Groups(NamedTuple):
    """The matching centres grouped by the values of all facets."""

    #: The facets' columns, with services as a tuple of keys, and the counts; empty without centres.
    columns: list[tuple]
    #: The primary keys of the centres; None for more than `MAX_KEYS`.
    keys: tuple[int, ...] | None


@per_data_version(maxsize=16)
def fetch_groups(version: int, filter_values: FilterValues) -> Groups:
    """Fetch the matching centres in groups, in one query.

    Cached, as paging, sorting and choosing from facets need the same groups again. Grouped here,
    since SQLite takes as long to group as to find.
    """
    centers = get_center_filter(version).narrow(
        {name: list(values) for name, values in filter_values}
    )
    rows = centers.order_by().values_list("pk", *FACET_COLUMNS.values())
    keys, *values = zip(*rows, strict=True) if rows else [()]
    counts = Counter(zip(*values, strict=True))
    columns = list(zip(*counts, strict=True))
    if columns:
        at = list(FACET_COLUMNS).index("service")
        tuples = {text: tuple(json.loads(text)) for text in set(columns[at])}
        columns[at] = tuple(tuples[text] for text in columns[at])
        columns.append(tuple(counts.values()))
    return Groups(columns, keys if len(keys) <= MAX_KEYS else None)


def count_passing(numbers: tuple[int], failed: list[int], own: list[bool] | None) -> Iterable[int]:
    """Return the count of each group, or 0 if it fails any facet other than its own.

    `failed` is the number of facets that each group fails, empty if no group fails any. `own` says
    which groups fail the facet being counted; None if none do.
    """
    if not failed:
        return numbers
    if own is None:
        return [0 if fails else number for number, fails in zip(numbers, failed, strict=True)]
    groups = zip(numbers, failed, own, strict=True)
    return [number if fails == fails_here else 0 for number, fails, fails_here in groups]


#: The selected values of each facet, in the order of FACET_COLUMNS.
FacetSelection = tuple[tuple[str, ...], ...]


@per_data_version(maxsize=128)
def count_by_facet(
    version: int, filter_values: FilterValues, selection: FacetSelection, regions: RegionTree
) -> dict[str, Counter]:
    """Count the matching centres by facet and value; "total" counts those that pass every facet.

    A group that passes every facet counts in all of them. One that fails a single facet counts in
    that facet alone, as its value could be chosen instead. Empty without any group.
    """
    groups = fetch_groups(version, filter_values).columns
    if not groups:
        return {}
    *columns, numbers = groups
    failures = []
    for passes, column in zip(build_value_tests(selection, regions), columns, strict=True):
        # Each value is tested once, as large lists have tens of thousands of groups.
        fails = {value: not passes(value) for value in set(column)}
        failures.append([fails[value] for value in column] if any(fails.values()) else None)
    failed = list(map(sum, zip(*filter(None, failures), strict=True)))
    counts: dict[str, Counter[Any]] = {
        "total": Counter({None: sum(count_passing(numbers, failed, None))})
    }
    for name, column, own in zip(FACET_COLUMNS, columns, failures, strict=True):
        # Values without a centre are counted too, so that they appear with 0.
        count = counts[name] = Counter()
        for value, number in zip(column, count_passing(numbers, failed, own), strict=True):
            count[value] += number
    for keys, number in list(counts["service"].items()):
        for key in keys or (None,):
            counts["service"][key] += number
    for code, number in list(counts["region"].items()):
        for outer in regions.list_enclosing_codes(str(code))[1:]:
            counts["region"][outer] += number
    return counts


def build_value_tests(
    selection: FacetSelection, regions: RegionTree
) -> list[Callable[[Any], bool]]:
    """Build a predicate of one value for each facet: CenterFilter's conditions in Python."""
    codes = list(selection[0])
    within = set().union(*map(regions.collect_inner_codes, regions.filter_narrowest(codes)))

    def one_of(values: tuple[str, ...]) -> Callable[[Any], bool]:
        return lambda value: not values or str(value or NONE_VALUE) in values

    def any_of(values: tuple[str, ...]) -> Callable[[Any], bool]:
        return lambda keys: not values or not {*values}.isdisjoint(keys or (NONE_VALUE,))

    tests: dict[str, Callable[[Any], bool]] = {
        name: (any_of if name == "service" else one_of)(values)
        for name, values in zip(FACET_COLUMNS, selection, strict=True)
    }
    tests["region"] = lambda code: not within or code in within
    return [*tests.values()]


def select_filters(values: dict[str, list[str]]) -> FilterValues:
    """Select the parameters that select centres and are no facets, as a cache key."""
    return tuple(
        (name, tuple(chosen))
        for name, chosen in values.items()
        if chosen and name in CenterFilter.base_filters and name not in CenterFilter.FACETS
    )


class Facets:
    """The choices of each facet with counts, each computed without the facet's own selection."""

    def __init__(
        self,
        accepted: dict[str, list[str]],
        regions: RegionTree,
        industries: dict[str, str],
        version: int,
    ):
        """Count the centres that match all parameters other than facets."""
        self.values = accepted
        self.regions = regions
        self.industries = industries
        filter_values = select_filters(accepted)
        selection = tuple(tuple(accepted.get(name, ())) for name in FACET_COLUMNS)
        self._groups_key = version, filter_values
        counts = count_by_facet(version, filter_values, selection, regions)
        #: Whether no centre matches even without the facets.
        self.is_empty = not counts
        self._counts = counts or {name: Counter() for name in ("total", *FACET_COLUMNS)}

    @property
    def groups(self) -> list[tuple]:
        """The columns of the facets, grouped; the last one is the number of centres."""
        return fetch_groups(*self._groups_key).columns

    @property
    def keys(self) -> tuple[int, ...] | None:
        """The keys of the centres that match all but the facets.

        None if these are too many, or all there are.
        """
        version, filter_values = self._groups_key
        return fetch_groups(version, filter_values).keys if filter_values else None

    @property
    def total(self) -> int:
        """The number of centres that pass every facet."""
        return self._counts["total"][None]

    def _choice(self, facet: str, key, label: str) -> Choice:
        value = str(key or NONE_VALUE)
        return Choice(value, label, self._counts[facet][key], value in self.values.get(facet, []))

    @cached_property
    def region(self) -> list[Choice]:
        """The 시·도; a selected one has the regions inside it as children."""
        opened = {
            code
            for one in self.values.get("region", [])
            for code in self.regions.list_enclosing_codes(one)
        }

        def choices(parent: str | None) -> list[Choice]:
            level = []
            for region in self.regions.children[parent]:
                choice = self._choice("region", region.code, region.name.split()[-1])
                choice.is_selected = region.code in opened
                if choice.is_selected:
                    choice.children = choices(region.code)
                level.append(choice)
            return level

        return choices(None)

    @property
    def all_regions(self) -> list[Choice]:
        """All regions in the order of their codes, whether selected or not."""
        regions = self.regions.by_code.items()
        return [self._choice("region", code, region.full_name) for code, region in regions]

    @cached_property
    def industry(self) -> list[Choice]:
        choices = [self._choice("industry", *pair) for pair in self.industries.items()]
        return [*choices, self._choice("industry", None, ALL_INDUSTRIES)]

    @cached_property
    def year(self) -> list[Choice]:
        """The years that any centre has, newest first, and the unknown."""
        years = {int(value) for value in self.values.get("year", []) if value != NONE_VALUE}
        years |= {year for year in self._counts["year"] if year}
        return [
            *(self._choice("year", year, f"{year}년") for year in sorted(years, reverse=True)),
            self._choice("year", None, "미확인"),
        ]

    @cached_property
    def service(self) -> list[Choice]:
        """The kinds of support, and the centres whose support is unknown."""
        choices = [self._choice("service", one.value, str(one.label)) for one in Service]
        return [*choices, self._choice("service", None, "확인되지 않음")]

    @cached_property
    def kind(self) -> list[Choice]:
        return [self._choice("kind", kind.value, str(kind.label)) for kind in Center.Kind]

    @cached_property
    def status(self) -> list[Choice]:
        return [self._choice("status", one.value, str(one.label)) for one in Center.Status]

    @cached_property
    def folded(self) -> dict[str, FoldedChoices]:
        """Each facet by its name, with a long one partly folded."""
        return {name: fold_choices(getattr(self, name)) for name in FACET_COLUMNS}

    def label(self, facet: str, value: str) -> str:
        """The label of one value of a facet other than the region."""
        return next(choice.label for choice in getattr(self, facet) if choice.value == value)
