"""Undoes an import: restores the records and their history to the state before it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from centers.importer.apply import lock_records
from centers.importer.drafts import ImportRejectedError
from centers.models import Announcement, Center, DataVersion, ImportRun, Listing, Operator
from centers.models.base import Record
from centers.models.history import CITED_LOAD_REASON
from centers.text.formatting import quote

#: The models in an order that no foreign key prevents.
DELETION_ORDER = (Listing, Center, Operator, Announcement)
#: The number of records named in an error message.
MAX_NAMED_RECORDS = 3
#: Describes a record that was changed and then changed back.
CHANGED_BACK = "고쳤다가 되돌림"


#: The relations from which records derive columns, so that they are fetched together.
_DERIVED_FROM: dict[type[Record], tuple[str, ...]] = {
    Center: ("region__parent__parent", "industry", "operator")
}


def undo(run: ImportRun, user) -> list[str]:
    """Restore the records and their history to the state before the import; the run itself stays.

    Records that were changed since are left as they are, with what depends on them; returns their
    names in Korean, which `run.before["left"]` keeps. Changes nothing and raises
    ImportRejectedError if all have changed since, or if a later import or another record depends on
    one.
    """
    with transaction.atomic():
        stored = ImportRun.objects.select_for_update().get(pk=run.pk)
        if stored.state != ImportRun.State.APPLIED:
            raise ImportRejectedError("반영한 가져오기만 되돌릴 수 있습니다.")
        lock_records()
        written: dict[type[Record], _RunEntries] = {
            model: _RunEntries(model, stored) for model in DELETION_ORDER
        }
        _reject_later_runs(stored, written)
        left = _leave_changed(written)
        if left and not any(entries.undone for entries in written.values()):
            raise ImportRejectedError(
                f"가져온 것이 모두 그 뒤에 바뀌어 되돌릴 것이 없습니다: {join_names(left)}."
                " 잘못 가져온 값은 그 센터의 ‘이력’에서 이전 값을 열어 되돌려 주세요."
            )
        for model in (Listing, Center):
            before = stored.before["changed"][model._meta.model_name]
            undone = written[model].undone
            _restore_values(model, {key: old for key, old in before.items() if int(key) in undone})
        for model, entries in written.items():
            _delete_created(model, entries)
        DataVersion.bump(Center)
        run.announcement = Announcement.objects.filter(pk=stored.announcement_id).first()
        run.before = stored.before | {"left": left}
        run.state, run.undone_by = ImportRun.State.UNDONE, user
        run.undone_at = timezone.now()
        run.save(update_fields=["announcement", "before", "state", "undone_by", "undone_at"])
    return left


class _RunEntries:
    """The history entries of a run for one model."""

    def __init__(self, model: type[Record], run: ImportRun) -> None:
        self.run = run
        # Any, as simple-history adds `history` and the classes of its entries at run time.
        self.model: Any = model
        entries = list(self.model.history.filter(run=run).order_by("history_id"))
        #: The last entry of each record; a record has a second one for what an editor typed.
        self.entries: dict[int, Any] = {entry.id: entry for entry in entries}
        self.keys = set(self.entries)
        self.created = {entry.id for entry in entries if entry.history_type == "+"}
        #: The records that stay as they are, since they or what depends on them changed.
        self.left: set[int] = set()
        #: Later entries without a change, by record: saves of before such left none.
        self.repeats: dict[int, list[int]] = defaultdict(list)

    @property
    def undone(self) -> set[int]:
        """The records that are restored or deleted."""
        return self.keys - self.left

    def describe_changes(self) -> dict[int, str]:
        """The records changed or deleted after the run, each with the changed fields.

        What bundled citations have filled in since is no change.
        """
        here = self.model.objects.in_bulk(self.keys)
        later: dict[int, list[Any]] = defaultdict(list)
        filled: dict[int, Any] = {}
        for entry in self.model.history.filter(id__in=self.keys).order_by("history_id"):
            own = filled.get(entry.id, self.entries[entry.id])
            if entry.history_id > self.entries[entry.id].history_id:
                if entry.history_change_reason == CITED_LOAD_REASON and entry.run_id is None:
                    filled[entry.id] = entry
                elif _describe_change(own, entry):
                    later[entry.id].append(entry)
                else:
                    self.repeats[entry.id].append(entry.history_id)
        changed = {}
        for key, entry in sorted(self.entries.items()):
            fields = _describe_change(filled.get(key, entry), here.get(key))
            if fields or later[key]:
                name = quote(str(entry.instance), "", "")
                changed[key] = f"{name}({fields or CHANGED_BACK})"
        return changed


def _describe_change(entry: Any, record: Any) -> str:
    """The fields in which a record, or a later entry, differs from an entry, in Korean."""
    if record is None or getattr(record, "history_type", "") == "-":
        return "삭제됨"
    return ", ".join(
        str(field.verbose_name)
        for field in type(entry).tracked_fields
        if getattr(record, field.attname) != getattr(entry, field.attname)
    )


def _leave_changed(written: dict[type[Record], _RunEntries]) -> list[str]:
    """Mark the records that stay, and return the names of those changed since, in Korean."""
    changes = {model: entries.describe_changes() for model, entries in written.items()}
    for model, changed in changes.items():
        written[model].left |= changed.keys()
    centers, listings = written[Center], written[Listing]
    here = Listing.objects.in_bulk(listings.keys)
    # A row stays with its centre, whose values come from it, and a new centre with its row.
    for key, listing in here.items():
        if key in listings.left and listing.center_id in centers.keys:
            centers.left.add(listing.center_id)
    for key, listing in here.items():
        if listing.center_id in centers.left:
            listings.left.add(key)
    used = Center.objects.filter(operator__in=written[Operator].created)
    stays = Q(pk__in=centers.left) | ~Q(pk__in=centers.keys)
    written[Operator].left |= set(used.filter(stays).values_list("operator_id", flat=True))
    # A deleted centre can be brought back, with its operator.
    runs = {centers.entries[key].operator_id for key in centers.left}
    written[Operator].left |= runs & written[Operator].keys
    if any(entries.left for entries in written.values()):
        # It is the source of what stays.
        written[Announcement].left |= written[Announcement].keys
    in_use = [
        f"{quote(operator.name, '', '')}(다른 센터가 씀)"
        for operator in Operator.objects.filter(
            pk__in=used.exclude(pk__in=centers.keys).values("operator")
        )
    ]
    return [text for changed in changes.values() for text in changed.values()] + in_use


def join_names(names: list[str]) -> str:
    """Up to MAX_NAMED_RECORDS names for a sentence."""
    more = f" 외 {len(names) - MAX_NAMED_RECORDS}건" if len(names) > MAX_NAMED_RECORDS else ""
    return ", ".join(names[:MAX_NAMED_RECORDS]) + more


def _reject_later_runs(run: ImportRun, written: dict[type[Record], _RunEntries]) -> None:
    later = ImportRun.objects.filter(
        state=ImportRun.State.APPLIED, applied_at__gte=run.applied_at
    ).exclude(pk=run.pk)
    uses = {
        Listing: Q(center_id__in=written[Center].keys),
        Center: Q(id__in=written[Center].keys) | Q(operator_id__in=written[Operator].created),
    }
    from_document = Q(source_id__in=written[Announcement].created)
    building: set[int] = set()
    for model in DELETION_ORDER:
        entries = model.history.filter(uses.get(model, Q()) | from_document, run__in=later)
        building |= set(entries.values_list("run_id", flat=True))
    if building:
        titles = _name_records(ImportRun.objects.filter(pk__in=building))
        raise ImportRejectedError(
            f"뒤에 한 가져오기가 이것을 바탕으로 합니다. 먼저 되돌려 주세요: {titles}"
        )


def _restore_values(model: type[Record], before: dict[str, dict]) -> None:
    """Restore the previous values of the records without writing history."""
    records = list(model.objects.filter(pk__in=map(int, before)))
    columns: set[str] = set()
    for record in records:
        values = before[str(record.pk)]
        columns |= values.keys()
        for column, value in values.items():
            field = _get_field(model, column)
            target = cast(Any, field).target_field if field.is_relation else field
            setattr(record, column, target.to_python(value))
    models.prefetch_related_objects(records, *_DERIVED_FROM.get(model, ()))
    for record in records:
        record.derive()
    if columns:
        names = [_get_field(model, column).name for column in sorted(columns)]
        model.objects.bulk_update(records, [*names, *model.DERIVED], batch_size=500)


def _get_field(model: type[Record], column: str) -> models.Field:
    return next(field for field in model._meta.concrete_fields if field.attname == column)


def _delete_created(model: Any, written: _RunEntries) -> None:
    """Delete the undone records that the run created, and the history entries of all undone."""
    try:
        created = written.created & written.undone
        records = model.objects.filter(pk__in=created)
        if _has_dependents(model, created):
            records.delete()
        else:
            # One query, and no history entry for each.
            records._raw_delete(records.db)
    except ProtectedError as error:
        raise ImportRejectedError(
            "가져온 것을 쓰는 기록이 있어 되돌릴 수 없습니다: "
            f"{_name_records(error.protected_objects)}"
        ) from None
    # The deletion has just written history entries of its own.
    model.history.filter(id__in=created).delete()
    repeats = [one for key in written.undone for one in written.repeats.get(key, ())]
    model.history.filter(history_id__in=repeats).delete()
    model.history.filter(run=written.run, id__in=written.undone).delete()


def _has_dependents(model: Any, keys: set[int]) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys}).exists()
        for relation in model._meta.related_objects
    )


def _name_records(records: Iterable[models.Model]) -> str:
    return join_names([quote(str(record), "", "") for record in records])
