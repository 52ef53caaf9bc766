"""Merges two records of one kind: what may be chosen, what moves, and the merge itself."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from centers.admin.bulk_changes import ActionForm
from centers.admin.change_sets import record_changes
from centers.admin.differences import Differences, list_fields
from centers.admin.edit_conflicts import fetch_newest_entries
from centers.admin.moved_rows import move_rows
from centers.models import (
    Announcement,
    Center,
    ChangeSet,
    Citation,
    ImportRun,
    Listing,
    MergedRecord,
    Operator,
)
from centers.models.former_values import (
    FORMER_FIELDS,
    get_current_texts,
    is_same,
    leave_out_current,
)
from centers.models.history import CITED_LOAD_REASON
from centers.models.origins import find_origins
from centers.text.formatting import quote

#: Lists of names, of which the merged record has all.
LIST_FIELDS = tuple({name: None for one in FORMER_FIELDS.values() for name in one.values()})
#: The key of an address, which stays; the old one leads to it.
_FIXED_FIELDS = ("slug",)


class MergeError(Exception):
    """Two records that cannot be merged; the message is for the screen."""


@dataclass(frozen=True)
class Choice:
    """A field with two values, of which one wins."""

    name: str
    label: str
    winner: str
    dropped: str
    #: Whether the value of the record that goes is proposed, as the other has none.
    takes_dropped: bool


@dataclass
class MergePlan:
    """What merging `dropped` into `winner` would do."""

    winner: Any
    dropped: Any
    choices: list[Choice] = field(default_factory=list)
    #: What moves, each with its number: ("공고 기재 내용", 3).
    moves: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Whether names and the like that are no longer used are proposed as former ones.
    keeps_former: bool = False
    #: Whether there are any.
    has_former: bool = False

    @property
    def versions(self) -> str:
        """The newest history entries of both, which change with either."""
        keys = [self.winner.pk, self.dropped.pk]
        newest = fetch_newest_entries(type(self.winner), keys)
        return "-".join(str(newest[str(key)]) for key in keys)


def plan_merge(winner: Any, dropped: Any) -> MergePlan:
    """Return the plan of a merge; raises MergeError if it is impossible."""
    check_merge(winner, dropped)
    plan = MergePlan(winner, dropped)
    differences = Differences([winner, dropped])
    for one in list_fields(winner):
        if one.name in LIST_FIELDS or one.name in _FIXED_FIELDS:
            continue
        old, new = (getattr(record, one.attname) for record in (winner, dropped))
        if one.name == "successor" and new == winner.pk:
            continue
        if old != new:
            plan.choices.append(
                Choice(
                    one.name,
                    str(one.verbose_name),
                    differences.format(one, old),
                    differences.format(one, new),
                    takes_dropped=old in (None, "", []) and new not in (None, "", []),
                )
            )
    if isinstance(winner, Operator | Center):
        old, new = get_current_texts(winner), get_current_texts(dropped)
        differing = [name for name in old if old[name] and new[name] and old[name] != new[name]]
        plan.has_former = bool(differing)
        plan.keeps_former = not all(is_same(name, old[name], new[name]) for name in differing)
    plan.moves = _count_moves(winner, dropped)
    plan.notes = _list_notes(winner, dropped)
    return plan


def check_merge(winner: Any, dropped: Any) -> None:
    """Raise MergeError for one record, and for centres that would succeed themselves."""
    if winner.pk == dropped.pk:
        raise MergeError("한 기록을 자기 자신과 합칠 수 없습니다. 서로 다른 두 기록을 골라 주세요.")
    if not isinstance(winner, Center):
        return
    passed, key = set(), winner.successor_id
    while key and key not in passed:
        if key == dropped.pk:
            text = f"{quote(str(winner), '을', '를')} 이어받은 센터를 따라가면"
            text += f" {quote(str(dropped), '', '')}입니다. 남길 센터를 서로 바꾸어 합쳐 주세요."
            raise MergeError(text)
        passed.add(key)
        key = Center.objects.filter(pk=key).values_list("successor_id", flat=True).first()


def _count_moves(winner: Any, dropped: Any) -> list[tuple[str, int]]:
    counts = []
    if isinstance(winner, Center | Announcement):
        counts.append(("공고 기재 내용", dropped.listings.count()))
    if isinstance(winner, Center | Operator):
        counts.append(("출처가 있는 값", dropped.citations.count()))
    if isinstance(winner, Center):
        counts.append(("전화 확인", dropped.calls.count()))
        counts.append(("이용자 제보", dropped.corrections.count()))
        count = dropped.predecessors.exclude(pk=winner.pk).count()
        counts.append(("이 센터가 이어받은 센터", count))
    if isinstance(winner, Operator):
        counts.append(("운영하는 센터", dropped.centers.count()))
    if isinstance(winner, Announcement):
        counts.append(("가져오기", ImportRun.objects.filter(announcement=dropped).count()))
    return [(label, count) for label, count in counts if count]


def _list_notes(winner: Any, dropped: Any) -> list[str]:
    notes = ["이력은 지우지 않습니다. 남는 기록의 ‘이력’에서 함께 볼 수 있습니다."]
    if isinstance(winner, Announcement):
        same, moved = _sort_rows(winner, dropped)
        if same:
            notes.append(f"똑같은 행 {len(same)}개는 하나만 남깁니다.")
        if renumbered := sum(row != number for row, number in moved):
            notes.append(f"행 번호가 겹치는 {renumbered}개는 마지막 행 뒤의 번호로 옮깁니다.")
    if isinstance(winner, Center | Operator):
        same = sum(_find_same(winner, one) is not None for one in dropped.citations.all())
        if same:
            notes.append(f"출처와 값이 똑같은 것 {same}개는 하나만 남깁니다.")
    if isinstance(winner, Center | Announcement):
        old, new = dropped.get_absolute_url(), winner.get_absolute_url()
        notes.append(f"옛 화면 주소를 연 사람은 새 화면으로 갑니다({old} → {new}).")
    return notes


def merge(
    plan: MergePlan, user: Any, taken: Iterable[str], keeps_former: bool, form: ActionForm
) -> ChangeSet:
    """Merge the two records of a plan, and return the change set that can be undone.

    `taken` are the names of the fields whose value of the dropped record wins; `keeps_former` is
    whether names and the like that are no longer used become former ones. Raises MergeError if
    one of them has been changed or merged since, ValidationError if the values do not fit together.
    """
    model = type(plan.winner)
    verbose_name = model._meta.verbose_name
    title = f"{verbose_name} 합침: {plan.dropped} → {plan.winner}"
    reason, source = form.cleaned_data["reason"], form.describe_source()
    before = plan.versions
    with record_changes(user, title, reason, source) as change_set:
        here = model._base_manager.select_for_update().in_bulk([plan.winner.pk, plan.dropped.pk])
        if len(here) < 2:
            raise MergeError("그사이 다른 사람이 둘 가운데 하나를 합치거나 지워 합치지 않았습니다.")
        winner, dropped = here[plan.winner.pk], here[plan.dropped.pk]
        if MergePlan(winner, dropped).versions != before:
            raise MergeError("그사이 값이 바뀌어 합치지 않았습니다.")
        check_merge(winner, dropped)
        _Merger(change_set, user, winner, dropped).run(set(taken), keeps_former)
    return change_set


class _Merger:
    """Moves everything of one record to another and deletes it, in a transaction."""

    def __init__(self, change_set: ChangeSet, user: Any, winner: Any, dropped: Any) -> None:
        self.change_set, self.user, self.winner, self.dropped = change_set, user, winner, dropped

    def run(self, taken: set[str], keeps_former: bool) -> None:
        winner, dropped = self.winner, self.dropped
        values = {
            one.name: getattr(dropped, one.attname)
            for one in list_fields(winner)
            if one.name in taken and one.name not in (*LIST_FIELDS, *_FIXED_FIELDS)
        }
        origins = self._find_origins(values)
        lost: dict[str, str] = {}
        if keeps_former and isinstance(winner, Center | Operator):
            texts = get_current_texts(winner), get_current_texts(dropped)
            lost = {name: texts[name not in values][name] for name in texts[0]}
        self._move_citations()
        self._move_listings()
        if isinstance(winner, Operator):
            for center in dropped.centers.all():
                center.operator = winner
                center.former_operators = leave_out_current(
                    center, "operator", center.former_operators
                )
                self._save(center)
        if isinstance(winner, Center):
            for center in dropped.predecessors.exclude(pk=winner.pk):
                center.successor = winner
                self._save(center)
        self.change_set.moved = move_rows(winner, dropped)
        key, slug = dropped.pk, getattr(dropped, "slug", "")
        dropped.delete()
        self._save_winner(values, origins, lost)
        MergedRecord.objects.create(
            change_set=self.change_set,
            model=type(winner)._meta.model_name,
            old_key=key,
            old_slug=slug,
            new_key=winner.pk,
        )

    def _save(self, record: Any) -> None:
        record._history_user = self.user
        record.save()

    def _find_origins(self, values: dict[str, Any]) -> dict[Any, list[str]]:
        """The names of the taken fields by where the dropped record has their values from."""
        groups: dict[Any, list[str]] = defaultdict(list)
        found = {}
        if isinstance(self.winner, Center | Operator) and values:
            found = find_origins(type(self.winner), [self.dropped.pk], values).get(
                self.dropped.pk, {}
            )
        for name in values:
            origin = found.get(name)
            groups[(origin.source_id, origin.is_cited) if origin else (None, False)].append(name)
        return groups

    def _save_winner(
        self, values: dict[str, Any], origins: dict[Any, list[str]], lost: dict[str, str]
    ) -> None:
        """Save the record that stays, with an entry of the history for each origin of values.

        So the document of a taken value remains its source. `lost` are the values that become
        former ones.
        """
        winner = self.winner
        history = type(winner).history
        before = copy(winner)
        attributes = {one.name: one.attname for one in list_fields(winner)}
        for name, value in values.items():
            setattr(winner, attributes[name], value)
        for name, former in FORMER_FIELDS.get(type(winner), {}).items():
            both = [*getattr(winner, former), *getattr(self.dropped, former)]
            both = [lost[name], *both] if lost.get(name) else both
            setattr(winner, former, leave_out_current(winner, name, both))
        winner.skip_history_when_saving = True
        winner.save()
        del winner.skip_history_when_saving
        state = before
        for (source_id, is_cited), names in sorted(origins.items(), key=str, reverse=True):
            if source_id is None and not is_cited:
                continue
            state = copy(state)
            for name in names:
                setattr(state, attributes[name], values[name])
            source = Announcement.objects.filter(pk=source_id).first()
            history.bulk_history_create(
                [state],
                update=True,
                default_user=self.user,
                default_change_reason=CITED_LOAD_REASON if is_cited else "",
                custom_historical_attrs={"source": source, "run": None},
            )
        if any(getattr(state, name) != getattr(winner, name) for name in attributes.values()):
            history.bulk_history_create([winner], update=True, default_user=self.user)

    def _move_citations(self) -> None:
        winner, dropped = self.winner, self.dropped
        if isinstance(winner, Announcement):
            return
        for citation in dropped.citations.all():
            if _find_same(winner, citation) is not None:
                citation.delete()
                continue
            setattr(citation, winner._meta.model_name, winner)
            self._save(citation)

    def _move_listings(self) -> None:
        winner, dropped = self.winner, self.dropped
        if isinstance(winner, Center):
            for listing in dropped.listings.all():
                listing.center = winner
                self._save(listing)
        elif isinstance(winner, Announcement):
            same, moved = _sort_rows(winner, dropped)
            rows = {listing.row: listing for listing in dropped.listings.all()}
            for row in same:
                rows[row].delete()
            for row, number in moved:
                listing = rows[row]
                listing.announcement, listing.row = winner, number
                self._save(listing)


def _find_same(record: Any, citation: Citation) -> Citation | None:
    """The citation of a record that states the same from the same source."""
    key = {name: getattr(citation, name) for name in Citation.STATEMENT_KEY}
    return record.citations.filter(**key).first()


def _sort_rows(winner: Announcement, dropped: Announcement) -> tuple[list[int], list[tuple]]:
    """The rows that both have alike, and the other rows of `dropped` with their new numbers."""
    present = {listing.row: listing for listing in winner.listings.all()}
    both = Listing.objects.filter(announcement__in=[winner, dropped])
    last = both.aggregate(last=Max("row"))["last"] or 0
    same: list[int] = []
    moved: list[tuple[int, int]] = []
    for listing in dropped.listings.order_by("row"):
        other = present.get(listing.row)
        if other and other.center_id == listing.center_id and other.texts == listing.texts:
            same.append(listing.row)
        elif other:
            last += 1
            moved.append((listing.row, last))
        else:
            moved.append((listing.row, listing.row))
    return same, moved
