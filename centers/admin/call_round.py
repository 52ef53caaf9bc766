"""The call round: the list of centres to confirm, and one screen for each call."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from centers.admin.call_form import CallForm, list_numbers, read_error
from centers.admin.call_list import find_reasons, list_labels, start_round
from centers.admin.edit_conflicts import fetch_newest_entries, is_valid_key
from centers.models import Call, CallRound, Center

LIST_VIEW, CALL_VIEW = "centers_call_round", "centers_call"


class CallRoundViews:
    """The pages of the call round, within the frame of an admin site."""

    def __init__(self, site: AdminSite):
        self.site = site

    def get_urls(self) -> list:
        view = self.site.admin_view
        return [
            path("centers/call-round/", view(self.round_view), name=LIST_VIEW),
            path("centers/call-round/<int:pk>/", view(self.call_view), name=CALL_VIEW),
        ]

    def render(self, request: HttpRequest, template: str, title: str, **context: Any):
        context = {**self.site.each_context(request), "title": title, **context}
        return TemplateResponse(request, f"admin/centers/call_round/{template}.html", context)

    def check_permission(self, request: HttpRequest, verb: str) -> None:
        """Raise PermissionDenied unless the user may look at centres, or change them."""
        if not cast(Any, request.user).has_perm(f"centers.{verb}_center"):
            raise PermissionDenied

    def round_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the round; POST starts the next one."""
        self.check_permission(request, "view")
        if request.method == "POST":
            self.check_permission(request, "change")
            call_round = start_round(request.user)
            count = call_round.calls.count()
            text = f"{count}곳을 담아 시작했습니다." if count else "지금은 전화할 곳이 없습니다."
            messages.success(request, text)
            return HttpResponseRedirect(reverse(f"admin:{LIST_VIEW}"))
        call_round = CallRound.current()
        calls = list_calls(call_round)
        return self.render(
            request,
            "list",
            "전화 확인",
            call_round=call_round,
            progress=describe_progress(call_round),
            waiting=[one for one in calls if not one["call"].result],
            again=[one for one in calls if one["call"].result == Call.Result.NO_ANSWER],
            done=[one for one in calls if one["call"].result not in ("", Call.Result.NO_ANSWER)],
            count_now=len(find_reasons()) if call_round is None or not calls else 0,
            may_change=cast(Any, request.user).has_perm("centers.change_center"),
        )

    def call_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the screen of one centre of the round, and store the result of its call."""
        self.check_permission(request, "change")
        call_round = CallRound.current()
        if call_round is None or not is_valid_key(Center, str(pk)):
            raise Http404
        calls = call_round.calls.filter(center=pk)
        if request.method != "POST":
            call = get_object_or_404(calls.select_related("center__operator", "called_by"))
            return self.render_call(request, call, self.build_form(call.center))
        with transaction.atomic():
            # Concurrent saves of this centre wait here; a merge locks centres before calls, too.
            centers = Center.objects.select_for_update(of=("self",), no_key=True)
            center = get_object_or_404(centers, pk=pk)
            call = get_object_or_404(calls.select_for_update(of=("self",), no_key=True))
            call.center = center
            form = self.build_form(center, request.POST)
            if form.is_valid():
                try:
                    form.store(call, request.user)
                except ValidationError as error:
                    form.add_error(None, read_error(error))
                    transaction.set_rollback(True)
                else:
                    return self.go_on(request, call)
        if form.is_outdated:
            form.update_untouched()
        call = get_object_or_404(calls.select_related("center__operator", "called_by"))
        return self.render_call(request, call, form)

    def build_form(self, center: Center, data: Any = None) -> CallForm:
        newest = fetch_newest_entries(Center, [center.pk])[str(center.pk)]
        return CallForm(list_numbers(center), newest, data, instance=center)

    def render_call(self, request: HttpRequest, call: Call, form: CallForm) -> TemplateResponse:
        return self.render(
            request,
            "call",
            str(call.center),
            call=call,
            center=call.center,
            form=form,
            numbers=list(form.numbers.values()),
            labels=list_labels(call.reasons),
            progress=describe_progress(call.call_round),
            following=find_next(call.call_round, call),
        )

    def go_on(self, request: HttpRequest, call: Call) -> HttpResponseRedirect:
        """Log the result, and go on to the next centre that waits."""
        label = call.get_result_display()
        user = cast(Any, request.user)
        LogEntry.objects.log_actions(
            user.pk, [call.center], CHANGE, f"전화 확인: {label}", single_object=True
        )
        messages.success(request, f"{call.center}: {label}.")
        following = find_next(call.call_round, call)
        if following is None:
            return HttpResponseRedirect(reverse(f"admin:{LIST_VIEW}"))
        return HttpResponseRedirect(reverse(f"admin:{CALL_VIEW}", args=[following.center_id]))


def list_calls(call_round: CallRound | None) -> list[dict[str, Any]]:
    """The calls of a round in order, each with its reasons in words."""
    if call_round is None:
        return []
    calls = call_round.calls.in_order().select_related("center__operator", "called_by")
    return [{"call": call, "labels": list_labels(call.reasons)} for call in calls]


def find_next(call_round: CallRound, call: Call | None = None) -> Call | None:
    """The next centre that waits; after the last, the first that was passed over."""
    waiting = call_round.calls.in_order().waiting()
    keys = list(call_round.calls.in_order().values_list("pk", flat=True))
    place = keys.index(call.pk) if call else -1
    ordered = {key: number for number, key in enumerate(keys[place + 1 :] + keys[: place + 1])}
    others = [one for one in waiting if call is None or one.pk != call.pk]
    return min(others, key=lambda one: ordered[one.pk], default=None)


def describe_progress(call_round: CallRound | None) -> dict[str, Any]:
    """How far a round is: 42곳 중 17곳."""
    if call_round is None:
        return {}
    results = call_round.calls.values_list("result", flat=True)
    done = sum(1 for result in results if result)
    return {"total": len(results), "done": done, "text": f"{len(results)}곳 중 {done}곳"}
