"""What an assistant is given about centres: each value in words, with its source and its URL."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings

from centers.models import Center, Citation, Operator
from centers.models.center_fields import (
    CENTER_FIELDS_BY_NAME,
    SOURCED_FIELDS,
    ValueType,
    format_field_value,
)
from centers.models.origins import Origin, find_origins
from centers.models.reference_data import get_reference_data
from centers.models.region_tree import RegionTree
from centers.provenance.cited_values import describe_statement, find_citations
from centers.provenance.sources import (
    EDITOR_ENTRY,
    OPERATOR_FIELDS,
    Source,
    find_operator_sources,
    find_sources,
)
from centers.search.listed_center import ListedCenter
from centers.text.formatting import format_makers
from centers.text.hangul import to_runs

#: What a list says of each centre: where it is, what it is for, and how to reach it.
LISTED_FIELDS = (
    *("name", "status", "region", "industry", "operator"),
    *("phone", "address", "website", "confirmed_on"),
)
#: What it says of those that are only beside the point.
BRIEF_FIELDS = ("name", "region", "industry", "phone")
#: The names that values have other than those of the fields of a centre, with their labels.
OPERATOR_LABELS = {
    "operator_phone": "운영기관 대표전화(센터의 전화가 아님)",
    "operator_website": "운영기관 누리집(센터의 누리집이 아님)",
}
POSITION_LABEL = "위치(위도, 경도)"


@dataclass(frozen=True)
class Statement:
    """What another document says instead."""

    value: str
    source: str
    source_url: str | None


@dataclass(frozen=True)
class Value:
    """One value of a centre in words; the source is None where it is unknown."""

    field: str
    label: str
    value: str
    source: str | None = None
    #: How the source has it, if not as this value: 주소에서 읽음.
    source_note: str | None = None
    source_url: str | None = None
    others: Sequence[Statement] = ()


@dataclass(frozen=True)
class DescribedCenter:
    """A centre as an assistant gets it."""

    id: int
    name: str
    #: Whether no document has a name, so that region and industry stand for it.
    name_is_provisional: bool
    #: The key of its status.
    status: str
    page: str
    #: In words, with what it is measured to; None unless a place to measure from is requested.
    distance: str | None
    values: list[Value]

    def build_json(self) -> dict[str, Any]:
        return asdict(self)


def describe_centers(
    rows: Sequence[ListedCenter], version: int, fields: Collection[str] = LISTED_FIELDS
) -> list[DescribedCenter]:
    """Describe centres by some of their fields, in at most three queries for any number of them."""
    centers = [row.center for row in rows]
    regions, _ = get_reference_data(version)
    citations = find_citations(centers) if centers else {}
    origins = find_origins(Center, citations, SOURCED_FIELDS) if centers else {}
    operators = {one.operator_id for one in centers if one.operator_id}
    known = find_origins(Operator, operators, OPERATOR_FIELDS) if operators else {}
    return [
        _describe(row, citations[row.center.pk], origins, known, regions, version, fields)
        for row in rows
    ]


def _describe(
    row: ListedCenter,
    citations: list[Citation],
    origins: Mapping[int, dict[str, Origin]],
    operator_origins: Mapping[int, dict[str, Origin]],
    regions: RegionTree,
    version: int,
    fields: Collection[str],
) -> DescribedCenter:
    center = row.center
    sources = find_sources(center, row.listings, citations, origins.get(center.pk, {}), version)
    operator_sources = find_operator_sources(center, citations, operator_origins)
    distance = row.distance
    return DescribedCenter(
        id=center.pk,
        name=center.display_name,
        name_is_provisional=center.is_name_provisional,
        status=center.status,
        page=settings.SITE_URL + center.get_absolute_url(),
        distance=" ".join(filter(None, [distance.end, distance.text])) if distance else None,
        values=[
            *_list_values(row, sources, regions, fields),
            *_list_operator_values(center, operator_sources),
        ],
    )


def _list_values(
    row: ListedCenter, sources: Mapping[str, Source], regions: RegionTree, fields: Collection[str]
) -> Iterator[Value]:
    """Yield the known values of some fields, in the order of the centre's description."""
    center = row.center
    names: dict[ValueType, Callable[[Any], str]] = {
        ValueType.REGION: lambda code: regions.by_code[code].full_name,
        ValueType.REGIONS: lambda codes: ", ".join(regions.list_full_names(codes)),
        ValueType.INDUSTRY: lambda _: row.industry_label,
        ValueType.OPERATOR: lambda _: center.operator.name if center.operator else "",
    }
    for name in SOURCED_FIELDS:
        described, source = CENTER_FIELDS_BY_NAME[name], sources.get(name)
        is_unusual = name == "status" and center.status != Center.Status.OPERATING
        if name not in fields or not (source or name == "industry" or is_unusual):
            continue
        label, text = described.label, ""
        match name:
            case "industry":
                text = row.industry_label
            case "lat":
                label, text = POSITION_LABEL, f"{center.lat}, {center.lon}"
            case "status" if row.status_note:
                text = f"{center.get_status_display()} ({row.status_note})"
            case "status" if center.closed_on:
                text = f"{center.get_status_display()} (종료일 {center.closed_on})"
            case "cluster_size" if source and source.citation:
                text = source.citation.value_text
            case "cluster_size" if source:
                about = "약 " if source.is_about else ""
                text = f"{about}{format_makers(center.cluster_size)}"
            case _:
                text = format_field_value(name, getattr(center, described.attname), names)
        yield build_value(name, label, text, source)


def _list_operator_values(center: Center, sources: Mapping[str, Source]) -> Iterator[Value]:
    for name in OPERATOR_FIELDS:
        if center.operator and (text := getattr(center.operator, name)):
            key = f"operator_{name}"
            yield build_value(key, OPERATOR_LABELS[key], text, sources.get(name))


def build_value(name: str, label: str, text: str, source: Source | None) -> Value:
    """Build a value with its source in words, as the centre's page names it."""
    if source is None:
        return Value(name, label, text)
    return drop_repetitions(_build_sourced_value(name, label, text, source))


def drop_repetitions(value: Value) -> Value:
    """The value without statements that say the same but for spaces and punctuation."""
    known, others = {_normalise(value.value)}, []
    for one in value.others:
        key = _normalise(one.value)
        if key not in known:
            known.add(key)
            others.append(one)
    return replace(value, others=others)


def _normalise(text: str) -> str:
    return "".join(to_runs(text)).casefold()


def _build_sourced_value(name: str, label: str, text: str, source: Source) -> Value:
    others = [
        Statement(printed, one.source_label, settings.SITE_URL + one.get_absolute_url())
        for one, printed in source.others
    ]
    others += list_statements(source.cited.others if source.cited else ())
    if source.announcement:
        document, url = source.announcement.source_label, settings.SITE_URL + source.url
        note = f"{source.column}에서 읽음" if source.column else None
        return Value(name, label, text, document, note, url, others)
    if citation := source.citation:
        words, url = describe_statement(citation), citation.url or None
        return Value(name, label, text, words, source_url=url, others=others)
    entry = f"{EDITOR_ENTRY} {source.entered_on}" if source.entered_on else None
    return Value(name, label, text, entry, others=others)


def list_statements(citations: Iterable[Citation]) -> list[Statement]:
    """List what citations state, each with its source."""
    return [
        Statement(one.value_text, describe_statement(one), one.url or None) for one in citations
    ]
