"""Undoes an import: restores the records and their history to the state before it."""

from collections.abc import Iterable
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone

from centers.importer.apply import lock_records
from centers.importer.drafts import ImportRejectedError
from centers.models import Announcement, Center, DataVersion, ImportRun, Listing, Operator
from centers.models.base import Record
from centers.text.formatting import quote

#: The models in an order that no foreign key prevents.
DELETION_ORDER = (Listing, Center, Operator, Announcement)
#: The number of records named in an error message.
MAX_NAMED_RECORDS = 3
#: Describes a record that was changed and then changed back.
CHANGED_BACK = "고쳤다가 되돌림"


def undo(run: ImportRun, user) -> None:
    """Restore the records and their history to the state before the import; the run itself stays.

    Changes nothing and raises ImportRejectedError if a record has changed since, or if a later
    import or another record depends on one.
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
        _reject_later_changes(written)
        for model in (Listing, Center):
            _restore_values(model, stored.before["changed"][model._meta.model_name])
        for model, entries in written.items():
            _delete_created(model, entries)
        DataVersion.bump()
        run.announcement = Announcement.objects.filter(pk=stored.announcement_id).first()
        run.state, run.undone_by = ImportRun.State.UNDONE, user
        run.undone_at = timezone.now()
        run.save(update_fields=["announcement", "state", "undone_by", "undone_at"])


class _RunEntries:
    """The history entries of a run for one model."""

    def __init__(self, model: type[Record], run: ImportRun) -> None:
        self.run = run
        # Any, as simple-history adds `history` and the classes of its entries at run time.
        self.model: Any = model
        self.entries: dict[int, Any] = {
            entry.id: entry for entry in self.model.history.filter(run=run)
        }
        self.keys = set(self.entries)
        self.created = {key for key, entry in self.entries.items() if entry.history_type == "+"}

    def find_later_changes(self) -> list[str]:
        """The records changed or deleted after the run, each with the changed fields."""
        newest = dict(
            self.model.history.filter(id__in=self.keys)
            .values_list("id")
            .annotate(newest=Max("history_id"))
        )
        here = self.model.objects.in_bulk(self.keys)
        return [
            f"{quote(str(entry.instance), '', '')}({_describe_change(entry, here.get(key))})"
            for key, entry in sorted(self.entries.items())
            if newest[key] != entry.history_id
            or _describe_change(entry, here.get(key)) != CHANGED_BACK
        ]


def _describe_change(entry: Any, record: Record | None) -> str:
    """The fields in which a record differs from its history entry, in Korean."""
    if record is None:
        return "삭제됨"
    fields = [
        str(field.verbose_name)
        for field in type(entry).tracked_fields
        if getattr(record, field.attname) != getattr(entry, field.attname)
    ]
    return ", ".join(fields) or CHANGED_BACK


def _reject_later_changes(written: dict[type[Record], _RunEntries]) -> None:
    changed = [text for entries in written.values() for text in entries.find_later_changes()]
    if changed:
        more = (
            f" 밖의 {len(changed) - MAX_NAMED_RECORDS}건"
            if len(changed) > MAX_NAMED_RECORDS
            else ""
        )
        raise ImportRejectedError(
            "가져온 뒤에 바뀐 것이 있어 되돌릴 수 없습니다: "
            f"{', '.join(changed[:MAX_NAMED_RECORDS])}{more}."
            " 그 뒤에 한 일이 사라지지 않게 그대로 둡니다. 잘못 가져온 값은 그 센터의 ‘이력’에서"
            " 앞선 값을 열어 되돌려 주세요."
        )


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
        record.derive()
    if columns:
        names = [_get_field(model, column).name for column in sorted(columns)]
        model.objects.bulk_update(records, [*names, *model.DERIVED], batch_size=500)


def _get_field(model: type[Record], column: str) -> models.Field:
    return next(field for field in model._meta.concrete_fields if field.attname == column)


def _delete_created(model: Any, written: _RunEntries) -> None:
    """Delete the records that the run created and all its history entries."""
    try:
        model.objects.filter(pk__in=written.created).delete()
    except ProtectedError as error:
        raise ImportRejectedError(
            "가져온 것을 쓰는 기록이 있어 되돌릴 수 없습니다: "
            f"{_name_records(error.protected_objects)}"
        ) from None
    # The deletion has just written history entries of its own.
    model.history.filter(id__in=written.created).delete()
    model.history.filter(run=written.run).delete()


def _name_records(records: Iterable[models.Model]) -> str:
    records = list(records)
    names = ", ".join(quote(str(record), "", "") for record in records[:MAX_NAMED_RECORDS])
    return names + (
        f" 밖의 {len(records) - MAX_NAMED_RECORDS}건" if len(records) > MAX_NAMED_RECORDS else ""
    )
