"""The files of a release beside its tables: description, changes, licence and checksums."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.urls import reverse

from centers.exports.columns import ColumnKind, ExportColumn
from centers.exports.licence import (
    ATTRIBUTION,
    PERMISSIONS,
    REFERENCE_SOURCES,
    TERMS_OF_USE,
    get_terms_url,
)
from centers.exports.releases.comparison import count_states
from centers.exports.releases.store import Table, Version
from centers.exports.releases.tables import (
    CENTER_KEY,
    CENTERS,
    RELEASE_TABLES,
    ReleaseTable,
    WrittenTable,
)
from centers.models import Announcement
from centers.text.formatting import SITE_NAME

CHANGES_FILE, LICENSE_FILE = "CHANGES.md", "LICENSE"
#: By its specification: small letters, digits and hyphens.
PACKAGE_NAME = "korea-small-manufacturer-support-centers"
#: Types of Table Schema by kind of column; a list is one text.
_TYPES = {ColumnKind.INTEGER: "integer", ColumnKind.DECIMAL: "number", ColumnKind.DAY: "date"}


def build_release_path(version: Version | str) -> str:
    """Return the path of a release's page."""
    return reverse("release", args=[str(version)])


def build_schema(table: ReleaseTable) -> dict[str, Any]:
    """Describe the columns and keys of a table (Table Schema)."""
    headings = {column.name: column.heading for column in table.columns}
    schema: dict[str, Any] = {
        "fields": [build_field(column, column.name in table.key) for column in table.columns],
        "missingValues": [""],
        "primaryKey": [headings[name] for name in table.key],
    }
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {
                "fields": [headings[one.column]],
                "reference": {
                    "resource": one.table,
                    "fields": [get_table(one.table).get_heading(one.key)],
                },
            }
            for one in table.foreign_keys
        ]
    return schema


def get_table(name: str) -> ReleaseTable:
    return next(table for table in RELEASE_TABLES if table.name == name)


def build_field(column: ExportColumn, is_key: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.heading,
        "type": _TYPES.get(column.kind, "string"),
        "description": column.description,
        # Its name in the JSON files and the API of the site.
        "jsonName": column.name,
    }
    if is_key:
        field["constraints"] = {"required": True}
    return {name: value for name, value in field.items() if value != ""}


def build_resource(written: WrittenTable) -> dict[str, Any]:
    table, content = written.table, written.content
    return {
        "name": table.name,
        "path": table.file_name,
        "profile": "tabular-data-resource",
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{compute_digest(content)}",
        "rowCount": written.row_count,
        "schema": build_schema(table),
    }


def compute_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def build_package(
    version: Version, day: date, tables: Sequence[WrittenTable], changes: dict[str, Any]
) -> dict[str, Any]:
    """Build the description of a release (Frictionless Tabular Data Package).

    `changes` is what `origins.py` found about the changes since the release before.
    """
    page = settings.SITE_URL + build_release_path(version)
    return {
        "profile": "tabular-data-package",
        "name": PACKAGE_NAME,
        "id": page,
        "title": f"소공인특화지원센터 자료 {version}",
        "description": f"{SITE_NAME}의 자료 배포본 {version}. 정부 공식 자료가 아닙니다.",
        "version": str(version),
        # The day alone counts, so that the same data give the same bytes.
        "created": f"{day.isoformat()}T00:00:00+09:00",
        "homepage": page,
        "licenses": [{"title": ATTRIBUTION, "path": get_terms_url()}],
        "sources": list_sources(),
        "contributors": [{"title": SITE_NAME, "path": settings.SITE_URL, "role": "publisher"}],
        "centersByState": count_states(read_centers(tables)),
        "resources": [*map(build_resource, tables)],
        "changes": changes,
    }


def list_sources() -> list[dict[str, str]]:
    """List the documents, and the sources of regions and industries."""
    documents = [
        {
            "title": f"{one.publisher}, {one.title} ({one.published_on})",
            "path": one.source_url or settings.SITE_URL + one.get_absolute_url(),
        }
        for one in Announcement.objects.order_by("published_on", "pk")
    ]
    return [*documents, *({"title": str(one)} for one in REFERENCE_SOURCES)]


def write_license(version: Version, day: date) -> str:
    """Return the terms of the data, its sources, and how to cite the release."""
    page = settings.SITE_URL + build_release_path(version)
    lines = [
        f"{SITE_NAME}: 자료 배포본 {version}의 이용 조건 ({ATTRIBUTION})",
        "",
        TERMS_OF_USE,
        "",
        *(f"- {one}" for one in PERMISSIONS),
        "",
        f"자세한 조건: {get_terms_url()}",
        "",
        "인용하는 법",
        "",
        build_release_citation(version, day),
        "",
        "출처",
        "",
        *(f"- {one['title']}" for one in list_sources()),
        "- 공고 밖의 출처로 확인한 값: 값마다의 출처는 citations.csv에 있습니다.",
        "",
        f"{SITE_NAME}는 정부 공식 누리집이 아닙니다. {page}",
        "",
    ]
    return "\n".join(lines)


def build_release_citation(version: Version, day: date) -> str:
    """Return how to cite a release."""
    page = settings.SITE_URL + build_release_path(version)
    return f"{SITE_NAME}, 자료 배포본 {version} ({day.isoformat()}), {page}"


def write_checksums(files: dict[str, bytes]) -> str:
    """Return the SHA-256 of each file, as `sha256sum --check` reads them."""
    return "".join(f"{compute_digest(content)}  {name}\n" for name, content in files.items())


def pack(files: dict[str, bytes], day: date) -> bytes:
    """Return the zip of some files; the same files give the same bytes."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # Unix on every platform
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def read_centers(tables: Iterable[WrittenTable]) -> Table:
    """Read the written table of centres again."""
    [written] = [one for one in tables if one.table is CENTERS]
    _, *rows = csv.reader(io.StringIO(written.content.decode("utf-8-sig"), newline=""))
    names = tuple(column.name for column in written.table.columns)
    at = names.index(CENTER_KEY.name)
    return Table(names, {(row[at],): row for row in rows})


def dump_package(package: dict[str, Any]) -> bytes:
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"
