"""The page that explains the API, made out of the document that describes it."""

import re
from dataclasses import dataclass
from functools import cached_property
from shlex import quote
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from centers.api.base import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from centers.api.openapi import get_openapi_document
from centers.http.decorators import require_safe
from centers.http.pages import render_page
from centers.http.problems import PROBLEM_KINDS
from centers.models import Announcement, Center

#: What the kinds of JSON values are called.
TYPE_LABELS = {
    "string": "글",
    "integer": "정수",
    "number": "수",
    "boolean": "참·거짓",
    "array": "목록",
    "object": "묶음",
}
FORMAT_LABELS = {"date": "날짜", "uri": "주소"}


def get_schemas() -> dict[str, dict]:
    """All shapes and lists of words that the document names."""
    return get_openapi_document()["components"]["schemas"]


def format_bound(number: int) -> str:
    """A bound as it is read: 1,000,000 but 2100."""
    return f"{number:,}" if number >= 10_000 else str(number)


@dataclass(frozen=True)
class ValueDoc:
    """One parameter, or one value of an answer."""

    name: str
    text: str
    type: str
    #: The shape of what it holds, where that has a table of its own.
    shape: str = ""
    is_list: bool = False
    is_required: bool = False

    @classmethod
    def from_schema(cls, name: str, schema: dict, **kwargs) -> "ValueDoc":
        """Read what the document says of a value."""
        # A reference with a description of its own stands inside an allOf, one to null in a oneOf.
        inner = next(iter(schema.get("allOf", schema.get("oneOf", [schema]))))
        is_list = inner.get("type") == "array"
        item = inner["items"] if is_list else inner
        shape = item.get("$ref", "").rpartition("/")[2]
        target = get_schemas()[shape] if shape else item
        if "properties" not in target:
            shape = ""
        types = target.get("type", "object")
        words = TYPE_LABELS[types if isinstance(types, str) else types[0]]
        words = FORMAT_LABELS.get(target.get("format"), words)
        if {"minimum", "maximum"} <= target.keys():
            least, most = (format_bound(target[end]) for end in ("minimum", "maximum"))
            words += f"({least}~{most})"
        if is_list:
            words += "의 목록"
        text = schema.get("description") or target.get("description", "")
        return cls(name, text, words, shape, is_list, **kwargs)


@dataclass(frozen=True)
class ShapeDoc:
    """One kind of object that answers hold."""

    name: str
    text: str
    values: list[ValueDoc]

    @classmethod
    def from_schema(cls, name: str, schema: dict) -> "ShapeDoc":
        values = [ValueDoc.from_schema(*pair) for pair in schema["properties"].items()]
        return cls(name, schema.get("description", ""), values)


class OperationDoc:
    """One address of the API."""

    def __init__(self, path: str, operation: dict, ids: dict[str, str | int | None]):
        """Take what the document says of it; `ids` fill the gaps in the address of its example."""
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
        """The name of what it answers."""
        content = next(iter(self._operation["responses"]["200"]["content"].values()))
        return content["schema"]["$ref"].rpartition("/")[2]

    @cached_property
    def example(self) -> str:
        """The path of an example; empty where there is no record to show."""
        names = re.findall(r"{(\w+)}", self._operation["x-example"])
        if any(self._ids[name] is None for name in names):
            return ""
        return self._operation["x-example"].format(**self._ids)

    @property
    def curl(self) -> str:
        """The example as a command, with Hangul left for curl to encode."""
        parts = urlsplit(self.example)
        pairs = [f"{name}={value}" for name, value in parse_qsl(parts.query)]
        asked = "".join(f" --data-urlencode {quote(pair)}" for pair in pairs)
        return f"curl{' -G' if pairs else ''} {settings.SITE_URL}{parts.path}{asked}"


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
        problems=PROBLEM_KINDS.items(),
        rate=settings.API_RATE,
        page_size=DEFAULT_PAGE_SIZE,
        largest_page=MAX_PAGE_SIZE,
    )
