"""One of two workers is killed under load."""

import os
import signal
import time

from tests.faults.kills import find_workers
from tests.faults.scratch import Readers, main, prepare, site, wait_until


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        with Readers(running.port, count=4, least=1000) as readers:
            time.sleep(2)
            victim = find_workers(running)[0]
            os.kill(victim, signal.SIGKILL)
            back = wait_until(
                lambda: len(find_workers(running)) == 2 and victim not in find_workers(running), 30
            )
        promise(back is not None, f"it is replaced after {back or 0:.1f} s")
        total = sum(readers.statuses.values())
        promise(
            readers.failed <= 8,
            f"{readers.failed} of {total} requests failed: those that it was processing or had "
            f"accepted ({readers.summarize()})",
        )
        promise(running.get("/").status == 200, "the site still works")


if __name__ == "__main__":
    main("A worker killed", test)
