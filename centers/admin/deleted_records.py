"""Deleted records: the page that lists them, and how they are brought back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from centers.admin.change_sets import (
    find_record,
    has_record_permission,
    name_entry,
)
from centers.admin.moved_rows import restore_removed_rows
from centers.admin.record_models import list_record_models
from centers.models import ChangeSet, ChangeSetEntry, MergedRecord

#: Most deleted records of one kind on the page.
MAX_SHOWN = 50
RESTORE_REASON = "되살림"


def find_deleted(model: Any):
    """Return the last history entry of each deleted record of a model, the newest first.

    Merged records are not among them: undoing the merge brings them back.
    """
    key = model._meta.pk.attname
    history = model.history
    last = history.order_by().values(key).annotate(last=Max("history_id")).values("last")
    deleted = history.filter(history_type="-", history_id__in=last)
    deleted = deleted.exclude(**{f"{key}__in": model._base_manager.values("pk")})
    merged = MergedRecord.objects.filter(model=model._meta.model_name)
    if merged.exists():  # only records with numbers for keys are merged
        deleted = deleted.exclude(**{f"{key}__in": merged.values("old_key")})
    return deleted.select_related("history_user").order_by("-history_id")


def may_restore(request: HttpRequest, model: Any) -> bool:
    name = model._meta.model_name
    return all(has_record_permission(request.user, name, verb) for verb in ("add", "change"))


def show_deleted(request: HttpRequest) -> HttpResponseBase:
    """The page of the deleted records that the user may bring back."""
    groups = []
    models = [model for model in list_record_models() if may_restore(request, model)]
    if not models:
        raise PermissionDenied
    for model in models:
        entries = list(find_deleted(model)[:MAX_SHOWN])
        if entries:
            groups.append((model._meta, [(entry, name_entry(entry)) for entry in entries]))
    context = {
        **admin.site.each_context(request),
        "title": "지운 것",
        "groups": groups,
        "limit": MAX_SHOWN,
    }
    return TemplateResponse(request, "admin/deleted_records.html", context)


def restore_record(request: HttpRequest, name: str, entry: int) -> HttpResponseBase:
    """Bring back one deleted record from the page of deleted records."""
    model = next((one for one in list_record_models() if one._meta.model_name == name), None)
    if model is None:
        raise Http404
    if request.method != "POST" or not may_restore(request, model):
        raise PermissionDenied
    found = find_deleted(model).filter(history_id=entry).first()
    if found is None:
        raise Http404
    return restore(request, admin.site.get_model_admin(model), found)


def restore(request: HttpRequest, model_admin: Any, entry: Any) -> HttpResponseBase:
    """Bring a record back with its old values, key and URL, and what was deleted with it."""
    page = HttpResponseRedirect(reverse("admin:deleted_records"))
    model = type(entry.instance)
    if not may_restore(request, model):
        raise PermissionDenied
    name = name_entry(entry)
    if MergedRecord.objects.filter(
        model=model._meta.model_name, old_key=entry.instance.pk
    ).exists():
        text = f"{name}: 다른 기록에 합쳤습니다. ‘바뀐 일’에서 합친 것을 되돌려 주세요."
        model_admin.message_user(request, text, messages.ERROR)
        return page
    try:
        with transaction.atomic():
            if find_record(entry) is not None:
                model_admin.message_user(request, f"{name}: 이미 되살렸습니다.", messages.INFO)
                return page
            record = _save_restored(entry, request.user)
            others = [_save_restored(one, request.user) for one in _find_dependents(entry)]
            for act in _find_acts(entry):
                restore_removed_rows(act)
    except (ValidationError, IntegrityError) as error:
        problem = " ".join(
            getattr(error, "messages", ["이어진 기록이 없거나 그사이 되살렸습니다."])
        )
        model_admin.message_user(request, f"{name}: 되살리지 못했습니다. {problem}", messages.ERROR)
        return page
    model_admin.log_addition(request, record, RESTORE_REASON)
    more = f" 함께 지운 {len(others)}건도 되살렸습니다." if others else ""
    model_admin.message_user(request, f"{record}: 되살렸습니다.{more}", messages.SUCCESS)
    return HttpResponseRedirect(
        reverse(f"admin:centers_{model._meta.model_name}_change", args=[record.pk])
    )


def _save_restored(entry: Any, user: Any) -> Any:
    record = entry.instance
    record._history_user, record._change_reason = user, RESTORE_REASON
    record.save()
    return record


def _find_acts(entry: Any) -> QuerySet[ChangeSet]:
    """The act that wrote an entry of the history, if it is known."""
    model = type(entry.instance)._meta.model_name
    return ChangeSet.objects.filter(entries__model=model, entries__history_id=entry.history_id)


def _find_dependents(entry: Any) -> list[Any]:
    """The deletions of records that refer to a deleted one and were deleted in the same act."""
    model = type(entry.instance)
    found, acts = [], _find_acts(entry)
    for other in list_record_models():
        references = [
            field for field in other._meta.concrete_fields if field.related_model is model
        ]
        if other is model or not references:
            continue
        keys = ChangeSetEntry.objects.filter(model=other._meta.model_name, change_set__in=acts)
        for deleted in find_deleted(other).filter(history_id__in=keys.values("history_id")):
            if any(getattr(deleted, field.attname) == entry.instance.pk for field in references):
                found.append(deleted)
    return found
