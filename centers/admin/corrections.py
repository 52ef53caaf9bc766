"""The queue of what readers report: accept it into a centre's form, reject it, or merge reports."""

from contextlib import suppress
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from centers.admin.base import BaseAdmin
from centers.admin.edit_conflicts import format_record_value, is_valid_key
from centers.importer.status_parser import parse_status
from centers.models import Center, Citation, Correction, Industry, Operator
from centers.models.citations import READER_REPORT
from centers.models.corrections import OTHER
from centers.models.fields import get_model_field
from centers.text.hangul import normalise
from centers.text.numbers import parse_number
from centers.text.phones import PhoneError, split_phone

#: In the query string of a centre's form: the number of the report that fills it in.
PARAMETER = "correction"
#: In the form itself: that the report waited when the form was opened.
WAITED = "report_waited"
MAX_SHOWN_TEXT = 60


class RejectionForm(forms.Form):
    reason = forms.CharField(label="받아들이지 않는 까닭", max_length=200)

    def clean_reason(self):
        reason = normalise(self.cleaned_data["reason"])
        if not reason:
            raise ValidationError("까닭을 적어 주세요.")
        return reason


class MergeForm(forms.Form):
    """Chooses the report of the same centre that another one is merged into."""

    into = forms.IntegerField(
        label="합칠 제보",
        min_value=1,
        max_value=2**62,
        error_messages={
            "required": "합칠 제보를 골라 주세요.",
            **dict.fromkeys(("invalid", "min_value", "max_value"), "그런 제보가 없습니다."),
        },
    )


def build_values(correction: Correction) -> dict[str, Any]:
    """The values of a centre's form that a report states, as far as the form can hold them."""
    name, value = correction.field, correction.value
    if not value:
        return {}
    match name:
        case "phone":
            with suppress(PhoneError):  # the form says what is wrong with it
                value = split_phone(value)[0]
        case "website":
            value = value if "://" in value else f"https://{value}"
        case "cluster_size":
            number = parse_number(value)
            value = number.value if number else value
        case "status":
            try:
                value = parse_status(value)
            except ValueError:
                return {}
        case "operator":
            value = Operator.objects.filter(name=value).values_list("pk", flat=True).first()
        case "industry":
            found = Industry.objects.filter(name=value) | Industry.objects.filter(short_name=value)
            value = found.values_list("pk", flat=True).first()
        case "name" | "address":
            pass
        case _:
            return {}
    return {name: value} if value else {}


def build_source(correction: Correction) -> dict[str, str]:
    """The source of a centre's form as the report names it.

    The day stays empty: only the editor knows when they called, or looked at the website.
    """
    text = correction.evidence_text
    match correction.evidence:
        case Correction.Evidence.LINK:
            means, title, url = Citation.Means.WEBSITE, READER_REPORT, text
        case Correction.Evidence.DOCUMENT:
            means, title, url = Citation.Means.DOCUMENT, text[:200], ""
        case _:
            means, title, url = Citation.Means.CALL, READER_REPORT, ""
    return {
        "source_means": means.value,
        "source_title": title,
        "source_url": url,
        "reason": f"이용자 제보 {correction.pk}번",
    }


def find_requested(request: Any, center_id: Any) -> Correction | None:
    """The report that the query string of a centre's form names, if it is about this centre.

    Where the form is saved the report is locked, so that nobody settles it in the meantime.
    """
    key = request.GET.get(PARAMETER, "")
    if not key or not is_valid_key(Correction, key):
        return None
    if not request.user.has_perm("centers.change_correction"):
        return None
    reports = Correction.objects.filter(pk=key, center=center_id)
    if request.method == "POST":
        reports = reports.select_for_update(no_key=True)
    return reports.first()


class PrefilledForm(forms.ModelForm):
    """A form that is opened with the values of a report; they count as typed when it is sent."""

    prefilled: dict[str, Any] = {}
    takes_link_as_seen = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {**self.initial, **self.prefilled}


class SettledForm(forms.ModelForm):
    """A form whose report was settled after it was opened: the first press only says so."""

    state = ""

    def clean(self):
        data = super().clean()
        text = f"그사이 처리한 제보입니다: {self.state}. 저장하지 않았습니다."
        self.add_error(None, f"{text} 그래도 적은 값이 맞으면 한 번 더 저장해 주세요.")
        return data


