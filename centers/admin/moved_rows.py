"""What a merge moves besides records with a history, and how its undo moves it back."""

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import serializers

from centers.admin.record_models import list_record_models
from centers.models import Announcement, Call, Center, ChangeSet, Correction, ImportRun


def move_rows(winner: Any, dropped: Any) -> dict[str, Any]:
    """Move what has no history of its own; return what `move_rows_back` needs, for JSON."""
    if isinstance(winner, Center):
        reports = list(dropped.corrections.values_list("pk", flat=True))
        Correction.objects.filter(pk__in=reports).update(center=winner)
        return {"center": dropped.pk, "corrections": reports, **_move_calls(winner, dropped)}
    if isinstance(winner, Announcement):
        return {"announcement": dropped.pk, **_move_sources(winner, dropped)}
    return {}


def _move_calls(winner: Center, dropped: Center) -> dict[str, Any]:
    """Move the calls; of two in one round the one with the later result stays."""
    present = {call.call_round_id: call for call in Call.objects.filter(center=winner)}
    moved, removed = [], []
    for call in Call.objects.filter(center=dropped).order_by("pk"):
        other = present.get(call.call_round_id)
        if other and not _is_later(call, other):
            removed.append(call)
            continue
        if other:
            removed.append(other)
        moved.append(call.pk)
    stored = _serialize(removed)
    Call.objects.filter(pk__in=[call.pk for call in removed]).delete()
    Call.objects.filter(pk__in=moved).update(center=winner)
    return {"calls": moved, "removed_calls": stored}


def list_removed_rows(records: Iterable[Any]) -> dict[str, Any]:
    """What the deletion of records deletes with them that has no history of its own."""
    centers = [record.pk for record in records if isinstance(record, Center)]
    return {"removed_calls": _serialize(Call.objects.filter(center__in=centers))}


def _serialize(calls: Iterable[Call]) -> list[dict[str, Any]]:
    return json.loads(serializers.serialize("json", calls))


def _is_later(call: Call, other: Call) -> bool:
    """Whether a call has a result, and another of the same round has none or an earlier one."""
    if call.called_at is None:
        return False
    return other.called_at is None or call.called_at > other.called_at


def _move_sources(winner: Announcement, dropped: Announcement) -> dict[str, Any]:
    """Let the history and the imports name the announcement that stays as their document."""
    sources = {}
    for model in list_record_models():
        if not hasattr(model.history.model, "source"):
            continue
        entries = model.history.filter(source=dropped.pk)
        if keys := list(entries.values_list("history_id", flat=True)):
            sources[model._meta.model_name] = keys
            model.history.filter(history_id__in=keys).update(source_id=winner.pk)
    runs = list(ImportRun.objects.filter(announcement=dropped).values_list("pk", flat=True))
    ImportRun.objects.filter(pk__in=runs).update(announcement=winner)
    return {"sources": sources, "runs": runs}


def move_rows_back(change_set: ChangeSet) -> None:
    """End the merge of records that are there again, with what has no history of its own."""
    moved = change_set.moved
    for merged in change_set.merged_records.all():
        model = apps.get_model("centers", merged.model)
        if not model._base_manager.filter(pk=merged.old_key).exists():
            return
        merged.delete()
    for model in list_record_models():
        keys = moved.get("sources", {}).get(model._meta.model_name, [])
        if keys:
            model.history.filter(history_id__in=keys).update(source_id=moved["announcement"])
    if moved.get("runs"):
        ImportRun.objects.filter(pk__in=moved["runs"]).update(announcement_id=moved["announcement"])
    if "center" in moved:
        key = moved["center"]
        Correction.objects.filter(pk__in=moved.get("corrections", [])).update(center_id=key)
        for call in Call.objects.filter(pk__in=moved.get("calls", [])):
            if not Call.objects.filter(call_round=call.call_round_id, center=key).exists():
                Call.objects.filter(pk=call.pk).update(center_id=key)
    restore_removed_rows(change_set)


def restore_removed_rows(change_set: ChangeSet) -> None:
    """Restore the calls that a merge or a deletion removed, of centres that are there again."""
    stored = json.dumps(change_set.moved.get("removed_calls", []))
    for one in serializers.deserialize("json", stored, ignorenonexistent=True):
        call: Any = one.object
        same = Call.objects.filter(call_round=call.call_round_id, center=call.center_id)
        if not Center.objects.filter(pk=call.center_id).exists() or same.exists():
            continue
        if not get_user_model().objects.filter(pk=call.called_by_id).exists():
            call.called_by_id = None
        call.save()
