"""Applies an import plan to the records in one transaction."""

from collections.abc import Iterable, Sequence
from copy import copy

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from centers.importer.decisions import DecisionError
from centers.importer.drafts import ImportRejectedError, load_plan, load_planner
from centers.importer.match import format_row_numbers
from centers.importer.plan import Plan, RowKind
from centers.importer.planner import Planner, ProgressCallback
from centers.importer.row_planner import build_listing_texts
from centers.importer.values import copy_with_values, get_model_field, prepare_record
from centers.models import Center, DataVersion, ImportRun, Listing
from centers.models.base import Record
from centers.models.former_values import get_current_texts, keep_former_values

MAX_REASON_LENGTH = 100
#: What a new centre is created with, even where an editor chose it.
_FIRST_FIELDS = ("region", "industry", "kind", "status", "confirmed_on")


class PlanChangedError(ImportRejectedError):
    """The records have changed since the plan was shown, so it no longer describes the result."""


def apply(
    run: ImportRun,
    user,
    *,
    reason: str = "",
    shown: str | None = None,
    progress: ProgressCallback | None = None,
) -> Plan:
    """Apply the plan of a draft in one transaction and return it.

    `user` is None for lists bundled with the program. `shown` is the fingerprint of the plan on
    the editor's screen: another editor may have changed the decisions since. Saves nothing and
    raises ImportRejectedError if the plan is not ready, PlanChangedError if it is no longer the
    one shown.
    """
    with transaction.atomic():
        stored = ImportRun.objects.select_for_update().get(pk=run.pk)
        if stored.state != ImportRun.State.PLANNED:
            raise ImportRejectedError(f"이미 {stored.get_state_display()}한 가져오기입니다.")
        if shown is not None and shown != load_plan(stored).fingerprint:
            raise PlanChangedError(
                "그사이 계획이 바뀌어 반영하지 않았습니다. 새 계획을 보고 다시 반영해 주세요."
            )
        lock_records()
        planner, plan = _replan(stored, progress)
        if not plan.is_ready:
            raise ImportRejectedError(
                "정하지 않은 행이나 오류가 있는 행이 있어 반영하지 않았습니다."
            )
        reason = reason or f"가져오기: {plan.title}"
        writer = PlanWriter(stored, planner, plan, user, reason[:MAX_REASON_LENGTH])
        writer.write()
        run.announcement, run.before = planner.announcement, writer.before
        run.state, run.applied_by = ImportRun.State.APPLIED, user
        run.applied_at = timezone.now()
        run.save(update_fields=["announcement", "before", "state", "applied_by", "applied_at"])
    return plan


def lock_records() -> None:
    """Lock all centres and the data version until the transaction ends."""
    # In the same order as a save, so that the two cannot deadlock: centre, then data version.
    list(Center.objects.select_for_update().order_by("pk").values_list("pk"))
    DataVersion.bump(Center)


def _replan(run: ImportRun, progress: ProgressCallback | None) -> tuple[Planner, Plan]:
    """Plan again on the locked records; raises PlanChangedError if the result differs."""
    try:
        planner = load_planner(run)
        plan = planner.plan(progress)
    except DecisionError as error:
        raise PlanChangedError(f"계획을 본 뒤에 자료가 바뀌었습니다. {error}") from None
    stored = load_plan(run)
    if plan.fingerprint != stored.fingerprint:
        rows = [row.number for row, old in zip(plan.rows, stored.rows, strict=True) if row != old]
        where = f" {format_row_numbers(rows)}이 달라집니다." if rows else ""
        raise PlanChangedError(
            f"계획을 본 뒤에 자료가 바뀌어 반영하지 않았습니다.{where}"
            " 새 계획을 보고 다시 반영해 주세요."
        )
    return planner, plan


