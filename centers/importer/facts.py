"""A printed row in terms of the records: its region, industry, operator and values."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from centers.importer.cell_parsers import (
    parse_classes,
    parse_day,
    parse_phone,
    parse_size,
    parse_status,
    parse_website,
    parse_year,
    split_count,
)
from centers.importer.decisions import RowDecision
from centers.importer.headings import COLUMN_LABELS, EXPORT_ONLY_COLUMNS
from centers.importer.industry_parser import IndustryParser
from centers.importer.plan import FieldValue
from centers.importer.read import PrintedRow
from centers.models import Center, Industry, Listing, Region
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, PRINTED_FIELDS, ValueType
from centers.models.place_parser import get_place_parser
from centers.models.region_tree import RegionTree
from centers.text.formatting import quote
from centers.text.hangul import clean, normalise, strip_legal_form, to_plain_text

WIDE_AREA = Center.Kind.WIDE_AREA.value
SPECIALIZED = Center.Kind.SPECIALIZED.value

MAX_TITLE_LENGTH = 100


@dataclass(frozen=True)
class RowFacts:
    """One printed row in terms of the records; "", None or empty means not stated."""

    number: int
    line: int
    texts: dict[str, str]
    name: str = ""
    #: All regions that the row may mean; more than one if it is ambiguous.
    regions: tuple[Region, ...] = ()
    #: All industries that the row may mean; more than one if it is ambiguous.
    industries: tuple[Industry, ...] = ()
    specialty: str = ""
    kind: str = ""
    operator: str = ""
    #: The parsed values of the other columns, by field.
    values: dict[str, FieldValue] = field(default_factory=dict)
    #: Stated by the site's own exports alone.
    status: str = ""
    confirmed_on: str = ""
    classes: tuple[str, ...] = ()
    #: By field, the column that its value was read from, if not the field's own.
    read_from: dict[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def region(self) -> Region | None:
        """The region, unless it is unknown or ambiguous."""
        return self.regions[0] if len(self.regions) == 1 else None

    @property
    def industry(self) -> Industry | None:
        """The industry, unless it is unknown or ambiguous."""
        return self.industries[0] if len(self.industries) == 1 else None

    @property
    def industry_key(self) -> str:
        """The code of the industry, or WIDE_AREA for a 상생 centre; "" if unknown."""
        if self.kind == WIDE_AREA:
            return WIDE_AREA
        return self.industry.code if self.industry else ""

    @property
    def address(self) -> str:
        return str(self.values.get("address", ""))

    @property
    def title(self) -> str:
        """A title for the row in a list of rows; at most MAX_TITLE_LENGTH characters."""
        parts = (self.texts.get(name, "") for name in ("region", "industry", "operator"))
        joined = " · ".join(filter(None, map(collapse_spaces, parts)))
        return (self.name or joined or f"{self.number}행")[:MAX_TITLE_LENGTH]


def collapse_spaces(text: str) -> str:
    """The normalised text with single spaces, as records store it."""
    return " ".join(normalise(text).split())


def make_name_key(text: str) -> str:
    """A key that ignores spaces, punctuation and case."""
    return to_plain_text(text)


def make_operator_key(text: str) -> str:
    """A key that ignores the legal form too: (재)가 나, 재단법인 가나 and 가·나 share one."""
    return to_plain_text(strip_legal_form(text)) or to_plain_text(text)


def make_address_key(text: str) -> str:
    """A key that ignores spaces, commas and brackets."""
    return re.sub(r"[\s,()]", "", clean(text).casefold())


class RowReader:
    """Reads printed rows against the current regions and industries; two queries, then none."""

    def __init__(self, tree: RegionTree | None = None) -> None:
        self.tree = tree or RegionTree()
        self.places = get_place_parser(self.tree)
        self.industries = IndustryParser()

    def read_row(self, row: PrintedRow, decision: RowDecision | None = None) -> RowFacts:
        """The facts of a row; a region or industry decided by an editor replaces the printed one.

        Raises nothing: unreadable cells become `errors`, doubts become `warnings`.
        """
        decision = decision or {}
        errors = find_overlong_texts(row.texts)
        texts = {
            column: text
            for column, text in row.texts.items()
            if len(text) <= _MAX_LENGTHS[column] and to_plain_text(text)
        }
        values = {
            column: self._parse(parser, column, texts, errors)
            for column, parser in _PARSERS.items()
        }
        facts = RowFacts(
            number=row.number,
            line=row.line,
            texts=row.texts,
            name=collapse_spaces(texts.get("name", "")),
            operator=collapse_spaces(texts.get("operator", "")),
            values={name: value for name, value in values.items() if value not in ("", None)},
        )
        facts = self._add_region(self._add_industry(facts, texts, decision), texts, decision)
        # Other lists may use these headings for something else, so these are no errors.
        unread: list[str] = []
        recorded: dict[str, Any] = {
            column: self._parse(parser, column, row.recorded, unread) or ""
            for column, parser in _EXPORT_PARSERS.items()
        }
        warnings = (*facts.warnings, *unread)
        return replace(facts, errors=tuple(errors), warnings=warnings, **recorded)

    @staticmethod
    def _parse(parser: Callable, column: str, texts: dict[str, str], errors: list[str]) -> Any:
        try:
            return parser(texts.get(column, ""))
        except ValueError as error:
            errors.append(f"{(COLUMN_LABELS | EXPORT_ONLY_COLUMNS)[column]}: {error}")
            return None

    def _add_industry(
        self, facts: RowFacts, texts: dict[str, str], decision: RowDecision
    ) -> RowFacts:
        industries, specialty = self.industries.parse_cell(texts.get("industry", ""))
        is_wide_area, column = False, "industry"
        if not industries:
            column = "name"
            industries, is_wide_area = self.industries.parse_center_name(facts.name)
        if decided := decision.get("industry"):
            industries, is_wide_area = (self.industries.by_code[decided],), False
        kind = WIDE_AREA if is_wide_area else SPECIALIZED if industries else ""
        # No document has a column for the kind.
        read_from = {"kind": column} | ({"industry": column} if column != "industry" else {})
        return replace(
            facts, industries=industries, specialty=specialty, kind=kind, read_from=read_from
        )

    def _add_region(
        self, facts: RowFacts, texts: dict[str, str], decision: RowDecision
    ) -> RowFacts:
        if decided := decision.get("region"):
            return replace(facts, regions=(self.tree.by_code[decided],))
        label, _ = split_count(texts.get("region", ""))
        by_label, by_name = self.places.find_regions(label), self.places.find_regions(facts.name)
        by_address = self._find_address_regions(facts.address, label, by_label)
        regions = by_address or by_label or by_name
        regions = self._narrow(self._narrow(regions, by_label), by_name)
        warnings = []
        if by_address and by_label and not self._are_nested(by_address, by_label):
            warnings.append(
                f"지역은 {quote(label, '인데', '인데')} 주소는 {by_address[0].full_name} 안입니다."
                " 주소를 따랐습니다."
            )
        if facts.kind == WIDE_AREA:
            # The address is only that of the office; the centre serves the whole 시·도.
            around = {
                code for region in regions for code in self.tree.list_enclosing_codes(region.code)
            }
            sidos = [r for r in by_name if r.level == Region.Level.SIDO and r.code in around]
            regions = sidos or regions
        read_from = facts.read_from
        if regions != by_label:
            column = "name" if regions == by_name or not by_address else "address"
            read_from = read_from | {"region": column}
        return replace(facts, regions=tuple(regions), warnings=tuple(warnings), read_from=read_from)

    def _find_address_regions(
        self, address: str, label: str, by_label: list[Region]
    ) -> list[Region]:
        """The regions of an address; one without a 시·도 is completed by the region's label."""
        found = self.places.find_regions(address)
        if len(found) == 1 or not (address and label):
            return found
        inside = self.places.find_regions(f"{label} {address}")
        return inside if inside and inside != by_label else found

    def _narrow(self, regions: list[Region], others: list[Region]) -> list[Region]:
        """Narrow ambiguous or wide regions by others that agree with them."""
        if len(regions) == len(others) == 1:
            return others if self._is_within(others[0], regions[0]) else regions
        if len(regions) > 1 and others:
            return [one for one in regions if self._are_nested([one], others)] or regions
        return regions

    def _are_nested(self, some: list[Region], others: list[Region]) -> bool:
        """Whether any region of one list lies in any region of the other."""
        return any(
            self._is_within(other, one) or self._is_within(one, other)
            for one in some
            for other in others
        )

    def _is_within(self, inner: Region, outer: Region) -> bool:
        return outer.code in self.tree.list_enclosing_codes(inner.code)


