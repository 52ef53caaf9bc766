"""Admin of the centres: list, bulk actions, data checks and restoring deleted centres."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from simple_history.utils import bulk_update_with_history

from centers.admin.announcements import ListingInline
from centers.admin.bulk_changes import ActionForm, SourcedActionForm, record_act
from centers.admin.center_export import EXPORT_FORMATS, build_export
from centers.admin.change_sets import MANY
from centers.admin.corrections import CorrectionAwareAdmin
from centers.admin.data_quality import CheckFilter, run_checks
from centers.admin.deleted_records import may_restore
from centers.admin.edit_conflicts import format_field_value
from centers.admin.find_center import find_by_number, match_key
from centers.admin.form_fields import CountField, PhoneField
from centers.admin.moves import MovableAdmin
from centers.admin.quick_edit import QuickEditAdmin
from centers.admin.sourced_forms import (
    CenterForm,
    ConfirmationForm,
    save_once,
)
from centers.models import Center, Correction, Region
from centers.models.center_fields import CENTER_FIELDS, Section
from centers.models.citations import CITED_CENTER_FIELDS
from centers.models.fields import get_model_field
from centers.text.hangul import to_query_keys


def build_fieldsets() -> list[Any]:
    """Return the form sections with their fields in lines, as `CENTER_FIELDS` defines them."""
    fieldsets = []
    for section in Section:
        lines: list[tuple[str, ...]] = []
        for field in CENTER_FIELDS:
            if field.section is section:
                before = lines.pop() if field.is_beside else ()
                lines.append((*before, field.name))
        fieldsets.append((section.value, {"fields": lines}))
    return fieldsets


class SidoFilter(admin.SimpleListFilter):
    """Filters by 시·도, including the regions within it."""

    title = "시·도"
    parameter_name = "sido"

    def lookups(self, request, model_admin):
        return [(sido.code, sido.short_name) for sido in Region.objects.filter(parent=None)]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(
            Q(region=self.value())
            | Q(region__parent=self.value())
            | Q(region__parent__parent=self.value())
        )


@admin.register(Center)
class CenterAdmin(CorrectionAwareAdmin, QuickEditAdmin, MovableAdmin):
    form = CenterForm
    list_display = [
        "short_name",
        "region_name",
        "industry_name",
        "operator_name",
        "phone_number",
        "size",
        "status",
        "published_label",
        "confirmed_date",
    ]
    list_select_related = ["region__parent__parent", "industry", "operator"]
    list_filter = [
        CheckFilter,
        "published",
        "status",
        "kind",
        SidoFilter,
        ("industry", admin.RelatedOnlyFieldListFilter),
        "designated_year",
    ]
    # The search uses the stored search column; Django shows the box only if a field is named.
    search_fields = ["display_name"]
    search_help_text = (
        "이름, 운영기관, 지역, 업종, 주소와 옛것으로 찾습니다. 초성(ㅈㅇㄹ), 번호(센터 10번),"
        " 붙여 넣은 링크, 전화번호로도 찾습니다."
    )
    autocomplete_fields = ["region", "industry", "operator", "successor"]
    date_hierarchy = "confirmed_on"
    inlines = [ListingInline]
    actions = [
        "quick_edit",
        "publish",
        "unpublish",
        "confirm",
        "mark_operating",
        "mark_unconfirmed",
        "mark_closed",
        "merge_records",
        "rebuild",
    ]
    fieldsets = build_fieldsets()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        fields = {"phone": PhoneField, "cluster_size": CountField}
        if form_class := fields.get(db_field.name):
            return db_field.formfield(form_class=form_class)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Shorter than the full values, so that a row fits on an ordinary screen.
    @admin.display(description="센터", ordering="display_name")
    def short_name(self, center):
        return center.display_name.removesuffix(" 소공인특화지원센터")

    @admin.display(description="지역", ordering="region")
    def region_name(self, center):
        region = center.region
        if region.level == Region.Level.SIDO:
            return region.name
        return f"{region.sido.short_name} {region.name}"

    @admin.display(description="업종", ordering="industry")
    def industry_name(self, center):
        if center.industry is None:
            return "전 업종"
        return center.industry.short_name + (f" ({center.specialty})" if center.specialty else "")

    @admin.display(description="운영기관", ordering="operator__name")
    def operator_name(self, center):
        return center.operator

    @admin.display(description="전화", ordering="phone", empty_value="없음")
    def phone_number(self, center):
        return center.phone and format_html('<a href="tel:{0}">{0}</a>', center.phone)

    @admin.display(description="규모(개사)", ordering="cluster_size")
    def size(self, center):
        return center.cluster_size

    @admin.display(description="게시", ordering="published")
    def published_label(self, center):
        return "게시" if center.published else "비공개"

    @admin.display(description="확인일", ordering="confirmed_on")
    def confirmed_date(self, center):
        return center.confirmed_on and center.confirmed_on.isoformat()

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changed = change and "cluster_size" in form.changed_data and obj.cluster_size is not None
        if changed and "cluster_size_as_of" not in form.changed_data:
            text = f"규모를 바꾸었는데 기준일({obj.cluster_size_as_of})은 그대로입니다."
            self.message_user(request, f"{text} 확인해 주세요.", messages.WARNING)

    def get_deleted_objects(self, objs, request):
        """List what a deletion deletes; a report that nobody has settled yet prevents it."""
        names, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        waiting = Correction.objects.waiting().filter(center__in=[center.pk for center in objs])
        texts = [f"기다리는 이용자 {report} ({report.center})" for report in waiting]
        return names, counts, perms_needed, [*protected, *texts]

    # --- data checks ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("export.<str:ending>", view(self.export_view), name="centers_center_export"),
            path("quality/", view(self.quality_view), name="centers_center_quality"),
            *super().get_urls(),
        ]

    def quality_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "살펴볼 것",
            "results": run_checks(request.user),
            "may_restore": may_restore(request, Center),
        }
        return TemplateResponse(request, "admin/centers/center/quality.html", context)

    def export_view(self, request, ending):
        """The centres of the changelist with this query string as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if ending not in EXPORT_FORMATS:
            raise Http404
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            # The list says what was wrong, and no file holds more than was requested.
            url = reverse("admin:centers_center_changelist")
            return HttpResponseRedirect(f"{url}?{ERROR_FLAG}=1")
        return build_export(changelist, ending)

    # --- the list ---

    def search(self, request, queryset, words):
        if (numbered := find_by_number(queryset, words)) is not None:
            return numbered, False
        # A word without searchable characters (%, ㆍ) would match every centre.
        if not all(to_query_keys(word) for word in words):
            return queryset.none(), False
        return queryset.search(words) | queryset.filter(match_key(words)), False

    def view_on_site(self, center):
        """Return the URL of the public page; None for an unpublished centre."""
        return center.get_absolute_url() if center.published else None

    @admin.action(description="고른 센터 게시", permissions=["change"])
    def publish(self, request, queryset):
        return self.set_published(request, queryset, True)

    @admin.action(description="고른 센터 게시 취소", permissions=["change"])
    def unpublish(self, request, queryset):
        return self.set_published(request, queryset, False)

    def set_published(self, request, queryset, published):
        """Publish or withdraw the centres; `MANY` or more only with a reason."""
        title, form = "게시" if published else "게시 취소", None
        if queryset.count() >= MANY:
            form = self.request_change(request, queryset, title, ActionForm, published=published)
            if not isinstance(form, ActionForm):
                return form
        self.update_centers(request, queryset, title, form, published=published)
        return None

    @admin.action(description="고른 센터 확인함 (어떻게 언제)", permissions=["change"])
    def confirm(self, request, queryset):
        field = get_model_field(Center, "confirmed_on")
        changes = [
            (center, f"{format_field_value(field, center.confirmed_on)} → 아래에 적는 날")
            for center in queryset.select_related(None)
        ]
        form = self.request_reason(request, changes, "확인함", ConfirmationForm)
        if not isinstance(form, ConfirmationForm):
            return form
        # A later confirmation stays.
        not_later = queryset.exclude(confirmed_on__gt=form.day)
        self.update_centers(request, not_later, "확인함", form, confirmed_on=form.day)
        return None

    @admin.action(description="고른 센터 상태: 운영 중", permissions=["change"])
    def mark_operating(self, request, queryset):
        return self.set_status(request, queryset, Center.Status.OPERATING)

    @admin.action(description="고른 센터 상태: 확인 필요", permissions=["change"])
    def mark_unconfirmed(self, request, queryset):
        return self.set_status(request, queryset, Center.Status.UNCONFIRMED)

    @admin.action(description="고른 센터 상태: 운영 종료", permissions=["change"])
    def mark_closed(self, request, queryset):
        return self.set_status(request, queryset, Center.Status.CLOSED)

    def set_status(self, request, queryset, status):
        """Set the status, except where it would contradict a closing date or a successor.

        Returns the page that asks for the source, until it is given.
        """
        title = f"상태: {status.label}"
        form = self.request_change(request, queryset, title, SourcedActionForm, status=status)
        if not isinstance(form, ActionForm):
            return form
        has_end = Q(closed_on__isnull=False) | Q(successor__isnull=False)
        if status != Center.Status.CLOSED and (ended := queryset.filter(has_end).count()):
            text = (
                f"{ended}곳은 운영 종료일이나 이어받은 센터가 적혀 있어 그대로 두었습니다."
                " 그 센터의 화면에서 지운 다음 상태를 바꾸어 주세요."
            )
            self.message_user(request, text, messages.WARNING)
            queryset = queryset.exclude(has_end)
        self.update_centers(request, queryset, title, form, status=status)
        return None

    def request_change(self, request, queryset, title, form_class, **values):
        """Return the valid form of an act, or the page that shows what it changes."""
        [(name, value)] = values.items()
        field = get_model_field(Center, name)
        new = format_field_value(field, value)
        changes = []
        for center in queryset.select_related(None):
            old = format_field_value(field, getattr(center, name))
            changes.append((center, "그대로" if old == new else f"{old} → {new}"))
        return self.request_reason(request, changes, title, form_class)

    @admin.action(description="고른 센터의 검색용 색인 다시 만들기", permissions=["change"])
    def rebuild(self, request, queryset):
        count = Center.objects.filter(pk__in=queryset.values("pk")).derive()
        self.message_user(
            request, f"센터 {count}곳의 검색용 낱말을 다시 만들었습니다.", messages.SUCCESS
        )

    def update_centers(self, request, queryset, title, form=None, **values):
        """Set the values on the selected centres that differ, with history and log entries.

        `form` has the reason, and the source of the values, which citations of them name.
        """
        selected = Center.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        with record_act(request, f"{title} {queryset.count()}곳", form):
            centers = list(selected.select_for_update().exclude(**values))
            for center in centers:
                for name, value in values.items():
                    setattr(center, name, value)
            reason = form and form.cleaned_data["reason"]
            bulk_update_with_history(
                centers,
                Center,
                list(values),
                default_user=request.user,
                default_change_reason=f"{title} ({reason})"[:100] if reason else title,
            )
            if form and form.cleaned_data["source_means"]:
                for center in centers:
                    for name, value in values.items():
                        if name in CITED_CENTER_FIELDS:
                            save_once(
                                form.build_citation(center=center, field=name, value=str(value))
                            )
            LogEntry.objects.log_actions(request.user.pk, centers, CHANGE, title)
        unchanged = selected.count() - len(centers)
        text = f"{title}: {len(centers)}곳을 바꾸었습니다."
        if unchanged:
            text += f" {unchanged}곳은 이미 그렇게 되어 있었습니다."
        self.message_user(request, text, messages.SUCCESS if centers else messages.INFO)
