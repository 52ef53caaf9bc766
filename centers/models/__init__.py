"""The records of the directory and the verbs of their QuerySets."""

from centers.models.announcements import Announcement, Listing
from centers.models.asking import Asking
from centers.models.base import FIRST_YEAR, LARGEST_CLUSTER, LAST_YEAR
from centers.models.centers import Center, CenterQuerySet
from centers.models.intake import ImportRun
from centers.models.reference import Industry, Operator, Region
from centers.models.version import DataVersion

__all__ = [
    "FIRST_YEAR",
    "LARGEST_CLUSTER",
    "LAST_YEAR",
    "Announcement",
    "Asking",
    "Center",
    "CenterQuerySet",
    "DataVersion",
    "ImportRun",
    "Industry",
    "Listing",
    "Operator",
    "Region",
]
