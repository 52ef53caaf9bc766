"""Error responses: a page in Korean, below /api/ a problem document (RFC 9457), at /mcp JSON-RPC.

They need no database, session, Host or hashed file names, so that they do not fail themselves.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from centers.http.json_rpc import build_http_error, is_mcp_request
from centers.http.problems import PROBLEM_MEDIA_TYPE, build_problem

#: In seconds: a database that restarts responds again by then.
DATABASE_RETRY_AFTER = 30
#: SQLite's result codes for a file or a disk that cannot be used: busy, locked, no memory,
#: read-only, I/O error, corrupt, full, cannot open, protocol, not a database.
SQLITE_UNAVAILABLE_CODES = (5, 6, 7, 8, 10, 11, 13, 14, 15, 26)
#: PostgreSQL's SQLSTATE classes: connection, rollback, resources, state, intervention, system.
POSTGRESQL_UNAVAILABLE_CLASSES = ("08", "40", "53", "55", "57", "58")


def is_database_unavailable(error: BaseException | None) -> bool:
    """Whether an error says that the database is unavailable; a wrong query is our own fault."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, Error):
        return False
    # A damaged file is no OperationalError.
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_UNAVAILABLE_CODES
    if not isinstance(error, OperationalError):
        return False
    # An error of a connection that cannot be opened or has been lost has no SQLSTATE.
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in POSTGRESQL_UNAVAILABLE_CLASSES


def build_error_response(
    request: HttpRequest, status: int, retry_after: int | None = None
) -> HttpResponse:
    """Build the error page of a status, its problem document below /api/, or its JSON-RPC error.

    `retry_after` is in seconds.
    """
    api = reverse("api")  # a page itself
    if request.path_info.startswith(api) and request.path_info != api:
        response = JsonResponse(
            build_problem(status), status=status, json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Type"] = PROBLEM_MEDIA_TYPE
        # Scripts of other sites may read the API's errors as they may read its responses.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    elif is_mcp_request(request):
        response = build_http_error(status)
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    # The next request may succeed.
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


# --- handlers named in centers.urls --------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return build_error_response(request, 413 if too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return build_error_response(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return build_error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Here too, since the database can also fail before a view begins or after it has ended.
    if is_database_unavailable(sys.exc_info()[1]):
        return build_error_response(request, 503, DATABASE_RETRY_AFTER)
    return build_error_response(request, 500)
