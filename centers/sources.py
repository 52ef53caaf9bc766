"""Where each value on a centre's page comes from, and which documents say otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from centers.intake.facts import Facts, Reader
from centers.intake.read import PrintedRow
from centers.intake.values import is_same
from centers.models import Announcement, Center, Listing
from centers.places import RegionTree
from centers.provenance import origins

#: What the page of a centre shows with its source.
FIELDS = (
    "name",
    "kind",
    "status",
    "region",
    "industry",
    "specialty",
    "operator",
    "cluster_size",
    "designated_year",
    "address",
    "phone",
    "website",
    "lat",
    "confirmed_on",
    "closed_on",
    "note",
)


@dataclass
class Source:
    """What is known of where one value comes from."""

    #: The newest document that says the same; None if only an editor does, or nobody knows.
    announcement: Announcement | None = None
    #: The row of it that is about the centre.
    listing: Listing | None = None
    #: The day on which an editor entered it, where no document says it.
    entered_on: date | None = None
    #: Documents that say otherwise, each with what it says, as printed.
    others: list[tuple[Announcement, str]] = field(default_factory=list)


@lru_cache(maxsize=2)
def reader(version: int, regions: RegionTree) -> Reader:
    return Reader(regions)


def sources(
    center: Center, listings: Iterable[Listing], regions: RegionTree, version: int
) -> dict[str, Source]:
    """The source of each value that the centre has; `listings` are its own, the newest first."""
    known = origins(Center, [center.pk], FIELDS).get(center.pk, {})
    documents = Announcement.objects.in_bulk({one.source_id for one in known.values()} - {None})
    found: dict[str, Source] = {}
    for name in FIELDS:
        if getattr(center, Center._meta.get_field(name).attname) in (None, ""):
            continue
        origin = known.get(name)
        source = found[name] = Source()
        if origin and origin.is_editors:
            source.entered_on = origin.on
        elif origin:
            source.announcement = documents.get(origin.source_id)
    said_by_document = set()
    for listing in listings:
        texts = {name: getattr(listing, name) for name in Listing.PRINTED}
        row = PrintedRow(listing.row, listing.row, texts)
        facts = reader(version, regions).facts(row)
        for name, (value, text) in stated(facts, listing).items():
            if name not in found:
                continue
            if not is_same(center, name, value, reader(version, regions)):
                # A list that is silent on it, or older than what happened since, denies nothing.
                if name not in ("status", "kind"):
                    found[name].others.append((listing.announcement, text))
            elif name not in said_by_document:
                said_by_document.add(name)
                found[name].announcement, found[name].entered_on = listing.announcement, None
    rows = {listing.announcement_id: listing for listing in listings}
    for source in found.values():
        if source.announcement:
            source.listing = rows.get(source.announcement.pk)
    return found


def stated(facts: Facts, listing: Listing) -> dict[str, tuple]:
    """What a printed row says of the fields: the value, and the text that says it."""
    texts = facts.texts
    values = {**facts.values, "name": facts.name, "operator": facts.operator, "kind": facts.kind}
    if listing.announcement.kind == Announcement.Kind.STATUS_LIST:
        # That it stands on the list says that it runs.
        values["status"] = Center.Status.OPERATING.value
    if facts.region:
        values["region"] = facts.region.code
    if facts.industry:
        values["industry"] = facts.industry.code
    return {
        name: (value, texts.get(name) or texts.get("name", ""))
        for name, value in values.items()
        if value not in ("", None)
    }
