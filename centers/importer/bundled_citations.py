"""Bundled citations: statements with their sources, and the values that they give records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from simple_history.utils import bulk_create_with_history

from centers.models import (
    Center,
    Citation,
    DataVersion,
    ImportRun,
    Industry,
    Listing,
    Operator,
    Region,
)
from centers.models.base import Record
from centers.models.former_values import leave_out_current
from centers.models.history import CITED_LOAD_REASON, INITIAL_LOAD_REASON

TEXT_COLUMNS = tuple(
    field.name
    for field in Citation._meta.concrete_fields
    if field.editable and not field.auto_created and not field.is_relation
)
COLUMNS = ("center", "operator", *TEXT_COLUMNS)
#: The values that citations may fill in where a record has none.
FILLED_CENTER_FIELDS = (
    "designated_year",
    "cluster_size",
    "phone",
    "website",
    "services",
    "service_area",
)
FILLED_OPERATOR_FIELDS = ("phone", "website")


class BadCitationError(Exception):
    """A row that is no citation; the message gives the reason."""


class CitedRecords:
    """The centres and operators that rows may name.

    A centre is named as a list prints it, or by region and industry where the document prints no
    name; an operator by its name of today or before.
    """

    def __init__(self) -> None:
        self.centers: dict[Any, Center] = {}
        for center in Center.objects.select_related("operator").order_by("-pk"):
            self.centers[center.region_id, center.industry_id] = center
            if center.name:
                self.centers[center.name] = center
        for listing in Listing.objects.exclude(name="").select_related("center"):
            self.centers[listing.name] = listing.center
        self.operators: dict[str, Operator] = {}
        for operator in Operator.objects.order_by("-pk"):
            self.operators |= dict.fromkeys([*operator.former_names, operator.name], operator)
        for key, name in Operator.history.values_list("id", "name"):
            found = next((one for one in self.operators.values() if one.pk == key), None)
            if found:
                self.operators.setdefault(name, found)
        self.gone = self._collect_gone_names()

    @staticmethod
    def _collect_gone_names() -> set[str]:
        """The names of records that have been deleted, or whose list has been undone."""
        names = {
            *Listing.history.values_list("name", flat=True),
            *Listing.history.values_list("operator", flat=True),
            *Center.history.values_list("name", flat=True),
            *Operator.history.values_list("name", flat=True),
        }
        for table in ImportRun.objects.values_list("table", flat=True):
            names.update(_iterate_texts(table))
        return names

    def find(self, center: Any, operator: Any) -> Record | None:
        """Return the record; None if it is gone. Raises BadCitationError if it never existed."""
        if (center is None) == (operator is None):
            raise BadCitationError("must name either a center or an operator.")
        if operator is not None:
            found: Record | None = self.operators.get(operator)
            is_known = operator in self.gone
        elif isinstance(center, str):
            found = self.centers.get(center)
            is_known = center in self.gone
        else:
            found = self.centers.get(tuple(center))
            is_known = _is_region_and_industry(center)
        if found is None and not is_known:
            raise BadCitationError(f"there is no {operator or center!r}.")
        return found


def _iterate_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _iterate_texts(one)


def _is_region_and_industry(key: list) -> bool:
    region, industry = key
    return (
        Region.history.filter(code=region).exists()
        and Industry.history.filter(code=industry).exists()
    )


def check_columns(data: dict) -> None:
    """Raise BadCitationError unless `data` has `COLUMNS` and rows."""
    if (
        data.keys() != {"model", "fields", "rows"}
        or not isinstance(data["rows"], list)
        or data["fields"] != list(COLUMNS)
    ):
        raise BadCitationError(f'must have "rows" and the "fields" {", ".join(COLUMNS)}.')


def build_citation(records: CitedRecords, row: Any) -> Citation | None:
    """Build and validate the citation of one row; None if its record is gone.

    Raises BadCitationError or ValidationError.
    """
    if not isinstance(row, list) or len(row) != len(COLUMNS):
        raise BadCitationError(f"must be a list of {len(COLUMNS)} values.")
    center, operator, *texts = row
    is_pair = isinstance(center, list) and len(center) == 2
    if not (center is None or isinstance(center, str) or is_pair):
        raise BadCitationError("center: must be a name, or a list of region and industry.")
    if not (operator is None or isinstance(operator, str)):
        raise BadCitationError("operator: must be a name.")
    for name, text in zip(TEXT_COLUMNS, texts, strict=True):
        if not isinstance(text, str):
            raise BadCitationError(f"{name}: must be text.")
    record = records.find(center, operator)
    # A statement about a record that is gone is checked as well.
    citation = Citation(**dict(zip(TEXT_COLUMNS, texts, strict=True)))
    if operator is not None:
        citation.operator = record if isinstance(record, Operator) else Operator()
    else:
        citation.center = record if isinstance(record, Center) else Center()
    citation.clean_fields(exclude=["center", "operator"])
    citation.clean()
    return citation if record else None


def get_statement_key(citation: Any) -> tuple:
    """What tells apart the statements about all records; also of a history entry."""
    about = (citation.center_id, citation.operator_id)
    return (*about, *(getattr(citation, name) for name in Citation.STATEMENT_KEY))


def load_citations(citations: Iterable[Citation]) -> tuple[int, int]:
    """Store the statements that were never stored before, and fill in the values they give.

    Returns the numbers of statements and of values. A value that a record has or ever had is left
    alone. Call it in a transaction.
    """
    known = {get_statement_key(one) for one in Citation.objects.all()}
    known |= {get_statement_key(one) for one in Citation.history.all()}
    new = [one for one in citations if get_statement_key(one) not in known]
    if new:
        bulk_create_with_history(
            new, Citation, batch_size=500, default_change_reason=INITIAL_LOAD_REASON
        )
        DataVersion.bump(Citation)
    count = fill_in_values(new)
    stated = Citation.objects.filter(field="former_operator")
    centers = Center.objects.filter(pk__in=stated.values("center")).select_related("operator")
    # Also those of statements that were stored before centres had such a list.
    count += sum(map(add_stated_operators, centers.order_by("pk")))
    return len(new), count


def add_stated_operators(center: Center) -> int:
    """Add the former operators that statements name to the centre's own; return their number.

    One that it has or ever had in its list is left alone.
    """
    stated = center.citations.filter(field="former_operator").exclude(value="")
    names = [
        one.value
        for one in sorted(stated, key=attrgetter("order_key"))
        if one.confidence != Citation.Confidence.LOW
    ]
    known = center.history.values_list("former_operators", flat=True)
    had = {*center.former_operators, *(name for listed in known for name in listed)}
    new = leave_out_current(center, "operator", [name for name in names if name not in had])
    if new:
        center.former_operators = [*center.former_operators, *new]
        center._change_reason = CITED_LOAD_REASON
        center.save()
    return len(new)


def fill_in_values(citations: list[Citation]) -> int:
    """Set the values that the best of the statements give; return their number."""
    groups: dict[Record, dict[str, list[Citation]]] = defaultdict(lambda: defaultdict(list))
    for one in citations:
        record = one.operator if one.operator_id else one.center
        if record is not None and one.value and one.confidence != Citation.Confidence.LOW:
            groups[record][one.field].append(one)
    count = 0
    for record, statements in groups.items():
        is_center = isinstance(record, Center)
        names = FILLED_CENTER_FIELDS if is_center else FILLED_OPERATOR_FIELDS
        filled = [name for name in names if name in statements and is_fillable(record, name)]
        for name in filled:
            best = min(statements[name], key=attrgetter("order_key"))
            setattr(record, name, best.parsed_value)
            if isinstance(record, Center) and name == "cluster_size":
                record.cluster_size_as_of = best.exact_day
        if filled:
            record._change_reason = CITED_LOAD_REASON
            record.save()
            count += len(filled)
    return count


def is_fillable(record: Any, name: str) -> bool:
    """Whether the record has no value of this field and never had one."""
    blank = (None, "", [])
    if getattr(record, name) not in blank:
        return False
    return all(value in blank for value in record.history.values_list(name, flat=True))
