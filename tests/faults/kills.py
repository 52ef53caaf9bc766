"""kill -9 in the middle of imports and of saves at the staff desk."""

import http.client
import os
import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.scratch import Editor, agreement, command, main, prepare, shell, site, wait_until
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
#: The same counts without a process of their own.
COUNTS = """
SELECT (SELECT count(*) FROM centers_announcement WHERE slug = 'list-2027'),
  (SELECT count(*) FROM centers_listing JOIN centers_announcement AS one
   ON one.id = announcement_id WHERE slug = 'list-2027'),
  (SELECT count(*) FROM centers_importrun)
"""
#: An import that prints a line after each of its writes, its transaction open, and waits after the
#: one of this number (0: never) for what will happen to it.
WATCHED = """
import time
from django.core.management import call_command
from django.db import connection

written = 0

def tell(execute, sql, *rest):
    global written
    result = execute(sql, *rest)
    if sql.startswith(("INSERT", "UPDATE")) and connection.in_atomic_block:
        written += 1
        print("written", flush=True)
        if written == {stop}:
            time.sleep(600)
    return result

with connection.execute_wrapper(tell):
    call_command(*{words})
"""
#: How many imports are killed between two writes, and how many about when they commit; how many
#: workers while they save, and in how many of these at least the kill must have come in time.
BETWEEN, COMMITTING, SAVING, IN_TIME = 10, 8, 12, 6


def test(promise, folder, database):
    prepare(folder, database.url)
    imports(promise, folder, database)
    saves(promise, folder, database)


def watched(stop: int = 0) -> list:
    code = WATCHED.format(stop=stop, words=[str(word) for word in WORDS])
    return ["shell", "-v0", "-c", code]


def imports(promise, folder, database):
    url = database.url
    writes = command(folder, url, *watched()).split().count("written")
    take_back(folder, url)
    facts = agreement(folder, url)
    with database.connect() as connection:

        def rows() -> tuple:
            return tuple(connection.execute(COUNTS).fetchone())

        @contextmanager
        def importing(stop: int, lines: int):
            """An import that has written so often."""
            process = subprocess.Popen(
                [*MANAGE, *watched(stop)],
                env=environment(DATA_DIR=folder, DATABASE_URL=url),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            told = [process.stdout.readline() for _ in range(lines)]
            yield process, told == ["written\n"] * lines
            process.kill()
            process.communicate()

        before = rows()
        stops = [1 + (writes - 1) * number // (BETWEEN - 1) for number in range(BETWEEN)]
        cut = emptied = 0
        for stop in stops:
            with importing(stop, stop) as (process, has_written):
                is_open = has_written and database.is_written(connection)
            cut += is_open and process.returncode == -signal.SIGKILL
            emptied += rows() == before
        promise(
            writes >= BETWEEN and cut == BETWEEN,
            f"{cut} of {BETWEEN} imports killed in the middle, after {', '.join(map(str, stops))} "
            f"of their {writes} writes, while the database held their transaction open",
        )
        promise(emptied == BETWEEN, f"{emptied} of {BETWEEN} left no row")

        killed = emptied = whole = 0
        for number in range(COMMITTING):
            with importing(0, writes) as (process, has_written):
                time.sleep(0.002 * number)
            killed += has_written and process.returncode == -signal.SIGKILL
            left = rows()
            emptied += left == before
            if left == (1, 40, before[2] + 1):
                whole += 1
                take_back(folder, url)
                before = rows()
        promise(
            killed > 0 and emptied + whole == COMMITTING,
            f"of {COMMITTING} more, {killed} killed up to {2 * (COMMITTING - 1)} ms after their "
            f"last write: {emptied} left no row, {whole} all of them (and were taken back)",
        )
    promise(agreement(folder, url) == facts, "the records and their history are as they were")
    command(folder, url, *WORDS)
    promise(shell(folder, url, IMPORTED).split()[:2] == ["1", "40"], "the next one is whole")


def take_back(folder, url) -> None:
    code = "from centers.models import *; print(ImportRun.objects.order_by('pk').last().pk)"
    command(folder, url, "undo_import", shell(folder, url, code).strip())


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


def saves(promise, folder, database):
    url = database.url
    killed, taken, cut = 0, set(), set()
    with site(folder, url, "--workers=1") as running, database.connect() as connection:
        editor = Editor(running)
        pk = int(
            shell(folder, url, "from centers.models import *; print(Center.objects.first().pk)")
        )
        for number in range(SAVING):
            [worker] = workers(running)
            if editor.save(pk, editor.form(pk), note=f"앞 {number}").status == 302:
                taken.add(f"앞 {number}")
            data, note = editor.form(pk), f"글 {number}"
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(editor.save, pk, data, note=note)
                is_open = wait_until(
                    lambda one=answer: database.is_written(connection) or one.done(), 20, 0.0005
                )
                # Half of them at once, the others a little further on.
                time.sleep(random.uniform(0, 0.02) * (number % 2))
                is_open = is_open is not None and not answer.done()
                os.kill(worker, signal.SIGKILL)
                try:
                    if answer.result().status == 302:
                        taken.add(note)
                except (OSError, http.client.HTTPException):
                    if is_open:
                        cut.add(note)
            # One that dies again within 5.5 s of its start is taken for one that cannot start.
            time.sleep(6)
            back = wait_until(lambda: running.get("/").status == 200)
            killed += back is not None and worker not in workers(running)
        noted = (
            f"from centers.models import *; print(*Center.history.filter(id={pk})"
            ".values_list('note', flat=True), sep='\\n')"
        )
        kept = set(shell(folder, url, noted).splitlines())
        promise(killed == SAVING, f"{killed} of {SAVING} workers killed, another in their place")
        promise(
            len(cut - kept) >= IN_TIME,
            f"{len(cut - kept)} of them in the middle of a save, whose transaction was open and "
            f"never ended ({len(cut & kept)} more had just committed)",
        )
        bad, count, _, stale = agreement(folder, url)
        promise(
            count > 0 and not bad and not stale,
            f"of {count} centres {bad} differ from their history, {stale} have stale columns",
        )
        promise(
            len(taken) >= SAVING and taken <= kept,
            f"of {len(taken)} saves answered before the kills {len(taken - kept)} are lost",
        )
        answer = editor.save(pk, editor.form(pk), note="끝")
        promise(answer.status == 302, f"the next save is taken ({answer.status})")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main("kill -9", test)
