"""The origin of current values of records: a document or an editor, read from the history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.utils import timezone

from centers.models.base import Record
from centers.models.fields import get_model_field
from centers.models.history import CITED_LOAD_REASON


@dataclass(frozen=True)
class Origin:
    """The entry of the history that set a value."""

    #: The local day of the entry.
    on: date
    #: The primary key of the document, which may have been deleted since; None for an editor.
    source_id: int | None
    #: Whether the record was created with this value.
    is_first: bool
    #: Whether it came with a bundled citation: no announcement and no editor stated it.
    is_cited: bool = False
    #: The primary key of the newest document that states the same value, if any.
    confirmed_by: int | None = None

    @property
    def is_from_editor(self) -> bool:
        return self.source_id is None and not self.is_cited


def find_origins(
    model: type[Record], keys: Iterable[int], fields: Iterable[str]
) -> dict[int, dict[str, Origin]]:
    """Return the origin of each field's current value, by primary key and field name; one query.

    Records without history are left out. The history of the model must have `Provenance`.
    """
    fields = list(fields)
    attributes = [get_model_field(model, name).attname for name in fields]
    key = model._meta.pk.name
    return trace_origins(
        cast(Any, model)
        .history.model.objects.filter(**{f"{key}__in_keys": list(keys)})
        .order_by("history_date", "history_id")
        .values_list(key, *ENTRY_COLUMNS, *attributes),
        fields,
    )


#: The columns of an entry of the history that tell an origin.
ENTRY_COLUMNS = ("history_type", "history_date", "source_id", "history_change_reason")


def trace_origins(entries: Iterable[tuple], fields: Sequence[str]) -> dict[int, dict[str, Origin]]:
    """Return the origins from entries in chronological order.

    Each is the key of its record, its `ENTRY_COLUMNS` and its values of the fields.
    """
    found: dict[int, dict[str, Origin]] = defaultdict(dict)
    last: dict[int, list] = {}
    for record, kind, when, source_id, reason, *values in entries:
        before = last.get(record)
        changed = [
            name
            for index, name in enumerate(fields)
            if before is None or before[index] != values[index]
        ]
        if changed:
            origin = Origin(
                timezone.localtime(when).date(),
                source_id,
                is_first=kind == "+",
                is_cited=reason == CITED_LOAD_REASON,
            )
            found[record] |= dict.fromkeys(changed, origin)
        last[record] = values
    return dict(found)
