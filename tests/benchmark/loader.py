"""Load on an address for some seconds: by wrk where it is installed, else by threads of our own."""

import http.client
import os
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

#: Rotates through the paths of a file, and says in one line what wrk has seen.
SCRIPT = """
local paths, turn = {}, 0
for path in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = path end
request = function()
  turn = turn % #paths + 1
  return wrk.format(nil, paths[turn])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.timeout))
end
"""


@dataclass(frozen=True)
class Seen:
    """What some seconds of load have shown; times in ms."""

    requests: int
    per_second: float
    p50: float
    p99: float
    errors: int


def load(site: str, paths: list[str], headers: dict[str, str], seconds: int, clients: int) -> Seen:
    by = by_wrk if shutil.which("wrk") else by_threads
    return by(site, paths, headers, seconds, clients)


def by_wrk(site, paths, headers, seconds, clients) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder, "wrk.lua"), Path(folder, "paths")
        script.write_text(SCRIPT)
        listed.write_text("\n".join(paths) + "\n")
        given = [f"-H{name}: {value}" for name, value in headers.items()]
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout=60s", *given]
        ended = subprocess.run(
            [*command, "-s", script, site],
            env=os.environ | {"PATHS": str(listed)},
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(one for one in ended.stdout.splitlines() if one.startswith("RESULT"))
    requests, duration, p50, p99, errors = map(int, line.split()[1:])
    return Seen(requests, requests / duration * 1e6, p50 / 1000, p99 / 1000, errors)


def by_threads(site, paths, headers, seconds, clients) -> Seen:
    """Slower than wrk, which it tells against the fast answers: compare its ratios among them."""
    took, errors = [], []
    address = urlsplit(site)
    begin = time.perf_counter()

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        for path in cycle(islice(cycle(paths), first, first + len(paths))):
            start = time.perf_counter()
            if start - begin >= seconds:
                break
            try:
                connection.request("GET", path, headers=headers)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                errors.append(path)
                connection.close()  # the next request opens it anew
                continue
            took.append((time.perf_counter() - start) * 1000)
            if response.status >= 400:
                errors.append(path)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    duration, times = time.perf_counter() - begin, sorted(took) or [0.0]
    middle, last = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
    return Seen(len(took), len(took) / duration, middle, last, len(errors))
