"""Distances: the centres nearest to a point."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice

from centers.models import Center, CenterQuerySet, Region
from centers.models.place_parser import get_place_parser
from centers.models.region_tree import RegionTree, measure_distance_km


@dataclass(frozen=True)
class Distance:
    """The straight distance to a centre, in km; infinite if its region has no point."""

    km: float
    #: Whether measured to the centre itself, or to the point of its region.
    is_to_center: bool


@dataclass(frozen=True)
class NearbyCenter:
    """A centre with its distance, for a short list beside a page's own subject."""

    #: With its region, industry and operator, so that reading them takes no query.
    center: Center
    distance: Distance


def find_nearest(
    centers: CenterQuerySet, origin: tuple[float, float], regions: RegionTree, limit: int
) -> dict[int, Distance]:
    """The keys of the `limit` nearest centres, nearest first, with distances from (lat, lon).

    A centre without coordinates has the distance of its region, or of the 시·군·구 in its address
    if it serves a whole 시·도; if the region has no point it comes last. So little more than the
    regions has to be sorted.
    """
    in_region: dict[str, list[int]] = {}
    own = []
    addresses = dict(
        centers.filter(kind=Center.Kind.WIDE_AREA, lat=None)
        .exclude(address="")
        .order_by()
        .values_list("pk", "address")
    )
    for key, code, lat, lon in centers.order_by().values_list("pk", "region_id", "lat", "lon"):
        if lat is None:
            if key in addresses:
                code = find_office_region(addresses[key], code, regions)
            in_region.setdefault(code, []).append(key)
        else:
            own.append((round(measure_distance_km(origin, (lat, lon)), 1), key, True))
    # Grouped by distance, since equally far centres are sorted by key.
    keys_by_distance: dict[float, list[int]] = {}
    for code, keys in in_region.items():
        keys_by_distance.setdefault(measure_to_region(origin, regions.by_code[code]), []).extend(
            keys
        )
    by_region = (
        (km, key, False) for km in sorted(keys_by_distance) for key in sorted(keys_by_distance[km])
    )
    nearest = islice(merge(sorted(own), by_region), limit)
    return {key: Distance(km, to_center) for km, key, to_center in nearest}


def find_office_region(address: str, code: str, regions: RegionTree) -> str:
    """Return the code of the region that an address names if it lies in `code`, else `code`."""
    named = get_place_parser(regions).find_regions(address)
    return (
        named[0].code
        if len(named) == 1 and code in regions.list_enclosing_codes(named[0].code)
        else code
    )


def measure_to_region(origin: tuple[float, float], region: Region) -> float:
    """The distance to a region's point in km, to one decimal; infinite without a point."""
    if region.lat is None:
        return float("inf")
    return round(measure_distance_km(origin, (region.lat, region.lon)), 1)


def fetch_nearby(distances: Mapping[int, Distance]) -> list[NearbyCenter]:
    """The centres of these primary keys in their order, in one query."""
    found = Center.objects.with_related().in_bulk(list(distances))
    return [NearbyCenter(found[key], at) for key, at in distances.items() if key in found]


class Neighbours:
    """The centres nearest to one centre: of any industry, and of its own."""

    #: How many of each.
    MAX_NEAREST, MAX_SAME_INDUSTRY = 3, 5

    def __init__(self, center: Center, regions: RegionTree):
        self.center = center
        self.regions = regions
        self.others = Center.objects.published().exclude(pk=center.pk)

    def _find_nearest(self, centers: CenterQuerySet, limit: int) -> dict[int, Distance]:
        origin = self.center if self.center.lat is not None else self.center.region
        if origin.lat is None:
            return {}
        return find_nearest(centers, (origin.lat, origin.lon), self.regions, limit)

    @cached_property
    def _keys(self) -> tuple[dict[int, Distance], dict[int, Distance]]:
        """The distances of the nearest centres of any industry, and of the same industry."""
        nearest = self._find_nearest(self.others, self.MAX_NEAREST)
        if not self.center.industry_id:
            return nearest, {}
        same_industry = self.others.filter(industry=self.center.industry_id)
        return nearest, self._find_nearest(same_industry, self.MAX_SAME_INDUSTRY)

    @cached_property
    def _found(self) -> dict[int, NearbyCenter]:
        distances = {**self._keys[0], **self._keys[1]}
        return {found.center.pk: found for found in fetch_nearby(distances)}

    @property
    def nearest(self) -> list[NearbyCenter]:
        """The nearest centres of any industry."""
        return [self._found[key] for key in self._keys[0] if key in self._found]

    @property
    def same_industry(self) -> list[NearbyCenter]:
        """The nearest centres of the same industry; empty for a centre without one."""
        return [self._found[key] for key in self._keys[1] if key in self._found]
