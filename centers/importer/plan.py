"""The plan of an import as plain values, to be shown, stored as JSON, compared and applied."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

#: A value in JSON form: a code of a region or industry, the name of an operator, an ISO date.
FieldValue = str | int | list[str]


class RowKind(StrEnum):
    """What the import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DECISION = "decision"
    ERROR = "error"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The kind in Korean."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    RowKind.NEW: "새 센터",
    RowKind.CHANGED: "바뀜",
    RowKind.UNCHANGED: "그대로",
    RowKind.DECISION: "정해야 함",
    RowKind.ERROR: "오류",
    RowKind.SKIPPED: "건너뜀",
}


@dataclass(frozen=True)
class PlannedChange:
    """One field of a centre: its present value, the document's, and both in Korean."""

    field: str
    label: str
    old: FieldValue | None
    new: FieldValue | None
    old_text: str
    new_text: str
    #: The source of the old value; "" if there is none or it is unknown.
    source: str = ""
    #: Why the old value stays unless the editor takes the new one, in Korean.
    protected: str = ""
    #: Whether an editor typed or chose the new value, so that it is stored as the editor's.
    is_typed: bool = False


@dataclass(frozen=True)
class CellProblem:
    """A cell that cannot be read: it can be left out, or its value typed."""

    column: str
    label: str
    #: The text in the way: as printed, or as an editor typed it.
    text: str


@dataclass(frozen=True)
class Offer:
    """A centre that a row may describe."""

    center: int
    name: str
    score: int
    reasons: list[str]


@dataclass(frozen=True)
class RowPlan:
    """What the import does with one row."""

    number: int
    line: int
    title: str
    kind: RowKind
    #: The primary key of a saved centre, and its name.
    center: int | None = None
    center_name: str = ""
    score: int = 0
    reasons: list[str] = field(default_factory=list)
    #: All values of a new centre.
    changes: list[PlannedChange] = field(default_factory=list)
    #: Differences that are not applied.
    protected: list[PlannedChange] = field(default_factory=list)
    #: Whether its listing is "new", "changed" or the "same"; "" if none is saved.
    listing: str = ""
    #: Errors, or what needs a decision.
    messages: list[str] = field(default_factory=list)
    #: Doubts that do not block the import; also among the plan's warnings.
    notes: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    #: The choices for an ambiguous field, as names by code: {"region": {"26140": "부산 서구"}}.
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    #: "region" or "industry", which a new centre needs and the row does not state.
    wanted: list[str] = field(default_factory=list)
    cells: list[CellProblem] = field(default_factory=list)


@dataclass(frozen=True)
class MissingCenter:
    """A centre that is on no row of the newest status list."""

    center: int
    name: str
    #: Its status, and the same in Korean.
    status: str
    status_text: str
    #: Whether its status becomes 확인 필요.
    will_change: bool
    #: Why it does not, in Korean.
    reason: str = ""


@dataclass(frozen=True)
class TableColumn:
    """A column of the table, with its first text."""

    index: int
    heading: str
    #: The column of the list that it means; "" where unknown or not used.
    meaning: str
    sample: str


@dataclass(frozen=True)
class SheetQuestion:
    """A further sheet with the headings of the list, which belongs to it or not."""

    index: int
    title: str
    count: int


@dataclass(frozen=True)
class Plan:
    """What an import would change."""

    slug: str
    title: str
    kind: str
    published_on: str
    is_new_announcement: bool
    rows: list[RowPlan]
    missing: list[MissingCenter]
    warnings: list[str]
    #: Questions about the whole list that block the import, in Korean.
    problems: list[str] = field(default_factory=list)
    #: The years between which an editor has to choose that of designation.
    years: list[int] = field(default_factory=list)
    columns: list[TableColumn] = field(default_factory=list)
    sheets: list[SheetQuestion] = field(default_factory=list)
    #: Remarks by which centres closed, of no certain row.
    remarks: list[str] = field(default_factory=list)

    def count_by_kind(self) -> dict[str, int]:
        """The numbers of rows by kind, of missing centres ("missing") and of "warnings"."""
        kinds = Counter(row.kind for row in self.rows)
        return {kind.value: kinds[kind] for kind in RowKind} | {
            "missing": len(self.missing),
            "warnings": len(self.warnings),
        }

    @property
    def is_ready(self) -> bool:
        """Whether it can be applied: no errors and no open decisions."""
        return not self.problems and not any(
            row.kind in (RowKind.DECISION, RowKind.ERROR) for row in self.rows
        )

    @property
    def has_no_effect(self) -> bool:
        """Whether applying it would change nothing."""
        return not (
            self.is_new_announcement
            or any(row.kind in (RowKind.NEW, RowKind.CHANGED) for row in self.rows)
            or any(row.listing in ("new", "changed") for row in self.rows)
            or any(center.will_change for center in self.missing)
        )

    @property
    def fingerprint(self) -> str:
        """A hash that is equal for equal plans alone."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Plan":
        """The inverse of `to_json`."""
        rows = [
            RowPlan(
                **row
                | {
                    "kind": RowKind(row["kind"]),
                    "changes": [PlannedChange(**change) for change in row["changes"]],
                    "protected": [PlannedChange(**change) for change in row["protected"]],
                    "offers": [Offer(**offer) for offer in row["offers"]],
                    "cells": [CellProblem(**cell) for cell in row.get("cells", [])],
                }
            )
            for row in data["rows"]
        ]
        missing = [MissingCenter(**center) for center in data["missing"]]
        columns = [TableColumn(**column) for column in data.get("columns", [])]
        sheets = [SheetQuestion(**sheet) for sheet in data.get("sheets", [])]
        return cls(
            **data | {"rows": rows, "missing": missing, "columns": columns, "sheets": sheets}
        )
