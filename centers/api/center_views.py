"""Endpoints of the centres: list, detail, nearest, GeoJSON and facets."""

from dataclasses import dataclass, field

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from centers.api import schemas
from centers.api.base import ApiView, add_slash, build_page_data
from centers.api.openapi import (
    JSON_MEDIA_TYPE,
    NEAREST_PARAMETERS,
    PAGED_LIST_PARAMETERS,
    WHOLE_LIST_PARAMETERS,
    describe_operation,
)
from centers.api.problems import Busy, InvalidParameters, ParameterError
from centers.api.results import ApiResults, NearestResults, WholeResults
from centers.api.serializers import (
    CenterDetailSerializer,
    CenterEvidenceSerializer,
    FacetsSerializer,
)
from centers.exports.download_slots import RETRY_AFTER, build_in_slot
from centers.exports.export import Export
from centers.exports.geojson import write_geojson
from centers.exports.records import build_records
from centers.http.media_types import GEOJSON_MEDIA_TYPE
from centers.http.merged_records import redirect_merged
from centers.models import Center, Citation
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, SOURCED_FIELDS
from centers.models.reference_data import get_reference_data
from centers.models.status_note import status_note
from centers.provenance.changes import CenterChanges, Change, get_center_history
from centers.provenance.cited_values import get_center_citations, sort_by_value
from centers.provenance.sources import Source, find_sources
from centers.search.listed_center import ListedCenter


class GeoJSONRenderer(JSONRenderer):
    """Negotiates the media type; the text itself is streamed."""

    media_type = GEOJSON_MEDIA_TYPE


class CenterResultsView(ApiView):
    """One page of results; a subclass chooses the class of the results."""

    results_class = ApiResults

    def build_response(self, request: Request) -> Response:
        results = self.results_class(request.GET, add_slash(request.path))
        rows = build_records(results.rows, results.version)
        data = build_page_data(results.page, results.url_state.page_url, rows)
        summary = {
            "sentence": results.sentence,
            "matched_by": results.interpretation.matched_by,
            "notices": results.notices,
        }
        return Response({"count": data.pop("count"), **summary, **data})


@describe_operation(
    "centers_list",
    "센터",
    "센터 목록",
    schemas.CenterPage,
    "/api/v1/centers/?region=26&industry=14",
    parameters=PAGED_LIST_PARAMETERS,
    description="‘센터 찾기’ 화면과 같은 조건으로 같은 센터를 같은 순서로 드립니다. 화면 주소의 "
    "물음표(?) 뒤를 그대로 붙여도 됩니다.",
)
class CenterListView(CenterResultsView):
    pass


@describe_operation(
    "centers_nearest",
    "센터",
    "가까운 센터",
    schemas.CenterPage,
    "/api/v1/nearest/?near=영월&industry=10",
    parameters=NEAREST_PARAMETERS,
    description="near의 지역이나 읍·면·동에서 가까운 순으로 드립니다. 거리는 그 대표 지점에서 잰 "
    "직선거리입니다. "
    "‘센터 목록’에 near를 적은 것과 같습니다.",
)
class NearestCentersView(CenterResultsView):
    results_class = NearestResults

    def build_response(self, request: Request) -> Response:
        if not request.GET.get("near", "").strip():
            raise InvalidParameters(
                [ParameterError("near", "어디에서 가까운지 near에 지역을 적어 주세요.")]
            )
        return super().build_response(request)


@dataclass
class DetailedCenter(ListedCenter):
    """A centre with its sources and history, for the detail endpoint."""

    successor: Center | None = None
    citations: list[dict] = field(default_factory=list)
    sources: list[dict] = field(default_factory=list)
    history: list[Change] = field(default_factory=list)


def build_citations(center: Center, citations: list[Citation]) -> list[dict]:
    """Build the input of `CitationSerializer` for the citations of a centre and its operator."""
    found = []
    for about, record in (("center", center), ("operator", center.operator)):
        for cited in sort_by_value(record, citations).values() if record else ():
            found += [
                {"about": about, "citation": one, "is_current": one is cited.current}
                for one in cited.statements
            ]
    return found


