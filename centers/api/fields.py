"""Serializer fields shared by the API: nullable values, URLs and short references to records."""

from functools import cached_property

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from centers.models import DataVersion, Service
from centers.models.center_fields import CenterField, ValueType
from centers.models.reference_data import get_class_names, get_reference_data
from centers.models.region_tree import RegionTree

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
    name = serializers.CharField(source="full_name", help_text="시·도부터 적은 지금 이름")


class IndustryRef(serializers.Serializer):
    code = serializers.CharField(help_text="한국표준산업분류 중분류 2자리")
    name = serializers.CharField(help_text="업종 이름")
    short_name = serializers.CharField(help_text="짧은 이름")


class ClassRef(serializers.Serializer):
    code = serializers.CharField(help_text="한국표준산업분류 코드 2~5자리")
    name = serializers.CharField(help_text="화면에 쓰는 이름")


@extend_schema_field(ClassRef(many=True))
class ClassesField(serializers.Field):
    """KSIC codes, each with its name."""

    @cached_property
    def names(self) -> dict[str, str]:
        return get_class_names(DataVersion.cached())

    def to_representation(self, codes: list[str]) -> list[dict[str, str]]:
        return [{"code": code, "name": self.names.get(code, code)} for code in codes]


class ServiceRef(serializers.Serializer):
    code = serializers.ChoiceField(Service.choices, help_text="지원의 종류")
    name = serializers.CharField(help_text="화면에 쓰는 말")


@extend_schema_field(ServiceRef(many=True))
class ServicesField(serializers.Field):
    """What a centre offers: keys of `Service`, each with its label."""

    def to_representation(self, keys: list[str]) -> list[dict[str, str]]:
        return [{"code": key, "name": str(Service(key).label)} for key in keys]


@extend_schema_field(RegionRef(many=True))
class ServedRegionsField(serializers.Field):
    """Codes of regions, each with its name."""

    @cached_property
    def regions(self) -> RegionTree:
        return get_reference_data(DataVersion.cached())[0]

    def to_representation(self, codes: list[str]) -> list[dict[str, str]]:
        known = [self.regions.by_code[code] for code in codes if code in self.regions.by_code]
        return [{"code": region.code, "name": region.full_name} for region in known]


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


class DistanceSerializer(serializers.Serializer):
    km = serializers.SerializerMethodField(help_text="직선거리(km). 지역의 위치를 모르면 null")
    measured_to = serializers.SerializerMethodField(
        help_text="center: 센터의 위치까지, dong: 주소에 있는 읍·면·동의 대표 지점까지, "
        "region: 센터가 있는 지역의 대표 지점까지"
    )

    @extend_schema_field({"type": ["number", "null"], "minimum": 0})
    def get_km(self, distance) -> float | None:
        return None if distance.km == float("inf") else distance.km

    @extend_schema_field(serializers.ChoiceField(DISTANCE_CHOICES))
    def get_measured_to(self, distance) -> str:
        return distance.measured_to


# --- the fields of a centre ----------------------------------------------------------------------


def build_center_fields(field: CenterField) -> dict[str, serializers.Field]:
    """The API's fields for one field of a centre, by their keys: the value, a choice's label too.

    Raises ValueError for a type that the API cannot show.
    """
    name, help_text = field.name, field.api_help
    match field.type:
        case ValueType.CHOICE:
            choices = field.model_field.flatchoices
            words = ", ".join(f"{value} {label}" for value, label in choices)
            return {
                name: serializers.ChoiceField(choices, help_text=f"{help_text}: {words}"),
                f"{name}_label": DisplayField(name),
            }
        case ValueType.REGION:
            return {name: RegionRef(help_text=help_text)}
        case ValueType.INDUSTRY:
            return {name: IndustryRef(allow_null=True, help_text=help_text)}
        case ValueType.CLASSES:
            return {name: ClassesField(help_text=help_text)}
        case ValueType.SERVICES:
            return {name: ServicesField(help_text=help_text)}
        case ValueType.REGIONS:
            return {name: ServedRegionsField(help_text=help_text)}
        case ValueType.TEXTS:
            texts = serializers.ListField(child=serializers.CharField(), help_text=help_text)
            return {name: texts}
        case ValueType.OPERATOR:
            return {name: OperatorRef(allow_null=True, help_text=help_text)}
        case ValueType.DEGREES:
            return {name: build_degrees_field(help_text)}
        case ValueType.DATE:
            return {name: build_date_field(help_text)}
        case ValueType.MAKERS:
            return {name: build_integer_field(help_text, min_value=1)}
        case ValueType.YEAR:
            return {name: build_integer_field(help_text)}
        case ValueType.CENTER | ValueType.FLAG:
            raise ValueError(f"{name}: the API has no field for {field.type}.")
    return {name: NullableTextField(help_text=help_text)}
