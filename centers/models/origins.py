"""Where the current values of records came from: a document, or an editor."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone


@dataclass(frozen=True)
class Origin:
    """The entry of the history by which a value came in."""

    #: The day it was entered here.
    on: date
    #: The key of the document, which may have been deleted since; None if an editor entered it.
    source_id: int | None
    #: Whether the record was made with this value.
    is_first: bool
    #: The key of the newest document that says the value too; None if none does.
    confirmed_by: int | None = None

    @property
    def is_from_editor(self) -> bool:
        return self.source_id is None


def find_origins(
    model: type[models.Model], keys: Iterable[int], fields: Iterable[str]
) -> dict[int, dict[str, Origin]]:
    """The origin of each field's current value, by record; one query.

    A record without history has none. Only for models whose history has `Provenance`.
    """
    fields = list(fields)
    attributes = [model._meta.get_field(name).attname for name in fields]
    key = model._meta.pk.name
    entries = (
        model.history.filter(**{f"{key}__in": list(keys)})
        .order_by("history_date", "history_id")
        .values_list(key, "history_type", "history_date", "source_id", *attributes)
    )
    found: dict[int, dict[str, Origin]] = defaultdict(dict)
    last: dict[int, tuple] = {}
    for record, kind, when, source_id, *values in entries:
        before = last.get(record)
        for index, name in enumerate(fields):
            if before is None or before[index] != values[index]:
                found[record][name] = Origin(
                    timezone.localtime(when).date(), source_id, is_first=kind == "+"
                )
        last[record] = values
    return dict(found)