class PlanWriter:
    """Saves the records of a plan in bulk with their history, and records the values before."""

    def __init__(self, run: ImportRun, planner: Planner, plan: Plan, user, reason: str) -> None:
        self.run, self.planner, self.plan = run, planner, plan
        self.user, self.reason = user, reason
        self.announcement = planner.announcement
        self.operators = {operator.name: operator for operator in planner.operators.values()}
        #: The previous values for `undo`: {"changed": {"center": {"12": {"status": "closed"}}, …}}.
        self.before: dict[str, dict] = {"changed": {"center": {}, "listing": {}}}

    def write(self) -> None:
        """Save everything; call it once, in a transaction."""
        self._save_announcement()
        self._save_operators()
        centers = self._save_centers()
        self._save_listings(centers)
        DataVersion.bump(Center)

    def _save_announcement(self) -> None:
        announcement = self.announcement
        if announcement.pk is None:
            announcement._history_user = self.user
            announcement._change_reason = self.reason
            announcement._source, announcement._run = announcement, self.run
            announcement.save()

    def _save_operators(self) -> None:
        named: dict[str, bool] = {}
        for row in self.plan.rows:
            for change in row.changes:
                if change.field == "operator":
                    name = str(change.new)
                    named[name] = named.get(name, True) and change.is_typed
        new = [name for name in sorted(named) if not self.operators[name].pk]
        for is_typed in (False, True):
            self._create(
                [self.operators[name] for name in new if named[name] == is_typed], is_typed
            )

    def _save_centers(self) -> dict[int, Center]:
        """Save new and changed centres; return the centre of each row by row number."""
        known = self.planner.index.by_key
        new: dict[int, Center] = {}
        changed: dict[int, tuple[Center, dict]] = {}
        typed: dict[int, dict] = {}
        for row in self.plan.rows:
            is_new = row.kind == RowKind.NEW
            later = {
                change.field: change.new
                for change in row.changes
                if change.is_typed and not (is_new and change.field in _FIRST_FIELDS)
            }
            values = {
                change.field: change.new for change in row.changes if change.field not in later
            }
            if later:
                typed[row.number] = later
            if is_new:
                new[row.number] = self._copy_with(Center(), values)
            elif row.kind == RowKind.CHANGED and row.center is not None and values:
                changed[row.center] = self._renew(known[row.center], values)
        unconfirmed = {"status": Center.Status.UNCONFIRMED.value}
        for missing in self.plan.missing:
            if missing.will_change:
                center = self._copy_with(known[missing.center], unconfirmed)
                changed[missing.center] = (center, unconfirmed)
        self._create(list(new.values()))
        self._update(Center, changed, known)
        centers = new | {
            row.number: known[row.center] for row in self.plan.rows if row.center is not None
        }
        self._save_typed(typed, centers, {key: center for key, (center, _) in changed.items()})
        return centers

    def _save_typed(
        self, typed: dict[int, dict], centers: dict[int, Center], changed: dict[int, Center]
    ) -> None:
        """Save what an editor typed in the plan, as the editor's: without a source."""
        known = self.planner.index.by_key
        later = {}
        for number, values in typed.items():
            center = centers[number]
            before = changed.get(center.pk, center)
            later[center.pk] = self._renew(before, values)
        self._update(Center, later, known, is_typed=True)

    def _save_listings(self, centers: dict[int, Center]) -> None:
        texts = {row.number: build_listing_texts(row.texts) for row in self.planner.table.rows}
        known = {
            listing.row: listing
            for listing in self.planner.listings
            if listing.announcement_id == self.announcement.pk
        }
        new, changed = [], {}
        for row in self.plan.rows:
            values = (
                {"center_id": centers[row.number].pk, **texts[row.number]} if row.listing else {}
            )
            if row.listing == "new":
                new.append(Listing(announcement=self.announcement, row=row.number, **values))
            elif row.listing == "changed":
                listing = copy(known[row.number])
                for name, value in values.items():
                    setattr(listing, name, value)
                changed[listing.pk] = (listing, values)
        self._create(new)
        self._update(Listing, changed, {listing.pk: listing for listing in known.values()})

    def _renew(self, center: Center, values: dict) -> tuple[Center, dict]:
        """A copy with new values, and these with the former ones that it then has."""
        renewed = self._copy_with(center, values)
        return renewed, values | keep_former_values(renewed, get_current_texts(center))

    def _copy_with(self, center: Center, values: dict) -> Center:
        return copy_with_values(center, values, self.planner.reader, self.operators)

    def _create(self, records: Sequence[Record], is_typed: bool = False) -> None:
        if records:
            for record in records:
                prepare_record(record)
            bulk_create_with_history(
                records, type(records[0]), batch_size=500, **self._get_history_options(is_typed)
            )

    def _update(
        self, model: type[Record], changed: dict, known: dict, is_typed: bool = False
    ) -> None:
        """Save records by primary key: `changed` with their new values, `known` as they were.

        Records that are not in `known` were created by this import.
        """
        if not changed:
            return
        before = self.before["changed"][model._meta.model_name]
        for key, (record, values) in changed.items():
            if key in known:
                old = get_column_values(known[key], values)
                before[str(key)] = before.get(str(key), {}) | old
            prepare_record(record)
        fields = {name for _, values in changed.values() for name in values}
        bulk_update_with_history(
            [record for record, _ in changed.values()],
            model,
            [*sorted(get_model_field(model, name).name for name in fields), *model.DERIVED],
            batch_size=500,
            **self._get_history_options(is_typed),
        )

    def _get_history_options(self, is_typed: bool) -> dict:
        source = None if is_typed else self.announcement
        return {
            "default_user": self.user,
            "default_change_reason": self.reason,
            "custom_historical_attrs": {"source": source, "run": self.run},
        }


def get_column_values(record: Record, names: Iterable[str]) -> dict:
    """The values of the named fields by database column."""
    columns = (get_model_field(type(record), name).attname for name in names)
    return {column: getattr(record, column) for column in columns}
