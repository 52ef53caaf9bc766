"""A plan as its page at the desk shows it, and the decisions that the page sends."""

from centers.importer.decisions import TAKEABLE_FIELDS
from centers.importer.plan import Plan, RowKind, RowPlan
from centers.models import Center, ImportRun, Industry, Listing, Region

#: The kinds of rows in the order in which they want attention, each with a sign beside its colour.
KIND_SIGNS = {
    RowKind.ERROR: "!",
    RowKind.DECISION: "?",
    RowKind.CHANGED: "~",
    RowKind.NEW: "+",
    RowKind.UNCHANGED: "=",
    RowKind.SKIPPED: "−",
}
#: Rows of these kinds need no look, so they are folded up.
FOLDED_KINDS = (RowKind.NEW, RowKind.UNCHANGED, RowKind.SKIPPED)


def group_rows(run, plan: Plan) -> list[dict]:
    """The rows by kind, each with the centre it speaks of once that is here."""
    here = dict(
        Listing.objects.filter(announcement__slug=run.slug).values_list("row", "center_id")
        if run.state == ImportRun.State.APPLIED
        else ()
    )
    decisions = run.decisions.get("rows", {})
    names = fetch_decided_names(decisions)
    groups = []
    for kind, sign in KIND_SIGNS.items():
        rows = [
            build_row_context(row, here, decisions.get(str(row.number), {}), names)
            for row in plan.rows
            if row.kind == kind
        ]
        if rows:
            folded = kind in FOLDED_KINDS
            groups.append({"kind": kind, "sign": sign, "rows": rows, "folded": folded})
    return groups


def fetch_decided_names(decisions: dict) -> dict[str, dict[str, str]]:
    """The names of the regions and industries that have been decided on, by code."""

    def chosen(model, what: str):
        codes = {decision[what] for decision in decisions.values() if what in decision}
        return model.objects.filter(pk__in=codes)

    regions = chosen(Region, "region").select_related("parent__parent")
    return {
        "region": {region.code: region.full_name for region in regions},
        "industry": dict(chosen(Industry, "industry").values_list("code", "name")),
    }


def build_row_context(row: RowPlan, here: dict[int, int], decision: dict, names: dict) -> dict:
    """The row with all that can be decided of it, and what has been, so that it is sent again.

    `names` are those of the regions and industries that have been decided on.
    """
    chosen = "skip" if decision.get("skip") else str(decision.get("center", ""))
    centers = [
        (str(offer.center), offer.name, f"{offer.score}점: {', '.join(offer.reasons)}")
        for offer in row.offers
    ]
    if chosen.isdigit() and chosen not in [value for value, *_ in centers]:
        centers.append((chosen, row.center_name or f"{chosen}번 센터", "정한 센터"))
    codes = []
    for what, label in (("region", "지역"), ("industry", "업종")):
        code, choices = decision.get(what), row.choices.get(what, {})
        if code in names[what]:
            choices = {code: names[what][code]} | choices
        if choices:
            options = [(value, name, value == code) for value, name in choices.items()]
            codes.append((what, label, options))
    return {
        "plan": row,
        "center": row.center or here.get(row.number),
        "chosen": chosen,
        "centers": [(*offer, offer[0] == chosen) for offer in centers],
        "codes": codes,
        "take": decision.get("take", []),
        "is_decided": bool(decision),
        "is_open": bool(decision) or row.kind != RowKind.UNCHANGED,
    }


def build_missing_choices(run, plan: Plan) -> list[tuple]:
    """The centres on no row, each with what can be decided of it."""
    decisions = run.decisions.get("missing", {})
    shown = []
    for center in plan.missing:
        decision = decisions.get(str(center.center), "")
        # One that is 확인 필요 already stays so either way.
        is_open = center.status != Center.Status.UNCONFIRMED
        choices = [("", "계획대로"), ("keep", "그대로 둠"), ("take", "확인 필요로 바꿈")]
        choices = [(value, words, value == decision) for value, words in choices]
        shown.append((center, choices if is_open else []))
    return shown


def build_all_missing_choices(run, plan: Plan) -> list[tuple]:
    """What can be decided of all missing centres at once."""
    if all(center.status == Center.Status.UNCONFIRMED for center in plan.missing):
        return []
    decision = run.decisions.get("all_missing", "")
    choices = [
        ("", "계획대로"),
        ("keep", "모두 그대로 둠"),
        ("take", "모두 확인 필요로 바꿈"),
    ]
    return [(value, words, value == decision) for value, words in choices]


def parse_decisions(post, plan: Plan) -> dict:
    """The decisions that a person made on the page of a plan, as `Decisions` takes them."""
    rows: dict[str, dict] = {}
    for row in plan.rows:
        name = f"row-{row.number}"
        found: dict = {}
        if center := post.get(f"{name}-center"):
            if center == "skip":
                found["skip"] = True
            else:
                found["center"] = center if center == "new" else parse_key(center)
        for what in ("region", "industry"):
            if code := post.get(f"{name}-{what}"):
                found[what] = code
        if take := [field for field in post.getlist(f"{name}-take") if field in TAKEABLE_FIELDS]:
            found["take"] = take
        if found:
            rows[str(row.number)] = found
    missing = {
        str(center.center): decision
        for center in plan.missing
        if (decision := post.get(f"missing-{center.center}"))
    }
    every = {"all_missing": choice} if (choice := post.get("all-missing")) else {}
    return {"rows": rows, "missing": missing} | every


def parse_key(text: str) -> int:
    """The key that a form sent; one that is no number is one that no centre has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
