"""Values of a centre in JSON form: read, compared with printed ones, formatted and set."""

import copy
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from django.core.exceptions import ValidationError

from centers.importer.facts import make_address_key, make_name_key, make_operator_key
from centers.importer.plan import FieldValue
from centers.importer.row_reader import RowReader
from centers.models import Center, Operator
from centers.models.base import Record
from centers.models.center_fields import (
    CENTER_FIELDS_BY_NAME,
    IMPORTED_FIELDS,
    ValueType,
    format_field_value,
)
from centers.models.fields import get_model_field

FIELD_LABELS = {name: CENTER_FIELDS_BY_NAME[name].label for name in IMPORTED_FIELDS}


def get_json_value(center: Center, name: str) -> FieldValue | None:
    """A value of the centre in JSON form: codes, the name of the operator, ISO 8601 dates."""
    if name == "operator":
        return center.operator.name if center.operator else None
    value = getattr(center, get_model_field(Center, name).attname)
    return value.isoformat() if isinstance(value, date) else value


def is_same_value(center: Center, name: str, value: FieldValue, reader: RowReader) -> bool:
    """Whether a printed value equals the centre's, differences of spelling aside."""
    old = get_json_value(center, name)
    if old in (None, "", []):
        return False
    new_text, old_text = str(value), str(old)
    if new_text == old_text:
        return True
    if name == "confirmed_on":
        return new_text <= old_text
    match CENTER_FIELDS_BY_NAME[name].type:
        case ValueType.NAME:
            return make_name_key(new_text) == make_name_key(old_text)
        case ValueType.OPERATOR if center.operator:
            names = [center.operator.name, *center.operator.former_names]
            return make_operator_key(new_text) in map(make_operator_key, names)
        case ValueType.REGION:
            # A wider region is not wrong, only less exact.
            return new_text in reader.tree.list_enclosing_codes(old_text)
        case ValueType.ADDRESS:
            return make_address_key(new_text) == make_address_key(old_text)
        case ValueType.PHONE:
            return new_text.replace("-", "") == old_text.replace("+82", "0").replace("-", "")
        case ValueType.URL:
            return new_text.rstrip("/") == old_text.rstrip("/")
    return value == old


def format_json_value(name: str, value: FieldValue | None, reader: RowReader) -> str:
    """A value in Korean, as shown in a plan; "" if it is empty."""
    references: dict[ValueType, Callable[[object], str]] = {
        ValueType.REGION: lambda code: reader.tree.by_code[str(code)].full_name,
        ValueType.INDUSTRY: lambda code: reader.industries.by_code[str(code)].name,
        ValueType.CENTER: lambda key: f"{key}번 센터",
    }
    return format_field_value(name, value, references)


def copy_with_values(
    center: Center,
    values: Mapping[str, FieldValue | None],
    reader: RowReader,
    operators: Mapping[str, Operator],
) -> Center:
    """A copy of the centre with these JSON values; `operators` are by name."""
    center = copy.copy(center)
    # copy() shares the cache of related objects, which must stay unchanged for the original.
    center._state = copy.copy(center._state)
    vars(center._state)["fields_cache"] = dict(center._state.fields_cache)
    for name, value in values.items():
        match CENTER_FIELDS_BY_NAME[name].type:
            case ValueType.REGION:
                center.region = reader.tree.by_code[str(value)]
            case ValueType.INDUSTRY:
                center.industry = reader.industries.by_code[str(value)] if value else None
            case ValueType.OPERATOR:
                center.operator = operators.get(str(value)) if value else None
            case ValueType.CENTER:
                center.successor_id = cast(int | None, value)
            case _:
                setattr(center, name, get_model_field(Center, name).to_python(value))
    return center


def validate_record(record: Record) -> None:
    """Validate a record without queries for its relations; the database checks foreign keys.

    Raises ValidationError, by field.
    """
    record.clean_fields(exclude=[field.name for field in record._meta.fields if field.is_relation])
    record.clean()


def prepare_record(record: Record) -> None:
    """Validate a record for a bulk save and set its derived columns, as `save()` would.

    Raises ValidationError, by field.
    """
    validate_record(record)
    record.derive()


def find_problems(record: Record) -> list[str]:
    """The validation errors of a record in Korean, one line for each field."""
    try:
        validate_record(record)
    except ValidationError as error:
        labels = {field.name: field.verbose_name for field in record._meta.concrete_fields}
        return [
            f"{labels[name]}: {' '.join(messages)}" for name, messages in error.message_dict.items()
        ]
    return []
