"""An import plan as lines of Korean text for a terminal."""

from collections.abc import Iterator

from centers.importer.plan import MissingCenter, Plan, PlannedChange, RowKind, RowPlan

NO_VALUE = "없음"


def format_plan(plan: Plan) -> Iterator[str]:
    """The lines of a report: the totals, then each row and centre that changes or needs a look."""
    yield f"{plan.title} ({plan.published_on})"
    yield "  " + " · ".join(f"{label} {count}" for label, count in label_counts(plan))
    for problem in plan.problems:
        yield f"  정해야 함: {problem}"
    for row in plan.rows:
        if row.kind != RowKind.UNCHANGED or row.protected:
            yield from format_row_plan(row)
    for center in plan.missing:
        yield f"  목록에 없음: {center.name} ({center.center}번) — {format_missing_center(center)}"
    for warning in plan.warnings:
        yield f"  주의: {warning}"


def label_counts(plan: Plan) -> list[tuple[str, int]]:
    """The counts of a plan, each with its Korean label."""
    counts = plan.count_by_kind()
    labels = {kind.value: kind.label for kind in RowKind}
    labels |= {"missing": "목록에 없음", "warnings": "주의"}
    return [(label, counts[name]) for name, label in labels.items()]


def format_row_plan(row: RowPlan) -> Iterator[str]:
    """The lines of one row."""
    known = f" ({row.center}번)" if row.center else ""
    if row.kind in (RowKind.ERROR, RowKind.DECISION):
        known = f" (파일의 {row.line}번째 줄)"
    yield f"  {row.number}행 {row.kind.label}: {row.title}{known}"
    if row.kind == RowKind.NEW:
        values = (change.new_text for change in row.changes if change.field != "name")
        yield "      " + ", ".join(values)
    else:
        yield from (
            f"      {change.label}: {format_planned_change(change)}" for change in row.changes
        )
    for change in row.protected:
        yield f"      {change.label}: 그대로 둠({change.protected}), 문서에는 {change.new_text}"
    yield from (f"      {message}" for message in row.messages)
    for offer in row.offers:
        reasons = ", ".join(offer.reasons)
        yield f"      후보 {offer.center}번 {offer.name} ({reasons})"
    for choices in row.choices.values():
        yield "      " + ", ".join(f"{code} {name}" for code, name in choices.items())


def format_planned_change(change: PlannedChange) -> str:
    """The old value with its source, and the new one: 없음 → 051-123-4567."""
    source = f" [{change.source}]" if change.source else ""
    return f"{change.old_text or NO_VALUE}{source} → {change.new_text or NO_VALUE}"


def format_missing_center(center: MissingCenter) -> str:
    """What becomes of a centre that is not on the list."""
    return f"{center.status_text} → 확인 필요" if center.will_change else f"그대로({center.reason})"
