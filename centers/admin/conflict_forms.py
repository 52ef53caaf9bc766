"""Optimistic locking: a conflicting save shows the other change and keeps the typed values."""

import json
from typing import cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.template.response import TemplateResponse

from centers.admin.edit_conflicts import (
    TAKE_THEIRS,
    ChangesSince,
    describe_author,
    fetch_newest_entries,
    find_form_conflicts,
    find_row_conflicts,
    is_valid_key,
)

#: Hidden field with the newest history ids when the form was rendered, as JSON of `Versions`.
VERSIONS = "_versions"
CONFLICT_MESSAGE = (
    "이 화면을 연 뒤에 다른 사람이 고친 내용이 있습니다. 위에서 보고 다시 저장해 주세요."
)

#: {form prefix: {primary key: newest history id}}; the main form has the prefix "".
Versions = dict[str, dict[str, int]]


def read_versions(text: str) -> Versions:
    """Parse the submitted versions; returns {} if they are invalid."""
    try:
        found = json.loads(text)
        return {str(p): {str(k): int(v) for k, v in rows.items()} for p, rows in found.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


class ConflictAwareForm(forms.ModelForm):
    """A form that is invalid while there are conflicts to show."""

    #: Set on the form class of one request.
    has_conflicts = False

    def clean(self):
        data = super().clean()
        if self.has_conflicts:
            self.add_error(None, CONFLICT_MESSAGE)
        return data


class ConflictAwareAdmin(admin.ModelAdmin):
    """A model admin that detects concurrent edits by the history ids in its forms.

    If a submitted form would overwrite a newer change, it is shown again with the conflicts and the
    typed values. Submitting it a second time saves it.
    """

    change_form_template = "admin/centers/change_form.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return self.conflict_aware_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Another user has just saved the same unique value; validating again reports it.
            return self.conflict_aware_view(request, object_id, form_url, extra_context)

    def conflict_aware_view(self, request, object_id, form_url, extra_context):
        key = object_id and unquote(object_id)
        context = dict(extra_context or {})
        if not key or not is_valid_key(self.model, key) or not self.has_change_permission(request):
            return super().changeform_view(request, object_id, form_url, context)
        if request.method != "POST":
            # Read before the displayed values, and so never newer than these.
            record = self.model._base_manager.filter(pk=key).first()
            context["versions"] = json.dumps(self.fetch_versions(request, record)) if record else ""
            return super().changeform_view(request, object_id, form_url, context)
        with transaction.atomic():
            # Concurrent saves of this record wait here.
            records = self.model._base_manager.select_for_update(no_key=True)
            record = records.filter(pk=key).first()
            if record is None:
                return self.deleted_conflict_view(request, key) or super().changeform_view(
                    request, object_id, form_url, context
                )
            seen = read_versions(request.POST.get(VERSIONS, ""))
            now = self.fetch_versions(request, record)
            conflicts = self.find_conflicts(request, record, seen, now)
            request.has_conflicts = bool(conflicts)
            context |= {"conflicts": conflicts, "versions": json.dumps(now if conflicts else seen)}
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "has_conflicts", False):
            return type(form.__name__, (form,), {"has_conflicts": True})
        return form

    def fetch_versions(self, request, record) -> Versions:
        """Return the newest history ids of the record and its rows; locks the rows on POST."""
        versions = {"": fetch_newest_entries(self.model, [record.pk])}
        for inline in self.get_inline_instances(request, record):
            formset = inline.get_formset(request, record)
            fk = cast(ForeignKey, formset.fk)
            rows = inline.model._base_manager.filter(**{fk.name: record}).order_by("pk")
            if request.method == "POST":
                rows = rows.select_for_update(no_key=True)
            keys = [row.pk for row in rows.only("pk")]
            versions[formset.get_default_prefix()] = fetch_newest_entries(inline.model, keys)
        return versions

    def find_conflicts(self, request, record, seen: Versions, now: Versions) -> list:
        """Return the conflicts; sets the values taken from others in request.POST."""
        if seen == now and TAKE_THEIRS not in request.POST:
            return []
        data = request.POST.copy()
        fields = flatten_fieldsets(self.get_fieldsets(request, record))
        form_class = self.get_form(request, record, change=True, fields=fields)
        form = form_class(request.POST, request.FILES, instance=record)
        since = None
        if seen.get("") != now[""]:
            since = ChangesSince(self.model, record.pk, seen.get("", {}).get(str(record.pk)))
        found = list(find_form_conflicts(form, data, since))
        # Private in Django, but the only way to bind the formsets as the view will do.
        formsets, _ = self._create_formsets(request, record, change=True)  # pyright: ignore[reportAttributeAccessIssue]
        for formset in formsets:
            if formset.management_form.is_valid():
                prefix = formset.prefix
                found += find_row_conflicts(formset, data, seen.get(prefix, {}), now[prefix])
        data.pop(TAKE_THEIRS, None)
        request.POST = data
        return found

    def deleted_conflict_view(self, request, key) -> TemplateResponse | None:
        """Return a page with the typed values of a deleted record; None if it never existed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        since = ChangesSince(self.model, key, None)
        if not since.entries:
            return None
        last = since.entries[-1]
        form = self.get_form(request, None, fields=None)(request.POST)
        typed = [(form[name].label, form[name].data) for name in form.fields]
        for inline in self.get_inline_instances(request, None):
            formset = inline.get_formset(request, None)(request.POST, prefix=None)
            for number, row in enumerate(formset.forms, 1):
                name = f"{inline.opts.verbose_name} {number}"
                for field in row.visible_fields():
                    typed.append((f"{name}: {field.label}", field.data))
        context = {
            **self.admin_site.each_context(request),
            "title": "그사이 삭제되어 저장하지 않았습니다",
            "opts": self.opts,
            "record": str(last.instance),
            "by": describe_author(last),
            "typed": [(label, value) for label, value in typed if value],
        }
        return TemplateResponse(request, "admin/centers/deleted_conflict.html", context, status=404)
