"""The form of one call: the values to confirm or mend, and how the result is stored."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from centers.admin.form_fields import PartialForm, PhoneField
from centers.admin.sourced_forms import SourceForm, save_once
from centers.models import Call, Center, Citation, Operator
from centers.models.former_values import get_current_texts, keep_former_values
from centers.text.hangul import normalise

#: The values that a call confirms or mends, in the order of the screen.
CALL_FIELDS = ("phone", "address", "website", "status")
#: Those that every call which is answered confirms.
CONFIRMED_AT_FIRST = ("phone",)
REASON = "전화로 확인"


@dataclass(frozen=True)
class KnownNumber:
    """A number to call, and whose it is."""

    number: str
    label: str
    #: Whether it is the operator's, else the centre's.
    is_of_operator: bool = False
    #: Whether readers do not see it, since nobody has verified it.
    is_unverified: bool = False
    source: str = ""


def list_numbers(center: Center) -> list[KnownNumber]:
    """List the numbers to call, the centre's own first; dead ones are left out."""
    found: list[KnownNumber] = []
    operator = center.operator
    if center.phone:
        found.append(KnownNumber(center.phone, "센터 전화"))
    if operator and operator.phone:
        found.append(KnownNumber(operator.phone, f"{operator} 대표전화", is_of_operator=True))
    citations = Citation.objects.to_verify().filter(field="phone").exclude(value="")
    dead = Call.find_dead_numbers()
    about = citations.filter(center=center)
    if operator:
        about = about | citations.filter(operator=operator)
    for one in about.exclude(value__in=dead).order_by("pk"):
        if one.value not in {known.number for known in found}:
            label = f"확인할 번호 ({one.operator or '센터'})"
            found.append(
                KnownNumber(one.value, label, one.operator is not None, True, one.source_text)
            )
    return found


