"""Serializers of the records: unknown values are null, and choices come with a Korean label.

The docstrings of the serializers are Korean, as the OpenAPI document shows them.
"""

from typing import cast

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from centers.api.fields import (
    AnnouncementRef,
    CenterRef,
    DisplayField,
    DistanceSerializer,
    DocumentRef,
    IndustryRef,
    LicenseField,
    NullableTextField,
    OperatorRef,
    RecordURLField,
    build_absolute_url,
    build_center_fields,
    build_choice_field,
    build_date_field,
    build_degrees_field,
    build_integer_field,
)
from centers.models import Announcement, Citation, Listing, Region
from centers.models.center_fields import (
    CENTER_FIELDS,
    HISTORY_FIELDS,
    PRINTED_FIELDS,
    SOURCED_FIELDS,
)
from centers.models.citations import CITED_CENTER_FIELDS
from centers.provenance.sources import READ_FROM_LABELS

CITATION_SUBJECTS = ("center", "operator")
CITED_FIELDS = tuple(CITED_CENTER_FIELDS)
SUGGESTION_KINDS = ("찾는 말", "지역", "업종", "운영기관", "센터")


# --- centres -------------------------------------------------------------------------------------


class CenterSerializer(serializers.Serializer):
    """센터 하나."""

    # It describes the record that `exports.records` builds.

    id = serializers.IntegerField(help_text="센터 번호. 바뀌지 않고 다시 쓰이지 않습니다.")
    url = RecordURLField("api-center")
    page = RecordURLField()
    name = serializers.CharField(help_text="센터 이름")
    name_is_provisional = serializers.BooleanField(
        help_text="문서에 이름이 없어 지역과 업종으로 지어 부른 이름(가칭)인지",
    )
    standing = NullableTextField(
        help_text="확인이 필요한 사유. 예: 2024년 6월 선정 · 2026년 7월 목록에 없음",
    )
    documents = DocumentRef(many=True, help_text="이 센터가 실린 공고와 행. 새것이 먼저")
    distance = DistanceSerializer(
        allow_null=True, help_text="near의 지역에서 잰 거리. near가 없으면 null"
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """The declared fields, with those of `CENTER_FIELDS` in front of the status note."""
        fields = {}
        for name, field in super().get_fields().items():
            if name == "standing":
                for one in CENTER_FIELDS:
                    fields |= build_center_fields(one) if one.api_help else {}
            fields[name] = field
        return fields


def get_listing_field(name: str) -> models.Field:
    return cast(models.Field, Listing._meta.get_field(name))


class ListingSerializer(serializers.Serializer):
    """공고의 한 행에 적힌 그대로의 글."""

    row = serializers.IntegerField(help_text="행")

    def get_fields(self) -> dict[str, serializers.Field]:
        """The number of the row, the printed texts, and what a subclass declares."""
        declared = super().get_fields()
        texts = {
            name: NullableTextField(help_text=str(get_listing_field(name).verbose_name))
            for name in PRINTED_FIELDS
        }
        return {"row": declared.pop("row"), **texts, **declared}


class CenterListing(ListingSerializer):
    announcement = AnnouncementRef(help_text="공고")


class OtherStatement(serializers.Serializer):
    announcement = AnnouncementRef(help_text="다르게 적은 공고")
    text = serializers.CharField(help_text="적힌 그대로의 글")


class CitationSerializer(serializers.Serializer):
    """공고 밖의 자료 하나가 값 하나에 대해 적은 것."""

    about = serializers.ChoiceField(
        CITATION_SUBJECTS, help_text="누구의 값인지: center 센터, operator 운영기관"
    )
    field = serializers.ChoiceField(CITED_FIELDS, help_text="어느 값인지")
    label = serializers.CharField(source="field_label", help_text="그 값을 화면에서 부르는 말")  # pyright: ignore[reportAssignmentType]
    value = NullableTextField(
        help_text="값. 적힌 것이 값이 되지 못하면 null(예: 업체가 아니라 사람의 수)"
    )
    text = serializers.CharField(source="value_text", help_text="값을 화면에 쓰는 말로")
    printed = NullableTextField(help_text="적힌 글")
    approximate = NullableTextField(help_text="어림: about 약, over 여, at_least 이상")
    scope = NullableTextField(help_text="무엇을 센 것인지")
    means = build_choice_field(Citation.Means, "알게 된 길")
    rank = build_choice_field(Citation.Rank, "출처의 종류")
    rank_label = DisplayField("rank")
    source_title = NullableTextField(help_text="출처 제목, 또는 이야기한 부서")
    publisher = NullableTextField(help_text="발표 기관")
    published_on = NullableTextField(
        help_text="나온 날. 아는 만큼: 2024-06-25, 2024-06, 2024. 모르면 null"
    )
    url = NullableTextField(help_text="주소")
    note = NullableTextField(help_text="덧붙임")
    is_current = serializers.BooleanField(help_text="지금 값의 출처인지")

    def get_fields(self) -> dict[str, serializers.Field]:
        """The declared fields; all but two are read from the citation."""
        fields = super().get_fields()
        for name, field in fields.items():
            if name not in ("about", "is_current"):
                field.source = f"citation.{field.source or name}"
        return fields


class SourceSerializer(serializers.Serializer):
    field = serializers.ChoiceField(SOURCED_FIELDS, help_text="어느 값의 출처인지")
    label = serializers.CharField(help_text="그 값을 화면에서 부르는 말")  # pyright: ignore[reportAssignmentType]
    announcement = AnnouncementRef(
        allow_null=True, help_text="이 값을 밝힌 가장 새로운 공고. 없으면 null"
    )
    read_from = serializers.ChoiceField(
        list(READ_FROM_LABELS),
        allow_null=True,
        help_text="공고에 이 값의 별도 항목이 없어 다른 데에서 읽었으면 그곳: "
        f"{', '.join(f'{name} {label}' for name, label in READ_FROM_LABELS.items())}. "
        "별도 항목에 적혀 있거나 공고가 출처가 아니면 null",
    )
    entered_on = build_date_field("공고가 아니라 편집자가 적은 날")
    others = OtherStatement(many=True, help_text="다르게 적은 공고")


class FieldChangeSerializer(serializers.Serializer):
    field = serializers.ChoiceField(HISTORY_FIELDS, source="name", help_text="바뀐 값")
    label = serializers.CharField(help_text="그 값을 화면에서 부르는 말")  # pyright: ignore[reportAssignmentType]
    old = NullableTextField(help_text="앞의 값을 화면에 쓰는 말로")
    new = NullableTextField(help_text="뒤의 값을 화면에 쓰는 말로")


class ChangeSerializer(serializers.Serializer):
    on = serializers.DateField(help_text="바뀐 날")
    announcement = AnnouncementRef(
        source="source", allow_null=True, help_text="따른 공고. 편집자가 고쳤으면 null"
    )
    is_first = serializers.BooleanField(help_text="이때 처음 목록에 실렸는지")
    changes = FieldChangeSerializer(source="fields", many=True, help_text="바뀐 값")
    source_text = serializers.SerializerMethodField(
        help_text="공고가 아닌 출처를 화면에 쓰는 말로. 없으면 null"
    )

    def get_source_text(self, change) -> str | None:
        return change.citation_text or None


class CenterEvidenceSerializer(serializers.Serializer):
    """What one centre rests on."""

    citations = CitationSerializer(
        many=True, help_text="공고 밖의 자료가 센터와 운영기관에 대해 적은 것"
    )
    successor = CenterRef(allow_null=True, help_text="이어받은 센터")
    listings = CenterListing(many=True, help_text="공고에 적힌 그대로. 새것이 먼저")
    sources = SourceSerializer(many=True, help_text="값마다의 출처. 모르는 값에는 없습니다.")
    history = ChangeSerializer(many=True, help_text="바뀐 내용. 새것이 먼저")
    license = LicenseField()


class CenterDetailSerializer(CenterSerializer, CenterEvidenceSerializer):
    """센터 하나와 그 근거."""


# --- regions, industries, operators, announcements -----------------------------------------------


class RegionSerializer(serializers.Serializer):
    """지금의 시·도, 시·군·구, 일반구 하나."""

    code = serializers.CharField(help_text="법정동 코드 앞 2자리 또는 5자리")
    level = build_choice_field(Region.Level, "단계")
    parent = serializers.CharField(source="parent_id", allow_null=True, help_text="상위 지역 코드")  # pyright: ignore[reportAssignmentType]
    name = serializers.CharField(help_text="이름")
    full_name = serializers.CharField(help_text="시·도부터 적은 이름")
    short_name = serializers.CharField(help_text="짧은 이름")
    former_names = serializers.ListField(child=serializers.CharField(), help_text="옛 이름")
    former_codes = serializers.ListField(child=serializers.CharField(), help_text="옛 코드")
    lat = build_degrees_field("대표 지점의 위도")
    lon = build_degrees_field("대표 지점의 경도")
    centers = serializers.IntegerField(source="center_count", help_text="이 지역 안에 있는 센터 수")


class IndustrySerializer(IndustryRef):
    """한국표준산업분류의 제조업 중분류 하나."""

    aliases = serializers.ListField(child=serializers.CharField(), help_text="흔히 쓰는 말")
    centers = serializers.IntegerField(source="center_count", help_text="센터 수")


class OperatorSerializer(OperatorRef):
    """센터를 운영하는 기관 하나."""

    former_names = serializers.ListField(child=serializers.CharField(), help_text="옛 이름")
    centers = serializers.IntegerField(source="center_count", help_text="센터 수")


class AnnouncementSerializer(AnnouncementRef):
    """센터를 실은 공고 하나."""

    page = RecordURLField()
    kind = build_choice_field(Announcement.Kind, "종류")
    kind_label = DisplayField("kind")
    source_url = NullableTextField(help_text="원문 주소")
    source_note = NullableTextField(help_text="원문을 어디서 보았는지")
    summary = NullableTextField(help_text="요약")
    centers_total = build_integer_field("문서가 밝힌 전국 센터 수")
    subsidy_krw = build_integer_field("센터당 국비(1년, 원)")
    new_center_subsidy_krw = build_integer_field("신규 센터 국비(1곳, 원)")
    rows = serializers.IntegerField(source="listing_count", help_text="이 누리집에 실은 행의 수")


class AnnouncementListing(ListingSerializer):
    center = CenterRef(help_text="이 행이 말하는 센터")


class AnnouncementDetailSerializer(AnnouncementSerializer):
    """공고 하나와 거기 적힌 행."""

    listings = AnnouncementListing(
        source="public_listings", many=True, help_text="적힌 그대로의 행"
    )
    license = LicenseField()


# --- facets and suggestions ----------------------------------------------------------------------


class ChoiceSerializer(serializers.Serializer):
    value = serializers.CharField(help_text="조건에 쓰는 값. 없음이나 미확인은 none")
    label = serializers.CharField(help_text="화면에 쓰는 말")  # pyright: ignore[reportAssignmentType]
    count = serializers.IntegerField(help_text="이 값을 고르면 남는 센터 수")
    selected = serializers.BooleanField(source="is_selected", help_text="이미 고른 값인지")


class FacetsSerializer(serializers.Serializer):
    """조건마다 고를 수 있는 값과 센터 수."""

    region = ChoiceSerializer(source="all_regions", many=True, help_text="지역")
    industry = ChoiceSerializer(many=True, help_text="업종")
    year = ChoiceSerializer(many=True, help_text="지정연도")
    service = ChoiceSerializer(many=True, help_text="지원 내용")
    kind = ChoiceSerializer(many=True, help_text="유형")
    status = ChoiceSerializer(many=True, help_text="상태")


class SuggestionSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(SUGGESTION_KINDS, help_text="무엇을 가리키는지")
    label = serializers.CharField(help_text="이름")  # pyright: ignore[reportAssignmentType]
    note = serializers.CharField(help_text="덧붙이는 말. 센터 수나 지역")
    page = serializers.SerializerMethodField(help_text="사람이 보는 화면의 주소")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, suggestion: dict) -> str:
        return build_absolute_url(suggestion["url"])
