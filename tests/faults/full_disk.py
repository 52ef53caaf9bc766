"""The disk of the database fills up and is freed again; needs root, to mount a small tmpfs."""

import os
import subprocess
import time
from pathlib import Path

from tests.faults.scratch import (
    PATHS,
    UNCACHED_PATHS,
    Editor,
    Readers,
    SqliteFile,
    check_agreement,
    fetch_status,
    main,
    prepare,
    run_shell,
    site,
)

SIZE = 40  # MB
FIRST = "from centers.models import *; print(Center.objects.first().pk)"
WHY = "저장할 자리가 없습니다"


def test(promise, folder, database):
    disk = folder / "disk"
    disk.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", disk],
            stderr=subprocess.DEVNULL,
        ).returncode
    )
    if not mounted:
        promise.skip("mounting a disk needs root")
        return
    try:
        test_on_disk(promise, disk, SqliteFile(f"sqlite:///{disk / 'db.sqlite3'}"))
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def test_on_disk(promise, disk, database):
    prepare(disk, database.url)
    filler = disk / "filler"
    with site(disk, database.url) as running:
        editor = Editor(running)
        pk = int(run_shell(disk, database.url, FIRST))
        data = editor.form(pk)
        for _ in range(20):
            fetch_status(running.port, "/")
        fill(filler)
        with Readers(running.port, count=2, paths=PATHS + UNCACHED_PATHS, least=100) as readers:
            pass
        total = sum(readers.statuses.values())
        promise(
            readers.failed == 0,
            f"full: {readers.statuses[200]} of {total} reads ({readers.summarize()})",
        )
        responses = [editor.save(pk, data, note=f"글 {n} " + "가" * 400) for n in range(10)]
        rejected = [one for one in responses if one.status == 503]
        saved = [n for n, one in enumerate(responses) if one.status == 302]
        others = [one.status for one in responses if one.status not in (302, 503)]
        promise(
            len(rejected) + len(saved) == len(responses) and len(rejected) > 0,
            f"full: of 10 saves {len(rejected)} return 503, {len(saved)} were still saved, "
            f"others {others}",
        )
        promise(
            all(WHY in one.text and one.headers["Retry-After"] for one in rejected),
            "full: the 503 gives the reason in Korean, and Retry-After",
        )
        # Idle threads end after 30 seconds, and their connections with them.
        time.sleep(40)
        found = [fetch_status(running.port, path) for path in PATHS + UNCACHED_PATHS[-20:]]
        good = found.count(200)
        promise(good == len(found), f"full, after 40 s idle: {good} of {len(found)} reads are 200")
        filler.unlink()
        began = time.monotonic()
        last = editor.save(pk, editor.form(pk), note="끝")
        promise(
            last.status == 302,
            f"space freed: the next save returns {last.status} within "
            f"{time.monotonic() - began:.1f} s, without a restart",
        )
    bad, count, _, stale = check_agreement(disk, database.url)
    notes_code = (
        f"from centers.models import *; print(*Center.history.filter(id={pk})"
        ".values_list('note', flat=True), sep='\\n')"
    )
    saved_notes = run_shell(disk, database.url, notes_code)
    lost = [n for n in saved if f"글 {n} " not in saved_notes]
    promise(
        not (bad or stale or lost) and "끝" in saved_notes,
        f"{count} centres: {bad} half-saved, {stale} stale, {len(lost)} lost of those saved",
    )


if __name__ == "__main__":
    main("Full disk", test, databases=("sqlite",))
