"""The tables of a release: centres, statements, announcements and their printed rows.

The columns of centres are those of the downloads, the others derive from the models.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Model

from centers.exports.columns import EXPORT_COLUMNS, ColumnKind, ExportColumn
from centers.exports.export import Export
from centers.exports.text_formats import write_csv_table
from centers.models import Announcement, Center, Citation, Listing
from centers.models.center_fields import join_key
from centers.models.fields import get_model_field
from centers.provenance.cited_values import is_public

#: Rows in memory at a time.
CHUNK_SIZE = 1_000
#: Fields of the models that are for editors alone.
_NOT_PUBLIC = ("confidence",)


@dataclass(frozen=True)
class ForeignKey:
    """A column whose cells are keys of another table, or empty; both by their names in JSON."""

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class ReleaseTable:
    """One table: a CSV file of a release."""

    name: str
    title: str
    columns: tuple[ExportColumn, ...]
    #: The names in JSON of the columns of the primary key.
    key: tuple[str, ...]
    #: Yields the rows in order, in chunks.
    read_rows: Callable[[Export], Iterable[Sequence[Any]]]
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def file_name(self) -> str:
        return f"{self.name}.csv"

    def get_heading(self, name: str) -> str:
        """Return the heading of the column with this name in JSON."""
        return next(column.heading for column in self.columns if column.name == name)

    def write(self, export: Export) -> "WrittenTable":
        """Write the CSV in UTF-8, as the downloads have it."""
        chunks = list(self.read_rows(export))
        content = "".join(write_csv_table(self.columns, chunks)).encode()
        return WrittenTable(self, content, sum(map(len, chunks)))


@dataclass(frozen=True)
class WrittenTable:
    """A table as a file."""

    table: ReleaseTable
    content: bytes
    row_count: int


CENTER_COLUMNS = tuple(column for column in EXPORT_COLUMNS if not column.is_of_download)
_BY_NAME = {column.name: column for column in CENTER_COLUMNS}
CENTER_KEY = _BY_NAME["id"]
#: What names a centre in every comparison.
CENTER_NAME = _BY_NAME["name"]
_OPERATOR_NAME = _BY_NAME[join_key("operator", "name")]


def _get_label(record: Model, name: str) -> str:
    return getattr(record, f"get_{name}_display")()


def build_heading(field: models.Field) -> str:
    """Return the label of a field as a heading, which has no spaces."""
    return str(field.verbose_name).replace(" ", "")


def build_model_column(field: models.Field) -> ExportColumn:
    """Build the column of a model's field: its heading and description are those of the form."""
    getter: Callable[[Any], Any] = partial(_get_value, name=field.name)
    kind, name = ColumnKind.TEXT, field.name
    match field:
        case models.DateField():
            kind = ColumnKind.DAY
        case models.IntegerField():
            kind = ColumnKind.INTEGER
        case models.CharField() if field.choices and field.name != "field":
            getter, name = partial(_get_label, name=field.name), join_key(field.name, "label")
    return ExportColumn(0, name, build_heading(field), kind, str(field.help_text), getter=getter)


def _get_value(record: Model, name: str) -> Any:
    return getattr(record, name)


def list_model_columns(model: type[Model]) -> list[ExportColumn]:
    """Build the columns of a model's own fields, without keys of records."""
    return [
        build_model_column(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.name in _NOT_PUBLIC)
    ]


def build_column(
    name: str, heading: str, about: str, getter: Callable[[Any], Any], kind=ColumnKind.TEXT
) -> ExportColumn:
    return ExportColumn(0, name, heading, kind, about, getter=getter)


# --- rows ----------------------------------------------------------------------------------------


def _in_chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = list(rows)
    for start in range(0, len(rows), CHUNK_SIZE):
        yield rows[start : start + CHUNK_SIZE]


def _read_citations(export: Export) -> Iterator[list[Any]]:
    """The public statements about published centres and the operators of these."""
    shown = Center.objects.published().order_by()
    about = models.Q(center__in=shown.values("pk")) | models.Q(
        operator__in=shown.exclude(operator=None).values("operator")
    )
    found = Citation.objects.filter(about).select_related("operator").order_by("pk")
    return _in_chunks(one for one in found if is_public(one))


def _read_announcements(export: Export) -> Iterator[list[Any]]:
    return _in_chunks(Announcement.objects.order_by("published_on", "pk"))


def _read_listings(export: Export) -> Iterator[list[Any]]:
    rows = Listing.objects.filter(center__published=True).select_related("announcement")
    return _in_chunks(rows.order_by("announcement__published_on", "announcement", "row"))


CENTERS = ReleaseTable("centers", "센터", CENTER_COLUMNS, (CENTER_KEY.name,), Export.iter_chunks)
_SLUG = build_model_column(get_model_field(Announcement, "slug"))
_ANNOUNCEMENT_SLUG = build_column(
    join_key("announcement", _SLUG.name),
    f"공고{_SLUG.heading}",
    "announcements.csv의 공고",
    lambda row: row.announcement.slug,
)
_CENTER_ID = build_column(
    join_key("center", CENTER_KEY.name),
    CENTER_KEY.heading,
    "centers.csv의 센터",
    lambda row: row.center_id,
    ColumnKind.INTEGER,
)
_ABOUT_CENTER = ForeignKey(_CENTER_ID.name, CENTERS.name, CENTER_KEY.name)
_CITED_FIELD, *_CITATION_COLUMNS = list_model_columns(Citation)
CITATIONS = ReleaseTable(
    "citations",
    "공고 밖의 출처로 확인한 값",
    (
        build_column("id", "번호", "줄마다 하나뿐인 번호", lambda row: row.pk, ColumnKind.INTEGER),
        _CENTER_ID,
        build_column(
            _OPERATOR_NAME.name,
            _OPERATOR_NAME.heading,
            "운영기관의 값이면 그 이름. 이때 센터의 관리번호는 비어 있습니다.",
            lambda row: row.operator.name if row.operator else "",
        ),
        _CITED_FIELD,
        build_column("label", "값이름", "그 값을 화면에서 부르는 말", lambda row: row.field_label),
        *_CITATION_COLUMNS,
    ),
    ("id",),
    _read_citations,
    (_ABOUT_CENTER,),
)
ANNOUNCEMENTS = ReleaseTable(
    "announcements",
    "공고",
    tuple(list_model_columns(Announcement)),
    (_SLUG.name,),
    _read_announcements,
)
LISTINGS = ReleaseTable(
    "listings",
    "공고 기재 내용",
    (_ANNOUNCEMENT_SLUG, _CENTER_ID, *list_model_columns(Listing)),
    (_ANNOUNCEMENT_SLUG.name, "row"),
    _read_listings,
    (ForeignKey(_ANNOUNCEMENT_SLUG.name, ANNOUNCEMENTS.name, _SLUG.name), _ABOUT_CENTER),
)
RELEASE_TABLES = (CENTERS, CITATIONS, ANNOUNCEMENTS, LISTINGS)
