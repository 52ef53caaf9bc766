"""Load the initial facts of the directory; never over an editor's change, nor what was deleted."""

import json
from collections.abc import Collection
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError, models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from centers.importer import bundled_citations
from centers.importer import bundled_lists as shipped
from centers.importer.read import ReadError
from centers.management.cli import ensure_writable, get_first_line
from centers.models import (
    Announcement,
    Center,
    Citation,
    DataVersion,
    Dong,
    Industry,
    IndustryClass,
    Landmark,
    Listing,
    Operator,
    Region,
    Word,
)
from centers.models.base import Record
from centers.models.history import INITIAL_LOAD_REASON
from centers.models.vocabulary import MAX_CODES, CodeListField

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

MODELS = {
    model._meta.label_lower: model
    for model in (Region, Industry, Operator, Announcement, Center, Listing)
}
#: Models that come as tables: thousands of short rows, which no announcement brings.
TABLE_MODELS = {model._meta.label_lower: model for model in (Dong, Landmark, IndustryClass, Word)}
#: The JSON value for each class of field: its Python type, and its name in errors.
JSON_TYPES: tuple[tuple[type[models.Field], Any, str], ...] = (
    (models.ForeignKey, list, "a list (the natural key of another record)"),
    (models.JSONField, list, "a list"),
    (models.BooleanField, bool, "true or false"),
    (models.IntegerField, int, "a whole number"),
    (models.FloatField, (int, float), "a number"),
    (models.Field, str, "text"),
)


class BadRecordError(Exception):
    """A record of a fixture that cannot be used; the message gives the reason."""


