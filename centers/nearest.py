"""Which centres are near a place, and how far."""

from dataclasses import dataclass
from functools import cached_property

from centers.models import Center, CenterQuerySet
from centers.places import RegionTree, distance_km


@dataclass(frozen=True)
class Distance:
    """How far a centre is, in km as the crow flies, and whether from its own point."""

    km: float
    #: Measured to the centre itself; otherwise to the point that stands for its region.
    to_center: bool


NOWHERE = Distance(float("inf"), to_center=False)


def by_distance(
    centers: CenterQuerySet, origin: tuple[float, float], regions: RegionTree
) -> dict[int, Distance]:
    """The keys of the centres, nearest first, with their distances from a (lat, lon) point.

    Most centres have no point of their own, so one distance a region serves nearly all of them.
    A centre in a region without a point is nowhere, and comes last.
    """
    to_region = {
        code: Distance(round(distance_km(origin, (region.lat, region.lon)), 1), to_center=False)
        for code, region in regions.by_code.items()
        if region.lat is not None
    }
    found = [
        (
            key,
            to_region.get(code, NOWHERE)
            if lat is None
            else Distance(round(distance_km(origin, (lat, lon)), 1), to_center=True),
        )
        for key, code, lat, lon in centers.order_by().values_list("pk", "region_id", "lat", "lon")
    ]
    found.sort(key=lambda item: (item[1].km, item[0]))
    return dict(found)


class Neighbours:
    """The centres round one centre, and the others of its trade."""

    #: How many of either are shown.
    NEAR, ALIKE = 3, 5

    def __init__(self, center: Center, regions: RegionTree):
        self.center = center
        self.regions = regions
        self.others = Center.objects.published().exclude(pk=center.pk)

    @cached_property
    def _distances(self) -> dict[int, Distance]:
        place = self.center if self.center.lat is not None else self.center.region
        if place.lat is None:
            return {}
        return by_distance(self.others, (place.lat, place.lon), self.regions)

    @cached_property
    def _keys(self) -> tuple[list[int], list[int]]:
        """The keys of the nearest centres of any trade, and of those of the same trade."""
        nearest = list(self._distances)[: self.NEAR]
        if not self.center.industry_id:
            return nearest, []
        alike = self.others.filter(industry=self.center.industry_id)
        alike = set(alike.values_list("pk", flat=True))
        return nearest, [key for key in self._distances if key in alike][: self.ALIKE]

    @cached_property
    def _found(self) -> dict[int, Center]:
        nearest, alike = self._keys
        found = Center.objects.with_parts().in_bulk({*nearest, *alike})
        for key, center in found.items():
            center.distance = self._distances[key]
        return found

    @property
    def nearest(self) -> list[Center]:
        """The nearest centres of any trade."""
        return [self._found[key] for key in self._keys[0] if key in self._found]

    @property
    def same_trade(self) -> list[Center]:
        """The nearest centres of the same trade; empty for a centre of no single trade."""
        return [self._found[key] for key in self._keys[1] if key in self._found]
