"""Endpoints of regions, industries, operators, announcements and suggestions."""

from collections import Counter
from copy import copy
from typing import Any

from django import forms
from django.db.models import Count, Prefetch, Q
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from centers.api import schemas
from centers.api.base import ApiView, ListView
from centers.api.openapi import (
    PAGE_PARAMETERS,
    REGION_LIST_PARAMETERS,
    SUGGESTION_PARAMETERS,
    UNDERSTANDING_PARAMETERS,
    describe_operation,
)
from centers.api.problems import InvalidParameters, ParameterError
from centers.api.serializers import (
    AnnouncementDetailSerializer,
    AnnouncementSerializer,
    IndustrySerializer,
    OperatorSerializer,
    RegionSerializer,
    SuggestionSerializer,
)
from centers.http.merged_records import redirect_merged
from centers.models import Announcement, Center, Industry, Listing, Operator, Region
from centers.models.reference_data import get_class_names, get_reference_data
from centers.search.interpretation import interpret
from centers.search.place_values import ORIGIN_PARAMETER
from centers.search.query_params import MAX_QUERY_LENGTH
from centers.search.suggestions import suggest, suggest_places
from centers.search.wishes import read_wishes

PUBLISHED_COUNT = Count("centers", filter=Q(centers__published=True))


@describe_operation(
    "regions_list",
    "자료",
    "지역",
    schemas.RegionPage,
    "/api/v1/regions/?level=sido",
    parameters=REGION_LIST_PARAMETERS,
    description="지금의 시·도, 시·군·구, 일반구를 옛 이름, 옛 코드, 센터 수와 함께 드립니다.",
)
class RegionListView(ListView):
    serializer_class = RegionSerializer

    def get_fields(self) -> dict[str, forms.Field]:
        regions, _ = get_reference_data(self.version)
        return {
            "level": forms.ChoiceField(label="단계", choices=Region.Level.choices),
            "parent": forms.ChoiceField(
                label="상위 지역", choices=[(code, code) for code in regions.by_code]
            ),
        }

    def get_rows(self, values: dict[str, list[str]]) -> list[Region]:
        regions, _ = get_reference_data(self.version)
        counts: Counter[str] = Counter()
        groups = Center.objects.published().order_by().values_list("region_id")
        for code, count in groups.annotate(Count("pk")):
            for outer in regions.list_enclosing_codes(code):
                counts[outer] += count
        # Copies, as the regions are cached and shared by all threads.
        rows: list[Any] = [
            copy(region)
            for region in regions.by_code.values()
            if region.level in values.get("level", [region.level])
            and region.parent_id in values.get("parent", [region.parent_id])
        ]
        for row in rows:
            row.center_count = counts[row.code]
        return rows


@describe_operation(
    "industries_list",
    "자료",
    "업종",
    schemas.IndustryPage,
    "/api/v1/industries/",
    parameters=PAGE_PARAMETERS,
    description="한국표준산업분류의 제조업 중분류를 센터 수와 함께 드립니다.",
)
class IndustryListView(ListView):
    serializer_class = IndustrySerializer

    def get_rows(self, values: dict[str, list[str]]):
        return Industry.objects.annotate(center_count=PUBLISHED_COUNT).order_by("code")


@describe_operation(
    "operators_list",
    "자료",
    "운영기관",
    schemas.OperatorPage,
    "/api/v1/operators/?page_size=5",
    parameters=PAGE_PARAMETERS,
    description="센터를 운영하는 기관을 센터 수와 함께 드립니다.",
)
class OperatorListView(ListView):
    serializer_class = OperatorSerializer

    def get_rows(self, values: dict[str, list[str]]):
        # An operator of unpublished centres only is not public either.
        return (
            Operator.objects.annotate(center_count=PUBLISHED_COUNT)
            .filter(center_count__gt=0)
            .order_by("pk")
        )


def get_announcements():
    """Return the announcements, each with the number of its public rows as `listing_count`."""
    shown = Count("listings", filter=Q(listings__center__published=True))
    return Announcement.objects.annotate(listing_count=shown)


