"""The centres of a changelist as a file, with the columns of the public downloads."""

from collections.abc import Iterator
from functools import cached_property, partial

from django.conf import settings
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from centers.exports.download_slots import build_busy_response, build_in_slot
from centers.exports.export import Export
from centers.exports.text_formats import write_csv
from centers.exports.xlsx import write_list_workbook
from centers.http.media_types import FILE_FORMATS
from centers.models import Announcement, DataVersion, Listing
from centers.models.reference_data import get_reference_data
from centers.models.region_tree import RegionTree
from centers.search.listed_center import ListedCenter, fetch_rows

#: Formats that the admin offers, by file name extension.
EXPORT_FORMATS = ("csv", "xlsx")


class ChangelistExport(Export):
    """All centres of a changelist in its order, unpublished ones too."""

    def __init__(self, changelist: ChangeList):
        super().__init__(results=None)  # type: ignore[arg-type]
        self.keys = list(dict.fromkeys(changelist.queryset.values_list("pk", flat=True)))
        self.query_string = changelist.get_query_string()

    @cached_property
    def version(self) -> int:
        return DataVersion.cached()

    @cached_property
    def regions(self) -> RegionTree:
        return get_reference_data(self.version)[0]

    @property
    def title(self) -> str:
        return f"편집실의 센터 목록 — {self.count:,}곳"

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def page_url(self) -> str:
        path = reverse("admin:centers_center_changelist")
        return f"{settings.SITE_URL}{path}{self.query_string}"

    @property
    def documents(self) -> QuerySet[Announcement]:
        listings = Listing.objects.filter(center__in=self.keys)
        return Announcement.objects.filter(pk__in=listings.values("announcement"))

    def build_file_name(self, ending: str) -> str:
        return f"소공인특화지원센터_편집실_{self.exported_on}.{ending}"

    def iter_rows(self, size: int) -> Iterator[list[ListedCenter]]:
        for first in range(0, len(self.keys), size):
            yield fetch_rows(self.keys[first : first + size], self.regions, self.version)


def build_export(changelist: ChangeList, ending: str) -> HttpResponseBase:
    """Return the file, in the slot of whole lists; 503 if there is none."""
    return build_in_slot(partial(build_file, changelist, ending)) or build_busy_response()


def build_file(changelist: ChangeList, ending: str) -> HttpResponse:
    """Build the file whole: editors are few, and what they have filtered is small."""
    export = ChangelistExport(changelist)
    if ending == "csv":
        content = "".join(write_csv(export)).encode()
    else:
        with write_list_workbook(export) as file:
            content = file.read()
    response = HttpResponse(content, content_type=FILE_FORMATS[ending].media_type)
    name = export.build_file_name(ending)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
