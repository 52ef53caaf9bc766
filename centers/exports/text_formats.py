"""Downloads that are text, CSV and JSON, written a chunk at a time."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind, ExportColumn, iterate_cells
from centers.exports.export import Export, ExportedCenter
from centers.exports.licence import (
    REFERENCE_SOURCES,
    TERMS_OF_USE,
    build_citation,
    get_terms_url,
)
from centers.exports.records import build_columns, to_json_days, zip_columns
from centers.models import Announcement
from centers.text.phones import PhoneError, split_phone

BYTE_ORDER_MARK = "\ufeff"
LIST_SEPARATOR = "; "
#: The start of a cell that a spreadsheet evaluates as a formula, also after our own apostrophe.
FORMULA_START = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def format_domestic_phone(phone: str) -> str:
    """Format a number for dialling in Korea: a spreadsheet would compute +82-51-123-4567."""
    try:
        return split_phone(phone)[0]
    except PhoneError:
        return re.sub(r"^\+82-?", "0", phone)


def protect_text(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would evaluate as a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


def unprotect_text(text: str) -> str:
    """Take away the apostrophe of `protect_text`."""
    is_protected = text.startswith("'") and FORMULA_START.match(text)
    return text[1:] if is_protected else text


def protect_texts(texts: Iterable[str | None]) -> list[str | None]:
    is_formula = FORMULA_START.match
    return [f"'{text}" if text and is_formula(text) else text for text in texts]


def join_lists(lists: Iterable[list[str]]) -> Iterator[str]:
    """Join the texts of each list for one cell of a table."""
    return map(LIST_SEPARATOR.join, lists)


#: What makes CSV cells of the values of a column; numbers and days are written as they are.
_CSV_FORMATS: dict[ColumnKind, Callable[[Iterable[Any]], Iterable[Any]]] = {
    ColumnKind.TEXT: protect_texts,
    ColumnKind.PHONE: lambda phones: protect_texts(
        phone and format_domestic_phone(phone) for phone in phones
    ),
    ColumnKind.LIST: lambda lists: protect_texts(join_lists(lists)),
}


def write_csv(export: Export) -> Iterator[str]:
    """Yield the CSV of a list in UTF-8."""
    return write_csv_table(EXPORT_COLUMNS, export.iter_chunks())


def write_csv_table(
    columns: Sequence[ExportColumn], chunks: Iterable[Sequence[Any]]
) -> Iterator[str]:
    """Yield a CSV in UTF-8 with a byte order mark, which Excel needs to read Korean."""
    lines = io.StringIO(newline="")
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines)
    writer.writerow([column.heading for column in columns])
    for rows in chunks:
        writer.writerows(iterate_cells(rows, _CSV_FORMATS, columns))
        yield lines.getvalue()
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue()


def dump_json(value: Any) -> str:
    """Serialise to JSON with Hangul unescaped; NaN and infinity become null."""
    return orjson.dumps(value).decode()


def describe_export(export: Export) -> dict:
    """Build the members by which a file describes itself: list, terms of use and sources."""
    return {
        "title": export.title,
        "url": export.page_url,
        "generated": timezone.localtime().isoformat(timespec="seconds"),
        "count": export.count,
        "license": get_terms_url(),
        "conditions_of_use": TERMS_OF_USE,
        "citation": build_citation(export.exported_on),
        "sources": [*map(describe_document, export.documents)],
        "references": [*map(str, REFERENCE_SOURCES)],
    }


def describe_document(document: Announcement) -> dict:
    """Build the entry of a source document."""
    return {
        "title": document.title,
        "kind": document.get_kind_display(),
        "publisher": document.publisher,
        "published_on": document.published_on.isoformat(),
        "source_url": document.source_url or None,
        "url": settings.SITE_URL + document.get_absolute_url(),
    }


def write_json_list(head: dict, name: str, items: Iterator[list[dict]]) -> Iterator[str]:
    """Yield the text of a JSON object whose last member, the list `name`, comes in pieces."""
    yield f'{dump_json(head)[:-1]},"{name}":[\n'
    separator = ""
    for piece in items:
        yield separator + ",\n".join(map(dump_json, piece))
        separator = ",\n"
    yield "\n]}\n"


def build_exported_records(rows: Sequence[ExportedCenter], version: int) -> list[dict[str, Any]]:
    """Build the records of the file, which has the sources of further values besides."""
    columns = build_columns(rows, version)
    columns["source_notes"] = [row.source_notes for row in rows]
    columns["data_as_of"] = to_json_days(row.data_as_of for row in rows)
    return zip_columns(columns)


def write_json(export: Export) -> Iterator[str]:
    chunks = (build_exported_records(rows, export.version) for rows in export.iter_chunks())
    return write_json_list(describe_export(export), "centers", chunks)
