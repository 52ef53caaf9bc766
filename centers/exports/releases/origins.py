"""When the values of a release changed, and by which source: read from the public history."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from centers.models import Center, DataVersion
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, HISTORY_FIELDS
from centers.models.change_sets import get_merged_keys
from centers.models.reference_data import get_reference_data
from centers.provenance.changes import Change, Changes, get_public_history
from centers.provenance.sources import EDITOR_ENTRY


def describe_source(change: Change, name: str) -> tuple[str, str]:
    """Name what a value of a change follows, with its URL or path; of an editor no name.

    A document, the statement of the value, or else an editor.
    """
    if change.source:
        return change.source_text, change.source.get_absolute_url()
    if (citation := change.cited.get(name)) is None:
        return EDITOR_ENTRY, ""
    text, title = citation.source_text, citation.source_title
    return (text if title in text else f"{title}, {text}"), citation.url


def find_origins(wanted: set[tuple[int, str]], since: date) -> list[dict[str, Any]]:
    """Return day and source of the newest change of some values since a day.

    `wanted` are keys of centres with names of fields. Both are None where the history does not tell
    them, as after an undo: they would be taken from an earlier release otherwise.
    """
    start = timezone.make_aware(datetime.combine(since, time.min))
    entries = get_public_history().filter(
        id__in={key for key, _ in wanted}, history_date__gte=start
    )
    changes = Changes(entries, *get_reference_data(DataVersion.cached()))
    by_key = {entry.history_id: entry for entry in changes.entries}
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for change in changes:
        entry, center = by_key[change.key], change.center
        # An entry of a new centre sets all its values.
        names = HISTORY_FIELDS if change.is_first else [field.name for field in change.fields]
        for name in names:
            key, attname = (center.pk, name), CENTER_FIELDS_BY_NAME[name].attname
            is_still_true = getattr(entry, attname) == getattr(center, attname)
            if key in wanted and is_still_true and key not in found:
                day, (source, url) = change.on.isoformat(), describe_source(change, name)
                found[key] = {
                    "id": center.pk, "field": name, "on": day, "source": source, "url": url,
                }  # fmt: skip
    return [
        found.get(key) or {"id": key[0], "field": key[1], "on": None, "source": None}
        for key in sorted(wanted)
    ]


def find_merged(keys: Iterable[int]) -> dict[str, int]:
    """Return the centres that some are part of now, by their old keys."""
    merged = get_merged_keys(DataVersion.cached())["center"]
    shown = set(Center.objects.published().order_by().values_list("pk", flat=True))
    return {str(key): merged[key] for key in sorted(keys) if merged.get(key) in shown}
