"""An announcement as a document: its table as printed, and what became of its centres since."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from centers.models import Announcement, Center, Listing
from centers.models.center_fields import PRINTED_FIELDS_IN_TABLES

#: A printed number of makers: 1,282개사.
PRINTED_MAKERS = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d+)\s*개?사?\s*")


def parse_makers(text: str) -> int | None:
    """The number of makers that a row prints; None where it prints none, or more than that."""
    found = PRINTED_MAKERS.fullmatch(text)
    return int(found[1].replace(",", "")) if found else None


@dataclass(frozen=True)
class PrintedCell:
    """One cell of the printed table, and the column it stands in."""

    label: str
    text: str


class PrintedTable:
    """One announcement, with the rows that readers may see."""

    def __init__(self, announcement: Announcement):
        """Take an announcement whose listings have been fetched together with their centres."""
        self.announcement = announcement
        self.listings = list(announcement.listings.all())
        for listing in self.listings:
            listing.announcement = announcement

    @cached_property
    def _columns(self) -> list[str]:
        """The columns that this document prints."""
        return [
            name
            for name in PRINTED_FIELDS_IN_TABLES
            if any(getattr(one, name) for one in self.listings)
        ]

    @property
    def labels(self) -> list[str]:
        return [Listing._meta.get_field(name).verbose_name for name in self._columns]

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
        """All makers that the table prints, added up; None unless every row prints a number."""
        numbers = [parse_makers(listing.cluster_size) for listing in self.listings]
        return sum(numbers) if numbers and None not in numbers else None

    @property
    def center_count(self) -> int:
        """How many centres the rows are about; two rows may be about one."""
        return len({listing.center_id for listing in self.listings})

    @property
    def status_counts(self) -> list[tuple[str, int]]:
        """What the centres of the document are today, and how many of each."""
        now = {listing.center_id: listing.center.status for listing in self.listings}
        counts = Counter(now.values())
        return [
            (str(label), counts[value]) for value, label in Center.Status.choices if counts[value]
        ]
