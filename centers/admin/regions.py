"""Admin of the reference records: operators, regions and industries."""

from typing import cast

from django.contrib import admin
from django.db.models import Count

from centers.admin.base import RecordAdmin
from centers.admin.sourced_forms import OperatorForm, SourcedAdmin
from centers.models import Industry, Operator, Region
from centers.models.regions import RegionQuerySet


@admin.register(Operator)
class OperatorAdmin(SourcedAdmin):
    form = OperatorForm
    list_display = ["name", "center_count"]
    actions = ["merge_records"]
    ordering = ["name", "pk"]  # the annotation drops the model's own
    search_fields = ["name"]
    search_help_text = "이름과 옛 이름으로 찾습니다."
    alias_field = "former_names"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(center_count=Count("centers"))

    @admin.display(description="센터 수", ordering="center_count")
    def center_count(self, operator):
        return operator.center_count


@admin.register(Region)
class RegionAdmin(RecordAdmin):
    list_display = ["code", "full_name", "short_name", "level"]
    list_select_related = ["parent__parent"]
    list_filter = ["level"]
    search_fields = ["code", "name", "parent__name", "parent__parent__name"]
    search_help_text = "코드, 이름, 상위 지역 이름, 옛 이름으로 찾습니다."
    alias_field = "former_names"
    autocomplete_fields = ["parent"]

    def get_queryset(self, request):
        return cast(RegionQuerySet, super().get_queryset(request)).with_parents()

    @admin.display(description="이름", ordering="name")
    def full_name(self, region):
        return region.full_name

    def get_readonly_fields(self, request, obj=None):
        # The code is the primary key: another code is another region.
        return ["code"] if obj else []


@admin.register(Industry)
class IndustryAdmin(RecordAdmin):
    list_display = ["code", "name", "short_name"]
    search_fields = ["code", "name", "short_name"]
    search_help_text = "코드, 이름, 흔히 쓰는 말로 찾습니다."
    alias_field = "aliases"

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []
