"""Finds records that look like one, in the data checks and while one is added."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from centers.importer.facts import make_operator_key, make_phone_key
from centers.importer.match import build_lookalike_keys
from centers.models import Announcement, Center, Operator
from centers.text.formatting import quote
from centers.text.hangul import to_plain_text

#: Most groups of one kind on the page.
MAX_GROUPS = 100
#: Most pairs among the data checks, which lead to their merge.
MAX_LINKS = 3


def build_merge_url(model: Any, keep: int, drop: int) -> str:
    """The URL of the page that merges one record into another."""
    url = reverse(f"admin:centers_{model._meta.model_name}_merge")
    return f"{url}?{urlencode({'keep': keep, 'drop': drop})}"


def build_center_keys(
    name: str,
    address: str,
    phone: str,
    subject: tuple[str, str | None, str] | None = None,
    operator: str = "",
) -> set[tuple]:
    """Keys of which two records of one centre share one; `subject` is region, industry, specialty.

    An operator may run centres for two specialties of one industry.
    """
    keys: set[tuple] = {*build_lookalike_keys(name, address, phone)}
    if operator and subject:
        region, industry, specialty = subject
        keys.add((region, industry, to_plain_text(specialty), make_operator_key(operator)))
    return keys


def build_operator_keys(names: Iterable[str], phone: str, website: str) -> set[tuple]:
    """Keys of which two records of one operator share one; names without their legal form."""
    keys = {("name", make_operator_key(name)) for name in names if name}
    if phone:
        keys.add(("phone", make_phone_key(phone)))
    if website:
        keys.add(("website", _simplify_url(website)))
    return keys


def build_announcement_keys(
    title: str, source_url: str, publisher: str, kind: str, published_on: date | None
) -> set[tuple]:
    """Keys of which two records of one document share one."""
    keys: set[tuple] = {("title", to_plain_text(title), published_on)}
    # The front page of a ministry is no document.
    if len(_simplify_url(source_url).partition("/")[2]) > 1:
        keys.add(("url", _simplify_url(source_url)))
    keys.add(("day", to_plain_text(publisher), kind, published_on))
    return keys


def _simplify_url(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def _list_center_keys() -> Iterable[tuple[int, set[tuple]]]:
    centers = Center.objects.exclude(status=Center.Status.CLOSED).values_list(
        "pk",
        "name",
        "address",
        "phone",
        "region_id",
        "industry_id",
        "specialty",
        "operator__name",
    )
    for key, name, address, phone, region, industry, specialty, operator in centers:
        subject = (region, industry, specialty)
        yield key, build_center_keys(name, address, phone, subject, operator or "")


def _list_operator_keys() -> Iterable[tuple[int, set[tuple]]]:
    operators = Operator.objects.values_list("pk", "name", "former_names", "phone", "website")
    for key, name, former_names, phone, website in operators.order_by("pk"):
        yield key, build_operator_keys([name, *former_names], phone, website)


def _list_announcement_keys() -> Iterable[tuple[int, set[tuple]]]:
    columns = ("title", "source_url", "publisher", "kind", "published_on")
    for key, *values in Announcement.objects.order_by("pk").values_list("pk", *columns):
        yield key, build_announcement_keys(*values)


_LISTED_KEYS: dict[Any, Callable[[], Iterable[tuple[int, set[tuple]]]]] = {
    Center: _list_center_keys,
    Operator: _list_operator_keys,
    Announcement: _list_announcement_keys,
}


def find_duplicate_groups(model: Any) -> list[list[int]]:
    """The primary keys of records that look like one, in groups; closed centres are left out."""
    alike: dict[tuple, set[int]] = defaultdict(set)
    for key, keys in _LISTED_KEYS[model]():
        for one in keys:
            alike[one].add(key)
    groups: dict[int, set[int]] = {}
    for keys in alike.values():
        if len(keys) > 1:
            joined = set().union(keys, *(groups.get(key, set()) for key in keys))
            groups |= dict.fromkeys(joined, joined)
    distinct = {id(group): sorted(group) for group in groups.values()}
    return sorted(distinct.values())


def find_duplicate_keys() -> set[int]:
    """The primary keys of open centres that share a key with another one."""
    return {key for group in find_duplicate_groups(Center) for key in group}


def list_duplicate_links() -> list[tuple[str, str]]:
    """The first pairs of centres that look like one, each with the URL that compares them."""
    pairs = [group[:2] for group in find_duplicate_groups(Center)[:MAX_LINKS]]
    names = Center.objects.in_bulk([key for pair in pairs for key in pair])
    return [
        (f"{names[first]} – {names[second]}", build_merge_url(Center, first, second))
        for first, second in pairs
    ]


def find_lookalikes(record: Any) -> list[str]:
    """The names of saved records that look like a new centre, operator or announcement."""
    if isinstance(record, Operator):
        keys = build_operator_keys(
            [record.name, *record.former_names], record.phone, record.website
        )
    elif isinstance(record, Announcement):
        keys = build_announcement_keys(
            record.title, record.source_url, record.publisher, record.kind, record.published_on
        )
    else:
        operator = record.operator.name if record.operator_id else ""
        subject = (record.region_id, record.industry_id, record.specialty)
        keys = build_center_keys(record.name, record.address, record.phone, subject, operator)
    model = type(record)
    found = [key for key, others in _LISTED_KEYS[model]() if keys & others]
    return [str(one) for one in model._base_manager.filter(pk__in=found).order_by("pk")]


def show_duplicates(request: HttpRequest) -> HttpResponseBase:
    """The page of the records that look like one, by kind, with links that merge two of them."""
    kinds = []
    for model in _LISTED_KEYS:
        name = model._meta.model_name
        if not cast(Any, request.user).has_perm(f"centers.change_{name}"):
            continue
        groups = find_duplicate_groups(model)
        shown = groups[:MAX_GROUPS]
        records = model._base_manager.in_bulk([key for group in shown for key in group])
        listed = []
        for first, *others in shown:
            pairs = [(records[key], build_merge_url(model, first, key)) for key in others]
            listed.append((records[first], pairs))
        kinds.append((model._meta, len(groups), listed))
    if not kinds:
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "겹치는 것 같은 기록",
        "kinds": kinds,
        "limit": MAX_GROUPS,
    }
    return TemplateResponse(request, "admin/duplicates.html", context)


class DistinctForm(forms.ModelForm):
    """A form that adds a record which looks like a saved one only if the editor confirms it."""

    is_distinct = forms.BooleanField(label="비슷한 것이 있어도 새로 추가", required=False)

    def _post_clean(self):
        # Here the values are on the record, and were checked one by one.
        super()._post_clean()  # pyright: ignore[reportAttributeAccessIssue] - Django's own hook
        is_new = self.instance._state.adding
        if not is_new or self.errors or self.cleaned_data.get("is_distinct"):
            return
        if names := find_lookalikes(self.instance):
            listed = ", ".join(quote(name, "", "") for name in names[:3])
            self.add_error(
                "is_distinct",
                f"이미 있는 {self.instance._meta.verbose_name}일 수 있습니다: {listed}."
                " 다른 곳이 맞으면 이 칸에 표시하고 다시 저장해 주세요.",
            )
