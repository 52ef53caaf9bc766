"""Retry of read requests while PostgreSQL restarts."""

import time

from django.core.exceptions import MiddlewareNotUsed
from django.db import close_old_connections, connection

#: In seconds after the first failure: for so long the database may be restarting. Later requests
#: fail at once, so that they do not pile up behind a database that is gone.
RETRY_FOR = 0.7
RETRY_INTERVAL = 0.05


class DatabaseRetryMiddleware:
    """Repeat GET and HEAD requests for a while after the connection was lost or rejected.

    Only these, since they change nothing and may be done twice.
    """

    def __init__(self, get_response):
        if connection.vendor != "postgresql":
            raise MiddlewareNotUsed
        self.get_response = get_response
        #: When the connection was first found lost; None while the database responds.
        self.gone_since: float | None = None

    def __call__(self, request):
        while True:
            response = self.get_response(request)
            if not is_connection_lost():
                self.gone_since = None
                return response
            if response.status_code != 503:
                return response  # it needed no database
            now = time.monotonic()
            since = self.gone_since = self.gone_since or now
            if request.method not in ("GET", "HEAD") or now - since > RETRY_FOR:
                return response
            response.close()
            time.sleep(RETRY_INTERVAL)
            close_old_connections()


def is_connection_lost() -> bool:
    """Whether this thread has no open connection."""
    return connection.connection is None or connection.connection.closed
