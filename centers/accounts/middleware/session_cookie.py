"""Sessions of the staff desk."""

import re

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware

#: The keys that Django itself makes (`SessionBase._get_new_session_key`).
SESSION_KEY = re.compile(r"[a-z0-9]{32}", re.ASCII)


class StrictSessionMiddleware(SessionMiddleware):
    """Sessions, but with no eye for a cookie that cannot be one of ours.

    A NUL in it would fail on PostgreSQL, and Django answers other nonsense with a cookie of its
    own, even on pages that know no session.
    """

    def process_request(self, request):
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if key is not None and not SESSION_KEY.fullmatch(key):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        super().process_request(request)

    def process_response(self, request, response):
        # A session would be saved here.
        return response if settings.READ_ONLY else super().process_response(request, response)
