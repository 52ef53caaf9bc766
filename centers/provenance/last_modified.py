"""When what the pages show last changed, by the histories; a save that changed nothing is none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import models

from centers.models import Announcement, Center, Industry, Listing, Operator, Region
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.provenance.changes import HISTORY_COLUMNS

#: What of the other records stands on pages.
DISPLAYED_FIELDS = {
    Operator: ("name",),
    Industry: ("name", "short_name"),
    Region: ("name", "short_name"),
    Listing: ("announcement_id", "center_id", "row", *Listing.PRINTED_FIELDS),
    Announcement: tuple(
        one.attname for one in Announcement._meta.concrete_fields if not one.primary_key
    ),
}


class RecordChange(NamedTuple):
    """One real change of a record: its values before and after, None where there was none."""

    key: int | str
    before: dict | None
    after: dict | None
    when: datetime


def iterate_changes(
    model: type[models.Model], columns: Iterable[str], **narrowed
) -> Iterator[RecordChange]:
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
            yield RecordChange(record, before, after, when)
        before = after


def iterate_center_changes(**narrowed) -> Iterator[RecordChange]:
    """The changes of centres that readers could see; a draft counts as not there."""
    for step in iterate_changes(Center, ("published", *HISTORY_COLUMNS.values()), **narrowed):
        before, after = (
            one if one and one["published"] else None for one in (step.before, step.after)
        )
        if before != after:
            yield RecordChange(step.key, before, after, step.when)


class LatestTimes(dict):
    """The newest moment noted for each key; one that was never noted has none."""

    def add(self, key, when: datetime | None) -> None:
        if when is not None and (key not in self or self[key] < when):
            self[key] = when

    def add_both(self, step: RecordChange, column: str) -> None:
        """Note the step for what the record stood under before it and for what it stands under."""
        for values in filter(None, (step.before, step.after)):
            self.add(values[column], step.when)

    def add_changes(self, found: Iterable[RecordChange]) -> "LatestTimes":
        for step in found:
            self.add(step.key, step.when)
        return self


def get_center_page_times(first: int, last: int, regions: RegionTree) -> dict[int, datetime]:
    """When the pages of the published centres with keys from `first` to `last` last changed.

    By their own values, the printed rows about them, and the names of region, trade and operator.
    Their neighbours and the words around them make no other page of it.
    """
    centers = Center.objects.published().filter(pk__range=(first, last))
    newest = LatestTimes()
    for step in iterate_center_changes(id__range=(first, last)):
        newest.add(step.key, step.when)
    about_them = Listing.history.filter(center_id__gte=first, center_id__lte=last).values("id")
    for step in iterate_changes(Listing, DISPLAYED_FIELDS[Listing], id__in=about_them):
        newest.add_both(step, "center_id")
    operators = LatestTimes().add_changes(
        iterate_changes(Operator, DISPLAYED_FIELDS[Operator], id__in=centers.values("operator_id"))
    )
    industries = LatestTimes().add_changes(iterate_changes(Industry, DISPLAYED_FIELDS[Industry]))
    places = LatestTimes().add_changes(iterate_changes(Region, DISPLAYED_FIELDS[Region]))
    for center in centers.only("region_id", "industry_id", "operator_id"):
        newest.add(center.pk, operators.get(center.operator_id))
        newest.add(center.pk, industries.get(center.industry_id))
        for code in regions.list_enclosing_codes(center.region_id):
            newest.add(center.pk, places.get(code))
    return newest


def get_announcement_page_times() -> dict[int, datetime]:
    """When the pages of the announcements last changed: by their own words and rows."""
    newest = LatestTimes().add_changes(
        iterate_changes(Announcement, DISPLAYED_FIELDS[Announcement])
    )
    shown = Center.objects.published().values("pk")
    for step in iterate_changes(Listing, DISPLAYED_FIELDS[Listing], center_id__in=shown):
        newest.add_both(step, "announcement_id")
    return newest


@dataclass
class ListTimes:
    """When the lists of centres last changed, those that a centre has left among them."""

    whole: datetime | None = None
    by_region: LatestTimes = field(default_factory=LatestTimes)
    by_industry: LatestTimes = field(default_factory=LatestTimes)


@per_data_version
def get_list_times(version: int, regions: RegionTree) -> ListTimes:
    """The changes of all lists, for one version of the data."""
    found = ListTimes()
    for step in iterate_center_changes():
        found.whole = max(found.whole or step.when, step.when)
        for values in filter(None, (step.before, step.after)):
            found.by_industry.add(values["industry_id"], step.when)
            for code in regions.list_enclosing_codes(values["region_id"]):
                found.by_region.add(code, step.when)
    return found
