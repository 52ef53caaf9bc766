"""The official MCP client, whose requests go to Django's test client instead of a socket.

The client is asynchronous and runs in a thread of its own; each request is answered in the thread
of the test, which alone sees what the test has stored.
"""

import asyncio
import queue
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import httpx2
from mcp import Client
from mcp.client import session
from mcp.client.streamable_http import streamable_http_client

URL = "http://testserver/mcp"
#: In seconds. After ten the client takes a site for one of an older version; on a busy machine the
#: first request of a process may take longer.
DISCOVER_TIMEOUT = 120.0


class _Transport(httpx2.AsyncBaseTransport):
    def __init__(self, requests: queue.Queue):
        self.requests = requests

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        future: Future = Future()
        self.requests.put((request, await request.aread(), future))
        return await asyncio.wrap_future(future)


def respond(client, request: httpx2.Request, body: bytes) -> httpx2.Response:
    given = {name: value for name, value in request.headers.items() if name != "content-type"}
    kind = request.headers.get("content-type", "")
    answer = client.generic(request.method, request.url.path, body, kind, headers=given)
    return httpx2.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


def converse(client, talk: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    """Connect the official client, let `talk` use it, and return what that returns.

    `mode` is "auto", which finds the newest version, "legacy", or a version.
    """
    requests: queue.Queue = queue.Queue()

    async def run():
        http = httpx2.AsyncClient(transport=_Transport(requests))
        server = streamable_http_client(URL, http_client=http)
        with patch.object(session, "DISCOVER_TIMEOUT_SECONDS", DISCOVER_TIMEOUT):
            async with http, Client(server, mode=mode) as connected:
                return await talk(connected)

    with ThreadPoolExecutor(1) as pool:
        talking = pool.submit(asyncio.run, run())
        while not talking.done():
            with suppress(queue.Empty):
                request, body, future = requests.get(timeout=0.01)
                # At its end the client drops what it still waits for.
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    future.set_result(respond(client, request, body))
                except BaseException as error:
                    future.set_exception(error)
        return talking.result()


def call(client, tool: str, mode: str = "auto", **arguments) -> Any:
    """Call one tool with the official client; return its result."""
    return converse(client, lambda connected: connected.call_tool(tool, arguments), mode)
