"""Answers of the site's own where the database cannot answer."""

import logging

from centers.http.errors import DATABASE_RETRY_AFTER, build_error_response, is_database_unavailable

log = logging.getLogger("centers.database")


class DatabaseErrorMiddleware:
    """A page of its own for a database that cannot answer: no fault of the program's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_database_unavailable(exception):
            return None
        log.error("The database cannot answer: %s", " ".join(str(exception).split()))
        return build_error_response(request, 503, DATABASE_RETRY_AFTER)
