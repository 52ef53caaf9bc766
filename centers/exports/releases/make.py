"""Making a release: the tables as they are now, if they differ from those of the last release."""

from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils import timezone

from centers.exports.export import Export
from centers.exports.releases.changes_text import summarize, write_changes, write_first_changes
from centers.exports.releases.comparison import Comparison, count_states, merge_origins
from centers.exports.releases.origins import find_merged, find_origins
from centers.exports.releases.package import (
    CHANGES_FILE,
    LICENSE_FILE,
    build_package,
    dump_package,
    pack,
    read_centers,
    write_checksums,
    write_license,
)
from centers.exports.releases.store import (
    CHECKSUM_FILE,
    PACKAGE_FILE,
    Content,
    Release,
    ReleaseError,
    Version,
    find_release,
    list_names,
    lock_folder,
    write_release,
)
from centers.exports.releases.tables import RELEASE_TABLES, WrittenTable
from centers.models import DataVersion
from centers.search.results import Results

#: How often the tables are read until no record changes meanwhile.
MAX_READS = 5


class Made(NamedTuple):
    """A new release, and what changed in it; None for the first."""

    release: Release
    comparison: Comparison | None


def make_release() -> Made | None:
    """Make a release of the records as they are now; None if nothing has changed since the last.

    Raises ReleaseError where that is impossible, and OSError where the file cannot be written.
    """
    with lock_folder():
        last = find_last()
        day = timezone.localdate()
        version = choose_version(last, day)
        tables = read_tables()
        if last and is_unchanged(last, tables):
            return None
        files, comparison = build_files(version, day, tables, last)
        write_release(version, pack(files, day))
    release = find_release(version)
    if release is None:
        raise ReleaseError(f"배포본 {version}의 파일을 쓴 뒤에 읽지 못했습니다.")
    return Made(release, comparison)


def find_last() -> Release | None:
    """Return the newest release. Raises ReleaseError if its file cannot be read."""
    names = list_names()
    if not names:
        return None
    last = find_release(names[0])
    if last is None:
        raise ReleaseError(
            f"마지막 배포본 {names[0]}의 파일을 읽을 수 없습니다. 사본에서 되살리거나 지우세요."
        )
    return last


def choose_version(last: Release | None, day: date) -> Version:
    """Number a release of a day. Raises ReleaseError for a day before that of the last one."""
    if last and day < last.day:
        raise ReleaseError(
            f"오늘({day})이 마지막 배포본 {last.version}의 날({last.day})보다 이릅니다. "
            "서버의 시계를 확인하세요."
        )
    is_same_month = last and (last.version.year, last.version.month) == (day.year, day.month)
    return Version(day.year, day.month, last.version.number + 1 if last and is_same_month else 1)


def read_tables() -> list[WrittenTable]:
    """Read all tables at one data version. Raises ReleaseError if records change all the time."""
    for _ in range(MAX_READS):
        version = DataVersion.fetch()
        export = Export(Results(QueryDict()))
        tables = [table.write(export) for table in RELEASE_TABLES]
        if DataVersion.fetch() == version:
            return tables
    raise ReleaseError("읽는 동안 자료가 계속 바뀌었습니다. 잠시 뒤에 다시 실행하세요.")


def is_unchanged(last: Release, tables: list[WrittenTable]) -> bool:
    """Whether the tables are, byte for byte, those of a release."""
    files = last.load().files
    return all(files.get(one.table.file_name) == one.content for one in tables)


def build_files(
    version: Version, day: date, tables: list[WrittenTable], last: Release | None
) -> tuple[dict[str, bytes], Comparison | None]:
    """Build all files of a release, and its comparison with the last one."""
    files = {one.table.file_name: one.content for one in tables}
    changes: dict[str, Any] = {}
    comparison = None
    if last:
        changes, comparison = compare_with_last(version, day, tables, last)
        text = write_changes(version, day, (last.version, last.day), comparison)
    else:
        counts = {one.table.name: one.row_count for one in tables}
        text = write_first_changes(version, day, counts, count_states(read_centers(tables)))
    files[PACKAGE_FILE] = dump_package(build_package(version, day, tables, changes))
    files[CHANGES_FILE] = text.encode()
    files[LICENSE_FILE] = write_license(version, day).encode()
    files[CHECKSUM_FILE] = write_checksums(files).encode()
    return files, comparison


def compare_with_last(
    version: Version, day: date, tables: list[WrittenTable], last: Release
) -> tuple[dict[str, Any], Comparison]:
    """Compare with the last release, and find out when and by which source values changed."""
    files = {one.table.file_name: one.content for one in tables}
    files[PACKAGE_FILE] = dump_package(build_package(version, day, tables, {}))
    old, new = last.load(), Content(files)
    found = Comparison(old, new)
    changed = (*found.added, *found.closed, *found.changed, *found.confirmed)
    wanted = {(one.key, value.name) for one in changed for value in one.values}
    changes = {
        "since": str(last.version),
        "summary": summarize(found),
        "origins": find_origins(wanted, last.day),
        "merged": find_merged(one.key for one in found.removed),
    }
    return changes, Comparison(old, new, *merge_origins([changes]))
