"""Messages as bytes, as programs of any kind send them."""

import json

import pytest

MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Reply:
    """One response, with the JSON-RPC message in it."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.message = json.loads(response.content) if response.content else None

    @property
    def error(self):
        return self.message["error"]

    @property
    def result(self):
        return self.message["result"]

    @property
    def text(self):
        return self.result["content"][0]["text"]


@pytest.fixture
def send(client, db):
    """Send a body to the endpoint; what is no bytes is sent as JSON."""

    def send(body, method="post", kind="application/json", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        response = client.generic(method.upper(), "/mcp", body, kind, headers=headers)
        return Reply(response)

    return send


@pytest.fixture
def request_method(send):
    """Send one request, in a version that begins with `initialize`."""

    def request_method(method, params=None, **headers):
        message = {"jsonrpc": "2.0", "id": 1, "method": method}
        message |= {} if params is None else {"params": params}
        return send(message, **({"mcp_protocol_version": "2025-11-25"} | headers))

    return request_method


@pytest.fixture
def call(request_method):
    """Call a tool."""

    def call(tool, /, **arguments):
        return request_method("tools/call", {"name": tool, "arguments": arguments})

    return call


@pytest.fixture
def request_modern(send):
    """Send one request, in the version in which each request stands alone."""

    def request_modern(method, params=None, meta=META, **headers):
        params = {**(params or {}), "_meta": meta}
        given = {"mcp_protocol_version": MODERN, "mcp_method": method}
        if method == "tools/call":
            given["mcp_name"] = params.get("name", "")
        given |= headers
        given = {name: value for name, value in given.items() if value is not None}
        return send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, **given)

    return request_modern
