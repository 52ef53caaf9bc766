# ruff: noqa: E501
"""Sends requests to a site and collects what was wrong with the responses."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from tests.hostile.checks import PROMISES
from tests.hostile.client import Client, Request, Response

TIME_PROMISE = "a response within {} s"
#: Findings of one promise that are reported one by one.
MAX_REPORTED = 40


class Runner:
    """One run: the number of checks, and the findings."""

    def __init__(self, client: Client, slowest: float = 2.0, threads: int = 2):
        self.client = client
        self.slowest = slowest
        self.threads = threads
        self.checked: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        #: Requests that were stored, by their reason.
        self.stored: Counter[str] = Counter()
        self.slow: list[Request] = []
        self.slowest_seen = 0.0
        self.findings: dict[str, list[tuple[Request, str]]] = {name: [] for name in PROMISES}
        self.findings[self.time_promise] = []
        #: Responses of the unfiltered lists, by path.
        self.whole: dict[str, Response] = {}

    @property
    def time_promise(self) -> str:
        return TIME_PROMISE.format(f"{self.slowest:g}")

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def is_clean(self) -> bool:
        return self.count > 0 and not any(self.findings.values())

    def fire(self, requests: Iterable[Request], share: float = 1.0, seed: int = 0) -> None:
        """Send the requests, or a share of them, and check the responses."""
        chance = random.Random(seed)
        chosen = (one for one in requests if share >= 1 or chance.random() < share)
        with ThreadPoolExecutor(self.threads) as pool:
            # Bodies are large, so only a few requests are built ahead.
            while batch := list(islice(chosen, 64)):
                for request in batch:
                    if request.whole and request.whole not in self.whole:
                        self.whole[request.whole] = self.client.get(request.whole)
                for request, response in zip(batch, pool.map(self.client.send, batch), strict=True):
                    self.check(request, response)
        # Repeat slow requests alone, since another program may have used the machine.
        slow, self.slow = self.slow, []
        for request in slow:
            seconds = min(self.client.send(request).seconds for _ in range(2))
            if seconds > self.slowest and not request.may_close:
                self.findings[self.time_promise].append((request, f"took {seconds:.1f} s"))
            self.slowest_seen = max(self.slowest_seen, seconds)

    def check(self, request: Request, response: Response) -> None:
        self.statuses[response.status] += 1
        for name, promise in PROMISES.items():
            self.checked[name] += 1
            if wrong := promise(
                request, response, host=self.client.host, whole=self.whole, stored=self.stored
            ):
                self.findings[name].append((request, wrong))
                # Printed at once, as a whole run takes minutes.
                print(f"{request.summary}: {wrong}", file=sys.stderr)
        self.checked[self.time_promise] += 1
        if response.seconds > self.slowest:
            self.slow.append(request)
        else:
            self.slowest_seen = max(self.slowest_seen, response.seconds)

    def report(self) -> str:
        """Return one line per promise, then one per finding with a command to reproduce it."""
        lines = [
            f"{'ok    ' if not found else 'BROKEN'}  {self.checked[name]:>6} checked  {len(found):>4} broken  {name}"
            for name, found in self.findings.items()
        ]
        responses = ", ".join(
            f"{n} × {status or 'none'}" for status, n in sorted(self.statuses.items())
        )
        lines.append(f"responses: {responses}; the slowest took {self.slowest_seen:.2f} s")
        folder = Path(tempfile.gettempdir()) / "hostile"
        for name, found in self.findings.items():
            for request, wrong in found[:MAX_REPORTED]:
                lines += [
                    f"\n{name}: {request.summary}: {wrong}",
                    f"    {self.client.reproduce(request, folder)}",
                ]
            if len(found) > MAX_REPORTED:
                lines.append(f"… and {len(found) - MAX_REPORTED} more of these")
        return "\n".join(lines)
