"""Acts on several records: they show what will change, ask for a reason, and can be undone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from centers.admin.change_sets import (
    MANY,
    UndoError,
    may_undo,
    record_changes,
    undo_change_set,
)
from centers.admin.moved_rows import list_removed_rows
from centers.admin.source_form import SourceForm
from centers.models import ChangeSet
from centers.text.hangul import normalise

#: Prefix of the extra tag of the message that offers to undo a change set.
UNDO_TAG = "undo-"
GONE = "고른 것이 이미 없습니다."


class ActionForm(SourceForm):
    """The reason of an act on several records, and the source of what it sets."""

    reason = forms.CharField(
        label="사유",
        max_length=100,
        help_text="이력과 ‘바뀐 일’에 남고, 밖에는 보이지 않습니다.",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    field_order = ["reason"]

    #: What the act sets, as the form names it.
    label = ""
    #: Whether the values that the act sets need a source.
    needs_source = False

    def clean_reason(self):
        return normalise(self.cleaned_data["reason"])

    def clean(self):
        data = super().clean()
        self.add_source_errors([self.label] if self.needs_source else [])
        return data


class SourcedActionForm(ActionForm):
    """The form of an act that sets values which readers see."""

    needs_source = True


@contextmanager
def record_act(
    request: HttpRequest, title: str, form: ActionForm | None = None
) -> Iterator[ChangeSet]:
    """Record what the block changes as a change set, which the next message offers to undo."""
    reason = form.cleaned_data.get("reason", "") if form else ""
    source = form.describe_source() if form else ""
    with record_changes(request.user, title, reason, source) as change_set:
        yield change_set
    cast(Any, request).change_set = change_set if change_set.pk else None


class UndoableAdmin(admin.ModelAdmin):
    """A model admin whose acts on several records can be undone."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            # In place of Django's, which asks for no reason and cannot be undone.
            delete: Any = type(self).delete_records
            actions["delete_selected"] = (delete, "delete_selected", "고른 것 삭제")
        return actions

    def message_user(self, request, message, level=messages.INFO, extra_tags="", *args, **kwargs):
        change_set = getattr(request, "change_set", None)
        if change_set and level in (messages.SUCCESS, messages.INFO):
            request.change_set = None
            extra_tags = f"{UNDO_TAG}{change_set.pk} {extra_tags}".strip()
        super().message_user(request, message, level, extra_tags, *args, **kwargs)

    def delete_model(self, request, obj):
        with record_act(request, f"삭제: {obj}") as change_set:
            # Nobody can delete it from here on, but somebody may have just now.
            if type(obj)._base_manager.filter(pk=obj.pk).exists():
                change_set.moved = list_removed_rows([obj])
                obj.delete()

    def delete_records(self, request, queryset):
        """Delete the selected records, once a reason is given for `MANY` or more."""
        records = list(queryset)
        if not records:
            self.message_user(request, GONE, messages.INFO)
            return None
        *_, perms_needed, protected = self.get_deleted_objects(records, request)
        if perms_needed:
            raise PermissionDenied
        if protected:
            text = f"{format_protection(self.opts, protected)} 아무것도 지우지 않았습니다."
            self.message_user(request, text, messages.ERROR)
            return delete_selected(self, request, queryset)  # the page that names them
        form = self.request_reason(
            request, [(record, "삭제") for record in records], "삭제", ActionForm
        )
        if not isinstance(form, ActionForm):
            return form
        title = f"삭제: {self.opts.verbose_name} {len(records)}건"
        with record_act(request, title, form) as change_set:
            # Without those that somebody else has deleted just now.
            records = list(queryset.all())
            change_set.moved = list_removed_rows(records)
            for record in records:
                self.log_deletions(request, queryset.filter(pk=record.pk))
                record.delete()
        if records:
            self.message_user(request, f"{len(records)}건을 지웠습니다.", messages.SUCCESS)
        else:
            self.message_user(request, GONE, messages.INFO)
        return None

    def request_reason(
        self,
        request: HttpRequest,
        changes: Sequence[tuple[Any, str]],
        title: str,
        form_class: type[ActionForm],
    ) -> ActionForm | HttpResponseBase:
        """Return the valid form of an act, or the page that asks for it.

        `changes` are the records, each with what will change of it.
        """
        attributes = {"may_omit_source": cast(Any, request.user).is_superuser, "label": title}
        bound_class = type(form_class.__name__, (form_class,), attributes)
        form = bound_class(request.POST if "source_means" in request.POST else None)
        if len(changes) < MANY:
            form.fields["reason"].required = False
        if form.is_bound and form.is_valid():
            return form
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "changes": changes,
            "action": request.POST.get("action", ""),
            "select_across": request.POST.get("select_across", ""),
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "needs_source": form.needs_source,
        }
        return TemplateResponse(request, "admin/centers/action_source.html", context)


def format_protection(opts: Any, protected: Sequence[Any]) -> str:
    """Say which records prevent a deletion, and what to do instead."""
    text = f"다른 기록이 쓰고 있어 지울 수 없습니다({len(protected)}건)."
    if opts.model_name == "center":
        return f"{text} 끝난 센터는 상태를 ‘운영 종료’로 바꾸고, 겹치는 센터는 합칩니다."
    if opts.model_name in ("operator", "announcement"):
        return f"{text} 겹치는 것이면 합칩니다."
    return text


def undo_view(request: HttpRequest) -> HttpResponseBase:
    """Undo a change set, from the message after it or from ‘바뀐 일’."""
    if request.method != "POST":
        raise PermissionDenied
    key = request.POST.get("change_set", "")
    is_key = key.isascii() and key.isdigit() and len(key) <= 18
    change_set = get_object_or_404(ChangeSet, pk=int(key) if is_key else 0)
    if not (change_set.undone_at or may_undo(request.user, change_set)):
        raise PermissionDenied
    try:
        left = undo_change_set(change_set, request.user)
    except UndoError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"되돌렸습니다: {change_set.title}")
        if left:
            text = f"그 뒤에 바뀐 {len(left)}건은 그대로 두었습니다: {', '.join(left[:MANY])}"
            messages.warning(request, text + (" …" if len(left) > MANY else ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("admin:index")
    return HttpResponseRedirect(back)
