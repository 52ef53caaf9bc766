"""Performance promises of the running site, and whether a measurement keeps them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmark.loader import LoadResult
from tests.benchmark.measure import Case

REAL = 42
STATIC, LIST, DATASETTE = "the page as a static file", "list, not cached", "datasette, three facets"
CACHED, UNCHANGED, SEARCH = "list, cached", "list, unchanged (304)", "search, not cached"
CENTER, COVERAGE = "centre, other ones each time", "coverage, not cached"
SAME_CENTER = "centre, the same each time"
OTHER_FILTERS = "search, other filters each time"
SITEMAP = "a file of the sitemap, not cached"
SUGGESTIONS = "suggestions, other words each time"
#: At full load a cached page waits for the loader, which shares the processors with the site.
CACHED_ONE_CLIENT = "list, cached, one connection"
#: Promises by size: a request, the request it is compared with, and the least ratio of their rates.
RATIOS = {
    REAL: ((CACHED, STATIC, 0.8), (UNCHANGED, STATIC, 0.85), (LIST, DATASETTE, 5)),
    10_000: ((LIST, DATASETTE, 8),),
    100_000: ((LIST, DATASETTE, 25),),
}
#: At this size datasette takes longer than a round, which is no error.
SILENT = (100_000, DATASETTE)
#: Most processor time per request, in ms.
CPU = {
    REAL: ((LIST, 7), (SEARCH, 5), (CENTER, 6)),
    10_000: (
        (CENTER, 10),
        (COVERAGE, 100),
        (SITEMAP, 100),
        (OTHER_FILTERS, 20),
        (SUGGESTIONS, 40),
    ),
}
#: Requests whose p99 may be at most so many times their p50.
STEADY, MAX_TIMES = (CACHED_ONE_CLIENT, LIST, SEARCH, CENTER), 5
#: At full load all responses of less than a millisecond wait for a processor, the static file too:
#: requests whose p99/p50 may be at most so many times the static file's.
STEADY_AS_STATIC, MAX_TIMES_STATIC = (CACHED, UNCHANGED), 1.5
#: Most processor time of one search in ms at p95, by database and number of centres.
SEARCH_CPU = {("sqlite", 10_000): 120, ("postgres", 10_000): 60}
#: Most processor time of a whole download in s, by number of centres and file.
DOWNLOAD_CPU = {10_000: {"csv": 1, "json": 1, "xlsx": 2}}
#: How much faster than the number of centres a time may grow: times vary, and rows of a large
#: database are no longer in the processor's cache.
MAX_OVER_LINEAR = 1.3
#: Most memory growth in a soak, after the first quarter has filled the caches.
MAX_GROWTH = 1.1


def format_row(cells: list) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def take_median(taken: list[tuple[LoadResult, float]], value) -> float:
    return statistics.median(value(*one) for one in taken)


def get_median_rate(taken) -> float:
    return take_median(taken, lambda seen, _: seen.per_second)


def get_median_cpu(taken) -> float:
    return take_median(taken, lambda _, cpu: cpu)


def get_percentiles(taken) -> tuple[float, float]:
    """Return the medians of p50 and p99, in ms."""
    return take_median(taken, lambda one, _: one.p50), take_median(taken, lambda one, _: one.p99)


def get_spread(taken) -> float:
    """Return how many times its p50 the p99 is."""
    p50, p99 = get_percentiles(taken)
    return p99 / max(p50, 0.001)


@dataclass
class Promise:
    """One promise for one size, and whether it is kept."""

    count: int
    says: str
    measured: str
    is_kept: bool


def check_promises(results: dict[int, dict[str, list]]) -> list[Promise]:
    found = []
    for count, seen in results.items():
        every = [
            one
            for title, taken in seen.items()
            for one, _ in taken
            if one.requests or (count, title) != SILENT
        ]
        found.append(check_no_errors(count, "every request", every))
        for title, other, least in RATIOS.get(count, ()):
            if other in seen:
                found.append(check_ratio(count, title, other, least, seen))
        for title, most in CPU.get(count, ()):
            cpu = get_median_cpu(seen[title])
            says = f"{title}: at most {most} ms of CPU"
            found.append(Promise(count, says, f"{cpu:.2f}", cpu <= most))
        for title in STEADY if count == REAL else ():
            says, ratio = f"{title}: p99 at most {MAX_TIMES} × p50", get_spread(seen[title])
            found.append(Promise(count, says, f"{ratio:.1f}", ratio <= MAX_TIMES))
        for title in STEADY_AS_STATIC if count == REAL else ():
            ratio = get_spread(seen[title]) / get_spread(seen[STATIC])
            says = f"{title}: p99/p50 at most {MAX_TIMES_STATIC} × that of {STATIC}"
            found.append(Promise(count, says, f"{ratio:.2f}", ratio <= MAX_TIMES_STATIC))
    return found


def check_ratio(count: int, title: str, other: str, least: float, seen: dict[str, list]) -> Promise:
    """Whether a request is so many times as fast as another one, by requests a second.

    Where the other gave no response, the processor time that it had used by then decides.
    """
    says = f"{title}: at least {least} × {other}"
    rate = get_median_rate(seen[other])
    by_cpu = get_median_cpu(seen[other]) / max(get_median_cpu(seen[title]), 0.01)
    if not rate:
        measured = f"no response of it (by CPU at least {by_cpu:.0f})"
        return Promise(count, says, measured, by_cpu >= least)
    # It runs as one process and the site as two, so requests alone flatter.
    ratio = get_median_rate(seen[title]) / rate
    both = f" (by CPU a request {by_cpu:.2f})" if other == DATASETTE else ""
    return Promise(count, says, f"{ratio:.2f}{both}", ratio >= least)


def check_search(
    count: int, database: str, case: Case, queries: int, cpu_times: Sequence[float]
) -> list[Promise]:
    """Whether a search was run at all and not cached, and took no longer than promised.

    Nothing is promised of the request just after an edit, which fills the caches for the next ones.
    """
    found = []
    if not case.needs_no_query:
        says = f"{case.title}, {database}: makes queries"
        found.append(Promise(count, says, str(queries), queries > 0))
    most = SEARCH_CPU.get((database, count))
    if most and not case.after_edit:
        most = min(most, case.most or most)
        cpu = find_p95(cpu_times)
        says = f"{case.title}, {database}: at most {most} ms of CPU at p95"
        found.append(Promise(count, says, f"{cpu:.0f}", cpu <= most))
    return found


def find_p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def check_download(count: int, ending: str, cpu: float) -> list[Promise]:
    """Whether a download took no more processor time than promised, in s; empty if none is."""
    if not (most := DOWNLOAD_CPU.get(count, {}).get(ending)):
        return []
    says = f"{ending}, the whole list: at most {most} s of CPU"
    return [Promise(count, says, f"{cpu:.2f}", cpu <= most)]


def check_growth(title: str, by_count: dict[int, float]) -> list[Promise]:
    """Whether the time of a response grows at most as the number of centres does, by size."""
    found = []
    for few, many in pairwise(by_count):
        growth = by_count[many] / by_count[few]
        says = f"{title}: at most {many / few:.0f} × the time of {few:,}"
        is_kept = growth <= many / few * MAX_OVER_LINEAR
        found.append(Promise(many, says, f"{growth:.1f}", is_kept))
    return found


def check_no_errors(count: int, what: str, seen: list[LoadResult]) -> Promise:
    """Whether there were responses and none was an error, as errors are fast."""
    errors, requests = sum(one.errors for one in seen), sum(one.requests for one in seen)
    is_kept = errors == 0 and all(one.requests for one in seen)
    return Promise(count, f"{what}: no errors", f"{errors} of {requests:,}", is_kept)


def check_steady_memory(count: int, held: list[float]) -> Promise:
    """Whether the memory after each quarter of a soak, in MB, has stopped growing."""
    says = f"mixed load: memory in the last quarter at most {MAX_GROWTH} × the first"
    return Promise(count, says, f"{held[-1] / held[0]:.2f}", held[-1] <= MAX_GROWTH * held[0])


def format_promises(found: list[Promise]) -> str:
    lines = [format_row(["centres", "promise", "measured", "kept"]), format_row(["---"] * 4)]
    for one in found:
        kept = "yes" if one.is_kept else "**no**"
        lines.append(format_row([f"{one.count:,}", one.says, one.measured, kept]))
    return "\n".join(lines)
