"""Problem documents (RFC 9457) in Korean, by HTTP status."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.urls import reverse

PROBLEM_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: the anchor on the API's page that explains it, its title and text."""

    anchor: str
    title: str
    detail: str


PROBLEM_KINDS = {
    400: ProblemKind(
        "bad-request",
        "쓸 수 없는 조건이 있습니다",
        "없는 조건이나 쓸 수 없는 값이 있으면 응답하지 않습니다.",
    ),
    404: ProblemKind("not-found", "찾을 수 없습니다", "이 주소에는 아무것도 없습니다."),
    405: ProblemKind(
        "read-only", "읽기만 할 수 있습니다", "GET, HEAD, OPTIONS로만 요청할 수 있습니다."
    ),
    406: ProblemKind(
        "not-acceptable",
        "그 형식으로는 드릴 수 없습니다",
        "Accept 헤더에 이 주소가 내는 형식이 없습니다. application/json이나 */*를 적어 주세요.",
    ),
    429: ProblemKind(
        "too-many-requests",
        "요청이 너무 많습니다",
        "한 주소에서 1분에 요청할 수 있는 횟수를 넘었습니다. Retry-After 헤더에 적힌 초만큼 "
        "기다렸다가 다시 요청해 주세요.",
    ),
    414: ProblemKind(
        "too-long", "주소가 너무 깁니다", "한 번에 받을 수 있는 길이를 넘어 읽지 않았습니다."
    ),
    500: ProblemKind(
        "fault", "문제가 생겼습니다", "이쪽의 잘못입니다. 잠시 뒤에 다시 요청해 주세요."
    ),
    503: ProblemKind(
        "unavailable",
        "잠시 응답할 수 없습니다",
        "데이터베이스가 바쁘거나 멈추었거나 저장할 자리가 없습니다. "
        "Retry-After 헤더에 적힌 초만큼 기다렸다가 다시 물어 주세요.",
    ),
}


def build_problem(status: int) -> dict[str, Any]:
    """Build the problem document of an HTTP status; an undescribed one has its HTTP phrase."""
    kind = PROBLEM_KINDS.get(status)
    if kind is None:
        return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return {
        "type": f"{settings.SITE_URL}{reverse('api')}#{kind.anchor}",
        "title": kind.title,
        "status": status,
        "detail": kind.detail,
    }
