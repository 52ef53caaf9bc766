"""Plans one row: what it says of its centre, what differs, and what is wrong or not clear."""

from dataclasses import dataclass

from centers.importer.document import CLOSED, SourceDocument
from centers.importer.facts import SPECIALIZED, WIDE_AREA, RowFacts, RowReader, make_operator_key
from centers.importer.match import Match
from centers.importer.plan import Offer, PlannedChange, RowKind, RowPlan
from centers.importer.values import (
    FIELD_LABELS,
    copy_with_values,
    find_problems,
    format_json_value,
    get_json_value,
    is_same_value,
)
from centers.models import Center, Listing, Operator, Region
from centers.models.center_fields import IMPORTED_FIELDS
from centers.models.origins import Origin
from centers.text.formatting import quote

#: What follows another field: kept with it, taken over with it.
DEPENDENT_FIELDS = {"cluster_size_as_of": "cluster_size", "confirmed_on": "status"}
#: What ends with the state of being closed.
CLOSING_FIELDS = ("closed_on", "successor")


@dataclass
class RowPlanner:
    document: SourceDocument
    reader: RowReader
    #: The one operator of each `operator_key`, saved or not.
    operators: dict[str, Operator]
    #: The printed rows of this announcement that are here already, by their number.
    listings: dict[int, Listing]
    #: The keys of the centres that an older document lists.
    listed_before: set[int]

    def __post_init__(self) -> None:
        self.operators_by_name = {body.name: body for body in self.operators.values()}

    def wanted(self, row: RowFacts, center: Center | None) -> dict:
        """The values that the row has for a new centre, or that differ from those of its own."""
        day = self.document.published_on.isoformat()
        values = {"name": row.name, "kind": row.kind, "specialty": row.specialty, **row.values}
        values["region"] = row.region and row.region.code
        values["industry"] = row.industry and row.industry.code
        values["operator"] = row.operator and self.operators[make_operator_key(row.operator)].name
        # A row that states a status is of our own records, and tells of no selection. Neither does
        # one of a centre that an older document lists: it was chosen before.
        is_chosen = center is None or not (
            center.designated_year or row.status or center.pk in self.listed_before
        )
        if not self.document.is_status_list and is_chosen:
            values.setdefault("designated_year", self.document.published_on.year)
        if center is None:
            is_superseded = self.document.newer_list is not None
            status = Center.Status.UNCONFIRMED if is_superseded else Center.Status.OPERATING
            values["status"] = row.status or status.value
            values["confirmed_on"] = row.confirmed_on or day
            values["kind"] = row.kind or SPECIALIZED
        elif self.document.is_status_list:
            # That it stands on a list confirms a centre, unless the row itself says since when.
            values["confirmed_on"] = row.confirmed_on or ("" if row.status else day)
            if self.document.decides_status:
                values["status"] = row.status or Center.Status.OPERATING.value
        values = {
            name: value
            for name, value in values.items()
            if value not in ("", None)
            and not (center and is_same_value(center, name, value, self.reader))
        }
        if "cluster_size" in values:
            values["cluster_size_as_of"] = day
        return values

    def plan(
        self, row: RowFacts, match: Match, wanted: dict, origins: dict[str, Origin], take: list[str]
    ) -> RowPlan:
        center = match.center
        known = self._heading(row, match)
        if match.question:
            kind = RowKind.ERROR if row.errors else RowKind.DECISION
            return RowPlan(kind=kind, messages=[*row.errors, match.question], **known)
        wrong, choices = list(row.errors), {}
        if center is None:
            wrong += self._unknown(row)
            choices = self._choices(row)
        changes, protected = self._changes(center, wanted, origins, take)
        if not (wrong or choices) and changes:
            values = {change.field: change.new for change in changes}
            after = copy_with_values(
                center or Center(), values, self.reader, self.operators_by_name
            )
            wrong = find_problems(after)
        if wrong or choices:
            asked = [_QUESTIONS[name] for name in choices]
            kind = RowKind.ERROR if wrong else RowKind.DECISION
            return RowPlan(kind=kind, messages=wrong + asked, choices=choices, **known)
        kind = RowKind.NEW if center is None else RowKind.CHANGED if changes else RowKind.UNCHANGED
        return RowPlan(
            kind=kind,
            changes=changes,
            protected=protected,
            listing=self._listing(row, center),
            notes=[
                *row.warnings,
                *(self._notes(center, changes, protected) if center else self._doubts(row)),
            ],
            **known,
        )

    @staticmethod
    def _heading(row: RowFacts, match: Match) -> dict:
        known = {"number": row.number, "line": row.line, "title": row.title}
        if match.center:
            known |= {"center": match.center.pk, "center_name": str(match.center)}
        if match.best:
            known |= {"score": match.best.score, "reasons": list(match.best.reasons)}
        if match.question:
            known["offers"] = [
                Offer(found.center.pk, str(found.center), found.score, list(found.reasons))
                for found in match.candidates
            ]
        return known

    @staticmethod
    def _unknown(row: RowFacts) -> list[str]:
        """What a new centre needs and the row does not tell."""
        wrong = []
        if not row.regions:
            column = "address" if row.values.get("address") else "region"
            text = row.texts.get(column, "")
            said = f"{quote(text, '에서', '에서')} " if text else "적혀 있지 않아 "
            wrong.append(f"{FIELD_LABELS[column]}: {said}지역을 알 수 없습니다.")
        if not row.industries and row.kind != WIDE_AREA:
            column = "industry" if row.texts.get("industry") else "name"
            text = row.texts.get(column, "")
            said = f"{quote(text, '에서', '에서')} " if text else "적혀 있지 않아 "
            wrong.append(f"{FIELD_LABELS[column]}: {said}업종을 알 수 없습니다.")
        return wrong

    @staticmethod
    def _choices(row: RowFacts) -> dict[str, dict[str, str]]:
        choices = {}
        if len(row.regions) > 1:
            choices["region"] = {region.code: region.full_name for region in row.regions}
        if len(row.industries) > 1:
            choices["industry"] = {industry.code: industry.name for industry in row.industries}
        return choices

    def _changes(
        self, center: Center | None, wanted: dict, origins: dict[str, Origin], take: list[str]
    ) -> tuple[list[PlannedChange], list[PlannedChange]]:
        """The differences that are made, and those that stay out because they are protected."""
        made, kept = [], []
        for name in (name for name in IMPORTED_FIELDS if name in wanted):
            if center is None:
                made.append(self._change(None, name, wanted[name]))
                continue
            origin = origins.get(name)
            why = "" if name in DEPENDENT_FIELDS else self.document.protection(center, name, origin)
            change = self._change(center, name, wanted[name], origin, why)
            (kept if why and name not in take else made).append(change)
        stays = {change.field for change in kept}
        made = [change for change in made if DEPENDENT_FIELDS.get(change.field) not in stays]
        if center and center.status == CLOSED and "status" in {change.field for change in made}:
            ended = [name for name in CLOSING_FIELDS if get_json_value(center, name) is not None]
            made += [self._change(center, name, None, origins.get(name)) for name in ended]
        return made, kept

    def _change(
        self,
        center: Center | None,
        name: str,
        new: str | int | None,
        origin: Origin | None = None,
        protected: str = "",
    ) -> PlannedChange:
        old = get_json_value(center, name) if center else None
        return PlannedChange(
            field=name,
            label=FIELD_LABELS[name],
            old=old,
            new=new,
            old_text=format_json_value(name, old, self.reader),
            new_text=format_json_value(name, new, self.reader),
            source=self.document.source_of(origin) if old not in ("", None) else "",
            protected=protected,
        )

    def _doubts(self, row: RowFacts) -> list[str]:
        """What of a new centre is taken in, but looks wrong."""
        doubts = []
        if not row.operator:
            doubts.append("새 센터인데 운영기관이 적혀 있지 않습니다.")
        address = row.values.get("address", "")
        known = self.reader.places.find_regions(address) if address else []
        if address and not any(map(self._is_narrow, known)):
            named = known[0].full_name if len(known) == 1 else ""
            doubts.append(
                f"주소 {quote(address, '에서', '에서')} "
                + (f"{named}의 시·군·구를 알 수 없습니다." if named else "지역을 알 수 없습니다.")
            )
        return doubts

    def _is_narrow(self, region: Region) -> bool:
        """Whether it lies inside a 시·도, or is one without any 시·군·구 inside."""
        return (
            region.level != Region.Level.SIDO
            or len(self.reader.tree.collect_inner_codes(region.code)) <= 2
        )

    def _listing(self, row: RowFacts, center: Center | None) -> str:
        listing = self.listings.get(row.number)
        if listing is None:
            return "new"
        is_same = (
            center
            and listing.center_id == center.pk
            and listing.texts == build_listing_texts(row.texts)
        )
        return "same" if is_same else "changed"

    @staticmethod
    def _notes(
        center: Center, changes: list[PlannedChange], protected: list[PlannedChange]
    ) -> list[str]:
        notes = []
        if not center.published:
            notes.append("게시하지 않은 센터라서 반영해도 공개 화면에 나오지 않습니다.")
        changed = {change.field for change in changes}
        if "address" in changed and center.lat is not None:
            notes.append("주소가 바뀌므로 위도와 경도도 맞는지 보아야 합니다.")
        if "industry" in changed and center.specialty and "specialty" not in changed:
            notes.append(
                f"업종이 바뀌므로 세부 업종 {quote(center.specialty, '도', '도')}"
                " 맞는지 보아야 합니다."
            )
        if center.status == CLOSED and "status" in {change.field for change in protected}:
            notes.append(f"목록에는 있지만 {quote(str(center))} 운영 종료로 적혀 있습니다.")
        return notes


_QUESTIONS = {
    "region": "지역을 골라야 합니다.",
    "industry": "업종을 골라야 합니다.",
}


def build_listing_texts(texts: dict[str, str]) -> dict[str, str]:
    """The texts of a row as its listing holds them."""
    return {
        name: Listing._meta.get_field(name).to_python(texts.get(name, ""))
        for name in Listing.PRINTED_FIELDS
    }
