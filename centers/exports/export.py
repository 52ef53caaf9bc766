"""The whole list of a query string as rows of a file, with what the file says about itself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from centers.models import Announcement, Listing
from centers.models.region_tree import RegionTree
from centers.provenance.cited_values import CitedValue, find_citations, list_stated_values
from centers.provenance.sources import build_source_notes
from centers.search.listed_center import ListedCenter
from centers.search.results import Results

#: Centres in memory at a time.
EXPORT_CHUNK_SIZE = 500
#: In characters: file systems allow names of 255 bytes, and a Hangul syllable takes three.
MAX_QUERY_IN_FILE_NAME = 50


@dataclass
class ExportedCenter(ListedCenter):
    """A row of an exported file."""

    #: Sentences about values that no document prints in a column of its own.
    source_notes: list[str] = field(default_factory=list)
    exported_on: date | None = None
    #: The day of the newest source of the row; None if no source has an exact day.
    data_as_of: date | None = None
    #: The names of the regions that the centre serves, as far as it says.
    served_regions: list[str] = field(default_factory=list)


def find_newest_day(row: ListedCenter, stated: Iterable[CitedValue]) -> date | None:
    """The day of the newest source of a row: a document that lists it, or what states a value."""
    days = [listing.announcement.published_on for listing in row.listings]
    days += [one.current.exact_day for one in stated if one.current and one.current.exact_day]
    return max(days, default=None)


class Export:
    """All centres of some results in their order, with title, terms and sources of the file."""

    def __init__(self, results: Results):
        self.results = results
        self.exported_on = timezone.localdate()

    @property
    def title(self) -> str:
        return self.results.sentence

    @property
    def count(self) -> int:
        return self.results.count

    @property
    def page_url(self) -> str:
        """The page that shows the same list, for the API too."""
        query = self.results.url_state.query_string(view=None)
        return f"{settings.SITE_URL}{reverse('centers')}{query}"

    @property
    def documents(self) -> QuerySet[Announcement]:
        """The documents that list any of these centres, the newest first."""
        listings = Listing.objects.filter(center__in=self.results.centers.order_by().values("pk"))
        return Announcement.objects.filter(pk__in=listings.values("announcement"))

    def build_file_name(self, ending: str) -> str:
        """Build a file name such as 소공인특화지원센터_부산_의복_2026-11-22.csv."""
        query = re.sub(r"[\W_]+", "_", self.results.active_filters.sentence).strip("_")
        query = query[:MAX_QUERY_IN_FILE_NAME].strip("_") or "찾은_센터"
        return f"소공인특화지원센터_{query}_{self.exported_on}.{ending}"

    @property
    def regions(self) -> RegionTree:
        return self.results.regions

    @property
    def version(self) -> int:
        return self.results.version

    def iter_rows(self, size: int) -> Iterator[list[ListedCenter]]:
        """The rows of the list in order, `size` at a time."""
        return self.results.iter_chunks(size)

    def iter_chunks(self) -> Iterator[list[ExportedCenter]]:
        """All rows of the file in order, a chunk of them at a time."""
        regions = self.regions
        for rows in self.iter_rows(EXPORT_CHUNK_SIZE):
            citations = find_citations([row.center for row in rows])
            stated = {
                row.center.pk: list_stated_values(row.center, citations[row.center.pk])
                for row in rows
            }
            printed = [(row.center, row.listings) for row in rows]
            notes = build_source_notes(printed, stated, self.version)
            yield [
                # By position: to unpack the row by names takes as long as all else here.
                ExportedCenter(
                    *(row.center, row.listings, row.industry_label, row.status_note, row.distance),
                    notes[key],
                    self.exported_on,
                    find_newest_day(row, stated[key]),
                    regions.list_full_names(row.center.service_area),
                )
                for key, row in zip(stated, rows, strict=True)
            ]
