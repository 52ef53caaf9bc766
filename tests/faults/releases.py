"""Releases of the data: kill -9 at any moment, two at once, and a full disk (needs root)."""

import hashlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from tests.faults.full_disk import fill
from tests.faults.scratch import main, prepare, run_command, run_shell, site
from tests.support.processes import MANAGE, environment

#: Releases killed, and in MB the size of the disk of the last part.
KILLS, DISK_SIZE = 12, 2
CHANGE = (
    "from centers.models import Center; one = Center.objects.first();one.note = {!r}; one.save()"
)


def test(promise, folder, database):
    prepare(folder, database.url)
    run_command(folder, database.url, "release_data")
    change(folder, database.url, "처음")
    began = time.monotonic()
    start(folder, database.url).communicate()
    kill_releases(promise, folder, database.url, time.monotonic() - began)
    release_twice_at_once(promise, folder, database.url)
    fill_the_disk(promise, folder, database.url)


def change(folder, url, note: str) -> None:
    run_shell(folder, url, CHANGE.format(note))


def start(folder, url) -> subprocess.Popen:
    return subprocess.Popen(
        [*MANAGE, "release_data"],
        env=environment(DATA_DIR=folder, DATABASE_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def list_zips(folder: Path) -> list[Path]:
    return sorted((folder / "releases").glob("*.zip"))


def is_whole(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            sums = archive.read("SHA256SUMS").decode().splitlines()
            pairs = [line.split("  ") for line in sums]
            return len(pairs) == 7 and all(
                hashlib.sha256(archive.read(name)).hexdigest() == digest for digest, name in pairs
            )
    except (BadZipFile, KeyError, OSError):
        return False


def kill_releases(promise, folder, url, usual: float) -> None:
    """Kill releases at random, most of them near their end; `usual` is how long one takes."""
    killed = 0
    with site(folder, url, "--no-load") as running:
        shown = True
        for number in range(KILLS):
            change(folder, url, f"글 {number}")
            process = start(folder, url)
            try:
                process.wait(usual * random.uniform(0.4, 1.1))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.communicate()
            names = {path.stem for path in list_zips(folder)}
            page = running.get("/data/releases/manifest.json").body.decode()
            shown &= all(f'"version": "{name}"' in page for name in names)
        whole = [is_whole(path) for path in list_zips(folder)]
        promise(
            all(whole) and shown,
            f"{killed} of {KILLS} releases killed: {sum(whole)} of {len(whole)} files are whole, "
            "and the site lists each of them",
        )
    before = len(list_zips(folder))
    change(folder, url, "뒤")
    run_command(folder, url, "release_data")
    drafts = list((folder / "releases" / ".drafts").glob("*.zip"))
    promise(
        len(list_zips(folder)) == before + 1 and not drafts,
        f"the next release is made, and {len(drafts)} drafts are left",
    )


def release_twice_at_once(promise, folder, url) -> None:
    before = len(list_zips(folder))
    change(folder, url, "둘")
    both = [start(folder, url) for _ in range(2)]
    printed = [process.communicate() for process in both]
    promise(
        len(list_zips(folder)) == before + 1 and not any(process.returncode for process in both),
        f"two at once make one release: {[out.split(':')[0].strip() for out, _ in printed]}",
    )


def fill_the_disk(promise, folder, url) -> None:
    disk = folder / "small"
    (disk / "releases").mkdir(parents=True)
    options = ["-t", "tmpfs", "-o", f"size={DISK_SIZE}m", "tmpfs", disk / "releases"]
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(["mount", *options], stderr=subprocess.DEVNULL).returncode
    )
    if not mounted:
        promise.skip("mounting a disk needs root")
        return
    try:
        filler = disk / "releases" / "filler"
        run_command(disk, url, "release_data")
        change(folder, url, "가득")
        fill(filler)
        process = start(disk, url)
        _, error = process.communicate()
        # Beside the warning that SITE_URL is not set.
        lines = [line for line in error.splitlines() if not line.startswith("경고: ")]
        zips = [path.name for path in disk.rglob("*.zip")]
        promise(
            process.returncode == 1 and len(lines) == 1 and len(zips) == 1,
            f"full disk: {' / '.join(lines)}; files: {zips}",
        )
        filler.unlink()
        run_command(disk, url, "release_data")
        promise(len(list_zips(disk)) == 2, "space freed: the next release is made")
    finally:
        subprocess.run(["umount", "-l", disk / "releases"], check=True)


if __name__ == "__main__":
    main("Releases of the data", test)
