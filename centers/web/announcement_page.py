"""The table of an announcement as printed, with the current status of its centres."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from centers.models import Announcement, Center, Listing
from centers.models.center_fields import PRINTED_FIELDS_IN_TABLES
from centers.models.fields import get_model_field

#: A printed number of makers, such as 1,282개사.
PRINTED_MAKERS = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d+)\s*개?사?\s*")


def parse_makers(text: str) -> int | None:
    """Parse a printed number of makers; None for any other text."""
    found = PRINTED_MAKERS.fullmatch(text)
    return int(found[1].replace(",", "")) if found else None


@dataclass(frozen=True)
class PrintedCell:
    """One cell of the printed table, with the label of its column."""

    label: str
    text: str


class PrintedTable:
    """The printed rows of an announcement that are about published centres."""

    def __init__(self, announcement: Announcement):
        """Expects an announcement whose listings are prefetched together with their centres."""
        self.announcement = announcement
        self.listings: list[Listing] = list(announcement.listings.all())
        for listing in self.listings:
            listing.announcement = announcement

    @cached_property
    def _columns(self) -> list[str]:
        """The columns that have a value in any row."""
        return [
            name
            for name in PRINTED_FIELDS_IN_TABLES
            if any(getattr(one, name) for one in self.listings)
        ]

    @property
    def labels(self) -> list[str]:
        return [str(get_model_field(Listing, name).verbose_name) for name in self._columns]

    @property
    def rows(self) -> list[tuple[Listing, list[PrintedCell]]]:
        return [
            (
                listing,
                [
                    PrintedCell(label, getattr(listing, name))
                    for name, label in zip(self._columns, self.labels, strict=True)
                ],
            )
            for listing in self.listings
        ]

    @property
    def total_makers(self) -> int | None:
        """The sum of the printed numbers of makers; None unless every row has one."""
        numbers = [parse_makers(listing.cluster_size) for listing in self.listings]
        known = [number for number in numbers if number is not None]
        return sum(known) if known and len(known) == len(numbers) else None

    @property
    def center_count(self) -> int:
        """The number of distinct centres; two rows may be about the same one."""
        return len({listing.center_id for listing in self.listings})

    @property
    def status_counts(self) -> list[tuple[str, int]]:
        """The current status labels of the centres, with the number of centres of each."""
        now = {listing.center_id: listing.center.status for listing in self.listings}
        counts = Counter(now.values())
        return [
            (str(label), counts[value]) for value, label in Center.Status.choices if counts[value]
        ]
