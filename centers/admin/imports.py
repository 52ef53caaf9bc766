"""Admin of imports: upload a list, review its plan, decide, apply and undo."""

from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from centers.admin.base import BaseAdmin
from centers.admin.import_decisions import parse_decisions, parse_key
from centers.admin.import_form import ListUploadForm
from centers.admin.import_plan import (
    MISSING,
    build_all_missing_choices,
    build_column_choices,
    build_filters,
    build_missing_choices,
    build_sheet_choices,
    build_year_choices,
    list_operators,
    paginate_rows,
)
from centers.admin.import_rows import KIND_SIGNS, OPEN_KINDS, group_rows
from centers.importer.apply import apply
from centers.importer.decisions import DecisionError
from centers.importer.drafts import ImportRejectedError, create_draft, load_plan, update_decisions
from centers.importer.plan import RowKind
from centers.importer.undo import join_names, undo
from centers.models import ImportRun

MAX_QUERY_LENGTH = 200
#: Prefix of the extra tag of the message that offers to undo an import.
UNDO_RUN_TAG = "undo-run-"


@admin.register(ImportRun)
class ImportRunAdmin(BaseAdmin):
    list_display = [
        "title",
        "state",
        "plan_summary",
        "file_name",
        "made_by",
        "made_at",
        "applied_time",
    ]
    list_filter = ["state"]
    search_fields = ["title", "slug", "file_name"]
    search_help_text = "공고의 제목과 주소 이름, 파일 이름으로 찾습니다."
    ordering = ["-made_at", "-pk"]

    @admin.display(description="계획")
    def plan_summary(self, run):
        counts = load_plan(run).count_by_kind()
        parts = [f"{kind.label} {counts[kind]}" for kind in KIND_SIGNS if counts[kind]]
        if counts["missing"]:
            parts.append(f"목록에 없음 {counts['missing']}")
        return ", ".join(parts)

    @admin.display(description="반영한 때", ordering="applied_at", empty_value="아직")
    def applied_time(self, run):
        return run.applied_at

    # --- permissions ---

    def has_delete_permission(self, request, obj=None):
        """Only drafts can be deleted, by their authors too; others stay on record."""
        is_draft = obj is None or obj.state == ImportRun.State.PLANNED
        is_own = obj is not None and obj.made_by_id == request.user.pk
        may_discard = is_own and self.has_add_permission(request)
        return is_draft and (may_discard or super().has_delete_permission(request, obj))

    def get_actions(self, request):
        # Bulk deletion would not check the state of each run.
        return {}

    def get_urls(self):
        view = self.admin_site.admin_view
        pages = [
            path(f"<int:pk>/{step}/", view(getattr(self, step)), name=f"centers_importrun_{step}")
            for step in ("decide", "apply", "undo")
        ]
        return [*pages, *super().get_urls()]

    # --- upload ---

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and form.table and form.details:
            file = form.cleaned_data["file"]
            run = create_draft(
                form.table,
                form.details,
                file_name=file.name if file else "붙여 넣은 표",
                user=request.user,
            )
            self.log_addition(request, run, "읽음")
            return HttpResponseRedirect(self.get_plan_url(run))
        context = {
            **self.admin_site.each_context(request),
            "title": "목록 가져오기",
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/centers/importrun/read.html", context)

    # --- the plan ---

    def get_plan_url(self, run) -> str:
        return reverse("admin:centers_importrun_change", args=[run.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        key = parse_key(object_id)
        run = ImportRun.objects.filter(pk=key).first() if key else None
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        plan = load_plan(run)
        may_change = self.has_change_permission(request, run)
        may_apply = may_change and run.state == ImportRun.State.PLANNED
        show = request.GET.get("show", "")
        edited = parse_key(request.GET.get("row", "")) if may_apply else 0
        kinds, values = build_filters(plan, show)
        page = paginate_rows(plan, show, request.GET.get("page", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": run.title,
            "run": run,
            "plan": plan,
            "kinds": kinds,
            "values": values,
            "show": show,
            "page": page,
            "query": build_query(show, page.number),
            "groups": group_rows(run, plan, list(page.object_list), edited),
            "operators": list_operators() if edited else [],
            "missing": build_missing_choices(run, plan) if show in ("", MISSING) else [],
            "all_missing": build_all_missing_choices(run, plan),
            "columns": build_column_choices(run, plan) if may_apply else [],
            "years": build_year_choices(run, plan),
            "sheets": build_sheet_choices(run, plan),
            "open_count": sum(row.kind in OPEN_KINDS for row in plan.rows),
            "left": run.before.get("left", []),
            "may_apply": may_apply,
            "may_undo": may_change and run.state == ImportRun.State.APPLIED,
            "may_delete": self.has_delete_permission(request, run),
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/centers/importrun/plan.html", context)

    # --- actions on a plan ---

    def get_run_to_change(self, request, pk) -> ImportRun:
        """Return the run; raises Http404, or PermissionDenied except for a permitted POST."""
        run = get_object_or_404(ImportRun, pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, run):
            raise PermissionDenied
        return run

    def decide(self, request, pk):
        run = self.get_run_to_change(request, pk)
        with suppress(DecisionError, ImportRejectedError):
            self.store_decisions(request, run)
            if "row" not in request.POST and "next" not in request.POST:
                self.message_user(request, "정한 대로 다시 계획했습니다.", messages.SUCCESS)
        return HttpResponseRedirect(self.get_next_url(request, run))

    def store_decisions(self, request, run) -> bool:
        """Plan again with the submitted decisions; return whether the plan differs now.

        Raises DecisionError and ImportRejectedError, which the page then shows.
        """
        plan = load_plan(run)
        shown = request.POST.get("plan", plan.fingerprint)
        decisions = parse_decisions(request.POST, plan, run)
        if shown != plan.fingerprint:
            text = "그사이 계획이 바뀌어 반영하지 않았습니다. 새 계획을 보고 다시 정해 주세요."
            self.message_user(request, text, messages.ERROR)
            raise ImportRejectedError(text)
        if decisions == {"rows": {}, "missing": {}} | run.decisions:
            return False
        if any(
            decisions.get(name, {}) != run.decisions.get(name, {}) for name in ("columns", "sheets")
        ):
            # The rows of the other columns or sheets may not be there any more.
            decisions |= {"rows": {}}
        try:
            return update_decisions(run, decisions).fingerprint != plan.fingerprint
        except (DecisionError, ImportRejectedError) as error:
            self.message_user(request, str(error), messages.ERROR)
            raise

    def get_next_url(self, request, run) -> str:
        """The plan page with the filter, page and row that the form was submitted for."""
        url, post = self.get_plan_url(run), request.POST
        row = parse_key(post.get("row", ""))
        query = build_query(post.get("show", ""), parse_key(post.get("page", "")), row)
        if "next" in post:
            query = QueryDict(post["next"].removeprefix("?")[:MAX_QUERY_LENGTH])
            query = build_query(query.get("show", ""), parse_key(query.get("page", "")))
        return f"{url}{query}" + (f"#row-{row}" if row else "")

    def apply(self, request, pk):
        run = self.get_run_to_change(request, pk)
        try:
            if self.store_decisions(request, run):
                text = "표시한 것을 계획에 넣었습니다. 바뀐 계획을 보고 다시 반영해 주세요."
                self.message_user(request, text, messages.WARNING)
                return HttpResponseRedirect(self.get_next_url(request, run))
        except (DecisionError, ImportRejectedError):
            return HttpResponseRedirect(self.get_next_url(request, run))
        try:
            plan = apply(run, request.user, shown=request.POST.get("plan"))
        except ImportRejectedError as error:
            # The plan is made again, so that the page shows what has changed.
            self.replan(run)
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, run, "반영")
            counts = plan.count_by_kind()
            unconfirmed = sum(center.will_change for center in plan.missing)
            text = f"반영했습니다. 새 센터 {counts[RowKind.NEW]}곳, "
            text += f"바뀐 센터 {counts[RowKind.CHANGED]}곳"
            text += f", 확인 필요로 바뀐 센터 {unconfirmed}곳입니다."
            tag = f"{UNDO_RUN_TAG}{run.pk}"
            self.message_user(request, text, messages.SUCCESS, extra_tags=tag)
        return HttpResponseRedirect(self.get_plan_url(run))

    def replan(self, run) -> None:
        with suppress(ImportRejectedError):
            try:
                update_decisions(run, run.decisions)
            except DecisionError:
                update_decisions(run, {})

    def undo(self, request, pk):
        run = self.get_run_to_change(request, pk)
        if not request.POST.get("sure"):
            self.message_user(request, "되돌리려면 먼저 확인 칸에 표시해 주세요.", messages.ERROR)
            return HttpResponseRedirect(self.get_plan_url(run))
        try:
            left = undo(run, request.user)
        except ImportRejectedError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, run, "되돌림")
            self.message_user(request, "가져오기 전으로 되돌렸습니다.", messages.SUCCESS)
            if left:
                text = f"그 뒤에 바뀐 {len(left)}건은 그대로 두었습니다: {join_names(left)}."
                self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(self.get_plan_url(run))


def build_query(show: str, page: int = 0, row: int = 0) -> str:
    """The query string of a plan page; "" for the first page of all rows."""
    values = {"show": show[:20], "page": page if page > 1 else "", "row": row or ""}
    text = urlencode({name: value for name, value in values.items() if value})
    return f"?{text}" if text else ""
