"""Builds the plan of an import: the changes of each row and of each missing centre."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.decisions import Decisions
from centers.importer.document import SourceDocument
from centers.importer.facts import RowFacts, make_operator_key
from centers.importer.match import (
    MATCH_SCORE,
    CenterIndex,
    Match,
    format_row_numbers,
    make_row_key,
    match_rows,
)
from centers.importer.missing_centers import MissingPlanner
from centers.importer.plan import Plan, RowKind, RowPlan
from centers.importer.printed_list import PrintedList
from centers.importer.row_planner import RowPlanner
from centers.importer.row_reader import RowReader
from centers.importer.statements import statements_about
from centers.importer.table_columns import (
    describe_remembered,
    find_remembered_columns,
    list_columns,
    list_sheets,
    read_again,
)
from centers.models import Announcement, Center, Listing, Operator
from centers.models.center_fields import IMPORTED_FIELDS
from centers.models.origins import Origin, find_origins
from centers.text.formatting import quote

#: Years that a title may name: 2027년 소공인특화지원센터 신규 선정.
_TITLE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*년|\s*학?년도)")

#: A year by which makers were counted: 소공인 수(2023년 기준).
_COUNTED_IN = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")

#: Called with the number of rows done and of all rows.
ProgressCallback = Callable[[int, int], None]


class Planner:
    """Reads the records once and plans the import of one table.

    Raises ValidationError for an invalid announcement, DecisionError for invalid decisions.
    """

    def __init__(
        self, table: PrintedList, details: AnnouncementDetails, decisions: dict | None = None
    ) -> None:
        self.announcement = details.find_or_build()
        remembered = find_remembered_columns(table, self.announcement.publisher)
        self.table = table = read_again(table, decisions, remembered)
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
        self.warnings = [
            *table.warnings,
            *describe_remembered(table, remembered, decisions),
            *self._find_ignored_details(details),
        ]
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
        missing_planner = MissingPlanner(
            self.document, self.decisions, self.index.by_key.values(), self.listings
        )
        if day := find_size_day(self.table, self.document.published_on):
            self.warnings.append(f"소공인 수의 제목에 해가 있어 그 해의 규모로 적습니다({day}).")
        missing = missing_planner.plan(self._find_listed(facts, matches))
        years = self._find_years(rows)
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
                *missing_planner.warnings,
                *notes,
                *find_rival_warnings(matches),
                *self._find_left_over(),
            ],
            problems=[
                *self.table.problems,
                *_list_year_problems(years, self.decisions),
                *self._list_remark_problems(),
            ],
            years=years,
            columns=list_columns(self.table),
            sheets=list_sheets(self.table),
            remarks=self.table.table.remarks if self.table.table else [],
        )

    def _list_remark_problems(self) -> list[str]:
        if self.decisions.has_seen_remarks or not self.table.table:
            return []
        return [
            f"{quote(text)} 어느 행을 말하는지 알 수 없습니다. "
            "그 행의 상태를 정하고, 말을 보았다고 표시해 주세요."
            for text in self.table.table.remarks
        ]

    def _find_listed(self, facts: list[RowFacts], matches: dict[int, Match]) -> set[int]:
        """The primary keys of the centres that rows describe or may describe."""
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
        return listed

    def _find_years(self, rows: list[RowPlan]) -> list[int]:
        """The years that may be that of designation, where title and date disagree on it."""
        published = self.document.published_on.year
        named = {int(year) for year in _TITLE_YEAR.findall(self.announcement.title)} - {published}
        printed = {row.number for row in self.table.rows if row.texts.get("designated_year")}
        is_implied = any(
            change.field == "designated_year" and row.number not in printed
            for row in rows
            for change in row.changes
        )
        is_open = self.decisions.designated_year is not None or is_implied
        if self.document.is_status_list or not named or not is_open:
            return []
        return sorted({published, *named})

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
        chosen = self.decisions.designated_year
        year = self.document.published_on.year if chosen is None else chosen or None
        planner = RowPlanner(
            self.document,
            self.reader,
            self.operators,
            saved,
            listed_before,
            size_day=find_size_day(self.table, self.document.published_on),
            selection_year=year,
        )
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
                decision = self.decisions.rows.get(row.number, {})
                rows.append(planner.plan(row, found, new_values[row.number], known, decision))
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


def find_size_day(table: PrintedList, published_on: date) -> str:
    """The last day of the year that the heading of sizes names; "" without an earlier year."""
    years = _COUNTED_IN.findall(table.headings.get("cluster_size", ""))
    is_earlier = len(years) == 1 and int(years[0]) < published_on.year
    return date(int(years[0]), 12, 31).isoformat() if is_earlier else ""


def _list_year_problems(years: list[int], decisions: Decisions) -> list[str]:
    if not years or decisions.designated_year is not None:
        return []
    listed = ", ".join(f"{year}년" for year in years)
    return [f"제목의 해와 펴낸 해가 다릅니다({listed}). 지정연도를 골라 주세요."]


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