class Command(BaseCommand):
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
        table, details = shipped.parse_table(data, path.name), shipped.parse_details(data)
        if is_announced([details.slug]) or shipped.has_been_imported(details.slug):
            return ""
        return str(
            shipped.import_bundled_list(
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


def load_records(path: Path, rows: list) -> int:
    """Add the records of one fixture that the database has never had; return their number."""
    records = []
    for number, row in enumerate(rows, 1):
        where = f"{path.name}, record {number}"
        with locate_errors(where):
            records.append((where, *check_row(row)))
    if is_announced([values["slug"] for _, model, values in records if model is Announcement]):
        return 0
    # First the document, since every other record of the file names it as its source.
    records.sort(key=lambda record: record[1] is not Announcement)
    count, seen, source = 0, set(), None
    for where, model, values in records:
        with locate_errors(where):
            record = add_record(model, values, seen, source)
            count += record is not None
            source = record if isinstance(record, Announcement) else source
    return count


def load_table(path: Path, data: dict) -> tuple[int, int]:
    """Bring the rows of a table into the database, in bulk; return how many are new and changed.

    `data` has the label of the `model`, the names of its `fields` and `rows` of their values.
    Records that an editor has created, changed or deleted stay as they are. Nothing is changed if
    any row is wrong.
    """
    with locate_errors(path.name):
        model, fields = check_table(data)
    known = find_known_records(model)
    edited = find_edited_keys(model, known)
    deleted = dict.fromkeys(Region.history.values_list("code", flat=True))
    regions = deleted | Region.objects.in_bulk()
    codes = collect_class_codes()
    names = [field.attname for field in fields]
    seen, new, changed = set(), [], []
    for number, row in enumerate(data["rows"], 1):
        with locate_errors(f"{path.name}, record {number}"):
            record = build_table_record(model, fields, row, regions, codes)
            if record is None:
                continue
            key = record.natural_key()
            if key in seen:
                raise BadRecordError(f"the same record stands further up: {format_value(key)}.")
            seen.add(key)
            if key in edited:
                continue
            if key not in known:
                new.append(record)
            elif any(getattr(known[key], name) != getattr(record, name) for name in names):
                record.pk = known[key].pk
                changed.append(record)
    save_table(model, new, changed, [field.name for field in fields if not field.primary_key])
    return len(new), len(changed)


def save_table(model: Any, new: list, changed: list, fields: list[str]) -> None:
    """Write the new and the changed records of a table, with their history where they have one."""
    if not (new or changed):
        return
    options: Any = {"batch_size": 500}
    if hasattr(model, "history"):
        options["default_change_reason"] = INITIAL_LOAD_REASON
        bulk_create_with_history(new, model, **options)
        bulk_update_with_history(changed, model, fields, **options)
    else:
        model.objects.bulk_create(new, **options)
        model.objects.bulk_update(changed, fields, **options)
    DataVersion.bump(model)


def classify_centers(path: Path, rows: list) -> int:
    """Give centres their classes where nobody has ever set any; return how many.

    A row names a centre by a name that a document prints, or by region and industry. The history
    of the centre is given the classes too: it has been for them from the start, so that no change
    is shown which nobody made.
    """
    unset = [center for center in Center.objects.with_related() if not center.classes]
    if not unset:
        return 0
    edited = set(Center.history.exclude(classes=[]).values_list("id", flat=True))
    codes = collect_class_codes()
    classes_by_key = {}
    for number, row in enumerate(rows, 1):
        with locate_errors(f"{path.name}, record {number}"):
            key = read_center_key(row)
            classes_by_key[key] = check_classes(row["classes"], codes)
    printed: dict[int, list[str]] = {}
    for key, name in Listing.objects.exclude(name="").values_list("center", "name"):
        printed.setdefault(key, []).append(name)
    classified = []
    for center in unset:
        keys = [*printed.get(center.pk, []), center.name, (center.region_id, center.industry_id)]
        found = next((classes_by_key[key] for key in keys if key in classes_by_key), None)
        if found and center.pk not in edited:
            center.classes = found
            center.derive()
            classified.append(center)
    if classified:
        Center.objects.bulk_update(classified, ["classes", *Center.DERIVED], batch_size=500)
        for center in classified:
            Center.history.filter(id=center.pk).update(classes=center.classes)
        DataVersion.bump(Center)
    return len(classified)


def collect_class_codes() -> set[str]:
    """All KSIC codes, those of divisions that somebody has deleted among them."""
    codes = {*Industry.objects.values_list("pk", flat=True)}
    codes.update(Industry.history.values_list("code", flat=True))
    codes.update(IndustryClass.objects.values_list("pk", flat=True))
    return codes


def read_center_key(row: object) -> str | tuple[str, str]:
    """The printed name of a centre, or its region and industry. Raises BadRecordError."""
    if isinstance(row, dict) and row.keys() == {"name", "classes"} and isinstance(row["name"], str):
        return row["name"]
    if isinstance(row, dict) and row.keys() == {"region", "industry", "classes"}:
        key = (row["region"], row["industry"])
        if all(isinstance(code, str) for code in key):
            return key
    raise BadRecordError('must have "classes" and a "name", or "region" and "industry".')


def check_classes(classes: object, codes: set[str]) -> list[str]:
    """Return the list of KSIC codes. Raises BadRecordError for another value or unknown codes."""
    if not isinstance(classes, list) or not classes or len(classes) > MAX_CODES:
        raise BadRecordError(f"classes: must be a list of 1 to {MAX_CODES} codes.")
    if unknown := [code for code in classes if code not in codes]:
        raise BadRecordError(f"classes: there is no {format_value(unknown)}.")
    return classes


def check_table(data: dict) -> tuple[type[models.Model], list[models.Field]]:
    """Return the model and the fields of a table that has the right shape."""
    if not (
        data.keys() == {"model", "fields", "rows"}
        and isinstance(data["fields"], list)
        and isinstance(data["rows"], list)
    ):
        raise BadRecordError('must be {"model": "…", "fields": […], "rows": [[…], …]}.')
    model = TABLE_MODELS.get(data["model"]) if isinstance(data["model"], str) else None
    if model is None:
        raise BadRecordError(
            f"there is no table of {format_value(data['model'])}; "
            f"there are {', '.join(TABLE_MODELS)}."
        )
    fields = {
        field.name: field
        for field in model._meta.concrete_fields
        if field.editable and not field.auto_created
    }
    for name in data["fields"]:
        if name not in fields:
            raise BadRecordError(f"there is no field {format_value(name)} in {data['model']}.")
    return model, [fields[name] for name in data["fields"]]


def find_known_records(model: Any) -> dict[tuple, Any]:
    """The records of a table by their natural keys."""
    return {record.natural_key(): record for record in model.objects.all()}


def find_edited_keys(model: Any, known: Collection[tuple]) -> set[tuple]:
    """The natural keys, ever held, of records that an editor has created, changed or deleted."""
    if not hasattr(model, "history"):
        return set()
    names = {Word: ["text"], Landmark: ["name", "region_id"]}[model]
    entries = model.history.values_list(*names)
    edited = entries.exclude(history_change_reason=INITIAL_LOAD_REASON)
    # A record that is gone has been renamed, unless it has been deleted.
    return set(edited) | (set(entries) - set(known))


def build_table_record(
    model: Any,
    fields: list[models.Field],
    row: object,
    regions: dict[str, Region | None],
    codes: set[str],
) -> Any:
    """Make the record of one row; relations and KSIC codes are checked without a query each.

    None if it lies in a region that somebody has deleted.
    """
    if not isinstance(row, list) or len(row) != len(fields):
        raise BadRecordError(f"must be a list of {len(fields)} values.")
    values, looked_up = {}, []
    for field, value in zip(fields, row, strict=True):
        check_type(field, value)
        if field.is_relation:
            looked_up.append(field.name)
            if len(value) != 1 or value[0] not in regions:
                raise BadRecordError(f"{field.name}: there is no {format_value(value)}.")
            value = regions[value[0]]
            if value is None:
                return None
        elif isinstance(field, CodeListField):
            looked_up.append(field.name)
            if unknown := [code for code in value if code not in codes]:
                raise BadRecordError(f"{field.name}: there is no {format_value(unknown)}.")
        values[field.name] = value
    record = model(**values)
    record.clean_fields(exclude=looked_up)
    record.clean()
    return record


def read_fixture(path: Path) -> list | dict:
    """Return the records of a fixture, or the parts of a list. Raises CommandError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path.name}: cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path.name}: is not JSON: {error}.") from None
    if not isinstance(rows, list) and not (isinstance(rows, dict) and "rows" in rows):
        raise CommandError(f"{path.name}: must be a list of records.")
    return rows


@contextmanager
def locate_errors(where: str):
    """Turn errors in a record into a CommandError of one line that names the record."""
    try:
        yield
    except ValidationError as error:
        reason = "; ".join(f"{name}: {' '.join(words)}" for name, words in error)
    except (
        BadRecordError,
        bundled_citations.BadCitationError,
        shipped.BundledListError,
        ReadError,
        IntegrityError,
    ) as error:
        reason = get_first_line(error)
    else:
        return
    # A value that the reason quotes may have several lines.
    raise CommandError(f"{where}: {' '.join(reason.split())}")


def check_row(row) -> tuple[type[models.Model], dict]:
    """Return the model and the values of a record.

    Raises BadRecordError for a wrong shape.
    """
    if not (
        isinstance(row, dict)
        and row.keys() == {"model", "fields"}
        and isinstance(row["model"], str)
        and isinstance(row["fields"], dict)
    ):
        raise BadRecordError('must be {"model": "…", "fields": {…}}.')
    model = MODELS.get(row["model"])
    if model is None:
        raise BadRecordError(f"there is no model {row['model']!r}; there are {', '.join(MODELS)}.")
    fields = {
        field.name: field
        for field in model._meta.concrete_fields
        if field.editable and not field.auto_created
    }
    for name, value in row["fields"].items():
        if name not in fields:
            raise BadRecordError(f"there is no field {name!r} in {row['model']}.")
        check_type(fields[name], value)
    for name, field in fields.items():
        if name not in row["fields"] and not (field.blank or field.has_default()):
            raise BadRecordError(f"{name}: is missing.")
    return model, row["fields"]


def check_type(field: models.Field, value) -> None:
    if value is None and field.null:
        return
    kind, words = next((kind, words) for base, kind, words in JSON_TYPES if isinstance(field, base))
    # In Python, True is an int too.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadRecordError(f"{field.name}: must be {words}, not {format_value(value)}.")


def is_announced(slugs: list[str]) -> bool:
    """Whether an announcement exists, or existed and has been deleted.

    Its centres may have been edited or merged since, so that none of them would be recognised:
    an announcement is loaded whole or not at all.
    """
    return (
        Announcement.objects.filter(slug__in=slugs).exists()
        or Announcement.history.filter(slug__in=slugs).exists()
    )


def add_record(
    model: type[models.Model], values: dict, seen: set, source: Announcement | None
) -> Record | None:
    """Add one record unless it exists or existed; return it if it was added.

    `seen` holds the keys of the file's records so far; `source` is the file's announcement.
    """
    # The code alone identifies a record: what it refers to may have been deleted with it.
    record = None if "code" in values else build_record(model, values)
    key = (values["code"],) if record is None else record.natural_key()
    if (model, key) in seen:
        raise BadRecordError(f"the same record stands further up: {format_value(key)}.")
    seen.add((model, key))
    if is_known(model, key):
        if model is Industry:
            update_aliases(values)
        return None
    record = record or build_record(model, values)
    record._change_reason = INITIAL_LOAD_REASON
    record._source = record if model is Announcement else source
    record.save()
    return record


def update_aliases(values: dict) -> None:
    """Set the aliases of an industry to those of the fixture, unless an editor has changed it."""
    industry = Industry.objects.filter(code=values["code"]).first()
    if (
        industry is None
        or industry.history.exclude(history_change_reason=INITIAL_LOAD_REASON).exists()
    ):
        return
    if industry.aliases != (aliases := values.get("aliases", industry.aliases)):
        industry.aliases = aliases
        industry._change_reason = INITIAL_LOAD_REASON
        industry.save()


def is_known(model: Any, key: tuple) -> bool:
    try:
        model.objects.get_by_natural_key(*key)
    except ObjectDoesNotExist:
        return model in (Region, Industry) and model.history.filter(code=key[0]).exists()
    return True


def build_record(model: Any, values: dict) -> Any:
    """Build a record, with the records that its natural keys refer to. Raises BadRecordError."""
    found = {}
    for name, value in values.items():
        field = model._meta.get_field(name)
        if field.is_relation and value is not None:
            try:
                value = field.related_model.objects.get_by_natural_key(*value)
            except (ObjectDoesNotExist, TypeError, ValueError):
                raise BadRecordError(f"{name}: there is no {format_value(value)}.") from None
        found[name] = value
    record = model(**found)
    record.clean_fields()
    return record


def format_value(value) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
