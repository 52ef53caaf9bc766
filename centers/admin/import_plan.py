"""The template context of an import plan, and the decisions that its page submits."""

from centers.importer.decisions import TAKEABLE_FIELDS
from centers.importer.plan import Plan, RowKind, RowPlan
from centers.models import Center, ImportRun, Industry, Listing, Region

#: Kinds of rows in order of urgency, each with a sign, since colour alone is not accessible.
KIND_SIGNS = {
    RowKind.ERROR: "!",
    RowKind.DECISION: "?",
    RowKind.CHANGED: "~",
    RowKind.NEW: "+",
    RowKind.UNCHANGED: "=",
    RowKind.SKIPPED: "−",
}
#: Kinds of rows that need no review and are collapsed.
FOLDED_KINDS = (RowKind.NEW, RowKind.UNCHANGED, RowKind.SKIPPED)


def group_rows(run, plan: Plan) -> list[dict]:
    """Group the rows by kind, each with the key of its centre if that exists."""
    center_keys = dict(
        Listing.objects.filter(announcement__slug=run.slug).values_list("row", "center_id")
        if run.state == ImportRun.State.APPLIED
        else ()
    )
    decisions = run.decisions.get("rows", {})
    names = fetch_decided_names(decisions)
    groups = []
    for kind, sign in KIND_SIGNS.items():
        rows = [
            build_row_context(row, center_keys, decisions.get(str(row.number), {}), names)
            for row in plan.rows
            if row.kind == kind
        ]
        if rows:
            folded = kind in FOLDED_KINDS
            groups.append({"kind": kind, "sign": sign, "rows": rows, "folded": folded})
    return groups


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


def build_row_context(
    row: RowPlan, center_keys: dict[int, int], decision: dict, names: dict
) -> dict:
    """Return a row with its choices and the decisions so far, which the form submits again.

    `names` are those of `fetch_decided_names`.
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
        "center": row.center or center_keys.get(row.number),
        "chosen": chosen,
        "centers": [(*offer, offer[0] == chosen) for offer in centers],
        "codes": codes,
        "take": decision.get("take", []),
        "is_decided": bool(decision),
        "is_open": bool(decision) or row.kind != RowKind.UNCHANGED,
    }


def build_missing_choices(run, plan: Plan) -> list[tuple]:
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


def build_all_missing_choices(run, plan: Plan) -> list[tuple]:
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


def parse_decisions(post, plan: Plan) -> dict:
    """Parse the decisions of a submitted plan page into the format of `Decisions`."""
    rows: dict[str, dict] = {}
    for row in plan.rows:
        name = f"row-{row.number}"
        parsed: dict = {}
        if center := post.get(f"{name}-center"):
            if center == "skip":
                parsed["skip"] = True
            else:
                parsed["center"] = center if center == "new" else parse_key(center)
        for what in ("region", "industry"):
            if code := post.get(f"{name}-{what}"):
                parsed[what] = code
        if take := [field for field in post.getlist(f"{name}-take") if field in TAKEABLE_FIELDS]:
            parsed["take"] = take
        if parsed:
            rows[str(row.number)] = parsed
    missing = {
        str(center.center): decision
        for center in plan.missing
        if (decision := post.get(f"missing-{center.center}"))
    }
    for_all = {"all_missing": choice} if (choice := post.get("all-missing")) else {}
    return {"rows": rows, "missing": missing} | for_all


def parse_key(text: str) -> int:
    """Parse a submitted primary key; returns 0, which no record has, for invalid text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
