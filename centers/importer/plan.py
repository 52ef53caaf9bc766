"""What an import would do, as plain values: shown, stored, compared, and then done."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class RowKind(StrEnum):
    """What is to become of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DECISION = "decision"
    ERROR = "error"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
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
    """One field of a centre: its value, the one that the document says, and both in words.

    Values are those of JSON: the code of a region or industry, the name of an operator, a date as
    2026-07-31.
    """

    field: str
    label: str
    old: str | int | None
    new: str | int | None
    old_text: str
    new_text: str
    #: Where the old value came from; "" if there is none, or nobody knows.
    source: str = ""
    #: Why it stays as it is unless a person takes the new value over.
    protected: str = ""


@dataclass(frozen=True)
class Offer:
    """A centre that a row may speak of, or does."""

    center: int
    name: str
    score: int
    reasons: list[str]


@dataclass(frozen=True)
class RowPlan:
    """What is to become of one row."""

    number: int
    line: int
    title: str
    kind: RowKind
    #: The centre, if it is one that is here already, and its name.
    center: int | None = None
    center_name: str = ""
    score: int = 0
    reasons: list[str] = field(default_factory=list)
    #: For a new centre, all its values.
    changes: list[PlannedChange] = field(default_factory=list)
    #: Differences that stay out.
    protected: list[PlannedChange] = field(default_factory=list)
    #: Whether the printed row is "new" here, "changed" or the "same"; "" if it is not saved.
    listing: str = ""
    #: What is wrong, or what is to be decided.
    messages: list[str] = field(default_factory=list)
    #: What a person should look at, though it stops nothing; among the plan's warnings too.
    notes: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    #: Codes to choose from, by what is not clear: {"region": ["26140", "27110"]}, with their names.
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingCenter:
    """A centre that stands on no row of the newest status list."""

    center: int
    name: str
    #: The code of its status, and in words.
    status: str
    status_text: str
    #: Whether it turns to 확인 필요.
    will_change: bool
    #: Why it does not.
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    slug: str
    title: str
    kind: str
    published_on: str
    is_new_announcement: bool
    rows: list[RowPlan]
    missing: list[MissingCenter]
    warnings: list[str]

    def count_by_kind(self) -> dict[str, int]:
        """How many rows of each kind there are, missing centres and warnings."""
        kinds = Counter(row.kind for row in self.rows)
        return {kind.value: kinds[kind] for kind in RowKind} | {
            "missing": len(self.missing),
            "warnings": len(self.warnings),
        }

    @property
    def is_ready(self) -> bool:
        """Whether it can be applied: no errors, and nothing left to decide."""
        return not any(row.kind in (RowKind.DECISION, RowKind.ERROR) for row in self.rows)

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
        """The same for plans that are the same in every respect."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Plan":
        rows = [
            RowPlan(
                **row
                | {
                    "kind": RowKind(row["kind"]),
                    "changes": [PlannedChange(**change) for change in row["changes"]],
                    "protected": [PlannedChange(**change) for change in row["protected"]],
                    "offers": [Offer(**offer) for offer in row["offers"]],
                }
            )
            for row in data["rows"]
        ]
        missing = [MissingCenter(**center) for center in data["missing"]]
        return cls(**data | {"rows": rows, "missing": missing})
