"""The template filters of `centers.text.formatting`, and a tag that says the same words twice."""

from django import template
from django.conf import settings

from centers.templatetags.finder import cached_include, choice_options, facet, hidden, tile_list
from centers.text.formatting import (
    format_ago,
    format_distance,
    format_makers,
    format_or_unknown,
    format_won,
    highlight_matches,
)

register = template.Library()
for name, function in {
    "ago": format_ago,
    "kilometres": format_distance,
    "makers": format_makers,
    "mark": highlight_matches,
    "or_unknown": format_or_unknown,
    "won": format_won,
}.items():
    register.filter(name, function)
for drawn in (choice_options, facet, cached_include):
    register.simple_tag(drawn)
for drawn in (hidden, tile_list):
    register.filter(drawn)


@register.simple_tag
def read_only() -> bool:
    """Whether nothing may be changed for now."""
    return settings.READ_ONLY


@register.simple_block_tag
def capture(content: str) -> str:
    """What stands between, to be kept by `as`: a block may stand in a template only once."""
    return content
