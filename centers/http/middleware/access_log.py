"""One line in the log for each request, which tells nothing of who asked or what was typed."""

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
#: Any other is a word that somebody typed.
KNOWN_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
#: Asked every few seconds by whoever watches.
HEALTH_PATHS = ("/healthz", "/readyz")


class AccessLogMiddleware:
    """Numbers each request and writes down what became of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        number = get_request_id(request)
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response[REQUEST_ID_HEADER] = number
        level = logging.DEBUG if request.path_info in HEALTH_PATHS else logging.INFO
        if not log.isEnabledFor(level):
            return response

        def write(size: int | None) -> None:
            route, path = describe_path(request.path_info)
            line = {
                "request_id": number,
                "method": request.method if request.method in KNOWN_METHODS else "OTHER",
                "route": route,
                "path": path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "bytes": size,
            }
            log.log(level, "answered", extra=line)

        if not response.streaming:
            write(len(response.content))
        elif "Content-Length" in response:  # a file, which the server sends by itself
            write(int(response["Content-Length"]))
        else:
            response.streaming_content = MeasuredStream(response.streaming_content, write)
        return response


class MeasuredStream:
    """The parts of an answer passed on, their size told once they end or nobody waits for more."""

    def __init__(self, parts, write):
        self.parts, self.write, self.size = iter(parts), write, 0

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        part = next(self.parts)
        self.size += len(part)
        return part

    def close(self) -> None:
        """Called by the framework at the end of every answer."""
        if self.write:
            write, self.write = self.write, None
            write(self.size)


def get_request_id(request) -> str:
    """The number that the proxy has given the request, if one stands in front, or a new one."""
    if settings.BEHIND_PROXY:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        if REQUEST_ID_FORMAT.fullmatch(given):
            return given
    return secrets.token_hex(8)


def describe_path(path: str) -> tuple[str, str]:
    """The name of a path's route, and the path unless it may hold what somebody typed.

    Nothing but a record's number is known to be none of that; for all else its pattern is told.
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
