"""What could be chosen next, and how many centres each choice would leave."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count

from centers.filters import NONE
from centers.models import Center, CenterQuerySet
from centers.places import RegionTree


@dataclass
class Choice:
    """One value of a facet; a value that would leave nothing is shown but cannot be chosen."""

    value: str
    label: str
    count: int
    selected: bool
    children: list["Choice"] = field(default_factory=list)

    @property
    def disabled(self) -> bool:
        return not self.count and not self.selected


class Facets:
    """The counts beside every choice, each worked out with its own facet left out."""

    #: Facets and the columns they read, in the order of the grouped query.
    COLUMNS = {
        "region": "region_id",
        "industry": "industry_id",
        "year": "designated_year",
        "kind": "kind",
        "status": "status",
    }

    def __init__(
        self,
        centers: CenterQuerySet,
        accepted: dict[str, list[str]],
        regions: RegionTree,
        industries: dict[str, str],
    ):
        """Take the centres left by everything but the facets, and what the reader has chosen."""
        self.centers = centers
        self.accepted = accepted
        self.regions = regions
        self.industries = industries

    @cached_property
    def _counts(self) -> dict[str, Counter]:
        """Count by facet and value, from one grouped query.

        A group that passes every facet counts in all of them; one that fails a single facet
        counts in that facet alone, where it is what could be chosen instead.
        """
        tests = self._tests()
        counts = {name: Counter() for name in ("total", *tests)}
        groups = self.centers.order_by().values_list(*self.COLUMNS.values()).annotate(Count("pk"))
        for *values, number in groups:
            failed = [
                name
                for (name, passes), value in zip(tests.items(), values, strict=True)
                if not passes(value)
            ]
            if not failed:
                counts["total"][None] += number
            for name, value in zip(tests, values, strict=True):
                # Adding nothing still notes the value, so that it is shown with its 0.
                added = number if not failed or failed == [name] else 0
                for key in self.regions.path(value) if name == "region" else [value]:
                    counts[name][key] += added
        return counts

    def _tests(self) -> dict[str, Callable[[object], bool]]:
        """For each facet a test of one value: what CenterFilter says in SQL, said in Python."""
        chosen = {name: set(values) for name, values in self.accepted.items()}
        codes = self.regions.narrowest(self.accepted.get("region", []))
        within = set().union(*map(self.regions.within, codes))

        def one_of(name: str) -> Callable[[object], bool]:
            values = chosen.get(name)
            return lambda value: not values or str(value or NONE) in values

        first, last = (
            int(self.accepted[name][0]) if name in self.accepted else None
            for name in ("year_min", "year_max")
        )
        year_is_chosen = one_of("year")

        def year_passes(year: int | None) -> bool:
            if not year_is_chosen(year):
                return False
            if year is None:
                return first is None and last is None
            return (first is None or first <= year) and (last is None or year <= last)

        return {
            "region": lambda code: not within or code in within,
            "industry": one_of("industry"),
            "year": year_passes,
            "kind": one_of("kind"),
            "status": one_of("status"),
        }

    @property
    def total(self) -> int:
        """How many centres pass everything."""
        return self._counts["total"][None]

    def _choice(self, facet: str, key, label: str) -> Choice:
        value = str(key or NONE)
        return Choice(value, label, self._counts[facet][key], value in self.accepted.get(facet, []))

    @cached_property
    def region(self) -> list[Choice]:
        """The 시·도, each with the regions inside it once it has been chosen."""
        opened = {
            code for one in self.accepted.get("region", []) for code in self.regions.path(one)
        }

        def choices(parent: str | None) -> list[Choice]:
            level = []
            for region in self.regions.children[parent]:
                choice = self._choice("region", region.code, region.name.split()[-1])
                choice.selected = region.code in opened
                if choice.selected:
                    choice.children = choices(region.code)
                level.append(choice)
            return level

        return choices(None)

    @cached_property
    def industry(self) -> list[Choice]:
        choices = [self._choice("industry", *pair) for pair in self.industries.items()]
        return [*choices, self._choice("industry", None, "업종 없음")]

    @cached_property
    def year(self) -> list[Choice]:
        """The years that any centre has, newest first, and the centres whose year is not known."""
        years = {int(value) for value in self.accepted.get("year", []) if value != NONE}
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

    def label(self, facet: str, value: str) -> str:
        """The words for one value of a facet other than the region."""
        return next(choice.label for choice in getattr(self, facet) if choice.value == value)