class CallForm(SourceForm, PartialForm):
    """The values of one centre, each with a box that says it was confirmed in the call."""

    source_means = None  # a call
    source_url = None

    number = forms.ChoiceField(
        label="건 번호", required=False, widget=forms.RadioSelect, choices=[]
    )
    result = forms.ChoiceField(
        label="결과",
        choices=Call.Result.choices,
        error_messages={"required": "결과 가운데 하나를 눌러 주세요."},
    )
    #: The newest history entry that the screen showed.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Center
        fields = CALL_FIELDS
        field_classes = {"phone": PhoneField}

    def __init__(self, numbers: list[KnownNumber], newest: int, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.former = get_current_texts(self.instance)
        self.numbers = {known.number: known for known in numbers}
        self.newest = newest
        number = cast(forms.ChoiceField, self.fields["number"])
        number.choices = [(known.number, known.number) for known in numbers]
        self.fields["source_title"].label = "이야기한 부서"
        self.fields["source_title"].initial = "센터"
        self.fields["source_date"].label = "전화한 날"
        self.fields["source_date"].initial = timezone.localdate().isoformat()
        self.fields["source_date"].help_text = "2026-11-28처럼 적습니다."
        self.fields["version"].initial = newest
        if numbers:
            number.initial = numbers[0].number
        for name in CALL_FIELDS:
            # What the editor saw, so that another change meanwhile is not taken for theirs.
            self.fields[name].show_hidden_initial = True
            self.fields[f"confirm_{name}"] = forms.BooleanField(
                label=f"{self.fields[name].label} 물어 확인함",
                required=False,
                initial=name in CONFIRMED_AT_FIRST,
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each value with its box."""
        return [(self[name], self[f"confirm_{name}"]) for name in CALL_FIELDS]

    @property
    def mended(self) -> list[str]:
        """The values that the editor changed."""
        return [name for name in self.changed_data if name in CALL_FIELDS]

    def clean(self):
        data: dict[str, Any] = super().clean() or {}
        result = data.get("result")
        if result in (Call.Result.NO_ANSWER, Call.Result.NO_SUCH_NUMBER):
            if self.mended:
                text = "고친 값이 있습니다. 통화했으면 ‘고침’을, 아니면 값을 되돌려 주세요."
                self.add_error(None, text)
            if result == Call.Result.NO_SUCH_NUMBER and not data.get("number"):
                self.add_error("number", "어느 번호가 없는 번호인지 골라 주세요.")
        elif result:
            self.clean_answered(data, result)
        if self.is_outdated:
            text = "그사이 다른 사람이 이 센터를 고쳤습니다. 지금 값을 보고 다시 눌러 주세요."
            self.add_error(None, text)
        return data

    @property
    def is_outdated(self) -> bool:
        """Whether somebody has changed the centre since the screen was opened."""
        return self.is_bound and self.data.get("version") != str(self.newest)

    def update_untouched(self) -> None:
        """Show the values of today where the editor has changed nothing; what was typed stays."""
        center = Center.objects.get(pk=self.instance.pk)
        now = type(self)(list(self.numbers.values()), self.newest, instance=center)
        data = cast(QueryDict, self.data).copy()
        for name in CALL_FIELDS:
            value = now[name].value() or ""
            if name not in self.mended:
                data[name] = value
            data[self.add_initial_prefix(name)] = value
        data["version"] = str(self.newest)
        self.data = data

    def clean_answered(self, data: dict[str, Any], result: str) -> None:
        """Check what a call that was answered needs: source, day, and what it is about."""
        if not data.get("source_title") and "source_title" not in self.errors:
            self.add_error(
                "source_title", "이야기한 부서를 적어 주세요. 사람의 이름은 적지 않습니다."
            )
        if len(data.get("source_date") or "") != 10 and "source_date" not in self.errors:
            self.add_error("source_date", "전화한 날을 2026-11-28처럼 적어 주세요.")
        if result == Call.Result.RIGHT and self.mended:
            self.add_error(None, "고친 값이 있습니다. ‘고침’을 눌러 주세요.")
        if result == Call.Result.MENDED and not self.mended:
            self.add_error(None, "고친 값이 없습니다. 그대로이면 ‘맞음’을 눌러 주세요.")
        known = self.numbers.get(data.get("number", ""))
        is_new_number = known is not None and known.is_unverified
        if result == Call.Result.RIGHT and not (self.list_confirmed(data) or is_new_number):
            self.add_error(None, "무엇을 물어 확인했는지 하나는 표시해 주세요.")

    def list_confirmed(self, data: dict[str, Any]) -> list[str]:
        """The unchanged values, known ones only, that were confirmed."""
        return [
            name
            for name in CALL_FIELDS
            if data.get(f"confirm_{name}") and name not in self.mended and data.get(name)
        ]

    def build_citation(self, **values) -> Citation:
        data = self.cleaned_data
        return Citation(
            means=Citation.Means.CALL,
            rank=Citation.Rank.OPERATOR,
            source_title=normalise(data["source_title"]),
            published_on=data["source_date"],
            confidence=Citation.Confidence.MEDIUM,
            **values,
        )

    def store(self, call: Call, user: Any) -> None:
        """Store the result: the values with their citations, and the call itself.

        Raises ValidationError for values that do not fit the record.
        """
        data = self.cleaned_data
        result, number = data["result"], data.get("number", "")
        with transaction.atomic():
            if result == Call.Result.NO_SUCH_NUMBER:
                drop_number(self.instance, number)
            elif result != Call.Result.NO_ANSWER:
                self.store_values(number)
            call.result, call.number = result, number
            call.called_at, call.called_by = timezone.now(), user
            call.save()

    def store_values(self, number: str) -> None:
        data, center = self.cleaned_data, self.instance
        confirmed = self.list_confirmed(data)
        known = self.numbers.get(number)
        if known and known.is_unverified and "phone" not in self.mended:
            owner = center.operator if known.is_of_operator else center
            verify_number(self, owner, number)
            confirmed = [name for name in confirmed if name != "phone" or known.is_of_operator]
        day = data["source_date"]
        if center.confirmed_on is None or center.confirmed_on.isoformat() < day:
            center.confirmed_on = day
        keep_former_values(center, self.former)
        center._change_reason = REASON
        center.save()
        values = {name: str(getattr(center, name)) for name in [*self.mended, *confirmed]}
        for name, value in (values | {"confirmed_on": day}).items():
            if value:
                save_once(self.build_citation(center=center, field=name, value=value))


def verify_number(form: CallForm, owner: Center | Operator, number: str) -> None:
    """Cite the number of an answered call, and make it the record's if that has none."""
    about: dict[str, Any] = {"operator" if isinstance(owner, Operator) else "center": owner}
    save_once(form.build_citation(field="phone", value=number, **about))
    if not owner.phone:
        owner.phone = number
        if isinstance(owner, Operator):
            owner._change_reason = REASON
            owner.save()


def drop_number(center: Center, number: str) -> None:
    """Take a dead number off the centre and its operator; what stated it is marked, not deleted."""
    for record in (center, center.operator):
        if record is None:
            continue
        if record.phone == number:
            record.phone = ""
            record._change_reason = "없는 번호"
            record.save()
        for one in record.citations.filter(field="phone", value=number):
            note = f"없는 번호 ({timezone.localdate().isoformat()} 전화로 확인)"
            one.confidence = Citation.Confidence.LOW
            one.note = f"{one.note}\n{note}".strip()[:500]
            one._change_reason = "없는 번호"
            one.save()


def read_error(error: ValidationError) -> str:
    """The messages of an error as one text."""
    return " ".join(error.messages)
