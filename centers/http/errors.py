"""What is answered where nothing else can be: a page in Korean, or below /api/ a problem.

Needs no database, session, Host or hashed file names, so that it does not fail in its turn.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from centers.http.problems import PROBLEM_MEDIA_TYPE, build_problem

#: In seconds; a database that restarts is back by then.
DATABASE_RETRY_AFTER = 30
#: SQLite's codes for a file or a disk that will not: busy, locked, no memory, read-only, I/O error,
#: damaged, full, cannot be opened, protocol, no database.
SQLITE_UNAVAILABLE_CODES = (5, 6, 7, 8, 10, 11, 13, 14, 15, 26)
#: PostgreSQL's classes of the same: connection, rollback, resources, locks, intervention, system.
POSTGRESQL_UNAVAILABLE_CLASSES = ("08", "40", "53", "55", "57", "58")


def is_database_unavailable(error: BaseException | None) -> bool:
    """Whether a database could not answer; a question that no database takes is our own fault."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_UNAVAILABLE_CODES
    # A connection that cannot be made or has ended has no state.
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in POSTGRESQL_UNAVAILABLE_CLASSES


def build_error_response(
    request: HttpRequest, status: int, retry_after: int | None = None
) -> HttpResponse:
    """The answer with this status, which programs get in their own terms; seconds to wait."""
    api = reverse("api")  # itself a page for readers
    if request.path_info.startswith(api) and request.path_info != api:
        response = JsonResponse(
            build_problem(status), status=status, json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Type"] = PROBLEM_MEDIA_TYPE
        # Scripts of other sites may read why, as they may read the API's answers.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    # Whatever is wrong now may be right the next time.
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


# --- what the framework calls ---------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return build_error_response(request, 413 if too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return build_error_response(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return build_error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Here too, since a database can also stop before a view begins or after it has ended.
    if is_database_unavailable(sys.exc_info()[1]):
        return build_error_response(request, 503, DATABASE_RETRY_AFTER)
    return build_error_response(request, 500)
