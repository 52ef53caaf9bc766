"""The MCP endpoint: streamable HTTP without sessions, one JSON message in and one out."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from centers.api.throttle import AddressThrottle
from centers.http.decorators import accepts_json
from centers.http.json_rpc import (
    INVALID_REQUEST,
    PREFLIGHT_MAX_AGE,
    TOO_MANY_REQUESTS,
    add_cors_headers,
    build_error,
    build_json_response,
)
from centers.mcp.messages import (
    HTTP_STATUSES,
    STATELESS_VERSIONS,
    ProtocolError,
    find_version,
    parse_json,
    read_id,
    read_message,
)
from centers.mcp.methods import run_method

#: What a browser sends as Origin: null, or scheme, host and port.
ORIGIN_FORMAT = re.compile(r"null|[a-z][a-z0-9+.-]*://[^\s/?#@]+", re.IGNORECASE)


@accepts_json
def mcp(request: HttpRequest) -> HttpResponse:
    """Answer one message of an MCP client; raises Http404 where `MCP` is false."""
    if not settings.MCP:
        raise Http404
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE)
        return add_cors_headers(response)
    return check_request(request) or respond(request)


def check_request(request: HttpRequest) -> HttpResponse | None:
    """Return the error response to an HTTP request that cannot carry a message; else None."""
    if request.method != "POST":
        help_url = f"{settings.SITE_URL}{reverse('api')}#assistants"
        response = build_rejection(
            405, f"AI 도우미가 MCP로 쓰는 주소라 POST로만 요청합니다. 연결하는 법: {help_url}"
        )
        response["Allow"] = "POST, OPTIONS"
        return response
    if not is_known_origin(request.headers.get("Origin")):
        return build_rejection(403, "Origin 헤더를 알아볼 수 없습니다.")
    throttle: Any = AddressThrottle()
    if not throttle.allow_request(request, None):
        response = build_rejection(
            429,
            f"요청이 너무 많습니다. 한 주소에서 1분에 {settings.API_RATE}번까지 받습니다. "
            "Retry-After 헤더에 적힌 초만큼 기다려 주세요.",
            TOO_MANY_REQUESTS,
        )
        response["Retry-After"] = str(throttle.wait())
        return response
    if request.content_type != "application/json":
        return build_rejection(415, "Content-Type 헤더가 application/json이어야 합니다.")
    if not accepts_json_response(request):
        return build_rejection(406, "Accept 헤더에 application/json이 있어야 합니다.")
    return None


def is_known_origin(origin: str | None) -> bool:
    """Whether a request comes from a program, or from a page of any site.

    Against DNS rebinding, which this header is for, the site checks the Host (`ALLOWED_HOSTS`).
    What it serves is public, and the same for all.
    """
    if origin is None:
        return True
    try:
        urlsplit(origin).port  # noqa: B018 (raises for one that is no number)
        return bool(ORIGIN_FORMAT.fullmatch(origin))
    except ValueError:
        return False


def accepts_json_response(request: HttpRequest) -> bool:
    try:
        return request.accepts("application/json")
    except ValueError:
        return False


def respond(request: HttpRequest) -> HttpResponse:
    """Answer the message of a request: 202 to a notification, else a result or an error."""
    value, version = None, ""
    try:
        value = parse_json(request.body)
        message = read_message(value)
        version = find_version(request, message)
        if message.is_notification:
            return add_cors_headers(HttpResponse(status=202))
        result = run_method(message, version)
    except ProtocolError as error:
        return build_error_response(error, read_id(value), version)
    return build_json_response({"id": message.id, "result": result})


def build_error_response(
    error: ProtocolError, message_id: str | int | None, version: str
) -> HttpResponse:
    """Build the response to a message that cannot be answered.

    Before 2026-07-28, an error is a response like any other: 200, if the message can be read.
    """
    is_plain = bool(version) and version not in STATELESS_VERSIONS
    status = 200 if is_plain else HTTP_STATUSES.get(error.code, 400)
    return build_json_response({"id": message_id, "error": error.error}, status)


def build_rejection(status: int, message: str, code: int = INVALID_REQUEST) -> HttpResponse:
    return build_json_response({"id": None, "error": build_error(code, message)}, status)
