"""Errors of the API as problem documents (RFC 9457), with the parameters at fault."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from centers.http.problems import PROBLEM_MEDIA_TYPE, build_problem
from centers.search.place_values import Candidate
from centers.search.query_params import Notice

#: Limits the response: a request with thousands of bad parameters must not grow it.
MAX_ERRORS = 20
#: In seconds, where the throttle gives no time to wait.
DEFAULT_RETRY_AFTER = 60


@dataclass(frozen=True)
class ParameterError:
    """One unusable query parameter, and why it cannot be used."""

    parameter: str
    detail: str
    #: The places that an ambiguous name may mean.
    candidates: Iterable[Candidate] = field(default=())


class InvalidParameters(exceptions.APIException):
    """A query string with unusable parameters: 400."""

    status_code = 400

    def __init__(self, errors: list[ParameterError]):
        super().__init__()
        self.errors = errors

    @classmethod
    def from_notices(cls, notices: list[Notice]) -> "InvalidParameters | None":
        """Return the exception for the notices that are errors; None if none is."""
        errors = [
            ParameterError(one.parameter, one.error, one.candidates) for one in notices if one.error
        ]
        return cls(errors) if errors else None


class Busy(exceptions.APIException):
    """Too many whole lists at once: 503."""

    status_code = 503

    def __init__(self, wait: int):
        super().__init__()
        self.wait = wait


def handle_exception(error: Exception, context: dict) -> Response | None:
    """Build the problem response of an exception (`EXCEPTION_HANDLER` of REST framework).

    Returns None for an unexpected exception, which the framework raises again.
    """
    if isinstance(error, Http404):
        status = 404
    elif isinstance(error, SuspiciousOperation):
        status = 400
    elif isinstance(error, exceptions.APIException):
        status = error.status_code
    else:
        return None
    problem: dict[str, Any] = {**build_problem(status)}
    headers = {}
    if isinstance(error, InvalidParameters):
        errors = error.errors[:MAX_ERRORS]
        problem["detail"] = " ".join(one.detail for one in errors)
        problem["errors"] = [
            {
                "parameter": one.parameter,
                "detail": one.detail,
                "candidates": [
                    {"code": place.code, "name": place.full_name} for place in one.candidates
                ],
            }
            for one in errors
        ]
    if isinstance(error, Busy):
        problem["detail"] = (
            "다른 요청이 목록 전체를 받고 있습니다. Retry-After 헤더에 적힌 초만큼 기다렸다가 "
            "다시 요청해 주세요."
        )
    if isinstance(error, exceptions.Throttled | Busy):
        headers["Retry-After"] = str(max(getattr(error, "wait", None) or DEFAULT_RETRY_AFTER, 1))
    return Response(problem, status, headers=headers, content_type=PROBLEM_MEDIA_TYPE)
