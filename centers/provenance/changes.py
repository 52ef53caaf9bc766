"""The public history of centres: when a value changed, from what to what, by which document."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from centers.models import Announcement, Center, Citation, DataVersion, Operator
from centers.models.center_fields import (
    CENTER_FIELDS_BY_NAME,
    HISTORY_FIELDS,
    ValueType,
    format_field_value,
)
from centers.models.change_sets import get_merged_keys
from centers.models.data_version import MAX_CACHED_CENTERS, per_data_version
from centers.models.origins import ENTRY_COLUMNS, Origin, trace_origins
from centers.models.reference_data import get_announcements, get_class_names
from centers.models.region_tree import RegionTree
from centers.provenance.cited_values import find_citations, states_value
from centers.provenance.sources import EDITOR_ENTRY

#: The columns behind the fields of the public history: region_id for region.
HISTORY_COLUMNS = {name: CENTER_FIELDS_BY_NAME[name].attname for name in HISTORY_FIELDS}
HISTORY_LABELS = {name: CENTER_FIELDS_BY_NAME[name].label for name in HISTORY_FIELDS}


@dataclass(frozen=True)
class FieldChange:
    """One value before and after, as shown on pages; "" if unknown."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One entry of a centre's history; names the document behind it, but no person."""

    #: The primary key of the entry.
    key: int
    center: Center
    at: datetime
    #: The document with the values; None for an editor's change.
    source: Announcement | None
    #: Whether the centre was not public before.
    is_first: bool
    fields: list[FieldChange]
    #: The statements that the new values come from, by name of the field, if no document is behind
    #: the change; those of all values where the centre is new.
    cited: dict[str, Citation] = field(default_factory=dict)

    @property
    def citations(self) -> list[Citation]:
        """These statements, each source once."""
        return list({one.source_text: one for one in self.cited.values()}.values())

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    @property
    def citation_text(self) -> str:
        """The statements that the new values come from, in words; "" without any."""
        return ", ".join(one.source_text for one in self.citations)

    @property
    def source_text(self) -> str:
        """What the change follows in words: document, statements or an editor, who has no name."""
        if self.source:
            return f"{self.source.title} ({self.source.published_on})"
        return self.citation_text or EDITOR_ENTRY


def get_public_history(center: Center | None = None) -> QuerySet:
    """Return the public entries of the history of all published centres or of one, newest first.

    Each has the key of the entry before it in `before_id`.
    """
    history = Center.history.model.objects
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    shown = history.filter(published=True).exclude(history_type="-")
    if center is None:
        shown = shown.filter(id__in=Center.objects.published().values("pk"))
    else:
        shown = shown.filter(id=center.pk)
    before = earlier.order_by("-history_id").values("history_id")[:1]
    return shown.annotate(before_id=Subquery(before)).order_by("-history_id")


@dataclass(frozen=True)
class CenterHistory:
    """The history of one centre, read in one query."""

    #: All entries, in the order in which they were written, each with the key of the one before it
    #: in `before_id`.
    entries: list

    def list_public(self, limit: int | None) -> list:
        """The newest entries of `get_public_history`."""
        found = [one for one in self.entries if one.published and one.history_type != "-"]
        return found[::-1][:limit]

    def trace_origins(self, fields: Sequence[str]) -> dict[str, Origin]:
        """The origins of the centre's values by field name."""
        names = [CENTER_FIELDS_BY_NAME[name].attname for name in fields]
        columns = attrgetter("id", *ENTRY_COLUMNS, *names)
        ordered = sorted(self.entries, key=attrgetter("history_date", "history_id"))
        found = trace_origins(map(columns, ordered), fields)
        return next(iter(found.values()), {})


@per_data_version(maxsize=MAX_CACHED_CENTERS)
def get_center_history(version: int, key: int) -> CenterHistory:
    """Return the history of one centre for a data version."""
    found = Center.history.model.objects.filter(id=key).order_by()
    entries = sorted(found, key=attrgetter("history_id"))
    # Here, since what is cached is shared by threads.
    for before, entry in zip([None, *entries], entries, strict=False):
        entry.before_id = before and before.history_id
    return CenterHistory(entries)


