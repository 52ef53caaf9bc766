"""kill -9 during imports and during saves in the admin."""

import http.client
import os
import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.scratch import (
    Editor,
    check_agreement,
    main,
    prepare,
    run_command,
    run_shell,
    site,
    wait_until,
)
from tests.support.processes import MANAGE, ROOT, environment

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
#: The same counts as SQL, without another process.
COUNTS = """
SELECT (SELECT count(*) FROM centers_announcement WHERE slug = 'list-2027'),
  (SELECT count(*) FROM centers_listing JOIN centers_announcement AS one
   ON one.id = announcement_id WHERE slug = 'list-2027'),
  (SELECT count(*) FROM centers_importrun)
"""
#: An import that prints a line after each write in its open transaction, and sleeps after write
#: number `stop` (0: never).
WATCHED = """
import time
from django.core.management import call_command
from django.db import connection

written = 0

def trace(execute, sql, *rest):
    global written
    result = execute(sql, *rest)
    if sql.startswith(("INSERT", "UPDATE")) and connection.in_atomic_block:
        written += 1
        print("written", flush=True)
        if written == {stop}:
            time.sleep(600)
    return result

with connection.execute_wrapper(trace):
    call_command(*{words})
"""
#: Imports killed between two writes, imports killed around their commit, workers killed during a
#: save, and the least number of these that must be killed within the open transaction.
CUTS, COMMITS, SAVES, MIN_CUT_SAVES = 10, 8, 12, 6


def test(promise, folder, database):
    prepare(folder, database.url)
    kill_imports(promise, folder, database)
    kill_saves(promise, folder, database)


def build_watched_command(stop: int = 0) -> list:
    code = WATCHED.format(stop=stop, words=[str(word) for word in WORDS])
    return ["shell", "-v0", "-c", code]


def kill_imports(promise, folder, database):
    url = database.url
    writes = run_command(folder, url, *build_watched_command()).split().count("written")
    undo_last_import(folder, url)
    facts = check_agreement(folder, url)
    with database.connect() as connection:

        def rows() -> tuple:
            return tuple(connection.execute(COUNTS).fetchone())

        @contextmanager
        def importing(stop: int, lines: int):
            """Start an import and wait until it has printed so many lines."""
            process = subprocess.Popen(
                [*MANAGE, *build_watched_command(stop)],
                env=environment(DATA_DIR=folder, DATABASE_URL=url),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            output = [process.stdout.readline() for _ in range(lines)]
            yield process, output == ["written\n"] * lines
            process.kill()
            process.communicate()

        before = rows()
        stops = [1 + (writes - 1) * number // (CUTS - 1) for number in range(CUTS)]
        cut = emptied = 0
        for stop in stops:
            with importing(stop, stop) as (process, has_written):
                is_open = has_written and database.is_written(connection)
            cut += is_open and process.returncode == -signal.SIGKILL
            emptied += rows() == before
        promise(
            writes >= CUTS and cut == CUTS,
            f"{cut} of {CUTS} imports killed in their transaction, after "
            f"{', '.join(map(str, stops))} of their {writes} writes",
        )
        promise(emptied == CUTS, f"{emptied} of {CUTS} left no row")

        killed = emptied = whole = 0
        for number in range(COMMITS):
            with importing(0, writes) as (process, has_written):
                time.sleep(0.002 * number)
            killed += has_written and process.returncode == -signal.SIGKILL
            left = rows()
            emptied += left == before
            if left == (1, 40, before[2] + 1):
                whole += 1
                undo_last_import(folder, url)
                before = rows()
        promise(
            killed > 0 and emptied + whole == COMMITS,
            f"of {COMMITS} more, {killed} killed up to {2 * (COMMITS - 1)} ms after their "
            f"last write: {emptied} left no row, {whole} all of them (and were undone)",
        )
    promise(check_agreement(folder, url) == facts, "records and history are unchanged")
    run_command(folder, url, *WORDS)
    promise(
        run_shell(folder, url, IMPORTED).split()[:2] == ["1", "40"], "the next import is complete"
    )


def undo_last_import(folder, url) -> None:
    code = "from centers.models import *; print(ImportRun.objects.order_by('pk').last().pk)"
    run_command(folder, url, "undo_import", run_shell(folder, url, code).strip())


def find_workers(running) -> list[int]:
    """Return the process ids of the workers: the server's children except the resource tracker."""
    found = subprocess.run(
        ["pgrep", "-P", str(running.process.pid)], capture_output=True, text=True
    ).stdout.split()
    return [
        int(pid)
        for pid in found
        if b"resource_tracker" not in open(f"/proc/{pid}/cmdline", "rb").read()  # noqa: PTH123
    ]


def kill_saves(promise, folder, database):
    url = database.url
    killed, taken, cut = 0, set(), set()
    with site(folder, url, "--workers=1") as running, database.connect() as connection:
        editor = Editor(running)
        pk = int(
            run_shell(folder, url, "from centers.models import *; print(Center.objects.first().pk)")
        )
        for number in range(SAVES):
            [worker] = find_workers(running)
            if editor.save(pk, editor.form(pk), note=f"앞 {number}").status == 302:
                taken.add(f"앞 {number}")
            data, note = editor.form(pk), f"글 {number}"
            with ThreadPoolExecutor(1) as pool:
                response = pool.submit(editor.save, pk, data, note=note)
                is_open = wait_until(
                    lambda one=response: database.is_written(connection) or one.done(), 20, 0.0005
                )
                # Half of them are killed at once, the others a little later.
                time.sleep(random.uniform(0, 0.02) * (number % 2))
                is_open = is_open is not None and not response.done()
                os.kill(worker, signal.SIGKILL)
                try:
                    if response.result().status == 302:
                        taken.add(note)
                except (OSError, http.client.HTTPException):
                    if is_open:
                        cut.add(note)
            # The server gives up on a worker that dies within 5.5 s of its start.
            time.sleep(6)
            back = wait_until(lambda: running.get("/").status == 200)
            killed += back is not None and worker not in find_workers(running)
        notes_code = (
            f"from centers.models import *; print(*Center.history.filter(id={pk})"
            ".values_list('note', flat=True), sep='\\n')"
        )
        saved_notes = set(run_shell(folder, url, notes_code).splitlines())
        promise(killed == SAVES, f"{killed} of {SAVES} workers killed and replaced")
        promise(
            len(cut - saved_notes) >= MIN_CUT_SAVES,
            f"{len(cut - saved_notes)} of them within the open transaction of a save, which was "
            f"rolled back ({len(cut & saved_notes)} more had just committed)",
        )
        bad, count, _, stale = check_agreement(folder, url)
        promise(
            count > 0 and not bad and not stale,
            f"of {count} centres {bad} differ from their history, {stale} have stale columns",
        )
        promise(
            len(taken) >= SAVES and taken <= saved_notes,
            f"of {len(taken)} saves confirmed before the kills, {len(taken - saved_notes)} lost",
        )
        response = editor.save(pk, editor.form(pk), note="끝")
        promise(response.status == 302, f"the next save succeeds ({response.status})")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main("kill -9", test)