def build_source(name: str, source: Source) -> dict:
    """Build the input of `SourceSerializer` for the source of one field."""
    return {
        "field": name,
        "label": CENTER_FIELDS_BY_NAME[name].label,
        "announcement": source.announcement,
        "read_from": source.read_from or None,
        "entered_on": source.entered_on,
        "others": [
            {"announcement": announcement, "text": text} for announcement, text in source.others
        ],
    }


@describe_operation(
    "centers_read",
    "센터",
    "센터 하나",
    CenterDetailSerializer,
    "/api/v1/centers/{id}/",
    description="센터 하나를 공고에 적힌 그대로의 글, 값마다의 출처, 바뀐 내용과 함께 드립니다. "
    "다른 센터에 합친 센터의 주소는 그 센터의 주소로 영구히 옮겨 갑니다(301).",
    error_statuses=(400, 404, 406, 429),
)
class CenterDetailView(ApiView):
    def build_response(self, request: Request, pk: int) -> HttpResponseBase:
        self.read_params(request.GET, {})
        parts = ("industry", "operator", "successor")
        center = Center.objects.published().select_related(*parts).filter(pk=pk).first()
        if center is None:
            return redirect_merged(Center, "api-center", pk)
        regions, industries = get_reference_data(self.version)
        center.region = regions.by_code[center.region_id]
        listings = list(
            center.listings.select_related("announcement").order_by(
                "-announcement__published_on", "row"
            )
        )
        successor = center.successor
        citations = get_center_citations(self.version, center)
        history = get_center_history(self.version, pk)
        origins = history.trace_origins(SOURCED_FIELDS)
        detail = DetailedCenter(
            center,
            listings,
            status_note(center, listings, self.version),
            successor=successor if successor and successor.published else None,
            citations=build_citations(center, citations),
            sources=[
                build_source(name, source)
                for name, source in find_sources(
                    center, listings, citations, origins, self.version
                ).items()
            ],
            history=list(CenterChanges(center, citations, history, None, regions, industries)),
        )
        [record] = build_records([detail], self.version)
        return Response(record | CenterEvidenceSerializer(detail).data)


@describe_operation(
    "centers_geojson",
    "센터",
    "지도에 올릴 센터(GeoJSON)",
    schemas.FeatureCollection,
    "/api/v1/centers.geojson?kind=specialized",
    parameters=WHOLE_LIST_PARAMETERS,
    media_types=(GEOJSON_MEDIA_TYPE, JSON_MEDIA_TYPE),
    description="조건에 맞는 모든 센터를 쪽을 나누지 않고 한 번에 드립니다. 센터의 위치를 모르면 "
    "센터가 있는 지역의 대표 지점을 쓰고, located_by에 region이라고 적습니다. "
    "내려받는 GeoJSON 파일과 같습니다. 값은 센터 목록과 같되 묶음을 풀어, region 안의 code를 "
    "region_code처럼 적습니다.",
)
class CenterGeoJSONView(ApiView):
    renderer_classes = [GeoJSONRenderer, JSONRenderer]

    def build_response(self, request: Request) -> HttpResponseBase:
        results = WholeResults(request.GET, request.path)
        media_type = request.accepted_renderer.media_type

        def build() -> StreamingHttpResponse:
            text = write_geojson(Export(results))
            return StreamingHttpResponse(text, content_type=media_type)

        # HEAD sends nothing, and so needs no slot.
        response = build() if request.method == "HEAD" else build_in_slot(build)
        if response is None:
            raise Busy(RETRY_AFTER)
        return response


@describe_operation(
    "facets",
    "센터",
    "고를 수 있는 값과 센터 수",
    schemas.FacetCounts,
    "/api/v1/facets/?region=26",
    parameters=WHOLE_LIST_PARAMETERS,
    description="조건마다 고를 수 있는 모든 값을, 그 값을 고르면 남는 센터 수와 함께 드립니다. "
    "수는 그 조건 하나만 빼고 센 것입니다.",
)
class FacetCountsView(ApiView):
    def build_response(self, request: Request) -> Response:
        results = WholeResults(request.GET, request.path)
        return Response(
            {
                "count": results.count,
                "sentence": results.sentence,
                "matched_by": results.interpretation.matched_by,
                "notices": results.notices,
                "facets": FacetsSerializer(results.facets).data,
            }
        )
