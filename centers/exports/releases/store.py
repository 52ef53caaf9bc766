"""The stored releases: listed, read, and written so that a half-written one is never visible."""

import csv
import fcntl
import hashlib
import io
import json
import logging
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.conf import settings

from centers.http.release_state import (
    FILE_NAME,
    FOLDER_NAME,
    ReleaseState,
    get_release_state,
)

PACKAGE_FILE, CHECKSUM_FILE = "datapackage.json", "SHA256SUMS"
#: Drafts are written in it, so that the folder itself changes once for each release.
DRAFT_FOLDER = ".drafts"
#: Releases that a process has read about, and those whose files it holds: 8 MB at 10,000 centres.
MAX_CACHED_RELEASES, MAX_CACHED_CONTENTS = 1_000, 2

#: What reading a damaged file raises, whichever of its bytes are wrong.
UNREADABLE = (
    *(OSError, EOFError, RuntimeError, BadZipFile, zlib.error),
    *(AttributeError, LookupError, TypeError, ValueError),
)

log = logging.getLogger("centers.releases")


class ReleaseError(Exception):
    """A release that cannot be made or read; the text is one line in Korean."""


class Version(NamedTuple):
    """The number of a release: year, month, and which of that month it is."""

    year: int
    month: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """Read 2026.11.1; None for any other text."""
        return cls(*map(int, text.split("."))) if FILE_NAME.fullmatch(f"{text}.zip") else None

    def __str__(self) -> str:
        return f"{self.year}.{self.month}.{self.number}"


#: The cells of a table as written, by the names of its columns in JSON.
Row = dict[str, str]


@dataclass(frozen=True, eq=False)
class Content:
    """The files of a release by name, stored or about to be, and what its description says."""

    files: dict[str, bytes]

    @cached_property
    def package(self) -> dict[str, Any]:
        return json.loads(self.files[PACKAGE_FILE])

    @cached_property
    def resources(self) -> dict[str, dict]:
        return {one["name"]: one for one in self.package["resources"]}

    def read_table(self, name: str) -> "Table":
        """Return the rows of a table; none where the release has no such table."""
        resource = self.resources.get(name)
        if resource is None:
            return Table((), {})
        schema = resource["schema"]
        text = self.files[resource["path"]].decode("utf-8-sig")
        headings, *rows = csv.reader(io.StringIO(text, newline=""))
        key = [headings.index(heading) for heading in schema["primaryKey"]]
        names = tuple(one["jsonName"] for one in schema["fields"])
        return Table(names, {tuple(row[at] for at in key): row for row in rows})


@dataclass(frozen=True)
class Table:
    """The rows of a table by primary key, each a list of cells; cheaper than as many `Row`s."""

    #: Of the columns, as in JSON.
    names: tuple[str, ...]
    rows: dict[tuple[str, ...], list[str]]

    def get_row(self, key: tuple[str, ...]) -> Row:
        return dict(zip(self.names, self.rows[key], strict=True))

    def count_values(self, name: str) -> Counter[str]:
        """Count the rows by their cell in one column; nothing where there is no such column."""
        if name not in self.names:
            return Counter()
        at = self.names.index(name)
        return Counter(cells[at] for cells in self.rows.values())

    def list_new_keys(self, other: "Table") -> list[tuple[str, ...]]:
        """Return the keys that another table does not have, in order."""
        return [key for key in self.rows if key not in other.rows]

    def list_changed_keys(self, older: "Table") -> list[tuple[str, ...]]:
        """Return the keys of the rows that have other cells or columns in another table."""
        is_same_shape = self.names == older.names
        return [
            key
            for key, cells in self.rows.items()
            if (before := older.rows.get(key)) and not (is_same_shape and cells == before)
        ]


