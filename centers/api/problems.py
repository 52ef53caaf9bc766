"""What could not be answered, said as RFC 9457 has it and in Korean."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from centers.http.problems import PROBLEM_MEDIA_TYPE, build_problem
from centers.models import Region
from centers.search.query_params import Notice

#: More errors than these would make the answer larger than what asked for it.
MAX_ERRORS = 20
#: In seconds, where nothing says how long to wait.
DEFAULT_RETRY_AFTER = 60


@dataclass(frozen=True)
class ParameterError:
    """One parameter that cannot be used, and why."""

    parameter: str
    detail: str
    #: Regions that a name may mean.
    candidates: Iterable[Region] = field(default=())


class InvalidParameters(exceptions.APIException):
    """A query string that cannot be used as it stands."""

    status_code = 400

    def __init__(self, errors: list[ParameterError]):
        super().__init__()
        self.errors = errors

    @classmethod
    def from_notices(cls, notices: list[Notice]) -> "InvalidParameters | None":
        """The refusals among what there is to say about a query string; None if it has none."""
        errors = [
            ParameterError(one.parameter, one.error, one.candidates) for one in notices if one.error
        ]
        return cls(errors) if errors else None


def handle_exception(error: Exception, context: dict) -> Response | None:
    """The answer to an error, or None to one that nobody foresaw; called by the framework."""
    if isinstance(error, Http404):
        status = 404
    elif isinstance(error, SuspiciousOperation):
        status = 400
    elif isinstance(error, exceptions.APIException):
        status = error.status_code
    else:
        return None
    problem, headers = build_problem(status), {}
    if isinstance(error, InvalidParameters):
        errors = error.errors[:MAX_ERRORS]
        problem["detail"] = " ".join(one.detail for one in errors)
        problem["errors"] = [
            {
                "parameter": one.parameter,
                "detail": one.detail,
                "candidates": [
                    {"code": region.code, "name": region.full_name} for region in one.candidates
                ],
            }
            for one in errors
        ]
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(max(error.wait or DEFAULT_RETRY_AFTER, 1))
    return Response(problem, status, headers=headers, content_type=PROBLEM_MEDIA_TYPE)
