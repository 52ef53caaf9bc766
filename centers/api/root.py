"""Where the API begins, how it describes itself, and what lies nowhere in it."""

from django.conf import settings
from django.http import Http404, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import resolve, reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from centers.api import schemas as answers
from centers.api.base import ApiView
from centers.api.fields import absolute
from centers.api.openapi import described, document

PLACES = {
    "centers": "api-centers",
    "centers_geojson": "api-geojson",
    "nearest": "api-nearest",
    "facets": "api-facets",
    "suggestions": "api-suggestions",
    "regions": "api-regions",
    "industries": "api-industries",
    "operators": "api-operators",
    "announcements": "api-announcements",
    "schema": "api-schema",
    "docs": "api",
}


@described(
    "root",
    "시작",
    "시작",
    answers.Root,
    "/api/v1/",
    description="이 API에 있는 주소를 드립니다.",
)
class Root(ApiView):
    def answer(self, request: Request) -> Response:
        self.read(request.GET, {})
        return Response({name: absolute(reverse(place)) for name, place in PLACES.items()})


@extend_schema_view(get=extend_schema(exclude=True))
class Schema(ApiView):
    """The OpenAPI document."""

    def answer(self, request: Request) -> Response:
        self.read(request.GET, {})
        return Response(document() | {"servers": [{"url": settings.SITE_URL}]})


@extend_schema_view(get=extend_schema(exclude=True))
class Nowhere(ApiView):
    """Any address that is none of the others."""

    def answer(self, request: Request) -> HttpResponseBase:
        address = request.get_full_path(force_append_slash=True)
        if not request.path.endswith("/") and not is_nowhere(f"{request.path}/"):
            return HttpResponsePermanentRedirect(address)
        raise Http404


def is_nowhere(path: str) -> bool:
    return getattr(resolve(path).func, "cls", None) is Nowhere
