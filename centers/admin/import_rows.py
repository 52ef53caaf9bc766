"""The rows of an import plan for its page, each with its controls."""

from dataclasses import dataclass, field

from centers.importer.decisions import TYPEABLE_COLUMNS
from centers.importer.drafts import load_chosen_table
from centers.importer.headings import COLUMN_LABELS
from centers.importer.plan import Plan, PlannedChange, RowKind, RowPlan
from centers.models import Center, ImportRun, Industry, Listing, Region
from centers.models.center_fields import CENTER_FIELDS_BY_NAME

#: Kinds of rows in order of urgency, each with a sign, since colour alone is not accessible.
KIND_SIGNS = {
    RowKind.ERROR: "!",
    RowKind.DECISION: "?",
    RowKind.CHANGED: "~",
    RowKind.NEW: "+",
    RowKind.UNCHANGED: "=",
    RowKind.SKIPPED: "−",
}
OPEN_KINDS = (RowKind.ERROR, RowKind.DECISION)
#: Changes that follow from others or from the date of the document.
QUIET_FIELDS = ("confirmed_on", "cluster_size_as_of")
#: Lists of all regions or industries on one page; further rows show theirs when opened.
MAX_FULL_CHOICES = 20


@dataclass
class RowContext:
    """A row of the plan with its controls."""

    plan: RowPlan
    #: The primary key of its centre, if that exists.
    center: int | None
    #: The editor's decisions on it so far.
    decision: dict
    #: Whether all its controls are shown.
    is_edited: bool
    #: The changes worth naming in one line.
    main_changes: list[PlannedChange]
    centers: list[tuple[str, str, str, bool]] = field(default_factory=list)
    codes: list[tuple[str, str, list]] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)

    @property
    def chosen(self) -> str:
        return "skip" if self.decision.get("skip") else str(self.decision.get("center", ""))

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded at first."""
        return self.plan.kind in OPEN_KINDS or self.is_edited

    @property
    def has_center_choice(self) -> bool:
        return self.is_edited or self.plan.kind in OPEN_KINDS or bool(self.chosen)

    @property
    def takeable(self) -> list[PlannedChange]:
        taken = self.decision.get("take", [])
        return [*self.plan.protected, *(one for one in self.plan.changes if one.field in taken)]

    @property
    def parts(self) -> str:
        """What `parse_decisions` takes from the form; the rest stays as decided before."""
        parts = ["center"] if self.has_center_choice else []
        parts += [what for what, _, _ in self.codes]
        parts += ["take"] if self.takeable else []
        return " ".join([*parts, *(cell["column"] for cell in self.cells)])


def find_main_changes(row: RowPlan) -> list[PlannedChange]:
    """The changes of a row without those that follow from others; for a new centre, a few."""
    if row.kind == RowKind.NEW:
        shown = ("region", "industry", "operator", "address", "phone")
        return [change for change in row.changes if change.field in shown]
    return [change for change in row.changes if change.field not in QUIET_FIELDS]


def group_rows(run: ImportRun, plan: Plan, rows: list[RowPlan], edited: int) -> list[dict]:
    """Group rows by kind for the page; `edited` is the row whose controls are all shown."""
    center_keys = dict(
        Listing.objects.filter(announcement__slug=run.slug).values_list("row", "center_id")
        if run.state == ImportRun.State.APPLIED
        else ()
    )
    decisions = run.decisions.get("rows", {})
    builder = RowBuilder(run, decisions, edited)
    groups = []
    for kind, sign in KIND_SIGNS.items():
        same = [
            builder.build(row, row.center or center_keys.get(row.number))
            for row in rows
            if row.kind == kind
        ]
        quiet = [row for row in same if not row.main_changes and not row.is_open]
        is_folded = kind in (RowKind.UNCHANGED, RowKind.SKIPPED)
        for part, folded in (
            ([row for row in same if row not in quiet], False),
            (quiet, True),
        ):
            if part:
                only = folded and kind == RowKind.CHANGED
                label = "확인일만 바뀜" if only else kind.label
                name = f"{kind.value}-quiet" if only else kind.value
                groups.append(
                    {
                        "name": name,
                        "kind": kind,
                        "sign": sign,
                        "label": label,
                        "rows": part,
                        "folded": folded and (is_folded or only) and len(part) > 3,
                    }
                )
    return groups


class RowBuilder:
    """Builds the rows of the page; queries the choices only for rows that show them."""

    def __init__(self, run: ImportRun, decisions: dict, edited: int) -> None:
        self.run, self.decisions, self.edited = run, decisions, edited
        rows = load_chosen_table(run).rows
        self.texts = {row.number: row.texts | row.recorded for row in rows}
        self.names = fetch_decided_names(decisions)
        self.all_names: dict[str, dict[str, str]] = {}
        self.full_choices = 0

    def build(self, row: RowPlan, center: int | None) -> RowContext:
        decision = self.decisions.get(str(row.number), {})
        context = RowContext(
            plan=row,
            center=center,
            decision=decision,
            is_edited=row.number == self.edited,
            main_changes=find_main_changes(row),
        )
        context.centers = self._list_centers(context)
        context.codes = self._list_codes(context)
        context.cells = self._list_cells(context)
        return context

    def _list_centers(self, row: RowContext) -> list[tuple[str, str, str, bool]]:
        offers = [
            (str(offer.center), offer.name, ", ".join(offer.reasons)) for offer in row.plan.offers
        ]
        if row.chosen.isdigit() and row.chosen not in [value for value, *_ in offers]:
            name = row.plan.center_name or f"{row.chosen}번 센터"
            offers.append((row.chosen, name, "정한 센터"))
        if row.is_edited:
            known = {value for value, *_ in offers}
            offers += [
                (str(key), name, "")
                for key, name in Center.objects.order_by("display_name", "pk").values_list(
                    "pk", "display_name"
                )
                if str(key) not in known
            ]
        return [(*offer, offer[0] == row.chosen) for offer in offers]

    def _list_codes(self, row: RowContext) -> list[tuple[str, str, list]]:
        codes = []
        for what, label in (("region", "지역"), ("industry", "업종")):
            code, choices = row.decision.get(what), row.plan.choices.get(what, {})
            if row.is_edited or (what in row.plan.wanted and self.full_choices < MAX_FULL_CHOICES):
                self.full_choices += 1
                if what not in self.all_names:
                    self.all_names[what] = fetch_all_names(what)
                choices = choices | self.all_names[what]
            if code in self.names[what]:
                choices = {code: self.names[what][code]} | choices
            if choices:
                options = [(value, name, value == code) for value, name in choices.items()]
                codes.append((what, label, options))
        return codes

    def _list_cells(self, row: RowContext) -> list[dict]:
        """The cells that can be left out or typed: unreadable and decided ones, or all."""
        texts = self.texts.get(row.plan.number, {})
        typed, left_out = row.decision.get("values", {}), row.decision.get("leave_out", [])
        shown = [cell.column for cell in row.plan.cells]
        omittable = {*shown, *left_out}
        shown += [column for column in (*typed, *left_out) if column not in shown]
        if row.is_edited:
            shown += [column for column in TYPEABLE_COLUMNS if column not in shown]
        return [
            {
                "column": column,
                "label": COLUMN_LABELS.get(column) or CENTER_FIELDS_BY_NAME[column].label,
                "text": texts.get(column, ""),
                "typed": typed.get(column, ""),
                "is_left_out": column in left_out,
                # A status may be printed behind a name: 가 센터(운영 종료 예정).
                "may_be_left_out": bool(texts.get(column)) or column in omittable,
                "is_typeable": column in TYPEABLE_COLUMNS,
            }
            for column in shown
        ]


def fetch_decided_names(decisions: dict) -> dict[str, dict[str, str]]:
    """Return the names of the regions and industries in the decisions, by code."""

    def fetch_chosen(model, what: str):
        codes = {decision[what] for decision in decisions.values() if what in decision}
        return model.objects.filter(pk__in=codes)

    regions = fetch_chosen(Region, "region").select_related("parent__parent")
    return {
        "region": {region.code: region.full_name for region in regions},
        "industry": dict(fetch_chosen(Industry, "industry").values_list("code", "name")),
    }


def fetch_all_names(what: str) -> dict[str, str]:
    """The names of all regions or industries by code."""
    if what == "industry":
        return dict(Industry.objects.order_by("code").values_list("code", "name"))
    regions = Region.objects.select_related("parent__parent").order_by("code")
    return {region.code: region.full_name for region in regions}
