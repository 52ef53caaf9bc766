"""What changed between two releases: centres, value by value, and the documents they come from.

It reads the files alone, so that it says the same for ever; when and by which source a value
changed is stored with the release that has the new value (`origins.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from centers.exports.releases.compared_values import COMPARED_VALUES, ComparedValue, format_value
from centers.exports.releases.store import Content, Release, Row, Table, list_releases
from centers.exports.releases.tables import (
    ANNOUNCEMENTS,
    CENTER_KEY,
    CENTER_NAME,
    CENTERS,
    CITATIONS,
    LISTINGS,
)
from centers.exports.text_formats import unprotect_text
from centers.models import Center
from centers.models.centers import build_center_path

#: A centre in which only this changed was confirmed again, and has no other value.
CONFIRMATION = "confirmed_on"
#: The values that stand with a new centre.
MAIN_VALUES = (
    "operator", "operator_phone", "designated_year", "address", "phone", "website", "confirmed_on",
)  # fmt: skip
#: Values that keep the former ones of others.
FORMER_VALUES = {
    "former_names": "name", "former_addresses": "address", "former_operators": "operator",
}  # fmt: skip
#: Tables other than that of the centres, in the order in which changes of them are named.
SOURCE_TABLES = (ANNOUNCEMENTS.name, LISTINGS.name, CITATIONS.name)


@dataclass(frozen=True)
class ValueChange:
    """One value before and after in words; "" where it is unknown."""

    name: str
    label: str
    old: str
    new: str
    #: When it changed, ISO 8601, and by which source; "" if the history does not tell.
    day: str = ""
    source: str = ""
    #: Of the source, absolute or a path of the site; "" without one.
    url: str = ""


@dataclass(frozen=True)
class Origin:
    """When a value changed, ISO 8601, and by which source."""

    day: str = ""
    source: str = ""
    url: str = ""


UNKNOWN_ORIGIN = Origin()


@dataclass(frozen=True)
class CenterEntry:
    """One centre in a comparison, as the newer of its rows describes it."""

    key: int
    name: str
    place: str
    industry: str
    #: Its state, or what has become of it.
    remark: str = ""
    values: list[ValueChange] = field(default_factory=list)
    #: Whether it still has a page, also as part of another centre.
    has_page: bool = True

    @property
    def about(self) -> str:
        """Region, industry and key, as far as they are known."""
        return " · ".join(filter(None, (self.place, self.industry, f"관리번호 {self.key}")))

    @property
    def path(self) -> str:
        return build_center_path(self.key) if self.has_page else ""


@dataclass(frozen=True)
class Section:
    """Centres to which the same has happened."""

    title: str
    note: str
    entries: list[CenterEntry]


@dataclass(frozen=True)
class TableChange:
    """How many rows of a table were added, removed and changed."""

    name: str
    title: str
    count: int
    added: int
    removed: int
    changed: int

    def __str__(self) -> str:
        verbs = {"늘고": "늘어", "빠지고": "빠져", "바뀌고": "바뀌어"}
        numbers = (self.added, self.removed, self.changed)
        texts = [f"{one:,}건 {verb}" for one, verb in zip(numbers, verbs, strict=True) if one]
        text = " ".join(texts)
        for verb, last in verbs.items():
            if text.endswith(verb):
                text = text.removesuffix(verb) + last
        return f"{self.title}: {text} 모두 {self.count:,}건"


def build_entry(row: Row, **further: Any) -> CenterEntry:
    return CenterEntry(
        key=int(row[CENTER_KEY.name]),
        name=unprotect_text(row.get(CENTER_NAME.name, "")),
        place=format_value(row, "region"),
        industry=format_value(row, "specialty") or format_value(row, "industry"),
        **further,
    )


class Comparison:
    """The changes from one release to a later one."""

    def __init__(
        self,
        old: Content,
        new: Content,
        origins: Mapping[tuple[int, str], Origin] | None = None,
        merged: Mapping[int, int] | None = None,
    ):
        """Take origins of values by centre and name of the value, and merged centres."""
        self.old, self.new = old, new
        self.origins, self.merged = origins or {}, merged or {}
        self._before, self._after = old.read_table(CENTERS.name), new.read_table(CENTERS.name)
        common = set(list_columns(old)) & set(list_columns(new))
        self._values = [one for one in COMPARED_VALUES if common.issuperset(one.columns)]

    @cached_property
    def old_states(self) -> dict[str, int]:
        """The number of centres of the earlier release by the label of their state."""
        return count_states(self._before)

    @cached_property
    def new_states(self) -> dict[str, int]:
        """The number of centres of the later release by the label of their state."""
        return count_states(self._after)

    @cached_property
    def added(self) -> list[CenterEntry]:
        """The centres of the later release that the earlier one does not have."""
        rows = map(self._after.get_row, self._after.list_new_keys(self._before))
        return [
            build_entry(row, remark=format_value(row, "status"), values=self._list_values(row))
            for row in rows
        ]

    @cached_property
    def removed(self) -> list[CenterEntry]:
        """The centres that the later release does not have any more."""
        found = []
        for row in map(self._before.get_row, self._before.list_new_keys(self._after)):
            merged = self.merged.get(int(row[CENTER_KEY.name]))
            remark = f"같은 센터라 관리번호 {merged}에 합쳤습니다." if merged else ""
            found.append(build_entry(row, remark=remark, has_page=bool(merged)))
        return found

    @cached_property
    def _entries(self) -> list[CenterEntry]:
        """The centres of both with another value, in the order of the later release."""
        found = []
        for key in self._after.list_changed_keys(self._before):
            row = self._after.get_row(key)
            if values := self._compare(self._before.get_row(key), row):
                found.append(build_entry(row, values=values))
        return found

    @cached_property
    def closed(self) -> list[CenterEntry]:
        """The centres that have closed since; with all that changed in them."""
        return [one for one in self._entries if has_closed(one)]

    @cached_property
    def changed(self) -> list[CenterEntry]:
        """The other centres with another value than the day on which they were confirmed."""
        return [one for one in self._entries if not (has_closed(one) or is_confirmation(one))]

    @cached_property
    def confirmed(self) -> list[CenterEntry]:
        """The centres of which only the day of their confirmation is another."""
        return [one for one in self._entries if is_confirmation(one)]

    @property
    def sections(self) -> list[Section]:
        """The centres by what has happened to them, without empty sections."""
        sections = (
            Section(
                "새로 실린 센터",
                "이 자료에 처음 실린 센터입니다. 새로 문을 열었다는 뜻은 아닙니다.",
                self.added,
            ),
            Section("운영이 끝난 센터", "", self.closed),
            Section("내용이 바뀐 센터", "", self.changed),
            Section(
                "빠진 센터",
                "이 자료에서 빠진 센터입니다. 운영이 끝났다는 뜻은 아닙니다.",
                self.removed,
            ),
            Section("내용 그대로 다시 확인한 센터", "", self.confirmed),
        )
        return [one for one in sections if one.entries]

    @cached_property
    def source_changes(self) -> list[TableChange]:
        """The changes of the tables with documents and statements."""
        found = [self._compare_table(name) for name in SOURCE_TABLES if name in self.new.resources]
        return [one for one in found if one.added or one.removed or one.changed]

    @cached_property
    def new_documents(self) -> list[Row]:
        """The announcements that the earlier release does not have."""
        after = self.new.read_table(ANNOUNCEMENTS.name)
        keys = after.list_new_keys(self.old.read_table(ANNOUNCEMENTS.name))
        rows = map(after.get_row, keys)
        return [{name: unprotect_text(cell) for name, cell in row.items()} for row in rows]

    @cached_property
    def new_columns(self) -> list[str]:
        """The headings of the centres' table that the earlier release does not have."""
        return list_missing(self.old, self.new)

    @cached_property
    def old_columns(self) -> list[str]:
        """The headings of the centres' table that the later release does not have."""
        return list_missing(self.new, self.old)

    @property
    def is_of_equal_files(self) -> bool:
        """Whether all tables of both are the same, byte for byte."""
        paths = [one["path"] for one in self.new.resources.values()]
        return all(self.old.files.get(path) == self.new.files[path] for path in paths)

    def _list_values(self, row: Row) -> list[ValueChange]:
        """The main values of a new centre."""
        return [
            self._build_change(row, one, "", new)
            for one in self._values
            if one.name in MAIN_VALUES and (new := one.format(row))
        ]

    def _compare(self, before: Row, after: Row) -> list[ValueChange]:
        found = [
            self._build_change(after, one, old, new)
            for one in self._values
            if (old := one.format(before)) != (new := one.format(after))
        ]
        by_name = {one.name: one for one in found}
        return [one for one in found if not is_former_value(one, by_name)]

    def _build_change(self, row: Row, value: ComparedValue, old: str, new: str) -> ValueChange:
        origin = self.origins.get((int(row[CENTER_KEY.name]), value.name), UNKNOWN_ORIGIN)
        return ValueChange(value.name, value.label, old, new, origin.day, origin.source, origin.url)

    def _compare_table(self, name: str) -> TableChange:
        before, after = self.old.read_table(name), self.new.read_table(name)
        return TableChange(
            name,
            self.new.resources[name]["title"],
            len(after.rows),
            added=len(after.list_new_keys(before)),
            removed=len(before.list_new_keys(after)),
            changed=len(after.list_changed_keys(before)),
        )


