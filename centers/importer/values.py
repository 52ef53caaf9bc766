"""Values of a centre as a document says them: compared with those it has, and put in words."""

import copy
from datetime import date

from django.core.exceptions import ValidationError

from centers.importer.facts import RowReader, make_address_key, make_name_key, make_operator_key
from centers.models import Center, Operator
from centers.text.formatting import format_makers

#: In the order in which they are shown.
IMPORTED_FIELDS = (
    "name",
    "kind",
    "status",
    "region",
    "industry",
    "specialty",
    "operator",
    "cluster_size",
    "cluster_size_as_of",
    "designated_year",
    "address",
    "phone",
    "website",
    "confirmed_on",
    "closed_on",
    "successor",
)
RELATIONS = ("region", "industry", "operator", "successor")
FIELD_LABELS = {name: str(Center._meta.get_field(name).verbose_name) for name in IMPORTED_FIELDS}


def get_json_value(center: Center, name: str) -> str | int | None:
    """A value of the centre as JSON holds it; an operator is named."""
    if name == "operator":
        return center.operator.name if center.operator else None
    value = getattr(center, Center._meta.get_field(name).attname)
    return value.isoformat() if isinstance(value, date) else value


def is_same_value(center: Center, name: str, value: str | int, reader: RowReader) -> bool:
    """Whether a printed value says nothing new of the centre, spelt however it may be."""
    old = get_json_value(center, name)
    if old in ("", None):
        return False
    match name:
        case "name":
            return make_name_key(value) == make_name_key(old)
        case "specialty":
            return make_name_key(value) == make_name_key(old)
        case "operator":
            bodies = [center.operator.name, *center.operator.former_names]
            return make_operator_key(value) in map(make_operator_key, bodies)
        case "region":
            # A wider region is not wrong, only less exact.
            return value in reader.tree.list_enclosing_codes(old)
        case "address":
            return make_address_key(value) == make_address_key(old)
        case "phone":
            return value.replace("-", "") == old.replace("+82", "0").replace("-", "")
        case "website":
            return value.rstrip("/") == old.rstrip("/")
        case "confirmed_on":
            return value <= old
    return value == old


def format_json_value(name: str, value: str | int | None, reader: RowReader) -> str:
    """A value as it is shown; "" if nothing is known."""
    if value in ("", None):
        return ""
    match name:
        case "kind":
            return str(Center.Kind(value).label)
        case "status":
            return str(Center.Status(value).label)
        case "region":
            return reader.tree.by_code[value].full_name
        case "industry":
            return reader.trades.by_code[value].name
        case "cluster_size":
            return format_makers(value)
        case "designated_year":
            return f"{value}년"
        case "successor":
            return f"{value}번 센터"
    return str(value)


def copy_with_values(
    center: Center, values: dict, reader: RowReader, operators: dict[str, Operator]
) -> Center:
    """A copy of the centre with values from JSON in place of its own."""
    center = copy.copy(center)
    # A copy shares what it points to, which is to stay as it is for the original.
    center._state = copy.copy(center._state)
    center._state.fields_cache = dict(center._state.fields_cache)
    for name, value in values.items():
        match name:
            case "region":
                center.region = reader.tree.by_code[value]
            case "industry":
                center.industry = reader.trades.by_code[value] if value else None
            case "operator":
                center.operator = operators.get(value)
            case "successor":
                center.successor_id = value
            case _:
                field = Center._meta.get_field(name)
                setattr(center, name, field.to_python(value))
    return center


def validate_record(record) -> None:
    """Check a record without a query for what it refers to, which the database itself refuses.

    Raises ValidationError by field.
    """
    record.clean_fields(exclude=[field.name for field in record._meta.fields if field.is_relation])
    record.clean()


def prepare_record(record) -> None:
    """Check and complete a record that is saved in bulk, as `save()` does for a single one."""
    validate_record(record)
    record.derive()


def find_problems(record) -> list[str]:
    """What is wrong with a record, in Korean, one line for each field."""
    try:
        validate_record(record)
    except ValidationError as error:
        return [
            f"{record._meta.get_field(name).verbose_name}: {' '.join(words)}"
            for name, words in error.message_dict.items()
        ]
    return []
