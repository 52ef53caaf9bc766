"""Load the initial facts of the directory; never over an editor's change, nor what was deleted."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction

from centers.importer import bundled_citations, bundled_lists
from centers.management.cli import DataCommand, ensure_writable, get_first_line
from centers.management.fixtures.center_classes import classify_centers
from centers.management.fixtures.fixture_file import BadRecordError, locate_errors, read_fixture
from centers.management.fixtures.records import is_announced, load_records
from centers.management.fixtures.tables import load_table
from centers.models import Citation
from centers.models.history import INITIAL_LOAD_REASON

#: Each refers only to those before it.
FIXTURES = (
    "regions",
    "dongs",
    "landmarks",
    "industries",
    "industry_classes",
    "words",
    "announcement_2024",
    "status_list_2026",
    "center_classes",
    "citations_2026",
)
#: The fixture with the classes of centres that the announcements list.
CENTER_CLASSES = "center_classes"


class Command(DataCommand):
    help = (
        "Load the fixtures (regions, industries, announcements) that have not been loaded yet. "
        "Records that exist, or that somebody has deleted, are left alone; only the aliases of "
        "industries, makers' words and places that nobody has edited follow the fixtures."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="*", type=Path, help="fixture files (the project's own)")

    def handle(self, *, paths, verbosity, **options):
        ensure_writable()
        paths = paths or [settings.FIXTURES_DIR / f"{name}.json" for name in FIXTURES]
        try:
            with transaction.atomic():
                results = [(path.stem, load_fixture(path)) for path in paths]
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot take the fixtures: {get_first_line(error)}. "
                "Has it been migrated?"
            ) from None
        if verbosity:
            for name, result in results:
                self.stdout.write(f"  {name}: {result or 'nothing new'}")


def load_fixture(path: Path) -> str:
    """Load the records of one fixture that the database has never had; return a summary.

    Raises CommandError, in one line that names the file and the record, for anything unusable.
    """
    data = read_fixture(path)
    if path.stem == CENTER_CLASSES:
        count = classify_centers(path, cast(list, data))
        return f"{count} centres classified" if count else ""
    if isinstance(data, dict):
        if "model" not in data:
            return load_list(path, data)
        if data["model"] == Citation._meta.label_lower:
            return load_citation_rows(path, data)
        count, changed = load_table(path, data)
        counts = {"new records": count, "changed records": changed}
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    count = load_records(path, data)
    return f"{count} new records" if count else ""


def load_list(path: Path, data: dict) -> str:
    """Import a published list, by the same steps as any other import."""
    with locate_errors(path.name):
        table, details = (
            bundled_lists.parse_table(data, path.name),
            bundled_lists.parse_details(data),
        )
        if is_announced([details.slug]) or bundled_lists.has_been_imported(details.slug):
            return ""
        return str(
            bundled_lists.import_bundled_list(
                table, details, file_name=path.name, reason=INITIAL_LOAD_REASON
            )
        )


def load_citation_rows(path: Path, data: dict) -> str:
    """Load statements with their sources; nothing if any row is wrong."""
    with locate_errors(path.name):
        bundled_citations.check_columns(data)
    records = bundled_citations.CitedRecords()
    found: dict[tuple, Citation] = {}
    for number, row in enumerate(data["rows"], 1):
        with locate_errors(f"{path.name}, record {number}"):
            citation = bundled_citations.build_citation(records, row)
            if citation is None:
                continue
            key = bundled_citations.get_statement_key(citation)
            if key in found:
                raise BadRecordError(f"the same statement stands further up: {citation}.")
            found[key] = citation
    count, values = bundled_citations.load_citations(found.values())
    return f"{count} new citations, {values} values filled in" if count else ""
