"""Bounds on what is sent, applied before anything reads it."""

from django.conf import settings

from centers.http.errors import build_error_response

#: In characters, path and query string together; the longest that the pages make is under 4,000.
MAX_URL_LENGTH = 16_384
#: The pages that take a file in, by the names of their addresses.
UPLOAD_VIEWS = {"admin:centers_importrun_add"}


class RequestLimitsMiddleware:
    """Refuses addresses that are too long, and bodies that are too large for where they go."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = len(request.path_info) + len(request.META.get("QUERY_STRING", ""))
        if length > MAX_URL_LENGTH:
            return build_error_response(request, 414)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # What needs no token only reads, and says so itself, without a look at the body.
        if getattr(view, "csrf_exempt", False):
            return None
        if get_content_length(request) > get_max_body_size(request.resolver_match.view_name):
            return build_error_response(request, 413)
        return None


def get_content_length(request) -> int:
    """The bytes of the body; of one whose size is not stated, Django reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def get_max_body_size(view_name: str) -> int:
    """The bytes that a form may have, files included."""
    of_fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return of_fields + settings.IMPORT_MAX_FILE_SIZE if view_name in UPLOAD_VIEWS else of_fields
