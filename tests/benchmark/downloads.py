"""Memory and time of exporting the whole list, from 1,000 centres to 100,000.

    python -m tests.benchmark.downloads

On a temporary SQLite database, or on a new one where DATABASE_URL names a PostgreSQL server. Each
export runs in its own process; its memory is the peak growth of that process. Exits with 1 if a
promise is broken.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from tests.benchmark.measure import parse_sizes, prepare_database, scratch_database
from tests.benchmark.promises import check_download, format_promises, format_row

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
    # Loads what the first list of a process needs, once for each change of the reference records.
    client.get("/?q=봉제")
    import_module("centers.wsgi")  # sets the garbage collection of a process that serves
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
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.downloads")
    parser.add_argument("--sizes", type=parse_sizes, default=SIZES, help="numbers of centres")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    heads = ["file", "centres", "MB", "first byte, s", "all, s", "CPU, s", "memory, MB"]
    print(f"{format_row(heads)}\n{format_row(['---'] * len(heads))}")
    found = []
    for count in options.sizes:
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
                    times = [f"{first:.1f}", f"{whole:.1f}", f"{processor:.2f}"]
                    cells = [ending + query, f"{count:,}", f"{size:.1f}", *times, f"{memory:.0f}"]
                    print(format_row(cells), flush=True)
                    if not query:
                        found += check_download(count, ending, processor)
            process.join()
    print(f"\n{format_promises(found)}")
    sys.exit(0 if all(one.is_kept for one in found) else 1)


if __name__ == "__main__":
    main()
