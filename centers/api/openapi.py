"""The OpenAPI document of the API: parameters, responses, and the decorator of its views."""

from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from centers.api.base import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from centers.api.fields import describe_choices
from centers.api.schemas import Problem
from centers.exports.licence import ATTRIBUTION, get_terms_url
from centers.http.problems import PROBLEM_KINDS
from centers.http.problems import PROBLEM_MEDIA_TYPE as PROBLEM
from centers.models import LAST_YEAR, MAX_CLUSTER_SIZE, Center, Region, Service
from centers.search.filters import NONE_VALUE
from centers.search.ordering import SORTS
from centers.search.query_params import MAX_QUERY_LENGTH
from centers.search.results import MAX_PAGE_NUMBER
from centers.search.url_state import VIEWS
from centers.text.formatting import SITE_NAME

JSON_MEDIA_TYPE = "application/json"


# --- parameters ----------------------------------------------------------------------------------


def build_parameter(name: str, description: str, schema: dict, **kwargs) -> OpenApiParameter:
    return OpenApiParameter(name, schema, description=description, **kwargs)


def build_list_parameter(name: str, description: str, **items) -> OpenApiParameter:
    """Describe a repeatable parameter, whose values are joined by OR."""
    schema = {"type": "array", "items": {"type": "string", **items}}
    text = f"{description} 여러 번 적으면 그중 하나에 맞는 센터를 찾습니다."
    return OpenApiParameter(name, schema, description=text, style="form", explode=True)


def build_integer_schema(least: int, most: int, **more) -> dict:
    return {"type": "integer", "minimum": least, "maximum": most, **more}


YEAR_SCHEMA = build_integer_schema(1900, LAST_YEAR)
SIZE_SCHEMA = build_integer_schema(0, MAX_CLUSTER_SIZE)
#: The maximum length is in the description only: it applies after cleaning, unlike `maxLength`.
TEXT_SCHEMA = {"type": "string"}
LENGTH_NOTE = f"{MAX_QUERY_LENGTH}자까지 봅니다."

FILTER_PARAMETERS = [
    build_parameter(
        "q", "찾는 말. 지역, 업종, 운영기관, 주소를 섞어 적어도 됩니다. " + LENGTH_NOTE, TEXT_SCHEMA
    ),
    build_list_parameter("region", "지역의 법정동 코드나 이름. 예: 26, 부산 금정구."),
    build_list_parameter(
        "industry",
        f"업종의 중분류 코드 2자리. 없음은 {NONE_VALUE}.",
        pattern=rf"^([0-9]{{2}}|{NONE_VALUE})$",
    ),
    build_list_parameter(
        "year",
        f"지정연도 네 자리. 모르는 것은 {NONE_VALUE}.",
        pattern=rf"^([0-9]{{4}}|{NONE_VALUE})$",
    ),
    build_parameter("year_min", "이 해부터 지정된 센터", YEAR_SCHEMA),
    build_parameter("year_max", "이 해까지 지정된 센터", YEAR_SCHEMA),
    build_parameter("size_min", "집적지 소공인 규모가 이 수(개사) 이상인 센터", SIZE_SCHEMA),
    build_parameter("size_max", "집적지 소공인 규모가 이 수(개사) 이하인 센터", SIZE_SCHEMA),
    build_list_parameter(
        "service",
        f"지원 내용: {describe_choices(Service)}. 모르는 것은 {NONE_VALUE}.",
        enum=[*Service.values, NONE_VALUE],
    ),
    build_list_parameter(
        "kind", f"유형: {describe_choices(Center.Kind)}.", enum=Center.Kind.values
    ),
    build_list_parameter(
        "status", f"상태: {describe_choices(Center.Status)}.", enum=Center.Status.values
    ),
]
NEAR_DESCRIPTION = (
    "거리를 잴 지역의 코드, 이름이나 주소. 읍·면·동과 널리 알려진 집적지 이름(성수, 문래)도 됩니다"
)
ORDER_PARAMETERS = [
    build_parameter(
        "near", f"{NEAR_DESCRIPTION}. 적으면 가까운 순이 기본입니다.", {"type": "string"}
    ),
    build_parameter(
        "sort",
        "차례: relevance 관련(q가 있을 때), near 가까운(near가 있을 때), region 지역, name 이름, "
        "size 규모 큰, year 최근 지정.",
        {"type": "string", "enum": list(SORTS)},
    ),
    build_parameter(
        "view",
        "화면이 보여 주는 방식. 화면의 주소를 그대로 쓸 수 있게 받을 뿐 아무것도 바꾸지 않습니다.",
        {"type": "string", "enum": list(VIEWS)},
    ),
]
PAGE_PARAMETERS = [
    build_parameter(
        "page",
        "몇 번째 쪽. 마지막 쪽을 넘으면 400입니다.",
        build_integer_schema(1, MAX_PAGE_NUMBER, default=1),
    ),
    build_parameter(
        "page_size", "한 쪽의 수", build_integer_schema(1, MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE)
    ),
]
WHOLE_LIST_PARAMETERS = FILTER_PARAMETERS + ORDER_PARAMETERS
PAGED_LIST_PARAMETERS = WHOLE_LIST_PARAMETERS + PAGE_PARAMETERS
NEAREST_PARAMETERS = [
    *FILTER_PARAMETERS,
    build_parameter("near", f"{NEAR_DESCRIPTION}.", {"type": "string"}, required=True),
    *PAGE_PARAMETERS,
]
REGION_LIST_PARAMETERS = [
    build_parameter(
        "level",
        f"단계: {describe_choices(Region.Level)}.",
        {"type": "string", "enum": Region.Level.values},
    ),
    build_parameter(
        "parent",
        "이 코드의 지역 바로 안에 있는 지역",
        {"type": "string", "pattern": "^([0-9]{2}|[0-9]{5})?$"},
    ),
    *PAGE_PARAMETERS,
]
SUGGESTION_PARAMETERS = [
    build_parameter(
        "q", "지금까지 친 글. 덜 친 글자나 첫소리만으로도 됩니다. " + LENGTH_NOTE, TEXT_SCHEMA
    ),
    build_parameter(
        "near",
        f"지역 칸에 지금까지 친 글. 예: 성ㅅ, 상대원. {MAX_QUERY_LENGTH}자까지 씁니다.",
        {"type": "string", "maxLength": MAX_QUERY_LENGTH},
    ),
]
UNDERSTANDING_PARAMETERS = [build_parameter("q", "찾는 말. " + LENGTH_NOTE, TEXT_SCHEMA)]


