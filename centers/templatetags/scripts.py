"""Script elements: the site's scripts with subresource integrity, and JSON-LD data blocks."""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: Characters that could end the element or a line of it, as JSON may write them instead.
JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(things: Sequence[dict]) -> SafeString:
    """Render things as a JSON-LD data block; no text in them can end it. Empty without any."""
    if not things:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text.translate(JSON_ESCAPES)),  # noqa: S308 (nothing is left that HTML could read)
    )


@register.simple_tag
def script(name: str, *, defer: bool = True, module: bool = False) -> SafeString:
    """Render the element that loads a script; it runs after the page unless `defer` is false.

    A `module` imports other scripts, which are inside it where it is collected. A browser would
    request it before the fonts, of which one then waits for a free connection.
    """
    attribute = " type=module fetchpriority=low" if module else " defer" if defer else ""
    # During development a file may change under its name.
    return _render_script(name, staticfiles_storage.url(name), attribute, not settings.DEBUG)


@lru_cache(maxsize=100)
def _render_script(name: str, url: str, attribute: str, has_integrity: bool) -> SafeString:
    digest = compute_integrity(name, url) if has_integrity else ""
    return format_html(
        '<script src="{}"{}{}></script>',
        url,
        format_html(' integrity="{}"', digest) if digest else "",
        SafeString(attribute),
    )


def compute_integrity(name: str, url: str) -> str:
    """Return the SRI digest of the static file that this URL serves; empty if there is none."""
    # Where names hold no digest, the file is found before it is collected.
    stored = staticfiles_storage.path(url.removeprefix(settings.STATIC_URL))
    path = stored if Path(stored).exists() else finders.find(name)
    if path is None:
        return ""
    digest = hashlib.sha384(Path(path).read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()
