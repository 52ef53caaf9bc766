"""The protocol itself: versions, HTTP, and bad messages, which get errors in Korean words."""

import io
import json
import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from centers.http.middleware.form_body import FormBodyMiddleware
from centers.http.waiting import waiting_places
from centers.mcp.views import mcp
from tests.mcp.conftest import META, MODERN

OLD = {"mcp_protocol_version": "2025-11-25"}


def is_korean(text):
    return bool(re.search("[가-힣]", text))


# --- versions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_known_version_is_agreed_on(request_method, version):
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "a"}}
    result = request_method("initialize", params, mcp_protocol_version="").result

    assert result["protocolVersion"] == version
    assert result["capabilities"] == {"tools": {"listChanged": False}}
    assert is_korean(result["instructions"])


@pytest.mark.parametrize("version", ["1900-01-01", "2099-01-01", "", "최신", MODERN])
def test_other_version_is_answered_with_the_newest(request_method, version):
    result = request_method("initialize", {"protocolVersion": version}).result

    assert result["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("params", [None, {}, {"protocolVersion": 1}, {"protocolVersion": None}])
def test_initialize_needs_a_version(request_method, params):
    assert request_method("initialize", params).error["code"] == -32602


def test_old_versions_get_what_they_know(request_method):
    for version, is_structured in (("2025-03-26", False), ("2025-06-18", True), (None, False)):
        headers = {"mcp_protocol_version": version} if version else {"mcp_session_id": "x"}
        tools = request_method("tools/list", **headers).result["tools"]
        assert all(("outputSchema" in tool) == is_structured for tool in tools) or version is None


def test_modern_request_stands_alone(request_modern):
    reply = request_modern("tools/list")

    assert reply.status == 200
    assert reply.result["resultType"] == "complete"
    assert reply.result["cacheScope"] == "public"
    assert "Mcp-Session-Id" not in reply.response
    found = request_modern("server/discover").result
    assert MODERN in found["supportedVersions"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"mcp_protocol_version": None}, -32020),
        ({"mcp_protocol_version": "2025-11-25"}, -32020),
        ({"mcp_method": None}, -32020),
        ({"mcp_method": "tools/call"}, -32020),
        ({"meta": {}}, -32602),
        ({"meta": []}, -32602),
        ({"meta": META | {"io.modelcontextprotocol/protocolVersion": 1}}, -32020),
        (
            {
                "meta": META | {"io.modelcontextprotocol/protocolVersion": "2099-01-01"},
                "mcp_protocol_version": "2099-01-01",
            },
            -32022,
        ),
    ],
)
def test_modern_headers_must_say_what_the_message_says(request_modern, headers, code):
    reply = request_modern("tools/list", **headers)

    assert (reply.status, reply.error["code"]) == (400, code)
    assert is_korean(reply.error["message"])


def test_name_of_the_tool_may_be_encoded_in_its_header(request_modern):
    name = "=?base64?ZmluZF9jZW50ZXJz?="
    params = {"name": "find_centers", "arguments": {"words": "봉제"}}

    assert request_modern("tools/call", params, mcp_name=name).status == 200
    for other in ("get_center", "=?base64?*?=", "", "=?base64?/w==?="):
        reply = request_modern("tools/call", params, mcp_name=other)
        assert (reply.status, reply.error["code"]) == (400, -32020)


@pytest.mark.parametrize("method", ["ping", "initialize", "resources/list", "x"])
def test_modern_request_for_an_unknown_method_is_404(request_modern, method):
    reply = request_modern(method)

    assert (reply.status, reply.error["code"]) == (404, -32601)


@pytest.mark.parametrize("version", ["1900-01-01", "abc", "2025-11-25, 2025-11-25"])
def test_unknown_version_in_the_header_is_named(request_method, version):
    reply = request_method("tools/list", mcp_protocol_version=version)

    assert (reply.status, reply.error["code"]) == (400, -32022)
    assert reply.error["data"]["requested"] == version
    assert MODERN in reply.error["data"]["supported"]


