"""Centres as rows of a list: the record with what a list says about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from centers.models import Center, Listing
from centers.models.data_version import per_data_version
from centers.models.reference_data import (
    get_announcements,
    get_industries,
    get_industry_label,
)
from centers.models.region_tree import RegionTree
from centers.models.status_note import status_note
from centers.search.nearest import Distance

#: Rows that a process caches for one version of the data, of about 10 kB each.
MAX_CACHED_ROWS = 1_000


@dataclass
class ListedCenter:
    """A centre as one row of a list, shared by the pages, the API and the exports."""

    #: With its region, industry and operator, so that reading them takes no query.
    center: Center
    #: The rows of announcements that print the centre, the newest first.
    listings: list[Listing]
    #: What it is for, in plain words.
    industry_label: str = ""
    #: Why the centre is in doubt; "" for one that is not.
    status_note: str = ""
    #: How far it is from the reader's own region; None without such a region.
    distance: Distance | None = None


@per_data_version
def get_cached_rows(version: int) -> dict[int, ListedCenter]:
    """The rows without distances that lists have shown, by primary key; nobody changes them."""
    return {}


def fetch_cached_rows(
    keys: list[int], regions: RegionTree, version: int
) -> dict[int, ListedCenter]:
    """The rows of some primary keys without distances, from the cache as far as it has them."""
    cached = get_cached_rows(version)
    rows = {key: cached[key] for key in keys if key in cached}
    if missing := [key for key in keys if key not in rows]:
        for row in fetch_rows(missing, regions, version):
            rows[row.center.pk] = row
            if len(cached) < MAX_CACHED_ROWS:
                cached[row.center.pk] = row
    return rows


def fetch_rows(
    keys: Iterable[int],
    regions: RegionTree,
    version: int,
    distances: Mapping[int, Distance] | None = None,
) -> list[ListedCenter]:
    """The rows of some primary keys in their order, in two queries."""
    keys = list(keys)
    industries, announcements = get_industries(version), get_announcements(version)
    centers = Center.objects.select_related("operator").defer("search_text", "plain_text")
    found = {center.pk: center for center in centers.filter(pk__in_keys=keys).order_by()}
    listings: dict[int, list[Listing]] = {}
    for listing in Listing.objects.filter(center__in_keys=keys).order_by(
        "-announcement__published_on", "row"
    ):
        # One that was added within the last second is read from the database.
        if announcement := announcements.get(listing.announcement_id):
            listing.attach(announcement=announcement)
        listings.setdefault(listing.center_id, []).append(listing)
    rows = []
    for key in keys:
        if (center := found.get(key)) is None:
            continue
        center.attach(region=regions.by_code[center.region_id])
        if industry := industries.get(center.industry_id or ""):
            center.attach(industry=industry)
        printed = listings.get(key, [])
        for listing in printed:
            listing.attach(center=center)
        note = status_note(center, printed, version)
        label = get_industry_label(center, version)
        distance = distances.get(key) if distances else None
        rows.append(ListedCenter(center, printed, label, note, distance))
    return rows
