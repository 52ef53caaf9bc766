"""Sessions, with a strict look at the cookie."""

import re

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware

#: The keys that Django itself makes (`SessionBase._get_new_session_key`).
SESSION_KEY = re.compile(r"[a-z0-9]{32}", re.ASCII)


class StrictSessionMiddleware(SessionMiddleware):
    """SessionMiddleware that ignores a cookie that cannot be a session key.

    A NUL in it would fail on PostgreSQL, and Django responds to other nonsense with a cookie of its
    own, even on pages without a session.
    """

    def process_request(self, request):
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if key is not None and not SESSION_KEY.fullmatch(key):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        super().process_request(request)

    def process_response(self, request, response):
        # A session would be saved here.
        return response if settings.READ_ONLY else super().process_response(request, response)