# --- methods -------------------------------------------------------------------------------------


def test_ping_is_answered(request_method):
    assert request_method("ping").result == {}


@pytest.mark.parametrize(
    "method", ["resources/list", "prompts/list", "server/discover", "tools/", "", "notifications/x"]
)
def test_unknown_method_is_a_response_in_words(request_method, method):
    reply = request_method(method)

    assert (reply.status, reply.error["code"]) == (200, -32601)
    assert "tools/call" in reply.error["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "find_centers"}},
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", MODERN])
def test_notification_is_accepted_without_a_body(send, body, version):
    reply = send(body, mcp_protocol_version=version)

    assert (reply.status, reply.response.content) == (202, b"")


def test_list_of_tools_has_one_page(request_method):
    assert request_method("tools/list", {"cursor": None}).status == 200
    assert request_method("tools/list", {"cursor": "2"}).error["code"] == -32602


# --- what is no message --------------------------------------------------------------------------


def nested(depth):
    return b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":' + b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"null, null",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"NaN",
        b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":-Infinity}}',
        b'{"jsonrpc":"2.0","id":%s,"method":"ping"}' % (b"9" * 5000),
        rb'{"jsonrpc":"2.0","id":"\ud800","method":"ping"}',
        rb'{"jsonrpc":"2.0","id":1,"method":"\udfff"}',
        rb'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"\ud800":1}}',
        b"[" * 30_000,
        b"[" * 30_000 + b"]" * 30_000,
        nested(25_000) + b"}}",
        b"jsonrpc=2.0&id=1&method=ping",
    ],
)
def test_body_that_is_no_json_is_a_parse_error(send, body):
    reply = send(body)

    assert reply.status == 400
    assert reply.message["id"] is None
    assert reply.error["code"] == -32700
    assert is_korean(reply.error["message"])


@pytest.mark.parametrize(
    "body",
    [
        None,
        1,
        "ping",
        True,
        [],
        [{"jsonrpc": "2.0", "id": 1, "method": "ping"}],
        [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in range(100)],
        {},
        {"id": 1, "method": "ping"},
        {"jsonrpc": "1.0", "id": 1, "method": "ping"},
        {"jsonrpc": 2.0, "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "id": None, "method": "ping"},
        {"jsonrpc": "2.0", "id": True, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "ping"},
        {"jsonrpc": "2.0", "id": {}, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1, "method": 1},
        {"jsonrpc": "2.0", "id": 1, "method": None},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "x"}},
    ],
)
def test_json_that_is_no_message_is_an_invalid_request(send, body):
    reply = send(body)

    assert (reply.status, reply.error["code"]) == (400, -32600)
    assert is_korean(reply.error["message"])


@pytest.mark.parametrize("params", [[], [1], "x", 1, None, True])
def test_params_must_be_an_object(send, params):
    body = {"jsonrpc": "2.0", "id": "가", "method": "ping", "params": params}
    reply = send(body, **OLD)

    assert reply.message["id"] == "가"
    assert reply.error["code"] == -32602


@pytest.mark.parametrize("message_id", [0, -1, 2**70, "", "가", "\x00", "x" * 60_000])
def test_id_is_repeated(send, message_id):
    reply = send({"jsonrpc": "2.0", "id": message_id, "method": "ping"}, **OLD)

    assert reply.message == {"jsonrpc": "2.0", "id": message_id, "result": {}}


def test_body_over_64_kb_is_rejected_unread(send):
    for body in (b"[" * 70_000, b'"' + b"a" * 1_000_000 + b'"', b"[" * 3_000_000):
        reply = send(body)
        assert (reply.status, reply.error["code"]) == (413, -32600)
        assert reply.response["Access-Control-Allow-Origin"] == "*"


# --- HTTP ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "PATCH", "TRACE", "ODD"])
def test_other_methods_are_not_allowed(client, db, method):
    response = client.generic(method, "/mcp", headers={"accept": "text/event-stream"})

    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"
    if method == "GET":
        assert "/api/#assistants" in response.json()["error"]["message"]


