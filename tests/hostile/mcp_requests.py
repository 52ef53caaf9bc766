"""Hostile messages to the MCP endpoint: as bytes, as messages, and as arguments of its tools."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from tests.hostile import corpus
from tests.hostile.client import Client, Request

PATH = "/mcp"
JSON_TYPE = [("Content-Type", "application/json")]
#: What an answer says that was asked for nothing in particular.
ALL_CENTERS = "조건 없이 모두 찾았습니다."
#: Values of other types, for arguments and members of messages.
OTHERS: tuple[tuple[str, Any], ...] = (
    ("null", None),
    ("true", True),
    ("a negative number", -1),
    ("2 to the 63rd", 2**63),
    ("4,000 digits", int("9" * 4000)),
    ("half a number", 1.5),
    ("a list", ["봉제"]),
    ("10,000 items", [0] * 10_000),
    ("an object", {"a": {"b": []}}),
)
BODIES = (
    ("nothing", b""),
    ("1 MB of text", b'"' + b"a" * 1_000_000 + b'"'),
    ("1 MB of brackets", b"[" * 1_000_000),
    ("30,000 brackets", b"[" * 30_000 + b"]" * 30_000),
    ("30,000 objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    ("half a surrogate pair", rb'{"jsonrpc":"2.0","id":"\ud800","method":"ping"}'),
    ("NUL between tokens", b'{"jsonrpc":"2.0",\x00"id":1,"method":"ping"}'),
    ("UTF-16", '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16")),
    ("NaN", b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}'),
    ("an exponent of a million", b'{"jsonrpc":"2.0","id":1e1000000,"method":"ping"}'),
    ("5,000 digits", b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}'),
    ("a batch", b'[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]'),
    ("1,000 in a batch", b"[" + b'{"jsonrpc":"2.0","id":1,"method":"ping"},' * 1000 + b"1]"),
    ("a response", b'{"jsonrpc":"2.0","id":1,"result":{}}'),
    ("two messages", b'{"jsonrpc":"2.0","id":1,"method":"ping"}' * 2),
    ("a member twice", b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping","method":"tools/list"}'),
)  # fmt: skip


class McpRequests:
    """Builds the requests to the MCP endpoint, for the tools that it lists itself."""

    def __init__(self, client: Client):
        self.client = client
        response = client.send(self.build_message("the tools", {"method": "tools/list"}))
        listed = json.loads(response.body)["result"]["tools"] if response.status == 200 else []
        #: The names of the arguments by that of the tool.
        self.tools = {tool["name"]: [*tool["inputSchema"]["properties"]] for tool in listed}

    def generate_requests(self) -> Iterator[Request]:
        yield from self.build_argument_requests()
        yield from self.build_member_requests()
        yield from self.build_http_requests()

    def build_argument_requests(self) -> Iterator[Request]:
        """Every argument of every tool with every value, and every value as its name."""
        for tool, names in self.tools.items():
            for value in corpus.VALUES:
                text = unquote(value.wire, errors="replace")
                for name in names:
                    yield self.build_call(f"{name}: {value.why}", tool, {name: text})
                yield self.build_call(f"an argument: {value.why}", tool, {text: "봉제"})
                yield self.build_raw_call(value.why, tool, names[0], value.wire)
            for name in names:
                for why, other in OTHERS:
                    yield self.build_call(f"{name}: {why}", tool, {name: other})

    def build_member_requests(self) -> Iterator[Request]:
        """Every member of a message with every value, and with values of other types."""
        usual = {"id": 1, "method": "tools/call", "params": {"name": "find_centers"}}
        texts = [(one.why, unquote(one.wire, errors="replace")) for one in corpus.VALUES]
        for member in ("jsonrpc", "id", "method", "params"):
            for why, other in (*texts, *OTHERS):
                yield self.build_message(f"{member}: {why}", usual | {member: other})
        for member in ("name", "arguments", "_meta", "cursor"):
            for why, other in (*texts, *OTHERS):
                params = usual["params"] | {member: other}
                yield self.build_message(f"params.{member}: {why}", usual | {"params": params})

    def build_http_requests(self) -> Iterator[Request]:
        """Odd bodies, headers and methods."""
        for why, body in BODIES:
            yield self.client.build_request(why, PATH, "POST", JSON_TYPE, body)
        for why, kind, body in corpus.BODIES:
            yield self.client.build_request(why, PATH, "POST", [("Content-Type", kind)], body)
        body = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
        for name in ("MCP-Protocol-Version", "Mcp-Method", "Mcp-Session-Id", "Origin", "Accept"):
            for value in corpus.NASTIEST:
                # What no header can hold is refused by the server itself.
                headers = [*JSON_TYPE, (name, value.wire[:4000])]
                yield self.client.build_request(
                    f"{name}: {value.why}", PATH, "POST", headers, body, may_close=True
                )
        for why, headers in corpus.HEADERS:
            yield self.client.build_request(
                why, PATH, "POST", [*JSON_TYPE, *headers], body, may_close="header" in why
            )
        for method in corpus.METHODS:
            yield self.client.build_request(
                f"method {method[:20]}", PATH, method, may_close=method == "CONNECT"
            )

    def build_call(self, why: str, tool: str, arguments: dict[str, Any]) -> Request:
        params = {"name": tool, "arguments": arguments}
        message = {"method": "tools/call", "params": params}
        return self.build_message(f"{tool}, {why}", message, whole=PATH)

    def build_raw_call(self, why: str, tool: str, name: str, wire: str) -> Request:
        """Build a call with the very bytes of a value between the quotation marks."""
        start = f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"'
        body = f'{start},"arguments":{{"{name}":"'.encode() + unquote_to_bytes(wire) + b'"}}}'
        why = f"{tool}, bytes of {name}: {why}"
        return self.client.build_request(why, PATH, "POST", JSON_TYPE, body, whole=PATH)

    def build_message(self, why: str, message: dict[str, Any], whole: str = "") -> Request:
        body = json.dumps({"jsonrpc": "2.0", "id": 1} | message).encode()
        return self.client.build_request(why, PATH, "POST", JSON_TYPE, body, whole=whole)
