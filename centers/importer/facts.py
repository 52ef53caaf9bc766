"""What a printed row says, in the terms of the records: its region, trade, body and values."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from centers.importer.cell_parsers import (
    parse_day,
    parse_phone,
    parse_size,
    parse_status,
    parse_website,
    parse_year,
    split_count,
)
from centers.importer.headings import COLUMN_LABELS, EXPORT_ONLY_COLUMNS
from centers.models import Center, Industry, Listing, Region
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, PRINTED_FIELDS, ValueType
from centers.models.place_parser import get_place_parser
from centers.models.region_tree import RegionTree
from centers.text.formatting import quote
from centers.text.hangul import clean, normalise, strip_legal_form, to_plain_text

WIDE_AREA = Center.Kind.WIDE_AREA.value
SPECIALIZED = Center.Kind.SPECIALIZED.value

#: What every centre's name ends in, and so tells nothing.
_COMMON_ENDING = re.compile(r" ?(?:도시형 ?)?소공인 ?(?:특화 ?)?(?:지원 ?)?센터\Z")
_WIDE_AREA = re.compile(r" ?상생\Z")
_IN_BRACKETS = re.compile(r"(.+?) ?\((.+)\)")
#: Shorter words stand in too many others: 옷 in 옷골.
_MIN_WORD_LENGTH = 2
MAX_TITLE_LENGTH = 100


@dataclass(frozen=True)
class RowFacts:
    """One row in the terms of the records. "", None or nothing: the row does not say."""

    number: int
    line: int
    texts: dict[str, str]
    name: str = ""
    #: All that the printed place may mean; one, unless it is not clear.
    regions: tuple[Region, ...] = ()
    #: All that the printed trade may mean.
    industries: tuple[Industry, ...] = ()
    specialty: str = ""
    kind: str = ""
    operator: str = ""
    values: dict = field(default_factory=dict)
    #: What only our own downloads state.
    status: str = ""
    confirmed_on: str = ""
    #: By field, the column that a value was read from where that is not the field's own.
    read_from: dict[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def region(self) -> Region | None:
        return self.regions[0] if len(self.regions) == 1 else None

    @property
    def industry(self) -> Industry | None:
        return self.industries[0] if len(self.industries) == 1 else None

    @property
    def trade(self) -> str:
        """The code of its division, or that it serves a whole province; "" if not known."""
        if self.kind == WIDE_AREA:
            return WIDE_AREA
        return self.industry.code if self.industry else ""

    @property
    def title(self) -> str:
        """What the row is called among others."""
        parts = (self.texts.get(name, "") for name in ("region", "industry", "operator"))
        title = (
            self.name or " · ".join(filter(None, map(collapse_spaces, parts))) or f"{self.number}행"
        )
        return title[:MAX_TITLE_LENGTH]


def collapse_spaces(text: str) -> str:
    """The text with single spaces, as a record holds it."""
    return " ".join(normalise(text).split())


def make_name_key(text: str) -> str:
    """The same for names that differ only by spaces, punctuation or case."""
    return to_plain_text(text)


def make_operator_key(text: str) -> str:
    """The same for one body however it is printed: (재)가 나, 재단법인 가나, 가·나."""
    return to_plain_text(strip_legal_form(text)) or to_plain_text(text)


def make_address_key(text: str) -> str:
    """The same for addresses that differ only by spaces, commas or brackets."""
    return re.sub(r"[\s,()]", "", clean(text).casefold())


class IndustryParser:
    """What divisions of industry are called, and which of them a printed word means."""

    def __init__(self) -> None:
        self.by_code: dict[str, Industry] = {}
        self._words: dict[str, set[str]] = defaultdict(set)
        for industry in Industry.objects.order_by("code"):
            self.by_code[industry.code] = industry
            short = industry.name.partition(";")[0]
            for word in (industry.name, short, industry.short_name, *industry.aliases):
                self._words[to_plain_text(word)].add(industry.code)
        self._words.pop("", None)
        self._by_length = sorted(self._words, key=lambda word: (-len(word), word))

    def exactly(self, text: str) -> tuple[Industry, ...]:
        return self._industries(self._words.get(to_plain_text(text), ()))

    def within(self, text: str) -> tuple[Industry, ...]:
        """The divisions of the longest word in the text; several, if words are equally long."""
        text, codes, longest = to_plain_text(text), set(), 0
        for word in self._by_length:
            if len(word) < max(longest, _MIN_WORD_LENGTH):
                break
            if word in text:
                codes |= self._words[word]
                longest = len(word)
        return self._industries(codes)

    def printed(self, text: str) -> tuple[tuple[Industry, ...], str]:
        """The divisions that a cell may mean, and the narrower word in brackets."""
        text = clean(text)
        aside = _IN_BRACKETS.fullmatch(text)
        outer, inner = (aside[1], aside[2].strip()) if aside else (text, "")
        found = self.exactly(outer) or self.within(outer)
        return found or self.exactly(inner) or self.within(inner), inner

    def named(self, name: str) -> tuple[tuple[Industry, ...], bool]:
        """The divisions that a centre's name may mean, and whether it is for a whole province."""
        rest = _COMMON_ENDING.sub("", clean(name))
        is_wide = _WIDE_AREA.search(rest) is not None
        words = _WIDE_AREA.sub("", rest).split()
        for start in range(len(words)):
            if found := self.exactly("".join(words[start:])):
                return found, False
        # Behind the place; the first word alone may be a place that sounds like a trade.
        found = () if is_wide else self.within(words[-1]) if len(words) > 1 else ()
        return found, is_wide and not found

    def _industries(self, codes: Iterable[str]) -> tuple[Industry, ...]:
        return tuple(self.by_code[code] for code in sorted(codes))


