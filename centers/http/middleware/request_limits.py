"""Limits on methods, URLs and request bodies, applied before anything reads them."""

from django.conf import settings

from centers.http.decorators import ignores_body, is_json_view
from centers.http.errors import build_error_response

#: In characters, path and query string; the longest link of a page is under 4,000.
MAX_URL_LENGTH = 16_384
#: Of the views that change something; those that only read reject others themselves.
METHODS = ("GET", "HEAD", "POST")
#: The names of the views that take an uploaded file.
UPLOAD_VIEWS = {"admin:centers_importrun_add"}
#: Largest bodies in bytes that anyone may send: 2,000 syllables take 18 kB in a form.
MAX_PUBLIC_BODY_SIZES = {"correction": 64 * 1024, "mcp": 64 * 1024}


class RequestLimitsMiddleware:
    """Reject other methods (405), URLs too long (414) and bodies too large for the view (413)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = len(request.path_info) + len(request.META.get("QUERY_STRING", ""))
        if length > MAX_URL_LENGTH:
            return build_error_response(request, 414)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if ignores_body(view):
            return None
        if request.method not in METHODS and not is_json_view(view):
            response = build_error_response(request, 405)
            response["Allow"] = ", ".join(METHODS)
            return response
        if get_content_length(request) > get_max_body_size(request.resolver_match.view_name):
            return build_error_response(request, 413)
        return None


def get_content_length(request) -> int:
    """Return Content-Length in bytes; of a body without one, Django reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def get_max_body_size(view_name: str) -> int:
    """Return the largest body in bytes that a view takes, files included."""
    max_fields_size = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if view_name in MAX_PUBLIC_BODY_SIZES:
        return MAX_PUBLIC_BODY_SIZES[view_name]
    if view_name in UPLOAD_VIEWS:
        return max_fields_size + settings.IMPORT_MAX_FILE_SIZE
    return max_fields_size
