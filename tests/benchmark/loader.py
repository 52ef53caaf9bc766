"""Put load on a site for some seconds: with wrk where it is installed, else with threads."""

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

#: Lua for wrk: rotates through the paths of a file and prints the result in one line.
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
class LoadResult:
    """The result of some seconds of load; times in ms."""

    requests: int
    per_second: float
    p50: float
    p99: float
    errors: int


def run_load(
    site: str, paths: list[str], headers: dict[str, str], seconds: int, clients: int
) -> LoadResult:
    by = load_with_wrk if shutil.which("wrk") else load_with_threads
    return by(site, paths, headers, seconds, clients)


def load_with_wrk(site, paths, headers, seconds, clients) -> LoadResult:
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder, "wrk.lua"), Path(folder, "paths")
        script.write_text(SCRIPT)
        listed.write_text("\n".join(paths) + "\n")
        header_options = [f"-H{name}: {value}" for name, value in headers.items()]
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout=60s", *header_options]
        finished = subprocess.run(
            [*command, "-s", script, site],
            env=os.environ | {"PATHS": str(listed)},
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(one for one in finished.stdout.splitlines() if one.startswith("RESULT"))
    requests, duration, p50, p99, errors = map(int, line.split()[1:])
    return LoadResult(requests, requests / duration * 1e6, p50 / 1000, p99 / 1000, errors)


def load_with_threads(site, paths, headers, seconds, clients) -> LoadResult:
    """Slower than wrk, which distorts fast responses: compare only ratios of such runs."""
    times, errors = [], []
    parts = urlsplit(site)
    begin = time.perf_counter()

    def send_requests(first: int) -> None:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
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
                connection.close()  # the next request reconnects
                continue
            times.append((time.perf_counter() - start) * 1000)
            if response.status >= 400:
                errors.append(path)
        connection.close()

    threads = [threading.Thread(target=send_requests, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    duration, ordered = time.perf_counter() - begin, sorted(times) or [0.0]
    middle = ordered[len(ordered) // 2]
    last = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return LoadResult(len(times), len(times) / duration, middle, last, len(errors))
