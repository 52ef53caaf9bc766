"""Import drafts: the table, the decisions and the shown plan, stored as an ImportRun."""

from dataclasses import asdict

from django.core.exceptions import ValidationError

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.decisions import DecisionError
from centers.importer.plan import Plan
from centers.importer.planner import Planner, ProgressCallback
from centers.importer.printed_list import FurtherSheet, PrintedList, PrintedRow, PrintedTable
from centers.importer.table_columns import find_remembered_columns, read_again
from centers.models import ImportRun


class ImportRejectedError(Exception):
    """An import that cannot be applied or undone in its present state; the message is Korean."""


def create_draft(
    table: PrintedList,
    details: AnnouncementDetails,
    decisions: dict | None = None,
    *,
    file_name: str = "",
    user=None,
    progress: ProgressCallback | None = None,
) -> ImportRun:
    """Plan an import and save it as a draft.

    Raises ValidationError for an invalid announcement, DecisionError for invalid decisions.
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
    """Plan a draft again with new decisions, save both and return the plan.

    With unchanged decisions, it brings the plan up to date with the records. Raises
    ImportRejectedError if the draft is applied or deleted already, DecisionError for invalid
    decisions.
    """
    if run.state != ImportRun.State.PLANNED:
        raise ImportRejectedError(f"이미 {run.get_state_display()}한 가져오기입니다.")
    plan = load_planner(run, decisions).plan()
    run.decisions, run.plan, run.title = decisions, plan.to_json(), plan.title
    # Another editor may have applied it in the meantime.
    drafts = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.PLANNED)
    if not drafts.update(decisions=run.decisions, plan=run.plan, title=run.title):
        raise ImportRejectedError("그사이 반영되었거나 버려진 가져오기입니다.")
    return plan


def load_plan(run: ImportRun) -> Plan:
    """The plan stored with a run: the one that the editor saw."""
    return Plan.from_json(run.plan)


def load_planner(run: ImportRun, decisions: dict | None = None) -> Planner:
    """A planner for the table and the decisions of a draft.

    Raises ImportRejectedError if its announcement was deleted, DecisionError for invalid
    decisions.
    """
    decisions = run.decisions if decisions is None else decisions
    try:
        return Planner(load_table(run), AnnouncementDetails.from_json(run.details), decisions)
    except ValidationError:
        # The details were valid when the list was read, so the announcement is gone.
        raise ImportRejectedError(
            "이 목록의 공고가 그사이 지워졌습니다. 목록을 다시 읽어 주세요."
        ) from None


def load_chosen_table(run: ImportRun) -> PrintedList:
    """The table stored with a run, read with the columns and sheets that a person chose."""
    table = load_table(run)
    try:
        announcement = AnnouncementDetails.from_json(run.details).find_or_build()
        remembered = find_remembered_columns(table, announcement.publisher)
        return read_again(table, run.decisions, remembered)
    except (ValidationError, DecisionError):
        return table


def load_table(run: ImportRun) -> PrintedList:
    """The table stored with a run."""
    rows = [PrintedRow(**row) for row in run.table["rows"]]
    cells = run.table.get("table")
    sheets = [FurtherSheet(**sheet) for sheet in cells.get("sheets", [])] if cells else []
    table = cells and PrintedTable(**cells | {"sheets": sheets})
    return PrintedList(**run.table | {"rows": rows, "table": table})
