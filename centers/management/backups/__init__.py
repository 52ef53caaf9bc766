"""Backups of the whole database in one file with a checksum, and their restoring."""

from centers.management.backups import postgresql, sqlite
from centers.management.backups.archive import BackupError

__all__ = ["BackupError", "get_engine"]


def get_engine(vendor: str):
    """Return the module that dumps and restores databases of this vendor."""
    return {"sqlite": sqlite, "postgresql": postgresql}[vendor]
