"""The decisions that the plan page submits, in the format of `Decisions`."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from centers.importer.decisions import OMITTABLE_COLUMNS, TYPEABLE_COLUMNS
from centers.importer.plan import Plan
from centers.models import ImportRun
from centers.models.center_fields import TAKEABLE_FIELDS
from centers.text.hangul import normalise

#: row-7-center, row-7-value-phone; "row-7" itself lists the parts that the page shows.
_ROW_FIELD = re.compile(r"row-(\d{1,6})(?:-(.+))?", re.ASCII)
_CODES = ("region", "industry")


def parse_decisions(post: QueryDict, plan: Plan, run: ImportRun) -> dict:
    """Parse a submitted plan page; what the page did not show stays as decided before.

    Values are checked by `Decisions`, not here.
    """
    before = run.decisions
    numbers = {row.number for row in plan.rows}
    rows = {int(key): dict(decision) for key, decision in before.get("rows", {}).items()}
    for number, parts in _find_shown_parts(post).items():
        if number in numbers:
            rows[number] = _parse_row(post, number, parts, rows.get(number, {}))
    decisions: dict[str, Any] = {
        "rows": {str(number): rows[number] for number in sorted(rows) if rows[number]},
        "missing": _parse_missing(post, plan, before.get("missing", {})),
    }
    all_missing = post.get("all-missing", before.get("all_missing", ""))
    columns = _parse_columns(post, plan, before.get("columns", {}))
    sheets = _parse_sheets(post, plan, before.get("sheets", {}))
    year = _parse_year(post.get("designated-year", str(before.get("designated_year", ""))))
    if all_missing:
        decisions["all_missing"] = all_missing
    if columns:
        decisions["columns"] = columns
    if sheets:
        decisions["sheets"] = sheets
    if year is not None:
        decisions["designated_year"] = year
    # The page always has a hidden field beside the box, which sends nothing when it is not ticked.
    if "seen" in post.getlist("remarks", ["seen"] if "remarks" in before else []):
        decisions["remarks"] = "seen"
    return decisions


def _find_shown_parts(post: QueryDict) -> dict[int, set[str]]:
    """The parts of each row's decision that were submitted, by row number."""
    shown: dict[int, set[str]] = {}
    for name in post:
        if match := _ROW_FIELD.fullmatch(name):
            parts = shown.setdefault(int(match[1]), set())
            if match[2] is None:
                parts |= set(post.get(name, "").split())
            elif match[2].startswith("value-"):
                parts.add(match[2].removeprefix("value-"))
            elif match[2] == "out":
                parts |= set(post.getlist(name))
            else:
                parts.add(match[2])
    return shown


def _parse_row(post: QueryDict, number: int, parts: set[str], before: dict) -> dict:
    decision = dict(before)
    name = f"row-{number}"
    if "center" in parts:
        decision = {key: value for key, value in decision.items() if key not in ("center", "skip")}
        match post.get(f"{name}-center", ""):
            case "skip":
                decision["skip"] = True
            case "":
                pass
            case center:
                decision["center"] = center if center == "new" else parse_key(center)
    for what in _CODES:
        if what in parts:
            decision.pop(what, None)
            if code := post.get(f"{name}-{what}"):
                decision[what] = code
    if "take" in parts:
        decision.pop("take", None)
        if take := [field for field in post.getlist(f"{name}-take") if field in TAKEABLE_FIELDS]:
            decision["take"] = take
    return _parse_cells(post, name, parts, decision)


def _parse_cells(post: QueryDict, name: str, parts: Iterable[str], decision: dict) -> dict:
    values = dict(decision.get("values", {}))
    left_out = [column for column in decision.get("leave_out", []) if column not in parts]
    for column in OMITTABLE_COLUMNS:
        if column in parts:
            values.pop(column, None)
            text = " ".join(normalise(post.get(f"{name}-value-{column}", "")).split())
            if text and column in TYPEABLE_COLUMNS:
                values[column] = text
            elif column in post.getlist(f"{name}-out"):
                left_out.append(column)
    decision = {key: one for key, one in decision.items() if key not in ("values", "leave_out")}
    return (
        decision
        | ({"values": values} if values else {})
        | ({"leave_out": left_out} if left_out else {})
    )


def _parse_missing(post: QueryDict, plan: Plan, before: dict[str, str]) -> dict[str, str]:
    missing = dict(before)
    for center in plan.missing:
        key, name = str(center.center), f"missing-{center.center}"
        if name in post:
            missing.pop(key, None)
            if decision := post.get(name):
                missing[key] = decision
    return missing


def _parse_columns(post: QueryDict, plan: Plan, before: dict[str, str]) -> dict[str, str]:
    """The column meanings that differ from those of the plan, besides those chosen before."""
    given = dict(before)
    for column in plan.columns:
        meaning = post.get(f"column-{column.index}", column.meaning)
        if meaning != column.meaning:
            given[str(column.index)] = meaning
    return given


def _parse_sheets(post: QueryDict, plan: Plan, before: dict[str, str]) -> dict[str, str]:
    given = dict(before)
    for sheet in plan.sheets:
        if choice := post.get(f"sheet-{sheet.index}"):
            given[str(sheet.index)] = choice
    return given


def _parse_year(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    return int(text) if is_number else None


def parse_key(text: str) -> int:
    """Parse a submitted primary key; returns 0, which no record has, for invalid text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
