"""What somebody else has changed in a record while its form was open, field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_field
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Max
from django.http import QueryDict
from django.utils.timezone import localtime

#: The checkboxes by which the other's value is taken; their values name fields or rows of the form.
TAKE_THEIRS = "_take"
UNTOUCHED = "고치지 않음"


@dataclass(frozen=True)
class Conflict:
    """One field that somebody else has changed, and that saving this form would change back."""

    record: str
    label: str
    old: str
    theirs: str
    yours: str
    by: str
    #: What to tick to take theirs; blank where the form has theirs already, or can have none.
    name: str = ""
    is_taken: bool = False


def fetch_newest_entries(model: type[models.Model], keys: Iterable) -> dict[str, int]:
    """The last entry in the history of each record, 0 of one without any."""
    keys, pk = list(keys), model._meta.pk.attname
    entries = model.history.filter(**{f"{pk}__in": keys}).order_by()
    last = dict(entries.values_list(pk).annotate(Max("history_id")))
    return {str(key): last.get(key, 0) for key in keys}


def format_field_value(model_field: models.Field, value) -> str:
    """A value in the words of the screen: 운영 종료, not closed."""
    if isinstance(value, bool):
        return "예" if value else "아니오"
    unknown = admin.site.empty_value_display
    if isinstance(value, list):
        # Not as the JSON that it is stored as.
        return ", ".join(value) or unknown
    return str(display_for_field(value, model_field, unknown) or unknown)


def format_record_value(record: models.Model, model_field: models.Field) -> str:
    """The value of a record, or of an entry of its history, in words."""
    try:
        return format_field_value(model_field, getattr(record, model_field.name))
    except ObjectDoesNotExist:
        return f"삭제된 {model_field.verbose_name}"


def describe_author(entry) -> str:
    """Who wrote an entry of the history, when and why."""
    if entry is None:
        return "알 수 없음"
    user = entry.history_user
    who = (user.get_full_name() or user.get_username()) if user else "편집실 밖에서"
    why = f" ({entry.history_change_reason})" if entry.history_change_reason else ""
    return f"{who}, {localtime(entry.history_date):%Y-%m-%d %H:%M}{why}"


@dataclass
class ChangesSince:
    """The history of one record since the entry that a form showed."""

    model: type[models.Model]
    key: str
    seen: int | None
    #: The entry that the form showed; None if that is not known.
    before: models.Model | None = field(init=False, default=None)
    entries: list = field(init=False)

    def __post_init__(self):
        history = self.model.history.filter(**{self.model._meta.pk.attname: self.key})
        entries = history.filter(history_id__gte=self.seen or 0).select_related("history_user")
        self.entries = list(entries.order_by("history_id"))
        if self.seen and self.entries and self.entries[0].history_id == self.seen:
            self.before = self.entries.pop(0)

    def has_changed(self, model_field: models.Field, now) -> bool:
        """Whether the value is another than the form showed."""
        return self.before is None or getattr(self.before, model_field.attname) != now

    def find_entry(self, model_field: models.Field):
        """The entry by which the value came in; the last one if that is not known."""
        found, last = None, self.before
        for entry in self.entries:
            if last is None or getattr(last, model_field.attname) != getattr(
                entry, model_field.attname
            ):
                found = entry
            last = entry
        return found or (self.entries[-1] if self.entries else None)


def serialize_value(form_field: forms.Field, value) -> list[str]:
    """A value as a browser would send it."""
    value = form_field.prepare_value(value)
    if isinstance(form_field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = form_field.widget.format_value(value)
    if isinstance(shown, list | tuple):
        return [str(one) for one in shown]
    return ["" if shown is None else str(shown)]


def get_submitted_data(form: forms.ModelForm, name: str):
    return form[name].data


def format_submitted_value(form: forms.ModelForm, name: str, model_field: models.Field) -> str:
    """What was typed, in the words of the screen where it can be read."""
    data = get_submitted_data(form, name)
    try:
        return format_field_value(model_field, form.fields[name].clean(data))
    except ValidationError:
        return str(data)


def iterate_model_fields(form: forms.ModelForm, names: Iterable[str]) -> Iterator[tuple]:
    """Those of the form's fields that hold a value of the record."""
    for name in names:
        try:
            yield name, form._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue


