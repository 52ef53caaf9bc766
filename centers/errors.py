"""What is answered where nothing else can be: a page in Korean, or below /api/ a problem.

Needs no database, session, Host or hashed file names, so that it does not fail in its turn.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from centers.api.problems import MEDIA_TYPE, describe

#: In seconds; a database that restarts is back by then.
RETRY_AFTER = 30
#: What a database raises that cannot answer: no fault of the program's.
UNANSWERED = (OperationalError, InterfaceError)


def refuse(request: HttpRequest, status: int, retry_after: int | None = None) -> HttpResponse:
    """The answer with this status, which programs get in their own terms; seconds to wait."""
    if request.path_info.startswith(reverse("api")):
        response = JsonResponse(
            describe(status), status=status, json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Type"] = MEDIA_TYPE
        # Scripts of other sites may read why, as they may read the API's answers.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


# --- what the framework calls ---------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return refuse(request, 413 if too_large else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def fault(request: HttpRequest) -> HttpResponse:
    # Here too, since a database can also stop before a view begins or after it has ended.
    if isinstance(sys.exc_info()[1], UNANSWERED):
        return refuse(request, 503, RETRY_AFTER)
    return refuse(request, 500)