@describe_operation(
    "announcements_list",
    "공고",
    "공고 목록",
    schemas.AnnouncementPage,
    "/api/v1/announcements/",
    parameters=PAGE_PARAMETERS,
    description="센터를 실은 공고를 최신순으로 드립니다.",
)
class AnnouncementListView(ListView):
    serializer_class = AnnouncementSerializer

    def get_rows(self, values: dict[str, list[str]]):
        return get_announcements().order_by("-published_on", "pk")


@describe_operation(
    "announcements_read",
    "공고",
    "공고 하나",
    AnnouncementDetailSerializer,
    "/api/v1/announcements/{slug}/",
    description="공고 하나를 거기 적힌 행과 함께 드립니다. 글은 적힌 그대로입니다.",
    error_statuses=(400, 404, 406, 429),
)
class AnnouncementDetailView(ApiView):
    def build_response(self, request: Request, slug: str) -> HttpResponseBase:
        self.read_params(request.GET, {})
        listings = Listing.objects.filter(center__published=True).select_related("center")
        shown = Prefetch("listings", listings.order_by("row"), to_attr="public_listings")
        found = get_announcements().prefetch_related(shown).filter(slug=slug).first()
        if found is None:
            return redirect_merged(Announcement, "api-announcement", slug)
        return Response(AnnouncementDetailSerializer(found).data)


@describe_operation(
    "suggestions",
    "센터",
    "추천 검색어",
    schemas.Suggestions,
    "/api/v1/suggestions/?q=봉ㅈ",
    parameters=SUGGESTION_PARAMETERS,
    description="찾기 칸에 친 글로 가려는 지역, 업종, 운영기관, 센터를 종류마다 몇 개씩 드립니다. "
    "near에 적은 글에는 거리를 잴 지역을 드립니다. 둘 다 적으면 지역이 먼저입니다.",
)
class SuggestionsView(ApiView):
    def build_response(self, request: Request) -> Response:
        # What is typed for a place is no place yet, so it is read here.
        params = request.GET.copy()
        typed = params.pop(ORIGIN_PARAMETER, [])
        if len(typed) > 1 or len("".join(typed)) > MAX_QUERY_LENGTH:
            detail = f"내 지역은 한 번만, {MAX_QUERY_LENGTH}자까지 적습니다."
            raise InvalidParameters([ParameterError(ORIGIN_PARAMETER, detail)])
        values = self.read_params(params, {"q": forms.CharField(label="검색어")})
        found = suggest_places("".join(typed)) + suggest(values.get("q", [""])[0])
        return Response({"results": SuggestionSerializer(found, many=True).data})


@describe_operation(
    "understand",
    "센터",
    "찾는 말의 뜻",
    schemas.Understanding,
    "/api/v1/understand/?q=대구에서 안경 만드는데 어디로 가나요",
    parameters=UNDERSTANDING_PARAMETERS,
    description="찾는 말이 어느 업종과 지역을 뜻하는지, 무엇을 빼고 찾는지 드립니다. "
    "센터 목록에 같은 q를 적으면 이 뜻으로 찾습니다.",
)
class UnderstandingView(ApiView):
    def build_response(self, request: Request) -> Response:
        values = self.read_params(request.GET, {"q": forms.CharField(label="검색어")})
        wishes = read_wishes(self.version, values.get("q", [""])[0])
        found = interpret(self.version, wishes.text)
        origin = wishes.origin
        regions, _ = get_reference_data(self.version)
        names = get_class_names(self.version)
        return Response(
            {
                "tier": found.matched_by,
                "words": [term.word for term in found.terms],
                "industries": [
                    {"code": code, "name": names.get(code, code)} for code in found.class_codes
                ],
                "places": [
                    {"code": code, "name": regions.by_code[code].full_name}
                    for code in found.place_codes
                ],
                "words_left_out": [*wishes.words_for_all, *found.words_left_out],
                "services": list(wishes.services),
                "near": origin and {"code": origin.key, "name": origin.full_name},
            }
        )
