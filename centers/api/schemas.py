"""Serializers of whole responses, used only to describe them in the OpenAPI document."""

from rest_framework import serializers

from centers.api.fields import (
    POINT_CHOICES,
    ClassRef,
    DistanceSerializer,
    RegionRef,
    build_flat_fields,
)
from centers.api.serializers import (
    AnnouncementSerializer,
    CenterSerializer,
    FacetsSerializer,
    IndustrySerializer,
    OperatorSerializer,
    RegionSerializer,
    SuggestionSerializer,
)
from centers.exports.records import OBJECT_MEMBERS
from centers.models import Service
from centers.models.center_fields import CENTER_FIELDS, join_key
from centers.search.terms import TIER_CHOICES

TIER_WORDS = ", ".join(f"{value} {label}" for value, label in TIER_CHOICES)


class ResultSummary(serializers.Serializer):
    count = serializers.IntegerField(min_value=0, help_text="조건에 맞는 센터 수")
    sentence = serializers.CharField(help_text="무엇을 찾았는지 한 줄로")
    matched_by = serializers.ChoiceField(
        TIER_CHOICES,
        allow_null=True,
        help_text=f"q의 낱말을 어떻게 찾았는지: {TIER_WORDS}. q가 없거나 찾은 것이 없으면 null",
    )
    notices = serializers.ListField(
        child=serializers.CharField(),
        help_text="적힌 것과 다르게 읽은 것. 예: 앞뒤가 바뀐 범위",
    )


class PageLinks(serializers.Serializer):
    count = serializers.IntegerField(min_value=0, help_text="모든 쪽을 더한 수")
    next = serializers.URLField(allow_null=True, help_text="다음 쪽의 주소. 마지막이면 null")
    previous = serializers.URLField(allow_null=True, help_text="앞쪽의 주소. 처음이면 null")
    license = serializers.URLField(help_text="자료의 이용 조건을 적은 주소")


class CenterPage(ResultSummary, PageLinks):
    results = CenterSerializer(many=True, help_text="이 쪽의 센터")


class RegionPage(PageLinks):
    results = RegionSerializer(many=True, help_text="이 쪽의 지역")


class IndustryPage(PageLinks):
    results = IndustrySerializer(many=True, help_text="이 쪽의 업종")


class OperatorPage(PageLinks):
    results = OperatorSerializer(many=True, help_text="이 쪽의 운영기관")


class AnnouncementPage(PageLinks):
    results = AnnouncementSerializer(many=True, help_text="이 쪽의 공고")


class FacetCounts(ResultSummary):
    facets = FacetsSerializer(help_text="조건마다 고를 수 있는 값")


class Suggestions(serializers.Serializer):
    results = SuggestionSerializer(many=True, help_text="추천 검색어")


class Understanding(serializers.Serializer):
    """찾는 말을 어떻게 알아들었는지."""

    tier = serializers.ChoiceField(
        TIER_CHOICES,
        allow_null=True,
        help_text=f"어떻게 찾았는지: {TIER_WORDS}. 찾은 것이 없으면 null",
    )
    words = serializers.ListField(
        child=serializers.CharField(), help_text="찾은 낱말. 바로잡은 것은 바로잡은 대로"
    )
    industries = ClassRef(many=True, help_text="낱말이 뜻하는 업종의 한국표준산업분류")
    places = RegionRef(many=True, help_text="낱말이 뜻하는 지역. 같은 이름이 여럿이면 모두")
    words_left_out = serializers.ListField(
        child=serializers.CharField(), help_text="빼고 찾은 낱말"
    )
    services = serializers.ListField(
        child=serializers.ChoiceField(Service.choices),
        help_text="낱말이 뜻하는 지원 내용. 다른 조건이 없으면 지원한다고 확인된 센터만 찾음",
    )
    near = RegionRef(allow_null=True, help_text="거리를 잴 곳. ‘성수동 근처’처럼 적은 때만")


class Candidate(serializers.Serializer):
    code = serializers.CharField(
        help_text="조건에 쓸 값. 지역 코드이거나, near에서는 읍·면·동까지(11200-성수동)"
    )
    name = serializers.CharField(help_text="지역 이름, 읍·면·동이면 그 이름까지")


class FaultSerializer(serializers.Serializer):
    parameter = serializers.CharField(allow_blank=True, help_text="쓸 수 없는 조건의 이름")
    detail = serializers.CharField(help_text="무엇이 잘못되었는지")
    candidates = Candidate(many=True, help_text="여러 곳의 이름일 때, 그 이름의 지역")


