"""What every public view is wrapped in."""

from functools import wraps

from django.http import HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt


def shared(view):
    """Mark a view whose answers are the same for all readers (`centers.middleware.pages`).

    They may depend on the records, the day and the address: on no session, cookie or header.
    """
    view.is_shared = True
    return view


def require_safe(view):
    """Answer GET and HEAD alone, any other method by a 405 in words.

    Django's own says nothing, and lets a form without a token have its 403 first; a view that only
    reads needs no token.
    """

    @csrf_exempt
    @wraps(view)
    def safe(request, *args, **kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"], render_to_string("405.html"))
        return view(request, *args, **kwargs)

    return shared(safe)
