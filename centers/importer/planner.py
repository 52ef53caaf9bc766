"""Makes the plan of an import: what each row and each missing centre would change."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.decisions import Decisions
from centers.importer.document import CLOSED, SourceDocument
from centers.importer.facts import RowFacts, RowReader, make_operator_key
from centers.importer.match import (
    MATCH_SCORE,
    CenterIndex,
    Match,
    format_row_numbers,
    make_row_key,
    match_rows,
)
from centers.importer.plan import MissingCenter, Plan, RowKind, RowPlan
from centers.importer.row_planner import RowPlanner
from centers.importer.statements import statements_about
from centers.models import Announcement, Center, Listing, Operator
from centers.models.center_fields import IMPORTED_FIELDS
from centers.models.origins import Origin, find_origins

UNCONFIRMED = Center.Status.UNCONFIRMED

#: A list that lacks more than this part of the centres may be a part of one itself, unless they
#: are few enough to be looked at one by one.
MAX_MISSING_SHARE = 1 / 3
FEW_MISSING = 5

#: Told how many rows of how many are done.
ProgressCallback = Callable[[int, int], None]


class Planner:
    """One look at the records, and the plan for one table (`centers.importer.read.PrintedList`).

    Raises ValidationError for details of which no announcement can be made, DecisionError for
    decisions that cannot be followed.
    """

    def __init__(self, table, details: AnnouncementDetails, decisions: dict | None = None) -> None:
        self.table = table
        self.announcement = details.find_or_build()
        self.document = SourceDocument(self.announcement)
        self.reader = RowReader()
        self.listings = list(Listing.objects.order_by("pk"))
        self.known = CenterIndex(
            self.reader.tree,
            Center.objects.with_related().order_by("pk"),
            self.listings,
            self.announcement.pk,
        )
        numbers = {row.number for row in table.rows}
        self.decisions = Decisions(decisions, numbers, self.reader, self.known.by_key)
        self.warnings = [*table.warnings, *self._differences(details)]
        #: The one operator of each `operator_key`, those that would be new included.
        self.operators: dict[str, Operator] = {}

    def plan(self, progress: ProgressCallback | None = None) -> Plan:
        facts = []
        for row in self.table.rows:
            facts.append(self.reader.facts(row, self.decisions.rows.get(row.number)))
            if progress:
                progress(len(facts), len(self.table.rows))
        self.operators = self._operators(facts)
        repeated = self._repeated(facts)
        matches = match_rows(
            [row for row in facts if row.number not in repeated], self.known, self.decisions.rows
        )
        rows = self._rows(facts, matches, repeated)
        missing = self._missing(facts, matches)
        notes = [f"{row.number}행: {note}" for row in rows for note in row.notes]
        return Plan(
            slug=self.announcement.slug,
            title=self.announcement.title,
            kind=self.announcement.kind,
            published_on=self.document.published_on.isoformat(),
            is_new_announcement=self.announcement.pk is None,
            rows=rows,
            missing=missing,
            warnings=[*self.warnings, *notes, *find_rival_warnings(matches), *self._left_over()],
        )

    def _differences(self, details: AnnouncementDetails) -> list[str]:
        if self.announcement.pk is None:
            return []
        names = [
            str(Announcement._meta.get_field(name).verbose_name)
            for name in details.find_differences(self.announcement)
        ]
        if not names:
            return []
        return [f"이미 있는 공고와 다르게 적은 것은 공고에 반영하지 않습니다: {', '.join(names)}"]

    def _left_over(self) -> list[str]:
        """Printed rows of this announcement that stand no longer in the table."""
        numbers = {row.number for row in self.table.rows}
        left = [
            listing.row
            for listing in self.listings
            if listing.announcement_id == self.announcement.pk and listing.row not in numbers
        ]
        return (
            [f"전에 가져온 {format_row_numbers(left)}은 이 표에 없어 그대로 둡니다."]
            if left
            else []
        )

    def _operators(self, facts: list[RowFacts]) -> dict[str, Operator]:
        found: dict[str, Operator] = {}
        operators = list(Operator.objects.order_by("-pk"))
        for operator in operators:
            found |= {make_operator_key(name): operator for name in operator.former_names}
        # A name of today goes before a former one, the older record before a younger.
        found |= {make_operator_key(operator.name): operator for operator in operators}
        spellings: dict[str, Counter] = defaultdict(Counter)
        for row in facts:
            if row.operator and make_operator_key(row.operator) not in found:
                spellings[make_operator_key(row.operator)][row.operator] += 1
        for key, counts in spellings.items():
            # The same whatever the order of the rows: the usual, then the fullest spelling.
            name = max(counts, key=lambda text: (counts[text], len(text), text))
            found[key] = Operator(name=name)
        return found

    def _is_skipped(self, row: RowFacts) -> bool:
        return bool(self.decisions.rows.get(row.number, {}).get("skip"))

    def _repeated(self, facts: list[RowFacts]) -> dict[int, int]:
        """The rows with the very texts of a row further up, each with that row."""
        first: dict[tuple, int] = {}
        repeated = {}
        for row in facts:
            if not self._is_skipped(row):
                other = first.setdefault(make_row_key(row.texts), row.number)
                if other != row.number:
                    repeated[row.number] = other
        return repeated

    def _rows(
        self, facts: list[RowFacts], matches: dict[int, Match], repeated: dict[int, int]
    ) -> list[RowPlan]:
        here = {
            listing.row: listing
            for listing in self.listings
            if listing.announcement_id == self.announcement.pk
        }
        listed_before = {
            listing.center_id
            for listing in self.listings
            if self.document.others[listing.announcement_id].published_on
            < self.document.published_on
        }
        planner = RowPlanner(self.document, self.reader, self.operators, here, listed_before)
        wanted = {
            row.number: planner.wanted(row, matches[row.number].center)
            for row in facts
            if row.number in matches
        }
        changing = [
            found.center for number, found in matches.items() if found.center and wanted[number]
        ]
        known = self._origins(changing) if changing else {}
        rows = []
        for row in facts:
            bare = {"number": row.number, "line": row.line, "title": row.title}
            if self._is_skipped(row):
                rows.append(RowPlan(kind=RowKind.SKIPPED, **bare))
            elif first := repeated.get(row.number):
                messages = [f"{first}행과 내용이 똑같은 행입니다."]
                rows.append(RowPlan(kind=RowKind.ERROR, messages=messages, **bare))
            else:
                found = matches[row.number]
                history = known.get(found.center.pk, {}) if found.center else {}
                take = self.decisions.rows.get(row.number, {}).get("take", [])
                rows.append(planner.plan(row, found, wanted[row.number], history, take))
        return rows

    def _origins(self, centers: list[Center]) -> dict[int, dict[str, Origin]]:
        """Where the values of the centres come from, and which documents say them too."""
        listings: dict[int, list[Listing]] = defaultdict(list)
        for listing in self.listings:
            listing.announcement = self.document.others[listing.announcement_id]
            listings[listing.center_id].append(listing)
        known = find_origins(Center, [center.pk for center in centers], IMPORTED_FIELDS)
        for center in centers:
            own = sorted(listings[center.pk], key=lambda one: one.row)
            own.sort(key=lambda one: one.announcement.published_on, reverse=True)
            history = known.get(center.pk, {})
            for name, statement in statements_about(center, own, self.reader).items():
                if statement.listing and name in history:
                    key = statement.listing.announcement_id
                    history[name] = replace(history[name], confirmed_by=key)
        return known

    # --- centres on no row ---

    def _missing(self, facts: list[RowFacts], matches: dict[int, Match]) -> list[MissingCenter]:
        """The centres that the newest status list no longer holds; closed ones are not missed."""
        if not self.document.decides_status:
            return []
        # Neither those of a row that is skipped, nor those that a row may yet turn out to mean.
        held = {
            offer.center.pk
            for row in facts
            if self._is_skipped(row)
            for offer in self.known.candidates(row)
            if offer.score >= MATCH_SCORE
        }
        for found in matches.values():
            held |= {found.center.pk} if found.center else set()
            held |= {offer.center.pk for offer in found.candidates if found.question}
        centers = [
            center
            for center in self.known.by_key.values()
            if center.pk not in held and center.status != CLOSED
        ]
        if not centers:
            return []
        history = find_origins(Center, [center.pk for center in centers], ["status"])
        newest = self._newest_mentions()
        missing = [
            self._missed(center, history.get(center.pk, {}).get("status"), newest)
            for center in centers
        ]
        return self._doubted(missing)

    def _doubted(self, missing: list[MissingCenter]) -> list[MissingCenter]:
        """The same; when so many are missing that the list may be a part, nothing turns unasked."""
        decided = self.decisions.missing.keys()
        turning = {one.center for one in missing if one.will_change or one.center in decided}
        held = [center for center in self.known.by_key.values() if center.status != CLOSED]
        is_short = len(turning) > FEW_MISSING and len(turning) > len(held) * MAX_MISSING_SHARE
        if not is_short or self.decisions.all_missing:
            return missing
        self.warnings.append(
            f"센터 {len(held):,}곳 가운데 {len(missing):,}곳이 이 목록에 없습니다. 일부만 있는"
            " 목록이 아닙니까? 없는 센터를 ‘모두 확인 필요로 바꿈’으로 정하지 않으면 그대로 둡니다."
        )
        reason = "없는 센터가 너무 많음"
        return [
            replace(one, will_change=False, reason=reason)
            if one.center in turning - decided
            else one
            for one in missing
        ]

    def _newest_mentions(self) -> dict[int, Announcement]:
        """The newest document that lists each centre."""
        newest: dict[int, Announcement] = {}
        for listing in self.listings:
            document = self.document.others[listing.announcement_id]
            other = newest.setdefault(listing.center_id, document)
            if document.published_on > other.published_on:
                newest[listing.center_id] = document
        return newest

    def _missed(
        self, center: Center, origin: Origin | None, newest: dict[int, Announcement]
    ) -> MissingCenter:
        published_on, decision = self.document.published_on, self.decisions.missing.get(center.pk)
        if decision is None and self.decisions.all_missing == "keep":
            decision = "keep"
        mention = newest.get(center.pk)
        reason = ""
        if center.status == UNCONFIRMED:
            reason = f"이미 {UNCONFIRMED.label}"
        elif decision == "keep":
            reason = "그대로 두기로 함"
        elif decision != "take":
            reason = self.document.status_protection(center, origin)
            if center.confirmed_on and center.confirmed_on > published_on:
                reason = f"{center.confirmed_on}에 확인한 센터"
            elif mention and mention.published_on > published_on:
                reason = f"더 새로운 문서({mention.published_on})에 있는 센터"
        return MissingCenter(
            center=center.pk,
            name=str(center),
            status=center.status,
            status_text=str(center.get_status_display()),
            will_change=not reason,
            reason=reason,
        )


def find_rival_warnings(matches: dict[int, Match]) -> list[str]:
    """Warnings of rows that may be one centre."""
    by_center: dict[int, list[int]] = defaultdict(list)
    alike = []
    for number, found in matches.items():
        if found.question and found.candidates:
            by_center[found.candidates[0].center.pk].append(number)
        elif found.question:
            alike.append(number)
    warnings = []
    for numbers in by_center.values():
        if len(numbers) > 1:
            center = matches[numbers[0]].candidates[0].center
            warnings.append(
                f"{format_row_numbers(numbers)}이 모두 한 센터({center})일 수 있습니다."
            )
    if alike:
        warnings.append(f"새 센터인데 서로 같아 보이는 행이 있습니다: {format_row_numbers(alike)}")
    return warnings
