"""Scripts of the site, each with the digest that a browser holds it against."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def script(name: str, defer: bool = True) -> SafeString:
    """The element that loads a script, after the page unless `defer` is false."""
    # While developing, a file may change under its own name.
    return build_script_element(
        name, staticfiles_storage.url(name), defer, checked=not settings.DEBUG
    )


@lru_cache(maxsize=100)
def build_script_element(name: str, url: str, defer: bool, checked: bool) -> SafeString:
    digest = compute_integrity(name, url) if checked else ""
    return format_html(
        '<script src="{}"{}{}></script>',
        url,
        format_html(' integrity="{}"', digest) if digest else "",
        mark_safe(" defer") if defer else "",
    )


def compute_integrity(name: str, url: str) -> str:
    """The digest of a static file as it is served under this address; blank if it lies nowhere."""
    # Where names hold no digest, the file is found before it is collected.
    stored = staticfiles_storage.path(url.removeprefix(settings.STATIC_URL))
    path = stored if Path(stored).exists() else finders.find(name)
    if path is None:
        return ""
    digest = hashlib.sha384(Path(path).read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()
