"""PostgreSQL stops, comes back, and restarts under load."""

import time

from tests.faults.scratch import Readers, main, prepare, site, status, wait_until


def is_there(port: int, path: str) -> bool:
    return status(port, path) != 404


def test(promise, folder, cluster):
    prepare(folder, cluster.url)
    with site(folder, cluster.url) as running:
        port = running.port
        watched = is_there(port, "/healthz")
        for _ in range(30):  # every thread of every worker has a connection
            status(port, "/")
        cluster.control("stop")
        began = time.monotonic()
        first = running.get("/?region=26")
        waited = time.monotonic() - began
        page = first.body.decode()
        promise(
            first.status == 503 and first.getheader("Retry-After") and "데이터베이스" in page,
            "stopped: a page in Korean, 503 with Retry-After",
        )
        times = []
        for _ in range(20):
            began = time.monotonic()
            status(port, "/?region=26")
            times.append(time.monotonic() - began)
        promise(
            max(waited, *times) < 1,
            f"within 1 s: the first after {waited:.2f} s, 20 more within {max(times):.2f} s",
        )
        promise(running.get("/about/").status == 200, "pages that need no records stay 200")
        if watched:
            promise(status(port, "/healthz") == 200, "/healthz stays 200")
            promise(status(port, "/readyz") == 503, "/readyz says 503")
        else:
            promise.skip("/healthz and /readyz are not there")
        cluster.start()
        back = wait_until(lambda: status(port, "/?region=26") == 200)
        promise(back is not None and back < 5, f"started: 200 again after {back:.2f} s")
        if watched:
            ready = wait_until(lambda: status(port, "/readyz") == 200)
            promise(ready is not None and ready < 5, f"/readyz says 200 after {ready:.2f} s")
        for mode in ("fast", "immediate"):
            with Readers(port, count=4, pause=0.01) as readers:
                time.sleep(1)
                began = time.monotonic()
                cluster.control("restart", mode)
                took = time.monotonic() - began
                time.sleep(2)
            promise(
                readers.failed == 0,
                f"restarted ({mode}, {took:.2f} s) under load: {readers.failed} failed of "
                f"{sum(readers.answers.values())} ({readers.told()}), "
                f"the slowest {max(readers.times):.2f} s",
            )


if __name__ == "__main__":
    main("PostgreSQL gone and back", test, databases=("postgresql",))
