"""Takes an import back as a whole: the records and their history as they were before."""

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone

from centers.importer.apply import lock_records
from centers.importer.drafts import RefusedError
from centers.models import Announcement, Center, DataVersion, ImportRun, Listing, Operator
from centers.models.base import Record
from centers.text.formatting import quote

#: In the order in which they can be deleted.
MODELS = (Listing, Center, Operator, Announcement)
#: So many records are named in a refusal.
MOST_NAMED = 3
#: What is said of a record that is as it was written, if it has been changed in between.
RETYPED = "고쳤다가 되돌림"


def undo(run: ImportRun, user) -> None:
    """Bring back the records and the history of before the import; the run itself stays.

    Raises RefusedError, and changes nothing, if a record has changed since, or if a later import
    or an editor's record builds upon one.
    """
    with transaction.atomic():
        stored = ImportRun.objects.select_for_update().get(pk=run.pk)
        if stored.state != ImportRun.State.APPLIED:
            raise RefusedError("반영한 가져오기만 되돌릴 수 있습니다.")
        lock_records()
        written = {model: _Written(model, stored) for model in MODELS}
        _refuse_later_runs(stored, written)
        _refuse_later_changes(written)
        for model in (Listing, Center):
            _restore(model, stored.before["changed"][model._meta.model_name])
        for model, entries in written.items():
            _delete(model, entries)
        DataVersion.bump()
        run.announcement = Announcement.objects.filter(pk=stored.announcement_id).first()
        run.state, run.undone_by = ImportRun.State.UNDONE, user
        run.undone_at = timezone.now()
        run.save(update_fields=["announcement", "state", "undone_by", "undone_at"])


class _Written:
    """The entries that a run wrote into the history of one model."""

    def __init__(self, model: type[Record], run: ImportRun) -> None:
        self.model, self.run = model, run
        self.entries = {entry.id: entry for entry in model.history.filter(run=run)}
        self.keys = set(self.entries)
        self.created = {key for key, entry in self.entries.items() if entry.history_type == "+"}

    def changed_since(self) -> list[str]:
        """The records that have changed after the run, or are gone, each with what of it."""
        newest = dict(
            self.model.history.filter(id__in=self.keys)
            .values_list("id")
            .annotate(newest=Max("history_id"))
        )
        here = self.model.objects.in_bulk(self.keys)
        return [
            f"{quote(str(entry.instance), '', '')}({_what_changed(entry, here.get(key))})"
            for key, entry in sorted(self.entries.items())
            if newest[key] != entry.history_id or _what_changed(entry, here.get(key)) != RETYPED
        ]


def _what_changed(entry: models.Model, record: Record | None) -> str:
    """What of a record is no longer as its entry says; a change past the records has no entry."""
    if record is None:
        return "삭제됨"
    fields = [
        str(field.verbose_name)
        for field in type(entry).tracked_fields
        if getattr(record, field.attname) != getattr(entry, field.attname)
    ]
    return ", ".join(fields) or RETYPED


def _refuse_later_changes(written: dict[type[Record], _Written]) -> None:
    changed = [told for entries in written.values() for told in entries.changed_since()]
    if changed:
        more = f" 밖의 {len(changed) - MOST_NAMED}건" if len(changed) > MOST_NAMED else ""
        raise RefusedError(
            "가져온 뒤에 바뀐 것이 있어 되돌릴 수 없습니다: "
            f"{', '.join(changed[:MOST_NAMED])}{more}."
            " 그 뒤에 한 일이 사라지지 않게 그대로 둡니다. 잘못 가져온 값은 그 센터의 ‘이력’에서"
            " 앞선 값을 열어 되돌려 주세요."
        )


def _refuse_later_runs(run: ImportRun, written: dict[type[Record], _Written]) -> None:
    later = ImportRun.objects.filter(
        state=ImportRun.State.APPLIED, applied_at__gte=run.applied_at
    ).exclude(pk=run.pk)
    uses = {
        Listing: Q(center_id__in=written[Center].keys),
        Center: Q(id__in=written[Center].keys) | Q(operator_id__in=written[Operator].created),
    }
    from_document = Q(source_id__in=written[Announcement].created)
    building: set[int] = set()
    for model in MODELS:
        entries = model.history.filter(uses.get(model, Q()) | from_document, run__in=later)
        building |= set(entries.values_list("run_id", flat=True))
    if building:
        titles = _named(ImportRun.objects.filter(pk__in=building))
        raise RefusedError(
            f"뒤에 한 가져오기가 이것을 바탕으로 합니다. 먼저 되돌려 주세요: {titles}"
        )


def _restore(model: type[Record], before: dict[str, dict]) -> None:
    """Give the records back the values that they had, leaving no history."""
    records = list(model.objects.filter(pk__in=map(int, before)))
    columns: set[str] = set()
    for record in records:
        values = before[str(record.pk)]
        columns |= values.keys()
        for column, value in values.items():
            field = _field(model, column)
            target = field.target_field if field.is_relation else field
            setattr(record, column, target.to_python(value))
        record.derive()
    if columns:
        names = [_field(model, column).name for column in sorted(columns)]
        model.objects.bulk_update(records, [*names, *model.DERIVED], batch_size=500)


def _field(model: type[Record], column: str) -> models.Field:
    return next(field for field in model._meta.concrete_fields if field.attname == column)


def _delete(model: type[Record], written: _Written) -> None:
    """Delete what the run made, and every entry that it wrote."""
    try:
        model.objects.filter(pk__in=written.created).delete()
    except ProtectedError as error:
        raise RefusedError(
            f"가져온 것을 쓰는 기록이 있어 되돌릴 수 없습니다: {_named(error.protected_objects)}"
        ) from None
    # The deletion has just been entered into the history too.
    model.history.filter(id__in=written.created).delete()
    model.history.filter(run=written.run).delete()


def _named(records: Iterable[models.Model]) -> str:
    records = list(records)
    names = ", ".join(quote(str(record), "", "") for record in records[:MOST_NAMED])
    return names + (f" 밖의 {len(records) - MOST_NAMED}건" if len(records) > MOST_NAMED else "")
