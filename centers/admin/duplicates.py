"""Finds records that look like one, in the data checks and while one is added."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms

from centers.importer.facts import make_operator_key
from centers.importer.match import build_lookalike_keys
from centers.models import Center, Operator
from centers.text.formatting import quote
from centers.text.hangul import to_plain_text


def build_center_keys(
    name: str,
    address: str,
    phone: str,
    subject: tuple[str, str | None, str] | None = None,
    operator: str = "",
) -> set[tuple]:
    """Keys of which two records of one centre share one; `subject` is region, industry, specialty.

    An operator may run centres for two specialties of one industry.
    """
    keys: set[tuple] = {*build_lookalike_keys(name, address, phone)}
    if operator and subject:
        region, industry, specialty = subject
        keys.add((region, industry, to_plain_text(specialty), make_operator_key(operator)))
    return keys


def find_duplicate_keys() -> set[int]:
    """The primary keys of open centres that share a key with another one."""
    alike: dict[tuple, set[int]] = defaultdict(set)
    for key, keys in _list_center_keys():
        for one in keys:
            alike[one].add(key)
    return set().union(*(keys for keys in alike.values() if len(keys) > 1))


def _list_center_keys() -> Iterable[tuple[int, set[tuple]]]:
    centers = Center.objects.exclude(status=Center.Status.CLOSED).values_list(
        "pk",
        "name",
        "address",
        "phone",
        "region_id",
        "industry_id",
        "specialty",
        "operator__name",
    )
    for key, name, address, phone, region, industry, specialty, operator in centers:
        subject = (region, industry, specialty)
        yield key, build_center_keys(name, address, phone, subject, operator or "")


def find_lookalikes(record: Any) -> list[str]:
    """The names of saved records that look like a new centre or operator."""
    if isinstance(record, Operator):
        key = make_operator_key(record.name)
        return [
            operator.name
            for operator in Operator.objects.order_by("pk")
            if key in map(make_operator_key, (operator.name, *operator.former_names))
        ]
    operator = record.operator.name if record.operator_id else ""
    subject = (record.region_id, record.industry_id, record.specialty)
    keys = build_center_keys(record.name, record.address, record.phone, subject, operator)
    found = [key for key, others in _list_center_keys() if keys & others]
    return [str(center) for center in Center.objects.filter(pk__in=found).order_by("pk")]


class DistinctForm(forms.ModelForm):
    """A form that adds a record which looks like a saved one only if the editor confirms it."""

    is_distinct = forms.BooleanField(label="비슷한 것이 있어도 새로 추가", required=False)

    def _post_clean(self):
        # Here the values are on the record, and were checked one by one.
        super()._post_clean()  # pyright: ignore[reportAttributeAccessIssue] - Django's own hook
        is_new = self.instance._state.adding
        if not is_new or self.errors or self.cleaned_data.get("is_distinct"):
            return
        if names := find_lookalikes(self.instance):
            listed = ", ".join(quote(name, "", "") for name in names[:3])
            self.add_error(
                "is_distinct",
                f"이미 있는 {self.instance._meta.verbose_name}일 수 있습니다: {listed}."
                " 다른 곳이 맞으면 이 칸에 표시하고 다시 저장해 주세요.",
            )
