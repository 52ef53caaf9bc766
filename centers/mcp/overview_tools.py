"""The tools that count centres, and list what has changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from centers.api.problems import InvalidParameters
from centers.exports.coverage import CoverageExport
from centers.exports.feeds import format_headline, format_values
from centers.mcp.center_tools import Answer
from centers.mcp.requests import PARAMETERS, ToolError, find_industry, find_results
from centers.mcp.writing import Writer
from centers.models import Announcement, Center, DataVersion
from centers.models.reference_data import get_reference_data
from centers.provenance.changes import Change, Changes, get_public_history
from centers.provenance.sources import EDITOR_ENTRY
from centers.search.coverage_matrix import CenterCount, CoverageMatrix, MatrixColumn, MatrixRow

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
    writer.write(f"{title} 모두 {total:,}곳입니다.", f"같은 표: {export.page_url}")
    write_counts(writer, "지역", regions)
    if len(industries) > 1:
        write_counts(writer, "업종", industries)
    for one in documents:
        writer.mark(f"{one.title} ({one.publisher}, {one.published_on})", build_url(one))
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


def write_counts(writer: Writer, label: str, counts: list[dict[str, Any]]) -> None:
    """Write the counts, the largest first, and what has none."""
    known = sorted((one for one in counts if one["count"]), key=lambda one: -one["count"])
    some = ", ".join(f"{one['name']} {one['count']:,}" for one in known)
    none = ", ".join(one["name"] for one in counts if not one["count"])
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
    if key := values.get("id"):
        center = Center.objects.published().filter(pk=key).first()
        if center is None:
            raise ToolError(f"{key}번 센터는 없습니다.")
        entries, sentence, page = get_public_history(center), str(center), center.get_absolute_url()
    if any(name in values for name in PARAMETERS):
        results = find_results(values)
        entries = entries.filter(id__in=results.centers.order_by().values("pk"))
        sentence, page = results.active_filters.sentence, results.url_state.url()
    if day := values.get("since"):
        start = timezone.make_aware(datetime.combine(day, time.min))
        entries = entries.filter(history_date__gte=start)
        sentence += f", {day}부터"
    reference_data = get_reference_data(DataVersion.cached())
    changes = list(Changes(entries[:MAX_ENTRIES], *reference_data))
    shown = changes[: values["limit"]]

    writer = Writer()
    writer.write(f"{sentence}의 바뀐 내용입니다.", f"화면: {settings.SITE_URL}{page}")
    if not shown:
        writer.write("바뀐 내용이 없습니다.")
    for change in shown:
        source, url = find_change_source(change)
        writer.write(f"- {change.on} {change.center}: {format_headline(change)}")
        writer.write(
            *(f"   {one.label}: {format_values(one.old, one.new)}" for one in change.fields)
        )
        writer.write(f"   화면: {build_url(change.center)}{writer.mark(source, url)}")
    writer.write_sources()
    data = {
        "sentence": sentence,
        "page": settings.SITE_URL + page,
        "has_more": len(changes) > len(shown),
        "changes": [*map(describe_change, shown)],
    }
    return Answer(writer.text, data)


def describe_change(change: Change) -> dict[str, Any]:
    source, url = find_change_source(change)
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
        "source": source,
        "source_url": url,
    }


def find_change_source(change: Change) -> tuple[str, str | None]:
    """Return the source of a change in words, and its URL."""
    if change.source:
        source = change.source
        return f"{source.title} ({source.published_on})", build_url(source)
    if change.citations:
        urls: Iterable[str] = (one.url for one in change.citations if one.url)
        return ", ".join(one.source_text for one in change.citations), next(iter(urls), None)
    return EDITOR_ENTRY, None
