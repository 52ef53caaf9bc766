"""Dot maps of Korea as SVG: its regions, one centre, or all centres by cluster size."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centers.models import Center, Region
from centers.models.region_tree import EARTH_RADIUS_KM, RegionTree
from centers.text.formatting import format_makers
from centers.web.map_labels import MapLabel, place_labels

KM_PER_DEGREE = math.radians(EARTH_RADIUS_KM)
#: A wider gap between regions, such as the open sea before a far island, is cut to this width:
#: three islands would otherwise halve the scale of the map.
MAX_GAP_KM = 40
#: The margin around the outermost regions.
MARGIN_KM = 20
#: Radii in km: of the largest cluster, of the smallest that is visible, of one of unknown size,
#: and of a single centre.
MAX_RADIUS, MIN_RADIUS, UNSIZED_RADIUS, SINGLE_RADIUS = 18, 2.5, 4, 7
#: The height of the legend below the map and the width of a letter in it, in km.
LEGEND_HEIGHT, LETTER_WIDTH = 46, 12


class Axis:
    """One axis of a map: degrees to km from the first region, with wide gaps cut."""

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

    def project(self, degree: float) -> float:
        """Project a degree to km; what is beyond an end goes to that end."""
        end = bisect_right(self.stops, degree)
        if end in (0, len(self.stops)):
            return self.at[max(end - 1, 0)]
        low, high = self.stops[end - 1], self.stops[end]
        share = (degree - low) / (high - low)
        return self.at[end - 1] + share * (self.at[end] - self.at[end - 1])


class Frame:
    """The projection of the map: equirectangular, true to scale at the middle latitude.

    One unit is one km from the north-western corner.
    """

    def __init__(self, points: list[tuple[float, float]]):
        lats, lons = zip(*points, strict=True)
        middle = math.radians((min(lats) + max(lats)) / 2)
        self.x = Axis(lons, KM_PER_DEGREE * math.cos(middle))
        self.y = Axis(lats, KM_PER_DEGREE)
        self.width = round(self.x.length) + 2 * MARGIN_KM
        self.height = round(self.y.length) + 2 * MARGIN_KM

    def project(self, lat: float, lon: float) -> tuple[int, int]:
        return (
            round(MARGIN_KM + self.x.project(lon)),
            round(MARGIN_KM + self.y.length - self.y.project(lat)),
        )

    def build_path(self, points: Iterable[tuple[float, float]]) -> str:
        """Build one SVG path of zero-length strokes, which round line caps turn into dots."""
        return "".join(f"M{x} {y}h0" for x, y in sorted({self.project(*point) for point in points}))

    @property
    def breaks(self) -> str:
        """The lines along which a gap was cut, as one SVG path."""
        across = [MARGIN_KM + self.y.length - y for y in self.y.breaks]
        return "".join(
            [f"M{MARGIN_KM + x:.0f} 0V{self.height}" for x in self.x.breaks]
            + [f"M0 {y:.0f}H{self.width}" for y in across]
        )


@dataclass(frozen=True)
class Dot:
    """One visible dot, in km; one of unknown size is a ring."""

    x: int
    y: int
    r: float
    label: str
    is_ring: bool = False


def label_beside(dot: Dot, text: str, *, left: bool = False) -> MapLabel:
    """Build the label of a dot to the right of it, or to the left."""
    gap = dot.r + 6
    if left:
        return MapLabel(text, dot.x - gap, dot.y, "end")
    return MapLabel(text, dot.x + gap, dot.y, "start")


@dataclass
class DotMap:
    """The shapes of a map, for the template that draws it."""

    frame: Frame
    title: str
    description: str
    #: All 시·군·구 as one SVG path; and those that a wide-area centre serves as another.
    dots: str
    area: str = ""
    names: list[MapLabel] = field(default_factory=list)
    centers: list[Dot] = field(default_factory=list)
    legend: list[Dot] = field(default_factory=list)
    legend_names: list[MapLabel] = field(default_factory=list)
    #: The number of centres without a known location.
    unplaced_count: int = 0

    @cached_property
    def circles(self) -> SafeString:
        """The dots of the centres as SVG; a template takes ten times as long for thousands."""
        return mark_safe(  # noqa: S308 (the label is escaped, all else are numbers)
            "".join(
                f'<circle class="{"map-ring" if dot.is_ring else "map-center"}" cx="{dot.x}"'
                f' cy="{dot.y}" r="{dot.r}"><title>{escape(dot.label)}</title></circle>\n'
                for dot in self.centers
            )
        )

    @property
    def height(self) -> int:
        return self.frame.height + (LEGEND_HEIGHT if self.legend else 0)

    def add_legend(self, sizes: list[int | None], largest: int) -> None:
        """Add a line below the map with a dot of each size, from the left."""
        x, y = MARGIN_KM, self.frame.height + LEGEND_HEIGHT // 2
        for size in dict.fromkeys(sizes):
            label = format_cluster_size(size)
            dot = build_dot(0, y, size, largest, label)
            dot = replace(dot, x=round(x + dot.r))
            self.legend.append(dot)
            self.legend_names.append(label_beside(dot, label))
            x += 2 * dot.r + 22 + LETTER_WIDTH * len(label)


def build_base_map(regions: RegionTree, title: str, description: str) -> DotMap | None:
    """Build a map of the regions alone; None if no region has coordinates."""
    ground = draw_regions(regions)
    return DotMap(ground[0], title, description, dots=ground[1]) if ground else None


@lru_cache(maxsize=2)
def draw_regions(regions: RegionTree) -> tuple[Frame, str] | None:
    """Return the frame of all regions and their dots, cached as long as the trees themselves."""
    known = [region for region in regions.by_code.values() if region.lat is not None]
    if not known:
        return None
    frame = Frame([(one.lat, one.lon) for one in known])
    inner = [(one.lat, one.lon) for one in known if one.level == Region.Level.SIGUNGU]
    return frame, frame.build_path(inner)


def locate_center(center: Center, regions: RegionTree) -> tuple[float, float] | None:
    """Return latitude and longitude of a centre, else of its region; None if neither is known."""
    record = center if center.lat is not None else regions.by_code[center.region_id]
    return None if record.lat is None else (record.lat, record.lon)


def build_center_map(center: Center, regions: RegionTree) -> DotMap | None:
    """Build the map of one centre; None if its location is unknown."""
    region = regions.by_code[center.region_id]
    is_sido = region.level == Region.Level.SIDO
    where = "의 시·군·구를 모두 칠했습니다." if is_sido else "에 점을 찍었습니다."
    title = f"전국 지도에서 본 {region.full_name}"
    drawing = build_base_map(regions, title, f"{region.full_name}{where}")
    point = locate_center(center, regions)
    if point is None or drawing is None:
        return None
    dot = Dot(*drawing.frame.project(*point), SINGLE_RADIUS, center.display_name)
    is_gu = region.level == Region.Level.GU
    name = (
        region.label
        if is_gu
        else " ".join(dict.fromkeys([region.sido.short_name, region.short_name]))
    )
    if is_sido:
        drawing.area = drawing.frame.build_path(
            (one.lat, one.lon) for one in regions.children[region.code] if one.lat is not None
        )
    if is_sido and center.lat is None:
        drawing.names = [MapLabel(name, dot.x, dot.y)]
    else:
        drawing.centers = [dot]
        # On the side with more room.
        drawing.names = [label_beside(dot, name, left=dot.x > drawing.frame.width / 2)]
    return drawing


def build_cluster_map(centers: Iterable[Center], regions: RegionTree) -> DotMap | None:
    """Build the map of centres as dots whose area is proportional to their cluster size.

    Smaller dots are on top of larger ones. None if there is nothing to draw.
    """
    centers = list(centers)
    located = [(one, point) for one in centers if (point := locate_center(one, regions))]
    drawing = build_base_map(
        regions,
        f"센터 {len(located):,}곳의 위치와 집적지 소공인 수",
        "점은 센터이고, 점의 넓이는 집적지 소공인 수입니다. 값은 표에 있습니다.",
    )
    if not centers or drawing is None:
        return None
    drawing.unplaced_count = len(centers) - len(located)
    sizes = [one.cluster_size for one, _ in located]
    largest = max(filter(None, sizes), default=0)
    # Equal dots in one spot look like one, so they share a label.
    merged: dict[tuple, Dot] = {}
    for center, point in located:
        label = f"{center}: {format_cluster_size(center.cluster_size)}"
        dot = build_dot(*drawing.frame.project(*point), center.cluster_size, largest, label)
        key = (dot.x, dot.y, dot.r, dot.is_ring)
        merged[key] = replace(dot, label=f"{merged[key].label}\n{label}") if key in merged else dot
    drawing.centers = sorted(merged.values(), key=lambda dot: (dot.is_ring, -dot.r))
    drawing.names = place_labels(
        [
            (sido.short_name, *drawing.frame.project(sido.lat, sido.lon))
            for sido in regions.children[None]
            if sido.lat is not None
        ],
        [(dot.x, dot.y, dot.r) for dot in drawing.centers],
        drawing.frame.width,
        drawing.frame.height,
    )
    samples = [size for size in map(round_down_to_step, (largest, largest // 4)) if size]
    drawing.add_legend([*samples, *([None] if None in sizes else [])], largest)
    return drawing


def build_dot(x: int, y: int, size: int | None, largest: int, label: str) -> Dot:
    """Build a dot whose area is proportional to the size, `MAX_RADIUS` for the largest."""
    if size is None:
        return Dot(x, y, UNSIZED_RADIUS, label, is_ring=True)
    return Dot(x, y, round(max(MIN_RADIUS, MAX_RADIUS * math.sqrt(size / largest)), 1), label)


def format_cluster_size(size: int | None) -> str:
    return format_makers(size) or "규모 미확인"


def round_down_to_step(number: int) -> int:
    """Round down to the next of 1, 2, 5, 10, 20, 50 …; 0 below 1."""
    if number < 1:
        return 0
    power = 10 ** (len(str(number)) - 1)
    return max(step * power for step in (1, 2, 5) if step * power <= number)
