"""All tables of PostgreSQL are locked for a while, as a restore or a migration locks them."""

import time

from tests.faults.scratch import fetch_status, main, prepare, site, wait_until

TABLES = "centers_center, centers_dataversion, centers_listing, centers_region"


def test(promise, folder, cluster):
    prepare(folder, cluster.url)
    with site(folder, cluster.url, DATABASE_LOCK_SECONDS=1) as running:
        port = running.port

        def measure(path: str) -> tuple[int, float]:
            began = time.monotonic()
            return fetch_status(port, path), time.monotonic() - began

        for _ in range(20):
            fetch_status(port, "/")  # so that both workers have it
        with cluster.connect() as connection, connection.transaction():
            connection.execute(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE")
            time.sleep(1.1)  # the version that each process has read is old by then
            pages = [measure("/") for _ in range(20)]
            unread = [measure(f"/?region=11&size_max={most}") for most in (100, 101)]
            ready, health = measure("/readyz"), measure("/healthz")
        promise(
            all(status == 200 for status, _ in pages),
            f"locked: {[status for status, _ in pages].count(200)} of {len(pages)} cached pages",
        )
        promise(max(took for _, took in pages) < 1, "cached pages within 1 s")
        promise(
            all(status == 503 and took < 10 for status, took in unread),
            f"pages not cached: 503 after {max(took for _, took in unread):.2f} s",
        )
        promise(ready[1] < 1, f"/readyz says {ready[0]} within 1 s: {ready[1]:.2f} s")
        promise(health[0] == 200, f"/healthz says {health[0]}")
        back = wait_until(lambda: fetch_status(port, "/?region=11&size_max=102") == 200)
        promise(back is not None, "unlocked: pages are 200 again, without a restart")


if __name__ == "__main__":
    main("Locked tables", test, databases=("postgresql",))
