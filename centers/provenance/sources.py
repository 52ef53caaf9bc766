"""The source of each value of a centre, and the documents that state another value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from centers.importer.headings import COLUMN_LABELS
from centers.importer.row_reader import RowReader
from centers.importer.statements import (
    FIELDS_READ_ELSEWHERE,
    WHOLE_DOCUMENT,
    FieldEvidence,
    find_plain_evidence,
    statements_about,
)
from centers.models import Announcement, Center, Citation, Listing, Operator
from centers.models.center_fields import CENTER_FIELDS_BY_NAME, SOURCED_FIELDS
from centers.models.data_version import MAX_CACHED_CENTERS, per_data_version
from centers.models.origins import Origin, find_origins
from centers.models.reference_data import get_announcements, get_reference_data
from centers.provenance.cited_values import (
    CitedValue,
    list_statement_notes,
    sort_by_value,
)
from centers.text.numbers import parse_number

#: What a document states by its kind and date, without printing it.
IMPLIED_FIELDS = ("status", "designated_year", "confirmed_on")
#: The columns that a value may be read from other than its own, with their names on screen.
READ_FROM_LABELS = {
    "name": "센터 이름",
    "address": COLUMN_LABELS["address"],
    "industry": COLUMN_LABELS["industry"],
    WHOLE_DOCUMENT: "문서의 종류와 발표일",
}

#: The fields of an operator that centres' pages show with their sources.
OPERATOR_FIELDS = ("phone", "website")  #: In the order of the sources.
_READ_ELSEWHERE = [name for name in SOURCED_FIELDS if name in FIELDS_READ_ELSEWHERE]

#: The source on screen of a value that no document states.
EDITOR_ENTRY = "편집자 입력"


@dataclass
class Source:
    """The source of one value, as far as it is known."""

    #: The newest document that prints the value, or else implies it; None for an editor's entry
    #: and for an unknown source.
    announcement: Announcement | None = None
    #: The row of the document that is about the centre.
    listing: Listing | None = None
    #: The day of the entry of an editor, if no document states the value.
    entered_on: date | None = None
    #: The column that it was read from, or WHOLE_DOCUMENT; "" if printed in its own column.
    read_from: str = ""
    #: Documents that state another value, each with its text as printed.
    others: list[tuple[Announcement, str]] = field(default_factory=list)
    #: What citations state about the value; None without any.
    cited: CitedValue | None = None

    @property
    def citation(self) -> Citation | None:
        """The citation that the value comes from, unless a document prints the value."""
        return self.cited.current if self.cited and not self.announcement else None

    @property
    def url(self) -> str:
        """The page of the document, at the row that is about the centre."""
        if self.announcement is None:
            return ""
        row = f"#row-{self.listing.row}" if self.listing else ""
        return f"{self.announcement.get_absolute_url()}{row}"

    @property
    def label(self) -> str:
        """The document in words, and the column: 2026-07-31 목록의 주소에서 읽음."""
        if self.announcement is None:
            return ""
        read = f"의 {self.column}에서 읽음" if self.column else ""
        return f"{self.announcement.source_label}{read}"

    @property
    def is_about(self) -> bool:
        """Whether the row prints a number of makers as one that is not exact: 약 300여개사."""
        number = parse_number(self.listing.cluster_size) if self.listing else None
        return bool(number and number.is_about)

    @property
    def column(self) -> str:
        """The name on screen of the column it was read from; "" if there is none."""
        return "" if self.read_from == WHOLE_DOCUMENT else READ_FROM_LABELS.get(self.read_from, "")


@per_data_version
def get_reader(version: int) -> RowReader:
    """Return the reader of printed rows for a data version."""
    regions, _ = get_reference_data(version)
    return RowReader(regions)


@per_data_version(maxsize=MAX_CACHED_CENTERS)
def get_center_evidence(
    version: int, center: Center, listings: tuple[Listing, ...]
) -> dict[str, FieldEvidence]:
    """Return what a centre's own printed rows, the newest first, state for a data version."""
    return statements_about(center, listings, get_reader(version))


