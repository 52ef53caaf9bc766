"""Fires requests at a site, and keeps what was wrong with the answers."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hostile.client import Answer, Client, Request
from tests.hostile.verdicts import PROMISES

IN_TIME = "an answer within {} s"
#: Findings of one promise that are told one by one.
MOST_TOLD = 40


class Runner:
    """One run: what was asked, what was found."""

    def __init__(self, client: Client, slowest: float = 2.0, threads: int = 2):
        self.client = client
        self.slowest = slowest
        self.threads = threads
        self.asked: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.slow: list[Request] = []
        self.late = 0.0
        self.findings: dict[str, list[tuple[Request, str]]] = {name: [] for name in PROMISES}
        self.findings[self.in_time] = []
        #: The answers to whole lists, so that a value that changes nothing can be told.
        self.whole: dict[str, Answer] = {}

    @property
    def in_time(self) -> str:
        return IN_TIME.format(f"{self.slowest:g}")

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def is_clean(self) -> bool:
        return not any(self.findings.values())

    def fire(self, requests: Iterable[Request], share: float = 1.0, seed: int = 0) -> None:
        """Send the requests, or a share of them, and judge what comes back."""
        chance = random.Random(seed)
        chosen = (one for one in requests if share >= 1 or chance.random() < share)
        with ThreadPoolExecutor(self.threads) as pool:
            # Bodies are large, so only a few at a time wait for their turn.
            while batch := [one for one, _ in zip(chosen, range(64), strict=False)]:
                for request in batch:
                    if request.whole and request.whole not in self.whole:
                        self.whole[request.whole] = self.client.get(request.whole)
                for request, answer in zip(batch, pool.map(self.client.send, batch), strict=True):
                    self.judge(request, answer)
        # Alone, and once more, since another program may have had the machine to itself.
        slow, self.slow = self.slow, []
        for request in slow:
            seconds = min(self.client.send(request).seconds for _ in range(2))
            if seconds > self.slowest and not request.may_close:
                self.findings[self.in_time].append((request, f"took {seconds:.1f} s"))
            self.late = max(self.late, seconds)

    def judge(self, request: Request, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        for name, promise in PROMISES.items():
            self.asked[name] += 1
            if wrong := promise(request, answer, host=self.client.host, whole=self.whole):
                self.findings[name].append((request, wrong))
        self.asked[self.in_time] += 1
        if answer.seconds > self.slowest:
            self.slow.append(request)
        else:
            self.late = max(self.late, answer.seconds)

    def report(self) -> str:
        """One line per promise, then one per finding with the way to see it again."""
        lines = [
            f"{'kept  ' if not found else 'BROKEN'}  {self.asked[name]:>6} asked  {len(found):>4} broken  {name}"
            for name, found in self.findings.items()
        ]
        answers = ", ".join(
            f"{n} × {status or 'none'}" for status, n in sorted(self.statuses.items())
        )
        lines.append(f"answers: {answers}; the slowest took {self.late:.2f} s")
        folder = Path(tempfile.gettempdir()) / "hostile"
        for name, found in self.findings.items():
            for request, wrong in found[:MOST_TOLD]:
                lines += [
                    f"\n{name}: {request.told}: {wrong}",
                    f"    {self.client.reproduce(request, folder)}",
                ]
            if len(found) > MOST_TOLD:
                lines.append(f"… and {len(found) - MOST_TOLD} more of these")
        return "\n".join(lines)
