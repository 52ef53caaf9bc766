"""A printed row in terms of the records: its region, industry, operator and values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from centers.importer.plan import FieldValue
from centers.models import Center, Industry, Region
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
    #: Stated by the site's own exports, and by lists with a column of that name.
    status: str = ""
    confirmed_on: str = ""
    classes: tuple[str, ...] = ()
    #: Whether the row prints a status, read or not: it then does not say that the centre operates.
    has_status: bool = False
    #: Whether the list has a column of confirmation dates, be it empty in this row.
    has_confirmation: bool = False
    #: The fields whose value an editor typed or chose, and the list does not state.
    typed: frozenset[str] = frozenset()
    #: The fields, of `region` and `industry`, that only makers' words or a name tell: an editor
    #: confirms them.
    offered: frozenset[str] = frozenset()
    #: By field, the column that its value was read from, if not the field's own.
    read_from: dict[str, str] = field(default_factory=dict)
    #: Why a cell cannot be read, in Korean, by column.
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    #: Why the row needs a decision although it can be read, in Korean.
    doubt: str = ""

    def with_changes(self, **changes: Any) -> "RowFacts":
        """A copy with other values; `dataclasses.replace` takes much longer, for every row."""
        other = object.__new__(RowFacts)
        vars(other).update(vars(self), **changes)
        return other

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


def make_phone_key(text: str) -> str:
    """A key of the digits of a telephone number, with 0 for the country code."""
    return re.sub(r"\D", "", re.sub(r"\+82\D*0?", "0", text))
