"""Health checks of a process, by any host name."""

from django.http import HttpResponseNotAllowed, JsonResponse

from centers.http.readiness import OK, readiness


class HealthCheckMiddleware:
    """`/healthz`: this process responds. `/readyz`: it can serve, as its database responds.

    A middleware and not a view, since a supervisor requests it by IP address, which is none of
    ALLOWED_HOSTS, and over plain HTTP (`SECURE_REDIRECT_EXEMPT`).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        parts = readiness.get_parts() if request.path == "/readyz" else {"process": OK}
        is_ok = set(parts.values()) == {OK}
        response = JsonResponse({"ok": is_ok} | parts, status=200 if is_ok else 503)
        response["Cache-Control"] = "no-store"
        return response
