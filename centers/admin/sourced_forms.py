"""Forms of records that ask for the source of new values, and store it as citations."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from centers.admin.base import RecordForm
from centers.admin.bulk_changes import SourcedActionForm
from centers.admin.duplicates import DistinctForm
from centers.admin.merge_views import MergeableAdmin
from centers.admin.place_warnings import PlaceWarningForm
from centers.admin.source_form import NO_SOURCE, SOURCE_FIELDS, SourceForm
from centers.models import Center, Citation, Operator
from centers.models.citations import (
    CITED_CENTER_FIELDS,
    CITED_OPERATOR_FIELDS,
    VALUE_SEPARATOR,
)
from centers.models.fields import get_model_field
from centers.models.former_values import get_current_texts, keep_former_values
from centers.text.formatting import quote

#: Fields of the form that are none of the record.
_FORM_FIELDS = (*SOURCE_FIELDS, "is_correction", "is_distinct", "seen_warnings")
#: New values of these need a source where readers see them.
REQUIRED_CENTER_FIELDS = (
    "phone",
    "website",
    "cluster_size",
    "designated_year",
    "address",
    "operator",
    "status",
)
#: A new value of these says that a centre has closed.
CLOSING_FIELDS = ("closed_on", "successor")
REQUIRED_OPERATOR_FIELDS = ("phone", "website")
_BLANK = (None, "", [])


class SourcedForm(DistinctForm, RecordForm, SourceForm):
    """A form of a record that asks for the source of its new values."""

    #: Names of fields whose new values need a source.
    required_fields: tuple[str, ...] = ()

    is_correction = forms.BooleanField(
        label="잘못 적은 것을 바로잡음",
        required=False,
        help_text="표시하면 앞의 이름, 운영기관, 주소를 옛 것으로 남기지 않습니다.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        #: The values that would become former ones, as they were before this form.
        self.former = get_current_texts(self.instance) if self.instance.pk else {}

    @property
    def changed_data(self) -> list[str]:
        """The changed fields of the record; the source alone changes nothing."""
        return [name for name in super().changed_data if name not in _FORM_FIELDS]

    def clean(self):
        data = super().clean()
        self.add_source_errors([self.get_label(name) for name in self.find_unsourced_fields()])
        return data

    def get_label(self, name: str) -> str:
        return str(self.fields[name].label)

    def is_public(self) -> bool:
        """Whether readers see the record."""
        return True

    def find_unsourced_fields(self) -> list[str]:
        """The fields with a new value that readers will see and that nothing states yet."""
        if not self.is_public():
            return []
        return [
            name
            for name in self.required_fields
            if name in self.changed_data
            and name in self.cleaned_data
            and self.cleaned_data[name] not in _BLANK
            and not self.is_stated(name)
        ]

    def keep_former_values(self, record: Center | Operator) -> list[str]:
        """Keep what the record was before, unless that was wrong; return it in words."""
        if self.cleaned_data.get("is_correction"):
            return []
        lists = keep_former_values(record, self.former)
        return [
            f"{get_model_field(type(record), name).verbose_name} {quote(former[0], '', '')}"
            for name, former in lists.items()
            if former and former[0] in self.former.values()
        ]

    def is_stated(self, name: str) -> bool:
        """Whether a citation with a source states the new value already."""
        if not self.instance.pk:
            return False
        value = format_cited_value(self.cleaned_data[name])
        stated = self.instance.citations.filter(field=name, value=value)
        weak = Q(rank=Citation.Rank.NONE) | Q(confidence=Citation.Confidence.LOW)
        return stated.exclude(weak).exists()

    def save_citations(self, record: Center | Operator) -> None:
        """Store one citation for each new value, if the editor named a source."""
        if not self.cleaned_data.get("source_means"):
            return
        is_center = isinstance(record, Center)
        fields = CITED_CENTER_FIELDS if is_center else CITED_OPERATOR_FIELDS
        about: dict[str, Any] = {"center" if is_center else "operator": record}
        for name in self.changed_data:
            if name not in fields or self.cleaned_data.get(name) in _BLANK:
                continue
            citation = self.build_citation(
                field=name, value=format_cited_value(self.cleaned_data[name]), **about
            )
            save_once(citation)


def format_cited_value(value: Any) -> str:
    """A value of a form as `Citation.value` holds it."""
    if isinstance(value, list):
        return VALUE_SEPARATOR.join(value)
    if isinstance(value, Operator):
        return value.name
    return str(getattr(value, "code", value))


def save_once(citation: Citation) -> None:
    """Store a citation, unless the same statement of the same source is stored already."""
    key = {name: getattr(citation, name) for name in Citation.STATEMENT_KEY}
    about = {"center": citation.center, "operator": citation.operator}
    if not Citation.objects.filter(**key, **about).exists():
        citation.save()


class CenterForm(PlaceWarningForm, SourcedForm):
    required_fields = REQUIRED_CENTER_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in CLOSING_FIELDS:
            if name in self.fields:
                text = f"{self.fields[name].help_text}. 적으면 상태를 ‘운영 종료’로 바꿉니다."
                self.fields[name].help_text = text

    @property
    def changed_data(self) -> list[str]:
        names = super().changed_data
        return [*names, "status"] if self.closes and "status" not in names else names

    #: Whether a day or a successor was typed that says that the centre has closed.
    closes = False

    def clean(self):
        typed = [name for name in CLOSING_FIELDS if self.cleaned_data.get(name)]
        new = {*typed} & {*self.changed_data}
        status = self.cleaned_data.get("status", Center.Status.CLOSED)
        if new and "status" not in self.changed_data and status != Center.Status.CLOSED:
            self.cleaned_data["status"] = Center.Status.CLOSED.value
            self.closes = True
        return super().clean()

    def is_public(self) -> bool:
        return bool(self.cleaned_data.get("published", self.instance.published))


class OperatorForm(SourcedForm):
    required_fields = REQUIRED_OPERATOR_FIELDS


class ConfirmationForm(SourcedActionForm):
    """How and when centres were confirmed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The source says why.
        self.fields["reason"].required = False

    def clean(self):
        data = super().clean() or {}
        means, day = data.get("source_means"), data.get("source_date", "")
        if means and means != NO_SOURCE and len(day) != 10 and "source_date" not in self.errors:
            self.add_error("source_date", "확인한 날을 2026-11-28처럼 적어 주세요.")
        return data

    @property
    def day(self) -> date:
        """The day of the confirmation; today where there is no source."""
        text = self.cleaned_data["source_date"]
        return date.fromisoformat(text) if len(text) == 10 else timezone.localdate()


class SourcedAdmin(MergeableAdmin):
    """A model admin whose form asks for the source of new values."""

    form: type[SourcedForm]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        attributes = {"may_omit_source": request.user.is_superuser}
        return type(form.__name__, (form,), attributes)

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name not in _FORM_FIELDS]

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        may_save = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if not may_save:
            return fieldsets
        description = (
            "이번에 새로 적은 값 모두의 출처입니다. 게시한 기록의 전화, 누리집, 규모, 지정연도,"
            " 주소, 운영기관, 상태를 새로 적을 때는 꼭 적습니다."
        )
        source = ("출처", {"fields": [*SOURCE_FIELDS], "description": description})
        if obj is not None:
            # The reason of the change comes last.
            *others, (title, options) = fieldsets
            reason = (title, options | {"fields": ["is_correction", *options["fields"]]})
            return [*others, source, reason]
        return [*fieldsets, source, (None, {"fields": ["is_distinct"]})]

    def save_model(self, request, obj, form, change):
        listed = form.keep_former_values(obj)
        super().save_model(request, obj, form, change)
        form.save_citations(obj)
        if listed:
            text = f"찾을 수 있게 남겼습니다: {', '.join(listed)}. 틀린 값이면 지워 주세요."
            self.message_user(request, text)
