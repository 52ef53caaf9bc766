"""What every public view is wrapped in."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def cacheable(view: View) -> View:
    """Mark a view whose responses are the same for all readers (see `middleware.page_cache`).

    They may depend on the records, the day and the address: on no session, cookie or header.
    """
    view.is_cacheable = True
    return view


def safe_methods_only(refusal: Callable[[], HttpResponse]) -> Callable[[View], View]:
    """Make a decorator that answers GET and HEAD alone, any other method by the refusal.

    Django's own says nothing, and lets a form without a token have its 403 first; a view that only
    reads needs no token.
    """

    def decorator(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def safe(request, *args, **kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            response = refusal()
            response["Allow"] = "GET, HEAD"
            return response

        return cacheable(safe)

    return decorator


#: For what readers see: the refusal is a page.
require_safe = safe_methods_only(lambda: HttpResponse(render_to_string("405.html"), status=405))
