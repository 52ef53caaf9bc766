"""Answers of the site's own where the database cannot answer."""

import logging

from centers.http.errors import RETRY_AFTER, is_unanswered, refuse

log = logging.getLogger("centers.database")


class DatabaseRefusalMiddleware:
    """A page of its own for a database that cannot answer: no fault of the program's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_unanswered(exception):
            return None
        log.error("The database cannot answer: %s", " ".join(str(exception).split()))
        return refuse(request, 503, RETRY_AFTER)
