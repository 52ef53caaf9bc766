"""The root of the API, its OpenAPI document, and the response to unknown paths."""

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from centers.api import schemas
from centers.api.base import ApiView
from centers.api.fields import build_absolute_url
from centers.api.openapi import describe_operation, describe_site, get_openapi_document
from centers.exports.licence import get_terms_url

#: URL names by the keys of the root's JSON.
ENDPOINT_NAMES = {
    "centers": "api-centers",
    "centers_geojson": "api-geojson",
    "nearest": "api-nearest",
    "facets": "api-facets",
    "understand": "api-understand",
    "suggestions": "api-suggestions",
    "regions": "api-regions",
    "industries": "api-industries",
    "operators": "api-operators",
    "announcements": "api-announcements",
    "schema": "api-schema",
    "docs": "api",
}


@describe_operation(
    "root",
    "시작",
    "시작",
    schemas.Root,
    "/api/v1/",
    description="이 API에 있는 주소를 드립니다.",
)
class RootView(ApiView):
    def build_response(self, request: Request) -> Response:
        self.read_params(request.GET, {})
        return Response(
            {
                name: build_absolute_url(reverse(url_name))
                for name, url_name in ENDPOINT_NAMES.items()
            }
            | {"license": get_terms_url()}
        )


@extend_schema_view(get=extend_schema(exclude=True))
class SchemaView(ApiView):
    """The OpenAPI document."""

    def build_response(self, request: Request) -> Response:
        self.read_params(request.GET, {})
        return Response(get_openapi_document() | describe_site())


@extend_schema_view(get=extend_schema(exclude=True))
class UnknownPathView(ApiView):
    """Any path below /api/v1/ without an endpoint: 404.

    Raises Http404.
    """

    def build_response(self, request: Request) -> HttpResponseBase:
        raise Http404
