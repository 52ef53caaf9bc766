"""Edit conflicts: what another user has changed in a record while its form was open, by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_field
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Max
from django.http import QueryDict
from django.utils.timezone import localtime

from centers.models import Region, Service
from centers.models.services import RegionListField, ServiceListField

#: Name of the checkboxes that take the other value; their values are fields or rows of the form.
TAKE_THEIRS = "_take"
UNTOUCHED = "고치지 않음"


@dataclass(frozen=True)
class Conflict:
    """A field that another user has changed and that saving this form would overwrite."""

    record: str
    label: str
    old: str
    theirs: str
    yours: str
    by: str
    #: Value of the checkbox that takes theirs; empty where the form has theirs already or cannot.
    name: str = ""
    is_taken: bool = False


def get_history(model: type[models.Model]) -> models.Manager:
    """Return the manager of the history entries, which simple-history adds to the model."""
    return cast(Any, model).history


def fetch_newest_entries(model: type[models.Model], keys: Iterable) -> dict[str, int]:
    """Return the newest history id of each record, by key as text; 0 without history."""
    keys, pk = list(keys), model._meta.pk.attname
    entries = get_history(model).filter(**{f"{pk}__in": keys}).order_by()
    last = dict(entries.values_list(pk).annotate(Max("history_id")))
    return {str(key): last.get(key, 0) for key in keys}


def format_field_value(model_field: models.Field, value) -> str:
    """Return a value as the screen shows it: 운영 종료, not closed."""
    if isinstance(value, bool):
        return "예" if value else "아니오"
    unknown = admin.site.empty_value_display
    if isinstance(model_field, models.URLField):
        return value or unknown  # Django would make a link of it
    if isinstance(model_field, ServiceListField):
        value = [str(dict(Service.choices).get(key, key)) for key in value or ()]
    elif isinstance(model_field, RegionListField):
        regions = Region.objects.with_parents().in_bulk(value) if value else {}
        value = [regions[code].full_name if code in regions else code for code in value or ()]
    if isinstance(value, list):
        # Lists are stored as JSON.
        return ", ".join(value) or unknown
    return str(display_for_field(value, model_field, unknown) or unknown)


def format_record_value(record: models.Model, model_field: models.Field) -> str:
    """Return the displayed value of a field of a record or a history entry."""
    try:
        return format_field_value(model_field, getattr(record, model_field.name))
    except ObjectDoesNotExist:
        return f"삭제된 {model_field.verbose_name}"


def describe_author(entry) -> str:
    """Return who made a history entry, when and why, as one text."""
    if entry is None:
        return "알 수 없음"
    user = entry.history_user
    who = (user.get_full_name() or user.get_username()) if user else "편집실 밖에서"
    why = f" ({entry.history_change_reason})" if entry.history_change_reason else ""
    return f"{who}, {localtime(entry.history_date):%Y-%m-%d %H:%M}{why}"


@dataclass
class ChangesSince:
    """The history of one record since the entry that the form showed."""

    model: type[models.Model]
    key: str
    seen: int | None
    #: The entry that the form showed; None if it is unknown.
    before: Any = field(init=False, default=None)
    entries: list = field(init=False)

    def __post_init__(self):
        history = get_history(self.model).filter(**{self.model._meta.pk.attname: self.key})
        entries = history.filter(history_id__gte=self.seen or 0).select_related("history_user")
        self.entries = list(entries.order_by("history_id"))
        if self.seen and self.entries and self.entries[0].history_id == self.seen:
            self.before = self.entries.pop(0)

    def has_changed(self, model_field: models.Field, now) -> bool:
        """Whether the current value differs from the one that the form showed."""
        return self.before is None or getattr(self.before, model_field.attname) != now

    def find_entry(self, model_field: models.Field):
        """Return the entry that set the current value, or the last entry if none did."""
        found, last = None, self.before
        for entry in self.entries:
            if last is None or getattr(last, model_field.attname) != getattr(
                entry, model_field.attname
            ):
                found = entry
            last = entry
        return found or (self.entries[-1] if self.entries else None)


def serialize_value(form_field: forms.Field, value) -> list[str]:
    """Return a value as a browser would submit it."""
    value = form_field.prepare_value(value)
    if isinstance(form_field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    text = form_field.widget.format_value(value)
    if isinstance(text, list | tuple):
        return [str(one) for one in text]
    return ["" if text is None else str(text)]


def get_submitted_data(form: forms.ModelForm, name: str):
    return form[name].data


def format_submitted_value(form: forms.ModelForm, name: str, model_field: models.Field) -> str:
    """Return the submitted value as the screen shows it, or as typed if it is invalid."""
    data = get_submitted_data(form, name)
    try:
        return format_field_value(model_field, form.fields[name].clean(data))
    except ValidationError:
        return str(data)


def iterate_model_fields(form: forms.ModelForm, names: Iterable[str]) -> Iterator[tuple]:
    """Yield the name and model field of each form field that has one."""
    for name in names:
        try:
            yield name, form._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue


def find_form_conflicts(
    form: forms.ModelForm, data: QueryDict, since: ChangesSince | None
) -> Iterator[Conflict]:
    """Yield the conflicts of one form; untouched fields in `data` get current values."""
    record, taken = form.instance, set(data.getlist(TAKE_THEIRS))
    is_deleted = bool(form.data.get(form.add_prefix("DELETE")))
    names = form.fields if is_deleted else form.changed_data
    for name, model_field in iterate_model_fields(form, names):
        now, html_name = model_field.value_from_object(record), form.add_prefix(name)
        if html_name in taken:
            data.setlist(html_name, serialize_value(form.fields[name], now))
            continue
        if since is None or not since.has_changed(model_field, now):
            continue
        before = since.before
        is_untouched = before is not None and not form.fields[name].has_changed(
            model_field.value_from_object(before), get_submitted_data(form, name)
        )
        if is_untouched and not is_deleted:
            data.setlist(html_name, serialize_value(form.fields[name], now))
        if is_deleted:
            yours = "행 삭제"
        else:
            yours = UNTOUCHED if is_untouched else format_submitted_value(form, name, model_field)
        yield Conflict(
            record=str(record) if form.prefix else "",
            label=str(form.fields[name].label),
            old=format_record_value(before, model_field) if before else "알 수 없음",
            theirs=format_record_value(record, model_field),
            yours=yours,
            by=describe_author(since.find_entry(model_field)),
            name="" if is_untouched or is_deleted else html_name,
            is_taken=is_untouched and not is_deleted,
        )


def is_valid_key(model: type[models.Model], text: str) -> bool:
    """Whether the text is a valid primary key of the model."""
    key = model._meta.pk
    try:
        key.run_validators(key.to_python(text))
    except ValidationError:
        return False
    return True


def find_row_conflicts(formset, data: QueryDict, seen: dict[str, int], now: dict[str, int]):
    """Return the conflicts of the inline rows, and rewrite deleted rows in `data`.

    A row that another user has deleted is removed from the form, or added as a new row if this user
    has changed it.
    """
    conflicts, removed, re_added = [], set(), []
    taken = set(data.getlist(TAKE_THEIRS))
    for number, form in enumerate(formset.forms):
        key = data.get(form.add_prefix("id"), "")
        if form.prefix in taken:
            removed.add(number)
        elif key in now and form.instance.pk:
            since = None
            if seen.get(key) != now[key]:
                since = ChangesSince(formset.model, key, seen.get(key))
            conflicts += find_form_conflicts(form, data, since)
        elif is_valid_key(formset.model, key) and number < formset.initial_form_count():
            since = ChangesSince(formset.model, key, seen.get(key))
            if since.before is None and not since.entries:
                continue
            removed.add(number)
            conflict = build_deleted_row_conflict(form, since)
            if conflict.name:
                re_added.append((number, conflict))
            elif not data.get(form.add_prefix("DELETE")):
                conflicts.append(conflict)
    positions = rewrite_rows(formset, data, removed, [number for number, _ in re_added])
    for position, (_, conflict) in zip(positions, re_added, strict=True):
        conflicts.append(Conflict(**vars(conflict) | {"name": f"{formset.prefix}-{position}"}))
    return conflicts


def build_deleted_row_conflict(form: forms.ModelForm, since: ChangesSince) -> Conflict:
    """Return the conflict of an inline row that has been deleted or moved to another record.

    Its `name` is only a marker; `find_row_conflicts` replaces it by the prefix of the new row.
    """
    last = since.before or since.entries[-1]
    my_changes = [
        f"{form.fields[name].label} {format_submitted_value(form, name, model_field)}"
        for name, model_field in iterate_model_fields(form, form.fields)
        if not isinstance(form.fields[name].widget, forms.HiddenInput)
        and name not in (form._meta.model._meta.pk.name,)
        and form.fields[name].has_changed(
            model_field.value_from_object(last), get_submitted_data(form, name)
        )
    ]
    is_mine = bool(my_changes) and not form.data.get(form.add_prefix("DELETE"))
    return Conflict(
        record=str(last.instance),
        label="행 전체",
        old="있음",
        theirs="삭제하거나 옮김",
        yours=", ".join(my_changes) if is_mine else UNTOUCHED,
        by=describe_author(since.entries[-1] if since.entries else None),
        name="re-added" if is_mine else "",
        is_taken=not is_mine,
    )


def rewrite_rows(formset, data: QueryDict, removed: set[int], re_added: list[int]) -> list[int]:
    """Remove rows from the submitted data and append some as new rows; return their positions."""
    if not removed:
        return []
    names = [*formset.empty_form.fields, "id", "DELETE", formset.fk.name]

    def row(number: int) -> dict[str, list[str]]:
        keys = {name: f"{formset.prefix}-{number}-{name}" for name in names}
        return {name: data.getlist(key) for name, key in keys.items() if key in data}

    numbers = range(formset.total_form_count())
    rows = [row(number) for number in numbers if number not in removed]
    initial = formset.initial_form_count() - len(
        [number for number in removed if number < formset.initial_form_count()]
    )
    first_new = len(rows)
    rows += [row(number) | {"id": [""], "DELETE": []} for number in re_added]
    for number in numbers:
        for name in names:
            data.pop(f"{formset.prefix}-{number}-{name}", None)
    for number, values in enumerate(rows):
        for name, value in values.items():
            if value:
                data.setlist(f"{formset.prefix}-{number}-{name}", value)
    data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{formset.prefix}-INITIAL_FORMS"] = str(initial)
    return list(range(first_new, len(rows)))
