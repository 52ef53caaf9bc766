"""The functions of `centers.text.formatting` as template filters."""

from django import template

from centers.text.formatting import (
    format_ago,
    format_makers,
    format_or_unknown,
    format_won,
    highlight_matches,
    quote,
)

register = template.Library()


@register.filter
def quoted(value: str, particles: str) -> str:
    """Quote a name with the particle that fits it, out of two: 을/를."""
    return quote(value, *particles.split("/"))


register.filter("ago", format_ago)
register.filter("makers", format_makers)
register.filter("mark", highlight_matches)
register.filter("or_unknown", format_or_unknown)
register.filter("won", format_won)
