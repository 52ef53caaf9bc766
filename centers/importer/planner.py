"""Builds the plan of an import: the changes of each row and of each missing centre."""

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
from centers.importer.read import PrintedList
from centers.importer.row_planner import RowPlanner
from centers.importer.statements import statements_about
from centers.models import Announcement, Center, Listing, Operator
from centers.models.center_fields import IMPORTED_FIELDS
from centers.models.origins import Origin, find_origins

UNCONFIRMED = Center.Status.UNCONFIRMED

#: A list that lacks more than this share of the centres may be incomplete, unless they are few
#: enough for the editor to look at one by one.
MAX_MISSING_SHARE = 1 / 3
FEW_MISSING = 5

#: Called with the number of rows done and of all rows.
ProgressCallback = Callable[[int, int], None]


class Planner:
    """Reads the records once and plans the import of one table.

    Raises ValidationError for an invalid announcement, DecisionError for invalid decisions.
    """

    def __init__(
        self, table: PrintedList, details: AnnouncementDetails, decisions: dict | None = None
    ) -> None:
        self.table = table
        self.announcement = details.find_or_build()
        self.document = SourceDocument(self.announcement)
        self.reader = RowReader()
        self.listings: list[Listing] = list(Listing.objects.order_by("pk"))
        self.index = CenterIndex(
            self.reader.tree,
            Center.objects.with_related().order_by("pk"),
            self.listings,
            self.announcement.pk,
        )
        self.decisions = Decisions(
            decisions,
            rows={row.number for row in table.rows},
            centers=self.index.by_key,
            regions=self.reader.tree.by_code,
            industries=self.reader.industries.by_code,
        )
        self.warnings = [*table.warnings, *self._find_ignored_details(details)]
        #: One operator for each `make_operator_key`, unsaved new ones included.
        self.operators: dict[str, Operator] = {}

    def plan(self, progress: ProgressCallback | None = None) -> Plan:
        """The plan for the whole table."""
        facts: list[RowFacts] = []
        for row in self.table.rows:
            facts.append(self.reader.read_row(row, self.decisions.rows.get(row.number)))
            if progress:
                progress(len(facts), len(self.table.rows))
        self.operators = self._find_operators(facts)
        repeated = self._find_repeated(facts)
        matches = match_rows(
            [row for row in facts if row.number not in repeated], self.index, self.decisions.rows
        )
        rows = self._plan_rows(facts, matches, repeated)
        missing = self._plan_missing(facts, matches)
        notes = [f"{row.number}행: {note}" for row in rows for note in row.notes]
        return Plan(
            slug=self.announcement.slug,
            title=self.announcement.title,
            kind=self.announcement.kind,
            published_on=self.document.published_on.isoformat(),
            is_new_announcement=self.announcement.pk is None,
            rows=rows,
            missing=missing,
            warnings=[
                *self.warnings,
                *notes,
                *find_rival_warnings(matches),
                *self._find_left_over(),
            ],
        )

    def _find_ignored_details(self, details: AnnouncementDetails) -> list[str]:
        if self.announcement.pk is None:
            return []
        differing = details.find_differences(self.announcement)
        names = [
            str(field.verbose_name)
            for field in Announcement._meta.concrete_fields
            if field.name in differing
        ]
        if not names:
            return []
        return [f"이미 있는 공고와 다르게 적은 것은 공고에 반영하지 않습니다: {', '.join(names)}"]

    def _find_left_over(self) -> list[str]:
        """A warning for saved listings of this announcement that are not in the table."""
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

    def _find_operators(self, facts: list[RowFacts]) -> dict[str, Operator]:
        by_key: dict[str, Operator] = {}
        operators = list(Operator.objects.order_by("-pk"))
        for operator in operators:
            by_key |= {make_operator_key(name): operator for name in operator.former_names}
        # A current name takes precedence over a former one, and the older record over the newer.
        by_key |= {make_operator_key(operator.name): operator for operator in operators}
        spellings: dict[str, Counter] = defaultdict(Counter)
        for row in facts:
            if row.operator and make_operator_key(row.operator) not in by_key:
                spellings[make_operator_key(row.operator)][row.operator] += 1
        for key, counts in spellings.items():
            # Independent of the order of the rows: the most frequent, then the longest spelling.
            name = max(counts, key=lambda text: (counts[text], len(text), text))
            by_key[key] = Operator(name=name)
        return by_key

    def _is_skipped(self, row: RowFacts) -> bool:
        return bool(self.decisions.rows.get(row.number, {}).get("skip"))

    def _find_repeated(self, facts: list[RowFacts]) -> dict[int, int]:
        """The rows with the same texts as an earlier row, with the number of that row."""
        first: dict[tuple, int] = {}
        repeated = {}
        for row in facts:
            if not self._is_skipped(row):
                other = first.setdefault(make_row_key(row.texts), row.number)
                if other != row.number:
                    repeated[row.number] = other
        return repeated

    def _plan_rows(
        self, facts: list[RowFacts], matches: dict[int, Match], repeated: dict[int, int]
    ) -> list[RowPlan]:
        saved = {
            listing.row: listing
            for listing in self.listings
            if listing.announcement_id == self.announcement.pk
        }
        listed_before = {
            listing.center_id
            for listing in self.listings
            if self.document.announcements[listing.announcement_id].published_on
            < self.document.published_on
        }
        planner = RowPlanner(self.document, self.reader, self.operators, saved, listed_before)
        new_values = {
            row.number: planner.find_new_values(row, matches[row.number].center)
            for row in facts
            if row.number in matches
        }
        changing = [
            found.center for number, found in matches.items() if found.center and new_values[number]
        ]
        origins = self._find_origins(changing) if changing else {}
        rows = []
        for row in facts:
            common = {"number": row.number, "line": row.line, "title": row.title}
            if self._is_skipped(row):
                rows.append(RowPlan(kind=RowKind.SKIPPED, **common))
            elif first := repeated.get(row.number):
                messages = [f"{first}행과 내용이 똑같은 행입니다."]
                rows.append(RowPlan(kind=RowKind.ERROR, messages=messages, **common))
            else:
                found = matches[row.number]
                known = origins.get(found.center.pk, {}) if found.center else {}
                take = self.decisions.rows.get(row.number, {}).get("take", [])
                rows.append(planner.plan(row, found, new_values[row.number], known, take))
        return rows

    def _find_origins(self, centers: list[Center]) -> dict[int, dict[str, Origin]]:
        """The origins of the centres' values, with the documents that confirm them."""
        listings: dict[int, list[Listing]] = defaultdict(list)
        for listing in self.listings:
            listing.announcement = self.document.announcements[listing.announcement_id]
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

    # --- missing centres ---

    def _plan_missing(
        self, facts: list[RowFacts], matches: dict[int, Match]
    ) -> list[MissingCenter]:
        """The centres that are not on the newest status list, closed ones aside."""
        if not self.document.is_newest_status_list:
            return []
        # Centres of skipped rows, and candidates of undecided rows, are not missing.
        listed = {
            candidate.center.pk
            for row in facts
            if self._is_skipped(row)
            for candidate in self.index.find_candidates(row)
            if candidate.score >= MATCH_SCORE
        }
        for found in matches.values():
            listed |= {found.center.pk} if found.center else set()
            listed |= {one.center.pk for one in found.candidates if found.question}
        centers = [
            center
            for center in self.index.by_key.values()
            if center.pk not in listed and center.status != CLOSED
        ]
        if not centers:
            return []
        origins = find_origins(Center, [center.pk for center in centers], ["status"])
        newest = self._find_newest_mentions()
        missing = [
            self._plan_missing_center(center, origins.get(center.pk, {}).get("status"), newest)
            for center in centers
        ]
        return self._leave_if_incomplete(missing)

    def _leave_if_incomplete(self, missing: list[MissingCenter]) -> list[MissingCenter]:
        """Leave all statuses, with a warning, where the list seems incomplete and none decided."""
        decided = self.decisions.missing.keys()
        changing = {one.center for one in missing if one.will_change or one.center in decided}
        open_count = sum(center.status != CLOSED for center in self.index.by_key.values())
        is_incomplete = len(changing) > max(FEW_MISSING, open_count * MAX_MISSING_SHARE)
        if not is_incomplete or self.decisions.all_missing:
            return missing
        self.warnings.append(
            f"센터 {open_count:,}곳 가운데 {len(missing):,}곳이 이 목록에 없습니다. 일부만 있는"
            " 목록이 아닙니까? 없는 센터를 ‘모두 확인 필요로 바꿈’으로 정하지 않으면 그대로 둡니다."
        )
        reason = "없는 센터가 너무 많음"
        return [
            replace(one, will_change=False, reason=reason)
            if one.center in changing - decided
            else one
            for one in missing
        ]

    def _find_newest_mentions(self) -> dict[int, Announcement]:
        """The newest document that lists each centre, by its primary key."""
        newest: dict[int, Announcement] = {}
        for listing in self.listings:
            document = self.document.announcements[listing.announcement_id]
            other = newest.setdefault(listing.center_id, document)
            if document.published_on > other.published_on:
                newest[listing.center_id] = document
        return newest

    def _plan_missing_center(
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
            reason = self.document.get_status_protection_reason(center, origin)
            if center.confirmed_on and center.confirmed_on > published_on:
                reason = f"{center.confirmed_on}에 확인한 센터"
            elif mention and mention.published_on > published_on:
                reason = f"더 새로운 문서({mention.published_on})에 있는 센터"
        return MissingCenter(
            center=center.pk,
            name=str(center),
            status=center.status,
            status_text=str(Center.Status(center.status).label),
            will_change=not reason,
            reason=reason,
        )


def find_rival_warnings(matches: dict[int, Match]) -> list[str]:
    """Warnings about several rows that may describe one centre."""
    by_center: dict[int, list[int]] = defaultdict(list)
    alike: list[int] = []
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
