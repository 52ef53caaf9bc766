"""A request whose form names a codec of bytes as its charset, on which Django itself fails."""

import codecs
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: What each charset of text can decode, with replacements for what it cannot.
_SAMPLE = b"a" * 70 + b"\xff"
#: A charset that Django knows, and rejects in a form as all but UTF-8.
_REJECTED = "iso-8859-1"
_CHARSET = re.compile(r'(charset\s*=\s*)("[^"]*"|[^;]*)', re.IGNORECASE)


def is_known_to_decode(charset: str) -> bool:
    """Whether text can be decoded in a charset; one that Python does not know counts as such.

    Django ignores unknown ones, but decodes the query string in any codec, such as zlib.
    """
    try:
        codecs.lookup(charset)
    except LookupError:
        return True
    try:
        _SAMPLE.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return False
    return True


def require_text_charset(application: Application) -> Application:
    """Wrap a WSGI application so that a form in a codec of bytes is rejected like other charsets.

    Without that it fails before any middleware, with a bare 500.
    """

    def wrapper(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        content_type = environ.get("CONTENT_TYPE", "")
        if "charset" in content_type.lower():
            _, params = parse_header_parameters(content_type)
            if not is_known_to_decode(params.get("charset") or settings.DEFAULT_CHARSET):
                environ["CONTENT_TYPE"] = _CHARSET.sub(rf"\g<1>{_REJECTED}", content_type)
        return application(environ, start_response)

    return wrapper
