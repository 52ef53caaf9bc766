"""The functions of `centers.text.formatting` as template filters."""

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centers.search.former_matches import find_former_matches
from centers.text.formatting import (
    format_ago,
    format_makers,
    format_or_unknown,
    format_won,
    highlight_matches,
    keep_numbers,
    quote,
)

register = template.Library()


@register.filter
def quoted(value: str, particles: str) -> str:
    """Quote a name with the particle that fits it, out of two: 을/를."""
    return quote(value, *particles.split("/"))


@register.filter(is_safe=True)
def keep_etc(name: str) -> str:
    """Keep 등 at the end of the word before it: 귀금속·장신구 등."""
    return name.replace(" 등", "\u00a0등")


@register.filter
def thousands(number: int) -> str:
    """Format a number with separators: 4,899."""
    return f"{number:,}"


@register.filter
def sitemap_urls(urls: list[dict]) -> SafeString:
    """Build the entries of a sitemap file; a template takes five times as long for thousands."""
    entries, zone = [], timezone.get_current_timezone()
    for url in urls:
        day = url["lastmod"] and url["lastmod"].astimezone(zone).date()
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        entries.append(f"<url><loc>{escape(url['location'])}</loc>{changed}</url>")
    return mark_safe("".join(entries))  # noqa: S308 (escaped)


register.filter("former_matches", find_former_matches)
register.filter("ago", format_ago)
register.filter("keep_numbers", keep_numbers)
register.filter("makers", format_makers)
register.filter("mark", highlight_matches)
register.filter("or_unknown", format_or_unknown)
register.filter("won", format_won)
