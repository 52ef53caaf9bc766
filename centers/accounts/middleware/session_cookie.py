"""Sessions, with a strict look at the cookie."""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware

from centers.http.session_key import has_session_key


class StrictSessionMiddleware(SessionMiddleware):
    """SessionMiddleware that ignores a cookie that cannot be a session key.

    A NUL in it would fail on PostgreSQL, and Django responds to other nonsense with a cookie of its
    own, even on pages without a session.
    """

    def process_request(self, request):
        if not has_session_key(request):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request, response):
        # A session would be saved here.
        return response if settings.READ_ONLY else super().process_response(request, response)
