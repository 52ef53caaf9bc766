"""Everything that was changed in the admin: the history of all records, accounts and bulk acts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from centers.admin.change_sets import (
    get_key,
    name_entry,
    name_record,
    sees_all_work,
)
from centers.admin.differences import Differences, find_previous_entries
from centers.admin.record_models import list_record_models
from centers.models import Center, ChangeSet, Citation, ImportRun, Listing
from centers.text.hangul import normalise

ADDED, CHANGED, DELETED, ACT, UNDONE = "+", "~", "-", "act", "undone"
KIND_LABELS = {
    ADDED: "만듦",
    CHANGED: "고침",
    DELETED: "지움",
    ACT: "한 번에 한 일",
    UNDONE: "되돌림",
}
ACTS, LOG = "changeset", "log"
PEOPLE, PROGRAM, EVERYBODY = "", "program", "all"
AUTHORS = {PEOPLE: "모든 사람", PROGRAM: "프로그램", EVERYBODY: "사람과 프로그램"}
CHUNK_SIZE = 500
#: What the name of a record needs.
_NAMED_WITH: dict[Any, tuple[str, ...]] = {
    Citation: ("center", "operator"),
    Listing: ("announcement",),
}
#: Most records with a name that the filter finds.
MAX_NAMED = 500


class _Line(NamedTuple):
    """One row of the union of all sources."""

    source: str
    entry: int
    at: datetime
    kind: str
    user: int | None


@dataclass
class WorkItem:
    """One thing that somebody did, as the page and the files show it."""

    at: datetime
    who: str
    kind: str
    model: str
    name: str
    reason: str = ""
    changes: list[str] = field(default_factory=list)
    imported: str = ""
    url: str = ""
    #: The act that can be undone, if it is one.
    change_set: ChangeSet | None = None

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def change_text(self) -> str:
        return "\n".join(self.changes)


class WorkFilterForm(forms.Form):
    """The filters of the page; each is optional."""

    who = forms.ChoiceField(label="누가", required=False)
    kind = forms.ChoiceField(
        label="한 일", required=False, choices=[("", "모두"), *KIND_LABELS.items()]
    )
    month = forms.RegexField(
        r"^(?:19|20)\d\d-(?:0[1-9]|1[0-2])\Z",
        label="달",
        required=False,
        error_messages={"invalid": "달을 2026-11처럼 적어 주세요."},
        widget=forms.TextInput(attrs={"size": 8, "placeholder": "2026-11"}),
    )
    model = forms.ChoiceField(label="종류", required=False)
    record = forms.CharField(
        label="기록(이름이나 번호)",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"size": 16}),
    )
    run = forms.ModelChoiceField(
        label="가져오기", queryset=ImportRun.objects.none(), required=False, empty_label="모두"
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        if sees_all_work(user):
            people: Any = get_user_model().objects.order_by("username")
            who: Any = self.fields["who"]
            who.choices = [
                *((value, label) for value, label in AUTHORS.items()),
                *((str(one.pk), one.get_full_name() or one.get_username()) for one in people),
            ]
        else:
            del self.fields["who"]
        model: Any = self.fields["model"]
        model.choices = [
            ("", "모두"),
            *((one._meta.model_name, one._meta.verbose_name) for one in list_record_models()),
            (LOG, "계정과 가져오기"),
        ]
        run: Any = self.fields["run"]
        run.queryset = ImportRun.objects.exclude(state=ImportRun.State.PLANNED)

    def clean_record(self):
        return normalise(self.cleaned_data["record"])

    def clean_month(self):
        """Return the first moment of the month and of the next; None without one."""
        text = self.cleaned_data["month"]
        if not text:
            return None
        year, month = map(int, text.split("-"))
        zone = timezone.get_current_timezone()
        after = (year + month // 12, month % 12 + 1)
        return datetime(year, month, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


class WorkLog:
    """What somebody may see of the work, the newest first, filtered by a valid form."""

    def __init__(self, user: Any, filters: dict[str, Any]) -> None:
        self.user, self.filters = user, filters
        self.models = {model._meta.model_name: model for model in list_record_models()}

    @property
    def leaves_out_program(self) -> bool:
        """Whether only what people did is shown; an import by a command has no author."""
        is_of_people = self.filters.get("who", "") == PEOPLE and not self.filters.get("run")
        return sees_all_work(self.user) and is_of_people

    def get_lines(self) -> QuerySet:
        """Return the matching rows of all sources in one query, as tuples of `_Line`."""
        chosen = self.filters.get("model")
        parts = [
            self._select_history(model)
            for name, model in self.models.items()
            if chosen in (None, "", name)
        ]
        if chosen in (None, "", LOG):
            parts.append(self._select_log())
        if not chosen:
            parts += self._select_acts()
        first, *rest = parts
        lines = first.union(*rest, all=True) if rest else first
        return lines.order_by("-line_at", "line_source", "-line_entry")

    def iterate_items(self, lines: Iterable[tuple]) -> Iterator[list[WorkItem]]:
        """Yield the items of the lines in chunks; few queries for each chunk."""
        chunk: list[_Line] = []
        for line in lines:
            chunk.append(_Line(*line))
            if len(chunk) == CHUNK_SIZE:
                yield self._build_items(chunk)
                chunk = []
        if chunk:
            yield self._build_items(chunk)

    # --- sources ---

    def _narrow(self, rows: QuerySet, at: str, user: str) -> QuerySet:
        filters = self.filters
        if month := filters.get("month"):
            rows = rows.filter(**{f"{at}__gte": month[0], f"{at}__lt": month[1]})
        if not sees_all_work(self.user):
            return rows.filter(**{user: self.user.pk})
        who = filters.get("who", "")
        if who == PROGRAM:
            return rows.filter(**{f"{user}__isnull": True})
        if who not in (PEOPLE, EVERYBODY):
            return rows.filter(**{user: int(who)})
        # The first loading alone is thousands of entries, which would hide what people did.
        return rows.filter(**{f"{user}__isnull": False}) if self.leaves_out_program else rows

    def _select_history(self, model: Any) -> QuerySet:
        rows = self._narrow(model.history.all(), "history_date", "history_user_id")
        if kind := self.filters.get("kind"):
            rows = rows.filter(history_type=kind)
        if run := self.filters.get("run"):
            has_run = any(one.name == "run" for one in model.history.model._meta.fields)
            rows = rows.filter(run=run.pk) if has_run else rows.none()
        if record := self.filters.get("record"):
            rows = rows.filter(match_record(model, record))
        return _align(
            rows,
            model._meta.model_name,
            "history_id",
            "history_date",
            F("history_type"),
            "history_user_id",
        )

    def _select_log(self) -> QuerySet:
        """Changes of accounts, groups and imports, which have no history of their own."""
        types = ContentType.objects.get_for_models(get_user_model(), Group, ImportRun)
        rows = LogEntry.objects.filter(content_type__in=types.values())
        rows = self._narrow(rows, "action_time", "user_id")
        kind = Case(
            When(action_flag=ADDITION, then=Value(ADDED)),
            When(action_flag=DELETION, then=Value(DELETED)),
            default=Value(CHANGED),
            output_field=CharField(),
        )
        rows = rows.annotate(kind=kind)
        if chosen := self.filters.get("kind"):
            rows = rows.filter(kind=chosen)
        if run := self.filters.get("run"):
            rows = rows.filter(content_type=types[ImportRun], object_id=str(run.pk))
        if record := self.filters.get("record"):
            rows = rows.filter(object_repr__icontains=record)
        return _align(rows, LOG, "pk", "action_time", F("kind"), "user_id")

    def _select_acts(self) -> list[QuerySet]:
        """Acts on several records, and their undoing."""
        chosen, parts = self.filters.get("kind"), []
        if self.filters.get("run"):
            return []
        for kind, at, user in (
            (ACT, "made_at", "made_by_id"),
            (UNDONE, "undone_at", "undone_by_id"),
        ):
            if chosen and chosen != kind:
                continue
            rows = self._narrow(ChangeSet.objects.filter(**{f"{at}__isnull": False}), at, user)
            if record := self.filters.get("record"):
                rows = rows.filter(Q(title__icontains=record))
            value = Value(kind, output_field=CharField())
            parts.append(_align(rows, ACTS, "pk", at, value, user))
        return parts

    # --- items ---

    def _build_items(self, lines: list[_Line]) -> list[WorkItem]:
        users: dict[Any, Any] = get_user_model().objects.in_bulk(
            {line.user for line in lines} - {None}
        )
        names = {key: user.get_full_name() or user.get_username() for key, user in users.items()}
        by_source: dict[str, list[_Line]] = defaultdict(list)
        for line in lines:
            by_source[line.source].append(line)
        items: dict[_Line, WorkItem] = {}
        for source, own in by_source.items():
            if source == ACTS:
                items |= _build_acts(own)
            elif source == LOG:
                items |= _build_log(own)
            else:
                items |= _build_history(self.models[source], own)
        for line, item in items.items():
            item.who = names.get(line.user, "프로그램" if line.user is None else "지운 계정")
        return [items[line] for line in lines if line in items]


def _align(rows: QuerySet, source: str, entry: str, at: str, kind: Any, user: str) -> QuerySet:
    """Return the columns of `_Line`, under the same names for each source."""
    return (
        rows.order_by()
        .annotate(
            line_source=Value(source, output_field=CharField()),
            line_entry=Cast(F(entry), BigIntegerField()),
            line_at=F(at),
            line_kind=kind,
            line_user=Cast(F(user), BigIntegerField()),
        )
        .values_list("line_source", "line_entry", "line_at", "line_kind", "line_user")
    )


def match_record(model: Any, text: str) -> Q:
    """Match the history entries of records with this number, code, or part of a name."""
    key = model._meta.pk.attname
    number = text.removesuffix("번").split()[-1] if text.split() else ""
    condition = Q(pk__in=[])
    if number.isascii() and number.isdigit() and len(number) <= 18:
        value = number if key == "code" else int(number)
        condition = Q(**{key: value})
    columns = {one.name for one in model.history.model._meta.fields}
    for name in ("name", "title", "text", "value"):
        if name in columns:
            condition |= Q(**{f"{name}__icontains": text})
    if model is Center:
        named = Center.objects.filter(display_name__icontains=text)
        condition |= Q(id__in=list(named.values_list("pk", flat=True)[:MAX_NAMED]))
    return condition


def _build_history(model: Any, lines: list[_Line]) -> dict[_Line, WorkItem]:
    entries = model.history.in_bulk([line.entry for line in lines])
    before = find_previous_entries(model, list(entries.values()))
    differences = Differences([*entries.values(), *before.values()])
    named = model._base_manager.all()
    if related := _NAMED_WITH.get(model):
        named = named.select_related(*related)
    live = named.in_bulk([get_key(entry) for entry in entries.values()])
    runs = ImportRun.objects.in_bulk(
        {getattr(entry, "run_id", None) for entry in entries.values()} - {None}
    )
    items = {}
    for line in lines:
        entry = entries.get(line.entry)
        if entry is None:
            continue
        key, earlier = get_key(entry), before.get(line.entry)
        changes = []
        if earlier is not None and line.kind == CHANGED:
            changes = [
                f"{one.label}: {one.old} → {one.new}" for one in differences.compare(earlier, entry)
            ]
        run = runs.get(getattr(entry, "run_id", None))
        items[line] = WorkItem(
            at=line.at,
            who="",
            kind=line.kind,
            model=str(model._meta.verbose_name),
            name=name_record(live[key]) if key in live else name_entry(entry),
            reason=entry.history_change_reason or "",
            changes=changes,
            imported=run.title if run else "",
            url=reverse(
                f"admin:centers_{model._meta.model_name}_simple_history",
                args=[key, entry.history_id],
            ),
        )
    return items


def _build_log(lines: list[_Line]) -> dict[_Line, WorkItem]:
    entries = LogEntry.objects.select_related("content_type").in_bulk(
        [line.entry for line in lines]
    )
    items = {}
    for line in lines:
        if entry := entries.get(line.entry):
            items[line] = WorkItem(
                at=line.at,
                who="",
                kind=line.kind,
                model=str(entry.content_type or ""),
                name=entry.object_repr,
                reason=entry.get_change_message(),
            )
    return items


def _build_acts(lines: list[_Line]) -> dict[_Line, WorkItem]:
    acts = ChangeSet.objects.in_bulk([line.entry for line in lines])
    items = {}
    for line in lines:
        if act := acts.get(line.entry):
            left = [f"그대로 둠: {name}" for name in act.left] if line.kind == UNDONE else []
            items[line] = WorkItem(
                at=line.at,
                who="",
                kind=line.kind,
                model="여러 기록",
                name=act.title,
                reason=", ".join(filter(None, [act.reason, act.source])),
                changes=left or act.names,
                change_set=act if line.kind == ACT else None,
            )
    return items
