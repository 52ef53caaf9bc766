"""Distances: the centres nearest to a point."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from centers.models import Center, CenterQuerySet, Region
from centers.models.data_version import per_data_version
from centers.models.gazetteer import Locality, get_gazetteer, list_dong_names
from centers.models.reference_data import get_reference_data
from centers.models.region_tree import RegionTree, measure_distance_km
from centers.text.formatting import format_distance


@dataclass(frozen=True)
class Distance:
    """The straight distance to a centre, in km; infinite if its region has no point."""

    km: float
    #: Whether measured to the centre itself, or to the point of its 읍·면·동 or region.
    is_to_center: bool
    #: The name of the 읍·면·동 in its address, if measured to that.
    dong: str = ""

    @property
    def measured_to(self) -> str:
        """What it is measured to: "center", "dong" or "region"."""
        if self.is_to_center:
            return "center"
        return "dong" if self.dong else "region"

    @property
    def text(self) -> str:
        """The distance in Korean; 같은 지역 where both ends are one point."""
        if self.km or self.is_to_center:
            return format_distance(self.km)
        return "같은 읍·면·동" if self.dong else "같은 지역"

    @property
    def end(self) -> str:
        """What it is measured to, in Korean; "" for the region, as the notes below lists say."""
        if self.is_to_center:
            return "센터까지"
        return f"{self.dong}까지" if self.km and self.dong else ""


@dataclass(frozen=True)
class NearbyCenter:
    """A centre with its distance, for a short list beside a page's own subject."""

    #: With its region, industry and operator, so that reading them takes no query.
    center: Center
    distance: Distance


@dataclass(frozen=True)
class OwnPoint:
    """The coordinates of a centre itself."""

    lat: float
    lon: float


class Points:
    """What distances to each centre are measured to.

    Its own coordinates, else the 읍·면·동 in its address, else a region inside its own that the
    address names, else its own region. An address in another 시·도 does not count.
    """

    def __init__(self, tree: RegionTree) -> None:
        self._tree = tree
        #: Each once: numbers are compared much faster than places.
        self.places: list[OwnPoint | Locality | Region] = []
        #: The position in `places` by primary key of the centre.
        self.positions: dict[int, int] = {}
        known: dict[OwnPoint | Locality | Region, int] = {}
        rows = Center.objects.order_by().values_list("pk", "region_id", "lat", "lon", "address")
        for key, code, lat, lon, address in rows:
            place = self._find(code, lat, lon, address)
            if place not in known:
                known[place] = len(self.places)
                self.places.append(place)
            self.positions[key] = known[place]

    def _find(
        self, code: str, lat: float | None, lon: float | None, address: str
    ) -> OwnPoint | Locality | Region:
        if lat is not None and lon is not None:
            return OwnPoint(lat, lon)
        region = self._tree.by_code[code]
        if not address or not (list_dong_names(address) or self._tree.children[code]):
            return region
        return find_office(address, code, self._tree) or region

    def find(self, key: int) -> OwnPoint | Locality | Region | None:
        """What the distance to one centre is measured to; None for one that is not known yet."""
        position = self.positions.get(key)
        return None if position is None else self.places[position]


@per_data_version
def get_points(version: int) -> Points:
    return Points(get_reference_data(version)[0])


def find_office(address: str, code: str, tree: RegionTree) -> Locality | None:
    """Find the 읍·면·동 of an address, else its region if inside `code`; None if neither."""
    gazetteer = get_gazetteer(tree)
    named = gazetteer.find_by_address(address)
    sido = tree.by_code[code].sido
    inside = tree.collect_inner_codes(code)
    found = [one for one in named if one.region.sido == sido]
    if len(found) > 1:
        # An address without a region: the 동 of the centre's own.
        found = [one for one in found if one.region.code in inside]
    if len(found) != 1 or not (found[0].name or found[0].region.code in inside - {code}):
        return None
    return found[0]


#: So many of the nearest centres are looked at first, where at most `FEW` are wanted.
FIRST, FEW = 250, 10


@per_data_version(maxsize=16)
def find_first(version: int, origin: tuple[float, float]) -> dict[int, Distance]:
    """The `FIRST` nearest of all centres from (lat, lon), as `find_nearest` orders them."""
    points = get_points(version)
    return _sort_by_distance(points, points.positions, origin, FIRST)


def find_nearest(
    centers: CenterQuerySet, origin: tuple[float, float], version: int, limit: int
) -> dict[int, Distance]:
    """The keys of the `limit` nearest centres, nearest first, with distances from (lat, lon).

    A centre without coordinates has the distance of the 읍·면·동 in its address, else of its
    region, or of the region in its address if it serves a wider one; if there is no point it comes
    last.
    """
    if limit <= FEW:
        # Mostly some of the nearest of all are among the centres: then the others are not read.
        first = find_first(version, origin)
        keys = set(centers.order_by().filter(pk__in_keys=first).values_list("pk", flat=True))
        if len(keys) >= limit:
            found = ((key, distance) for key, distance in first.items() if key in keys)
            return dict(islice(found, limit))
    keys = centers.order_by().values_list("pk", flat=True)
    return _sort_by_distance(get_points(version), keys, origin, limit)


def _sort_by_distance(
    points: Points, keys: Iterable[int], origin: tuple[float, float], limit: int
) -> dict[int, Distance]:
    """The nearest of some centres; little more than their places has to be sorted."""
    in_place: dict[int, list[int]] = {}
    for key in keys:
        position = points.positions.get(key)
        if position is not None:
            in_place.setdefault(position, []).append(key)
    own = []
    # Grouped by distance, since equally far centres are sorted by key.
    by_distance: dict[float, list[tuple[int, str]]] = {}
    for position, inside in in_place.items():
        place = points.places[position]
        km = measure_to(origin, place)
        if isinstance(place, OwnPoint):
            own += [(km, key, True, "") for key in inside]
            continue
        dong = place.name if isinstance(place, Locality) else ""
        by_distance.setdefault(km, []).extend((key, dong) for key in inside)
    by_place = (
        (km, key, False, dong)
        for km in sorted(by_distance)
        for key, dong in sorted(by_distance[km])
    )
    nearest = islice(merge(sorted(own), by_place), limit)
    return {key: Distance(km, to_center, dong) for km, key, to_center, dong in nearest}


def measure_to(origin: tuple[float, float], place: OwnPoint | Locality | Region) -> float:
    """The distance to a place's point in km, to one decimal; infinite without a point."""
    if place.lat is None or place.lon is None:
        return float("inf")
    return round(measure_distance_km(origin, (place.lat, place.lon)), 1)


def fetch_nearby(distances: Mapping[int, Distance]) -> list[NearbyCenter]:
    """The centres of these primary keys in their order, in one query."""
    found = Center.objects.with_related().in_bulk(list(distances))
    return [NearbyCenter(found[key], at) for key, at in distances.items() if key in found]
