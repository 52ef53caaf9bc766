"""Downloads that are text, CSV and JSON, written a chunk at a time."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind, ExportColumn
from centers.exports.export import Export, ExportedCenter
from centers.importer.cell_parsers import parse_phone
from centers.models import Announcement
from centers.provenance.attribution import REFERENCE_SOURCES, TERMS_OF_USE

BYTE_ORDER_MARK = "\ufeff"
#: The start of a cell that a spreadsheet evaluates as a formula, also after our own apostrophe.
FORMULA_START = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def format_domestic_phone(phone: str) -> str:
    """Format a number for dialling in Korea: a spreadsheet would compute +82-51-123-4567."""
    try:
        return parse_phone(phone)
    except ValueError:
        return re.sub(r"^\+82-?", "0", phone)


def format_csv_value(column: ExportColumn, value) -> str | int | float:
    """Format a value as a CSV cell; an apostrophe protects text that looks like a formula."""
    if value is None:
        return ""
    match column.kind:
        case ColumnKind.INTEGER | ColumnKind.DECIMAL:
            return value
        case ColumnKind.DAY:
            return value.isoformat()
        case ColumnKind.LIST:
            value = "; ".join(value)
        case ColumnKind.PHONE:
            value = format_domestic_phone(value)
    return f"'{value}" if FORMULA_START.match(value) else value


def write_csv(export: Export) -> Iterator[str]:
    """Yield the CSV in UTF-8 with a byte order mark, which Excel needs to read Korean."""
    lines = io.StringIO(newline="")
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines)
    writer.writerow([column.heading for column in EXPORT_COLUMNS])
    for rows in export.iter_chunks():
        writer.writerows(
            [format_csv_value(column, column.get_value(row)) for column in EXPORT_COLUMNS]
            for row in rows
        )
        yield lines.getvalue()
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue()


def to_json_value(value):
    """Convert a value for JSON: dates in ISO 8601, empty text as None."""
    if value == "":
        return None
    return value.isoformat() if isinstance(value, date) else value


def build_properties(row: ExportedCenter) -> dict:
    return {column.name: to_json_value(column.get_value(row)) for column in EXPORT_COLUMNS}


def dump_json(value: Any) -> str:
    """Serialise to JSON with Hangul unescaped; raises ValueError for NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def describe_export(export: Export) -> dict:
    """Build the members by which a file describes itself: list, terms of use and sources."""
    return {
        "title": export.title,
        "url": export.page_url,
        "generated": timezone.localtime().isoformat(timespec="seconds"),
        "count": export.count,
        "conditions_of_use": TERMS_OF_USE,
        "sources": [*map(describe_document, export.documents)],
        "references": list(REFERENCE_SOURCES),
    }


def describe_document(document: Announcement) -> dict:
    """Build the entry of a source document."""
    return {
        "title": document.title,
        "kind": document.get_kind_display(),
        "publisher": document.publisher,
        "published_on": document.published_on.isoformat(),
        "source_url": to_json_value(document.source_url),
        "url": settings.SITE_URL + document.get_absolute_url(),
    }


def write_json_list(head: dict, name: str, items: Iterator[list[dict]]) -> Iterator[str]:
    """Yield the text of a JSON object whose last member, the list `name`, comes in pieces."""
    yield f'{dump_json(head)[:-1]}, "{name}": [\n'
    separator = ""
    for piece in items:
        yield separator + ",\n".join(map(dump_json, piece))
        separator = ",\n"
    yield "\n]}\n"


def write_json(export: Export) -> Iterator[str]:
    pieces = ([*map(build_properties, rows)] for rows in export.iter_chunks())
    return write_json_list(describe_export(export), "centers", pieces)
