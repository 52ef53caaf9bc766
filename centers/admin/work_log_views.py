"""The page 바뀐 일, and its CSV and XLSX files."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from centers.admin.change_sets import may_undo, sees_all_work
from centers.admin.work_log import PROGRAM, WorkFilterForm, WorkItem, WorkLog
from centers.exports.text_formats import BYTE_ORDER_MARK, FORMULA_START
from centers.exports.workbook import Heading, Sheet, write_workbook
from centers.text.formatting import SITE_NAME

ITEMS_PER_PAGE = 50
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Most rows of a file; a month of one person has far fewer.
MAX_ROWS = 20_000
HEADINGS = ("때", "누가", "한 일", "종류", "기록", "바뀐 내용", "사유", "가져오기")


def show_work_log(request: HttpRequest, ending: str = "") -> HttpResponseBase:
    """The page of everything that was changed, or its file; editors see their own work."""
    if not cast(Any, request.user).has_perm("centers.view_center"):
        raise PermissionDenied
    form = WorkFilterForm(request.GET, request.user)
    log = WorkLog(request.user, form.cleaned_data if form.is_valid() else {})
    lines = log.get_lines()
    if ending:
        return build_file(request, log, lines, ending, form.is_valid())
    # A filter that cannot be used must not look as if it had been.
    page = Paginator(lines if form.is_valid() else [], ITEMS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    items = [item for chunk in log.iterate_items(page.object_list) for item in chunk]
    query = request.GET.copy()
    query.pop("page", None)
    program = query.copy()
    program["who"] = PROGRAM
    context = {
        **admin.site.each_context(request),
        "title": "바뀐 일",
        "form": form,
        "page": page,
        "items": [(item, is_undoable(request, item)) for item in items],
        "query": query.urlencode(),
        "sees_all": sees_all_work(request.user),
        "leaves_out_program": form.is_valid() and log.leaves_out_program,
        "program_query": program.urlencode(),
    }
    return TemplateResponse(request, "admin/work_log.html", context)


def is_undoable(request: HttpRequest, item: WorkItem) -> bool:
    return item.change_set is not None and may_undo(request.user, item.change_set)


def build_file(
    request: HttpRequest, log: WorkLog, lines: Any, ending: str, is_valid: bool
) -> HttpResponseBase:
    """The filtered items as a CSV or XLSX file."""
    writers = {"csv": write_csv, "xlsx": write_xlsx}
    if ending not in writers:
        raise Http404
    if not is_valid or lines.count() > MAX_ROWS:
        text = f"{MAX_ROWS:,}건이 넘어 한 파일에 담을 수 없습니다. 달이나 사람을 골라 주세요."
        messages.error(request, text if is_valid else "고른 조건을 쓸 수 없습니다.")
        page = reverse("admin:work_log")
        return HttpResponseRedirect(f"{page}?{request.GET.urlencode()}" if is_valid else page)
    rows = (build_row(item) for chunk in log.iterate_items(lines.iterator()) for item in chunk)
    name = f"바뀐-일-{timezone.localdate().isoformat()}.{ending}"
    return writers[ending](rows, name)


def build_row(item: WorkItem) -> tuple[str, ...]:
    """The texts of one item, in the order of `HEADINGS`."""
    at = timezone.localtime(item.at).strftime("%Y-%m-%d %H:%M")
    return (
        at,
        item.who,
        item.kind_label,
        item.model,
        item.name,
        item.change_text,
        item.reason,
        item.imported,
    )


def write_csv(rows: Iterator[tuple[str, ...]], name: str) -> HttpResponseBase:
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([f"'{one}" if FORMULA_START.match(one) else one for one in row])
    return build_attachment(text.getvalue().encode(), name, "text/csv; charset=utf-8")


def write_xlsx(rows: Iterator[tuple[str, ...]], name: str) -> HttpResponseBase:
    sheet = Sheet(
        "바뀐 일",
        chain([[Heading(one) for one in HEADINGS]], rows),
        (17, 14, 14, 16, 36, 60, 36, 36),
        frozen=(0, 1),
        has_filter=True,
    )
    with write_workbook([sheet], "바뀐 일", SITE_NAME) as file:
        return build_attachment(file.read(), name, XLSX_MEDIA_TYPE)


def build_attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return response
