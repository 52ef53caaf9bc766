"""The documentation page of the API, built from its OpenAPI document."""

import re
from dataclasses import dataclass
from functools import cached_property
from shlex import quote
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from centers.api.base import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from centers.api.examples import render_examples
from centers.api.openapi import get_openapi_document
from centers.exports.licence import TERMS_OF_USE
from centers.http.decorators import require_safe
from centers.http.pages import render_page
from centers.http.problems import PROBLEM_KINDS
from centers.models import Announcement, Center

#: Korean names of the JSON types.
TYPE_LABELS = {
    "string": "문자열",
    "integer": "정수",
    "number": "수",
    "boolean": "참·거짓",
    "array": "목록",
    "object": "묶음",
}
FORMAT_LABELS = {"date": "날짜", "uri": "주소"}


def get_schemas() -> dict[str, dict]:
    """Return the component schemas of the OpenAPI document: objects and enumerations."""
    return get_openapi_document()["components"]["schemas"]


def format_bound(number: int) -> str:
    """Format a bound for readers: 1,000,000, but 2100 without a comma, as it is a year."""
    return f"{number:,}" if number >= 10_000 else str(number)


@dataclass(frozen=True)
class ValueDoc:
    """One parameter, or one property of a response."""

    name: str
    text: str
    type: str
    #: The name of the object schema of its value, which has a table of its own; else "".
    shape: str = ""
    is_list: bool = False
    is_required: bool = False

    @classmethod
    def from_schema(cls, name: str, schema: dict, **kwargs) -> "ValueDoc":
        """Build the documentation of a value from its schema."""
        # A reference is wrapped in allOf if it has a description, in oneOf if it is nullable.
        inner = next(iter(schema.get("allOf", schema.get("oneOf", [schema]))))
        is_list = inner.get("type") == "array"
        item = inner["items"] if is_list else inner
        shape = item.get("$ref", "").rpartition("/")[2]
        target = get_schemas()[shape] if shape else item
        if "properties" not in target:
            shape = ""
        types = target.get("type", "object")
        label = TYPE_LABELS[types if isinstance(types, str) else types[0]]
        label = FORMAT_LABELS.get(target.get("format", ""), label)
        if {"minimum", "maximum"} <= target.keys():
            least, most = (format_bound(target[end]) for end in ("minimum", "maximum"))
            label += f"({least}~{most})"
        if is_list:
            label += "의 목록"
        text = schema.get("description") or target.get("description", "")
        return cls(name, text, label, shape, is_list, **kwargs)


@dataclass(frozen=True)
class ShapeDoc:
    """One object schema of the responses."""

    name: str
    text: str
    values: list[ValueDoc]

    @classmethod
    def from_schema(cls, name: str, schema: dict) -> "ShapeDoc":
        values = [ValueDoc.from_schema(*pair) for pair in schema["properties"].items()]
        return cls(name, schema.get("description", ""), values)


class OperationDoc:
    """One endpoint of the API."""

    def __init__(self, path: str, operation: dict, ids: dict[str, str | int | None]):
        """Keep the operation of the document; `ids` are the path parameters of its example."""
        self.path = path
        self.key = operation["operationId"].replace("_", "-")
        self.summary = operation["summary"]
        self.description = operation["description"]
        self._operation = operation
        self._ids = ids

    @property
    def parameters(self) -> list[ValueDoc]:
        return [
            ValueDoc.from_schema(
                one["name"],
                one["schema"] | {"description": one["description"]},
                is_required=one.get("required", False),
            )
            for one in self._operation.get("parameters", [])
            if one["in"] == "query"
        ]

    @property
    def shape(self) -> str:
        """The name of the schema of a successful response."""
        content = next(iter(self._operation["responses"]["200"]["content"].values()))
        return content["schema"]["$ref"].rpartition("/")[2]

    @cached_property
    def example(self) -> str:
        """The path and query of an example; "" where the database has no record for it."""
        names = re.findall(r"{(\w+)}", self._operation["x-example"])
        if any(self._ids[name] is None for name in names):
            return ""
        return self._operation["x-example"].format(**self._ids)

    @property
    def curl(self) -> str:
        """The example as a shell command, in which curl encodes Hangul."""
        parts = urlsplit(self.example)
        pairs = [f"{name}={value}" for name, value in parse_qsl(parts.query)]
        options = "".join(f" --data-urlencode {quote(pair)}" for pair in pairs)
        return f"curl{' -G' if pairs else ''} {settings.SITE_URL}{parts.path}{options}"


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    newest = Announcement.objects.first()
    ids = {
        "id": Center.objects.published().values_list("pk", flat=True).order_by("pk").first(),
        "slug": newest.slug if newest else None,
    }
    paths = get_openapi_document()["paths"].items()
    return render_page(
        request,
        "api/docs.html",
        canonical=request.path,
        operations=[OperationDoc(path, methods["get"], ids) for path, methods in paths],
        shapes=[
            ShapeDoc.from_schema(name, one)
            for name, one in get_schemas().items()
            if "properties" in one
        ],
        examples=render_examples(settings.SITE_URL),
        terms_of_use=TERMS_OF_USE,
        problems=PROBLEM_KINDS.items(),
        rate=settings.API_RATE,
        has_mcp=settings.MCP,
        page_size=DEFAULT_PAGE_SIZE,
        largest_page=MAX_PAGE_SIZE,
    )
