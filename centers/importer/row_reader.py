"""Reads printed rows into facts: parses each cell, with the decisions of an editor."""

from collections.abc import Callable, Mapping
from typing import Any

from centers.importer.cell_parsers import (
    parse_address,
    parse_classes,
    parse_day,
    parse_operator,
    parse_phone,
    parse_size,
    parse_website,
    parse_year,
    split_address,
    strip_footnotes,
)
from centers.importer.decisions import RowDecision
from centers.importer.facts import SPECIALIZED, WIDE_AREA, RowFacts, collapse_spaces
from centers.importer.headings import COLUMN_LABELS, EXPORT_ONLY_COLUMNS
from centers.importer.industry_parser import IndustryParser
from centers.importer.name_parser import ParsedName, names_several, parse_name
from centers.importer.printed_list import PrintedRow
from centers.importer.region_reader import RegionReader
from centers.importer.status_parser import parse_status
from centers.importer.unstated import is_ditto, is_unstated
from centers.models import Listing
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, PRINTED_FIELDS, ValueType
from centers.models.reference_data import get_region_tree
from centers.models.region_tree import RegionTree
from centers.text.formatting import quote
from centers.text.hangul import has_letters, normalise
from centers.text.phones import PhoneError, split_phone

#: Cells of which a reader knows whether they state a value of their own; few texts fill many rows.
MAX_OWN_COLUMNS = 4_000


class RowReader:
    """Reads printed rows against the current regions and industries; needs no query for a row."""

    def __init__(self, tree: RegionTree | None = None) -> None:
        self.tree = tree or get_region_tree()
        self.regions = RegionReader(self.tree)
        self.places = self.regions.places
        self.industries = IndustryParser()
        #: Answers of `is_read_from_own_column`.
        self._own_columns: dict[tuple[str, str, str], bool] = {}

    def read_row(self, row: PrintedRow, decision: RowDecision | None = None) -> RowFacts:
        """The facts of a row; what an editor decided replaces what is printed.

        Raises nothing: unreadable cells become `errors`, doubts become `warnings`.
        """
        decision = decision or {}
        typed: Mapping[str, str] = decision.get("values", {})
        left_out = set(decision.get("leave_out", ())) - typed.keys()
        printed = row.texts | row.recorded
        cells = {
            column: "" if column in left_out else text for column, text in printed.items()
        } | dict(typed)
        errors = find_overlong_texts(cells) | find_ditto_texts(cells)
        errors |= {
            column: f"{get_column_label(column)}: {why}"
            for column, why in row.broken.items()
            if column not in left_out and column not in typed and not decision.get(column)
        }
        texts = {
            column: text
            for column, text in cells.items()
            if column not in errors and has_letters(text) and not is_unstated(text)
        }
        texts |= {name: strip_footnotes(texts[name]) for name in _NOTED_COLUMNS if name in texts}
        read_from: dict[str, str] = {}
        if "address" in texts and "address" not in typed:
            address, phone = split_address(texts["address"])
            if phone and not texts.get("phone") and "phone" not in left_out:
                texts["phone"], read_from["phone"] = phone, "address"
            texts["address"] = address
        values = {
            column: self._parse(parser, column, texts, errors)
            for column, parser in _PARSERS.items()
            if column in texts
        }
        parsed = parse_name(texts.get("name", ""))
        if parsed.status and not printed.get("status"):
            printed["status"] = parsed.status
            cells = {"status": "" if "status" in left_out else parsed.status} | cells
        if "name" in typed:
            parsed = ParsedName(collapse_spaces(typed["name"]))
        elif names_several(parsed.name):
            errors["name"] = (
                f"이름: {quote(parsed.name)} 여러 센터의 이름입니다. 하나만 적어 주세요."
            )
        operator = collapse_spaces(texts.get("operator", ""))
        is_in_name = bool(parsed.operator and not operator and "operator" not in left_out)
        if "operator" not in typed:
            stated = {"operator": parsed.operator if is_in_name else operator}
            self._parse(parse_operator, "operator", stated, errors)
        facts = RowFacts(
            number=row.number,
            line=row.line,
            texts=row.texts,
            doubt=row.doubt,
            name=parsed.name,
            # One that is not understood still tells which centre is meant.
            operator=parsed.operator if is_in_name else operator,
            values={name: value for name, value in values.items() if value not in ("", None)},
            typed=frozenset(
                column for column, text in typed.items() if not self._is_printed(row, column, text)
            ),
            read_from=read_from | ({"operator": "name"} if is_in_name else {}),
        )
        facts = self._add_industry(facts, texts, decision.get("industry"))
        facts = self.regions.add_region(facts, texts, decision.get("region"))
        # Other lists may use these headings for something else, so these are no errors.
        unread: dict[str, str] = {}
        recorded: dict[str, Any] = {
            column: (
                cells.get(column)
                and self._parse(
                    parser, column, cells, errors if column in _QUESTIONED_COLUMNS else unread
                )
            )
            or ""
            for column, parser in _EXPORT_PARSERS.items()
        }
        return facts.with_changes(
            errors=errors,
            warnings=(*facts.warnings, *unread.values(), *find_phone_doubts(texts)),
            has_status=bool(printed.get("status", "") or recorded["status"]),
            has_confirmation="confirmed_on" in row.recorded,
            **recorded,
        )

    def is_read_from_own_column(self, name: str, text: str, region: str) -> bool:
        """Whether no column but its own, with this text, can show where a value was read.

        That is so for the industry and the operator where their own columns state one, and for the
        region where its own names that of the centre, of code `region`. Far quicker than
        `read_row`, which reads the whole row.
        """
        if name != "region":
            region = ""  # makes no difference, so that few answers serve all rows
        if (answer := self._own_columns.get((name, text, region))) is None:
            if len(self._own_columns) >= MAX_OWN_COLUMNS:
                self._own_columns.clear()
            answer = self._is_in_own_column(name, text, region)
            self._own_columns[name, text, region] = answer
        return answer

    def _is_in_own_column(self, name: str, text: str, region: str) -> bool:
        if not text or find_overlong_texts({name: text}) or is_ditto(text) or is_unstated(text):
            return False
        match name:
            case "industry":
                return bool(self.industries.parse_cell(text)[0])
            case "region":
                return [one.code for one in self.regions.read_label(text)[1]] == [region]
        return name == "operator" and has_letters(text)

    def _is_printed(self, row: PrintedRow, column: str, typed: str) -> bool:
        """Whether the list states what an editor typed, be it in another spelling."""
        parser = _PARSERS.get(column) or _EXPORT_PARSERS.get(column) or collapse_spaces
        text = (row.texts | row.recorded).get(column, "")
        values = [self._parse(parser, column, {column: one}, {}) for one in (text, typed)]
        return values[0] is not None and values[0] == values[1]

    @staticmethod
    def _parse(
        parser: Callable, column: str, texts: Mapping[str, str], errors: dict[str, str]
    ) -> Any:
        try:
            return parser(texts.get(column, ""))
        except ValueError as error:
            errors[column] = f"{get_column_label(column)}: {error}"
            return None

    def _add_industry(
        self, facts: RowFacts, texts: dict[str, str], decided: str | None
    ) -> RowFacts:
        industries, specialty = self.industries.parse_cell(texts.get("industry", ""))
        is_wide_area, column = False, "industry"
        if not industries:
            column = "name"
            industries, is_wide_area = self.industries.parse_center_name(facts.name)
        typed, offered = facts.typed, facts.offered
        if not industries and not is_wide_area and not decided:
            column = "industry" if texts.get("industry") else "name"
            industries = (
                self.industries.find_by_makers_words(texts["industry"])
                if column == "industry"
                else self.industries.find_by_center_name(facts.name)
            )
            offered |= {"industry"} if industries else set()
        if decided:
            if all(industry.code != decided for industry in industries):
                typed |= {"industry"}
            industries, is_wide_area = (self.industries.by_code[decided],), False
        kind = WIDE_AREA if is_wide_area else SPECIALIZED if industries else ""
        # No document has a column for the kind.
        read_from = {"kind": column} | ({"industry": column} if column != "industry" else {})
        return facts.with_changes(
            industries=industries,
            specialty=specialty,
            kind=kind,
            read_from={**facts.read_from, **read_from},
            typed=typed,
            offered=offered,
        )


