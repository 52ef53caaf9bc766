"""The files that are text: CSV, JSON and GeoJSON, written a chunk at a time."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.utils import timezone

from centers.exports.columns import COLUMNS, Column, Kind
from centers.exports.export import CONDITIONS_OF_USE, REFERENCES, Export
from centers.importer.cell_parsers import parse_phone
from centers.models import Announcement, Center

BYTE_ORDER_MARK = "\ufeff"
#: What a spreadsheet takes for the beginning of a formula, with our own mark before it or without.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def dialled(phone: str) -> str:
    """A number as it is dialled in Korea: a spreadsheet would add up +82-51-123-4567."""
    try:
        return parse_phone(phone)
    except ValueError:
        return re.sub(r"^\+82-?", "0", phone)


def printed(column: Column, value) -> str | int | float:
    """A value as a cell of a CSV file, where whatever looks like a formula is one."""
    if value is None:
        return ""
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return value
        case Kind.DAY:
            return value.isoformat()
        case Kind.LIST:
            value = "; ".join(value)
        case Kind.PHONE:
            value = dialled(value)
    return f"'{value}" if FORMULA.match(value) else value


def csv_file(export: Export) -> Iterator[str]:
    """UTF-8 with a byte order mark, without which Excel takes Korean for something else."""
    lines = io.StringIO(newline="")
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines)
    writer.writerow([column.heading for column in COLUMNS])
    for centers in export.chunks():
        writer.writerows(
            [printed(column, column.value(center)) for column in COLUMNS] for center in centers
        )
        yield lines.getvalue()
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue()


def in_json(value):
    """A value as JSON holds it; text that is not known is no empty text, but null."""
    if value == "":
        return None
    return value.isoformat() if isinstance(value, date) else value


def properties(center: Center) -> dict:
    return {column.name: in_json(column.value(center)) for column in COLUMNS}


def text(value) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def described(export: Export) -> dict:
    """What a file says about itself."""
    return {
        "title": export.title,
        "url": export.address,
        "generated": timezone.localtime().isoformat(timespec="seconds"),
        "count": export.count,
        "conditions_of_use": CONDITIONS_OF_USE,
        "sources": [*map(described_document, export.documents)],
        "references": list(REFERENCES),
    }


def described_document(document: Announcement) -> dict:
    return {
        "title": document.title,
        "kind": document.get_kind_display(),
        "publisher": document.publisher,
        "published_on": document.published_on.isoformat(),
        "source_url": in_json(document.source_url),
        "url": settings.SITE_URL + document.get_absolute_url(),
    }


def listed(head: dict, name: str, items: Iterator[list[dict]]) -> Iterator[str]:
    """An object whose last member, the list `name`, comes in pieces."""
    yield f'{text(head)[:-1]}, "{name}": [\n'
    separator = ""
    for piece in items:
        yield separator + ",\n".join(map(text, piece))
        separator = ",\n"
    yield "\n]}\n"


def json_file(export: Export) -> Iterator[str]:
    pieces = ([*map(properties, centers)] for centers in export.chunks())
    return listed(described(export), "centers", pieces)


def feature(center: Center) -> dict:
    """A centre as a Feature; at the point of its region where its own is not known."""
    place, located_by = center, "센터"
    if center.lat is None:
        place, located_by = center.region, "지역의 대표 지점"
    if place.lat is None:
        geometry, located_by = None, None
    else:
        geometry = {"type": "Point", "coordinates": [place.lon, place.lat]}
    return {
        "type": "Feature",
        "id": center.pk,
        "geometry": geometry,
        "properties": properties(center) | {"located_by": located_by},
    }


def geojson_file(export: Export) -> Iterator[str]:
    """A FeatureCollection (RFC 7946), what it says about itself in foreign members."""
    pieces = ([*map(feature, centers)] for centers in export.chunks())
    return listed({"type": "FeatureCollection"} | described(export), "features", pieces)
