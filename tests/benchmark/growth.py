"""Growth of the processor time of each kind of response with the number of centres.

    python -m tests.benchmark.growth

Each size has its own process and its own temporary database: SQLite, or PostgreSQL where
DATABASE_URL names a server. Responses go past the page cache; what a process caches per data
version is warm, but for the words of searches. Sizes take turns. Exits with 1 if anything grows
more than linearly.
"""

import argparse
import os
import statistics
import sys
import time
from contextlib import ExitStack
from itertools import pairwise
from multiprocessing import get_context

from tests.benchmark.measure import Case, parse_sizes, scratch_database, serve_benchmark
from tests.benchmark.promises import check_growth, format_promises, format_row

SIZES = (1_000, 10_000, 100_000)
PAGES = (
    Case("list", "/", is_repeated=True),
    Case("search for a word", "/?q=봉제"),
    Case("search for two words", "/?q=부산+봉제"),
    Case("search with filters", "/?q=봉제&region=26&size_max=300"),
    Case("nearest", "/?near=51750", is_repeated=True),
    Case("centre", "/centers/{key}/", is_repeated=True),
    Case("coverage", "/coverage/", is_repeated=True),
    Case("a file of the sitemap (5,000 at most)", "/sitemap-centers.xml", is_repeated=True),
    Case("suggestions", "/suggestions/?q=부산+봉"),
    Case("API, a page", "/api/v1/centers/", is_repeated=True),
    Case("API, a page of a search", "/api/v1/centers/?q=봉제"),
)
#: Measured once, since they take seconds.
DOWNLOADS = tuple(
    Case(f"the whole list, {ending}", f"/centers.{ending}", is_repeated=True)
    for ending in ("csv", "json", "geojson", "xlsx")
)
CASES = (*PAGES, *DOWNLOADS)


def measure_loop() -> float:
    """Return the ms of processor time of a fixed loop, by which runs can be compared."""
    start, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number * number
    return (time.process_time() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.growth")
    parser.add_argument("--sizes", type=parse_sizes, default=SIZES, help="numbers of centres")
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all pages")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    context = get_context("spawn")
    with ExitStack() as stack:
        pipes = {}
        for count in options.sizes:
            scratch = stack.enter_context(scratch_database(url, count)) if url else ""
            pipes[count], far_end = context.Pipe()
            process = context.Process(
                target=serve_benchmark,
                args=(far_end, scratch, count, CASES),
                kwargs={"counts_queries": False},
                daemon=True,
            )
            process.start()
            far_end.close()
            stack.callback(process.join)
            stack.callback(pipes[count].close)
        for pipe in pipes.values():
            pipe.recv()
        times = {case: {count: [] for count in pipes} for case in CASES}
        loops = []
        for turn in range(options.rounds):
            loops.append(measure_loop())
            for number, case in enumerate(CASES if turn == 0 else PAGES):
                for count, pipe in pipes.items():
                    pipe.send(number)
                    times[case][count].append(pipe.recv().processor)
    medians = {
        case.title: {count: statistics.median(taken) for count, taken in by_count.items()}
        for case, by_count in times.items()
    }
    database = "PostgreSQL" if url else "SQLite"
    print(f"Processor time in ms on {database}, and its growth from size to size; a fixed loop")
    print(f"(3,000,000 × s += i * i) took {min(loops):.0f} to {max(loops):.0f} ms.\n")
    print(format_table(medians, list(pipes)))
    found = [one for title, by_count in medians.items() for one in check_growth(title, by_count)]
    print(f"\n{format_promises([one for one in found if not one.is_kept] or found)}")
    sys.exit(0 if all(one.is_kept for one in found) else 1)


def format_table(medians: dict[str, dict[int, float]], counts: list[int]) -> str:
    steps = [f"{few:,} to {many:,}" for few, many in pairwise(counts)]
    heads = ["response", *(f"{count:,}" for count in counts), *steps]
    lines = [format_row(heads), format_row(["---"] * len(heads))]
    for title, by_count in medians.items():
        times = [f"{by_count[count]:,.1f}" for count in counts]
        growth = [f"×{by_count[many] / by_count[few]:.1f}" for few, many in pairwise(counts)]
        lines.append(format_row([title, *times, *growth]))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
