"""The methods of the protocol, by the kind of its version."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from centers.exports.licence import get_terms_url
from centers.http.json_rpc import INVALID_PARAMS, METHOD_NOT_FOUND
from centers.mcp.messages import (
    HANDSHAKE_VERSIONS,
    SERVER_INFO_KEY,
    STATELESS_VERSIONS,
    VERSIONS,
    Message,
    ProtocolError,
    is_structured,
)
from centers.mcp.tools import build_tools, call_tool
from centers.text.formatting import SITE_NAME, quote

#: The version of what the endpoint offers, as that of the API.
SERVER_VERSION = "1"
#: In milliseconds: for so long a client may use the list of tools again.
LIST_TTL = 300_000
CAPABILITIES = {"tools": {"listChanged": False}}
INSTRUCTIONS = (
    "전국의 소공인특화지원센터(상시 근로자가 10명 미만인 제조업체를 돕는 곳)를 찾습니다. 정부 공식 "
    "누리집이 아닙니다. 사람이 한 말은 find_centers의 words에 그대로 적어 주세요. 답에는 값의 "
    "출처와 화면의 주소를 함께 적고, 모르는 값은 모른다고 하며 짐작하지 말아 주세요. 센터를 찾지 "
    "못했거나 전화번호를 모르면 중소기업통합콜센터 1357(국번 없이)을 알려 주세요. "
    "이용 조건: {terms}"
)


def build_instructions() -> str:
    """Build what an assistant should know before it uses the tools."""
    return INSTRUCTIONS.format(terms=get_terms_url())


def build_server_info(*, is_structured: bool) -> dict[str, str]:
    """Build the name of the server; versions without structured results know no title either."""
    info = {"name": "sogongin-centers", "version": SERVER_VERSION}
    return info | ({"title": SITE_NAME, "websiteUrl": settings.SITE_URL} if is_structured else {})


def initialize(message: Message, version: str) -> dict[str, Any]:
    """Agree on a version: the requested one if it is known, else the newest that has this method.

    Raises ProtocolError for a request without a version.
    """
    requested = message.params.get("protocolVersion")
    if not isinstance(requested, str):
        raise ProtocolError(INVALID_PARAMS, "protocolVersion에 프로토콜 판을 적습니다.")
    agreed = requested if requested in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1]
    return {
        "protocolVersion": agreed,
        "capabilities": CAPABILITIES,
        "serverInfo": build_server_info(is_structured=is_structured(agreed)),
        "instructions": build_instructions(),
    }


def discover(message: Message, version: str) -> dict[str, Any]:
    return {
        "supportedVersions": list(VERSIONS),
        "capabilities": CAPABILITIES,
        "instructions": build_instructions(),
        **build_cache_hints(),
    }


def ping(message: Message, version: str) -> dict[str, Any]:
    return {}


def list_tools(message: Message, version: str) -> dict[str, Any]:
    """List all tools on one page; raises ProtocolError for the cursor of another page."""
    if message.params.get("cursor") is not None:
        raise ProtocolError(INVALID_PARAMS, "도구의 목록은 한 쪽뿐이라 cursor를 쓰지 않습니다.")
    structured = is_structured(version)
    tools = [one.build_definition(is_structured=structured) for one in build_tools().values()]
    return {"tools": tools} | (build_cache_hints() if version in STATELESS_VERSIONS else {})


def call(message: Message, version: str) -> dict[str, Any]:
    return call_tool(message.params, is_structured=is_structured(version))


def build_cache_hints() -> dict[str, Any]:
    return {"ttlMs": LIST_TTL, "cacheScope": "public"}


Method = Callable[[Message, str], dict[str, Any]]
_TOOL_METHODS: dict[str, Method] = {"tools/list": list_tools, "tools/call": call}
HANDSHAKE_METHODS: dict[str, Method] = {"initialize": initialize, "ping": ping, **_TOOL_METHODS}
STATELESS_METHODS: dict[str, Method] = {"server/discover": discover, **_TOOL_METHODS}


def run_method(message: Message, version: str) -> dict[str, Any]:
    """Return the result of a request; raises ProtocolError for an unknown method."""
    is_stateless = version in STATELESS_VERSIONS
    methods = STATELESS_METHODS if is_stateless else HANDSHAKE_METHODS
    if message.method not in methods:
        raise ProtocolError(
            METHOD_NOT_FOUND,
            f"{quote(message.method)} 없는 메서드입니다. 쓸 수 있는 메서드: {', '.join(methods)}",
        )
    result = methods[message.method](message, version)
    if is_stateless:
        info = build_server_info(is_structured=True)
        result |= {"resultType": "complete", "_meta": {SERVER_INFO_KEY: info}}
    return result
