"""Tags for the parts that all pages share."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

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


@register.simple_tag
def label_cells(cells: Iterable[str], headers: Iterable[dict[str, Any]]) -> SafeString:
    """Join the cells of a row of the admin's lists, each with the heading of its column.

    The first cell of a row, its name, needs none, nor does the box that selects it.
    """
    pieces = []
    for cell, header in zip(cells, headers, strict=False):
        if "action-checkbox" not in cell:
            label = format_html('<td data-label="{}" ', capfirst(str(header["text"])))
            cell = cell.replace("<td ", label, 1)
        pieces.append(cell)
    # Rendered by Django's admin, which has escaped them.
    return mark_safe("".join(pieces))  # noqa: S308
