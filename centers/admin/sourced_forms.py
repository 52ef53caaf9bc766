"""The source of typed values: form fields that ask for it, and the citations made of it."""

from datetime import date
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.validators import URLValidator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from centers.admin.base import RecordAdmin, RecordForm
from centers.admin.duplicates import DistinctForm
from centers.admin.place_warnings import PlaceWarningForm
from centers.models import Center, Citation, Operator
from centers.models.citations import (
    CITED_CENTER_FIELDS,
    CITED_OPERATOR_FIELDS,
    VALUE_SEPARATOR,
    validate_partial_date,
)
from centers.text.hangul import normalise

SOURCE_FIELDS = ("source_means", "source_title", "source_url", "source_date")
#: Fields of the form that are none of the record.
_FORM_FIELDS = (*SOURCE_FIELDS, "is_distinct", "seen_warnings")
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
REQUIRED_OPERATOR_FIELDS = ("phone", "website")
NO_SOURCE = Citation.Rank.NONE.value
_RANKS = {
    Citation.Means.DOCUMENT.value: Citation.Rank.OFFICIAL,
    Citation.Means.WEBSITE.value: Citation.Rank.OPERATOR,
    Citation.Means.CALL.value: Citation.Rank.OPERATOR,
    Citation.Means.VISIT.value: Citation.Rank.OPERATOR,
}
_BLANK = (None, "", [])


class SourceForm(forms.Form):
    """What an editor says about the source of the values of one save."""

    source_means = forms.ChoiceField(
        label="어디서 알았는지",
        required=False,
        choices=[("", "---------"), *Citation.Means.choices],
    )
    source_title = forms.CharField(
        label="제목, 또는 이야기한 부서",
        required=False,
        max_length=200,
        help_text="사람의 이름은 적지 않습니다. 예: 소공인지원팀",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    source_url = forms.CharField(
        label="웹 주소",
        required=False,
        max_length=500,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message="http:// 또는 https://로 시작하는 주소를 적으세요.",
            )
        ],
        widget=forms.TextInput(attrs={"size": 60, "inputmode": "url"}),
    )
    source_date = forms.CharField(
        label="나오거나 확인한 날",
        required=False,
        max_length=10,
        validators=[validate_partial_date],
        help_text="2026-11-28처럼 적습니다. 문서의 날을 모르면 비웁니다.",
    )

    #: Whether the editor may say that there is no source.
    may_omit_source = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.may_omit_source and "source_means" in self.fields:
            field = cast(forms.ChoiceField, self.fields["source_means"])
            field.choices = [
                ("", "---------"),
                *Citation.Means.choices,
                (NO_SOURCE, Citation.Rank.NONE.label),
            ]

    def clean_source_title(self):
        return normalise(self.cleaned_data["source_title"])

    def add_source_errors(self, unsourced: list[str]) -> None:
        """Add the errors of the source; `unsourced` are the labels of values that need one."""
        data = self.cleaned_data
        means = data.get("source_means", "")
        has_error = "source_means" in self.errors
        if not means and unsourced and not has_error:
            labels = ", ".join(unsourced)
            self.add_error("source_means", f"새로 적은 값의 출처를 골라 주세요: {labels}")
        typed = [name for name in SOURCE_FIELDS[1:] if data.get(name)]
        if not means:
            if typed and not unsourced and not has_error:
                self.add_error("source_means", "어디서 알았는지 골라 주세요.")
            return
        if means == NO_SOURCE:
            if data.get("source_title"):
                self.add_error("source_title", "‘출처 없음’이면 비웁니다.")
            return
        if not data.get("source_title") and "source_title" not in self.errors:
            self.add_error("source_title", "문서의 제목이나 이야기한 부서를 적어 주세요.")
        is_act = means in (Citation.Means.CALL, Citation.Means.VISIT)
        if is_act and not data.get("source_date") and "source_date" not in self.errors:
            self.add_error("source_date", "전화하거나 찾아간 날을 적어 주세요.")

    def build_citation(self, **values) -> Citation:
        """Build the citation of one value, unsaved."""
        data = self.cleaned_data
        means, url = data["source_means"], data["source_url"]
        is_missing = means == NO_SOURCE
        day = data["source_date"]
        if is_missing:
            day = day or timezone.localdate().isoformat()
        return Citation(
            means=Citation.Means.DOCUMENT if is_missing else means,
            rank=Citation.Rank.NONE if is_missing else _RANKS[means],
            source_title=data["source_title"],
            publisher=urlsplit(url).hostname or "" if means == Citation.Means.WEBSITE else "",
            published_on=day,
            url=url,
            confidence=Citation.Confidence.MEDIUM,
            **values,
        )


class SourcedForm(DistinctForm, RecordForm, SourceForm):
    """A form of a record that asks for the source of its new values."""

    #: Names of fields whose new values need a source.
    required_fields: tuple[str, ...] = ()

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

    def is_public(self) -> bool:
        return bool(self.cleaned_data.get("published", self.instance.published))


class OperatorForm(SourcedForm):
    required_fields = REQUIRED_OPERATOR_FIELDS


class ActionSourceForm(SourceForm):
    """How and when an action on several centres was found to be right."""

    #: What the action sets, as the form names it.
    label = ""

    def clean(self):
        data = super().clean()
        self.add_source_errors([self.label])
        return data


class ConfirmationForm(ActionSourceForm):
    """How and when centres were confirmed."""

    label = "확인함"

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


class SourcedAdmin(RecordAdmin):
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
        hidden = [name for name in ("seen_warnings",) if name in self.form.base_fields]
        source = ("출처", {"fields": [*SOURCE_FIELDS, *hidden], "description": description})
        # The reason of the change comes last.
        has_reason = obj is not None
        if has_reason:
            return [*fieldsets[:-1], source, fieldsets[-1]]
        return [*fieldsets, source, (None, {"fields": ["is_distinct"]})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not request.resolver_match.url_name.endswith("_simple_history"):
            form.save_citations(obj)

    def request_source(
        self, request: HttpRequest, queryset: QuerySet, form_class: type[ActionSourceForm]
    ) -> ActionSourceForm | TemplateResponse:
        """Return the valid source of an action, or the page that asks for it."""
        attributes = {"may_omit_source": cast(Any, request.user).is_superuser}
        bound_class = type(form_class.__name__, (form_class,), attributes)
        form = bound_class(request.POST if "source_means" in request.POST else None)
        if form.is_bound and form.is_valid():
            return form
        context = {
            **self.admin_site.each_context(request),
            "title": form.label,
            "opts": self.opts,
            "form": form,
            "records": list(queryset),
            "action": request.POST.get("action", ""),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/centers/action_source.html", context)
