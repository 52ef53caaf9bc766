"""Downloads that are text, CSV and JSON, written a chunk at a time."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind
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


def protect_text(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would evaluate as a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


#: What makes a CSV cell of a value that is neither None nor "", by kind; numbers stay as they are.
_CSV_FORMATS: dict[ColumnKind, Callable[[Any], str]] = {
    ColumnKind.TEXT: protect_text,
    ColumnKind.PHONE: lambda phone: protect_text(format_domestic_phone(phone)),
    ColumnKind.LIST: lambda texts: protect_text("; ".join(texts)),
    ColumnKind.DAY: date.isoformat,
}


def build_csv_row(row: ExportedCenter) -> list[str | int | float]:
    return [
        "" if (value := get_value(row)) is None or value == "" else write(value) if write else value
        for get_value, write in _CSV_COLUMNS
    ]


_CSV_COLUMNS = [(column.get_value, _CSV_FORMATS.get(column.kind)) for column in EXPORT_COLUMNS]


def write_csv(export: Export) -> Iterator[str]:
    """Yield the CSV in UTF-8 with a byte order mark, which Excel needs to read Korean."""
    lines = io.StringIO(newline="")
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines)
    writer.writerow([column.heading for column in EXPORT_COLUMNS])
    for rows in export.iter_chunks():
        writer.writerows(map(build_csv_row, rows))
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
    return {name: to_json_value(get_value(row)) for name, get_value in _JSON_COLUMNS}


_JSON_COLUMNS = [(column.name, column.get_value) for column in EXPORT_COLUMNS]


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
