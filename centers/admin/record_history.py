"""The history of a record: what each entry changed, and the revert of single fields."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from centers.admin.change_sets import find_earlier, find_record, name_entry
from centers.admin.deleted_records import restore
from centers.admin.differences import Difference, Differences, find_previous_entries
from centers.admin.edit_conflicts import describe_author, fetch_newest_entries, is_valid_key
from centers.models import MergedRecord
from centers.text.hangul import normalise

REVERT_REASON = "되돌림"
MAX_REASON_LENGTH = 80
BEFORE, THEN = "before", "then"


class HistoryAdmin(SimpleHistoryAdmin):
    """A model admin with a history that shows differences and reverts single fields."""

    object_history_list_template = "admin/history_list.html"

    def history_view(self, request, object_id, extra_context=None):
        key = unquote(object_id)
        if not is_valid_key(self.model, key):
            raise Http404
        merged = MergedRecord.objects.filter(model=self.opts.model_name)
        here = merged.filter(new_key=key) if key.isdecimal() else merged.none()
        context = {"merged": list(here), **(extra_context or {})}
        try:
            return super().history_view(request, object_id, context)
        except ObjectDoesNotExist:
            # A deleted record whose name depends on another deleted record.
            raise Http404 from None

    def set_history_delta_changes(self, request, historical_records: Any, **_options) -> None:
        entries = list(historical_records)
        before = find_previous_entries(self.model, entries)
        differences = Differences([*entries, *before.values()])
        for entry in entries:
            earlier = before.get(entry.history_id)
            has_values = earlier is not None and entry.history_type == "~"
            entry.history_delta_changes = differences.compare(earlier, entry) if has_values else []

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """The page of one entry: what it changed, and what differs now."""
        key = unquote(object_id)
        if not (
            is_valid_key(self.model, key) and is_valid_key(self.model.history.model, version_id)
        ):
            raise Http404
        pk = self.model._meta.pk.attname
        history = self.model.history.filter(**{pk: key}).select_related("history_user")
        entry = history.filter(history_id=version_id).first()
        if entry is None:
            raise Http404
        if not self.has_view_history_or_change_history_permission(request, entry.instance):
            raise PermissionDenied
        if request.method != "POST":
            return self.show_entry(request, entry)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.POST.get("to") == "restore":
            return restore(request, self, entry)
        return self.revert(request, entry)

    def show_entry(self, request: HttpRequest, entry: Any) -> HttpResponseBase:
        key = entry.instance.pk
        record = self.model._base_manager.filter(pk=key).first()
        before = find_earlier(entry) if entry.history_type == "~" else None
        differences = Differences([entry, before, record])
        changes = differences.compare(before, entry) if before else []
        since = differences.compare(entry, record) if record and entry.history_type != "-" else []
        now = {one.name: one.new for one in since}
        may_change = self.has_change_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{entry.history_date:%Y-%m-%d} {entry.get_history_type_display()}",
            "opts": self.opts,
            "entry": entry,
            "author": describe_author(entry),
            "name": name_entry(entry),
            "record": record,
            "changes": [(one, now.get(one.name, one.new)) for one in changes],
            "revertible": _list_revertible(record, before, changes),
            "since": since,
            "versions": fetch_newest_entries(self.model, [key])[str(key)],
            "may_change": may_change and record is not None,
            "may_restore": may_change and record is None and self.has_add_permission(request),
            "reason_length": MAX_REASON_LENGTH,
        }
        return TemplateResponse(request, "admin/history_form.html", context)

    def revert(self, request: HttpRequest, entry: Any) -> HttpResponseBase:
        """Set the chosen fields to their values before this entry, or to those of the entry."""
        key = entry.instance.pk
        url = reverse(
            f"admin:centers_{self.opts.model_name}_simple_history", args=[key, entry.history_id]
        )
        again = HttpResponseRedirect(url)
        values = find_earlier(entry) if request.POST.get("to") == BEFORE else entry
        if values is None or values.history_type == "-":
            self.message_user(request, "앞선 값이 없어 되돌릴 것이 없습니다.", messages.WARNING)
            return again
        with transaction.atomic():
            record = find_record(entry)
            if record is None:
                text = "그사이 삭제되어 되돌리지 않았습니다."
                self.message_user(request, text, messages.ERROR)
                return again
            newest = fetch_newest_entries(self.model, [key])[str(key)]
            if request.POST.get("versions", str(newest)) != str(newest):
                text = "이 화면을 연 뒤에 값이 바뀌어 되돌리지 않았습니다. 다시 보고 눌러 주세요."
                self.message_user(request, text, messages.ERROR)
                return again
            labels = _set_values(record, values, request.POST.getlist("field"))
            if not labels:
                text = "고른 값이 지금 값과 같아 그대로 두었습니다."
                self.message_user(request, text, messages.INFO)
                return again
            reason = normalise(request.POST.get("reason", ""))[:MAX_REASON_LENGTH]
            record._history_user = request.user
            record._change_reason = f"{REVERT_REASON} ({reason})" if reason else REVERT_REASON
            try:
                with transaction.atomic():
                    record.save()
            except ValidationError as error:
                text = f"되돌리지 못했습니다. {' '.join(error.messages)}"
                self.message_user(request, text, messages.ERROR)
                return again
            self.log_change(request, record, f"되돌림: {', '.join(labels)}")
        text = f"{record}: {', '.join(labels)} 값을 되돌렸습니다."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(
            reverse(f"admin:centers_{self.opts.model_name}_history", args=[key])
        )


def _list_revertible(record: Any, before: Any, changes: Sequence[Difference]) -> set[str]:
    """The names of the changed fields whose current value is not the one before the change."""
    if record is None or before is None:
        return set()
    fields = {field.name: field for field in type(before).tracked_fields}
    return {
        one.name
        for one in changes
        if getattr(record, fields[one.name].attname) != getattr(before, fields[one.name].attname)
    }


def _set_values(record: models.Model, values: Any, names: list[str]) -> list[str]:
    """Set the named fields that differ; return their labels."""
    labels = []
    for field in type(values).tracked_fields:
        value = getattr(values, field.attname)
        if field.primary_key or field.name not in names or getattr(record, field.attname) == value:
            continue
        setattr(record, field.attname, value)
        labels.append(str(field.verbose_name))
    return labels
