"""The conditions in force, in a reader's words: as chips and as one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from centers.facets import Facets
from centers.filters import NONE
from centers.places import RegionTree

#: How each parameter is said; those not named here are facets with labels of their own.
PHRASES: dict[str, Callable[[str], str]] = {
    "q": "‘{}’".format,
    "year_min": "{}년 이후 지정".format,
    "year_max": "{}년 이전 지정".format,
    "size_min": lambda value: f"{int(value):,}개사 이상",
    "size_max": lambda value: f"{int(value):,}개사 이하",
}
#: Parameters that are no conditions.
UNSAID = ("sort", "page")


@dataclass
class Chip:
    """One condition in force, and the query without it."""

    name: str
    label: str
    rest: list[str]


class Conditions:
    """What a query asks for, said in Korean."""

    def __init__(self, accepted: dict[str, list[str]], regions: RegionTree, facets: Facets):
        self.accepted = accepted
        self.regions = regions
        self.facets = facets

    def _shown(self, name: str) -> list[str]:
        values = self.accepted.get(name, [])
        return self.regions.narrowest(values) if name == "region" else values

    def _say(self, name: str, value: str) -> str:
        if name in ("region", "near"):
            label = self.regions.label(value)
            return f"{label}에서 가까운 순" if name == "near" else label
        if name in PHRASES:
            return PHRASES[name](value)
        label = self.facets.label(name, value)
        if name == "year":
            return "지정연도 미확인" if value == NONE else f"{label} 지정"
        return label

    @cached_property
    def chips(self) -> list[Chip]:
        """One for each condition, with the values that stay when it is taken away."""
        chips = []
        for name in self.accepted:
            if name in UNSAID:
                continue
            for value in self._shown(name):
                # A region goes together with the wider ones that it was chosen through.
                gone = {value, *self.regions.path(value)} if name == "region" else {value}
                rest = [other for other in self.accepted[name] if other not in gone]
                chips.append(Chip(name, self._say(name, value), rest))
        return chips

    @property
    def sentence(self) -> str:
        """What is shown, without the number: 부산 · 의복, 2015년 이후 지정."""
        said = {
            name: "·".join(self._say(name, value) for value in self._shown(name))
            for name in self.accepted
            if name not in UNSAID
        }
        front = " · ".join(said.pop(name) for name in ("q", "region", "industry") if name in said)
        return ", ".join(filter(None, [front, *said.values()])) or "전체 센터"
