"""What nearly every page needs, kept in memory for one version of the data."""

from dataclasses import dataclass
from datetime import date

from centers.models import Announcement, Center, Industry
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree


@per_data_version
def get_reference_data(version: int) -> tuple[RegionTree, dict[str, str]]:
    """The regions and the short names of the industries, for one version of the data."""
    return RegionTree(), dict(Industry.objects.values_list("code", "short_name"))


@dataclass(frozen=True)
class CenterTotals:
    """How many centres the directory holds, beside how many a document says there are."""

    count: int
    total: int
    published_on: date

    @property
    def is_partial(self) -> bool:
        return self.count < self.total


@per_data_version
def get_center_totals(version: int) -> CenterTotals | None:
    """The newest document's number of centres nationwide; None where no document gives one."""
    newest = Announcement.objects.exclude(centers_total=None).order_by("-published_on").first()
    if newest is None:
        return None
    count = Center.objects.published().count()
    return CenterTotals(count, newest.centers_total, newest.published_on)


@per_data_version
def get_newest_status_list(version: int) -> Announcement | None:
    """The newest status list, for one version of the data."""
    lists = Announcement.objects.filter(kind=Announcement.Kind.STATUS_LIST)
    return lists.order_by("-published_on", "-pk").first()