class CorrectionAwareAdmin(admin.ModelAdmin):
    """Fills in a centre's form from a report, and settles the report when the form is saved."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        correction = obj and find_requested(request, obj.pk)
        if not correction:
            return form
        if correction.is_waiting:
            attributes = {"prefilled": build_values(correction) | build_source(correction)}
            return type(form.__name__, (PrefilledForm, form), attributes)
        if WAITED in request.POST:
            attributes = {"state": correction.describe_state()}
            return type(form.__name__, (SettledForm, form), attributes)
        return form

    def render_change_form(self, request, context, *args, **kwargs):
        if record := kwargs.get("obj"):
            context["correction"] = find_requested(request, record.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        correction = change and find_requested(request, obj.pk)
        if not correction:
            return
        try:
            correction.settle(Correction.State.ACCEPTED, request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.WARNING)
        else:
            # Not `message_user`, which says otherwise of a save without a change.
            messages.success(request, f"이용자 {correction} 내용을 받아들였습니다.")


@admin.register(Correction)
class CorrectionAdmin(BaseAdmin):
    list_display = [
        "number",
        "short_center",
        "field_label",
        "short_text",
        "evidence",
        "sent_day",
        "state",
    ]
    list_select_related = ["center"]
    list_filter = ["state", "field", "evidence"]
    search_fields = ["=id", "center__display_name", "value", "message"]
    search_help_text = "번호, 센터 이름, 적은 글로 찾습니다."
    # The reports that wait come first: `waiting` is the last of the states by alphabet.
    ordering = ["-state", "-pk"]
    actions = None

    @admin.display(description="번호", ordering="pk")
    def number(self, correction):
        return f"{correction.pk}번"

    @admin.display(description="센터", ordering="center__display_name")
    def short_center(self, correction):
        return correction.center.display_name.removesuffix(" 소공인특화지원센터")

    @admin.display(description="무엇이", ordering="field")
    def field_label(self, correction):
        return correction.get_field_display()

    @admin.display(description="적은 것")
    def short_text(self, correction):
        text = correction.value or correction.message
        return text if len(text) <= MAX_SHOWN_TEXT else f"{text[:MAX_SHOWN_TEXT]}…"

    @admin.display(description="보낸 날", ordering="sent_at")
    def sent_day(self, correction):
        return timezone.localtime(correction.sent_at).date().isoformat()

    def has_add_permission(self, request):
        return False

    # --- one report ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/reject/", view(self.reject_view), name="centers_correction_reject"),
            path("<int:pk>/merge/", view(self.merge_view), name="centers_correction_merge"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST":
            raise PermissionDenied  # a report is never edited
        if not is_valid_key(Correction, object_id):
            raise Http404
        return self.render_report(request, int(object_id))

    def render_report(
        self,
        request: HttpRequest,
        pk: int,
        rejection: RejectionForm | None = None,
        merge_errors: list[str] | None = None,
    ) -> TemplateResponse:
        """Render one report with what an editor may do with it."""
        correction = self.get_report(request, pk)
        same_center = Correction.objects.filter(center=correction.center).exclude(pk=pk)
        may_settle = self.has_change_permission(request) and correction.is_waiting
        center_url = reverse("admin:centers_center_change", args=[correction.center.pk])
        may_accept = may_settle and cast(Any, request.user).has_perm("centers.change_center")
        context = {
            **self.admin_site.each_context(request),
            "title": str(correction),
            "opts": self.opts,
            "correction": correction,
            "known_value": describe_known_value(correction),
            "merged_reports": Correction.objects.filter(merged_into=correction).order_by("pk"),
            "accept_url": f"{center_url}?{PARAMETER}={pk}" if may_accept else "",
            "may_settle": may_settle,
            "may_delete": self.has_delete_permission(request),
            "rejection": rejection or RejectionForm(),
            "candidates": same_center.exclude(state=Correction.State.MERGED).order_by("-pk")[:50],
            "merge_errors": merge_errors or [],
        }
        return TemplateResponse(request, "admin/centers/correction/change.html", context)

    def get_report(self, request: HttpRequest, pk: int) -> Correction:
        if not self.has_view_permission(request):
            raise PermissionDenied
        reports = Correction.objects.select_related("center", "settled_by", "merged_into")
        # A number beyond the key's range is an error of the database.
        correction = reports.filter(pk=pk).first() if is_valid_key(Correction, str(pk)) else None
        if correction is None:
            raise Http404
        return correction

    def reject_view(self, request, pk):
        correction = self.get_report_to_settle(request, pk)
        form = RejectionForm(request.POST)
        if not form.is_valid():
            return self.render_report(request, pk, rejection=form)
        state, reason = Correction.State.REJECTED, form.cleaned_data["reason"]
        return self.settle(request, correction, state, reason=reason)

    def merge_view(self, request, pk):
        correction = self.get_report_to_settle(request, pk)
        form = MergeForm(request.POST)
        if not form.is_valid():
            return self.render_report(request, pk, merge_errors=list(map(str, form.errors["into"])))
        # Without a row of that number, `settle` says so.
        other = Correction.objects.filter(pk=form.cleaned_data["into"]).first()
        if other is None:
            return self.render_report(request, pk, merge_errors=["그런 제보가 없습니다."])
        return self.settle(request, correction, Correction.State.MERGED, merged_into=other)

    def get_report_to_settle(self, request, pk: int) -> Correction:
        correction = self.get_report(request, pk)
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        return correction

    def settle(self, request, correction: Correction, state, **values) -> HttpResponseRedirect:
        """Settle a report and return to the queue, or to the report with what stands against it."""
        try:
            correction.settle(state, request.user, **values)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            url = reverse("admin:centers_correction_change", args=[correction.pk])
            return HttpResponseRedirect(url)
        self.log_change(request, correction, str(Correction.State(state).label))
        text = f"{correction}: {Correction.State(state).label}."
        self.message_user(request, text, messages.SUCCESS)
        url = reverse("admin:centers_correction_changelist")
        return HttpResponseRedirect(f"{url}?state__exact={Correction.State.WAITING}")


def describe_known_value(correction: Correction) -> str:
    """The value of today of the field that the report is about; "" if it has none."""
    center: Center = correction.center
    name = correction.field
    if name == OTHER:
        return ""
    if not getattr(center, name):
        return ""
    return format_record_value(center, get_model_field(Center, name))
