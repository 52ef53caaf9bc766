"""The values of a centre that comparisons name, each in the words of the pages."""

from dataclasses import dataclass

from centers.exports.releases.store import Row
from centers.exports.releases.tables import CENTER_COLUMNS
from centers.exports.text_formats import LIST_SEPARATOR, unprotect_text
from centers.models.center_fields import CENTER_FIELDS, ValueType
from centers.models.citations import CITED_OPERATOR_FIELDS
from centers.text.formatting import format_makers


@dataclass(frozen=True)
class ComparedValue:
    """A value of a centre that is compared, and the columns that show it in words."""

    #: Its name in JSON: that of its field, or that of a column of the operator.
    name: str
    label: str
    type: ValueType
    columns: tuple[str, ...]

    def format(self, row: Row) -> str:
        """Format the value as the pages do; "" if it is unknown."""
        cells = (unprotect_text(row[name]) for name in self.columns)
        return format_cell(self.type, " ".join(filter(None, cells)))


def format_cell(kind: ValueType, text: str) -> str:
    match kind:
        case ValueType.MAKERS if text.isdecimal():
            return format_makers(int(text))
        case ValueType.YEAR if text:
            return f"{text}년"
        case ValueType.CLASSES | ValueType.SERVICES | ValueType.REGIONS | ValueType.TEXTS:
            return text.replace(LIST_SEPARATOR, ", ")
    return " ".join(text.split())


def build_compared_values() -> list[ComparedValue]:
    """Build the values of a centre from its fields, with those of its operator."""
    found = []
    for one in CENTER_FIELDS:
        own = [column.name for column in CENTER_COLUMNS if column.field == one.name]
        members = {name.removeprefix(f"{one.key}_"): name for name in own}
        match one.type:
            case ValueType.REGION:
                columns = members["sido"], members["sigungu"]
                found.append(ComparedValue(one.name, one.label, one.type, columns))
            case ValueType.INDUSTRY:
                found.append(ComparedValue(one.name, one.label, one.type, (members["name"],)))
            case ValueType.OPERATOR:
                for member, cited in CITED_OPERATOR_FIELDS.items():
                    is_name = member == "name"
                    label = one.label if is_name else cited.label
                    name = one.name if is_name else members[member]
                    found.append(ComparedValue(name, label, cited.type, (members[member],)))
            case _ if own:
                found.append(ComparedValue(one.name, one.label, one.type, (own[0],)))
    return found


COMPARED_VALUES = build_compared_values()
_BY_NAME = {one.name: one for one in COMPARED_VALUES}


def format_value(row: Row, name: str) -> str:
    """Format a value of a centre; "" where an older release lacks its columns."""
    value = _BY_NAME[name]
    return value.format(row) if set(value.columns) <= row.keys() else ""
