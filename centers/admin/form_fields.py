"""Form fields that take numbers and telephones as Koreans write them: 1,200; 042)363-7563."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from centers.models.fields import get_model_field
from centers.text.numbers import parse_number
from centers.text.phones import PhoneError, split_phone


class PartialForm(forms.ModelForm):
    """A form of a few fields of a record, which is validated as a whole.

    An error of a field that the form lacks stands above the others, with the name of the field;
    Django would raise ValueError.
    """

    def _update_errors(self, errors):
        by_field = getattr(errors, "error_dict", {})
        for name in [name for name in by_field if name not in (*self.fields, NON_FIELD_ERRORS)]:
            label = get_model_field(type(self.instance), name).verbose_name
            texts = [f"{label}: {text}" for one in by_field.pop(name) for text in one.messages]
            by_field.setdefault(NON_FIELD_ERRORS, []).extend(map(ValidationError, texts))
        super()._update_errors(errors)  # pyright: ignore[reportAttributeAccessIssue]


class PhoneField(forms.CharField):
    """One telephone number, stored as 042-363-7563; the message names the first of several."""

    def clean(self, value):
        text = super().clean(value)
        if not text or text.startswith("+"):
            return text
        try:
            number, behind = split_phone(text)
        except PhoneError:
            return text  # the validators of the model say what is wrong
        if behind:
            raise ValidationError(f"전화번호는 하나만, {number}처럼 적어 주세요.")
        return number


class CountField(forms.IntegerField):
    """A number of makers, also with its unit: 1,200, 70개사."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "1,200이나 1200처럼 수만 적어 주세요."

    def to_python(self, value):
        number = parse_number(str(value)) if value not in self.empty_values else None
        return super().to_python(number.value if number and not number.is_about else value)