def test_browser_of_any_site_may_ask(client, db):
    response = client.options(
        "/mcp",
        headers={
            "origin": "https://chat.example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type, mcp-protocol-version",
        },
    )

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "*"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://chat.example.org", 200),
        ("http://127.0.0.1:6274", 200),
        ("vscode-webview://1a2b", 200),
        ("null", 200),
        ("", 403),
        ("evil", 403),
        ("https://evil.example/path", 403),
        ("https://user@evil.example", 403),
        ("https://evil.example:port", 403),
        ("https://[::1", 403),
        ("https://a.example, https://b.example", 403),
    ],
)
def test_origin_must_be_one(request_method, origin, status):
    reply = request_method("ping", origin=origin)

    assert reply.status == status
    assert reply.response["Access-Control-Allow-Origin"] == "*"
    assert reply.response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_rebound_host_is_rejected(request_method):
    """What a page of another site reaches by DNS rebinding has that site's name as its Host."""
    reply = request_method("ping", host="evil.example", origin="http://evil.example")

    assert reply.status == 400
    assert is_korean(reply.error["message"])


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json, text/event-stream", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/event-stream", 406),
        ("text/html", 406),
        ("application/json;q=0", 406),
    ],
)
def test_client_must_accept_json(request_method, accept, status):
    assert request_method("ping", accept=accept).status == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_body_must_be_declared_as_json(send, kind, status):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert send(body, kind=kind).status == status


def test_limit_of_the_api_holds(request_method, settings, client):
    settings.API_RATE = 3
    statuses = [client.get("/api/v1/").status_code]
    replies = [request_method("ping") for _ in range(3)]

    assert statuses + [reply.status for reply in replies] == [200, 200, 200, 429]
    assert 1 <= int(replies[-1].response["Retry-After"]) <= 60
    assert replies[-1].error["code"] == -32010
    assert "3번" in replies[-1].error["message"]


def test_needs_and_sets_no_cookie_and_no_token(db):
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = "a" * 32
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})

    response = client.post("/mcp", body, "application/json")

    assert response.status_code == 200
    assert response.cookies == {}
    assert response["Cache-Control"] == "private, no-store"
    assert "\\u" not in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_setting_takes_the_endpoint_away(client, db, settings):
    settings.MCP = False

    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        response = client.generic(method, "/mcp", b"{}", "application/json")
        assert response.status_code == 404
        assert "찾을 수 없는 화면입니다" in response.content.decode()
    assert "/mcp" not in client.get("/llms.txt").content.decode()
    assert "/mcp" not in client.get("/api/").content.decode()


def test_read_only_site_answers(client, db, settings):
    settings.READ_ONLY = True
    client.handler.load_middleware()
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert client.post("/mcp", body, "application/json").json()["result"] == {}


def test_slow_bodies_leave_threads_for_others(client, db):
    with waiting_places, waiting_places:
        response = client.post("/mcp", "{}", "application/json")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["error"]["code"] == -32011
    assert client.get("/mcp").status_code == 405


def test_body_that_ends_too_soon_is_a_bad_request(db):
    class Cut(io.BytesIO):
        def read(self, *_):
            raise OSError("the client has gone")

    request = RequestFactory().post("/mcp", "{}", "application/json")
    request._stream = Cut()
    response = FormBodyMiddleware(None).process_view(request, mcp, (), {})

    assert response.status_code == 400
    assert is_korean(json.loads(response.content)["error"]["message"])


def test_failure_of_the_database_is_a_503_in_words(request_method, monkeypatch):
    def fail(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr("centers.mcp.views.run_method", fail)
    reply = request_method("ping")

    assert (reply.status, reply.error["code"]) == (503, -32011)
    assert reply.response["Retry-After"] == "30"
    assert reply.response["Access-Control-Allow-Origin"] == "*"
