"""Releases of the data for tests of pages that need one."""

import io

from django.core.management import call_command

from centers.exports.releases.store import list_releases


def make_release(settings, folder) -> str:
    """Make a release in a folder, which is then DATA_DIR; return its number."""
    settings.DATA_DIR = folder
    call_command("release_data", stdout=io.StringIO())
    return str(list_releases()[0].version)