class RowReader:
    """Reads printed rows against the regions and industries of today; two queries, then none."""

    def __init__(self, tree: RegionTree | None = None) -> None:
        self.tree = tree or RegionTree()
        self.places = get_place_parser(self.tree)
        self.trades = IndustryParser()

    def facts(self, row, decision: dict | None = None) -> RowFacts:
        """What the row (`PrintedRow`) says; a person's word on region or industry goes first."""
        decision = decision or {}
        problems = find_overlong_texts(row.texts)
        texts = {
            column: text
            for column, text in row.texts.items()
            if len(text) <= _MAX_LENGTHS[column] and to_plain_text(text)
        }
        values = {
            column: self._parsed(parse, column, texts, problems)
            for column, parse in _PARSERS.items()
        }
        found = RowFacts(
            number=row.number,
            line=row.line,
            texts=row.texts,
            name=collapse_spaces(texts.get("name", "")),
            operator=collapse_spaces(texts.get("operator", "")),
            values={name: value for name, value in values.items() if value not in ("", None)},
        )
        found = self._with_place(self._with_trade(found, texts, decision), texts, decision)
        # Another's list may head other things with these words, so they are no errors.
        unread: list[str] = []
        recorded = {
            column: self._parsed(parse, column, row.recorded, unread) or ""
            for column, parse in _EXPORT_PARSERS.items()
        }
        warnings = (*found.warnings, *unread)
        return replace(found, errors=tuple(problems), warnings=warnings, **recorded)

    @staticmethod
    def _parsed(parse: Callable, column: str, texts: dict, problems: list[str]):
        try:
            return parse(texts.get(column, ""))
        except ValueError as error:
            problems.append(f"{(COLUMN_LABELS | EXPORT_ONLY_COLUMNS)[column]}: {error}")
            return None

    def _with_trade(self, facts: RowFacts, texts: dict, decision: dict) -> RowFacts:
        industries, specialty = self.trades.printed(texts.get("industry", ""))
        is_wide, column = False, "industry"
        if not industries:
            column = "name"
            industries, is_wide = self.trades.named(facts.name)
        if decided := decision.get("industry"):
            industries, is_wide = (self.trades.by_code[decided],), False
        kind = WIDE_AREA if is_wide else SPECIALIZED if industries else ""
        # No document has a column for the kind.
        read_from = {"kind": column} | ({"industry": column} if column != "industry" else {})
        return replace(
            facts, industries=industries, specialty=specialty, kind=kind, read_from=read_from
        )

    def _with_place(self, facts: RowFacts, texts: dict, decision: dict) -> RowFacts:
        if decided := decision.get("region"):
            return replace(facts, regions=(self.tree.by_code[decided],))
        label, _ = split_count(texts.get("region", ""))
        address = facts.values.get("address", "")
        by_label, by_name = self.places.find_regions(label), self.places.find_regions(facts.name)
        by_address = self._address_regions(address, label, by_label)
        regions = by_address or by_label or by_name
        regions = self._narrowed(self._narrowed(regions, by_label), by_name)
        warnings = []
        if by_address and by_label and not self._meet(by_address, by_label):
            warnings.append(
                f"지역은 {quote(label, '인데', '인데')} 주소는 {by_address[0].full_name} 안입니다."
                " 주소를 따랐습니다."
            )
        if facts.kind == WIDE_AREA:
            # The address is only that of its office.
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

    def _address_regions(self, address: str, label: str, by_label: list[Region]) -> list[Region]:
        """Where an address may lie; one that leaves out the 시·도 is read behind its label."""
        found = self.places.find_regions(address)
        if len(found) == 1 or not (address and label):
            return found
        inside = self.places.find_regions(f"{label} {address}")
        return inside if inside and inside != by_label else found

    def _narrowed(self, regions: list[Region], others: list[Region]) -> list[Region]:
        """What of the regions the others leave: the narrower of both, where they agree."""
        if len(regions) == len(others) == 1:
            return (
                others
                if regions[0].code in self.tree.list_enclosing_codes(others[0].code)
                else regions
            )
        if len(regions) > 1 and others:
            return [region for region in regions if self._meet([region], others)] or regions
        return regions

    def _meet(self, some: list[Region], others: list[Region]) -> bool:
        """Whether one of these lies in one of those, or the other way round."""
        return any(
            one.code in self.tree.list_enclosing_codes(other.code)
            or other.code in self.tree.list_enclosing_codes(one.code)
            for one in some
            for other in others
        )


_PARSERS_BY_TYPE: dict[ValueType, Callable] = {
    ValueType.TEXT: collapse_spaces,
    ValueType.ADDRESS: collapse_spaces,
    ValueType.MAKERS: parse_size,
    ValueType.PHONE: parse_phone,
    ValueType.URL: parse_website,
    ValueType.YEAR: parse_year,
}
#: Of the printed fields; names, regions, industries and operators are read together instead.
_PARSERS: dict[str, Callable] = {
    name: _PARSERS_BY_TYPE[CENTER_FIELDS_BY_NAME[name].type]
    for name in PRINTED_FIELDS
    if CENTER_FIELDS_BY_NAME[name].type in _PARSERS_BY_TYPE
}
_EXPORT_PARSERS: dict[str, Callable] = {"status": parse_status, "confirmed_on": parse_day}
_MAX_LENGTHS = {column: Listing._meta.get_field(column).max_length for column in COLUMN_LABELS}


def find_overlong_texts(texts: dict[str, str]) -> list[str]:
    lengths = {column: len(normalise(text)) for column, text in texts.items()}
    return [
        f"{COLUMN_LABELS[column]}: {_MAX_LENGTHS[column]}자까지 적을 수 있는데 {length}자입니다."
        for column, length in lengths.items()
        if length > _MAX_LENGTHS[column]
    ]
