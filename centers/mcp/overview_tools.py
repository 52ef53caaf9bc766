"""The tools that count centres, and list what has changed."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from centers.api.problems import InvalidParameters
from centers.exports.coverage import CoverageExport
from centers.exports.feeds import format_headline, format_values
from centers.mcp.center_tools import Answer, find_current
from centers.mcp.requests import PARAMETERS, ToolError, find_industry, find_results
from centers.mcp.writing import Writer
from centers.models import Announcement, Center, DataVersion
from centers.models.reference_data import get_reference_data
from centers.provenance.changes import Change, Changes, get_public_history
from centers.search.coverage_matrix import CenterCount, CoverageMatrix, MatrixColumn, MatrixRow
from centers.search.filters import NONE_VALUE

#: Entries of the history that are read for one call; some of them changed no public value.
MAX_ENTRIES = 100


# --- coverage ------------------------------------------------------------------------------------


def count_centers(values: Mapping[str, Any]) -> Answer:
    """Count the centres of regions and industries, as the coverage page does; zeros included."""
    matrix = read_matrix(values)
    export = CoverageExport(matrix)
    rows, cells = matrix.rows, [column.total for column in matrix.columns]
    total, title = matrix.total.number, f"{export.title}. 운영을 마친 센터는 세지 않습니다."
    if industry := values.get("industry", "").strip():
        row = find_row(industry, matrix)
        rows, cells, total = [row], row.cells, row.total.number
        title = f"{row.label}. {title}"
    regions = [
        describe_count(column.code, name_column(column, matrix), cell)
        for column, cell in zip(matrix.columns, cells, strict=True)
    ]
    industries = [describe_count(row.code, row.label, row.total) for row in rows]
    documents = list(export.documents)

    writer = Writer()
    marks = "".join(writer.mark(name_document(one), build_url(one)) for one in documents)
    writer.write(f"{title} 모두 {total:,}곳입니다.{marks}", f"같은 표: {export.page_url}")
    write_counts(writer, "지역", regions)
    if len(industries) > 1:
        write_counts(writer, "업종", industries)
    writer.write_sources()
    data = {
        "title": title,
        "total": total,
        "page": export.page_url,
        "regions": regions,
        "industries": industries,
        "sources": [
            {
                "title": one.title,
                "publisher": one.publisher,
                "published_on": one.published_on.isoformat(),
                "page": build_url(one),
            }
            for one in documents
        ],
    }
    return Answer(writer.text, data)


def name_document(document: Announcement) -> str:
    return f"{document.title} ({document.publisher}, {document.published_on})"


def write_counts(writer: Writer, label: str, counts: list[dict[str, Any]]) -> None:
    """Write the counts, the largest first, and what has none."""
    known = sorted((one for one in counts if one["count"]), key=lambda one: -one["count"])
    some = ", ".join(f"{one['name']} {one['count']:,}" for one in known)
    none = ", ".join(
        one["name"] for one in counts if not (one["count"] or one["code"] == NONE_VALUE)
    )
    writer.write(f"{label}: {some}" if some else "", f"없는 {label}: {none}" if none else "")


def read_matrix(values: Mapping[str, Any]) -> CoverageMatrix:
    """Build the matrix of all 시·도 or inside one; raises ToolError for another place."""
    place = values.get("place", "").strip()
    params = QueryDict(mutable=True)
    if place:
        params["region"] = place
    matrix = CoverageMatrix(params)
    if error := InvalidParameters.from_notices(matrix.query.notices):
        raise ToolError(
            f"{ToolError.from_parameters(error.errors)}\nplace에는 시·도 하나를 적습니다."
        )
    return matrix


def find_row(text: str, matrix: CoverageMatrix) -> MatrixRow:
    """Return the row of an industry; raises ToolError for another word."""
    code = find_industry(text, matrix.results.version)
    row = next((row for row in matrix.rows if row.code == code), None)
    if row is None:
        names = ", ".join(f"{one.code} {one.label}" for one in matrix.rows)
        raise ToolError(f"업종을 찾지 못했습니다. 이 가운데 하나를 적어 주세요: {names}")
    return row


def name_column(column: MatrixColumn, matrix: CoverageMatrix) -> str:
    """Name a region in full, 경기도, or centres of a 시·도 as a whole."""
    is_whole = matrix.sido is not None and column.code == matrix.sido.code
    return column.label if is_whole else matrix.regions.by_code[column.code].name


def describe_count(code: str, name: str, count: CenterCount) -> dict[str, Any]:
    url = settings.SITE_URL + count.url if count.url else None
    return {"code": code, "name": name, "count": count.number, "page": url}


def build_url(record: Center | Announcement) -> str:
    return settings.SITE_URL + record.get_absolute_url()


# --- list_changes --------------------------------------------------------------------------------


def list_changes(values: Mapping[str, Any]) -> Answer:
    """List the newest changes of the centres of a list, of one centre, or of all."""
    entries, sentence, page = get_public_history(), "모든 센터", reverse("changes")
    notices: list[str] = []
    if key := values.get("id"):
        current, notices = find_current(key)
        center = Center.objects.published().get(pk=current)
        entries, sentence, page = get_public_history(center), str(center), center.get_absolute_url()
    if any(name in values for name in PARAMETERS):
        results = find_results(values)
        entries = entries.filter(id__in=results.centers.order_by().values("pk"))
        sentence = results.active_filters.sentence
    if day := values.get("since"):
        start = timezone.make_aware(datetime.combine(day, time.min))
        entries = entries.filter(history_date__gte=start)
        sentence += f", {day}부터"
    reference_data = get_reference_data(DataVersion.cached())
    read = list(entries[: MAX_ENTRIES + 1])
    changes = list(Changes(read[:MAX_ENTRIES], *reference_data))
    shown = changes[: values["limit"]]
    has_more = len(changes) > len(shown) or len(read) > MAX_ENTRIES

    writer = Writer()
    writer.write(f"{sentence}의 바뀐 내용입니다.", f"화면: {settings.SITE_URL}{page}")
    writer.write(*notices)
    if not (shown or has_more):
        writer.write("바뀐 내용이 없습니다.")
    for change in shown:
        writer.write(f"- {change.on} {change.center}: {format_headline(change)}")
        writer.write(
            *(f"   {one.label}: {format_values(one.old, one.new)}" for one in change.fields)
        )
        mark = writer.mark(change.source_text, find_source_url(change))
        writer.write(f"   화면: {build_url(change.center)}{mark}")
    if has_more:
        writer.write("앞선 것이 더 있습니다. 모두 보려면 위의 화면을 여세요.")
    writer.write_sources()
    data = {
        "sentence": sentence,
        "page": settings.SITE_URL + page,
        "notices": notices,
        "has_more": has_more,
        "changes": [*map(describe_change, shown)],
    }
    return Answer(writer.text, data)


def describe_change(change: Change) -> dict[str, Any]:
    return {
        "on": change.on.isoformat(),
        "center_id": change.center.pk,
        "center": str(change.center),
        "page": build_url(change.center),
        "summary": format_headline(change),
        "values": [
            {"label": one.label, "old": one.old or None, "new": one.new or None}
            for one in change.fields
        ],
        "source": change.source_text,
        "source_url": find_source_url(change),
    }


def find_source_url(change: Change) -> str | None:
    """Return the URL of what a change follows, the first of several; None if it has none."""
    if change.source:
        return build_url(change.source)
    return next((one.url for one in change.citations if one.url), None)
