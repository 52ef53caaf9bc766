"""kill -9 in the middle of imports and of saves at the staff desk."""

import os
import random
import re
import signal
import subprocess
import time

from tests.faults.scratch import Editor, agreement, command, main, prepare, shell, site, wait_until
from tests.processes import MANAGE, ROOT, environment

LIST = ROOT / "tests/data/status_list_2026.csv"
WORDS = [
    "import_list", LIST, "--announcement=list-2027", "--kind=status_list", "--title=현황",
    "--publisher=소상공인시장진흥공단", "--published-on=2026-08-31",
]  # fmt: skip
IMPORTED = (
    "from centers.models import *; from django.db.models import Q;"
    "print(Announcement.objects.filter(slug='list-2027').count(),"
    "Listing.objects.filter(announcement__slug='list-2027').count(), ImportRun.objects.count())"
)
KILLS = 20


def test(promise, folder, database):
    url = database.url
    prepare(folder, url)
    imports(promise, folder, url)
    saves(promise, folder, url)


def imports(promise, folder, url):
    before = shell(folder, url, IMPORTED)
    facts = agreement(folder, url)
    began = time.monotonic()
    command(folder, url, *WORDS, "--dry-run")
    whole = time.monotonic() - began
    left = killed = 0
    for number in range(KILLS):
        process = subprocess.Popen(
            [*MANAGE, *map(str, WORDS)],
            env=environment(DATA_DIR=folder, DATABASE_URL=url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # From where it begins to read to where it would have ended.
        time.sleep(whole * (0.5 + 0.6 * number / KILLS))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        if shell(folder, url, IMPORTED) != before:
            left += 1
            command(folder, url, "undo_import", re.search(r"\d+$", newest(folder, url))[0])
            before = shell(folder, url, IMPORTED)
    promise(
        agreement(folder, url) == facts,
        f"{killed} imports killed, {left} had ended just before and were taken back: "
        "the rows and their history are as they were",
    )
    command(folder, url, *WORDS)
    promise(shell(folder, url, IMPORTED).split()[:2] == ["1", "40"], "the next one is whole")


def newest(folder, url) -> str:
    code = "from centers.models import *; print(ImportRun.objects.order_by('pk').last().pk)"
    return shell(folder, url, code).strip()


def workers(running) -> list[int]:
    """The processes that answer: the children of the server, the watcher of resources left out."""
    found = subprocess.run(
        ["pgrep", "-P", str(running.process.pid)], capture_output=True, text=True
    ).stdout.split()
    return [
        int(pid)
        for pid in found
        if b"resource_tracker" not in open(f"/proc/{pid}/cmdline", "rb").read()  # noqa: PTH123
    ]


def saves(promise, folder, url):
    asked = answered = 0
    with site(folder, url, "--workers=1") as running:
        editor = Editor(running)
        pk = int(
            shell(folder, url, "from centers.models import *; print(Center.objects.first().pk)")
        )
        told = set()
        for number in range(KILLS):
            [worker] = workers(running)
            killer = subprocess.Popen(
                ["sh", "-c", f"sleep {random.uniform(0.01, 0.4):.3f}; kill -9 {worker}"]
            )
            try:
                while killer.poll() is None:
                    data = editor.form(pk)
                    asked += 1
                    note = f"글 {number}-{asked}"
                    if editor.save(pk, data, note=note).status == 302:
                        answered += 1
                        told.add(note)
            except (OSError, EOFError, Exception) as error:
                if "No form" in str(error):
                    raise
            killer.wait()
            # One that dies again within 5.5 s of its start is taken for one that cannot start.
            time.sleep(6)
            if wait_until(lambda: running.get("/").status == 200, 60) is None:
                break
        noted = (
            f"from centers.models import *; print(*Center.history.filter(id={pk})"
            ".values_list('note', flat=True), sep='\\n')"
        )
        lost = told - set(shell(folder, url, noted).splitlines())
        bad, _, _, stale = agreement(folder, url)
        promise(
            not bad and not stale,
            f"workers killed {number + 1} times during {asked} saves: {bad} centres differ from "
            f"their history, {stale} have stale search columns",
        )
        promise(not lost, f"of {answered} saves that were answered, {len(lost)} are lost")
        data = editor.form(pk)
        promise(editor.save(pk, data, note="끝").status == 302, "the next save is taken")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main("kill -9", test)
