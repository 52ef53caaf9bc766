"""Base classes of the admin: validated query parameters, search, and history with revert."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import (
    FieldDoesNotExist,
    ValidationError,
)
from django.db.models.fields.related import RelatedField
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from centers.admin.bulk_changes import UndoableAdmin
from centers.admin.conflict_forms import ConflictAwareAdmin, ConflictAwareForm
from centers.admin.edit_conflicts import fetch_newest_entries, is_valid_key
from centers.admin.record_history import HistoryAdmin
from centers.search.query_params import MAX_QUERY_LENGTH, MAX_WORDS
from centers.text.hangul import normalise

#: Years that a date lookup accepts; databases and Python disagree about years far outside.
LOOKUP_YEARS = range(1900, 2101)


class ValidKeySelect(AutocompleteSelect):
    """An autocomplete select that queries only valid primary keys.

    Django's own queries any submitted value when it renders an invalid form again, and an invalid
    key is a database error.
    """

    def optgroups(self, name, value, attr=None):
        model = self.field.remote_field.model
        return super().optgroups(name, [key for key in value if is_valid_key(model, key)], attr)


class BaseAdmin(admin.ModelAdmin):
    """A model admin that rejects invalid query parameters with a message instead of an error."""

    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    #: A JSON field with a list of other names, searched in addition to `search_fields`.
    alias_field = None

    # --- the list ---

    def get_filter_lookups(self, request) -> set[str]:
        """Return the lookups that the filters and the date hierarchy of the list use."""
        lookups = set()
        for item in self.get_list_filter(request):
            if isinstance(item, type):
                lookups.add(cast(type[admin.SimpleListFilter], item).parameter_name)
                continue
            name = item if isinstance(item, str) else cast(tuple, item)[0]
            lookups |= {name, f"{name}__exact", f"{name}__isnull"}
            field = get_fields_from_path(self.model, name)[-1]
            if isinstance(field, RelatedField):
                lookups.add(f"{name}__{field.target_field.name}__exact")
        if self.date_hierarchy:
            lookups |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookups

    def lookup_allowed(self, lookup, value, request=None):
        if lookup not in self.get_filter_lookups(request):
            return False
        if len(value) > MAX_QUERY_LENGTH or "\0" in value:
            return False
        if self.date_hierarchy and lookup.startswith(f"{self.date_hierarchy}__"):
            return is_date_part(lookup.rpartition("__")[2], value)
        return super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except (DisallowedModelAdminLookup, IncorrectLookupParameters) as error:
            self.message_user(
                request, "쓸 수 없는 조건이 있어 조건 없이 보여 드립니다.", messages.WARNING
            )
            if ERROR_FLAG not in request.GET:
                # Django redirects to the list without parameters, with the flag.
                raise IncorrectLookupParameters from error
            # The second time Django would show a page that blames the database.
            request.GET = QueryDict()
            return super().get_changelist_instance(request)

    def get_search_results(self, request, queryset, search_term):
        words = normalise(search_term)[:MAX_QUERY_LENGTH].split()[:MAX_WORDS]
        if search_term.strip() and not words:
            return queryset.none(), False
        return self.search(request, queryset, words)

    def search(self, request, queryset, words):
        matches, may_have_duplicates = super().get_search_results(
            request, queryset, " ".join(words)
        )
        if words and self.alias_field:
            with_aliases = self.model.objects.exclude(**{self.alias_field: []})
            matching_keys = [
                pk
                for pk, names in with_aliases.values_list("pk", self.alias_field)
                if any(all(word in name for word in words) for name in names)
            ]
            matches |= queryset.filter(pk__in=matching_keys)
        return matches, may_have_duplicates

    def response_action(self, request, queryset):
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(is_valid_key(self.model, key) for key in chosen):
            self.message_user(request, "고른 항목을 알 수 없습니다.", messages.WARNING)
            return None
        return super().response_action(request, queryset)

    # --- the form ---

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ValidKeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        """Return the initial values of the query string that are valid for their fields."""
        initial = super().get_changeform_initial_data(request)
        return {
            name: value
            for name, value in initial.items()
            if self.is_valid_initial(request, name, value)
        }

    def is_valid_initial(self, request, name, value) -> bool:
        """Whether the form field of this name accepts the value."""
        try:
            field: Any = self.opts.get_field(name)
            # Reverse relations and automatic keys have no form field.
            form_field = field.editable and self.formfield_for_dbfield(field, request)
            return bool(form_field) and form_field.clean(value) is not None
        except (FieldDoesNotExist, ValidationError, OverflowError):
            return False


class RecordForm(ConflictAwareForm):
    """A form with a field for the reason of the change, which the history stores."""

    reason = forms.CharField(
        label="변경 사유",
        required=False,
        max_length=100,
        help_text="이력에 남고, 밖에는 보이지 않습니다.",
        widget=forms.TextInput(attrs={"size": 60}),
    )

    def clean_reason(self):
        return normalise(self.cleaned_data["reason"])

    def add_error(self, field, error):
        """Leave out what the record says of a field whose text was rejected before it saw it."""
        if field is None and hasattr(error, "error_dict"):
            found = error.error_dict.items()
            error = ValidationError({name: one for name, one in found if name not in self.errors})
        super().add_error(field, error)


class RecordAdmin(UndoableAdmin, ConflictAwareAdmin, BaseAdmin, HistoryAdmin):
    """A model admin of records: history with revert, undo, and conflict detection."""

    form = RecordForm

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "reason"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        # Users with only the view permission cannot give a reason.
        has_reason = obj is not None and self.has_change_permission(request, obj)
        return [*fieldsets, (None, {"fields": ["reason"]})] if has_reason else fieldsets

    def save_model(self, request, obj, form, change):
        if reason := form.cleaned_data.get("reason"):
            obj._change_reason = reason
        # A save without a change would leave an empty entry in the history.
        request.has_saved = not change or has_changed(obj)
        if request.has_saved:
            super().save_model(request, obj, form, change)
            request.saved_record = obj if change else None

    def log_change(self, request: Any, obj, message):
        # The message names changed fields, also those of the inline rows.
        is_empty = not message or message == [{"changed": {"fields": ["변경 사유"]}}]
        if is_empty and not getattr(request, "has_saved", True):
            cast(Any, request).is_unchanged = True
            return None
        return super().log_change(request, obj, message)

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        if level == messages.SUCCESS and getattr(request, "is_unchanged", False):
            level, message = messages.INFO, "바뀐 것이 없어 그대로 두었습니다."
        if level == messages.SUCCESS and (record := getattr(request, "saved_record", None)):
            request.saved_record = None
            message = format_html(
                '{} <a href="{}">되돌리기: 앞선 값 보기</a>', message, build_entry_url(record)
            )
        super().message_user(request, message, level, *args, **kwargs)


def build_entry_url(record: Any) -> str:
    """The URL of the newest entry of a record's history, which reverts what it changed."""
    name = record._meta.model_name
    newest = fetch_newest_entries(type(record), [record.pk])[str(record.pk)]
    return reverse(f"admin:centers_{name}_simple_history", args=[record.pk, newest])


def has_changed(record: Any) -> bool:
    """Whether a record differs from what is stored under its key."""
    columns = [
        field.attname for field in record._meta.concrete_fields if field.name not in record.DERIVED
    ]
    stored = type(record)._base_manager.filter(pk=record.pk).values(*columns).first()
    return stored is None or any(getattr(record, name) != stored[name] for name in columns)


def is_date_part(part: str, text: str) -> bool:
    """Whether the text is a valid year, month or day; `part` says which."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return False
    bounds = {"year": LOOKUP_YEARS, "month": range(1, 13), "day": range(1, 32)}
    return int(text) in bounds[part]
