"""Imports as they are kept: a draft with its table, its decisions and the plan that was shown."""

from dataclasses import asdict

from django.core.exceptions import ValidationError

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.plan import Plan
from centers.importer.planner import Planner, ProgressCallback
from centers.importer.read import PrintedList, PrintedRow
from centers.models import ImportRun


class ImportRejectedError(Exception):
    """An import that cannot be applied or undone as things are; the text says why in Korean."""


def create_draft(
    table: PrintedList,
    details: AnnouncementDetails,
    decisions: dict | None = None,
    *,
    file_name: str = "",
    user=None,
    progress: ProgressCallback | None = None,
) -> ImportRun:
    """Plan an import and keep it as a draft.

    Raises ValidationError for unusable details, DecisionError for unusable decisions.
    """
    plan = Planner(table, details, decisions).plan(progress)
    run = ImportRun(
        slug=plan.slug,
        title=plan.title,
        file_name=file_name[-255:],
        digest=table.digest,
        table=asdict(table),
        details=details.to_json(),
        decisions=decisions or {},
        plan=plan.to_json(),
        made_by=user,
    )
    run.save()
    return run


def update_decisions(run: ImportRun, decisions: dict) -> Plan:
    """Plan a draft anew with these decisions, and keep both.

    Also brings the plan up to date with the records, if the decisions are those it has.
    """
    if run.state != ImportRun.State.PLANNED:
        raise ImportRejectedError(f"이미 {run.get_state_display()}한 가져오기입니다.")
    plan = load_planner(run, decisions).plan()
    run.decisions, run.plan, run.title = decisions, plan.to_json(), plan.title
    # Somebody else may have applied it while this was planned.
    drafts = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.PLANNED)
    if not drafts.update(decisions=run.decisions, plan=run.plan, title=run.title):
        raise ImportRejectedError("그사이 반영되었거나 버려진 가져오기입니다.")
    return plan


def load_plan(run: ImportRun) -> Plan:
    """The plan that was shown."""
    return Plan.from_json(run.plan)


def load_planner(run: ImportRun, decisions: dict | None = None) -> Planner:
    """The planner of a draft.

    Raises RefusedError if its announcement is gone, DecisionError for unusable decisions.
    """
    decisions = run.decisions if decisions is None else decisions
    try:
        return Planner(load_table(run), AnnouncementDetails.from_json(run.details), decisions)
    except ValidationError:
        # It was possible when the list was read.
        raise ImportRejectedError(
            "이 목록의 공고가 그사이 지워졌습니다. 목록을 다시 읽어 주세요."
        ) from None


def load_table(run: ImportRun) -> PrintedList:
    rows = [PrintedRow(**row) for row in run.table["rows"]]
    return PrintedList(**run.table | {"rows": rows})
