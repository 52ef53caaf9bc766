"""PostgreSQL stops, comes back, and restarts under load."""

import time
from itertools import count

from tests.faults.scratch import (
    UNCACHED_PATHS,
    Readers,
    fetch_status,
    main,
    prepare,
    site,
    wait_until,
)

#: Of the page of a 503.
TITLE = "잠시 자료를 읽지 못했습니다"


def test(promise, folder, cluster):
    prepare(folder, cluster.url)
    unread = (f"/?region=11&size_max={most}" for most in count(100))
    with site(folder, cluster.url) as running:
        port = running.port
        # Many readers, so that many threads of both workers hold a connection that is then lost.
        with Readers(port, count=16, least=300) as readers:
            pass
        promise(
            readers.failed == 0,
            f"before: {sum(readers.statuses.values())} reads by 16 concurrent readers "
            f"({readers.summarize()})",
        )
        cluster.control("stop")
        began = time.monotonic()
        first = running.get(next(unread))
        waited = time.monotonic() - began
        page = first.body.decode()
        promise(
            first.status == 503 and first.getheader("Retry-After") and TITLE in page,
            "stopped: a page in Korean, 503 with Retry-After",
        )
        times, found = [], []
        for _ in range(20):
            began = time.monotonic()
            found.append(fetch_status(port, next(unread)))
            times.append(time.monotonic() - began)
        promise(
            max(waited, *times) < 1 and found == [503] * 20,
            f"within 1 s: the first after {waited:.2f} s, {found.count(503)} of 20 more within "
            f"{max(times):.2f} s",
        )
        promise(running.get("/about/").status == 200, "pages that need no records stay 200")
        promise(fetch_status(port, "/healthz") == 200, "/healthz stays 200")
        promise(fetch_status(port, "/readyz") == 503, "/readyz says 503")
        cluster.start()
        back = wait_until(lambda: fetch_status(port, next(unread)) == 200)
        promise(back is not None and back < 5, f"started: 200 again {format_delay(back)}")
        ready = wait_until(lambda: fetch_status(port, "/readyz") == 200)
        promise(ready is not None and ready < 5, f"/readyz says 200 {format_delay(ready)}")
        for mode in ("fast", "immediate"):
            with Readers(port, count=4, paths=UNCACHED_PATHS, pause=0.01) as readers:
                time.sleep(1)
                began = time.monotonic()
                cluster.control("restart", mode)
                took = time.monotonic() - began
                time.sleep(2)
            promise(
                readers.failed == 0 and readers.statuses[200] > 0,
                f"restarted ({mode}, {took:.2f} s) under load: {readers.failed} failed of "
                f"{sum(readers.statuses.values())} ({readers.summarize()}), "
                f"the slowest {max(readers.times):.2f} s",
            )


def format_delay(seconds: float | None) -> str:
    return "never" if seconds is None else f"after {seconds:.2f} s"


if __name__ == "__main__":
    main("PostgreSQL gone and back", test, databases=("postgresql",))
