"""A list that comes with the program: taken in with nobody there to ask."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from centers.importer.announcement_details import Details
from centers.importer.apply import apply
from centers.importer.drafts import draft
from centers.importer.plan import Kind
from centers.importer.planner import Planner
from centers.importer.read import Table, read_file
from centers.models import ImportRun


class BadListError(Exception):
    """A list of another shape than {"announcement": {…}, "headings": […], "rows": [[…], …]}."""


@dataclass(frozen=True)
class Taken:
    """How many centres are new, changed or unconfirmed by a list, and how many rows stayed out."""

    new: int
    changed: int
    missing: int
    left_out: int

    def __str__(self) -> str:
        text = f"{self.new} new centres, {self.changed} changed, {self.missing} not on the list"
        if self.left_out:
            text += f"; {self.left_out} rows need a decision and stay out (manage.py import_list)"
        return text


def details_of(data: dict) -> Details:
    try:
        return Details.from_json(data["announcement"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadListError(f"announcement: {error}.") from None


def table_of(data: dict, name: str) -> Table:
    """The printed table, read like any other; raises ReadError for one that makes no list."""
    rows = [data.get("headings"), *(data.get("rows") or [])]
    if data.keys() != {"announcement", "headings", "rows"} or not all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows
    ):
        raise BadListError('must be {"announcement": {…}, "headings": […], "rows": [[…], …]}.')
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return read_file(text.getvalue().encode(), name)


def take_in(table: Table, details: Details, *, file_name: str, reason: str) -> Taken:
    """Plan and apply a list, leaving out the rows that a person would have to decide on.

    Raises ValidationError for details of which no announcement can be made. To be called in a
    transaction.
    """
    skipped: dict[str, dict] = {}
    while True:
        decisions = {"rows": skipped}
        plan = Planner(table, details, decisions).plan()
        if plan.is_ready:
            break
        unclear = [row for row in plan.rows if row.kind in (Kind.DECISION, Kind.ERROR)]
        skipped |= {str(row.number): {"skip": True} for row in unclear}
    apply(draft(table, details, decisions, file_name=file_name), None, reason=reason)
    kinds = Counter(row.kind for row in plan.rows)
    missing = sum(center.will_change for center in plan.missing)
    return Taken(kinds[Kind.NEW], kinds[Kind.CHANGED], missing, kinds[Kind.SKIPPED])


def was_taken_in(slug: str) -> bool:
    """Whether a list of this announcement was ever taken in, even if it has been undone."""
    done = ImportRun.objects.exclude(state=ImportRun.State.PLANNED)
    return done.filter(slug=slug).exists()
