"""Tags for the parts that all pages share."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


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
