"""What a form sends is read by a few threads, so that slow senders leave the others to readers."""

import threading

from django.http import HttpRequest, HttpResponse

from centers.http.errors import build_error_response

#: Of the four threads of a process (`--blocking-threads`), those that may wait for a body.
MAX_CONCURRENT_READS = 2
#: In seconds: a place is free again as soon as a body that has arrived is read.
ACQUIRE_TIMEOUT = 0.05
#: In seconds.
RETRY_AFTER = 5


class FormBodyMiddleware:
    """Reads the body of a form before anything else does, or refuses it where too many are slow.

    The server hands a request on as soon as its head is there, and a thread then waits for the
    rest as long as the client likes. A proxy that takes the whole body first spares all this.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(MAX_CONCURRENT_READS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        # A view that needs no token only reads, and reads no body.
        if request.method in ("GET", "HEAD", "OPTIONS") or getattr(view, "csrf_exempt", False):
            return None
        if not self.places.acquire(timeout=ACQUIRE_TIMEOUT):
            return build_error_response(request, 503, RETRY_AFTER)
        try:
            len(request.POST)  # Django reads it here, an uploaded file too, and keeps it
        finally:
            self.places.release()
        return None
