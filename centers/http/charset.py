"""Requests whose `Content-Type` Django cannot read, on which it fails before any middleware."""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters

from centers.http.closing import Application

#: What each charset of text can decode, with replacements for what it cannot.
_SAMPLE = b"a" * 70 + b"\xff"
#: A charset that Django knows, and rejects in a form as all but UTF-8.
_REJECTED = "iso-8859-1"


def is_readable(content_type: str) -> bool:
    """Whether Django can read the parameters, and decode text in the charset.

    It ignores an unknown charset, but decodes the query string in any codec, such as zlib, and
    fails on a parameter that is encoded in something unknown (RFC 2231: `charset*=x''utf-8`).
    """
    try:
        charset = parse_header_parameters(content_type)[1].get("charset")
    except ValueError:
        return False
    try:
        codecs.lookup(charset or settings.DEFAULT_CHARSET)
    except LookupError:
        return True
    try:
        _SAMPLE.decode(charset or settings.DEFAULT_CHARSET, "replace")
    except (LookupError, UnicodeError):
        return False
    return True


def require_text_charset(application: Application) -> Application:
    """Wrap a WSGI application so that a form of an unreadable type is rejected as other charsets.

    Without that the response is a bare 500.
    """

    def wrapper(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        content_type = environ.get("CONTENT_TYPE", "")
        if ";" in content_type and not is_readable(content_type):
            media_type, _, _ = content_type.partition(";")
            environ["CONTENT_TYPE"] = f"{media_type}; charset={_REJECTED}"
        return application(environ, start_response)

    return wrapper
