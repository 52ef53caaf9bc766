"""What is promised of the running site, and whether what was measured keeps it."""

import statistics
from dataclasses import dataclass

from tests.benchmark.loader import Seen

REAL = 42
STATIC, LIST, DATASETTE = "the page as a static file", "list, made anew", "datasette, three facets"
KEPT, UNCHANGED, SEARCH = "list, kept", "list, unchanged (304)", "search, made anew"
CENTER = "centre, made anew"
#: At full load a kept page waits for the loader, which shares the processors with the site.
UNHURRIED = "list, kept, one connection"
#: What is promised: a row, what it is measured by, and the least ratio of their requests a second.
RATIOS = {
    REAL: ((KEPT, STATIC, 0.8), (UNCHANGED, STATIC, 0.85), (LIST, DATASETTE, 5)),
    10_000: ((LIST, DATASETTE, 8),),
    100_000: ((LIST, DATASETTE, 25),),
}
#: The same of processor time, in ms at most.
CPU = {REAL: ((LIST, 7), (SEARCH, 5))}
#: What must answer nearly always within so many times the usual time.
STEADY, MOST_TIMES = (UNHURRIED, KEPT, UNCHANGED, LIST, SEARCH, CENTER), 5
#: What the memory may grow by in a soak, once the first quarter has filled what is kept.
MOST_GROWTH = 1.1


def row(cells: list) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def middle(taken: list[tuple[Seen, float]], value) -> float:
    return statistics.median(value(*one) for one in taken)


def rate(taken) -> float:
    return middle(taken, lambda seen, _: seen.per_second)


def used(taken) -> float:
    return middle(taken, lambda _, cpu: cpu)


def typical(taken) -> tuple[float, float]:
    """The times within which half and nearly all were answered."""
    return middle(taken, lambda one, _: one.p50), middle(taken, lambda one, _: one.p99)


@dataclass
class Promise:
    """One promise of one size, and whether it was kept."""

    count: int
    says: str
    measured: str
    kept: bool


def promises(results: dict[int, dict[str, list]]) -> list[Promise]:
    found = []
    for count, seen in results.items():
        every = [one for taken in seen.values() for one, _ in taken]
        found.append(no_errors(count, "every request", every))
        for title, other, least in RATIOS.get(count, ()):
            if other in seen:
                ratio = rate(seen[title]) / max(rate(seen[other]), 1 / 60)
                measured = f"{ratio:.2f}"
                if other == DATASETTE:
                    # It runs as one process and the site as two, so requests alone flatter.
                    by_cpu = used(seen[other]) / max(used(seen[title]), 0.01)
                    measured += f" (by CPU a request {by_cpu:.2f})"
                says = f"{title}: at least {least} × {other}"
                found.append(Promise(count, says, measured, ratio >= least))
        for title, most in CPU.get(count, ()):
            cpu = used(seen[title])
            says = f"{title}: at most {most} ms of CPU"
            found.append(Promise(count, says, f"{cpu:.2f}", cpu <= most))
        for title in STEADY if count == REAL else ():
            p50, p99 = typical(seen[title])
            says = f"{title}: p99 at most {MOST_TIMES} × p50"
            ratio = p99 / max(p50, 0.001)
            found.append(Promise(count, says, f"{ratio:.1f}", ratio <= MOST_TIMES))
    return found


def no_errors(count: int, what: str, seen: list[Seen]) -> Promise:
    """Whether all was answered, and none of it by an error, which is made fast."""
    errors, requests = sum(one.errors for one in seen), sum(one.requests for one in seen)
    kept = errors == 0 and all(one.requests for one in seen)
    return Promise(count, f"{what}: no errors", f"{errors} of {requests:,}", kept)


def steady_memory(count: int, held: list[float]) -> Promise:
    """Whether the memory held after each quarter of a soak, in MB, has stopped to grow."""
    says = f"mixed load: memory in the last quarter at most {MOST_GROWTH} × the first"
    return Promise(count, says, f"{held[-1] / held[0]:.2f}", held[-1] <= MOST_GROWTH * held[0])


def told(found: list[Promise]) -> str:
    lines = [row(["centres", "promise", "measured", "kept"]), row(["---"] * 4)]
    for one in found:
        kept = "yes" if one.kept else "**no**"
        lines.append(row([f"{one.count:,}", one.says, one.measured, kept]))
    return "\n".join(lines)
