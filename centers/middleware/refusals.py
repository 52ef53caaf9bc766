"""Answers of the site's own where the database cannot answer."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("centers.database")

#: In seconds; a database that restarts is back by then.
RETRY_AFTER = 30


class DatabaseRefusalMiddleware:
    """A page of its own for a database that cannot answer: no fault of the program's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.error("The database cannot answer: %s", " ".join(str(exception).split()))
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
