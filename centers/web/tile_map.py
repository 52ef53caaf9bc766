"""The 시·도 as a map of tiles, each of which filters by its 시·도."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from centers.models.region_tree import RegionTree
from centers.search.facets import Choice

#: Steps of shade above zero.
SHADE_COUNT = 4


def compute_shade(count: int, most: int) -> int:
    """A step of shade from 0, for none, to `SHADES`, for the most there is.

    Where the most is a few, one more is one step.
    """
    return math.ceil(SHADE_COUNT * count / max(most, SHADE_COUNT))


@dataclass(frozen=True)
class Tile:
    """One 시·도; its URL is empty where the filter would find nothing."""

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
    selected: list[str],
    url: Callable[..., str],
) -> list[Tile]:
    """Build the tiles in reading order, each with the URL that adds or removes its 시·도.

    `choices` are those of the region facet, `selected` the codes in the query, and `url` builds
    a URL from changed parameters.
    """
    tiles = []
    sidos = {choice.value: regions.by_code[choice.value] for choice in choices}
    next_row = max(
        (one.tile_row + 1 for one in sidos.values() if one.tile_row is not None), default=0
    )
    most = max((choice.count for choice in choices), default=0)
    for choice in choices:
        sido = sidos[choice.value]
        # A 시·도 without a position goes below the others.
        position = (sido.tile_row, sido.tile_col)
        if None in position:
            position, next_row = (next_row, 0), next_row + 1
        # Selected regions inside it are replaced by it.
        rest = [code for code in selected if choice.value not in regions.list_enclosing_codes(code)]
        if not choice.is_selected:
            rest.append(choice.value)
        tiles.append(
            Tile(
                name=sido.short_name,
                count=choice.count,
                is_selected=choice.is_selected,
                url="" if choice.is_disabled else url(region=rest),
                col=position[1],
                row=position[0],
                shade=compute_shade(choice.count, most),
            )
        )
    return sorted(tiles, key=lambda tile: (tile.row, tile.col))
