"""What the documents that list a centre say of its values: which one, and in which column."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from centers.importer.facts import RowFacts, RowReader
from centers.importer.read import PrintedRow
from centers.importer.values import is_same_value
from centers.models import Announcement, Center, Listing

#: That a value follows from the document as a whole: from its kind, or its day.
WHOLE_DOCUMENT = "announcement"


@dataclass(frozen=True)
class Statement:
    """What one printed row says of one field."""

    value: str | int
    #: The printed text that says it.
    text: str
    #: The column it was read from, or WHOLE; "" if it stands in the field's own column.
    read_from: str = ""


@dataclass
class FieldEvidence:
    """What all documents say of one field."""

    #: The newest row that prints the value; else the newest from which it can be read.
    listing: Listing | None = None
    read_from: str = ""
    #: Rows that say otherwise, each with what it says, as printed.
    others: list[tuple[Listing, str]] = field(default_factory=list)


def statements_about(
    center: Center, listings: Iterable[Listing], reader: RowReader
) -> dict[str, FieldEvidence]:
    """By field, what the centre's own printed rows, the newest first, say of its value."""
    found: dict[str, FieldEvidence] = {}
    for listing in listings:
        facts = reader.facts(PrintedRow(listing.row, listing.row, listing.texts))
        for name, statement in read_statements(facts, listing).items():
            one = found.setdefault(name, FieldEvidence())
            if not is_same_value(center, name, statement.value, reader):
                # A list that is silent on it, or older than what happened since, denies nothing.
                if name not in ("status", "kind"):
                    one.others.append((listing, statement.text))
            elif name == "region" and statement.value != center.region_id:
                # A wider region denies nothing, but does not say it either.
                continue
            elif one.listing is None or (one.read_from and not statement.read_from):
                one.listing, one.read_from = listing, statement.read_from
    return found


def read_statements(facts: RowFacts, listing: Listing) -> dict[str, Statement]:
    """What a printed row says of the fields."""
    values = {**facts.values, "name": facts.name, "operator": facts.operator, "kind": facts.kind}
    read_from = dict(facts.read_from)
    if listing.announcement.kind == Announcement.Kind.STATUS_LIST:
        # That it stands on the list says that it runs.
        values["status"], read_from["status"] = Center.Status.OPERATING.value, WHOLE_DOCUMENT
    values["specialty"] = facts.specialty
    values["region"] = facts.region and facts.region.code
    values["industry"] = facts.industry and facts.industry.code
    texts = facts.texts
    return {
        name: Statement(
            value,
            texts.get(read_from.get(name, name)) or texts.get("name", ""),
            read_from.get(name, ""),
        )
        for name, value in values.items()
        if value not in ("", None)
    }
