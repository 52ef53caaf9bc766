"""The session cookie, as far as it can be one."""

import re

from django.conf import settings
from django.http import HttpRequest

#: The keys that Django itself makes (`SessionBase._get_new_session_key`).
SESSION_KEY = re.compile(r"[a-z0-9]{32}", re.ASCII)


def has_session_key(request: HttpRequest) -> bool:
    """Whether the session cookie of a request may be the key of a session."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return key is not None and SESSION_KEY.fullmatch(key) is not None
