"""Model fields shared by the records: normalised text, URLs and lists of names."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models.lookups import (
    Contains,
    EndsWith,
    IContains,
    IEndsWith,
    IExact,
    IStartsWith,
    StartsWith,
)

from centers.text.hangul import normalise

MAX_NAME_LENGTH = 100


class CleanTextMixin:
    """Text in NFC without control or invisible characters, on every write and lookup.

    A stored control character would break feeds and spreadsheets, and decomposed Hangul (as macOS
    types it) would never be found.
    """

    keep_lines = False

    def to_python(self, value):
        value = cast(Any, super()).to_python(value)
        return normalise(value, keep_lines=self.keep_lines) if isinstance(value, str) else value


class CleanCharField(CleanTextMixin, models.CharField):
    """One line of clean text."""


class CleanTextField(CleanTextMixin, models.TextField):
    """Several lines of clean text; `max_length` holds for every write, not only in forms."""

    keep_lines = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))


class CleanURLField(CleanTextMixin, models.URLField):
    """A URL; http and https only, so that a link cannot carry a script."""

    default_validators = [
        URLValidator(
            schemes=["http", "https"], message="http:// 또는 https://로 시작하는 주소를 적으세요."
        )
    ]

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https", **kwargs})


PHONE_PATTERN = r"^(\+82-?|0)?[0-9]{1,4}-?[0-9]{3,4}-?[0-9]{4}\Z"


def build_phone_field(name: str, **kwargs) -> CleanCharField:
    """Build a field for one telephone number; "" if unknown."""
    message = "전화번호는 02-123-4567처럼 숫자와 붙임표(-)로 적습니다."
    return CleanCharField(
        name,
        max_length=30,
        blank=True,
        validators=[RegexValidator(PHONE_PATTERN, message)],
        **kwargs,
    )


def build_user_field(name: str, **kwargs) -> models.ForeignKey:
    """Build a field for who did something; None if it was a program or a deleted account."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=name,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        **kwargs,
    )


def build_act_fields(
    verb: str, is_optional: bool = True
) -> tuple[models.ForeignKey, models.DateTimeField]:
    """Build the fields for who did something and when; both None until it is done.

    `verb` is as in 되돌린 사람, 되돌린 때; `is_optional` whether a form may leave out the person.
    """
    return (
        build_user_field(f"{verb} 사람", blank=is_optional),
        models.DateTimeField(f"{verb} 때", null=True, blank=True),
    )


class CleanLookupMixin:
    """A lookup that normalises its text as `CleanTextMixin` does."""

    def get_prep_lookup(self):
        value = cast(Any, super()).get_prep_lookup()
        return normalise(value) if isinstance(value, str) else value


# Django does not call the field's to_python() for the values of these lookups.
for _lookup in (Contains, IContains, StartsWith, IStartsWith, EndsWith, IEndsWith, IExact):
    _clean_lookup = type(_lookup.__name__, (CleanLookupMixin, _lookup), {})
    for _field in (CleanCharField, CleanTextField, CleanURLField):
        _field.register_lookup(_clean_lookup)


class InKeys(models.Lookup):
    """Whether an integer key is one of a list: `pk__in_keys`.

    Django's own `in` prepares each key, which for hundreds takes longer than the query.
    """

    lookup_name = "in_keys"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        keys = ",".join(str(int(key)) for key in self.rhs)
        if not keys:
            raise EmptyResultSet
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN ({keys})", params


for _field in (models.IntegerField, models.ForeignKey):
    _field.register_lookup(InKeys)


class NameListFormField(forms.CharField):
    """A list of names, one per line."""

    widget = forms.Textarea

    def __init__(self, *, encoder=None, decoder=None, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("rows", 4)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return clean_names((super().to_python(value) or "").splitlines())

    def has_changed(self, initial, data):
        try:
            return (initial or []) != self.to_python(data)
        except ValidationError:
            return True  # as Django's own fields do; `clean` says what is wrong


class NameListField(models.JSONField):
    """A list of names, each normalised text, in the order given; stored as JSON.

    `max_item_length` is the longest name in characters.
    """

    def __init__(self, *args, max_item_length: int = MAX_NAME_LENGTH, **kwargs):
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        self.max_item_length = max_item_length
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.max_item_length != MAX_NAME_LENGTH:
            kwargs["max_item_length"] = self.max_item_length
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        # Most lists are empty, and a whole list of centres has thousands of them.
        return [] if value == "[]" else super().from_db_value(value, expression, connection)

    def to_python(self, value):
        return clean_names(value) if is_name_list(value) else value

    def get_db_prep_value(self, value, connection, prepared=False):
        return super().get_db_prep_value(self.to_python(value), connection, prepared)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not is_name_list(value):
            raise ValidationError("이름의 목록이어야 합니다.")
        if any(len(name) > self.max_item_length for name in value):
            raise ValidationError(f"이름은 {self.max_item_length}자까지 적습니다.")

    def formfield(self, **kwargs):
        # A hidden copy of the default would be described by a help text that belongs to another.
        given = {"form_class": NameListFormField, "show_hidden_initial": False}
        return super().formfield(**given | kwargs)


def is_name_list(value) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def clean_names(names: list[str]) -> list[str]:
    cleaned = (normalise(name) for name in names)
    return [name for name in cleaned if name]


def get_model_field(model: type[models.Model], name: str) -> models.Field:
    """Return a field that is a column of the model, by its own name or that of the column."""
    return cast(models.Field, model._meta.get_field(name))
