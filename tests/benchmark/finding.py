"""Search times from 42 centres to 100,000, on SQLite and PostgreSQL.

    python -m tests.benchmark.finding

Each size and database runs in its own process with a temporary database. PostgreSQL is included if
DATABASE_URL names a server on which databases may be created. Requests are interleaved, so that
other load on the machine affects all alike. They go past the page cache. Exits with 1 if a request
that needs a query made none, or a promise is broken.
"""

import argparse
import os
import statistics
import sys
from contextlib import ExitStack
from itertools import pairwise
from multiprocessing import get_context

from tests.benchmark.measure import CASES, Timing, parse_sizes, scratch_database, serve_benchmark
from tests.benchmark.promises import (
    Promise,
    check_search,
    find_p95,
    format_promises,
    format_row,
)

SIZES = (42, 1_000, 10_000, 100_000)
#: Up to this many centres, each round repeats the request, for a meaningful p95.
LARGE, SMALL_REPEATS = 10_000, 5


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.finding")
    parser.add_argument("--sizes", type=parse_sizes, default=SIZES, help="numbers of centres")
    parser.add_argument("--rounds", type=int, default=10, help="rounds over all requests")
    parser.add_argument("--databases", type=lambda text: text.split(","), help="sqlite,postgres")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    has_server = url.startswith("postgres")
    options.databases = options.databases or ["sqlite", *(["postgres"] if has_server else [])]
    if "postgres" in options.databases and not has_server:
        parser.error("postgres needs a DATABASE_URL that names a server.")
    options.url = url
    return options


def main() -> None:
    options = parse_arguments()
    context = get_context("spawn")
    with ExitStack() as stack:
        pipes = {}
        for count in options.sizes:
            for database in options.databases:
                url = ""
                if database == "postgres":
                    url = stack.enter_context(scratch_database(options.url, count))
                pipe, far_end = context.Pipe()
                process = context.Process(
                    target=serve_benchmark, args=(far_end, url, count), daemon=True
                )
                process.start()
                far_end.close()
                stack.callback(process.join)
                stack.callback(pipe.close)
                pipes[database, count] = pipe
        ready = {key: pipe.recv() for key, pipe in pipes.items()}
        timings = {(*key, number): [] for key in pipes for number in range(len(CASES))}
        for _ in range(options.rounds):
            for number in range(len(CASES)):
                for key, pipe in pipes.items():
                    for _ in range(1 if key[1] > LARGE else SMALL_REPEATS):
                        pipe.send(number)
                        timings[(*key, number)].append(pipe.recv())
    print(format_table(options, ready, timings))
    found = check_timings(ready, timings)
    print(f"\n{format_promises([one for one in found if not one.is_kept] or found)}")
    sys.exit(0 if all(one.is_kept for one in found) else 1)


def check_timings(ready: dict, timings: dict[tuple, list[Timing]]) -> list[Promise]:
    found = []
    for (database, count, number), times in timings.items():
        queries = ready[database, count][1][number]
        cpu_times = [one.processor for one in times]
        found += check_search(count, database, CASES[number], queries, cpu_times)
    return found


def format_table(
    options: argparse.Namespace, ready: dict, timings: dict[tuple, list[Timing]]
) -> str:
    """The measurements in Markdown, with the growth from size to size.

    Processor time comes first: on a shared machine, wall time depends on the other load.
    """
    heads = ["request", "database", "queries", *(f"{count:,}" for count in options.sizes), "growth"]
    lines = [format_row(heads), format_row(["---"] * len(heads))]
    for number, case in enumerate(CASES):
        for database in options.databases:
            times = [timings[database, count, number] for count in options.sizes]
            middles = [statistics.median(one.processor for one in some) for some in times]
            growth = [f"×{later / sooner:.1f}" for sooner, later in pairwise(middles)]
            queries = [ready[database, count][1][number] for count in options.sizes]
            cells = [format_spread(some) for some in times]
            lines.append(
                format_row([case.title, database, format_range(queries), *cells, " ".join(growth)])
            )
    for database in options.databases:
        first = [f"{ready[database, count][0].processor:.0f}" for count in options.sizes]
        lines.append(format_row(["no words, first request of a process", database, "", *first, ""]))
    note = "p50 / p95 of processor time, and p50 of wall time in brackets, in ms"
    return "\n".join([f"{note}; {options.rounds} rounds.", "", *lines])


def format_range(numbers: list[int]) -> str:
    """The numbers of queries of all sizes: 5, or 4–5."""
    return "–".join(str(one) for one in sorted({min(numbers), max(numbers)}))


def format_spread(times: list[Timing]) -> str:
    processor = [one.processor for one in times]
    high = find_p95(processor)
    wall = statistics.median(one.wall for one in times)
    return f"{statistics.median(processor):.0f} / {high:.0f} ({wall:.0f})"


if __name__ == "__main__":
    main()
