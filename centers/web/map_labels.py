"""Positions of names on a map, so that none covers another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

#: The sizes of a name's letters and the gap around its point, in km (units of the map).
LETTER_WIDTH, LINE_HEIGHT, GAP = 14, 16, 9
#: What a name costs that lies on another name or beyond the edge, and on a dot; a name that is
#: away from its point costs the distance in km.
NAME_COST, DOT_COST = 10_000, 30


@dataclass(frozen=True)
class MapLabel:
    """A text on the map; `anchor` is the SVG text-anchor: start, middle or end."""

    text: str
    x: float
    y: float
    anchor: str = "middle"


class Box(NamedTuple):
    """A rectangle, by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class BoxIndex:
    """Rectangles by the cells of a grid that they touch, so that few are compared."""

    CELL = 40

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in boxes:
            for cell in self._list_cells(box):
                self.cells[cell].append(box)

    def _list_cells(self, box: Box) -> Iterable[tuple[int, int]]:
        left, top, right, bottom = (int(edge // self.CELL) for edge in box)
        return product(range(left, right + 1), range(top, bottom + 1))

    def count_overlaps(self, box: Box) -> int:
        """Count the rectangles that overlap another, each once; equal ones count each."""
        found = {
            id(other): other
            for cell in self._list_cells(box)
            for other in self.cells.get(cell, ())
            if box.overlaps(other)
        }
        return len(found)


def measure_box(label: MapLabel) -> Box:
    """Measure the rectangle that a name covers, its letters full Hangul syllables."""
    width = LETTER_WIDTH * len(label.text)
    left = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
    return Box(left, label.y - LINE_HEIGHT / 2, left + width, label.y + LINE_HEIGHT / 2)


def list_positions(text: str, x: int, y: int) -> list[tuple[float, MapLabel]]:
    """List where a name may stand, with its distance: on its point and in rings around it."""
    positions = [(0.0, MapLabel(text, x, y))]
    for step in (1, 2, 3):
        gap = GAP * step
        for name, dx, dy in (
            ("start", gap, 0), ("end", -gap, 0), ("middle", 0, -gap - 4), ("middle", 0, gap + 4),
            ("start", gap, -gap), ("start", gap, gap), ("end", -gap, -gap), ("end", -gap, gap),
        ):  # fmt: skip
            positions.append((gap + abs(dy) / 10, MapLabel(text, x + dx, y + dy, name)))
    return positions


def place_labels(
    points: Iterable[tuple[str, int, int]],
    dots: Iterable[tuple[int, int, float]],
    width: int,
    height: int,
) -> list[MapLabel]:
    """Place the name of each point (text, x, y) where it covers no other and few dots (x, y, r).

    The names with the nearest neighbours are placed first, as they have the fewest choices; the
    labels are returned in the order of the points.
    """
    points = list(points)
    circles = BoxIndex(Box(x - r, y - r, x + r, y + r) for x, y, r in dots)

    def measure_room(point: tuple[str, int, int]) -> float:
        others = [other for other in points if other is not point]
        return min(
            ((one[1] - point[1]) ** 2 + (one[2] - point[2]) ** 2 for one in others), default=0
        )

    placed: dict[tuple[str, int, int], MapLabel] = {}
    boxes: list[Box] = []
    for point in sorted(points, key=measure_room):

        def estimate_cost(position: tuple[float, MapLabel]) -> float:
            distance, label = position
            box = measure_box(label)
            is_outside = box.left < 0 or box.top < 0 or box.right > width or box.bottom > height
            names = is_outside + sum(map(box.overlaps, boxes))
            return distance + NAME_COST * names + DOT_COST * circles.count_overlaps(box)

        _, placed[point] = min(list_positions(*point), key=estimate_cost)
        boxes.append(measure_box(placed[point]))
    return [placed[point] for point in points]
