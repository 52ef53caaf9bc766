"""What every address of the API has in common: reading, refusing, and what goes with an answer."""

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
from centers.http.etag import build_validator_headers, etag_matches, is_unchanged_since
from centers.models import DataVersion
from centers.models.reference_data import get_reference_data
from centers.search.query_params import QueryParams, describe_missing_page
from centers.search.results import MAX_PAGE_NUMBER

#: Part of what is promised, so no setting changes them.
DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 20, 100
#: How long a browser need not ask again whether another site may read this: a day, in seconds.
PREFLIGHT_MAX_AGE = 86_400


def build_page_fields() -> dict[str, forms.Field]:
    """The parameters of everything that comes in pages."""
    return {
        "page": forms.IntegerField(label="쪽", min_value=1, max_value=MAX_PAGE_NUMBER),
        "page_size": forms.IntegerField(label="쪽 크기", min_value=1, max_value=MAX_PAGE_SIZE),
    }


class ApiView(APIView):
    """One address of the API; a subclass says by `answer` what it holds."""

    renderer_classes = [JSONRenderer]
    authentication_classes = []
    permission_classes = []
    throttle_classes = [AddressThrottle]

    def get(self, request: Request, **path) -> HttpResponseBase:
        self.version = DataVersion.cached()
        fresh = build_validator_headers(request, self.version)
        if etag_matches(request, fresh["ETag"]):
            response = HttpResponseNotModified()
        else:
            # What is made anew must not mix this data with what was kept a second ago.
            self.version = DataVersion.fetch()
            fresh = build_validator_headers(request, self.version)
            response = self.build_response(request, **path)
            if is_unchanged_since(request, fresh["Last-Modified"]):
                response = HttpResponseNotModified()
        for name, value in fresh.items():
            response[name] = value
        # What is kept may be used again, but only after asking whether it still holds.
        response["Cache-Control"] = "no-cache"
        return response

    def build_response(self, request: Request, **path) -> HttpResponseBase:
        raise NotImplementedError

    def options(self, request: Request, **path) -> HttpResponse:
        return HttpResponse(headers={"Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE)})

    def finalize_response(self, request, response, *args, **kwargs) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        # Any site may read what any reader may; no cookie is asked for or set.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def read_params(
        self, params: QueryDict, fields: dict[str, forms.Field]
    ) -> dict[str, list[str]]:
        """The values of a query string, which is refused if any cannot be used."""
        regions, _ = get_reference_data(self.version)
        query = QueryParams.read(params, fields, regions)
        if refusal := InvalidParameters.from_notices(query.notices):
            raise refusal
        return query.values


class ListView(ApiView):
    """A list of anything but centres, in pages."""

    serializer_class: type[Serializer]

    def get_fields(self) -> dict[str, forms.Field]:
        """The parameters beside those of the pages."""
        return {}

    def get_rows(self, accepted: dict[str, list[str]]):
        """All that the list holds, in order: a queryset or a sequence."""
        raise NotImplementedError

    def build_response(self, request: Request) -> Response:
        accepted = self.read_params(request.GET, self.get_fields() | build_page_fields())
        number, size = (int(accepted.get(name, [0])[0]) for name in ("page", "page_size"))
        paginator = Paginator(self.get_rows(accepted), size or DEFAULT_PAGE_SIZE)
        if number > paginator.num_pages:
            fault = describe_missing_page(str(number), paginator.num_pages)
            raise InvalidParameters([ParameterError("page", fault)])

        def url(number: int) -> str:
            query = accepted | {"page": number if number > 1 else []}
            return f"{request.path}?{urlencode(query, doseq=True)}".rstrip("?")

        page = paginator.page(number or 1)
        return Response(build_page_data(page, url, self.serializer_class(page, many=True).data))


def build_page_data(page: Page, url, rows: list) -> dict:
    """One page of rows with the addresses of those beside it; `url` gives a page its path."""

    def link(is_there: bool, number: int) -> str | None:
        return settings.SITE_URL + url(number) if is_there else None

    return {
        "count": page.paginator.count,
        "next": link(page.has_next(), page.number + 1),
        "previous": link(page.has_previous(), page.number - 1),
        "results": rows,
    }
