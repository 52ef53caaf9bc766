"""How much memory and time the whole list takes as a file, from 1,000 centres to 100,000.

    python -m tests.benchmark.taking_away

On a scratch SQLite database, or on one of its own where DATABASE_URL names a PostgreSQL server.
Each file is made in a process of its own; its memory is what that process grew by at its highest.
"""

import os
import resource
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from tests.benchmark.measure import prepare, scratch_database

SIZES = (1_000, 10_000, 100_000)
ENDINGS = ("csv", "xlsx", "json", "geojson")


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def take(pipe, path: str) -> None:
    """Make one file and say how large it is, how long it took and how much memory."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.get("/about/")  # whatever the first answer of a process needs once
    before, start, size = resident(), time.perf_counter(), 0
    response = client.get(path)
    first = time.perf_counter() - start
    for part in response.streaming_content:
        size += len(part)
    response.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    pipe.send((size / 1e6, first, time.perf_counter() - start, most - before))


def measure(pipe, url: str, count: int) -> None:
    """Fill a database of this size and take each file away from it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url or f"sqlite:///{folder}/db.sqlite3"}
        os.environ |= {"PRODUCTION": "false", "DEBUG": "false", "ALLOWED_HOSTS": "localhost"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
        prepare(count)
        from django.db import connection

        connection.close()
        pipe.send(None)
        for query in ("", "?near=51750"):
            for ending in ENDINGS:
                process = get_context("fork").Process(
                    target=take, args=(pipe, f"/centers.{ending}{query}")
                )
                process.start()
                process.join()


def main() -> None:
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    print("| file | centres | MB | first byte, s | all, s | memory, MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for count in SIZES:
        with ExitStack() as stack:
            scratch = stack.enter_context(scratch_database(url, count)) if url else ""
            pipe, far_end = get_context("spawn").Pipe()
            process = get_context("spawn").Process(target=measure, args=(far_end, scratch, count))
            process.start()
            pipe.recv()
            for query in ("", "?near="):
                for ending in ENDINGS:
                    size, first, whole, memory = pipe.recv()
                    print(
                        f"| {ending}{query} | {count:,} | {size:.1f} | {first:.1f} | {whole:.1f}"
                        f" | {memory:.0f} |",
                        flush=True,
                    )
            process.join()


if __name__ == "__main__":
    main()
