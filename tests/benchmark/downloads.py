"""Memory and time of exporting the whole list, from 1,000 centres to 100,000.

    python -m tests.benchmark.downloads

On a temporary SQLite database, or on a new one where DATABASE_URL names a PostgreSQL server. Each
export runs in its own process; its memory is the peak growth of that process.
"""

import os
import resource
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from tests.benchmark.measure import prepare_database, scratch_database

SIZES = (1_000, 10_000, 100_000)
EXTENSIONS = ("csv", "xlsx", "json", "geojson")


def get_resident_memory() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def download(pipe, path: str) -> None:
    """Export one file; send its MB, its seconds, and the MB of memory.

    Seconds are those to the first byte, those in all, and those of processor time.
    """
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.get("/about/")  # loads what the first response of a process needs
    before, start, size = get_resident_memory(), time.perf_counter(), 0
    processor = time.process_time()
    response = client.get(path)
    first = time.perf_counter() - start
    for part in response.streaming_content:
        size += len(part)
    response.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    processor = time.process_time() - processor
    pipe.send((size / 1e6, first, time.perf_counter() - start, processor, most - before))


def measure_downloads(pipe, url: str, count: int) -> None:
    """Fill a database of this size and export each file from it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url or f"sqlite:///{folder}/db.sqlite3"}
        os.environ |= {"PRODUCTION": "false", "DEBUG": "false", "ALLOWED_HOSTS": "localhost"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
        prepare_database(count)
        from django.db import connection

        connection.close()
        pipe.send(None)
        for query in ("", "?near=51750"):
            for ending in EXTENSIONS:
                process = get_context("fork").Process(
                    target=download, args=(pipe, f"/centers.{ending}{query}")
                )
                process.start()
                process.join()


def main() -> None:
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    print("| file | centres | MB | first byte, s | all, s | CPU, s | memory, MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for count in SIZES:
        with ExitStack() as stack:
            scratch = stack.enter_context(scratch_database(url, count)) if url else ""
            pipe, far_end = get_context("spawn").Pipe()
            process = get_context("spawn").Process(
                target=measure_downloads, args=(far_end, scratch, count)
            )
            process.start()
            pipe.recv()
            for query in ("", "?near="):
                for ending in EXTENSIONS:
                    size, first, whole, processor, memory = pipe.recv()
                    print(
                        f"| {ending}{query} | {count:,} | {size:.1f} | {first:.1f} | {whole:.1f}"
                        f" | {processor:.2f} | {memory:.0f} |",
                        flush=True,
                    )
            process.join()


if __name__ == "__main__":
    main()