class Changes:
    """Iterate over the `Change`s of entries; the number of queries does not depend on theirs."""

    def __init__(self, entries: Iterable, regions: RegionTree, industries: dict[str, str]):
        """Take entries of `get_public_history`, and the short names of industries by code."""
        self.entries = list(entries)
        self.regions = regions
        self.industries = industries

    def __iter__(self):
        """Yield the changes in the order of the entries, without those that changed no value."""
        for entry in self.entries:
            before = self._before.get(entry.before_id)
            is_first = before is None or before.history_type == "-" or not before.published
            fields = [] if is_first else self._differences(before, entry)
            if entry.id in self._centers and (is_first or fields):
                yield Change(
                    key=entry.history_id,
                    center=self._centers[entry.id],
                    at=entry.history_date,
                    source=self._sources.get(entry.source_id),
                    is_first=is_first,
                    fields=fields,
                    cited=self._find_citations(entry, fields, is_first=is_first),
                )

    @cached_property
    def _before(self) -> dict:
        return Center.history.in_bulk([one.before_id for one in self.entries if one.before_id])

    def _all(self, column: str) -> set:
        both = (*self.entries, *self._before.values())
        return {getattr(entry, column) for entry in both} - {None}

    @cached_property
    def _centers(self) -> dict[int, Center]:
        keys = self._all("id") | self._all("successor_id")
        return Center.objects.published().in_bulk(keys | set(self._merged["successor"].values()))

    @cached_property
    def _operators(self) -> dict[int, str]:
        keys = self._all("operator_id") | set(self._merged["operator"].values())
        return dict(Operator.objects.filter(pk__in=keys).values_list("pk", "name"))

    @cached_property
    def _merged(self) -> dict[str, dict[int, int]]:
        """The records that merged ones are part of now: a merge changes no operator of a centre."""
        merged = get_merged_keys(DataVersion.cached())
        return {"operator": merged["operator"], "successor": merged["center"]}

    @cached_property
    def _class_names(self) -> dict[str, str]:
        return get_class_names(DataVersion.cached())

    @cached_property
    def _sources(self) -> dict[int, Announcement]:
        return get_announcements(DataVersion.cached())

    @cached_property
    def _citations(self) -> dict[int, list[Citation]]:
        return find_citations(list(self._centers.values()))

    def _find_citations(
        self, entry, fields: list[FieldChange], *, is_first: bool
    ) -> dict[str, Citation]:
        """The best statement of each new value; the history has no link to them."""
        if entry.source_id:
            return {}
        changed = set(HISTORY_FIELDS) if is_first else {field.name for field in fields}
        found = [
            one
            for one in self._citations.get(entry.id, [])
            if one.center_id
            and (
                (one.field in changed and states_value(entry, one))
                # A statement names one of the former operators, the record lists all.
                or (
                    one.field == "former_operator"
                    and "former_operators" in changed
                    and one.value in entry.former_operators
                )
            )
        ]
        plural = {"former_operator": "former_operators"}
        best: dict[str, Citation] = {}
        for one in reversed(found):
            best[plural.get(str(one.field), str(one.field))] = one
        return best

    def _differences(self, before, after) -> list[FieldChange]:
        return [
            FieldChange(name, HISTORY_LABELS[name], self._words(name, old), self._words(name, new))
            for name, column in HISTORY_COLUMNS.items()
            if (old := self._get(name, before, column)) != (new := self._get(name, after, column))
        ]

    def _get(self, name: str, entry, column: str) -> Any:
        value = getattr(entry, column)
        return self._merged[name].get(value, value) if name in self._merged else value

    def _words(self, name: str, value) -> str:
        return format_field_value(name, value, self._references)

    @cached_property
    def _references(self) -> dict[ValueType, Callable[[Any], str]]:
        """The names of the records that the entries refer to, some of which are no longer there."""

        def name_region(code: str) -> str:
            region = self.regions.by_code.get(code)
            return region.full_name if region else f"없어진 지역({code})"

        return {
            ValueType.REGION: name_region,
            ValueType.REGIONS: lambda codes: ", ".join(map(name_region, codes)),
            ValueType.INDUSTRY: lambda code: self.industries.get(code, f"없어진 업종({code})"),
            ValueType.OPERATOR: lambda key: self._operators.get(key, "삭제된 운영기관"),
            ValueType.CLASSES: lambda codes: ", ".join(
                str(self._class_names.get(code, code)) for code in codes
            ),
            ValueType.CENTER: lambda key: str(self._centers.get(key, "공개되지 않은 센터")),
        }


class CenterChanges(Changes):
    """The changes of one centre, with a query only for a successor or an operator of before."""

    def __init__(
        self,
        center: Center,
        citations: list[Citation],
        history: CenterHistory,
        limit: int | None,
        regions: RegionTree,
        industries: dict[str, str],
    ):
        super().__init__(history.list_public(limit), regions, industries)
        self.center = center
        self.history = history
        self._citations = {center.pk: citations}

    @cached_property
    def _before(self) -> dict:
        return {entry.history_id: entry for entry in self.history.entries}

    @cached_property
    def _centers(self) -> dict[int, Center]:
        keys = self._all("successor_id")
        found = Center.objects.published().in_bulk(keys) if keys else {}
        return found | {self.center.pk: self.center}

    @cached_property
    def _operators(self) -> dict[int, str]:
        operator, keys = self.center.operator, self._all("operator_id")
        known = {operator.pk: operator.name} if operator else {}
        return known if keys <= known.keys() else super()._operators
