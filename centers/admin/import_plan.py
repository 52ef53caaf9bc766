"""The template context of an import plan: its summary, filters, rows and choices."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from centers.admin.import_rows import KIND_SIGNS, find_main_changes
from centers.importer.headings import COLUMN_CHOICES
from centers.importer.plan import Plan, RowKind, RowPlan
from centers.importer.values import FIELD_LABELS
from centers.models import Center, ImportRun, Operator
from centers.models.center_fields import IMPORTED_FIELDS

#: Rows on one page, so that the form stays below the limit of submitted fields.
ROWS_PER_PAGE = 200
CONFIRMED_ONLY, MISSING, PROTECTED = "confirmed", "missing", "protected"


@dataclass(frozen=True)
class PlanFilter:
    """One link above the plan: the rows of a kind, or with a change of a field."""

    value: str
    label: str
    count: int
    sign: str = ""
    is_active: bool = False


def matches_filter(row: RowPlan, show: str) -> bool:
    """Whether a row belongs to the rows that a filter selects; all do without one."""
    if not show:
        return True
    if show == CONFIRMED_ONLY:
        return row.kind == RowKind.CHANGED and not find_main_changes(row)
    if show == PROTECTED:
        return bool(row.protected)
    is_changed = row.kind == RowKind.CHANGED
    return row.kind == show or (is_changed and show in {one.field for one in row.changes})


def build_filters(plan: Plan, show: str) -> tuple[list[PlanFilter], list[PlanFilter]]:
    """The filters by kind of row, and those by changed value; empty ones are left out."""
    counts = plan.count_by_kind()
    kinds = [PlanFilter("", "전체", len(plan.rows), "", not show)]
    kinds += [
        PlanFilter(kind.value, kind.label, counts[kind], sign, show == kind)
        for kind, sign in KIND_SIGNS.items()
    ]
    kinds.append(PlanFilter(MISSING, "목록에 없음", len(plan.missing), "×", show == MISSING))
    changed = [row for row in plan.rows if row.kind == RowKind.CHANGED]
    by_field = Counter(change.field for row in changed for change in find_main_changes(row))
    values = [
        PlanFilter(name, FIELD_LABELS[name], by_field[name], "", show == name)
        for name in IMPORTED_FIELDS
    ]
    only = sum(not find_main_changes(row) for row in changed)
    protected = sum(bool(row.protected) for row in plan.rows)
    values += [
        PlanFilter(CONFIRMED_ONLY, "확인일만", only, "", show == CONFIRMED_ONLY),
        PlanFilter(PROTECTED, "그대로 두는 값 있음", protected, "", show == PROTECTED),
    ]
    return kinds, [one for one in values if one.count]


def paginate_rows(plan: Plan, show: str, page: str) -> Page:
    """One page of the rows that a filter selects, the most urgent first."""
    order = list(KIND_SIGNS)
    rows = [row for row in plan.rows if matches_filter(row, show)]
    rows.sort(key=lambda row: (order.index(row.kind), not find_main_changes(row), row.number))
    return Paginator(rows, ROWS_PER_PAGE).get_page(page)


def list_operators() -> list[str]:
    """The names of all operators, offered where one is typed."""
    return list(Operator.objects.order_by("name").values_list("name", flat=True))


def build_column_choices(run: ImportRun, plan: Plan) -> list[dict]:
    """The columns of the table, each with the meanings that it may have."""
    recognised = run.table.get("meanings", [])
    columns = []
    for column in plan.columns:
        first = recognised[column.index] if column.index < len(recognised) else ""
        options = [("", "쓰지 않음"), *COLUMN_CHOICES.items()]
        if first and first not in COLUMN_CHOICES:
            options.insert(1, (first, "번호 따위 (쓰지 않음)"))
        columns.append(
            {
                "column": column,
                "options": [(value, label, value == column.meaning) for value, label in options],
                "is_unknown": not column.meaning,
            }
        )
    return columns


def build_missing_choices(run: ImportRun, plan: Plan) -> list[tuple]:
    """Return the centres that are in no row, each with its choices."""
    decisions = run.decisions.get("missing", {})
    result = []
    for center in plan.missing:
        decision = decisions.get(str(center.center), "")
        # Centres that are 확인 필요 already do not change.
        is_open = center.status != Center.Status.UNCONFIRMED
        choices = [("", "계획대로"), ("keep", "그대로 둠"), ("take", "확인 필요로 바꿈")]
        choices = [(value, label, value == decision) for value, label in choices]
        result.append((center, choices if is_open else []))
    return result


def build_all_missing_choices(run: ImportRun, plan: Plan) -> list[tuple]:
    """Return the choices for all missing centres at once."""
    if all(center.status == Center.Status.UNCONFIRMED for center in plan.missing):
        return []
    decision = run.decisions.get("all_missing", "")
    choices = [
        ("", "계획대로"),
        ("keep", "모두 그대로 둠"),
        ("take", "모두 확인 필요로 바꿈"),
    ]
    return [(value, label, value == decision) for value, label in choices]


def build_year_choices(run: ImportRun, plan: Plan) -> list[tuple]:
    """Return the years that may be that of designation, where title and date disagree."""
    if not plan.years:
        return []
    decision = run.decisions.get("designated_year")
    years = [(str(year), f"{year}년", year == decision) for year in plan.years]
    return [*years, ("0", "적지 않음", decision == 0)]


def build_sheet_choices(run: ImportRun, plan: Plan) -> list[tuple]:
    """Return the further sheets, each with the choices to read it or to leave it out."""
    decisions = run.decisions.get("sheets", {})
    return [
        (sheet, [("read", "넣기", choice == "read"), ("leave", "빼기", choice == "leave")])
        for sheet in plan.sheets
        for choice in [decisions.get(str(sheet.index), "")]
    ]
