"""Values of a centre as a document says them: compared with those it has, and put in words."""

import copy
from datetime import date

from django.core.exceptions import ValidationError

from centers.importer.facts import RowReader, make_address_key, make_name_key, make_operator_key
from centers.models import Center, Operator
from centers.models.center_fields import (
    CENTER_FIELDS_BY_NAME,
    IMPORTED_FIELDS,
    ValueType,
    format_field_value,
)

FIELD_LABELS = {name: CENTER_FIELDS_BY_NAME[name].label for name in IMPORTED_FIELDS}


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
    if name == "confirmed_on":
        return value <= old
    match CENTER_FIELDS_BY_NAME[name].type:
        case ValueType.NAME:
            return make_name_key(value) == make_name_key(old)
        case ValueType.OPERATOR:
            names = [center.operator.name, *center.operator.former_names]
            return make_operator_key(value) in map(make_operator_key, names)
        case ValueType.REGION:
            # A wider region is not wrong, only less exact.
            return value in reader.tree.list_enclosing_codes(old)
        case ValueType.ADDRESS:
            return make_address_key(value) == make_address_key(old)
        case ValueType.PHONE:
            return value.replace("-", "") == old.replace("+82", "0").replace("-", "")
        case ValueType.URL:
            return value.rstrip("/") == old.rstrip("/")
    return value == old


def format_json_value(name: str, value: str | int | None, reader: RowReader) -> str:
    """A value as it is shown; "" if nothing is known."""
    references = {
        ValueType.REGION: lambda code: reader.tree.by_code[code].full_name,
        ValueType.INDUSTRY: lambda code: reader.trades.by_code[code].name,
        ValueType.CENTER: lambda key: f"{key}번 센터",
    }
    return format_field_value(name, value, references)


def copy_with_values(
    center: Center, values: dict, reader: RowReader, operators: dict[str, Operator]
) -> Center:
    """A copy of the centre with values from JSON in place of its own."""
    center = copy.copy(center)
    # A copy shares what it points to, which is to stay as it is for the original.
    center._state = copy.copy(center._state)
    center._state.fields_cache = dict(center._state.fields_cache)
    for name, value in values.items():
        match CENTER_FIELDS_BY_NAME[name].type:
            case ValueType.REGION:
                center.region = reader.tree.by_code[value]
            case ValueType.INDUSTRY:
                center.industry = reader.trades.by_code[value] if value else None
            case ValueType.OPERATOR:
                center.operator = operators.get(value)
            case ValueType.CENTER:
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
