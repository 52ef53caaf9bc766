"""Parts that stand on a page dozens of times, or on all pages alike: drawn by hand, or once."""

from functools import lru_cache
from html import escape

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString

from centers.models import Center
from centers.models.reference_data import get_reference_data
from centers.search.facets import Choice, FoldedChoices
from centers.web.tile_map import Tile

#: Of each centre, for as many different words and for none.
MAX_CACHED_CARDS = 3


def choice_box(choice: Choice, name: str) -> str:
    """One choice of a facet with its count, as a box to tick, and below it what lies inside it."""
    grey = ' class="disabled"' if choice.is_disabled else ""
    marks = (" checked" if choice.is_selected else "") + (" disabled" if choice.is_disabled else "")
    inside = ""
    if choice.children:
        listed = choice_list(choice.folded_children, name, choice.label)
        inside = f'<div class="choices-inside">{listed}</div>'
    return (
        f'<li><label{grey}><input type="checkbox" name="{name}" value="{escape(choice.value)}"'
        f'{marks}> <span class="choice-label">{escape(choice.label)}</span>'
        ' <span class="choice-count"><span class="visually-hidden">센터 </span>'
        f'{choice.count}<span class="visually-hidden">곳</span></span></label>{inside}</li>'
    )


def choice_list(folded: FoldedChoices, name: str, title: str) -> str:
    """The choices of a facet as boxes to tick, a long list partly folded.

    `name` is the parameter, `title` what the folded part is called by.
    """
    shown = "".join([choice_box(choice, name) for choice in folded.visible])
    boxes = f'<ul class="choices">{shown}</ul>'
    if folded.hidden:
        rest = "".join([choice_box(choice, name) for choice in folded.hidden])
        boxes += (
            f'<details class="more"><summary>{escape(title)} {len(folded.hidden)}개 더</summary>'
            f'<ul class="choices">{rest}</ul></details>'
        )
    return boxes


def facet(name: str, title: str, folded: FoldedChoices) -> SafeString:
    """One facet of the filters."""
    listed = choice_list(folded, name, title)
    return SafeString(
        f'<fieldset class="facet"><legend>{escape(title)}</legend>{listed}</fieldset>'
    )


def hidden(kept: list[tuple[str, str]]) -> SafeString:
    """What a form carries along unseen, as names and values."""
    inputs = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in kept
    ]
    return SafeString("".join(inputs))


def choice_options(choices: list[Choice], marked: bool) -> SafeString:
    """The choices of a facet as those of a drop-down list, with the chosen one `marked` or not."""
    options = [
        f'<option value="{escape(choice.value)}"'
        f"{' selected' if marked and choice.is_selected else ''}>{escape(choice.label)}</option>"
        for choice in choices
    ]
    return SafeString("".join(options))


def tile_list(tiles: list[Tile]) -> SafeString:
    """The 시·도 as a list of links, laid out as a map by their classes."""
    return SafeString("".join([tile_item(tile) for tile in tiles]))


def tile_item(tile: Tile) -> str:
    inside = (
        f'<span class="tile-name">{escape(tile.name)}</span><span class="visually-hidden">, </span>'
        f'<span class="tile-count">{tile.count}<span class="visually-hidden">곳</span></span>'
    )
    if tile.selected:
        inside += '<span class="visually-hidden">, 고름</span>'
    if tile.url:
        looks = f"tile shade-{tile.shade}{' tile-selected' if tile.selected else ''}"
        square = f'<a class="{looks}" href="{escape(tile.url)}">{inside}</a>'
    else:
        square = f'<span class="tile">{inside}</span>'
    return f'<li class="tile-col-{tile.col} tile-row-{tile.row}">{square}</li>'


def cached_include(template: str, **context: str) -> SafeString:
    """A part of many pages that is the same wherever this context is."""
    # While developing, a template may change under its own name.
    return (
        render_to_string(template, context)
        if settings.DEBUG
        else _render_cached(template, **context)
    )


@lru_cache(maxsize=100)
def _render_cached(template: str, **context: str) -> SafeString:
    return render_to_string(template, context)


@lru_cache(maxsize=2)
def region_options(version: int) -> SafeString:
    """All 시·군·구 to choose one's own from, for one version of the data."""
    children = get_reference_data(version)[0].children
    places = [(sido, children[sido.code]) for sido in children[None]]
    return render_to_string("centers/region_options.html", {"places": places})


def card(center: Center, words: list[str]) -> SafeString:
    """A centre as a card, with the words that found it marked.

    Without a distance it is the same in all lists that those words find, and stays with the centre.
    """
    cards = vars(center).setdefault("cards", {}) if center.distance is None else {}
    asked = tuple(words)
    if asked in cards:
        return cards[asked]
    drawn = get_template("centers/result.html").render({"center": center, "words": words})
    if len(cards) < MAX_CACHED_CARDS or not asked:
        cards[asked] = drawn
    return drawn
