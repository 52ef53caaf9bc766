"""A bound on threads that read request bodies, so that slow clients leave the others free."""

from django.http import HttpRequest, HttpResponse, UnreadablePostError

from centers.http.decorators import ignores_body, is_json_view
from centers.http.errors import build_error_response
from centers.http.waiting import waiting_places

#: In seconds; a body that has arrived is read in less.
ACQUIRE_TIMEOUT = 0.05
#: In seconds.
RETRY_AFTER = 5


class FormBodyMiddleware:
    """Read the body of a form or message before the view; 503 where too many are being read.

    The server passes a request on as soon as its head has arrived, and a thread then waits for the
    body as long as the client likes. A proxy that buffers the body makes this unnecessary.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if request.method in ("GET", "HEAD", "OPTIONS") or ignores_body(view):
            return None
        if not waiting_places.acquire(timeout=ACQUIRE_TIMEOUT):
            return build_error_response(request, 503, RETRY_AFTER)
        try:
            if is_json_view(view):
                len(request.body)  # reads and caches it
            else:
                len(request.POST)  # parses the body, files too, and caches the result
        except UnreadablePostError:
            # The client has gone, or has sent less than it announced.
            return build_error_response(request, 400)
        finally:
            waiting_places.release()
        return None
