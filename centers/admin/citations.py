"""Admin of the citations: statements about centres and operators, each with its source."""

from django.contrib import admin

from centers.admin.base import RecordAdmin
from centers.importer.bundled_citations import add_stated_operators
from centers.models import Citation


class DateFilter(admin.SimpleListFilter):
    """Filters the citations without a date."""

    title = "날짜"
    parameter_name: str = "dated"

    def lookups(self, request, model_admin):
        return [("no", "날짜 없음")]

    def queryset(self, request, queryset):
        undated = Citation.objects.undated().values("pk")
        return queryset.filter(pk__in=undated) if self.value() == "no" else queryset


@admin.register(Citation)
class CitationAdmin(RecordAdmin):
    list_display = [
        "about",
        "field_label",
        "value",
        "scope",
        "rank",
        "publisher",
        "published_on",
        "confidence",
    ]
    list_select_related = ["center", "operator"]
    list_filter = [DateFilter, "confidence", "rank", "means", "field"]
    search_fields = ["center__display_name", "operator__name", "value", "source_title", "publisher"]
    search_help_text = "센터, 운영기관, 값, 출처 제목, 발표 기관으로 찾습니다."
    autocomplete_fields = ["center", "operator"]
    fieldsets = [
        ("누구의 무슨 값", {"fields": ["center", "operator", "field"]}),
        ("적힌 것", {"fields": ["value", "printed", "approximate", "scope"]}),
        (
            "어디서",
            {"fields": ["means", "rank", "source_title", "publisher", "published_on", "url"]},
        ),
        ("믿을 만한지", {"fields": ["confidence", "note"]}),
    ]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if obj.center and obj.field == "former_operator":
            # So that searching its name finds the centre.
            add_stated_operators(obj.center)

    @admin.display(description="센터·운영기관")
    def about(self, citation):
        return citation.center or citation.operator

    @admin.display(description="어느 값", ordering="field")
    def field_label(self, citation):
        return citation.field_label
