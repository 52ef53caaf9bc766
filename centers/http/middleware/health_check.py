"""Answers to those who watch over the processes, whatever name or address they ask by."""

from django.http import HttpResponseNotAllowed, JsonResponse

from centers.http.readiness import OK, readiness


class HealthCheckMiddleware:
    """`/healthz`: this process answers. `/readyz`: it can serve, for its database does.

    Answered here and not by a view, since a watcher asks each process by its bare address, which
    is none of the site's hosts, and over plain HTTP (`SECURE_REDIRECT_EXEMPT`).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        parts = readiness.parts() if request.path == "/readyz" else {"process": OK}
        good = set(parts.values()) == {OK}
        response = JsonResponse({"ok": good} | parts, status=200 if good else 503)
        response["Cache-Control"] = "no-store"
        return response
