"""The access log: one line for each request, without personal data."""

import logging
import re
import secrets
import time
from functools import lru_cache

from django.conf import settings
from django.urls import Resolver404, resolve

from centers.http.logging import request_id

log = logging.getLogger("centers.access")

REQUEST_ID_HEADER = "X-Request-ID"
REQUEST_ID_FORMAT = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
#: Shorter than a telephone number.
RECORD_ID_FORMAT = re.compile(r"[0-9]{1,8}", re.ASCII)
#: Any other is free text of the client.
KNOWN_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
#: Requested every few seconds by supervisors.
HEALTH_PATHS = ("/healthz", "/readyz")


class AccessLogMiddleware:
    """Give each request an id, and log its route, status, duration and size."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started_at = time.perf_counter()
        own_id = get_request_id(request)
        token = request_id.set(own_id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response[REQUEST_ID_HEADER] = own_id
        level = logging.DEBUG if request.path_info in HEALTH_PATHS else logging.INFO
        if not log.isEnabledFor(level):
            return response

        def write(size: int | None) -> None:
            route, path = describe_path(request.path_info)
            line = {
                "request_id": own_id,
                "method": request.method if request.method in KNOWN_METHODS else "OTHER",
                "route": route,
                "path": path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started_at) * 1000, 1),
                "bytes": size,
            }
            log.log(level, "answered", extra=line)

        if not response.streaming:
            write(len(response.content))
        elif "Content-Length" in response:  # a file, which the server sends itself
            write(int(response["Content-Length"]))
        else:
            response.streaming_content = MeasuredStream(response.streaming_content, write)
        return response


class MeasuredStream:
    """The parts of a streaming response; calls `write` with their size when it is closed."""

    def __init__(self, parts, write):
        self.parts, self.write, self.size = iter(parts), write, 0

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        part = next(self.parts)
        self.size += len(part)
        return part

    def close(self) -> None:
        """Called by Django at the end of every response."""
        if self.write:
            write, self.write = self.write, None
            write(self.size)


def get_request_id(request) -> str:
    """Return the id that the proxy has given the request, or a random one."""
    if settings.BEHIND_PROXY:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        if REQUEST_ID_FORMAT.fullmatch(given):
            return given
    return secrets.token_hex(8)


def describe_path(path: str) -> tuple[str, str]:
    """Return the name of a path's route, and the path, or its pattern where it may hold free text.

    Only the id of a record is known to be no free text.
    """
    return resolve_path_cached(path) if len(path) <= 200 else resolve_path(path)


def resolve_path(path: str) -> tuple[str, str]:
    if path in HEALTH_PATHS:
        return "health", path
    if path.startswith(settings.STATIC_URL):
        return "static", ""
    try:
        match = resolve(path)
    except Resolver404:
        return "", ""
    values = [*match.args, *match.kwargs.values()]
    if match.url_name and all(RECORD_ID_FORMAT.fullmatch(str(value)) for value in values):
        return match.view_name, path
    return match.view_name if match.url_name else "", f"/{match.route}"


resolve_path_cached = lru_cache(maxsize=1000)(resolve_path)
