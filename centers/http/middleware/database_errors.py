"""A 503 where the database is unavailable."""

import logging

from centers.http.errors import DATABASE_RETRY_AFTER, build_error_response, is_database_unavailable

log = logging.getLogger("centers.database")


class DatabaseErrorMiddleware:
    """Respond with a 503 and log one line, instead of a 500 with a traceback."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_database_unavailable(exception):
            return None
        log.error("The database cannot answer: %s", " ".join(str(exception).split()))
        return build_error_response(request, 503, DATABASE_RETRY_AFTER)
