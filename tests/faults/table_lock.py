"""Tables of PostgreSQL are locked: all, as by a restore, or centers_center, as by a migration."""

import time
from contextlib import contextmanager

from tests.faults.scratch import (
    UNCACHED_PATHS,
    Readers,
    fetch_status,
    main,
    prepare,
    site,
    wait_until,
)

#: In seconds: how long one table stays locked beside so many readers of pages that are not cached.
SECONDS, READERS = 8, 8
ALL_TABLES = (
    "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
)


@contextmanager
def locked(cluster, tables: str):
    """Lock tables against every use until the context ends."""
    with cluster.connect() as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        time.sleep(1.1)  # the version that each process has read is old by then
        yield


def test(promise, folder, cluster):
    prepare(folder, cluster.url)
    with site(folder, cluster.url) as running:
        port = running.port

        def measure(path: str) -> tuple[int, float]:
            began = time.monotonic()
            return fetch_status(port, path), time.monotonic() - began

        def wait_for_recovery(path: str) -> None:
            back = wait_until(lambda: fetch_status(port, path) == 200)
            promise(back is not None, "unlocked: pages are 200 again, without a restart")

        for _ in range(20):
            fetch_status(port, "/")  # so that both workers have it
        with cluster.connect() as connection:
            [tables] = connection.execute(ALL_TABLES).fetchone()
        with locked(cluster, tables):
            pages = [measure("/") for _ in range(20)]
            unread = [measure(f"/?region=11&size_max={most}") for most in (100, 101)]
            ready, health = measure("/readyz"), measure("/healthz")
        count = tables.count(",") + 1
        cached = [status for status, _ in pages].count(200)
        promise(cached == len(pages), f"{count} tables locked: {cached} of {len(pages)} cached 200")
        promise(max(took for _, took in pages) < 1, "cached pages within 1 s")
        promise(
            all(status == 503 and took < 10 for status, took in unread),
            f"pages not cached: 503 after {max(took for _, took in unread):.2f} s",
        )
        promise(ready[1] < 1, f"/readyz says {ready[0]} within 1 s: {ready[1]:.2f} s")
        promise(health[0] == 200, f"/healthz says {health[0]}")
        wait_for_recovery("/?region=11&size_max=102")

        for _ in range(20):
            fetch_status(port, "/")
        taken = {"/": [], "/readyz": [], "/healthz": []}
        with locked(cluster, "centers_center"), Readers(port, READERS, UNCACHED_PATHS) as readers:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                for path, measured in taken.items():
                    measured.append(measure(path))
                time.sleep(0.05)
        promise(
            set(readers.statuses) == {503},
            f"centers_center locked, {READERS} readers of pages not cached: {readers.summarize()}",
        )
        for path, expected in (("/", {200}), ("/readyz", {503}), ("/healthz", {200})):
            statuses = {status for status, _ in taken[path]}
            slowest = max(took for _, took in taken[path])
            promise(
                statuses == expected and slowest < 1,
                f"{path}: {len(taken[path])} × {statuses}, within 1 s: {slowest:.2f} s",
            )
        wait_for_recovery("/?region=11&size_max=103")


if __name__ == "__main__":
    main("Locked tables", test, databases=("postgresql",))
