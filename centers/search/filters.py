"""The filter from query parameters to centres: the one definition for pages, files and API."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from centers.models import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_CLUSTER_SIZE,
    Center,
    CenterQuerySet,
    Service,
)
from centers.models.data_version import per_data_version
from centers.models.reference_data import ALL_INDUSTRIES, get_reference_data
from centers.models.region_tree import RegionTree
from centers.search.interpretation import interpret

#: The value of a parameter for "unknown" or "none".
NONE_VALUE = "none"
#: The stored list of services as text, which both databases compare alike: ["education", …].
SERVICES_TEXT = Cast("services", TextField())


class BoundedNumberFilter(django_filters.NumberFilter):
    """An integer between two bounds; one without would hang or overflow the database."""

    field_class: Any = forms.IntegerField


class CenterFilter(django_filters.FilterSet):
    """OR within a parameter, AND across parameters; expects the values of `QueryParams`."""

    q = django_filters.CharFilter(label="검색어", method="filter_words")
    region = django_filters.MultipleChoiceFilter(label="지역", method="filter_regions")
    industry = django_filters.MultipleChoiceFilter(
        label="업종",
        field_name="industry_id",
        distinct=False,
        null_label=ALL_INDUSTRIES,
        null_value=NONE_VALUE,
    )
    year = django_filters.MultipleChoiceFilter(
        label="지정연도",
        field_name="designated_year",
        distinct=False,
        choices=[(str(year), f"{year}년") for year in range(LAST_YEAR, FIRST_YEAR - 1, -1)],
        null_label="미확인",
        null_value=NONE_VALUE,
    )
    year_min = BoundedNumberFilter(
        label="지정연도(부터)",
        field_name="designated_year",
        lookup_expr="gte",
        min_value=1900,
        max_value=LAST_YEAR,
    )
    year_max = BoundedNumberFilter(
        label="지정연도(까지)",
        field_name="designated_year",
        lookup_expr="lte",
        min_value=1900,
        max_value=LAST_YEAR,
    )
    size_min = BoundedNumberFilter(
        label="규모(이상)",
        field_name="cluster_size",
        lookup_expr="gte",
        min_value=0,
        max_value=MAX_CLUSTER_SIZE,
    )
    size_max = BoundedNumberFilter(
        label="규모(이하)",
        field_name="cluster_size",
        lookup_expr="lte",
        min_value=0,
        max_value=MAX_CLUSTER_SIZE,
    )
    service = django_filters.MultipleChoiceFilter(
        label="지원 내용",
        method="filter_services",
        choices=Service.choices,
        null_label="확인되지 않음",
        null_value=NONE_VALUE,
    )
    kind = django_filters.MultipleChoiceFilter(
        label="유형", choices=Center.Kind.choices, distinct=False
    )
    status = django_filters.MultipleChoiceFilter(
        label="상태", choices=Center.Status.choices, distinct=False
    )

    #: Parameters that are facets; the query of the counts leaves them out.
    FACETS = ("region", "industry", "year", "service", "kind", "status")
    RANGES = (("year_min", "year_max"), ("size_min", "size_max"))

    class Meta:
        model = Center
        fields = []

    def __init__(
        self, *args, version: int, regions: RegionTree, industries: dict[str, str], **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.version = version
        self.regions = regions
        # Codes are data: choices of the class would go stale.
        for name, choices in (
            ("region", [(code, region.name) for code, region in regions.by_code.items()]),
            ("industry", list(industries.items())),
        ):
            self.filters[name].extra["choices"] = choices

    def narrow(self, values: dict[str, list[str]]) -> CenterQuerySet:
        """Return the centres that match valid parameters; those that are no filters are ignored.

        The filter itself does not change, so that one serves all requests.
        """
        centers = cast(CenterQuerySet, self.queryset).all()
        for name, given in values.items():
            if name in self.filters and given:
                field = self.form.fields[name]
                is_multiple = isinstance(field, forms.MultipleChoiceField)
                value = field.clean(given if is_multiple else given[0])
                centers = cast(CenterQuerySet, self.filters[name].filter(centers, value))
        return centers

    def filter_words(self, queryset, name, text):
        return queryset.filter(interpret(self.version, text).condition)

    def filter_regions(self, queryset, name, codes):
        if not codes:
            return queryset
        within = set().union(
            *map(self.regions.collect_inner_codes, self.regions.filter_narrowest(codes))
        )
        return queryset.filter(region_id__in=within)

    def filter_services(self, queryset, name, keys):
        conditions = Q()
        for key in keys:
            if key == NONE_VALUE:
                conditions |= Q(services_text="[]")
            else:
                conditions |= Q(services_text__contains=f'"{key}"')
        return queryset.alias(services_text=SERVICES_TEXT).filter(conditions)


@per_data_version
def get_center_filter(version: int) -> CenterFilter:
    """Return the filter for one version of the data; to build one takes longer than to use it."""
    regions, industries = get_reference_data(version)
    centers = Center.objects.published()
    return CenterFilter(queryset=centers, version=version, regions=regions, industries=industries)
