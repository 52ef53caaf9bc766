"""Eight whole downloads at once, at 10,000 centres, beside cached pages and the health check."""

import threading
import time
from collections import Counter

from tests.faults.scratch import fetch_status, main, run_command, run_shell, site
from tests.support.processes import ROOT

CLIENTS, SECONDS, CENTERS = 8, 20, 10_000
FILL = f"from tests.benchmark.records import create_centers; create_centers({CENTERS})"


def download(port: int, ended: threading.Event, statuses: Counter) -> None:
    while not ended.is_set():
        statuses[fetch_status(port, "/centers.xlsx", timeout=120)] += 1
        ended.wait(0.2)


def fill(folder, database) -> None:
    """Migrate the database and create the centres."""
    reference = [ROOT / f"fixtures/{name}.json" for name in ("regions", "industries")]
    for words in (["migrate", "-v0"], ["load_fixtures", *reference, "-v0"]):
        run_command(folder, database.url, *words)
    run_shell(folder, database.url, FILL)


def test(promise, folder, database):
    fill(folder, database)
    with site(folder, database.url, "--no-load") as running:
        for _ in range(20):
            fetch_status(running.port, "/about/")  # so that both workers have it
        ended, statuses = threading.Event(), Counter()
        threads = [
            threading.Thread(target=download, args=(running.port, ended, statuses), daemon=True)
            for _ in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        times: dict[str, list[float]] = {"/about/": [], "/healthz": []}
        failed, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            for path, taken in times.items():
                began = time.monotonic()
                failed += fetch_status(running.port, path) != 200
                taken.append(time.monotonic() - began)
            time.sleep(0.05)
        ended.set()
        for thread in threads:
            thread.join()
    promise(
        set(statuses) <= {200, 503} and statuses[200] > 0 and statuses[503] > 0,
        f"{CLIENTS} clients: {statuses[200]} lists of {CENTERS:,} centres, {statuses[503]} × 503",
    )
    page, health = (sorted(taken)[int(len(taken) * 0.95)] for taken in times.values())
    promise(failed == 0, f"meanwhile {failed} of {2 * len(times['/about/'])} requests failed")
    promise(page < 0.2, f"a cached page within 0.2 s: p95 {page:.3f} s")
    promise(health < 1, f"/healthz within 1 s: p95 {health:.3f} s")


if __name__ == "__main__":
    main("Downloads at once", test, databases=("sqlite",))
