"""The folder of data releases as public pages depend on it: its path, and which files it holds."""

import os
import re
import time
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

#: Below DATA_DIR.
FOLDER_NAME = "releases"
#: The file of a release: 2026.11.1.zip.
FILE_NAME = re.compile(r"(20\d\d\.(?:[1-9]|1[0-2])\.[1-9]\d{0,3})\.zip", re.ASCII)


#: In seconds: a file that is copied into the folder grows without a change of the folder.
SCAN_INTERVAL = 10


class ReleaseState(NamedTuple):
    """Which releases there are, by name and size, the same on every node that has the same."""

    key: str = ""
    #: When a file was added, removed or written last, as a timestamp.
    changed: int = 0


NO_RELEASES = ReleaseState()


def get_release_state() -> ReleaseState:
    """Return the state of the folder, read after each change of it and every `SCAN_INTERVAL`."""
    path = f"{settings.DATA_DIR}/{FOLDER_NAME}"
    try:
        changed = os.stat(path).st_mtime_ns  # noqa: PTH116 (each request does this)
        return _read_folder(path, changed, int(time.monotonic() // SCAN_INTERVAL))
    except OSError:
        return NO_RELEASES


@lru_cache(maxsize=4)
def _read_folder(path: str, changed: int, _turn: int) -> ReleaseState:
    with os.scandir(path) as entries:
        found = {one.name: one.stat() for one in entries if FILE_NAME.fullmatch(one.name)}
    key = " ".join(f"{name}:{found[name].st_size}" for name in sorted(found))
    newest = max((changed, *(one.st_mtime_ns for one in found.values())))
    return ReleaseState(key, newest // 1_000_000_000)
