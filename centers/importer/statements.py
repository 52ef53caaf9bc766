"""Evidence for the values of a centre: which documents print each value, and in which column."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from centers.importer.facts import SPECIALIZED, RowFacts
from centers.importer.plan import FieldValue
from centers.importer.printed_list import PrintedRow
from centers.importer.row_reader import RowReader
from centers.importer.values import is_same_value
from centers.models import Announcement, Center, Listing

#: Takes the place of the column where a value follows from the kind or date of the document.
WHOLE_DOCUMENT = "announcement"


#: The columns that a field may be read from, where its own is not the only one.
_COLUMNS_READ = {
    "kind": ("industry", "name"),
    "industry": ("industry", "name"),
    "specialty": ("industry",),
    "operator": ("operator", "name"),
    "region": ("region", "address", "name", "industry"),
}
#: The fields whose values may be read from the column of another.
FIELDS_READ_ELSEWHERE = ("kind", "industry", "operator", "region")


@dataclass(frozen=True)
class Statement:
    """The value of one field according to one printed row."""

    value: FieldValue
    #: The printed text that it was read from.
    text: str
    #: The column it was read from, or WHOLE_DOCUMENT; "" for the field's own column.
    read_from: str = ""


@dataclass
class FieldEvidence:
    """The evidence of all documents for one field."""

    #: The newest row that prints the value; else the newest that it can be read from.
    listing: Listing | None = None
    read_from: str = ""
    #: Rows with another value, each with the printed text.
    others: list[tuple[Listing, str]] = field(default_factory=list)


def statements_about(
    center: Center,
    listings: Iterable[Listing],
    reader: RowReader,
    fields: Collection[str] | None = None,
) -> dict[str, FieldEvidence]:
    """The evidence by field; `listings` are the centre's own, newest first.

    With `fields`, only for these, and only the cells that they are read from are parsed.
    """
    evidence: dict[str, FieldEvidence] = {}
    columns = {column for name in fields or () for column in _COLUMNS_READ.get(name, (name,))}
    for listing in listings:
        texts = listing.texts
        if fields is not None:
            texts = {column: text for column, text in texts.items() if column in columns}
        facts = reader.read_row(PrintedRow(listing.row, listing.row, texts))
        for name, statement in read_statements(facts, listing).items():
            if fields is not None and name not in fields:
                continue
            one = evidence.setdefault(name, FieldEvidence())
            if not is_same_value(center, name, statement.value, reader):
                # A document cannot contradict a later change of status, and none prints the kind.
                if name not in ("status", "kind"):
                    one.others.append((listing, statement.text))
            elif name == "region" and statement.value != center.region_id:
                # A wider region neither contradicts nor confirms a narrower one.
                continue
            elif one.listing is None or (one.read_from and not statement.read_from):
                one.listing, one.read_from = listing, statement.read_from
    return evidence


def find_plain_evidence(
    center: Center, listings: Sequence[Listing], reader: RowReader
) -> dict[str, FieldEvidence]:
    """The evidence for fields read elsewhere, where each row prints them in their own columns.

    Only the kind is then read from another, the industry's. Empty where a row does not. A centre
    without an operator needs none for that.
    """
    names = ("industry", "region", "operator") if center.operator_id else ("industry", "region")
    for listing in listings:
        for name in names:
            text = getattr(listing, name)
            if not reader.is_read_from_own_column(name, text, center.region_id):
                return {}
    kind = FieldEvidence(listings[0], "industry")
    return {"kind": kind if center.kind == SPECIALIZED else FieldEvidence()}


def read_statements(facts: RowFacts, listing: Listing) -> dict[str, Statement]:
    """The statements of one printed row by field."""
    values: dict[str, FieldValue | None] = {
        **facts.values,
        "name": facts.name,
        "operator": facts.operator,
        "kind": facts.kind,
    }
    read_from = dict(facts.read_from)
    if listing.announcement.kind == Announcement.Kind.STATUS_LIST:
        # A status list holds operating centres alone.
        values["status"], read_from["status"] = Center.Status.OPERATING.value, WHOLE_DOCUMENT
    values["specialty"] = facts.specialty
    values["region"] = facts.region and facts.region.code
    values["industry"] = facts.industry and facts.industry.code
    texts = facts.texts
    return {
        name: Statement(
            value,
            texts.get(read_from.get(name, name), "") or texts.get("name", ""),
            read_from.get(name, ""),
        )
        for name, value in values.items()
        if value is not None and value != ""
    }