def get_column_label(column: str) -> str:
    """The name of a column on screen."""
    return (COLUMN_LABELS | EXPORT_ONLY_COLUMNS)[column]


_PARSERS_BY_TYPE: dict[ValueType, Callable] = {
    ValueType.TEXT: collapse_spaces,
    ValueType.ADDRESS: parse_address,
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
#: Columns at the end of whose texts the signs of footnotes stand; names have their own parser.
_NOTED_COLUMNS = ("region", "industry", "operator", "address")
#: Columns of the site's own exports in which an unread cell is a question.
_QUESTIONED_COLUMNS = {"status"}
_MAX_LENGTHS: dict[str, int] = {
    column.name: column.max_length
    for column in Listing._meta.concrete_fields
    if column.name in COLUMN_LABELS and column.max_length is not None
}


def find_phone_doubts(texts: Mapping[str, str]) -> list[str]:
    """Notes in Korean on a mobile number, and on what is printed behind the first number."""
    if "phone" not in texts:
        return []
    try:
        number, behind = split_phone(texts["phone"])
    except PhoneError:
        return []
    doubts = []
    if number.startswith("01"):
        doubts.append(f"휴대전화 번호입니다({number}). 공개해도 되는 번호인지 보아 주세요.")
    if any(map(str.isdigit, behind)):
        doubts.append(f"전화는 첫 번호만 적고 그 뒤의 {quote(behind)} 적지 않습니다.")
    return doubts


def find_ditto_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """An error in Korean, by column, for each text that stands for a cell above that states none.

    Reading the table replaced the others.
    """
    return {
        column: f"{get_column_label(column)}: {quote(text)} 위 칸과 같다는 말인데 위 칸이 비어"
        " 있습니다."
        for column, text in texts.items()
        if is_ditto(text)
    }


def find_overlong_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """An error in Korean, by column, for each text that is longer than its field."""
    lengths = {
        column: len(normalise(text))
        for column, text in texts.items()
        # Composing makes a text three times as long at most.
        if column in _MAX_LENGTHS and len(text) * 3 > _MAX_LENGTHS[column]
    }
    return {
        column: f"{COLUMN_LABELS[column]}: {_MAX_LENGTHS[column]}자까지 적을 수 있는데"
        f" {length}자입니다."
        for column, length in lengths.items()
        if length > _MAX_LENGTHS[column]
    }