_PARSERS_BY_TYPE: dict[ValueType, Callable] = {
    ValueType.TEXT: collapse_spaces,
    ValueType.ADDRESS: collapse_spaces,
    ValueType.MAKERS: parse_size,
    ValueType.PHONE: parse_phone,
    ValueType.URL: parse_website,
    ValueType.YEAR: parse_year,
}
#: By printed field; names, regions, industries and operators are read together instead.
_PARSERS: dict[str, Callable] = {
    name: _PARSERS_BY_TYPE[CENTER_FIELDS_BY_NAME[name].type]
    for name in PRINTED_FIELDS
    if CENTER_FIELDS_BY_NAME[name].type in _PARSERS_BY_TYPE
}
_EXPORT_PARSERS: dict[str, Callable] = {
    "status": parse_status,
    "confirmed_on": parse_day,
    "classes": parse_classes,
}
_MAX_LENGTHS: dict[str, int] = {
    column.name: column.max_length
    for column in Listing._meta.concrete_fields
    if column.name in COLUMN_LABELS and column.max_length is not None
}


def find_overlong_texts(texts: dict[str, str]) -> list[str]:
    """An error in Korean for each text that is longer than its field."""
    lengths = {column: len(normalise(text)) for column, text in texts.items()}
    return [
        f"{COLUMN_LABELS[column]}: {_MAX_LENGTHS[column]}자까지 적을 수 있는데 {length}자입니다."
        for column, length in lengths.items()
        if length > _MAX_LENGTHS[column]
    ]
