"""What could be chosen next, and how many centres each choice would leave."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count

from centers.models import Center
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.search.filters import NONE_VALUE, CenterFilter, get_center_filter


@dataclass
class Choice:
    """One value of a facet; a value that would leave nothing is shown but cannot be chosen."""

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
        """What lies inside this one, a long list partly folded."""
        return fold_choices(self.children)


@dataclass
class FoldedChoices:
    """The choices of a facet: those that stand open, and the rest, each in their own order."""

    visible: list[Choice]
    hidden: list[Choice]


#: How many choices stand open, and how few more are no reason to fold any.
VISIBLE_CHOICES, FOLDING_TOLERANCE = 6, 2


def fold_choices(choices: list[Choice]) -> FoldedChoices:
    """Leave open what has been chosen and what would leave most centres."""
    if len(choices) <= VISIBLE_CHOICES + FOLDING_TOLERANCE:
        return FoldedChoices(choices, [])
    usable = [choice for choice in choices if not choice.is_disabled] or choices
    ranked = sorted(usable, key=lambda choice: (not choice.is_selected, -choice.count))
    most = max(VISIBLE_CHOICES, sum(choice.is_selected for choice in choices))
    foremost = {choice.value for choice in ranked[:most]}
    return FoldedChoices(
        [choice for choice in choices if choice.value in foremost],
        [choice for choice in choices if choice.value not in foremost],
    )


#: Facets and the columns they read, in the order of the grouped query.
FACET_COLUMNS = {
    "region": "region_id",
    "industry": "industry_id",
    "year": "designated_year",
    "kind": "kind",
    "status": "status",
}
#: Accepted values, by the names of their parameters, as a cache may know them by.
FilterValues = tuple[tuple[str, tuple[str, ...]], ...]


@per_data_version(maxsize=16)
def fetch_groups(version: int, asked: FilterValues) -> list[tuple]:
    """The columns that facets read of the centres asked for, the last one the number in each group.

    Kept, as turning pages, sorting and choosing from facets all ask for the same groups again.
    """
    centers = get_center_filter(version).narrow({name: list(values) for name, values in asked})
    groups = centers.order_by().values_list(*FACET_COLUMNS.values()).annotate(Count("pk"))
    return list(zip(*groups, strict=True))


def count_passing(numbers: tuple[int], failed: list[int], own: list[bool] | None) -> Iterable[int]:
    """The number of each group, or 0 where it fails any facet but the own one.

    `failed` says how many facets a group fails, and is empty where no group fails any.
    """
    if not failed:
        return numbers
    if own is None:
        return [0 if fails else number for number, fails in zip(numbers, failed, strict=True)]
    groups = zip(numbers, failed, own, strict=True)
    return [number if fails == fails_here else 0 for number, fails, fails_here in groups]


#: What the reader has chosen in each facet, in the order of COLUMNS.
FacetSelection = tuple[tuple[str, ...], ...]


@per_data_version(maxsize=128)
def count_by_facet(
    version: int, asked: FilterValues, chosen: FacetSelection, regions: RegionTree
) -> dict[str, Counter]:
    """Count by facet and value the centres asked for; "total" passes every facet.

    A group that passes every facet counts in all of them; one that fails a single facet counts in
    that facet alone, where it is what could be chosen instead. Empty where there is no group.
    """
    groups = fetch_groups(version, asked)
    if not groups:
        return {}
    *columns, numbers = groups
    failures = []
    for passes, column in zip(build_value_tests(chosen, regions), columns, strict=True):
        # Each value is tested once, since large lists have tens of thousands of groups.
        fails = {value: not passes(value) for value in set(column)}
        failures.append([fails[value] for value in column] if any(fails.values()) else None)
    failed = list(map(sum, zip(*filter(None, failures), strict=True)))
    counts = {"total": Counter({None: sum(count_passing(numbers, failed, None))})}
    for name, column, own in zip(FACET_COLUMNS, columns, failures, strict=True):
        # A value that gets nothing is noted too, so that it is shown with its 0.
        count = counts[name] = Counter()
        for value, number in zip(column, count_passing(numbers, failed, own), strict=True):
            count[value] += number
    for code, number in list(counts["region"].items()):
        for outer in regions.list_enclosing_codes(code)[1:]:
            counts["region"][outer] += number
    return counts


def build_value_tests(
    chosen: FacetSelection, regions: RegionTree
) -> list[Callable[[object], bool]]:
    """For each facet a test of one value: what CenterFilter says in SQL, said in Python."""
    codes, *others = chosen
    within = set().union(*map(regions.collect_inner_codes, regions.filter_narrowest(codes)))

    def one_of(values: tuple[str, ...]) -> Callable[[object], bool]:
        return lambda value: not values or str(value or NONE_VALUE) in values

    return [lambda code: not within or code in within, *map(one_of, others)]


class Facets:
    """The counts beside every choice, each worked out with its own facet left out."""

    def __init__(
        self,
        accepted: dict[str, list[str]],
        regions: RegionTree,
        industries: dict[str, str],
        version: int,
    ):
        """Count the centres left by everything but the facets, and note what has been chosen."""
        self.values = accepted
        self.regions = regions
        self.industries = industries
        asked = tuple(
            (name, tuple(values))
            for name, values in accepted.items()
            if name in CenterFilter.base_filters and name not in CenterFilter.FACETS
        )
        chosen = tuple(tuple(accepted.get(name, ())) for name in FACET_COLUMNS)
        self._asked = version, asked
        counts = count_by_facet(version, asked, chosen, regions)
        #: Whether no centre is left even when all facets are left out.
        self.is_empty = not counts
        self._counts = counts or {name: Counter() for name in ("total", *FACET_COLUMNS)}

    @property
    def groups(self) -> list[tuple]:
        """The columns that facets read, the last one the number of centres in each group."""
        return fetch_groups(*self._asked)

    @property
    def total(self) -> int:
        """How many centres pass everything."""
        return self._counts["total"][None]

    def _choice(self, facet: str, key, label: str) -> Choice:
        value = str(key or NONE_VALUE)
        return Choice(value, label, self._counts[facet][key], value in self.values.get(facet, []))

    @cached_property
    def region(self) -> list[Choice]:
        """The 시·도, each with the regions inside it once it has been chosen."""
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
        """All regions, in the order of their codes, whether or not those outside were chosen."""
        regions = self.regions.by_code.items()
        return [self._choice("region", code, region.full_name) for code, region in regions]

    @cached_property
    def industry(self) -> list[Choice]:
        choices = [self._choice("industry", *pair) for pair in self.industries.items()]
        return [*choices, self._choice("industry", None, "업종 없음")]

    @cached_property
    def year(self) -> list[Choice]:
        """The years that any centre has, newest first, and the centres whose year is not known."""
        years = {int(value) for value in self.values.get("year", []) if value != NONE_VALUE}
        years |= {year for year in self._counts["year"] if year}
        return [
            *(self._choice("year", year, f"{year}년") for year in sorted(years, reverse=True)),
            self._choice("year", None, "미확인"),
        ]

    @cached_property
    def kind(self) -> list[Choice]:
        return [self._choice("kind", *pair) for pair in Center.Kind.choices]

    @cached_property
    def status(self) -> list[Choice]:
        return [self._choice("status", *pair) for pair in Center.Status.choices]

    @cached_property
    def folded(self) -> dict[str, FoldedChoices]:
        """Each facet by its name, with a long one partly folded."""
        return {name: fold_choices(getattr(self, name)) for name in FACET_COLUMNS}

    def label(self, facet: str, value: str) -> str:
        """The words for one value of a facet other than the region."""
        return next(choice.label for choice in getattr(self, facet) if choice.value == value)
