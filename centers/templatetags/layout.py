"""Tags for the parts that all pages share."""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_HEADING = re.compile(r'<h2(?: id="([\w-]+)")?>(.*?)</h2>', re.DOTALL)


@register.simple_block_tag
def capture(content: str) -> str:
    """Capture the enclosed output with `as`, since a block may occur in a template only once."""
    return content


@register.simple_tag
def cached_include(template_name: str, **context: str) -> SafeString:
    """Include a template whose output depends on this context alone, rendered once per process."""
    # During development a template may change under its name.
    if settings.DEBUG:
        return render_to_string(template_name, context)
    return _render_cached(template_name, **context)


@lru_cache(maxsize=100)
def _render_cached(template_name: str, **context: str) -> SafeString:
    return render_to_string(template_name, context)


@register.simple_tag
def read_only() -> bool:
    """Whether the site is in read-only mode."""
    return settings.READ_ONLY


@register.simple_block_tag
def with_contents(content: str) -> SafeString:
    """Render a text page with links to its sections before it; their headings get ids."""
    sections = []

    def add_section(heading: re.Match) -> str:
        anchor = heading[1] or f"section-{len(sections) + 1}"
        sections.append({"anchor": anchor, "title": strip_tags(heading[2])})
        return f'<h2 id="{anchor}">{heading[2]}</h2>'

    # Rendered by the template engine, which has escaped it.
    text = mark_safe(_HEADING.sub(add_section, content))  # noqa: S308
    return render_to_string("contents.html", {"sections": sections, "text": text})
