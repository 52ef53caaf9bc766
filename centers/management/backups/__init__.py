"""The whole database as one file that can be checked, and back again."""

from centers.management.backups import postgresql, sqlite
from centers.management.backups.archive import BackupError

__all__ = ["BackupError", "get_engine"]


def get_engine(vendor: str):
    """The module that copies databases of this kind."""
    return {"sqlite": sqlite, "postgresql": postgresql}[vendor]
