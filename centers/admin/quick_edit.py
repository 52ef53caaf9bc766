"""Quick edit: telephone, website, state and confirmation of several centres in one table."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse

from centers.admin.bulk_changes import UndoableAdmin, record_act
from centers.admin.edit_conflicts import fetch_newest_entries
from centers.admin.form_fields import PartialForm, PhoneField
from centers.admin.sourced_forms import NO_SOURCE, ConfirmationForm, save_once
from centers.importer.apply import lock_records
from centers.models import Center

#: Most centres in one table: each has four fields, and the page must stay readable.
MAX_CENTERS = 50
QUICK_FIELDS = ("phone", "website", "status")
REASON = "빠르게 고침"


class QuickForm(PartialForm):
    """The row of one centre."""

    is_confirmed = forms.BooleanField(label="확인함", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Center
        fields = QUICK_FIELDS
        field_classes = {"phone": PhoneField}

    def __init__(self, newest: int, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.newest = newest
        self.fields["version"].initial = newest
        for name, field in self.fields.items():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = f"{self.instance}: {field.label}"
            if name in QUICK_FIELDS:
                # What the editor saw, so that another change meanwhile is not taken for theirs.
                field.show_hidden_initial = True

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[name] for name in (*QUICK_FIELDS, "is_confirmed")]

    @property
    def changed_fields(self) -> list[str]:
        return [name for name in self.changed_data if name in QUICK_FIELDS]

    @property
    def has_work(self) -> bool:
        return bool(self.changed_fields or self.cleaned_data.get("is_confirmed"))

    @property
    def is_outdated(self) -> bool:
        return self.is_bound and self.data.get(self.add_prefix("version")) != str(self.newest)

    def clean(self):
        data = super().clean()
        if self.is_outdated and (self.changed_fields or (data or {}).get("is_confirmed")):
            self.add_error(
                None, "그사이 다른 사람이 고쳤습니다. 이 센터는 그 화면에서 고쳐 주세요."
            )
        return data


class QuickSourceForm(ConfirmationForm):
    label = "고친 값과 확인"


class QuickEditAdmin(UndoableAdmin):
    """Adds the action that opens the table."""

    @admin.action(
        description="고른 센터 빠르게 고치기 (전화·누리집·상태·확인)", permissions=["change"]
    )
    def quick_edit(self, request: HttpRequest, queryset) -> TemplateResponse | None:
        if queryset.count() > MAX_CENTERS:
            text = f"한 번에 {MAX_CENTERS}곳까지 고칩니다. 나누어 골라 주세요."
            self.message_user(request, text, messages.WARNING)
            return None
        is_sent = "source_means" in request.POST
        data = request.POST if is_sent else None
        may_omit = cast(Any, request.user).is_superuser
        source_class = type("Source", (QuickSourceForm,), {"may_omit_source": may_omit})
        source = source_class(data)
        with transaction.atomic():
            if is_sent:
                # Concurrent saves wait here.
                lock_records()
            rows = build_rows(queryset, data)
            if is_sent:
                if self.save_rows(request, rows, source):
                    return None
                transaction.set_rollback(True)
        context = {
            **self.admin_site.each_context(request),
            "title": "빠르게 고치기",
            "opts": self.opts,
            "rows": rows,
            "source": source,
            "is_sent": is_sent,
            "action": "quick_edit",
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/centers/quick_edit.html", context)

    def save_rows(self, request: HttpRequest, rows: list[QuickForm], source) -> bool:
        """Save the rows that were changed, all or none; return whether that was done."""
        # Every form is checked, so that all errors are shown at once.
        are_valid = [row.is_valid() for row in rows]
        if not all(are_valid):
            source.is_valid()
            return False
        working = [row for row in rows if row.has_work]
        if not working:
            self.message_user(request, "바뀐 것이 없어 그대로 두었습니다.", messages.INFO)
            return True
        if not source.is_valid():
            return False
        try:
            title = f"{REASON} {len(working)}곳"
            with record_act(request, title, source):
                for row in working:
                    store_row(row, source)
                    self.log_change(request, row.instance, REASON)
        except ValidationError as error:
            source.add_error(None, error.messages)
            return False
        text = f"{len(working)}곳을 고쳤습니다."
        self.message_user(request, text, messages.SUCCESS)
        return True


def build_rows(queryset, data) -> list[QuickForm]:
    """Build the form of each centre, in the order of the list."""
    centers = list(queryset)
    newest = fetch_newest_entries(Center, [center.pk for center in centers])
    return [
        QuickForm(newest[str(center.pk)], data, instance=center, prefix=str(center.pk))
        for center in centers
    ]


def store_row(row: QuickForm, source: QuickSourceForm) -> None:
    """Save one centre with citations of what was changed or confirmed."""
    center = row.instance
    values = {name: str(row.cleaned_data[name]) for name in row.changed_fields}
    if row.cleaned_data.get("is_confirmed"):
        # A later confirmation stays.
        if center.confirmed_on is None or center.confirmed_on < source.day:
            center.confirmed_on = source.day
        values["confirmed_on"] = source.day.isoformat()
    center._change_reason = REASON
    center.save()
    if source.cleaned_data["source_means"] == NO_SOURCE:
        values.pop("confirmed_on", None)
    for name, value in values.items():
        if value:
            save_once(source.build_citation(center=center, field=name, value=value))
