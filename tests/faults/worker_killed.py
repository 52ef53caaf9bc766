"""One of two workers is killed under load."""

import os
import signal
import time

from tests.faults.kills import workers
from tests.faults.scratch import Readers, main, prepare, site, wait_until


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        with Readers(running.port, count=4, least=1000) as readers:
            time.sleep(2)
            victim = workers(running)[0]
            os.kill(victim, signal.SIGKILL)
            back = wait_until(
                lambda: len(workers(running)) == 2 and victim not in workers(running), 30
            )
        promise(back is not None, f"another stands in its place after {back or 0:.1f} s")
        total = sum(readers.answers.values())
        promise(
            readers.failed <= 8,
            f"{readers.failed} of {total} requests failed: those that it was answering or had "
            f"accepted ({readers.told()})",
        )
        promise(running.get("/").status == 200, "the site goes on")


if __name__ == "__main__":
    main("A worker killed", test)
