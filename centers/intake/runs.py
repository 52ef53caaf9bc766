"""Imports as they are kept: a draft with its table, its decisions and the plan that was shown."""

from dataclasses import asdict

from centers.intake.details import Details
from centers.intake.plan import Plan
from centers.intake.planner import Planner, Progress
from centers.intake.read import PrintedRow, Table
from centers.models import ImportRun


class RefusedError(Exception):
    """An import that cannot be applied or undone as things are; the text says why in Korean."""


def draft(
    table: Table,
    details: Details,
    decisions: dict | None = None,
    *,
    file_name: str = "",
    user=None,
    progress: Progress | None = None,
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


def decide(run: ImportRun, decisions: dict) -> Plan:
    """Plan a draft anew with these decisions, and keep both.

    Also brings the plan up to date with the records, if the decisions are those it has.
    """
    if run.state != ImportRun.State.PLANNED:
        raise RefusedError(f"이미 {run.get_state_display()}한 가져오기입니다.")
    plan = planner_of(run, decisions).plan()
    run.decisions, run.plan, run.title = decisions, plan.to_json(), plan.title
    run.save(update_fields=["decisions", "plan", "title"])
    return plan


def plan_of(run: ImportRun) -> Plan:
    """The plan that was shown."""
    return Plan.from_json(run.plan)


def planner_of(run: ImportRun, decisions: dict | None = None) -> Planner:
    decisions = run.decisions if decisions is None else decisions
    return Planner(table_of(run), Details.from_json(run.details), decisions)


def table_of(run: ImportRun) -> Table:
    rows = [PrintedRow(**row) for row in run.table["rows"]]
    return Table(**run.table | {"rows": rows})
