"""The disk of the database is full, and has room again. Needs root, for a small disk in memory."""

import os
import subprocess
import time
from pathlib import Path

from tests.faults.scratch import (
    PATHS,
    UNREAD,
    Editor,
    File,
    Readers,
    agreement,
    main,
    prepare,
    shell,
    site,
    status,
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
        promise.skip("a disk of its own needs root and the right to mount")
        return
    try:
        on(promise, disk, File(f"sqlite:///{disk / 'db.sqlite3'}"))
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


def on(promise, disk, database):
    prepare(disk, database.url)
    filler = disk / "filler"
    with site(disk, database.url) as running:
        editor = Editor(running)
        pk = int(shell(disk, database.url, FIRST))
        data = editor.form(pk)
        for _ in range(20):
            status(running.port, "/")
        fill(filler)
        with Readers(running.port, count=2, paths=PATHS + UNREAD, least=100) as readers:
            pass
        total = sum(readers.answers.values())
        promise(
            readers.failed == 0, f"full: {readers.answers[200]} of {total} reads ({readers.told()})"
        )
        answers = [editor.save(pk, data, note=f"글 {n} " + "가" * 400) for n in range(10)]
        refused = [one for one in answers if one.status == 503]
        saved = [n for n, one in enumerate(answers) if one.status == 302]
        others = [one.status for one in answers if one.status not in (302, 503)]
        promise(
            len(refused) + len(saved) == len(answers) and len(refused) > 0,
            f"full: of 10 saves {len(refused)} are answered 503, {len(saved)} were still taken, "
            f"others {others}",
        )
        promise(
            all(WHY in one.text and one.headers["Retry-After"] for one in refused),
            "full: the 503 says why, in Korean, and when to try again",
        )
        # Idle threads end after 30 seconds, and their connections with them.
        time.sleep(40)
        found = [status(running.port, path) for path in PATHS + UNREAD[-20:]]
        good = found.count(200)
        promise(
            good == len(found), f"full, after 40 s of rest: {good} of {len(found)} reads are 200"
        )
        filler.unlink()
        began = time.monotonic()
        last = editor.save(pk, editor.form(pk), note="끝")
        promise(
            last.status == 302,
            f"room again: the next save is answered {last.status}, within "
            f"{time.monotonic() - began:.1f} s, without a restart",
        )
    bad, count, _, stale = agreement(disk, database.url)
    noted = (
        f"from centers.models import *; print(*Center.history.filter(id={pk})"
        ".values_list('note', flat=True), sep='\\n')"
    )
    kept = shell(disk, database.url, noted)
    lost = [n for n in saved if f"글 {n} " not in kept]
    promise(
        not (bad or stale or lost) and "끝" in kept,
        f"{count} centres: {bad} half-saved, {stale} stale, {len(lost)} lost of those saved",
    )


if __name__ == "__main__":
    main("Full disk", test, databases=("sqlite",))
