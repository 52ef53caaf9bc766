"""The 시·도 as a map of tiles, each of which chooses one."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from centers.models.region_tree import RegionTree
from centers.search.facets import Choice

#: How many steps of shade tell more from less.
SHADE_COUNT = 4


def compute_shade(count: int, most: int) -> int:
    """A step of shade from 0, for none, to `SHADES`, for the most there is.

    Where the most is a few, one more is one step.
    """
    return math.ceil(SHADE_COUNT * count / max(most, SHADE_COUNT))


@dataclass(frozen=True)
class Tile:
    """One 시·도 as a square; without an address where choosing it would leave nothing."""

    name: str
    count: int
    is_selected: bool
    url: str
    col: int
    row: int
    shade: int


def build_tiles(
    regions: RegionTree,
    choices: list[Choice],
    chosen: list[str],
    url: Callable[..., str],
) -> list[Tile]:
    """The 시·도 as tiles in reading order, each with the address that adds or removes it.

    `choices` are those of the region facet, `chosen` the codes in force, and `url` makes an
    address of changed parameters.
    """
    placed = []
    sidos = {choice.value: regions.by_code[choice.value] for choice in choices}
    next_row = max(
        (one.tile_row + 1 for one in sidos.values() if one.tile_row is not None), default=0
    )
    most = max((choice.count for choice in choices), default=0)
    for choice in choices:
        sido = sidos[choice.value]
        # One that nobody has given a place yet stands below the others.
        at = (sido.tile_row, sido.tile_col)
        if None in at:
            at, next_row = (next_row, 0), next_row + 1
        # What is chosen inside it goes with it.
        rest = [code for code in chosen if choice.value not in regions.list_enclosing_codes(code)]
        if not choice.is_selected:
            rest.append(choice.value)
        placed.append(
            Tile(
                name=sido.short_name,
                count=choice.count,
                is_selected=choice.is_selected,
                url="" if choice.is_disabled else url(region=rest),
                col=at[1],
                row=at[0],
                shade=compute_shade(choice.count, most),
            )
        )
    return sorted(placed, key=lambda tile: (tile.row, tile.col))