# --- responses -----------------------------------------------------------------------------------


def describe_operation(
    operation: str,
    tag: str,
    summary: str,
    response,
    example: str,
    *,
    description: str = "",
    parameters: list[OpenApiParameter] | None = None,
    media_types: tuple[str, ...] = (JSON_MEDIA_TYPE,),
    error_statuses: tuple[int, ...] = (400, 406, 429),
):
    """Make a class decorator that describes the GET of a view.

    `response` is the serializer of a success, `example` the path of a request that can be tried,
    `error_statuses` the statuses of the possible problem documents.
    """
    responses = {
        (200, media_type): OpenApiResponse(response, description=summary)
        for media_type in media_types
    }
    for status in error_statuses:
        responses[status, PROBLEM] = OpenApiResponse(
            Problem, description=PROBLEM_KINDS[status].title
        )
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation,
            tags=[tag],
            summary=summary,
            description=description or summary,
            parameters=parameters or [],
            responses=responses,
            extensions={"x-example": example},
        )
    )


# --- the document --------------------------------------------------------------------------------


def drop_paths_with_slash(endpoints: list[tuple]) -> list[tuple]:
    """Return the endpoints that the document has: those without a slash, as linters want.

    A path with it has the same response (`api.urls`).
    """
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


#: drf-spectacular cannot build two documents at once in threads.
schema_lock = Lock()


def get_openapi_document() -> dict:
    """Return the OpenAPI document; built once per process, as no data changes it."""
    with schema_lock:
        return build_openapi_document()


def describe_site() -> dict:
    """Return the members of the document that depend on the site: server, contact and licence."""
    document = get_openapi_document()
    contact = {"name": SITE_NAME, "url": f"{settings.SITE_URL}{reverse('about')}#contact"}
    if settings.CONTACT_EMAIL:
        contact["email"] = settings.CONTACT_EMAIL
    licence = {"name": ATTRIBUTION, "url": get_terms_url()}
    return {
        "info": document["info"] | {"contact": contact, "license": licence},
        "servers": [{"url": settings.SITE_URL}],
        # No operation needs a key.
        "security": [],
    }


@lru_cache(maxsize=1)
def build_openapi_document() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)
