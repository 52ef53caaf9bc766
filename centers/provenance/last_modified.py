"""When what the pages show last changed, by the histories; a save that changed nothing is none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import models

from centers.models import Announcement, Center, Industry, Listing, Operator, Region
from centers.models.region_tree import RegionTree
from centers.provenance.changes import COLUMNS

#: What of the other records stands on pages.
NAMES = {
    Operator: ("name",),
    Industry: ("name", "short_name"),
    Region: ("name", "short_name"),
    Listing: ("announcement_id", "center_id", "row", *Listing.PRINTED),
    Announcement: tuple(
        one.attname for one in Announcement._meta.concrete_fields if not one.primary_key
    ),
}


class Step(NamedTuple):
    """One real change of a record: its values before and after, None where there was none."""

    key: int | str
    before: dict | None
    after: dict | None
    when: datetime


def steps(model: type[models.Model], columns: Iterable[str], **narrowed) -> Iterator[Step]:
    """The real changes of records, each record's in the order they came; one query."""
    key = model._meta.pk.attname
    entries = (
        model.history.filter(**narrowed)
        .order_by(key, "history_id")
        .values_list(key, "history_type", "history_date", *columns)
    )
    last = before = None
    for record, kind, when, *values in entries.iterator(2000):
        if record != last:
            last, before = record, None
        after = None if kind == "-" else dict(zip(columns, values, strict=True))
        if after != before:
            yield Step(record, before, after, when)
        before = after


def center_steps(**narrowed) -> Iterator[Step]:
    """The changes of centres that readers could see; a draft counts as not there."""
    for step in steps(Center, ("published", *COLUMNS.values()), **narrowed):
        before, after = (
            one if one and one["published"] else None for one in (step.before, step.after)
        )
        if before != after:
            yield Step(step.key, before, after, step.when)


class Newest(dict):
    """The newest moment noted for each key; one that was never noted has none."""

    def note(self, key, when: datetime | None) -> None:
        if when is not None and (key not in self or self[key] < when):
            self[key] = when

    def note_both(self, step: Step, column: str) -> None:
        """Note the step for what the record stood under before it and for what it stands under."""
        for values in filter(None, (step.before, step.after)):
            self.note(values[column], step.when)

    def note_steps(self, found: Iterable[Step]) -> "Newest":
        for step in found:
            self.note(step.key, step.when)
        return self


def center_pages(first: int, last: int, regions: RegionTree) -> dict[int, datetime]:
    """When the pages of the published centres with keys from `first` to `last` last changed.

    By their own values, the printed rows about them, and the names of region, trade and operator.
    Their neighbours and the words around them make no other page of it.
    """
    centers = Center.objects.published().filter(pk__range=(first, last))
    newest = Newest()
    for step in center_steps(id__range=(first, last)):
        newest.note(step.key, step.when)
    about_them = Listing.history.filter(center_id__gte=first, center_id__lte=last).values("id")
    for step in steps(Listing, NAMES[Listing], id__in=about_them):
        newest.note_both(step, "center_id")
    operators = Newest().note_steps(
        steps(Operator, NAMES[Operator], id__in=centers.values("operator_id"))
    )
    industries = Newest().note_steps(steps(Industry, NAMES[Industry]))
    places = Newest().note_steps(steps(Region, NAMES[Region]))
    for center in centers.only("region_id", "industry_id", "operator_id"):
        newest.note(center.pk, operators.get(center.operator_id))
        newest.note(center.pk, industries.get(center.industry_id))
        for code in regions.path(center.region_id):
            newest.note(center.pk, places.get(code))
    return newest


def announcement_pages() -> dict[int, datetime]:
    """When the pages of the announcements last changed: by their own words and rows."""
    newest = Newest().note_steps(steps(Announcement, NAMES[Announcement]))
    shown = Center.objects.published().values("pk")
    for step in steps(Listing, NAMES[Listing], center_id__in=shown):
        newest.note_both(step, "announcement_id")
    return newest


@dataclass
class ListsChanged:
    """When the lists of centres last changed, those that a centre has left among them."""

    whole: datetime | None = None
    by_region: Newest = field(default_factory=Newest)
    by_industry: Newest = field(default_factory=Newest)


@lru_cache(maxsize=2)
def lists_changed(version: int, regions: RegionTree) -> ListsChanged:
    """The changes of all lists, for one version of the data."""
    found = ListsChanged()
    for step in center_steps():
        found.whole = max(found.whole or step.when, step.when)
        for values in filter(None, (step.before, step.after)):
            found.by_industry.note(values["industry_id"], step.when)
            for code in regions.path(values["region_id"]):
                found.by_region.note(code, step.when)
    return found
