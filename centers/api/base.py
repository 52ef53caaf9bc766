"""Base views of the API: query parameters, validators (ETag, Last-Modified), CORS and pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from centers.api.problems import InvalidParameters, ParameterError
from centers.api.throttle import AddressThrottle
from centers.exports.licence import build_license_link, get_terms_url
from centers.http.etag import build_validator_headers, etag_matches, is_unchanged_since
from centers.models import DataVersion
from centers.models.reference_data import get_reference_data
from centers.search.query_params import QueryParams, describe_missing_page
from centers.search.results import MAX_PAGE_NUMBER

#: Part of the promises of version 1, therefore no settings.
DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 20, 100
#: How long a browser may cache the result of a CORS preflight request, in seconds.
PREFLIGHT_MAX_AGE = 86_400


def build_page_fields() -> dict[str, forms.Field]:
    """Build the form fields of the parameters of all paginated lists."""
    return {
        "page": forms.IntegerField(label="쪽", min_value=1, max_value=MAX_PAGE_NUMBER),
        "page_size": forms.IntegerField(label="쪽 크기", min_value=1, max_value=MAX_PAGE_SIZE),
    }


def add_slash(path: str) -> str:
    """Return the path with a slash at its end, as links of the API have it."""
    return path if path.endswith("/") else f"{path}/"


class ApiView(APIView):
    """One endpoint; a subclass builds its response in `build_response`."""

    renderer_classes = [JSONRenderer]
    authentication_classes = []
    permission_classes = []
    throttle_classes = [AddressThrottle]

    def get(self, request: Request, **path) -> HttpResponseBase:
        self.version = DataVersion.cached()
        headers = build_validator_headers(request, self.version)
        if etag_matches(request, headers["ETag"]):
            response = HttpResponseNotModified()
        else:
            # A new response is built from current data, not from the version cached for a second.
            self.version = DataVersion.fetch()
            headers = build_validator_headers(request, self.version)
            response = self.build_response(request, **path)
            if is_unchanged_since(request, headers["Last-Modified"], self.version):
                response = HttpResponseNotModified()
        for name, value in headers.items():
            response[name] = value
        # Caches may store the response but must revalidate it before each use.
        response["Cache-Control"] = "no-cache"
        return response

    def build_response(self, request: Request, **path) -> HttpResponseBase:
        """Build the response for the data version in `self.version`."""
        raise NotImplementedError

    def options(self, request: Request, **path) -> HttpResponse:
        """Answer a CORS preflight request; the body is empty."""
        return HttpResponse(headers={"Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE)})

    def finalize_response(self, request, response, *args, **kwargs) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        # The data are public and no cookie is read or set, so every origin is allowed.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Link"] = build_license_link()
        return response

    def read_params(
        self, params: QueryDict, fields: dict[str, forms.Field]
    ) -> dict[str, list[str]]:
        """Return the usable values of a query string by parameter.

        Raises `InvalidParameters` if any parameter is unknown or has an unusable value.
        """
        regions, _ = get_reference_data(self.version)
        query = QueryParams.read(params, fields, regions)
        if error := InvalidParameters.from_notices(query.notices):
            raise error
        return query.values


class ListView(ApiView):
    """A paginated list of anything but centres."""

    serializer_class: type[Serializer]

    def get_fields(self) -> dict[str, forms.Field]:
        """Return the form fields of the parameters other than those of pagination."""
        return {}

    def get_rows(self, values: dict[str, list[str]]):
        """Return all rows in order, a queryset or a sequence, for the values of the parameters."""
        raise NotImplementedError

    def build_response(self, request: Request) -> Response:
        values = self.read_params(request.GET, self.get_fields() | build_page_fields())
        number, size = (int(values.get(name, [0])[0]) for name in ("page", "page_size"))
        paginator = Paginator(self.get_rows(values), size or DEFAULT_PAGE_SIZE)
        if number > paginator.num_pages:
            detail = describe_missing_page(str(number), paginator.num_pages)
            raise InvalidParameters([ParameterError("page", detail)])

        def build_page_path(number: int) -> str:
            query = values | {"page": number if number > 1 else []}
            return f"{add_slash(request.path)}?{urlencode(query, doseq=True)}".rstrip("?")

        page = paginator.page(number or 1)
        rows = self.serializer_class(page, many=True).data
        return Response(build_page_data(page, build_page_path, rows))


def build_page_data(
    page: Page, build_page_path: Callable[[int], str], rows: Iterable
) -> dict[str, Any]:
    """Build the JSON of one page of rows, with the absolute URLs of the next and previous page."""

    def build_url(exists: bool, number: int) -> str | None:
        return settings.SITE_URL + build_page_path(number) if exists else None

    return {
        "count": page.paginator.count,
        "next": build_url(page.has_next(), page.number + 1),
        "previous": build_url(page.has_previous(), page.number - 1),
        "license": get_terms_url(),
        "results": rows,
    }
