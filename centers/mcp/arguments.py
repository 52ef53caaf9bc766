"""Arguments of tools: their JSON schemas, and the check of a call against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from centers.http.json_rpc import INVALID_PARAMS
from centers.mcp.messages import ProtocolError
from centers.search.query_params import MAX_QUERY_LENGTH
from centers.text.formatting import quote

#: Changes are not older, and a year beyond is none.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class Argument:
    """One argument of a tool."""

    name: str
    description: str
    is_required: bool = False

    def build_schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def read(self, value: Any) -> Any:
        """Return the value in the type that the tool uses; raises ProtocolError if it is wrong."""
        raise NotImplementedError

    def reject(self, expected: str) -> ProtocolError:
        return ProtocolError(
            INVALID_PARAMS, f"{quote(self.name, '은', '는')} {expected}", {"argument": self.name}
        )


@dataclass(frozen=True)
class TextArgument(Argument):
    """Text of at most `MAX_QUERY_LENGTH` characters."""

    def build_schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "maxLength": MAX_QUERY_LENGTH,
            "description": self.description,
        }

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.reject("글(문자열)로 적습니다.")
        if len(value) > MAX_QUERY_LENGTH:
            raise self.reject(f"{MAX_QUERY_LENGTH}자까지 적습니다.")
        return value


@dataclass(frozen=True)
class ChoiceArgument(Argument):
    """One of some texts."""

    choices: Sequence[str] = ()

    def build_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [*self.choices], "description": self.description}

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise self.reject(f"이 가운데 하나를 적습니다: {', '.join(self.choices)}")
        return value


@dataclass(frozen=True)
class IntegerArgument(Argument):
    """An integer between two bounds."""

    least: int = 1
    most: int = 2**31 - 1
    default: int | None = None

    def build_schema(self) -> dict[str, Any]:
        schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        if self.default is not None:
            schema["default"] = self.default
        return {**schema, "description": self.description}

    def read(self, value: Any) -> int:
        # To JSON 3.0 is an integer, and true is none.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.reject("정수로 적습니다.")
        if not self.least <= value <= self.most:
            raise self.reject(f"{self.least}부터 {self.most}까지의 정수로 적습니다.")
        return value


@dataclass(frozen=True)
class DateArgument(Argument):
    """A day."""

    def build_schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "date",
            "pattern": _DATE_PATTERN,
            "description": self.description,
        }

    def read(self, value: Any) -> date:
        try:
            day = date.fromisoformat(value) if len(value) == len("2026-07-31") else None
        except (TypeError, ValueError):
            day = None
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            raise self.reject("2026-07-31처럼 있는 날짜로 적습니다.")
        return day


def read_arguments(arguments: Sequence[Argument], values: Any) -> dict[str, Any]:
    """Return the values of a call by name, defaults included.

    Raises ProtocolError for a name that is unknown, a value of a wrong type or range, or a required
    one that is missing.
    """
    if not isinstance(values, dict):
        raise ProtocolError(INVALID_PARAMS, "arguments는 이름과 값의 묶음이어야 합니다.")
    by_name = {one.name: one for one in arguments}
    if unknown := [name for name in values if name not in by_name]:
        raise ProtocolError(
            INVALID_PARAMS,
            f"{quote(unknown[0], '은', '는')} 이 도구에 없는 인자입니다. "
            f"쓸 수 있는 인자: {', '.join(by_name)}",
            {"argument": unknown[0]},
        )
    found = {}
    for name, argument in by_name.items():
        if name in values:
            found[name] = argument.read(values[name])
        elif argument.is_required:
            raise argument.reject("꼭 적어야 합니다.")
        elif isinstance(argument, IntegerArgument) and argument.default is not None:
            found[name] = argument.default
    return found


def build_input_schema(arguments: Sequence[Argument]) -> dict[str, Any]:
    """Build the JSON schema of the arguments of a tool."""
    required = [one.name for one in arguments if one.is_required]
    return {
        "type": "object",
        "properties": {one.name: one.build_schema() for one in arguments},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }
