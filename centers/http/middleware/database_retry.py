"""Requests that only read wait for a database that restarts."""

import time

from django.core.exceptions import MiddlewareNotUsed
from django.db import close_old_connections, connection

#: In seconds: for how long from its first failure on a database may be restarting. Whoever asks
#: later is told at once, so that requests do not pile up behind a database that is gone.
RETRY_FOR = 0.7
RETRY_INTERVAL = 0.05


class DatabaseRetryMiddleware:
    """Asks once more, for a while, where the connection to PostgreSQL was lost or refused.

    Only for what changes nothing, and so may be done twice.
    """

    def __init__(self, get_response):
        if connection.vendor != "postgresql":
            raise MiddlewareNotUsed
        self.get_response = get_response
        #: When the database was first found to be gone; None while it answers.
        self.gone_since: float | None = None

    def __call__(self, request):
        while True:
            response = self.get_response(request)
            if not is_connection_lost():
                self.gone_since = None
                return response
            if response.status_code != 503:
                return response  # it asked nothing of the database
            now = time.monotonic()
            since = self.gone_since = self.gone_since or now
            if request.method not in ("GET", "HEAD") or now - since > RETRY_FOR:
                return response
            response.close()
            time.sleep(RETRY_INTERVAL)
            close_old_connections()


def is_connection_lost() -> bool:
    """Whether this thread has no connection that still lives."""
    return connection.connection is None or connection.connection.closed
