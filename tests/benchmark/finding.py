"""How long finding takes, from 42 centres to 100,000, on SQLite and PostgreSQL.

    python -m tests.benchmark.finding

Every size of every database is a process of its own, with a scratch database that is thrown away.
PostgreSQL takes part when DATABASE_URL names a server on which databases may be created. Requests
are interleaved over all of them, so that a busy moment of the machine touches all alike.
"""

import argparse
import os
import statistics
from contextlib import ExitStack
from itertools import pairwise
from multiprocessing import get_context

from tests.benchmark.measure import ASKS, Took, scratch_database, work

SIZES = (42, 1_000, 10_000, 100_000)
#: Up to so many centres, every round asks several times, so that a p95 means something.
LARGE, SMALL_ANSWERS = 10_000, 5


def whole_numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.finding")
    parser.add_argument("--sizes", type=whole_numbers, default=SIZES, help="numbers of centres")
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
    options = arguments()
    context = get_context("spawn")
    with ExitStack() as stack:
        pipes = {}
        for count in options.sizes:
            for database in options.databases:
                url = ""
                if database == "postgres":
                    url = stack.enter_context(scratch_database(options.url, count))
                pipe, far_end = context.Pipe()
                process = context.Process(target=work, args=(far_end, url, count), daemon=True)
                process.start()
                far_end.close()
                stack.callback(process.join)
                stack.callback(pipe.close)
                pipes[database, count] = pipe
        ready = {key: pipe.recv() for key, pipe in pipes.items()}
        took = {(*key, number): [] for key in pipes for number in range(len(ASKS))}
        for _ in range(options.rounds):
            for number in range(len(ASKS)):
                for key, pipe in pipes.items():
                    for _ in range(1 if key[1] > LARGE else SMALL_ANSWERS):
                        pipe.send(number)
                        took[(*key, number)].append(pipe.recv())
        print(table(options, ready, took))


def table(options: argparse.Namespace, ready: dict, took: dict[tuple, list[Took]]) -> str:
    """The measurements in Markdown, with the growth from size to size.

    Processor time goes first: on a busy machine, wall time tells more of its other guests.
    """
    heads = ["request", "database", "queries", *(f"{count:,}" for count in options.sizes), "growth"]
    lines = [row(heads), row(["---"] * len(heads))]
    for number, ask in enumerate(ASKS):
        for database in options.databases:
            times = [took[database, count, number] for count in options.sizes]
            middles = [statistics.median(one.processor for one in some) for some in times]
            growth = [f"×{later / sooner:.1f}" for sooner, later in pairwise(middles)]
            most = max(ready[database, count][1][number] for count in options.sizes)
            cells = [spread(some) for some in times]
            lines.append(row([ask.title, database, str(most), *cells, " ".join(growth)]))
    for database in options.databases:
        first = [f"{ready[database, count][0].processor:.0f}" for count in options.sizes]
        lines.append(row(["no words, first request of a process", database, "", *first, ""]))
    note = "p50 / p95 of processor time, and p50 of wall time in brackets, in ms"
    return "\n".join([f"{note}; {options.rounds} rounds.", "", *lines])


def spread(times: list[Took]) -> str:
    processor = sorted(one.processor for one in times)
    high = processor[min(len(times) - 1, int(len(times) * 0.95))]
    wall = statistics.median(one.wall for one in times)
    return f"{statistics.median(processor):.0f} / {high:.0f} ({wall:.0f})"


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
