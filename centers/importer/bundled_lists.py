"""Import of the lists bundled with the program, without an editor to decide on rows."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.apply import apply
from centers.importer.drafts import create_draft
from centers.importer.plan import RowKind
from centers.importer.planner import Planner
from centers.importer.read import PrintedList, read_file
from centers.models import ImportRun


class BundledListError(Exception):
    """A list of another shape than {"announcement": {…}, "headings": […], "rows": [[…], …]}."""


@dataclass(frozen=True)
class BundledImportResult:
    """The numbers of centres that were added, changed or left unconfirmed, and of skipped rows."""

    new: int
    changed: int
    missing: int
    skipped: int

    def __str__(self) -> str:
        text = f"{self.new} new centres, {self.changed} changed, {self.missing} not on the list"
        if self.skipped:
            text += f"; {self.skipped} rows need a decision and stay out (manage.py import_list)"
        return text


def parse_details(data: dict) -> AnnouncementDetails:
    """The announcement of a bundled list; raises BundledListError if it cannot be read."""
    try:
        return AnnouncementDetails.from_json(data["announcement"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundledListError(f"announcement: {error}.") from None


def parse_table(data: dict, name: str) -> PrintedList:
    """The printed table of a bundled list.

    Raises BundledListError for JSON of another shape, ReadError for a table that is no list.
    """
    rows = [data.get("headings"), *(data.get("rows") or [])]
    if data.keys() != {"announcement", "headings", "rows"} or not all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows
    ):
        raise BundledListError('must be {"announcement": {…}, "headings": […], "rows": [[…], …]}.')
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return read_file(text.getvalue().encode(), name)


def import_bundled_list(
    table: PrintedList, details: AnnouncementDetails, *, file_name: str, reason: str
) -> BundledImportResult:
    """Plan and apply a list, skipping the rows that need a decision or have an error.

    Call it in a transaction. Raises ValidationError for an invalid announcement.
    """
    skipped: dict[str, dict] = {}
    while True:
        decisions = {"rows": skipped}
        plan = Planner(table, details, decisions).plan()
        if plan.is_ready:
            break
        unclear = [row for row in plan.rows if row.kind in (RowKind.DECISION, RowKind.ERROR)]
        skipped |= {str(row.number): {"skip": True} for row in unclear}
    apply(create_draft(table, details, decisions, file_name=file_name), None, reason=reason)
    kinds = Counter(row.kind for row in plan.rows)
    missing = sum(center.will_change for center in plan.missing)
    return BundledImportResult(
        kinds[RowKind.NEW], kinds[RowKind.CHANGED], missing, kinds[RowKind.SKIPPED]
    )


def has_been_imported(slug: str) -> bool:
    """Whether a list of this announcement was ever applied, even if undone since."""
    runs = ImportRun.objects.exclude(state=ImportRun.State.PLANNED)
    return runs.filter(slug=slug).exists()
