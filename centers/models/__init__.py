"""The models of the directory and their QuerySets; imports nothing but `centers.text`."""

from centers.models.announcements import Announcement, Listing
from centers.models.api_usage import Asking
from centers.models.base import FIRST_YEAR, LAST_YEAR, MAX_CLUSTER_SIZE
from centers.models.call_round import BrokenLink, Call, CallRound
from centers.models.centers import Center, CenterQuerySet
from centers.models.change_sets import ChangeSet, ChangeSetEntry, MergedRecord
from centers.models.citations import Citation
from centers.models.corrections import Correction
from centers.models.data_version import DataVersion
from centers.models.import_run import ImportRun
from centers.models.localities import Dong, Landmark
from centers.models.regions import Industry, Operator, Region
from centers.models.services import Service
from centers.models.vocabulary import IndustryClass, Word

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MAX_CLUSTER_SIZE",
    "Announcement",
    "Asking",
    "BrokenLink",
    "Call",
    "CallRound",
    "Center",
    "CenterQuerySet",
    "ChangeSet",
    "ChangeSetEntry",
    "Citation",
    "Correction",
    "DataVersion",
    "Dong",
    "ImportRun",
    "Industry",
    "IndustryClass",
    "Landmark",
    "Listing",
    "MergedRecord",
    "Operator",
    "Region",
    "Service",
    "Word",
]