def list_columns(content: Content) -> dict[str, str]:
    """Return the headings of the centres' table by the names of its columns in JSON."""
    fields = content.resources[CENTERS.name]["schema"]["fields"]
    return {one["jsonName"]: one["name"] for one in fields}


def list_missing(old: Content, new: Content) -> list[str]:
    known = list_columns(old)
    return [heading for name, heading in list_columns(new).items() if name not in known]


def count_states(centers: Table) -> dict[str, int]:
    """Count centres by the label of their state, in the order of the states."""
    counts = centers.count_values("status_label")
    return {label: counts[label] for label in map(str, Center.Status.labels)}


def is_former_value(change: ValueChange, others: Mapping[str, ValueChange]) -> bool:
    """Whether it only keeps what another change has replaced: the old name of a renamed centre."""
    replaced = others.get(FORMER_VALUES.get(change.name, ""))
    if replaced is None or not replaced.old:
        return False
    return change.new == ", ".join(filter(None, (change.old, replaced.old))) or change.new == (
        ", ".join(filter(None, (replaced.old, change.old)))
    )


def has_closed(entry: CenterEntry) -> bool:
    return any(
        one.name == "status" and one.new == Center.Status.CLOSED.label for one in entry.values
    )


def is_confirmation(entry: CenterEntry) -> bool:
    return {one.name for one in entry.values} == {CONFIRMATION}


def merge_origins(
    stored: Iterable[dict[str, Any]],
) -> tuple[dict[tuple[int, str], Origin], dict[int, int]]:
    """Join what successive releases store about their changes, the oldest first."""
    origins: dict[tuple[int, str], Origin] = {}
    merged: dict[int, int] = {}
    for one in stored:
        for origin in one.get("origins", []):
            origins[origin["id"], origin["field"]] = Origin(
                origin["on"] or "", origin["source"] or "", origin.get("url") or ""
            )
        merged |= {int(old): new for old, new in one.get("merged", {}).items()}
    return origins, merged


def compare_releases(old: Release, new: Release) -> Comparison:
    """Compare two releases, with what those between them store about their changes."""
    between = [one for one in list_releases() if old.version < one.version <= new.version]
    origins, merged = merge_origins(one.changes for one in reversed(between))
    return Comparison(old.load(), new.load(), origins, merged)
