"""Load the facts the directory starts from, without ever touching what is already there."""

import json
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError, models, transaction

from centers.importer import bundled_lists as shipped
from centers.importer.read import ReadError
from centers.management.cli import ensure_writable
from centers.models import Announcement, Center, Industry, Listing, Operator, Region

#: In the order in which they refer to each other.
FIXTURES = ("regions", "industries", "announcement_2024", "status_list_2026")
#: Why the history says that they came in.
INITIAL_LOAD_REASON = "첫 자료"

MODELS = {
    model._meta.label_lower: model
    for model in (Region, Industry, Operator, Announcement, Center, Listing)
}
#: What JSON holds for each kind of field: the Python type of it, and its name.
JSON_TYPES = (
    (models.ForeignKey, list, "a list (the natural key of another record)"),
    (models.JSONField, list, "a list"),
    (models.BooleanField, bool, "true or false"),
    (models.IntegerField, int, "a whole number"),
    (models.FloatField, (int, float), "a number"),
    (models.Field, str, "text"),
)


class BadRecordError(Exception):
    """A record of a fixture that cannot be used; the message says why."""


class Command(BaseCommand):
    help = (
        "Load the fixtures (regions, industries, announcements) that have not been loaded yet. "
        "Records that exist, or that somebody has deleted, are left alone; only trades that nobody "
        "has edited are given the everyday words that are new."
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
    """Add what is in one fixture and has never been in the database; say what it was.

    Raises CommandError, in one line that names the file and the record, for anything unusable.
    """
    data = read_fixture(path)
    if isinstance(data, dict):
        return load_list(path, data)
    count = load_records(path, data)
    return f"{count} new records" if count else ""


def load_list(path: Path, data: dict) -> str:
    """Take a published list in, the way that any other goes in."""
    with locate_errors(path.name):
        table, details = shipped.parse_table(data, path.name), shipped.parse_details(data)
        if is_announced([details.slug]) or shipped.has_been_imported(details.slug):
            return ""
        return str(
            shipped.import_bundled_list(
                table, details, file_name=path.name, reason=INITIAL_LOAD_REASON
            )
        )


def load_records(path: Path, rows: list) -> int:
    """Add the records of one fixture that the database has never held; return how many."""
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
            source = record if model is Announcement else source
    return count


def read_fixture(path: Path) -> list | dict:
    """The records of a fixture, or the parts of a list."""
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
    """Turn what is wrong with a record into one line that says where it stands."""
    try:
        yield
    except ValidationError as error:
        reason = "; ".join(f"{name}: {' '.join(words)}" for name, words in error)
    except (BadRecordError, shipped.BundledListError, ReadError, IntegrityError) as error:
        reason = get_first_line(error)
    else:
        return
    # A value that is quoted in the reason may itself run over several lines.
    raise CommandError(f"{where}: {' '.join(reason.split())}")


def check_row(row) -> tuple[type[models.Model], dict]:
    """Return the model and the values of a record that has the right shape."""
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
    kind, words = next(kind for base, *kind in JSON_TYPES if isinstance(field, base))
    # To Python, true is a whole number too.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadRecordError(f"{field.name}: must be {words}, not {format_value(value)}.")


def is_announced(slugs: list[str]) -> bool:
    """Whether an announcement is here, or was and has been deleted.

    Its centres may have been edited or merged since, so that none of them would be recognised:
    an announcement is loaded whole or not at all.
    """
    return (
        Announcement.objects.filter(slug__in=slugs).exists()
        or Announcement.history.filter(slug__in=slugs).exists()
    )


def add_record(
    model: type[models.Model], values: dict, seen: set, source: Announcement | None
) -> models.Model | None:
    """Add one record unless it exists or existed; return it if it was added.

    `seen` holds the keys of the file's records so far; `source` is the file's announcement.
    """
    # A record with a code is known by that alone: what it refers to may have been deleted with it.
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
    """Give a trade that nobody has edited the everyday words that the fixture has for it today."""
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


def is_known(model: type[models.Model], key: tuple) -> bool:
    try:
        model.objects.get_by_natural_key(*key)
    except ObjectDoesNotExist:
        return model in (Region, Industry) and model.history.filter(code=key[0]).exists()
    return True


def build_record(model: type[models.Model], values: dict) -> models.Model:
    """Make the record, with the records it refers to in the place of their natural keys."""
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


def get_first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
