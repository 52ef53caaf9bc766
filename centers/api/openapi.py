"""How the API describes itself: its parameters, its answers, and the document that says so."""

from functools import lru_cache
from threading import Lock

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from centers.api.base import LARGEST_PAGE, PAGE_SIZE
from centers.api.fields import told
from centers.api.problems import KINDS
from centers.api.problems import MEDIA_TYPE as PROBLEM
from centers.api.schemas import Problem
from centers.models import LAST_YEAR, MAX_CLUSTER_SIZE, Center, Region
from centers.search.filters import NONE_VALUE
from centers.search.query_params import MAX_QUERY_LENGTH
from centers.search.results import MAX_PAGE_NUMBER, SORTS, VIEWS

JSON = "application/json"


# --- parameters ----------------------------------------------------------------------------------


def one(name: str, description: str, schema: dict, **kwargs) -> OpenApiParameter:
    return OpenApiParameter(name, schema, description=description, **kwargs)


def several(name: str, description: str, **items) -> OpenApiParameter:
    """A parameter that may stand several times, any of its values being enough."""
    schema = {"type": "array", "items": {"type": "string", **items}}
    text = f"{description} 여러 번 적으면 그중 하나에 맞는 센터를 찾습니다."
    return OpenApiParameter(name, schema, description=text, style="form", explode=True)


def whole(least: int, most: int, **more) -> dict:
    return {"type": "integer", "minimum": least, "maximum": most, **more}


YEARS = whole(1900, LAST_YEAR)
SIZES = whole(0, MAX_CLUSTER_SIZE)
#: The longest text stands in words: it is counted after cleaning, which no schema can say.
WORDS = {"type": "string"}
LENGTH = f"{MAX_QUERY_LENGTH}자까지 봅니다."

CONDITIONS = [
    one("q", "찾는 말. 지역, 업종, 운영기관, 주소를 섞어 적어도 됩니다. " + LENGTH, WORDS),
    several("region", "지역의 법정동 코드나 이름. 예: 26, 부산 금정구."),
    several(
        "industry",
        f"업종의 중분류 코드 2자리. 없음은 {NONE_VALUE}.",
        pattern=rf"^([0-9]{{2}}|{NONE_VALUE})$",
    ),
    several(
        "year",
        f"지정연도 네 자리. 모르는 것은 {NONE_VALUE}.",
        pattern=rf"^([0-9]{{4}}|{NONE_VALUE})$",
    ),
    one("year_min", "이 해부터 지정된 센터", YEARS),
    one("year_max", "이 해까지 지정된 센터", YEARS),
    one("size_min", "집적지 소공인 규모가 이 수(개사) 이상인 센터", SIZES),
    one("size_max", "집적지 소공인 규모가 이 수(개사) 이하인 센터", SIZES),
    several("kind", f"유형: {told(Center.Kind)}.", enum=Center.Kind.values),
    several("status", f"상태: {told(Center.Status)}.", enum=Center.Status.values),
]
NEAR = "거리를 잴 지역의 코드, 이름이나 주소"
ORDER = [
    one("near", f"{NEAR}. 적으면 가까운 순이 기본입니다.", {"type": "string"}),
    one(
        "sort",
        "차례: relevance 관련(q가 있을 때), near 가까운(near가 있을 때), region 지역, name 이름, "
        "size 규모 큰, year 최근 지정.",
        {"type": "string", "enum": list(SORTS)},
    ),
    one(
        "view",
        "화면이 보여 주는 방식. 화면의 주소를 그대로 쓸 수 있게 받을 뿐 아무것도 바꾸지 않습니다.",
        {"type": "string", "enum": list(VIEWS)},
    ),
]
PAGES = [
    one("page", "몇째 쪽. 마지막 쪽을 넘으면 400입니다.", whole(1, MAX_PAGE_NUMBER, default=1)),
    one("page_size", "한 쪽의 수", whole(1, LARGEST_PAGE, default=PAGE_SIZE)),
]
ALL_AT_ONCE = CONDITIONS + ORDER
IN_PAGES = ALL_AT_ONCE + PAGES
FROM_NEAR = [
    *CONDITIONS,
    one("near", f"{NEAR}.", {"type": "string"}, required=True),
    *PAGES,
]
REGIONS = [
    one(
        "level",
        f"단계: {told(Region.Level)}.",
        {"type": "string", "enum": Region.Level.values},
    ),
    one(
        "parent",
        "이 코드의 지역 바로 안에 있는 지역",
        {"type": "string", "pattern": "^([0-9]{2}|[0-9]{5})?$"},
    ),
    *PAGES,
]
TYPED = [one("q", "지금까지 친 글. 덜 친 글자나 첫소리만으로도 됩니다. " + LENGTH, WORDS)]


# --- answers -------------------------------------------------------------------------------------


def described(
    operation: str,
    tag: str,
    summary: str,
    answer,
    example: str,
    *,
    description: str = "",
    parameters: list[OpenApiParameter] | None = None,
    media_types: tuple[str, ...] = (JSON,),
    refusals: tuple[int, ...] = (400, 406, 429),
):
    """Describe the view of one address; `example` is an address that can be tried."""
    responses = {
        (200, media_type): OpenApiResponse(answer, description=summary)
        for media_type in media_types
    }
    for status in refusals:
        responses[status, PROBLEM] = OpenApiResponse(Problem, description=KINDS[status].title)
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


#: Held by whoever makes the document, as drf-spectacular cannot make two at once at first.
making = Lock()


def document() -> dict:
    """The OpenAPI document; made once, as it follows from the program alone."""
    with making:
        return made()


@lru_cache(maxsize=1)
def made() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)
