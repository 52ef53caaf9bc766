"""Data that nearly every page needs, cached per data version."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from centers.models import Announcement, Center, Industry, IndustryClass
from centers.models.data_version import DataVersion, per_data_version, per_reference_version
from centers.models.region_tree import RegionTree

#: The industry of a centre that serves them all.
ALL_INDUSTRIES = "전 업종"


@per_reference_version
def get_reference_data(version: int) -> tuple[RegionTree, dict[str, str]]:
    """Return all regions, and the short names of the industries by code."""
    return RegionTree(), dict(Industry.objects.values_list("code", "short_name"))


def get_region_tree() -> RegionTree:
    """Return all regions as the database has them now; nobody changes them."""
    return get_reference_data(DataVersion.fetch())[0]


@per_reference_version
def get_industries(version: int) -> dict[str, Industry]:
    """Return the industries by code; nobody changes them."""
    return Industry.objects.in_bulk()


@per_data_version
def get_announcements(version: int) -> dict[int, Announcement]:
    """Return the announcements by primary key; nobody changes them."""
    return Announcement.objects.in_bulk()


@per_reference_version
def get_class_names(version: int) -> dict[str, str]:
    """Return the names for readers of all KSIC codes, from divisions to subclasses."""
    classes = IndustryClass.objects.values_list("code", "display_name", "name")
    return dict(Industry.objects.values_list("code", "short_name")) | {
        code: display_name or name for code, display_name, name in classes
    }


def get_industry_label(center: Center, version: int) -> str:
    """Return in plain words what a centre is for: 귀금속·장신구 (주얼리), or 전 업종."""
    codes = center.classes or ([center.industry_id] if center.industry_id else [])
    if not codes:
        return ALL_INDUSTRIES
    names = get_class_names(version)
    label = "·".join(dict.fromkeys(names.get(code, code) for code in codes))
    specialty = center.specialty
    return label if not specialty or specialty in label else f"{label} ({specialty})"


@per_data_version
def get_served_industries(version: int) -> set[str]:
    """Return the codes of the industries that any published centre serves; none as its value."""
    codes = Center.objects.published().order_by().values_list("industry", flat=True).distinct()
    return {code or "none" for code in codes}


@dataclass(frozen=True)
class CenterTotals:
    """The number of published centres, and the number that a document states."""

    count: int
    total: int
    published_on: date

    @property
    def is_partial(self) -> bool:
        return self.count < self.total


@dataclass(frozen=True)
class StatedCount:
    """The number of centres that a document states, or else lists."""

    document: Announcement
    count: int


@per_data_version
def get_center_totals(version: int) -> CenterTotals | None:
    """Return the newest stated number of centres beside our own; None if no document states one."""
    newest = Announcement.objects.exclude(centers_total=None).order_by("-published_on").first()
    if newest is None:
        return None
    count = Center.objects.published().count()
    return CenterTotals(count, newest.centers_total, newest.published_on)


@per_data_version
def count_by_state(version: int) -> dict[str, int]:
    """Return the numbers of published centres by the label of their state."""
    states = Center.objects.published().order_by().values_list("status", flat=True)
    counts = Counter(states)
    return {str(one.label): counts[one.value] for one in Center.Status}


@per_data_version
def get_stated_count(version: int) -> StatedCount | None:
    """Return the number of the newest document that states one or is a status list."""
    is_list = Q(kind=Announcement.Kind.STATUS_LIST)
    found = Announcement.objects.filter(is_list | Q(centers_total__isnull=False))
    newest = found.order_by("-published_on", "-pk").first()
    if newest is None:
        return None
    total = newest.centers_total
    return StatedCount(newest, newest.listings.count() if total is None else total)


@per_data_version
def get_newest_status_list(version: int) -> Announcement | None:
    """Return the status list published last."""
    lists = Announcement.objects.filter(kind=Announcement.Kind.STATUS_LIST)
    return lists.order_by("-published_on", "-pk").first()
