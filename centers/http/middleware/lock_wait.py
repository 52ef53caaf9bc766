"""How long a request waits for a lock in PostgreSQL."""

import time
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from centers.http.json_rpc import is_mcp_request
from centers.http.middleware.database_retry import is_connection_lost

#: A table is locked: SQLSTATE `lock_not_available`.
LOCK_NOT_AVAILABLE = "55P03"
#: In seconds: for so long after a reader waited in vain, others wait only for `LOCKED_WAIT_MS`, so
#: that they do not take all threads, which cached pages and health checks need.
LOCKED_FOR = 1.0
LOCKED_WAIT_MS = 20


class LockWaitMiddleware:
    """Let requests that change something wait for a lock as long as `DATABASE_LOCK_SECONDS`.

    Others only read, and so wait for a locked table alone, never for another save: they have what
    the connection begins with (`centers.env.limit_waiting`), or less while a table is locked.
    """

    def __init__(self, get_response):
        if connection.vendor != "postgresql":
            raise MiddlewareNotUsed
        self.get_response = get_response
        #: By the monotonic clock: until then a table is taken to be locked.
        self.locked_until = float("-inf")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_read(request):
            wait = settings.DATABASE_LOCK_SECONDS * 1000
        elif time.monotonic() < self.locked_until:
            wait = LOCKED_WAIT_MS
        else:
            return self.get_response(request)
        # What fails here fails again in the view, which makes an error page of it.
        with suppress(Error):
            execute(f"SET lock_timeout = {wait}")
        try:
            return self.get_response(request)
        finally:
            if not is_connection_lost():
                with suppress(Error):
                    execute("RESET lock_timeout")

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        state = getattr(exception.__cause__, "sqlstate", None)
        if state == LOCK_NOT_AVAILABLE and is_read(request):
            self.locked_until = time.monotonic() + LOCKED_FOR


def is_read(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS") or is_mcp_request(request)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