class Problem(serializers.Serializer):
    """응답하지 못한 사유(RFC 9457)."""

    type = serializers.URLField(help_text="이 문제를 설명하는 주소")
    title = serializers.CharField(help_text="문제의 이름")
    status = serializers.IntegerField(help_text="HTTP 상태 코드")
    detail = serializers.CharField(help_text="이번에 무엇이 잘못되었는지")
    errors = FaultSerializer(  # pyright: ignore[reportAssignmentType]
        many=True, required=False, help_text="쓸 수 없는 조건 하나하나(400)"
    )


class Point(serializers.Serializer):
    """GeoJSON의 점."""

    type = serializers.ChoiceField(["Point"], help_text="언제나 Point")
    coordinates = serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        help_text="경도와 위도, 이 순서로",
    )


class FeatureProperties(serializers.Serializer):
    """GeoJSON에 싣는 센터의 값. 센터 목록의 값과 같되 묶음을 풀어 적습니다."""

    located_by = serializers.ChoiceField(
        POINT_CHOICES,
        allow_null=True,
        help_text="점이 센터의 위치이면 center, 센터가 있는 지역의 대표 지점이면 region",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields of the record of a centre without inner objects, then the declared one."""
        fields = CenterSerializer().get_fields()
        described = {one.key: one for one in CENTER_FIELDS if one.api_help}
        flat: dict[str, serializers.Field] = {}
        for name, field in fields.items():
            if name in described:
                flat |= build_flat_fields(described[name])
            elif name not in OBJECT_MEMBERS:
                flat.setdefault(name, field)
        texts = serializers.ListField(
            child=serializers.CharField(), help_text="센터가 실린 공고와 발표일. 새것이 먼저"
        )
        flat["documents_text"] = texts
        for name, field in DistanceSerializer().get_fields().items():
            field.allow_null = True
            flat[join_key("distance", name)] = field
        return flat | super().get_fields()


class Feature(serializers.Serializer):
    """GeoJSON의 센터 하나."""

    type = serializers.ChoiceField(["Feature"], help_text="언제나 Feature")
    id = serializers.IntegerField(help_text="센터 번호")
    geometry = Point(allow_null=True, help_text="점. 지역의 위치도 모르면 null")
    properties = FeatureProperties(help_text="센터의 값")


class ExportedDocument(serializers.Serializer):
    """파일에 실린 센터를 적은 공고 하나."""

    title = serializers.CharField(help_text="제목")
    kind = serializers.CharField(help_text="종류를 화면에 쓰는 말로")
    publisher = serializers.CharField(help_text="발표 기관")
    published_on = serializers.DateField(help_text="발표일")
    source_url = serializers.URLField(allow_null=True, help_text="원문 주소")
    url = serializers.URLField(help_text="이 누리집의 공고 화면")


class FeatureCollection(serializers.Serializer):
    """GeoJSON(RFC 7946)으로 적은 센터 모두."""

    type = serializers.ChoiceField(["FeatureCollection"], help_text="언제나 FeatureCollection")
    title = serializers.CharField(help_text="무엇을 찾았는지 한 줄로")
    url = serializers.URLField(help_text="같은 목록을 보여 주는 화면의 주소")
    generated = serializers.DateTimeField(help_text="만든 때")
    count = serializers.IntegerField(min_value=0, help_text="센터 수")
    license = serializers.URLField(help_text="자료의 이용 조건을 적은 주소")
    conditions_of_use = serializers.CharField(help_text="자료의 이용 조건")
    citation = serializers.CharField(help_text="인용하는 법")
    sources = ExportedDocument(many=True, help_text="센터가 실린 공고. 새것이 먼저")
    references = serializers.ListField(
        child=serializers.CharField(), help_text="지역과 업종 자료의 출처와 이용 조건"
    )
    features = Feature(many=True, help_text="센터")


class Root(serializers.Serializer):
    """이 API에 있는 주소."""

    centers = serializers.URLField(help_text="센터 목록")
    centers_geojson = serializers.URLField(help_text="지도에 올릴 센터")
    nearest = serializers.URLField(help_text="가까운 센터")
    facets = serializers.URLField(help_text="고를 수 있는 값과 센터 수")
    understand = serializers.URLField(help_text="찾는 말의 뜻")
    suggestions = serializers.URLField(help_text="추천 검색어")
    regions = serializers.URLField(help_text="지역")
    industries = serializers.URLField(help_text="업종")
    operators = serializers.URLField(help_text="운영기관")
    announcements = serializers.URLField(help_text="공고")
    schema = serializers.URLField(help_text="기계가 읽는 설명(OpenAPI)")
    docs = serializers.URLField(help_text="사람이 읽는 설명")
    license = serializers.URLField(help_text="자료의 이용 조건")
