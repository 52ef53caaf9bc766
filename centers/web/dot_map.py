"""Maps of Korea drawn on the server, as the dots of its regions."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from centers.models import Center, Region
from centers.models.region_tree import EARTH_RADIUS_KM, RegionTree
from centers.text.formatting import format_makers

KM_PER_DEGREE = math.radians(EARTH_RADIUS_KM)
#: Where no region lies for so many km, from coast to far island, the map leaves the rest out:
#: three islands would otherwise halve the scale of all the rest.
MAX_GAP_KM = 40
#: What lies round the outermost regions, in km.
MARGIN_KM = 20
#: The radius of the largest cluster, of the smallest that is still seen, of one of unknown size,
#: and of a centre shown alone.
MAX_RADIUS, MIN_RADIUS, UNSIZED_RADIUS, SINGLE_RADIUS = 18, 2.5, 4, 7
#: The height of the line below the map that says how large a dot means how many, and the width
#: of a letter in it.
LEGEND_HEIGHT, LETTER_WIDTH = 46, 12


class Axis:
    """One axis of a map: degrees to km from its first stop, with open sea cut short."""

    def __init__(self, degrees: Iterable[float], km_per_degree: float):
        self.stops = sorted(set(degrees))
        gaps = [(b - a) * km_per_degree for a, b in pairwise(self.stops)]
        self.at = list(accumulate((min(gap, MAX_GAP_KM) for gap in gaps), initial=0.0))
        self.breaks = [
            (before + after) / 2
            for gap, (before, after) in zip(gaps, pairwise(self.at), strict=True)
            if gap > MAX_GAP_KM
        ]
        self.length = self.at[-1]

    def place(self, degree: float) -> float:
        """Where a degree lies, in km; what lies beyond the ends lies at the nearer end."""
        end = bisect_right(self.stops, degree)
        if end in (0, len(self.stops)):
            return self.at[max(end - 1, 0)]
        low, high = self.stops[end - 1], self.stops[end]
        share = (degree - low) / (high - low)
        return self.at[end - 1] + share * (self.at[end] - self.at[end - 1])


class Frame:
    """Korea as its regions' points span it: equirectangular, true to scale at the middle latitude.

    One unit is one km, counted from the north-western corner.
    """

    def __init__(self, points: list[tuple[float, float]]):
        lats, lons = zip(*points, strict=True)
        middle = math.radians((min(lats) + max(lats)) / 2)
        self.x = Axis(lons, KM_PER_DEGREE * math.cos(middle))
        self.y = Axis(lats, KM_PER_DEGREE)
        self.width = round(self.x.length) + 2 * MARGIN_KM
        self.height = round(self.y.length) + 2 * MARGIN_KM

    def place(self, lat: float, lon: float) -> tuple[int, int]:
        return (
            round(MARGIN_KM + self.x.place(lon)),
            round(MARGIN_KM + self.y.length - self.y.place(lat)),
        )

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        """The points as one SVG path of strokes without length, which round caps make dots."""
        return "".join(f"M{x} {y}h0" for x, y in sorted({self.place(*point) for point in points}))

    @property
    def breaks(self) -> str:
        """The lines, as one SVG path, along which open sea has been left out."""
        across = [MARGIN_KM + self.y.length - y for y in self.y.breaks]
        return "".join(
            [f"M{MARGIN_KM + x:.0f} 0V{self.height}" for x in self.x.breaks]
            + [f"M0 {y:.0f}H{self.width}" for y in across]
        )


@dataclass(frozen=True)
class Dot:
    """One dot in sight, in km; a dot without a size is a ring."""

    x: int
    y: int
    r: float
    label: str
    is_ring: bool = False


@dataclass(frozen=True)
class MapLabel:
    """A word on the map; `anchor` says which end of it is at x: start, middle or end."""

    text: str
    x: float
    y: int
    anchor: str = "middle"

    @classmethod
    def beside(cls, dot: Dot, text: str, *, left: bool = False) -> "MapLabel":
        gap = dot.r + 6
        if left:
            return cls(text, dot.x - gap, dot.y, "end")
        return cls(text, dot.x + gap, dot.y, "start")


@dataclass
class DotMap:
    """A map ready to be drawn."""

    frame: Frame
    title: str
    description: str
    #: All 시·군·구, as one path; and those that a centre of a whole 시·도 serves, as another.
    dots: str
    area: str = ""
    names: list[MapLabel] = field(default_factory=list)
    centers: list[Dot] = field(default_factory=list)
    legend: list[Dot] = field(default_factory=list)
    legend_names: list[MapLabel] = field(default_factory=list)
    #: How many centres could not be drawn, as nobody knows where they are.
    unplaced_count: int = 0

    @property
    def height(self) -> int:
        return self.frame.height + (LEGEND_HEIGHT if self.legend else 0)

    def add_legend(self, sizes: list[int | None], largest: int) -> None:
        """A line below the map with a dot of each size, from the left."""
        x, y = MARGIN_KM, self.frame.height + LEGEND_HEIGHT // 2
        for size in dict.fromkeys(sizes):
            label = format_cluster_size(size)
            dot = build_dot(0, y, size, largest, label)
            dot = replace(dot, x=round(x + dot.r))
            self.legend.append(dot)
            self.legend_names.append(MapLabel.beside(dot, label))
            x += 2 * dot.r + 22 + LETTER_WIDTH * len(label)


def build_base_map(regions: RegionTree, title: str, description: str) -> DotMap | None:
    """A map of the regions alone; None where no region has a point."""
    known = [region for region in regions.by_code.values() if region.lat is not None]
    if not known:
        return None
    frame = Frame([(one.lat, one.lon) for one in known])
    return DotMap(
        frame,
        title,
        description,
        dots=frame.path((one.lat, one.lon) for one in known if one.level == Region.Level.SIGUNGU),
    )


def locate_center(center: Center, regions: RegionTree) -> tuple[float, float] | None:
    """Where a centre is: its own point, else the one of its region, else not known."""
    place = center if center.lat is not None else regions.by_code[center.region_id]
    return None if place.lat is None else (place.lat, place.lon)


def build_center_map(center: Center, regions: RegionTree) -> DotMap | None:
    """Where one centre is; None where nobody knows."""
    region = regions.by_code[center.region_id]
    is_sido = region.level == Region.Level.SIDO
    where = "의 시·군·구를 모두 칠했습니다." if is_sido else "에 점을 찍었습니다."
    title = f"전국 지도에서 본 {region.full_name}"
    drawing = build_base_map(regions, title, f"{region.full_name}{where}")
    point = locate_center(center, regions)
    if point is None or drawing is None:
        return None
    dot = Dot(*drawing.frame.place(*point), SINGLE_RADIUS, center.display_name)
    name = " ".join(dict.fromkeys([region.sido.short_name, region.short_name]))
    if is_sido:
        drawing.area = drawing.frame.path(
            (one.lat, one.lon) for one in regions.children[region.code] if one.lat is not None
        )
    if is_sido and center.lat is None:
        drawing.names = [MapLabel(name, dot.x, dot.y)]
    else:
        drawing.centers = [dot]
        # On the side that has more room.
        drawing.names = [MapLabel.beside(dot, name, left=dot.x > drawing.frame.width / 2)]
    return drawing


def build_cluster_map(centers: Iterable[Center], regions: RegionTree) -> DotMap | None:
    """Where all of some centres are, as dots whose area tells the size of their clusters.

    The larger lie below the smaller ones; None where there is nothing to draw.
    """
    centers = list(centers)
    placed = [(one, point) for one in centers if (point := locate_center(one, regions))]
    drawing = build_base_map(
        regions,
        f"센터 {len(placed):,}곳의 위치와 집적지 소공인 규모",
        "점은 센터이고, 점의 넓이는 집적지 소공인 규모입니다. 값은 표에 있습니다.",
    )
    if not centers or drawing is None:
        return None
    drawing.unplaced_count = len(centers) - len(placed)
    drawing.names = [
        MapLabel(sido.short_name, *drawing.frame.place(sido.lat, sido.lon))
        for sido in regions.children[None]
        if sido.lat is not None
    ]
    sizes = [one.cluster_size for one, _ in placed]
    largest = max(filter(None, sizes), default=0)
    # Those that look alike and lie on each other are seen as one.
    alike: dict[tuple, Dot] = {}
    for center, point in placed:
        label = f"{center}: {format_cluster_size(center.cluster_size)}"
        dot = build_dot(*drawing.frame.place(*point), center.cluster_size, largest, label)
        key = (dot.x, dot.y, dot.r, dot.is_ring)
        alike[key] = replace(dot, label=f"{alike[key].label}\n{label}") if key in alike else dot
    drawing.centers = sorted(alike.values(), key=lambda dot: (dot.is_ring, -dot.r))
    samples = [size for size in map(round_down_to_step, (largest, largest // 4)) if size]
    drawing.add_legend([*samples, *([None] if None in sizes else [])], largest)
    return drawing


def build_dot(x: int, y: int, size: int | None, largest: int, label: str) -> Dot:
    """A dot whose area tells a size beside the largest one."""
    if size is None:
        return Dot(x, y, UNSIZED_RADIUS, label, is_ring=True)
    return Dot(x, y, round(max(MIN_RADIUS, MAX_RADIUS * math.sqrt(size / largest)), 1), label)


def format_cluster_size(size: int | None) -> str:
    return format_makers(size) or "규모 미확인"


def round_down_to_step(number: int) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 … that is no larger than the number; 0 below 1."""
    if number < 1:
        return 0
    power = 10 ** (len(str(number)) - 1)
    return max(step * power for step in (1, 2, 5) if step * power <= number)
