"""Downloads of the matrix of coverage: CSV and XLSX, with their date and source."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from centers.exports.decorators import build_rejection, read_only
from centers.exports.download_slots import one_at_a_time
from centers.exports.export import Export
from centers.exports.licence import build_license_link
from centers.exports.text_formats import BYTE_ORDER_MARK, protect_text
from centers.exports.workbook import Heading, Sheet, write_workbook
from centers.exports.xlsx import build_source_sheet
from centers.http.media_types import FILE_FORMATS
from centers.search.coverage_matrix import CoverageMatrix
from centers.text.formatting import SITE_NAME

CODE_HEADING, INDUSTRY_HEADING, SUM_LABEL, GAP_SUM_LABEL = "업종코드", "업종", "합계", "빈 곳 수"
#: The headings of what says where each row comes from.
SOURCE_HEADINGS = ("자료기준일", "출처", "만든날")
#: Column widths in characters: of names, and of a number.
NAME_WIDTH, NUMBER_WIDTH = 24, 9


class CoverageExport(Export):
    """The matrix as rows of a file, with title, date and sources."""

    def __init__(self, matrix: CoverageMatrix):
        super().__init__(matrix.results)
        self.matrix = matrix

    @property
    def title(self) -> str:
        where = f"{self.matrix.sido.name} 시·군·구와" if self.matrix.sido else "시·도와"
        only = ", 센터가 없는 곳만" if self.matrix.is_gaps_only else ""
        return f"소공인특화지원센터 현황: {where} 업종{only}"

    @property
    def count(self) -> int:
        return self.matrix.total.number

    @property
    def page_url(self) -> str:
        return settings.SITE_URL + reverse("coverage") + self.matrix.build_query_string()

    def build_file_name(self, ending: str) -> str:
        """Build a file name such as 소공인특화지원센터_현황_경기_빈곳_2026-11-22.csv."""
        parts = [self.matrix.sido.short_name] if self.matrix.sido else []
        parts += ["빈곳"] if self.matrix.is_gaps_only else []
        return "_".join(["소공인특화지원센터_현황", *parts, f"{self.exported_on}.{ending}"])

    @property
    def headings(self) -> list[str]:
        regions = [column.label for column in self.matrix.columns]
        last = GAP_SUM_LABEL if self.matrix.is_gaps_only else SUM_LABEL
        return [CODE_HEADING, INDUSTRY_HEADING, *regions, last]

    def iter_rows(self) -> Iterator[list[str | int | None]]:
        """Yield the row of each industry, then the sums.

        Where only gaps count, a cell is 0 or, with a centre, None; the sums are of gaps.
        """
        matrix = self.matrix
        for row in matrix.rows:
            if matrix.is_gaps_only:
                cells = [None if cell.number else 0 for cell in row.cells]
                yield [row.code, row.label, *cells, row.gap_count]
            else:
                cells = [cell.number for cell in row.cells]
                yield [row.code, row.label, *cells, row.total.number]
        if matrix.is_gaps_only:
            yield ["", GAP_SUM_LABEL, *matrix.column_gap_counts, matrix.gap_count]
        else:
            sums = [column.total.number for column in matrix.columns]
            yield ["", SUM_LABEL, *sums, matrix.total.number]


def write_matrix_csv(export: CoverageExport) -> str:
    """Return the CSV; date and source stand in each row, so that it stays a plain table."""
    documents = list(export.documents)
    newest = max((one.published_on.isoformat() for one in documents), default="")
    sources = "; ".join(
        f"{one.title}({one.publisher}, {one.published_on.isoformat()})" for one in documents
    )
    source = [newest, sources, export.exported_on.isoformat()]
    lines = io.StringIO(newline="")
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines)
    writer.writerow([protect_cell(cell) for cell in [*export.headings, *SOURCE_HEADINGS]])
    for row in export.iter_rows():
        writer.writerow([protect_cell(cell) for cell in [*row, *source]])
    return lines.getvalue()


def protect_cell(cell: str | int | None) -> str | int | None:
    """Put an apostrophe before text that a spreadsheet would evaluate."""
    return protect_text(cell) if isinstance(cell, str) else cell


def write_matrix_workbook(export: CoverageExport) -> bytes:
    """Return the workbook: the matrix, and a second sheet with its sources."""
    headings = export.headings
    rows = chain([[*map(Heading, headings)]], export.iter_rows())
    widths = [NAME_WIDTH if heading == INDUSTRY_HEADING else NUMBER_WIDTH for heading in headings]
    matrix = Sheet("현황", rows, widths, frozen=(2, 1))
    sheets = [matrix, build_source_sheet(export)]
    with write_workbook(sheets, export.title, SITE_NAME) as file:
        return file.read()


@read_only
def coverage_download(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The matrix as a file; raises Http404 for an unknown file name extension."""
    if ending not in ("csv", "xlsx"):
        raise Http404
    matrix = CoverageMatrix(request.GET)
    if url := matrix.query.build_url_with_codes(request.GET, request.path):
        return HttpResponseRedirect(url)
    if errors := matrix.query.errors:
        return build_rejection(errors)
    return build_matrix_response(request, matrix, ending)


@one_at_a_time
def build_matrix_response(
    request: HttpRequest, matrix: CoverageMatrix, ending: str
) -> HttpResponseBase:
    export = CoverageExport(matrix)
    write = {"csv": write_matrix_csv, "xlsx": write_matrix_workbook}[ending]
    # HEAD builds no file: an empty streaming response has no Content-Length that would be wrong.
    is_head = request.method == "HEAD"
    response = StreamingHttpResponse() if is_head else HttpResponse(write(export))
    response["Content-Type"] = FILE_FORMATS[ending].content_type
    file_name = export.build_file_name(ending)
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    response["Link"] = build_license_link()
    return response
