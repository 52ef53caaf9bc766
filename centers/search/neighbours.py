"""The neighbours of a centre: the nearest of any industry, and of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import NamedTuple

from centers.models import Center, Region
from centers.models.data_version import MAX_CACHED_CENTERS, per_data_version
from centers.models.gazetteer import Locality
from centers.models.reference_data import get_reference_data
from centers.models.region_tree import RegionTree
from centers.search.nearest import Distance, OwnPoint, get_points, measure_to

#: How many of each.
MAX_NEAREST, MAX_SAME_INDUSTRY = 3, 5


class CenterPoint(NamedTuple):
    """What distances to a published centre are measured to, and its industry."""

    key: int
    industry: str | None
    place: OwnPoint | Locality | Region


@dataclass
class CenterPoints:
    """The published centres by what distances to them are measured to."""

    by_key: dict[int, CenterPoint] = field(default_factory=dict)
    #: Without those that have closed, which no page offers; in the order of their keys.
    in_place: dict[OwnPoint | Locality | Region, list[int]] = field(default_factory=dict)


@per_data_version
def get_center_points(version: int, regions: RegionTree) -> CenterPoints:
    """Return the points of the published centres, in one query."""
    found, points = CenterPoints(), get_points(version)
    rows = Center.objects.published().order_by("pk")
    for key, industry, code, status in rows.values_list("pk", "industry_id", "region_id", "status"):
        place = points.find(key) or regions.by_code[code]
        found.by_key[key] = CenterPoint(key, industry, place)
        if status != Center.Status.CLOSED:
            found.in_place.setdefault(place, []).append(key)
    return found


class Neighbours(NamedTuple):
    """The distances of the neighbours by primary key, the nearest first."""

    nearest: dict[int, Distance]
    #: Empty for a centre without an industry.
    same_industry: dict[int, Distance]


@per_data_version(maxsize=MAX_CACHED_CENTERS)
def get_neighbours(version: int, key: int) -> Neighbours:
    """Return the open neighbours of a published centre; none where its place has no point.

    Raises Center.DoesNotExist for another key. No query where the points are cached.
    """
    regions, _ = get_reference_data(version)
    points = get_center_points(version, regions)
    if key not in points.by_key:
        raise Center.DoesNotExist
    found, own = Neighbours({}, {}), points.by_key[key]
    lat, lon = own.place.lat, own.place.lon
    if lat is None or lon is None:
        return found
    limit = MAX_SAME_INDUSTRY if own.industry else 0
    for other, distance in iterate_by_distance((lat, lon), points):
        if other.key == key:
            continue
        if len(found.nearest) < MAX_NEAREST:
            found.nearest[other.key] = distance
        if len(found.same_industry) < limit and other.industry == own.industry:
            found.same_industry[other.key] = distance
        if len(found.nearest) == MAX_NEAREST and len(found.same_industry) == limit:
            break
    return found


def iterate_by_distance(
    origin: tuple[float, float], points: CenterPoints
) -> Iterator[tuple[CenterPoint, Distance]]:
    """Yield the centres, the nearest first and equally far ones by key, as `find_nearest` does."""
    by_distance: dict[float, list[list[int]]] = {}
    exact: list[tuple[float, int]] = []
    for place, keys in points.in_place.items():
        km = measure_to(origin, place)
        if isinstance(place, OwnPoint):
            exact += [(km, key) for key in keys]
        else:
            by_distance.setdefault(km, []).append(keys)
    inexact = ((km, key) for km in sorted(by_distance) for key in merge(*by_distance[km]))
    for km, key in merge(sorted(exact), inexact):
        point = points.by_key[key]
        dong = point.place.name if isinstance(point.place, Locality) else ""
        yield point, Distance(km, isinstance(point.place, OwnPoint), dong)
