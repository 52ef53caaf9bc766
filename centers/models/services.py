"""What a centre offers, and the regions that it says it serves."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from centers.models.fields import NameListField, NameListFormField

MAX_SERVED_REGIONS = 50


class Service(models.TextChoices):
    """The kinds of support that centres name again and again."""

    EDUCATION = "education", "교육"
    CONSULTING = "consulting", "컨설팅"
    PROTOTYPE = "prototype", "시제품·제품개발"
    MARKETING = "marketing", "판로·마케팅"
    EQUIPMENT = "equipment", "공동장비"
    WORKPLACE = "workplace", "작업환경·공정개선"
    CERTIFICATION = "certification", "인증·지식재산"
    DIGITAL = "digital", "디지털·온라인"
    NETWORKING = "networking", "교류·협업"
    SUCCESSION = "succession", "가업승계·정책안내"


def sort_services(keys: Iterable[str]) -> list[str]:
    """The keys of services in the order of `Service`, each once; unknown ones come last."""
    keys = list(keys)
    known = [key for key in Service.values if key in keys]
    return known + [key for key in dict.fromkeys(keys) if key not in Service.values]


class ServiceListFormField(forms.MultipleChoiceField):
    """The services as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, encoder=None, decoder=None, **kwargs):
        super().__init__(choices=Service.choices, **kwargs)

    def has_changed(self, initial, data):
        return sort_services([*(initial or [])]) != sort_services([*self.to_python(data)])


class ServiceListField(NameListField):
    """A list of keys of `Service`, in its order."""

    def to_python(self, value):
        names = super().to_python(value)
        return sort_services(names) if isinstance(names, list) else names

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if unknown := [key for key in value if key not in Service.values]:
            raise ValidationError(f"지원 내용에 없는 것입니다: {', '.join(unknown)}")

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": ServiceListFormField} | kwargs)


class RegionListFormField(NameListFormField):
    """Regions by name or code, one a line, as the list of their codes."""

    def prepare_value(self, value):
        from centers.models.regions import Region

        if not isinstance(value, list):
            return value
        regions = Region.objects.with_parents().in_bulk(value)
        return "\n".join(regions[code].full_name if code in regions else code for code in value)

    def to_python(self, value):
        from centers.models.place_parser import get_place_parser
        from centers.models.reference_data import get_region_tree

        lines = super().to_python(value)
        if not lines:
            return []
        parser, codes = get_place_parser(get_region_tree()), []
        for line in lines:
            found = (
                [line]
                if line in parser.tree.by_code
                else [region.code for region in parser.find_regions(line, whole=True)]
            )
            if len(found) != 1:
                problem = "여러 지역을 뜻합니다" if found else "지역으로 읽을 수 없습니다"
                raise ValidationError(f"{problem}: {line[:40]}. 시·도부터 적어 주세요.")
            codes += found
        return list(dict.fromkeys(codes))


class RegionListField(NameListField):
    """A list of codes of regions, each of which exists."""

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if len(value) > MAX_SERVED_REGIONS:
            raise ValidationError(f"지역은 {MAX_SERVED_REGIONS}곳까지 적습니다.")
        if unknown := find_unknown_regions(value):
            raise ValidationError(f"없는 지역 코드입니다: {', '.join(unknown)}")

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": RegionListFormField} | kwargs)


def find_unknown_regions(codes: list[str]) -> list[str]:
    """The codes that no region has."""
    from centers.models.regions import Region

    known = set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
    return [code for code in codes if code not in known]
