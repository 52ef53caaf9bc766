"""Last modification times of pages, from the history; saves without a change do not count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import models

from centers.models import Announcement, Center, Citation, Industry, Listing, Operator, Region
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.provenance.changes import HISTORY_COLUMNS

#: The columns of the other models that pages show.
DISPLAYED_FIELDS = {
    Operator: ("name", "phone", "website"),
    Industry: ("name", "short_name"),
    Region: ("name", "short_name"),
    Citation: tuple(one.attname for one in Citation._meta.concrete_fields if not one.primary_key),
    Listing: ("announcement_id", "center_id", "row", *Listing.PRINTED_FIELDS),
    Announcement: tuple(
        one.attname for one in Announcement._meta.concrete_fields if not one.primary_key
    ),
}


class RecordChange(NamedTuple):
    """One change of a record: its values before and after, None if it did not exist."""

    key: int | str
    before: dict | None
    after: dict | None
    when: datetime


def iterate_changes(
    model: type[models.Model], columns: Iterable[str], **filters
) -> Iterator[RecordChange]:
    """Yield the changes of records, those of a record in chronological order; one query.

    `filters` narrow the entries of the history. Saves that changed no column are left out.
    """
    key = model._meta.pk.attname
    entries = (
        cast(Any, model)
        .history.filter(**filters)
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


def iterate_center_changes(**filters) -> Iterator[RecordChange]:
    """Yield the public changes of centres; an unpublished centre counts as not existing."""
    for change in iterate_changes(Center, ("published", *HISTORY_COLUMNS.values()), **filters):
        before, after = (
            one if one and one["published"] else None for one in (change.before, change.after)
        )
        if before != after:
            yield RecordChange(change.key, before, after, change.when)


class LatestTimes(dict):
    """The latest of the times added for each key."""

    def add(self, key, when: datetime | None) -> None:
        if when is not None and (key not in self or self[key] < when):
            self[key] = when

    def add_both(self, change: RecordChange, column: str) -> None:
        """Add the time of a change under the value of a column before it and after it."""
        for values in filter(None, (change.before, change.after)):
            self.add(values[column], change.when)

    def add_changes(self, changes: Iterable[RecordChange]) -> "LatestTimes":
        for change in changes:
            self.add(change.key, change.when)
        return self


def get_center_page_times(first: int, last: int, regions: RegionTree) -> dict[int, datetime]:
    """Return when the pages of the published centres with keys from `first` to `last` last changed.

    Changes of their values, of the printed rows and citations about them and of the names of
    region, industry and operator count; those of neighbouring centres and of the template do not.
    """
    centers = Center.objects.published().filter(pk__range=(first, last))
    newest = LatestTimes()
    for change in iterate_center_changes(id__range=(first, last)):
        newest.add(change.key, change.when)
    about_them = Listing.history.filter(center_id__gte=first, center_id__lte=last).values("id")
    for change in iterate_changes(Listing, DISPLAYED_FIELDS[Listing], id__in=about_them):
        newest.add_both(change, "center_id")
    for change in iterate_changes(
        Citation, DISPLAYED_FIELDS[Citation], center_id__gte=first, center_id__lte=last
    ):
        newest.add_both(change, "center_id")
    runners = centers.values("operator_id")
    operators = LatestTimes().add_changes(
        iterate_changes(Operator, DISPLAYED_FIELDS[Operator], id__in=runners)
    )
    for change in iterate_changes(Citation, DISPLAYED_FIELDS[Citation], operator_id__in=runners):
        operators.add_both(change, "operator_id")
    industries = LatestTimes().add_changes(iterate_changes(Industry, DISPLAYED_FIELDS[Industry]))
    region_times = LatestTimes().add_changes(iterate_changes(Region, DISPLAYED_FIELDS[Region]))
    around = LatestTimes()
    for code in regions.by_code:
        for outer in regions.list_enclosing_codes(code):
            around.add(code, region_times.get(outer))
    rows = centers.order_by().values_list("pk", "operator_id", "industry_id", "region_id")
    for key, operator, industry, region in rows:
        for when in (operators.get(operator), industries.get(industry), around.get(region)):
            newest.add(key, when)
    return newest


def get_announcement_page_times() -> dict[int, datetime]:
    """Return when the pages of the announcements last changed, in their texts or rows."""
    newest = LatestTimes().add_changes(
        iterate_changes(Announcement, DISPLAYED_FIELDS[Announcement])
    )
    shown = Center.objects.published().values("pk")
    for change in iterate_changes(Listing, DISPLAYED_FIELDS[Listing], center_id__in=shown):
        newest.add_both(change, "announcement_id")
    return newest


@dataclass
class ListTimes:
    """When the lists of centres last changed, including by centres that left them."""

    whole: datetime | None = None
    by_region: LatestTimes = field(default_factory=LatestTimes)
    by_industry: LatestTimes = field(default_factory=LatestTimes)


@per_data_version
def get_list_times(version: int, regions: RegionTree) -> ListTimes:
    """Return the last change of the whole list and of the list of each region and industry."""
    found = ListTimes()
    for change in iterate_center_changes():
        found.whole = max(found.whole or change.when, change.when)
        for values in filter(None, (change.before, change.after)):
            found.by_industry.add(values["industry_id"], change.when)
            for code in regions.list_enclosing_codes(values["region_id"]):
                found.by_region.add(code, change.when)
    return found
