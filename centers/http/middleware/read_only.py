"""Read-only mode: the pages are there, and nothing may be changed."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

#: In seconds; somebody has to end this mode, so sooner makes no sense.
RETRY_AFTER = 600


class ReadOnlyMiddleware:
    """Answers by a 503 in words whatever would change something: saving, importing, signing in.

    Signing in too, since a session, the day of the last sign-in and failed attempts are records.
    Whoever is signed in already may look at the staff desk.
    """

    def __init__(self, get_response):
        if not settings.READ_ONLY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        # A view that needs no token only reads, and says itself which methods it knows.
        if request.method in ("GET", "HEAD", "OPTIONS") or getattr(view, "csrf_exempt", False):
            return None
        return build_read_only_response()

    def process_exception(self, request, exception) -> HttpResponse | None:
        """The database refuses what this mode has not foreseen."""
        return (
            build_read_only_response()
            if isinstance(exception, DatabaseError) and is_read_only_error(exception)
            else None
        )


def is_read_only_error(error: DatabaseError) -> bool:
    """Whether a database says that it may only be read."""
    # Read-only transaction and insufficient privilege, on PostgreSQL.
    state = getattr(error.__cause__, "sqlstate", None)
    return state in ("25006", "42501") or "readonly database" in str(error)


def build_read_only_response() -> HttpResponse:
    page = render_to_string("read_only.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
