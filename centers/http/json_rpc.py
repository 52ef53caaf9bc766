"""JSON-RPC 2.0 responses of the MCP endpoint, with the headers that other sites need."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

#: Codes of JSON-RPC and, below them, those that MCP leaves to the server.
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = (
    *(-32700, -32600, -32601),
    *(-32602, -32603),
)
TOO_MANY_REQUESTS, UNAVAILABLE = -32010, -32011
#: How long a browser may cache the result of a CORS preflight request, in seconds.
PREFLIGHT_MAX_AGE = 86_400

#: The code and message of errors that have nothing to do with the message sent, by HTTP status.
HTTP_ERRORS = {
    400: (INVALID_REQUEST, "요청을 읽지 못했습니다."),
    413: (INVALID_REQUEST, "본문이 너무 큽니다. 한 번에 64 kB까지 받습니다."),
    414: (INVALID_REQUEST, "주소가 너무 깁니다."),
    500: (INTERNAL_ERROR, "문제가 생겼습니다. 이쪽의 잘못입니다. 잠시 뒤에 다시 요청해 주세요."),
    503: (
        UNAVAILABLE,
        "잠시 응답할 수 없습니다. Retry-After 헤더에 적힌 초만큼 기다렸다가 다시 요청해 주세요.",
    ),
}


def is_mcp_request(request: HttpRequest) -> bool:
    """Whether a request goes to the MCP endpoint, and that is turned on."""
    return settings.MCP and request.path_info == reverse("mcp")


def build_error(code: int, message: str, data: Any = None) -> dict[str, Any]:
    """Build the member `error` of a response."""
    return {"code": code, "message": message} | ({} if data is None else {"data": data})


def build_json_response(message: dict[str, Any], status: int = 200) -> HttpResponse:
    """Build the HTTP response that carries one JSON-RPC message."""
    response = JsonResponse(
        {"jsonrpc": "2.0", **message}, status=status, json_dumps_params={"ensure_ascii": False}
    )
    return add_cors_headers(response)


def build_http_error(status: int) -> HttpResponse:
    """Build the response to a request that fails before its message is read."""
    code, message = HTTP_ERRORS.get(status, HTTP_ERRORS[400])
    return build_json_response({"id": None, "error": build_error(code, message)}, status)


def add_cors_headers(response: HttpResponse) -> HttpResponse:
    """Let scripts of every origin read the response: the data are public and no cookie is used."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
