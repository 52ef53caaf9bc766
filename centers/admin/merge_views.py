"""The page that shows what a merge of two records does, and does it; the action that opens it."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse

from centers.admin.base import RecordAdmin
from centers.admin.bulk_changes import ActionForm
from centers.admin.duplicates import build_merge_url
from centers.admin.edit_conflicts import is_valid_key
from centers.admin.merging import MergeError, MergePlan, merge, plan_merge
from centers.text.formatting import quote

DROPPED = "dropped"
CHOICE_PREFIX = "value-"
#: What is proposed as the reason of a merge.
MERGE_REASON = "같은 것이 두 번 있음"


class MergeForm(ActionForm):
    """The reason of a merge; the source is optional, as no fact changes."""


class MergeableAdmin(RecordAdmin):
    """A model admin with the action that merges two records."""

    def get_urls(self):
        name = f"centers_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name=name), *super().get_urls()]

    @admin.action(description="고른 둘을 하나로 합치기", permissions=["change"])
    def merge_records(self, request, queryset):
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(keys) != 2 or len(request.POST.getlist(ACTION_CHECKBOX_NAME)) > 2:
            text = "합칠 것을 둘만 골라 주세요. 셋이 겹치면 둘씩 두 번 합칩니다."
            self.message_user(request, text, messages.WARNING)
            return None
        return HttpResponseRedirect(build_merge_url(self.model, *keys))

    def merge_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the plan of a merge; POST merges."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        data = cast(Any, request.POST if request.method == "POST" else request.GET)
        back = HttpResponseRedirect(reverse(f"admin:centers_{self.opts.model_name}_changelist"))
        try:
            plan = plan_merge(*self.find_pair(data.get("keep", ""), data.get("drop", "")))
        except MergeError as error:
            self.message_user(request, str(error), messages.ERROR)
            return back
        form = MergeForm(
            request.POST if request.method == "POST" else None, initial={"reason": MERGE_REASON}
        )
        errors: list[str] = []
        if form.is_bound and data.get("versions") != plan.versions:
            errors.append("이 화면을 연 뒤에 값이 바뀌어 합치지 않았습니다. 다시 보고 눌러 주세요.")
        elif form.is_bound and form.is_valid():
            try:
                return self.run_merge(request, plan, form)
            except MergeError as error:
                self.message_user(request, str(error), messages.ERROR)
                return back
            except ValidationError as error:
                errors = [f"합친 값이 맞지 않습니다. {' '.join(error.messages)}"]
        return self.show_plan(request, plan, form, errors)

    def find_pair(self, keep: str, drop: str) -> tuple[Any, Any]:
        """Return the two records, the one that stays first; raises MergeError."""
        if not (is_valid_key(self.model, keep) and is_valid_key(self.model, drop)):
            raise MergeError("합칠 두 기록을 목록에서 골라 주세요.")
        found = {str(one.pk): one for one in self.model._base_manager.filter(pk__in=[keep, drop])}
        if keep not in found or drop not in found:
            raise MergeError("둘 가운데 하나가 없습니다. 그사이 합치거나 지웠을 수 있습니다.")
        return found[keep], found[drop]

    def run_merge(self, request: HttpRequest, plan: MergePlan, form: MergeForm) -> HttpResponseBase:
        taken = [
            choice.name
            for choice in plan.choices
            if request.POST.get(f"{CHOICE_PREFIX}{choice.name}") == DROPPED
        ]
        change_set = merge(plan, request.user, taken, "former" in request.POST, form)
        cast(Any, request).change_set = change_set
        winner = self.model._base_manager.get(pk=plan.winner.pk)
        self.log_change(request, winner, change_set.title)
        text = (
            f"{quote(str(plan.dropped), '을', '를')} {quote(str(winner), '에', '에')} 합쳤습니다."
        )
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(
            reverse(f"admin:centers_{self.opts.model_name}_change", args=[winner.pk])
        )

    def show_plan(
        self, request: HttpRequest, plan: MergePlan, form: MergeForm, errors: list[str]
    ) -> HttpResponseBase:
        choices = []
        for choice in plan.choices:
            posted = request.POST.get(f"{CHOICE_PREFIX}{choice.name}")
            takes = posted == DROPPED if posted else choice.takes_dropped
            choices.append((choice, f"{CHOICE_PREFIX}{choice.name}", takes))
        is_posted = request.method == "POST"
        context = {
            **self.admin_site.each_context(request),
            "title": f"{self.opts.verbose_name} 합치기",
            "opts": self.opts,
            "plan": plan,
            "choices": choices,
            "keeps_former": "former" in request.POST if is_posted else plan.keeps_former,
            "form": form,
            "errors": errors,
            "swap_url": build_merge_url(self.model, plan.dropped.pk, plan.winner.pk),
        }
        return TemplateResponse(request, "admin/merge.html", context)