def find_sources(
    center: Center,
    listings: Iterable[Listing],
    citations: Iterable[Citation],
    origins: dict[str, Origin],
    version: int,
) -> dict[str, Source]:
    """Return the sources of the centre's values by field name; unknown values are left out.

    `listings` are its own, the newest first; `citations` those of `find_citations`; `origins`
    those of its values. No query.
    """
    cited = sort_by_value(center, citations)
    known, documents = origins, get_announcements(version)
    found: dict[str, Source] = {}
    for name in SOURCED_FIELDS:
        if not CENTER_FIELDS_BY_NAME[name].has_value(center):
            continue
        origin = known.get(name)
        source = found[name] = Source(cited=cited.get(name))
        if origin and origin.is_from_editor:
            source.entered_on = origin.on
        elif origin:
            source.announcement = documents.get(origin.source_id or 0)
    listings = tuple(listings)
    rows = {listing.announcement_id: listing for listing in listings}
    for name, statement in get_center_evidence(version, center, listings).items():
        if name not in found:
            continue
        source = found[name]
        source.others = [(listing.announcement, text) for listing, text in statement.others]
        if statement.listing:
            source.announcement, source.entered_on = statement.listing.announcement, None
            source.read_from = statement.read_from
    for name, source in found.items():
        if source.citation:
            source.entered_on = None
        if source.announcement:
            source.listing = rows.get(source.announcement.pk)
            if name in IMPLIED_FIELDS and not is_printed(source.listing, name):
                source.read_from = WHOLE_DOCUMENT
    return found


def find_operator_sources(
    center: Center,
    citations: Iterable[Citation],
    origins: Mapping[int, dict[str, Origin]] | None = None,
) -> dict[str, Source]:
    """Return the sources of the telephone and website of the centre's operator, where known.

    `origins` are those of these fields by primary key of the operator; None reads them.
    """
    operator = center.operator
    shown = [name for name in OPERATOR_FIELDS if operator and getattr(operator, name)]
    if operator is None or not shown:
        return {}
    cited = sort_by_value(operator, citations)
    known = find_origins(Operator, [operator.pk], shown) if origins is None else origins
    sources = {}
    for name, origin in known.get(operator.pk, {}).items():
        source = sources[name] = Source(cited=cited.get(name))
        if not source.citation and origin.is_from_editor:
            source.entered_on = origin.on
    return sources


def is_printed(listing: Listing | None, name: str) -> bool:
    return bool(getattr(listing, name, ""))


def build_source_notes(
    printed: Sequence[tuple[Center, Sequence[Listing]]],
    stated: Mapping[int, list[CitedValue]],
    version: int,
) -> dict[int, list[str]]:
    """Return, by primary key of the centre, notes on values that no document prints as such.

    Each centre comes with the rows that print it, the newest first; `stated` are its values of
    `list_stated_values`. One query.
    """
    known = find_origins(Center, stated, SOURCED_FIELDS)
    reader = get_reader(version)
    notes = {}
    for center, listings in printed:
        values = stated[center.pk]
        cited = {one.name for one in values if one.current and one.current.center_id}
        typed = {
            name
            for name, origin in known.get(center.pk, {}).items()
            if origin.is_from_editor and name not in cited
        }
        notes[center.pk] = [
            *_list_notes(center, listings, typed, reader),
            *list_statement_notes(values),
        ]
    return notes


def _list_notes(
    center: Center, listings: Sequence[Listing], typed: set[str], reader: RowReader
) -> Iterator[str]:
    """Yield the notes of a centre; `typed` are the fields whose value an editor entered last."""
    if not listings:
        yield EDITOR_ENTRY
        return
    read, entered = defaultdict(list), []
    noted = _READ_ELSEWHERE
    if typed:
        noted = [name for name in SOURCED_FIELDS if name in typed or name in noted]
    needed = [name for name in noted if CENTER_FIELDS_BY_NAME[name].has_value(center)]
    evidence = {}
    if typed.isdisjoint(needed):
        evidence = find_plain_evidence(center, listings, reader)
    if not evidence:
        evidence = statements_about(center, listings, reader, needed)
    for name in needed:
        if name in evidence and evidence[name].listing:
            if column := evidence[name].read_from:
                read[column].append(CENTER_FIELDS_BY_NAME[name].label)
        elif name in typed:
            entered.append(CENTER_FIELDS_BY_NAME[name].label)
    for column, label in READ_FROM_LABELS.items():
        if column != WHOLE_DOCUMENT and column in read:
            yield f"{label}에서 읽음: {', '.join(read[column])}"
    if entered:
        yield f"{EDITOR_ENTRY}: {', '.join(entered)}"
