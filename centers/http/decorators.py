"""Decorators of all public views: cacheable, and for GET and HEAD alone."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def cacheable(view: View) -> View:
    """Mark a view whose responses are the same for all readers (see `middleware.page_cache`).

    They may depend on the records, the day and the URL, but on no session, cookie or header.
    """
    view.is_cacheable = True
    return view


def accepts_signed_form(view: View) -> View:
    """Mark a view that changes records on POST, with a signed token of its own and no cookie.

    Its responses are for one reader, and so never cached.
    """
    view.accepts_signed_form = True
    return csrf_exempt(view)


def accepts_json(view: View) -> View:
    """Mark a view that reads JSON from the body of a POST, and changes nothing.

    It takes no form and no cookie, and rejects other methods itself.
    """
    view.accepts_json = True
    return csrf_exempt(view)


def is_json_view(view: object) -> bool:
    return getattr(view, "accepts_json", False)


def is_read_only_view(view: object) -> bool:
    """Whether a view only reads: it is without CSRF protection and has no token of its own."""
    is_exempt = getattr(view, "csrf_exempt", False)
    return bool(is_exempt) and not getattr(view, "accepts_signed_form", False)


def ignores_body(view: object) -> bool:
    """Whether a view never looks at the body of a request."""
    return is_read_only_view(view) and not is_json_view(view)


def safe_methods_only(build_rejection: Callable[[], HttpResponse]) -> Callable[[View], View]:
    """Build a decorator for views that only read: other methods than GET and HEAD get a 405.

    Django's own 405 is empty, and a POST without a CSRF token gets a 403 before it; a view that
    only reads needs no token. The views are cacheable.
    """

    def decorator(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def safe(request, *args, **kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            response = build_rejection()
            response["Allow"] = "GET, HEAD"
            return response

        return cacheable(safe)

    return decorator


#: For pages: the 405 is a page as well.
require_safe = safe_methods_only(lambda: HttpResponse(render_to_string("405.html"), status=405))
