"""Serializer fields shared by the API: nullable values, URLs and short references to records."""

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from centers.exports.licence import get_terms_url
from centers.models import Service
from centers.models.center_fields import (
    LISTS_OF_OBJECTS,
    MEMBERS,
    CenterField,
    ValueType,
    join_key,
)

#: Whose point locates a centre: its own, or its region's.
POINT_CHOICES = ("center", "region")
DISTANCE_CHOICES = ("center", "dong", "region")


def build_absolute_url(path: str) -> str:
    return settings.SITE_URL + path


class NullableTextField(serializers.CharField):
    """Text; null in JSON where it is unknown."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value) -> str | None:
        return str(value) or None


class DisplayField(serializers.CharField):
    """The Korean label of the value of a choice field."""

    def __init__(self, of: str):
        super().__init__(source=f"get_{of}_display", help_text="화면에 쓰는 말")


class RecordURLField(serializers.Field):
    """The absolute URL of a record: in the API if a URL name is given, else of its page."""

    def __init__(self, name: str = "", key: str = "pk"):
        super().__init__(
            source="*", help_text="이 API의 주소" if name else "사람이 보는 화면의 주소"
        )
        self.name, self.key = name, key

    def to_representation(self, record) -> str:
        if self.name:
            return build_absolute_url(reverse(self.name, args=[getattr(record, self.key)]))
        return build_absolute_url(record.get_absolute_url())


extend_schema_field({"type": "string", "format": "uri"})(RecordURLField)


@extend_schema_field({"type": "string", "format": "uri"})
class LicenseField(serializers.Field):
    """The URL of the terms of use, the same for every record."""

    def __init__(self):
        super().__init__(source="*", read_only=True, help_text="자료의 이용 조건을 적은 주소")

    def to_representation(self, record) -> str:
        return get_terms_url()


def build_choice_field(choices: type[TextChoices], help_text: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices.choices, help_text=f"{help_text}: {describe_choices(choices)}"
    )


def describe_choices(choices: type[TextChoices]) -> str:
    """List choices with their labels: specialized 특화, wide_area 상생."""
    return ", ".join(f"{value} {label}" for value, label in choices.choices)


def build_integer_field(help_text: str, **kwargs) -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=help_text, **kwargs)


def build_date_field(help_text: str, **kwargs) -> serializers.DateField:
    return serializers.DateField(allow_null=True, help_text=help_text, **kwargs)


def build_degrees_field(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=f"{help_text}, WGS84")


# --- references to records -----------------------------------------------------------------------


class RegionRef(serializers.Serializer):
    code = serializers.CharField(help_text="법정동 코드 앞 2자리 또는 5자리")
    name = serializers.CharField(help_text="시·도부터 적은 지금 이름")


class CenterRegion(RegionRef):
    sido = serializers.CharField(help_text="시·도의 지금 이름")
    sigungu = NullableTextField(help_text="시·군·구(일반구)의 지금 이름. 시·도까지만 알면 null")


class IndustryRef(serializers.Serializer):
    code = serializers.CharField(help_text="한국표준산업분류 중분류 2자리")
    name = serializers.CharField(help_text="업종 이름")
    short_name = serializers.CharField(help_text="짧은 이름")


class ClassRef(serializers.Serializer):
    code = serializers.CharField(help_text="한국표준산업분류 코드 2~5자리")
    name = serializers.CharField(help_text="화면에 쓰는 이름")


class ServiceRef(serializers.Serializer):
    code = serializers.ChoiceField(Service.choices, help_text="지원의 종류")
    name = serializers.CharField(help_text="화면에 쓰는 말")


class OperatorRef(serializers.Serializer):
    id = serializers.IntegerField(help_text="운영기관 번호")
    name = serializers.CharField(help_text="운영기관 이름")
    phone = NullableTextField(help_text="운영기관 대표전화. 센터의 전화가 아닙니다.")
    website = NullableTextField(help_text="운영기관 누리집. 센터의 누리집이 아닙니다.")


class CenterRef(serializers.Serializer):
    id = serializers.IntegerField(help_text="센터 번호")
    name = serializers.CharField(source="display_name", help_text="센터 이름")
    url = RecordURLField("api-center")


class AnnouncementRef(serializers.Serializer):
    slug = serializers.CharField(help_text="공고의 주소 이름")
    title = serializers.CharField(help_text="제목")
    publisher = serializers.CharField(help_text="발표 기관")
    published_on = serializers.DateField(help_text="발표일")
    url = RecordURLField("api-announcement", key="slug")


class DocumentRef(serializers.Serializer):
    announcement = AnnouncementRef(help_text="센터가 실린 공고")
    row = serializers.IntegerField(help_text="몇 번째 행에 실렸는지")
    text = serializers.CharField(help_text="공고의 제목과 발표일을 한 줄로")


class DistanceSerializer(serializers.Serializer):
    km = serializers.FloatField(
        min_value=0, allow_null=True, help_text="직선거리(km). 지역의 위치를 모르면 null"
    )
    measured_to = serializers.ChoiceField(
        DISTANCE_CHOICES,
        help_text="center: 센터의 위치까지, dong: 주소에 있는 읍·면·동의 대표 지점까지, "
        "region: 센터가 있는 지역의 대표 지점까지",
    )
    measured_to_label = NullableTextField(help_text="화면에 쓰는 말. 재지 못했으면 null")


# --- the fields of a centre ----------------------------------------------------------------------


#: The serializers of the objects by which values of a type are shown.
OBJECTS: dict[ValueType, type[serializers.Serializer]] = {
    ValueType.REGION: CenterRegion,
    ValueType.INDUSTRY: IndustryRef,
    ValueType.OPERATOR: OperatorRef,
    ValueType.CLASSES: ClassRef,
    ValueType.SERVICES: ServiceRef,
    ValueType.REGIONS: RegionRef,
}


def build_center_fields(field: CenterField) -> dict[str, serializers.Field]:
    """The API's fields for one field of a centre, by their keys: the value, a choice's label too.

    Raises ValueError for a type that the API cannot show.
    """
    name, help_text = field.key, field.api_help
    if field.type in LISTS_OF_OBJECTS:
        return {name: OBJECTS[field.type](many=True, help_text=help_text)}
    if field.type in OBJECTS:
        is_nullable = field.model_field.null
        return {name: OBJECTS[field.type](allow_null=is_nullable, help_text=help_text)}
    match field.type:
        case ValueType.CHOICE:
            choices = field.model_field.flatchoices
            words = ", ".join(f"{value} {label}" for value, label in choices)
            return {
                name: serializers.ChoiceField(choices, help_text=f"{help_text}: {words}"),
                f"{name}_label": DisplayField(name),
            }
        case ValueType.TEXTS:
            texts = serializers.ListField(child=serializers.CharField(), help_text=help_text)
            return {name: texts}
        case ValueType.DEGREES:
            return {name: build_degrees_field(help_text)}
        case ValueType.DATE:
            return {name: build_date_field(help_text)}
        case ValueType.MAKERS:
            return {name: build_integer_field(help_text, min_value=1)}
        case ValueType.YEAR:
            return {name: build_integer_field(help_text)}
        case ValueType.CENTER | ValueType.FLAG:
            raise ValueError(f"{field.name}: the API has no field for {field.type}.")
    return {name: NullableTextField(help_text=help_text)}


def build_flat_fields(field: CenterField) -> dict[str, serializers.Field]:
    """The same without objects: members by joined names, those of a list of objects as lists."""
    if field.type not in OBJECTS:
        return build_center_fields(field)
    found: dict[str, serializers.Field] = {}
    for member in MEMBERS[field.type]:
        one = OBJECTS[field.type]().get_fields()[member]
        one.help_text = f"{field.api_help}: {one.help_text}"
        if field.type in LISTS_OF_OBJECTS:
            one = serializers.ListField(child=one, help_text=one.help_text)
        elif field.model_field.null:
            one.allow_null = True
        found[join_key(field.key, member)] = one
    return found
