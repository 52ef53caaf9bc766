"""Which centres a query string means: the one definition, used by every page, file and feed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from centers.hangul import clean, keystrokes, query_keys
from centers.models import FIRST_YEAR, LARGEST_CLUSTER, LAST_YEAR, Center
from centers.places import RegionTree
from centers.wording import quote

LONGEST_QUERY = 200
MOST_WORDS = 8
#: Stands in a query string for "not known" or "none".
NONE = "none"
#: Marks that other sites put behind links; they say nothing about centres.
TRACKING = ("utm_", "fbclid", "gclid")


class BoundedNumberFilter(django_filters.NumberFilter):
    """A whole number between two bounds; an unbounded one would hang or overflow the database."""

    field_class = forms.IntegerField


class CenterFilter(django_filters.FilterSet):
    """OR within a parameter, AND across parameters; expects values that `Query` has accepted."""

    q = django_filters.CharFilter(label="검색어", method="filter_words")
    region = django_filters.MultipleChoiceFilter(label="지역", method="filter_regions")
    industry = django_filters.MultipleChoiceFilter(
        label="업종",
        field_name="industry_id",
        distinct=False,
        null_label="업종 없음",
        null_value=NONE,
    )
    year = django_filters.MultipleChoiceFilter(
        label="지정연도",
        field_name="designated_year",
        distinct=False,
        choices=[(str(year), f"{year}년") for year in range(LAST_YEAR, FIRST_YEAR - 1, -1)],
        null_label="미확인",
        null_value=NONE,
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
        max_value=LARGEST_CLUSTER,
    )
    size_max = BoundedNumberFilter(
        label="규모(이하)",
        field_name="cluster_size",
        lookup_expr="lte",
        min_value=0,
        max_value=LARGEST_CLUSTER,
    )
    kind = django_filters.MultipleChoiceFilter(
        label="유형", choices=Center.Kind.choices, distinct=False
    )
    status = django_filters.MultipleChoiceFilter(
        label="상태", choices=Center.Status.choices, distinct=False
    )

    #: Parameters whose values the facets count, so left out of the query the counts come from.
    FACETS = ("region", "industry", "year", "year_min", "year_max", "kind", "status")
    RANGES = (("year_min", "year_max"), ("size_min", "size_max"))

    class Meta:
        model = Center
        fields = []

    def __init__(self, *args, regions: RegionTree, industries: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.regions = regions
        # Codes become known only here, and a class-wide choice list would go stale.
        for name, choices in (
            ("region", [(code, region.name) for code, region in regions.by_code.items()]),
            ("industry", list(industries.items())),
        ):
            self.filters[name].extra["choices"] = choices

    def without_facets(self):
        """The centres that every condition but the facets leaves."""
        queryset = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in self.FACETS:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def filter_words(self, queryset, name, text):
        return queryset.search(text.split())

    def filter_regions(self, queryset, name, codes):
        if not codes:
            return queryset
        within = set().union(*map(self.regions.within, self.regions.narrowest(codes)))
        return queryset.filter(region_id__in=within)


@dataclass
class Query:
    """A query string read honestly: what could be used, and in words what could not."""

    accepted: dict[str, list[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    #: Names of parameters with at least one value that was not used.
    refused: list[str] = field(default_factory=list)

    @classmethod
    def read(
        cls, params: QueryDict, fields: dict[str, forms.Field], also: Iterable[str]
    ) -> "Query":
        """Keep each value that its field accepts; name every other one.

        `also` are parameters that belong to somebody else and pass unread.
        """
        query = cls()
        for name, values in params.lists():
            if name in also or name.startswith(TRACKING):
                continue
            if name not in fields:
                query.refuse(name, f"알 수 없는 조건 {quote(name)} 무시했습니다.")
            else:
                query.take(name, values, fields[name])
        for low, high in CenterFilter.RANGES:
            query.order_range(low, high, str(fields[low].label).partition("(")[0])
        # In the order of the fields, so that one meaning has one address.
        query.accepted = {name: query.accepted[name] for name in fields if name in query.accepted}
        return query

    def refuse(self, name: str, notice: str) -> None:
        self.refused.append(name)
        self.notices.append(notice)

    def take(self, name: str, values: list[str], field: forms.Field) -> None:
        values = [value for value in dict.fromkeys(values) if value.strip()]
        if name == "q":
            values = [text for value in values if (text := self.searchable(value))]
        multiple = isinstance(field, forms.MultipleChoiceField)
        usable = [value for value in values if self.is_usable(value, field, multiple)]
        for value in values:
            if value not in usable:
                self.refuse(name, f"{field.label} {quote(value)} 없는 값이라 무시했습니다.")
        if not multiple and len(usable) > 1:
            self.refuse(name, f"{field.label} 조건이 여러 번 있어 마지막 값만 썼습니다.")
            usable = usable[-1:]
        if usable:
            self.accepted[name] = usable

    @staticmethod
    def is_usable(value: str, field: forms.Field, multiple: bool) -> bool:
        if len(value) > LONGEST_QUERY:
            return False
        try:
            field.clean([value] if multiple else value)
        except ValidationError:
            return False
        return True

    def searchable(self, value: str) -> str:
        """The words of a query that can be searched for; says which cannot, and what is cut."""
        text = clean(value)
        if len(text) > LONGEST_QUERY:
            self.refuse("q", f"검색어가 길어 앞의 {LONGEST_QUERY}자만 찾았습니다.")
            text = text[:LONGEST_QUERY]
        words = text.split()
        if len(words) > MOST_WORDS:
            self.refuse("q", f"검색어가 많아 앞의 {MOST_WORDS}낱말만 찾았습니다.")
            words = words[:MOST_WORDS]
        # A word without a single key (%, ㆍ) would be found in every centre. So would a mark of
        # legal form (재단법인), but beside other words it only says what they belong to.
        usable = [word for word in words if query_keys(word)]
        idle = [word for word in words if word not in usable]
        unusable = [word for word in idle if not (usable and keystrokes(word))]
        for word in unusable or ([] if words else [value]):
            self.refuse("q", f"검색어 {quote(word)} 찾을 수 있는 글자가 없어 무시했습니다.")
        return " ".join(usable)

    def order_range(self, low: str, high: str, label: str) -> None:
        """Swap the ends of a reversed range, and say so."""
        if not (low in self.accepted and high in self.accepted):
            return
        first, last = int(self.accepted[low][0]), int(self.accepted[high][0])
        if first > last:
            self.accepted[low], self.accepted[high] = [str(last)], [str(first)]
            self.notices.append(f"{label}의 앞뒤가 바뀌어 {last}부터 {first}까지 찾았습니다.")
