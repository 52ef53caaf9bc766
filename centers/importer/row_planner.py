"""Plans one row: the changes to its centre, and its errors, questions and doubts."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from centers.importer.decisions import RowDecision
from centers.importer.document import CLOSED, SourceDocument
from centers.importer.facts import SPECIALIZED, WIDE_AREA, RowFacts, make_operator_key
from centers.importer.match import Match
from centers.importer.name_parser import is_of_other_kind
from centers.importer.plan import (
    CellProblem,
    FieldValue,
    Offer,
    PlannedChange,
    RowKind,
    RowPlan,
)
from centers.importer.row_reader import RowReader, get_column_label
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

#: Fields that are protected, and replaced, together with another one.
DEPENDENT_FIELDS = {"cluster_size_as_of": "cluster_size", "confirmed_on": "status"}
#: Fields that are cleared when a closed centre is reopened.
CLOSING_FIELDS = ("closed_on", "successor")
OPERATING = Center.Status.OPERATING.value
#: Known centres of the same place and industry that the notes on a new one name.
MAX_NEIGHBOURS = 3


@dataclass
class RowPlanner:
    """Plans single rows of a document, after all rows were matched to centres."""

    document: SourceDocument
    reader: RowReader
    #: One operator for each `make_operator_key`, saved or not.
    operators: Mapping[str, Operator]
    #: The saved listings of this announcement by row number.
    listings: Mapping[int, Listing]
    #: The primary keys of the centres that an older document lists.
    listed_before: set[int]
    #: The day of the sizes where it is not that of the document, in ISO 8601.
    size_day: str = ""
    #: The year of designation that a selection implies; None for none.
    selection_year: int | None = None

    def __post_init__(self) -> None:
        self.operators_by_name = {operator.name: operator for operator in self.operators.values()}
        sidos = self.reader.tree.children[None]
        self.sido_names = tuple(
            name for sido in sidos for name in (sido.name, sido.short_name, *sido.former_names)
        )

    def find_new_values(self, row: RowFacts, center: Center | None) -> dict[str, FieldValue]:
        """The values of the row by field: all of a new centre (None), else those that differ."""
        day = self.document.published_on.isoformat()
        values: dict[str, FieldValue | None] = {
            "name": row.name,
            "kind": row.kind,
            "specialty": row.specialty,
            "classes": list(row.classes),
            **row.values,
        }
        # What is only offered changes no record; a new one asks for it.
        if row.region and "region" not in row.offered:
            values["region"] = row.region.code
        if row.industry and "industry" not in row.offered:
            values["industry"] = row.industry.code
        values["operator"] = row.operator and self.operators[make_operator_key(row.operator)].name
        # A row with a status comes from the site's own export and is no selection. Nor is a row for
        # a centre that an older document lists: it was selected before.
        is_selected = center is None or not (
            center.designated_year or row.status or center.pk in self.listed_before
        )
        if not self.document.is_status_list and is_selected:
            values.setdefault("designated_year", self.selection_year)
        # A document confirms a centre on its date, unless the row states another one, or a status
        # other than operating or not understood.
        is_operating = row.status == OPERATING or not row.has_status
        confirmed_on = row.confirmed_on or (day if is_operating else "")
        if center is None:
            is_doubtful = self.document.newer_list is not None or not is_operating
            status = Center.Status.UNCONFIRMED if is_doubtful else Center.Status.OPERATING
            values["status"] = row.status or status.value
            values["confirmed_on"] = confirmed_on
            values["kind"] = row.kind or SPECIALIZED
        elif self.document.is_status_list:
            values["confirmed_on"] = row.confirmed_on if row.has_confirmation else confirmed_on
            if self.document.is_newest_status_list:
                values["status"] = row.status or (OPERATING if is_operating else "")
        new = {
            name: value
            for name, value in values.items()
            if value not in (None, "", [])
            and not (center and is_same_value(center, name, value, self.reader))
        }
        if "cluster_size" in new:
            new["cluster_size_as_of"] = self.size_day or day
        return new

    def plan(
        self,
        row: RowFacts,
        match: Match,
        new_values: Mapping[str, FieldValue],
        origins: Mapping[str, Origin],
        decision: RowDecision,
    ) -> RowPlan:
        """The plan of a row.

        `new_values` come from `find_new_values`, `origins` are those of the centre's values by
        field, and `decision` is the editor's on this row.
        """
        center = match.center
        common = self._build_common_parts(row, match, decision)
        if match.question:
            kind = RowKind.ERROR if row.errors else RowKind.DECISION
            messages = [*row.errors.values(), match.question]
            return RowPlan(kind=kind, messages=messages, **common)
        errors: list[str] = list(row.errors.values())
        choices: dict[str, dict[str, str]] = {}
        if center is None:
            missing = self._find_missing_facts(row)
            common["wanted"] = list(missing)
            errors += missing.values()
            choices = self._list_choices(row)
        changes, protected = self._plan_changes(row, center, new_values, origins, decision)
        if not (errors or choices) and changes:
            values = {change.field: change.new for change in changes}
            after = copy_with_values(
                center or Center(), values, self.reader, self.operators_by_name
            )
            errors = find_problems(after)
        if errors or choices:
            questions = [_QUESTIONS[name] for name in choices]
            kind = RowKind.ERROR if errors else RowKind.DECISION
            return RowPlan(kind=kind, messages=errors + questions, choices=choices, **common)
        if center is None and "center" not in decision and is_of_other_kind(row.name):
            return RowPlan(kind=RowKind.DECISION, messages=[_OTHER_KIND], **common)
        if row.doubt and "center" not in decision:
            common["offers"] = [self._build_offer(match, center)] if center else []
            return RowPlan(kind=RowKind.DECISION, messages=[row.doubt], **common)
        if center and "center" not in decision and is_contradicted(row, protected, origins):
            common["offers"] = [self._build_offer(match, center)]
            return RowPlan(
                kind=RowKind.DECISION, messages=[_CONTRADICTION], protected=protected, **common
            )
        if center and "center" not in decision and self._is_elsewhere(row, center, changes):
            common["offers"] = [self._build_offer(match, center)]
            return RowPlan(
                kind=RowKind.DECISION,
                messages=[
                    f"목록의 지역은 {row.region and row.region.full_name}인데 이 센터는"
                    f" {center.region.full_name}에 있습니다. 이 센터가 맞는지 정해 주세요."
                ],
                **common,
            )
        kind = RowKind.NEW if center is None else RowKind.CHANGED if changes else RowKind.UNCHANGED
        return RowPlan(
            kind=kind,
            changes=changes,
            protected=protected,
            listing=self._compare_listing(row, center),
            notes=[
                *row.warnings,
                *self._list_left_out(row, decision),
                *(
                    self._find_change_doubts(row, center, changes, protected)
                    if center
                    else self._find_new_center_doubts(row, match)
                ),
            ],
            **common,
        )

    def _is_elsewhere(self, row: RowFacts, center: Center, changes: list[PlannedChange]) -> bool:
        """Whether a row moves a centre without an address there, or to another 시·도."""
        if row.region is None or all(change.field != "region" for change in changes):
            return False
        tree = self.reader.tree
        path = tree.list_enclosing_codes(row.region.code)
        if center.region_id in path or "region" in row.typed:
            return False
        is_by_address = row.read_from.get("region") == "address" or any(
            region.code in path for region in self.reader.places.find_regions(row.address)
        )
        return not is_by_address or path[-1] != tree.list_enclosing_codes(center.region_id)[-1]

    @staticmethod
    def _build_offer(match: Match, center: Center) -> Offer:
        score, reasons = (match.best.score, match.best.reasons) if match.best else (0, ())
        return Offer(center.pk, str(center), score, list(reasons))

    @staticmethod
    def _list_left_out(row: RowFacts, decision: RowDecision) -> list[str]:
        """A note for each printed value that the editor left out."""
        typed = decision.get("values", {})
        return [
            f"{get_column_label(column)}: {quote(row.texts[column])} 빼고 반영합니다."
            for column in decision.get("leave_out", [])
            if column not in typed and row.texts.get(column)
        ]

    @staticmethod
    def _build_common_parts(row: RowFacts, match: Match, decision: RowDecision) -> dict[str, Any]:
        """The fields of RowPlan that do not depend on its kind."""
        parts: dict[str, Any] = {"number": row.number, "line": row.line, "title": row.title}
        typed = decision.get("values", {})
        parts["cells"] = [
            CellProblem(
                column, get_column_label(column), typed.get(column, row.texts.get(column, ""))
            )
            for column in row.errors
        ]
        if match.center:
            parts |= {"center": match.center.pk, "center_name": str(match.center)}
        if match.best:
            parts |= {"score": match.best.score, "reasons": list(match.best.reasons)}
        if match.question:
            parts["offers"] = [
                Offer(one.center.pk, str(one.center), one.score, list(one.reasons))
                for one in match.candidates
            ]
        return parts

    @staticmethod
    def _find_missing_facts(row: RowFacts) -> dict[str, str]:
        """An error for the region and industry that a new centre needs and the row lacks."""
        errors = {}
        if not row.regions:
            column = "address" if row.address else "region"
            text = row.texts.get(column, "")
            where = f"{quote(text, '에서', '에서')} " if text else "적혀 있지 않아 "
            errors["region"] = f"{FIELD_LABELS[column]}: {where}지역을 알 수 없습니다."
        if not row.industries and row.kind != WIDE_AREA:
            column = "industry" if row.texts.get("industry") else "name"
            text = row.texts.get(column, "")
            where = f"{quote(text, '에서', '에서')} " if text else "적혀 있지 않아 "
            errors["industry"] = f"{FIELD_LABELS[column]}: {where}업종을 알 수 없습니다."
        return errors

    @staticmethod
    def _list_choices(row: RowFacts) -> dict[str, dict[str, str]]:
        """The choices for an ambiguous region or industry, as names by code."""
        choices = {}
        if len(row.regions) > 1 or "region" in row.offered:
            choices["region"] = {region.code: region.full_name for region in row.regions}
        if len(row.industries) > 1 or "industry" in row.offered:
            choices["industry"] = {industry.code: industry.name for industry in row.industries}
        return choices

    def _plan_changes(
        self,
        row: RowFacts,
        center: Center | None,
        new_values: Mapping[str, FieldValue],
        origins: Mapping[str, Origin],
        decision: RowDecision,
    ) -> tuple[list[PlannedChange], list[PlannedChange]]:
        """The changes to apply, and those left out because the old value is protected."""
        applied: list[PlannedChange] = []
        left_out: list[PlannedChange] = []
        take: Container[str] = {*decision.get("take", ()), *row.typed}
        for name in (name for name in IMPORTED_FIELDS if name in new_values):
            if center is None:
                applied.append(self._build_change(row, None, name, new_values[name]))
                continue
            origin = origins.get(name)
            reason = ""
            if name not in DEPENDENT_FIELDS:
                reason = self.document.get_protection_reason(center, name, origin)
            if name == "address" and not reason:
                reason = self._compare_addresses(center.address, row.address)
            if name == "designated_year" and not reason:
                reason = _compare_years(center.designated_year, new_values[name])
            change = self._build_change(row, center, name, new_values[name], origin, reason)
            (left_out if reason and name not in take else applied).append(change)
        protected = {change.field for change in left_out}
        applied = [one for one in applied if DEPENDENT_FIELDS.get(one.field) not in protected]
        if center and center.status == CLOSED and "status" in {one.field for one in applied}:
            filled = [name for name in CLOSING_FIELDS if get_json_value(center, name) is not None]
            applied += [
                self._build_change(row, center, name, None, origins.get(name)) for name in filled
            ]
        return applied, left_out

    def _compare_addresses(self, old: str, new: str) -> str:
        """Why the printed address should not replace a fuller one, in Korean; "" if it may."""
        if not (old and self._names_sido(old)):
            return ""
        if not self._names_sido(new):
            return "시·도가 없는 주소라서 온전한 주소를 그대로 둠"
        is_vague = re.search(r"\d", old) and not re.search(r"\d", new)
        return "번지가 없는 주소라서 온전한 주소를 그대로 둠" if is_vague else ""

    def _names_sido(self, address: str) -> bool:
        text = _BEFORE_ADDRESS.sub("", address)
        is_clear = len(self.reader.places.find_regions(text)) == 1
        return is_clear and text.startswith(self.sido_names)

    def _build_change(
        self,
        row: RowFacts,
        center: Center | None,
        name: str,
        new: FieldValue | None,
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
            source=self.document.describe_source(origin) if old not in ("", None) else "",
            protected=protected,
            is_typed=_TYPED_WITH.get(name, name) in row.typed,
        )

    def _find_new_center_doubts(self, row: RowFacts, match: Match) -> list[str]:
        """Notes on a new centre that is imported although something looks wrong."""
        doubts = [
            f"같은 시·군·구와 업종에 {quote(str(center), '이', '가')} 있습니다. "
            "이름이 바뀐 센터가 아닌지 보아 주세요."
            for center in match.neighbours[:MAX_NEIGHBOURS]
        ]
        if not row.operator:
            doubts.append("새 센터인데 운영기관이 적혀 있지 않습니다.")
        address = row.address
        regions = self.reader.places.find_regions(address) if address else []
        if address and not any(map(self._is_narrow, regions)):
            region = regions[0].full_name if len(regions) == 1 else ""
            doubts.append(
                f"주소 {quote(address, '에서', '에서')} "
                + (f"{region}의 시·군·구를 알 수 없습니다." if region else "지역을 알 수 없습니다.")
            )
        return doubts

    def _is_narrow(self, region: Region) -> bool:
        """Whether it is below a 시·도, or a 시·도 without 시·군·구."""
        return (
            region.level != Region.Level.SIDO
            or len(self.reader.tree.collect_inner_codes(region.code)) <= 2
        )

    def _compare_listing(self, row: RowFacts, center: Center | None) -> str:
        """RowPlan.listing: "new", "changed" or "same"."""
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
    def _find_change_doubts(
        row: RowFacts, center: Center, changes: list[PlannedChange], protected: list[PlannedChange]
    ) -> list[str]:
        """Notes on a saved centre that the editor should look at."""
        notes = []
        if len(row.regions) > 1 and all(one.code != center.region_id for one in row.regions):
            names = ", ".join(region.full_name for region in row.regions)
            notes.append(f"지역이 {names} 가운데 어디인지 알 수 없어 그대로 둡니다.")
        if len(row.industries) > 1:
            names = ", ".join(industry.short_name for industry in row.industries)
            notes.append(f"업종이 {names} 가운데 무엇인지 알 수 없어 그대로 둡니다.")
        if not center.published:
            notes.append("게시하지 않은 센터라서 반영해도 공개 화면에 나오지 않습니다.")
        changed = {change.field for change in changes}
        if "region" in changed and "address" in changed:
            notes.append("지역이 바뀝니다. 센터가 옮긴 것이 맞는지 보아야 합니다.")
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


def _compare_years(old: int | None, new: FieldValue) -> str:
    """Why a later year of designation should not replace one, in Korean; "" if it may."""
    is_later = old is not None and int(str(new)) > old
    return "더 이른 지정연도가 적혀 있음. 다시 지정된 해일 수 있음" if is_later else ""


#: A post code and a country in front of an address.
_BEFORE_ADDRESS = re.compile(r"\A(?:[^가-힣]|우(?=[)\s\d])|대한민국)+")
_OTHER_KIND = (
    "소공인특화지원센터가 아닌 다른 시설의 이름으로 보입니다. 새 센터로 넣을지 정해 주세요."
)
_CONTRADICTION = (
    "편집자가 적은 운영기관과 다릅니다. 옛 운영기관의 값일 수 있으니, 이 센터가 맞는지 정해 주세요."
)
#: Fields whose value follows from one that an editor may type or choose.
_TYPED_WITH = {"cluster_size_as_of": "cluster_size", "kind": "industry"}
_QUESTIONS = {
    "region": "지역을 골라야 합니다.",
    "industry": "업종을 골라야 합니다.",
}


def is_contradicted(
    row: RowFacts, protected: Sequence[PlannedChange], origins: Mapping[str, Origin]
) -> bool:
    """Whether a row contradicts the operator that an editor entered, and no address speaks for it.

    Such a row may describe the centre before it moved, so its other values may be old too.
    """
    fields = {
        change.field
        for change in protected
        if change.field in origins and origins[change.field].is_from_editor
    }
    return "operator" in fields and ("address" in fields or not row.address)


def build_listing_texts(texts: dict[str, str]) -> dict[str, str]:
    """The texts of a row as its listing stores them."""
    return {
        field.name: field.to_python(texts.get(field.name, ""))
        for field in Listing._meta.concrete_fields
        if field.name in Listing.PRINTED_FIELDS
    }
