"""Records acts that change several records as change sets, and undoes them as a whole."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone

from centers.admin.moved_rows import move_rows_back
from centers.admin.record_models import list_record_models
from centers.importer.apply import MAX_REASON_LENGTH, lock_records
from centers.models import (
    ChangeSet,
    ChangeSetEntry,
    Citation,
    DataVersion,
)
from centers.models.change_sets import follow_merged
from centers.text.formatting import quote

#: From this number of records on, an act asks for its reason.
MANY = 3
#: Most records of a change set that are named.
MAX_NAMES = 200
UNDO_REASON = "되돌림"


class UndoError(Exception):
    """A change set that cannot be undone; the message is for the screen."""


def sees_all_work(user: Any) -> bool:
    """Whether somebody sees what all others did; editors see their own work."""
    return user.has_perm("auth.view_user")


@contextmanager
def record_changes(
    user: Any, title: str, reason: str = "", source: str = ""
) -> Iterator[ChangeSet]:
    """Run the block in one transaction, and store what it writes to the history as a change set.

    All records are locked, so that no entry of another transaction can come between. The change set
    is deleted again if the block has changed nothing: its primary key is None then.
    """
    with transaction.atomic():
        lock_records()
        last = {
            model: model.history.aggregate(last=Max("history_id"))["last"] or 0
            for model in list_record_models()
        }
        change_set = ChangeSet.objects.create(
            title=title[:200], reason=reason, source=source, made_by=user
        )
        yield change_set
        text = f"{title} ({reason})" if reason else title
        entries = []
        for model, before in last.items():
            written = model.history.filter(history_id__gt=before).order_by("history_id")
            blank = Q(history_change_reason=None) | Q(history_change_reason="")
            written.filter(blank).update(history_change_reason=text[:MAX_REASON_LENGTH])
            written.filter(history_user=None).update(history_user=user)
            entries += written
        if not entries:
            change_set.delete()
            return
        ChangeSetEntry.objects.bulk_create(
            (
                ChangeSetEntry(
                    change_set=change_set,
                    model=entry.instance_type._meta.model_name,
                    history_id=entry.history_id,
                )
                for entry in entries
            ),
            batch_size=500,
        )
        change_set.names = name_records(entries)
        change_set.save()
        DataVersion.bump()


def name_records(entries: Iterable[Any]) -> list[str]:
    """The names of the records of history entries, at most `MAX_NAMES`.

    Citations are named only if nothing else changed.
    """
    records = {(entry.instance_type, get_key(entry)): entry for entry in entries}
    others = [entry for (model, _), entry in records.items() if model is not Citation]
    shown = (others or list(records.values()))[:MAX_NAMES]
    return list(dict.fromkeys(map(name_entry, shown)))


def name_entry(entry: Any) -> str:
    """The name of the record of a history entry, also where what it refers to is deleted."""
    record = entry.instance
    try:
        record.derive()
        return name_record(record)
    except ObjectDoesNotExist:
        return getattr(record, "name", "") or f"{record._meta.verbose_name} {record.pk}번"


def name_record(record: Any) -> str:
    """The name of a record in lists of all kinds; a citation with what it is about."""
    if isinstance(record, Citation):
        return f"{record.center or record.operator}: {record.field_label} {record.value_text}"
    return str(record)


def may_undo(user: Any, change_set: ChangeSet) -> bool:
    """Whether somebody may undo a change set: its author or a manager."""
    if change_set.undone_at or not (change_set.made_by_id == user.pk or sees_all_work(user)):
        return False
    names = set(change_set.entries.values_list("model", flat=True))
    return all(has_record_permission(user, name, "change") for name in names)


def has_record_permission(user: Any, model_name: str, action: str) -> bool:
    options = apps.get_model("centers", model_name)._meta
    return user.has_perm(f"centers.{get_permission_codename(action, options)}")


@dataclass
class _Step:
    """What undoes one history entry.

    `run` returns what it left, since it was changed in the meantime; it raises UndoError if it can
    restore nothing.
    """

    entry: Any
    run: Callable[[], str]
    problem: str = ""
    is_done: bool = False


def undo_change_set(change_set: ChangeSet, user: Any) -> list[str]:
    """Restore what a change set changed, and return what it left because it was changed since.

    The history entries of the change set are deleted where nothing follows them, so that the act
    never was. Raises UndoError, in Korean, and changes nothing if there is nothing to restore.
    """
    with transaction.atomic():
        stored = ChangeSet.objects.select_for_update().filter(pk=change_set.pk).first()
        if stored is None or stored.undone_at:
            raise UndoError("이미 되돌렸습니다.")
        lock_records()
        steps = _build_steps(stored, user)
        left = run_steps(steps)
        if steps and not any(step.is_done for step in steps):
            raise UndoError(
                f"그 뒤에 모두 바뀌어 되돌릴 것이 없습니다: {_join(left)}."
                " 값 하나하나는 그 기록의 ‘이력’에서 되돌릴 수 있습니다."
            )
        move_rows_back(stored)
        stored.left, stored.undone_by, stored.undone_at = left, user, timezone.now()
        stored.save()
        DataVersion.bump()
    return left


def _build_steps(change_set: ChangeSet, user: Any) -> list[_Step]:
    keys: dict[str, list[int]] = defaultdict(list)
    for name, key in change_set.entries.values_list("model", "history_id"):
        keys[name].append(key)
    steps: list[_Step] = []
    created: list[_Step] = []
    for model in list_record_models():
        # A record with several entries is restored from the last to the first.
        entries = model.history.filter(history_id__in=keys[model._meta.model_name])
        for entry in entries.order_by("-history_id"):
            match entry.history_type:
                case "-":
                    steps.append(_Step(entry, partial(restore_deleted, entry)))
                case "~":
                    steps.append(_Step(entry, partial(_restore_values, entry, user)))
                case _:
                    created.insert(0, _Step(entry, partial(_delete_created, entry)))
    return [*steps, *created]


def run_steps(steps: list[_Step]) -> list[str]:
    """Run the steps until no more of them succeed; return the problems of those that do not.

    A record that refers to a deleted one, or that has the name of a changed one, can only be
    restored after it.
    """
    pending = steps
    while pending:
        for step in pending:
            try:
                with transaction.atomic():
                    step.problem, step.is_done = step.run(), True
            except UndoError as error:
                step.problem = str(error)
            except ValidationError as error:
                step.problem = " ".join(error.messages)
            except (ProtectedError, ObjectDoesNotExist, IntegrityError):
                step.problem = "다른 기록이 쓰고 있음"
        failed = [step for step in pending if not step.is_done]
        if len(failed) == len(pending):
            break
        pending = failed
    return [
        f"{quote(name_entry(step.entry), '', '')}({step.problem})" for step in steps if step.problem
    ]


def get_key(entry: Any) -> Any:
    """The primary key of the record of a history entry; `entry.instance` would cost a query."""
    return getattr(entry, entry.instance_type._meta.pk.attname)


def find_record(entry: Any) -> Any:
    """The record of a history entry, locked; None if it is deleted."""
    model: Any = entry.instance_type
    return model._base_manager.select_for_update().filter(pk=get_key(entry)).first()


def find_earlier(entry: Any) -> Any:
    """The entry of the same record before this one; None if it is the first."""
    return find_entries(entry).filter(history_id__lt=entry.history_id).last()


def find_entries(entry: Any) -> models.QuerySet:
    """All history entries of the record of this entry, the oldest first."""
    model: Any = entry.instance_type
    return model.history.filter(**{model._meta.pk.attname: get_key(entry)}).order_by("history_id")


def find_later(entry: Any) -> models.QuerySet:
    """The history entries of the record after this one."""
    return find_entries(entry).filter(history_id__gt=entry.history_id)


def restore_deleted(entry: Any) -> str:
    """Bring a deleted record back with its old key; raises UndoError if it is there already."""
    if find_record(entry) is not None:
        raise UndoError("이미 되살림")
    record = entry.instance
    has_followed = follow_merged(record)
    record.skip_history_when_saving = True
    record.save()
    find_entries(entry).filter(history_id=entry.history_id).delete()
    if has_followed:
        del record.skip_history_when_saving
        record._change_reason = UNDO_REASON
        record.save()
    return ""


def _restore_values(entry: Any, user: Any) -> str:
    record, before = find_record(entry), find_earlier(entry)
    if record is None:
        raise UndoError("삭제됨")
    if before is None:
        raise UndoError("앞선 값을 모름")
    changed = [
        field
        for field in type(entry).tracked_fields
        if getattr(before, field.attname) != getattr(entry, field.attname)
    ]
    later = [
        field
        for field in changed
        if getattr(record, field.attname) != getattr(entry, field.attname)
    ]
    problem = f"{', '.join(str(field.verbose_name) for field in later)} 바뀜" if later else ""
    if changed and later == changed:
        raise UndoError(problem)
    for field in changed:
        if field not in later:
            setattr(record, field.attname, getattr(before, field.attname))
    has_followed = follow_merged(record)
    is_last = not (later or has_followed or find_later(entry).exists())
    if is_last:
        record.skip_history_when_saving = True
    else:
        record._history_user, record._change_reason = user, UNDO_REASON
    record.save()
    if is_last:
        find_entries(entry).filter(history_id=entry.history_id).delete()
    return problem


def _delete_created(entry: Any) -> str:
    record = find_record(entry)
    if record is None:
        raise UndoError("삭제됨")
    if find_later(entry).exists():
        raise UndoError("그 뒤에 고침")
    history = find_entries(entry)
    record.delete()
    history.delete()
    return ""


def _join(names: list[str]) -> str:
    more = f" 외 {len(names) - MANY}건" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more
