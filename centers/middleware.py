"""What every request passes through."""

import logging
import re

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("centers.database")

#: In seconds; a database that restarts is back by then.
RETRY_AFTER = 30

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


class DatabaseRefusalMiddleware:
    """A page of its own for a database that cannot answer: no fault of the program's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.error("The database cannot answer: %s", " ".join(str(exception).split()))
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
