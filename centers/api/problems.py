"""What could not be answered, said as RFC 9457 has it and in Korean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response

from centers.models import Region
from centers.search.query_params import Notice

PROBLEM_MEDIA_TYPE = "application/problem+json"
#: More errors than these would make the answer larger than what asked for it.
MAX_ERRORS = 20
#: In seconds, where nothing says how long to wait.
DEFAULT_RETRY_AFTER = 60


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: its place on the page that explains it, and what it is called."""

    anchor: str
    title: str
    detail: str


PROBLEM_KINDS = {
    400: ProblemKind(
        "bad-request",
        "쓸 수 없는 조건이 있습니다",
        "없는 조건이나 쓸 수 없는 값이 있으면 아무것도 무시하지 않고 여기서 멈춥니다.",
    ),
    404: ProblemKind("not-found", "찾을 수 없습니다", "이 주소에는 아무것도 없습니다."),
    405: ProblemKind(
        "read-only", "읽기만 할 수 있습니다", "GET, HEAD, OPTIONS로만 물을 수 있습니다."
    ),
    406: ProblemKind(
        "not-acceptable",
        "그 형식으로는 드릴 수 없습니다",
        "Accept 머리글에 이 주소가 내는 형식이 없습니다. application/json이나 */*를 적어 주세요.",
    ),
    429: ProblemKind(
        "too-many-requests",
        "너무 자주 물었습니다",
        "한 주소에서 1분에 물을 수 있는 횟수를 넘었습니다. Retry-After 머리글에 적힌 초만큼 "
        "기다렸다가 다시 물어 주세요.",
    ),
    414: ProblemKind(
        "too-long", "주소가 너무 깁니다", "한 번에 받을 수 있는 길이를 넘어 읽지 않았습니다."
    ),
    500: ProblemKind(
        "fault", "문제가 생겼습니다", "이쪽의 잘못입니다. 잠시 뒤에 다시 물어 주세요."
    ),
    503: ProblemKind(
        "unavailable",
        "잠시 답할 수 없습니다",
        "데이터베이스가 바쁘거나 멈추어 있습니다. Retry-After 머리글에 적힌 초만큼 기다렸다가 "
        "다시 물어 주세요.",
    ),
}


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


def build_problem(status: int) -> dict:
    kind = PROBLEM_KINDS.get(status)
    if kind is None:
        return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return {
        "type": f"{settings.SITE_URL}{reverse('api')}#{kind.anchor}",
        "title": kind.title,
        "status": status,
        "detail": kind.detail,
    }
