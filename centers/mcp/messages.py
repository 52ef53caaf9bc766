"""Messages of the Model Context Protocol (MCP): JSON-RPC 2.0, its errors, and protocol versions.

Two kinds of clients are served. Until 2025-11-25 a client begins with `initialize`, which agrees on
a version; since 2026-07-28 each request carries its version, and there is no beginning.
"""

import json
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.http import HttpRequest

from centers.http.json_rpc import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    build_error,
)
from centers.text.formatting import quote

#: Versions that begin with `initialize`, the oldest first.
HANDSHAKE_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
#: Versions in which each request stands alone.
STATELESS_VERSIONS = ("2026-07-28",)
VERSIONS = HANDSHAKE_VERSIONS + STATELESS_VERSIONS
#: What a request without the header MCP-Protocol-Version speaks, as the protocol says.
DEFAULT_VERSION = "2025-03-26"
#: The first version with titles, output schemas and structured results.
STRUCTURED_SINCE = "2025-06-18"

HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022
#: HTTP statuses of errors in stateless versions, and of what is no request at all in any.
HTTP_STATUSES = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    UNSUPPORTED_VERSION: 400,
    METHOD_NOT_FOUND: 404,
}

_META_PREFIX = "io.modelcontextprotocol"
VERSION_KEY = f"{_META_PREFIX}/protocolVersion"
CAPABILITIES_KEY = f"{_META_PREFIX}/clientCapabilities"
SERVER_INFO_KEY = f"{_META_PREFIX}/serverInfo"


class ProtocolError(Exception):
    """A message that cannot be answered; becomes a JSON-RPC error in Korean."""

    def __init__(self, code: int, message: str, data: Any = None):
        super().__init__(message)
        self.code = code
        self.error = build_error(code, message, data)


@dataclass(frozen=True)
class Message:
    """A request, or a notification, which has no id and gets no response."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    #: None for a notification.
    id: str | int | None = None

    @property
    def is_notification(self) -> bool:
        return self.id is None

    @property
    def meta(self) -> dict[str, Any]:
        found = self.params.get("_meta")
        return found if isinstance(found, dict) else {}


def parse_json(body: bytes) -> Any:
    """Parse the body of a request; raises ProtocolError unless it is JSON in UTF-8."""
    try:
        value = json.loads(body.decode(), parse_constant=_reject_constant)
        # Half a surrogate pair is JSON, but no text: neither database nor response can hold it.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        message = "본문에 반쪽짜리 글자(짝이 없는 서로게이트)가 있습니다."
        raise ProtocolError(PARSE_ERROR, message) from None
    # Too many digits are a ValueError as well, too many brackets a RecursionError.
    except (ValueError, RecursionError):
        raise ProtocolError(
            PARSE_ERROR, "본문을 읽지 못했습니다. UTF-8로 적은 JSON이어야 합니다."
        ) from None
    return value


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(name)


def read_id(value: Any) -> str | int | None:
    """Return the id of a JSON-RPC request; None where it has none that can be repeated."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def read_message(value: Any) -> Message:
    """Read a parsed body as one message; raises ProtocolError for anything else."""
    if isinstance(value, list):
        raise ProtocolError(
            INVALID_REQUEST, "한 번에 메시지 하나만 받습니다. 여럿을 묶어 보낼 수 없습니다."
        )
    if not isinstance(value, dict) or value.get("jsonrpc") != "2.0":
        raise ProtocolError(INVALID_REQUEST, "JSON-RPC 2.0 메시지가 아닙니다.")
    method, params = value.get("method"), value.get("params", {})
    if not isinstance(method, str):
        raise ProtocolError(INVALID_REQUEST, "메시지에 method가 없습니다. 요청만 받습니다.")
    if "id" in value and read_id(value) is None:
        raise ProtocolError(INVALID_REQUEST, "id는 글이나 정수여야 합니다.")
    if not isinstance(params, dict):
        raise ProtocolError(INVALID_PARAMS, "params는 이름과 값의 묶음이어야 합니다.")
    return Message(method, params, read_id(value))


def find_version(request: HttpRequest, message: Message) -> str:
    """Return the protocol version of a message.

    Raises ProtocolError for one that is not supported, and where the headers say otherwise than the
    message, as a gateway before the site may have decided by them.
    """
    header = request.headers.get("MCP-Protocol-Version")
    if header in HANDSHAKE_VERSIONS and message.meta.get(VERSION_KEY, header) == header:
        return header
    if header in STATELESS_VERSIONS or VERSION_KEY in message.meta:
        return check_stateless(request, message, header)
    if header is None or message.method == "initialize":
        return DEFAULT_VERSION
    raise build_version_error(header)


def check_stateless(request: HttpRequest, message: Message, header: str | None) -> str:
    """Return the version that a message carries itself; raises ProtocolError as `find_version`."""
    if message.is_notification:
        if header not in STATELESS_VERSIONS:
            raise build_version_error(header or "")
        return header
    if missing := [key for key in (VERSION_KEY, CAPABILITIES_KEY) if key not in message.meta]:
        raise ProtocolError(INVALID_PARAMS, f"params._meta에 빠진 것: {', '.join(missing)}")
    version = message.meta[VERSION_KEY]
    expected = {"MCP-Protocol-Version": version, "Mcp-Method": message.method}
    if message.method == "tools/call":
        expected["Mcp-Name"] = message.params.get("name")
    for name, value in expected.items():
        if decode_header(request.headers.get(name)) != value:
            raise ProtocolError(HEADER_MISMATCH, f"{name} 헤더가 없거나 본문에 적힌 것과 다릅니다.")
    if version not in STATELESS_VERSIONS:
        raise build_version_error(version)
    return version


def decode_header(value: str | None) -> str | None:
    """Decode a header that the protocol lets clients send in Base64; None if it is broken."""
    match = re.fullmatch(r"=\?base64\?(.*)\?=", value or "")
    if match is None:
        return value
    try:
        return b64decode(match[1], validate=True).decode()
    except ValueError:
        return None


def build_version_error(version: str) -> ProtocolError:
    return ProtocolError(
        UNSUPPORTED_VERSION,
        f"프로토콜 판 {quote(version)} 쓸 수 없습니다.",
        {"supported": list(VERSIONS), "requested": version},
    )


def is_structured(version: str) -> bool:
    """Whether a version has titles, output schemas and structured results."""
    return VERSIONS.index(version) >= VERSIONS.index(STRUCTURED_SINCE)