@dataclass(frozen=True)
class Release:
    """A stored release."""

    version: Version
    path: Path = field(compare=False)
    #: Of the zip file.
    size: int = field(compare=False)
    sha256: str = field(compare=False)
    package: dict[str, Any] = field(compare=False, repr=False)
    #: Name and size of each file in it.
    file_sizes: dict[str, int] = field(compare=False, repr=False)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.package["created"][:10])

    @property
    def row_counts(self) -> dict[str, int]:
        """The number of rows by table."""
        return {one["name"]: one["rowCount"] for one in self.package["resources"]}

    @property
    def state_counts(self) -> dict[str, int]:
        """The number of centres by the label of their state; empty if it stores none."""
        return self.package.get("centersByState") or {}

    @property
    def changes(self) -> dict[str, Any]:
        """What it stores about the changes since the release before it (see `make.py`)."""
        return self.package.get("changes") or {}

    def read_file(self, name: str) -> bytes:
        """Return one file of the zip; raises KeyError for a name that it does not have."""
        with ZipFile(self.path) as archive:
            return archive.read(name)

    def load(self) -> Content:
        return _load(self.path, self.sha256)


@lru_cache(maxsize=MAX_CACHED_CONTENTS)
def _load(path: Path, sha256: str) -> Content:
    with ZipFile(path) as archive:
        return Content({name: archive.read(name) for name in archive.namelist()})


def get_folder() -> Path:
    return settings.DATA_DIR / FOLDER_NAME


def list_names() -> list[Version]:
    """Return the versions in the folder, the newest first, readable or not."""
    try:
        names = os.listdir(get_folder())  # noqa: PTH208
    except OSError:
        return []
    found = (Version.parse(match[1]) for name in names if (match := FILE_NAME.fullmatch(name)))
    return sorted((one for one in found if one), reverse=True)


def list_releases() -> list[Release]:
    """Return the releases, the newest first; one that cannot be read is logged and left out."""
    return list(_list_releases(str(get_folder()), get_release_state()))


@lru_cache(maxsize=2)
def _list_releases(folder: str, state: ReleaseState) -> tuple[Release, ...]:
    return tuple(one for version in list_names() if (one := find_release(version)))


def find_release(version: Version | None) -> Release | None:
    """Return the release of this version; None if there is none that can be read."""
    if version is None:
        return None
    path = get_folder() / f"{version}.zip"
    try:
        found = path.stat()
        return _open(version, path, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        return None
    except UNREADABLE as error:
        log.error(
            "release_unreadable version=%s", version, exc_info=error,
            extra={"event": "release_unreadable"},
        )  # fmt: skip
        return None


@lru_cache(maxsize=MAX_CACHED_RELEASES)
def _open(version: Version, path: Path, changed: int, size: int) -> Release:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        with ZipFile(file) as archive:
            content = Content({name: archive.read(name) for name in archive.namelist()})
    check_files(content.files)
    package = content.package
    sizes = {name: len(file) for name, file in content.files.items()}
    release = Release(version, path, size, digest, package, sizes)
    if package["version"] != str(version) or not (release.day and release.row_counts):
        raise ValueError(f"{path} is not the release of its name")
    return release


def check_files(files: dict[str, bytes]) -> None:
    """Raise ValueError unless the files of a release are those that its checksums name."""
    lines = files[CHECKSUM_FILE].decode().splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != CHECKSUM_FILE
    }
    if found != expected:
        raise ValueError("The files do not have their checksums.")


# --- writing -------------------------------------------------------------------------------------


@contextmanager
def lock_folder() -> Iterator[None]:
    """Create the folder, wait until no other process makes a release, and remove old drafts.

    Raises OSError where the folder cannot be written.
    """
    drafts = get_folder() / DRAFT_FOLDER
    drafts.mkdir(parents=True, exist_ok=True)
    with (drafts / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in drafts.glob("*.zip"):
            path.unlink()  # what a process left that was killed
        yield


def write_draft(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_release(version: Version, content: bytes) -> Path:
    """Write the zip of a new release: a synced draft, then renamed. Raises OSError.

    Only inside `lock_folder`, as it replaces nothing. Raises ReleaseError if there is such a file.
    """
    path = get_folder() / f"{version}.zip"
    if path.exists():
        raise ReleaseError(f"배포본 {version}의 파일이 이미 있습니다.")
    draft = get_folder() / DRAFT_FOLDER / path.name
    try:
        write_draft(draft, content)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name must survive a power cut too
    finally:
        os.close(folder)
    return path
