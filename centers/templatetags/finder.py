"""Tags of the list page for parts that repeat dozens of times: choices, options, tiles.

They are written in Python, and the pieces that most pages repeat are cached: the template engine
would take longer for them than for the rest of the page (docs/decisions/0005-html-fragments.md).
"""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from centers.search.facets import Choice, FoldedChoices
from centers.web.tile_map import Tile

register = template.Library()

#: Choices and options cached per process, of about 500 bytes each. Most pages show the same few
#: hundred; escaping their labels each time would take 1 ms a page.
MAX_CACHED_PIECES = 4_000

EMPTY, ITEM_END = SafeString(""), SafeString("</li>")
CHECKED, SELECTED, DISABLED = map(SafeString, (" checked", " selected", " disabled"))
DISABLED_CLASS = SafeString(' class="disabled"')
SELECTED_NOTE = SafeString('<span class="visually-hidden">, 고름</span>')


def join_html(pieces: Iterable[SafeString]) -> SafeString:
    """Join pieces of HTML that are safe already; `format_html_join` would check each again."""
    return SafeString("".join(pieces))


@register.simple_tag
def facet(name: str, title: str, folded: FoldedChoices) -> SafeString:
    """Render one facet of the filter form; `name` is its query parameter."""
    return format_html(
        '<fieldset class="facet"><legend>{}</legend>{}</fieldset>',
        title,
        render_choices(name, title, folded),
    )


def render_choices(name: str, title: str, folded: FoldedChoices) -> SafeString:
    """Render choices as a list of checkboxes; those that are hidden unfold under `title`."""
    if not folded.hidden:
        return format_html('<ul class="choices">{}</ul>', _render_items(name, folded.visible))
    return format_html(
        '<ul class="choices">{}</ul><details class="more"><summary>{} {}개 더</summary>'
        '<ul class="choices">{}</ul></details>',
        _render_items(name, folded.visible),
        title,
        len(folded.hidden),
        _render_items(name, folded.hidden),
    )


def _render_items(name: str, choices: list[Choice]) -> SafeString:
    pieces = []
    for choice in choices:
        pieces += (
            _render_checkbox(
                name,
                choice.value,
                choice.label,
                choice.count,
                is_selected=choice.is_selected,
                is_disabled=choice.is_disabled,
            ),
            _render_children(name, choice),
            ITEM_END,
        )
    return join_html(pieces)


def _render_children(name: str, choice: Choice) -> SafeString:
    if not choice.children:
        return EMPTY
    return format_html(
        '<div class="choices-inside">{}</div>',
        render_choices(name, choice.label, choice.folded_children),
    )


@lru_cache(maxsize=MAX_CACHED_PIECES)
def _render_checkbox(
    name: str, value: str, label: str, count: int, *, is_selected: bool, is_disabled: bool
) -> SafeString:
    return format_html(
        '<li><label{}><input type="checkbox" name="{}" value="{}"{}{}> '
        '<span class="choice-label">{}</span> '
        '<span class="choice-count"><span class="visually-hidden">센터 </span>'
        '{}<span class="visually-hidden">곳</span></span></label>',
        DISABLED_CLASS if is_disabled else EMPTY,
        name,
        value,
        CHECKED if is_selected else EMPTY,
        DISABLED if is_disabled else EMPTY,
        label,
        count,
    )


@register.simple_tag
def industry_options(choices: list[Choice], served: set[str]) -> SafeString:
    """Render the industries as the options of a drop-down list, those with centres first.

    Of several selected ones none is marked: a drop-down list cannot show them.
    """
    is_single = sum(one.is_selected for one in choices) == 1
    groups = {"센터가 있는 업종": [], "센터가 아직 없는 업종": []}
    names = list(groups)
    for one in choices:
        option = _render_option(one.value, one.label, is_single and one.is_selected)
        groups[names[one.value not in served]].append(option)
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        ((name, join_html(options)) for name, options in groups.items() if options),
    )


@lru_cache(maxsize=MAX_CACHED_PIECES)
def _render_option(value: str, label: str, is_selected: bool) -> SafeString:
    selected = SELECTED if is_selected else EMPTY
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


@register.simple_tag
def hidden_inputs(fields: list[tuple[str, str]]) -> SafeString:
    """Render names and values as hidden inputs of a form."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


@register.simple_tag
def tile_items(tiles: list[Tile]) -> SafeString:
    """Render the 시·도 as list items, which their classes arrange as a map."""
    return join_html([_render_tile(tile) for tile in tiles])


def _render_tile(tile: Tile) -> SafeString:
    label = _render_tile_label(tile.name, tile.count, tile.is_selected)
    start = _render_tile_start(tile.col, tile.row)
    if not tile.url:
        return format_html('{}<span class="tile">{}</span></li>', start, label)
    classes = _list_tile_classes(tile.shade, tile.is_selected)
    return format_html('{}<a class="{}" href="{}">{}</a></li>', start, classes, tile.url, label)


@lru_cache(maxsize=MAX_CACHED_PIECES)
def _render_tile_label(name: str, count: int, is_selected: bool) -> SafeString:
    return format_html(
        '<span class="tile-name">{}</span><span class="visually-hidden">, </span>'
        '<span class="tile-count">{}<span class="visually-hidden">곳</span></span>{}',
        name,
        count,
        SELECTED_NOTE if is_selected else EMPTY,
    )


@lru_cache(maxsize=MAX_CACHED_PIECES)
def _render_tile_start(col: int, row: int) -> SafeString:
    return format_html('<li class="tile-col-{} tile-row-{}">', col, row)


@lru_cache(maxsize=MAX_CACHED_PIECES)
def _list_tile_classes(shade: int, is_selected: bool) -> SafeString:
    return format_html("tile shade-{}{}", shade, " tile-selected" if is_selected else "")