def find_form_conflicts(
    form: forms.ModelForm, data: QueryDict, since: ChangesSince | None
) -> Iterator[Conflict]:
    """The conflicts in one form, whose untouched fields get in `data` what they are by now."""
    record, take = form.instance, set(data.getlist(TAKE_THEIRS))
    deletes = bool(form.data.get(form.add_prefix("DELETE")))
    names = form.fields if deletes else form.changed_data
    for name, model_field in iterate_model_fields(form, names):
        now, html_name = model_field.value_from_object(record), form.add_prefix(name)
        if html_name in take:
            data.setlist(html_name, serialize_value(form.fields[name], now))
            continue
        if since is None or not since.has_changed(model_field, now):
            continue
        before = since.before
        untouched = before is not None and not form.fields[name].has_changed(
            model_field.value_from_object(before), get_submitted_data(form, name)
        )
        if untouched and not deletes:
            data.setlist(html_name, serialize_value(form.fields[name], now))
        if deletes:
            yours = "행 삭제"
        else:
            yours = UNTOUCHED if untouched else format_submitted_value(form, name, model_field)
        yield Conflict(
            record=str(record) if form.prefix else "",
            label=str(form.fields[name].label),
            old=format_record_value(before, model_field) if before else "알 수 없음",
            theirs=format_record_value(record, model_field),
            yours=yours,
            by=describe_author(since.find_entry(model_field)),
            name="" if untouched or deletes else html_name,
            is_taken=untouched and not deletes,
        )


def is_valid_key(model: type[models.Model], text: str) -> bool:
    """Whether the text could be a primary key of the model."""
    key = model._meta.pk
    try:
        key.run_validators(key.to_python(text))
    except ValidationError:
        return False
    return True


def find_row_conflicts(formset, data: QueryDict, seen: dict[str, int], now: dict[str, int]):
    """The conflicts in the rows below a record; deleted rows become new ones or are left out.

    A row that is gone can only be kept by being entered anew.
    """
    conflicts, left_out, anew = [], set(), []
    take = set(data.getlist(TAKE_THEIRS))
    for number, form in enumerate(formset.forms):
        key = data.get(form.add_prefix("id"), "")
        if form.prefix in take:
            left_out.add(number)
        elif key in now and form.instance.pk:
            since = None
            if seen.get(key) != now[key]:
                since = ChangesSince(formset.model, key, seen.get(key))
            conflicts += find_form_conflicts(form, data, since)
        elif is_valid_key(formset.model, key) and number < formset.initial_form_count():
            since = ChangesSince(formset.model, key, seen.get(key))
            if since.before is None and not since.entries:
                continue
            left_out.add(number)
            conflict = build_deleted_row_conflict(form, since)
            if conflict.name:
                anew.append((number, conflict))
            elif not data.get(form.add_prefix("DELETE")):
                conflicts.append(conflict)
    places = rewrite_rows(formset, data, left_out, [number for number, _ in anew])
    for place, (_, conflict) in zip(places, anew, strict=True):
        conflicts.append(Conflict(**vars(conflict) | {"name": f"{formset.prefix}-{place}"}))
    return conflicts


def build_deleted_row_conflict(form: forms.ModelForm, since: ChangesSince) -> Conflict:
    """The conflict of a row that is no longer below the record."""
    last = since.before or since.entries[-1]
    mine = [
        f"{form.fields[name].label} {format_submitted_value(form, name, model_field)}"
        for name, model_field in iterate_model_fields(form, form.fields)
        if not isinstance(form.fields[name].widget, forms.HiddenInput)
        and name not in (form._meta.model._meta.pk.name,)
        and form.fields[name].has_changed(
            model_field.value_from_object(last), get_submitted_data(form, name)
        )
    ]
    is_mine = bool(mine) and not form.data.get(form.add_prefix("DELETE"))
    return Conflict(
        record=str(last.instance),
        label="행 전체",
        old="있음",
        theirs="삭제하거나 옮김",
        yours=", ".join(mine) if is_mine else UNTOUCHED,
        by=describe_author(since.entries[-1] if since.entries else None),
        name="anew" if is_mine else "",
        is_taken=not is_mine,
    )


def rewrite_rows(formset, data: QueryDict, left_out: set[int], anew: list[int]) -> list[int]:
    """Leave rows out of what was sent, and put some at the end as new ones; return where."""
    if not left_out:
        return []
    names = [*formset.empty_form.fields, "id", "DELETE", formset.fk.name]

    def row(number: int) -> dict[str, list[str]]:
        keys = {name: f"{formset.prefix}-{number}-{name}" for name in names}
        return {name: data.getlist(key) for name, key in keys.items() if key in data}

    numbers = range(formset.total_form_count())
    rows = [row(number) for number in numbers if number not in left_out]
    initial = formset.initial_form_count() - len(
        [number for number in left_out if number < formset.initial_form_count()]
    )
    first_new = len(rows)
    rows += [row(number) | {"id": [""], "DELETE": []} for number in anew]
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
