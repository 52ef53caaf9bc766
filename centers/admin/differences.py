"""The differences between two entries of the history, in Korean: 상태: 운영 중 → 운영 종료."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from centers.admin.edit_conflicts import format_field_value
from centers.models import Citation, MergedRecord, Region
from centers.models.services import RegionListField


@dataclass(frozen=True)
class Difference:
    """One field of two states of a record, with both values as the screen shows them."""

    name: str
    label: str
    old: str
    new: str


class Differences:
    """Compares states of records; the number of queries does not depend on theirs."""

    def __init__(self, states: Iterable[Any]) -> None:
        """Take the history entries and records that will be compared; None is left out."""
        keys: dict[type[models.Model], set] = defaultdict(set)
        regions: set[str] = set()
        for state in states:
            for field in list_fields(state) if state is not None else ():
                value = getattr(state, field.attname)
                if field.related_model and value is not None:
                    keys[_get_related_model(field)].add(value)
                elif isinstance(field, RegionListField):
                    regions.update(value or ())
        self._names = {model: _fetch_names(model, found) for model, found in keys.items()}
        self._regions = Region.objects.with_parents().in_bulk(regions) if regions else {}

    def compare(self, old: Any, new: Any) -> list[Difference]:
        """The fields in which two states of one record differ."""
        return [
            Difference(
                field.name,
                str(field.verbose_name),
                self.format_of(old, field),
                self.format_of(new, field),
            )
            for field in list_fields(old)
            if getattr(old, field.attname) != getattr(new, field.attname)
        ]

    def format_of(self, state: Any, field: models.Field) -> str:
        """The value of a field of a state; that of a citation depends on what it is about."""
        if field.name == "value" and (cited := _build_citation(state)):
            return cited.value_text or format_field_value(field, "")
        return self.format(field, getattr(state, field.attname))

    def format(self, field: models.Field, value: Any) -> str:
        """A stored value as the screen shows it; `value` is the key of a reference."""
        if field.related_model and value is not None:
            names = self._names.get(_get_related_model(field), {})
            return names.get(value, f"삭제된 {field.verbose_name}")
        if isinstance(field, RegionListField):
            regions = self._regions
            names = [regions[code].full_name if code in regions else code for code in value or ()]
            return ", ".join(names) or format_field_value(field, [])
        return format_field_value(field, value)


def list_fields(state: Any) -> list[models.Field]:
    """The fields of a record or history entry that the history tracks, without the key."""
    model = state._meta.model
    history = getattr(model, "history", None)
    tracked = history.model.tracked_fields if history else type(state).tracked_fields
    return [field for field in tracked if not field.primary_key]


def _build_citation(state: Any) -> Citation | None:
    """The statement of a citation or of an entry of its history; None for other records."""
    if getattr(state, "instance_type", type(state)) is not Citation:
        return None
    names = ("field", "value", "printed", "approximate", "operator_id")
    return Citation(**{name: getattr(state, name) for name in names})


def _get_related_model(field: models.Field) -> Any:
    return field.related_model


def _fetch_names(model: Any, keys: set) -> dict[Any, str]:
    """The names of records by key; those of merged ones from their history."""
    manager = Region.objects.with_parents() if model is Region else model._base_manager
    names = {key: str(record) for key, record in manager.in_bulk(keys).items()}
    if missing := keys - names.keys():
        merged = MergedRecord.objects.filter(
            model=model._meta.model_name,
            old_key__in=[key for key in missing if isinstance(key, int)],
        )
        for key in merged.values_list("old_key", flat=True):
            last = model.history.filter(id=key).order_by("history_id").last()
            names[key] = f"{last.instance if last else key} (합침)"
    return names


def find_previous_entries(model: Any, entries: Sequence[Any]) -> dict[int, Any]:
    """The entry before each of these entries of one model, by history id; two queries."""
    key = model._meta.pk.attname
    earlier = model.history.filter(
        **{key: models.OuterRef(key)}, history_id__lt=models.OuterRef("history_id")
    ).order_by("-history_id")
    ids = [entry.history_id for entry in entries]
    pairs = dict(
        model.history.filter(history_id__in=ids)
        .annotate(before_id=models.Subquery(earlier.values("history_id")[:1]))
        .values_list("history_id", "before_id")
    )
    before = model.history.in_bulk([one for one in pairs.values() if one])
    return {own: before[one] for own, one in pairs.items() if one in before}
