"""Two at one record: the second to save is told what the first has changed, and loses nothing."""

import json

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
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

#: The field that says which entries of the history a form shows: {prefix: {key: entry}}, as JSON.
VERSIONS = "_versions"
CONFLICT_MESSAGE = (
    "이 화면을 연 뒤에 다른 사람이 고친 내용이 있습니다. 위에서 보고 다시 저장해 주세요."
)

Versions = dict[str, dict[str, int]]


def read_versions(text: str) -> Versions:
    """The versions that a form was sent with; none where they make no sense."""
    try:
        found = json.loads(text)
        return {str(p): {str(k): int(v) for k, v in rows.items()} for p, rows in found.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


class ConflictAwareForm(forms.ModelForm):
    """A form that cannot be saved while there is something to be told."""

    #: Set on the form of one request.
    has_conflicts = False

    def clean(self):
        data = super().clean()
        if self.has_conflicts:
            self.add_error(None, CONFLICT_MESSAGE)
        return data


class ConflictAwareAdmin(admin.ModelAdmin):
    """A desk at which several people may have the same record open.

    A form says which entries of the history it shows. Where there are newer ones when it is sent,
    whatever it would change back is shown beside what was typed, and only the next time saved.
    """

    change_form_template = "admin/centers/change_form.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return self.conflict_aware_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Somebody else has just saved what may be there once; asked again, the form sees it.
            return self.conflict_aware_view(request, object_id, form_url, extra_context)

    def conflict_aware_view(self, request, object_id, form_url, extra_context):
        key = object_id and unquote(object_id)
        context = dict(extra_context or {})
        if not key or not is_valid_key(self.model, key) or not self.has_change_permission(request):
            return super().changeform_view(request, object_id, form_url, context)
        if request.method != "POST":
            # Read before the values that are shown, and so never newer than they are.
            record = self.model._base_manager.filter(pk=key).first()
            context["versions"] = json.dumps(self.fetch_versions(request, record)) if record else ""
            return super().changeform_view(request, object_id, form_url, context)
        with transaction.atomic():
            # Whoever else saves this record now waits here until it is done.
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
        """The newest entries of the record and of the rows below it, which are held as well."""
        found = {"": fetch_newest_entries(self.model, [record.pk])}
        for inline in self.get_inline_instances(request, record):
            formset = inline.get_formset(request, record)
            rows = inline.model._base_manager.filter(**{formset.fk.name: record}).order_by("pk")
            if request.method == "POST":
                rows = rows.select_for_update(no_key=True)
            keys = [row.pk for row in rows.only("pk")]
            found[formset.get_default_prefix()] = fetch_newest_entries(inline.model, keys)
        return found

    def find_conflicts(self, request, record, seen: Versions, now: Versions) -> list:
        """What saving would change back; puts into what was sent what is taken from the others."""
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
        formsets, _ = self._create_formsets(request, record, change=True)
        for formset in formsets:
            if formset.management_form.is_valid():
                prefix = formset.prefix
                found += find_row_conflicts(formset, data, seen.get(prefix, {}), now[prefix])
        data.pop(TAKE_THEIRS, None)
        request.POST = data
        return found

    def deleted_conflict_view(self, request, key) -> TemplateResponse | None:
        """Tell that the record has been deleted meanwhile, and show what was typed."""
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
            "title": "그 사이 삭제되어 저장하지 않았습니다",
            "opts": self.opts,
            "record": str(last.instance),
            "by": describe_author(last),
            "typed": [(label, value) for label, value in typed if value],
        }
        return TemplateResponse(request, "admin/centers/deleted_conflict.html", context, status=404)
