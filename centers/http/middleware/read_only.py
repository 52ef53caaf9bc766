"""Read-only mode: pages are served, and nothing may be changed."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from centers.http.decorators import is_read_only_view

#: In seconds; a person has to end this mode, so that sooner makes no sense.
RETRY_AFTER = 600


class ReadOnlyMiddleware:
    """Respond with a 503 page to every request that would change something, signing in included.

    A session, the time of the last sign-in and failed attempts are records too. An editor who is
    signed in already may look at the admin.
    """

    def __init__(self, get_response):
        if not settings.READ_ONLY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        # A view that only reads rejects other methods itself.
        if request.method in ("GET", "HEAD", "OPTIONS") or is_read_only_view(view):
            return None
        return build_read_only_response()

    def process_exception(self, request, exception) -> HttpResponse | None:
        """Catch what the database itself rejects."""
        return (
            build_read_only_response()
            if isinstance(exception, DatabaseError) and is_read_only_error(exception)
            else None
        )


def is_read_only_error(error: DatabaseError) -> bool:
    """Whether the database rejected a write because it may only be read."""
    # Read-only transaction and insufficient privilege, on PostgreSQL.
    state = getattr(error.__cause__, "sqlstate", None)
    return state in ("25006", "42501") or "readonly database" in str(error)


def build_read_only_response() -> HttpResponse:
    page = render_to_string("read_only.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
