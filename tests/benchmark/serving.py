"""Throughput of the running site, compared with a static file and with datasette.

    python -m tests.benchmark.serving

For each size: a temporary SQLite database, the site with two workers as `manage.py serve` runs it,
and datasette on the same file where it is installed (in its own environment: pass its program with
--datasette). Rounds are interleaved, so that other load on the machine affects all alike; trust the
ratios, not the numbers. Exits with 1 if a promise is broken.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from tests.benchmark.loader import LoadResult, run_load
from tests.benchmark.measure import parse_sizes
from tests.benchmark.promises import (
    CACHED,
    CACHED_ONE_CLIENT,
    CENTER,
    COVERAGE,
    DATASETTE,
    LIST,
    OTHER_FILTERS,
    REAL,
    SAME_CENTER,
    SEARCH,
    SITEMAP,
    STATIC,
    SUGGESTIONS,
    UNCHANGED,
    Promise,
    check_no_errors,
    check_promises,
    check_steady_memory,
    format_promises,
    format_row,
    get_median_cpu,
    get_median_rate,
    get_percentiles,
)
from tests.support.sites import free_port

SIZES = (REAL, 10_000, 100_000)
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
#: A request with this header bypasses the page cache, and is else that of any reader: a session
#: cookie would add a query, and compression for one reader alone.
UNCACHED = BROWSER | {"Authorization": "none"}
WORD = quote("봉제")
#: Centres of a size whose pages are requested in turn: more than a process caches.
MAX_KEYS = 2_000
TYPED = ("봉", "봉ㅈ", "부산 봉", "귀금속", "ㅈㅅㄷ", "qhdwp", "도토리묵", "없는말", "염섹")
FACETS = "?_size=20&_facet=region_id&_facet=industry_id&_facet=designated_year"


def set_up_django(folder: str) -> None:
    os.environ |= {"DATA_DIR": folder, "DATABASE_URL": "", "DEBUG": "", "PRODUCTION": ""}
    os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
    import django

    django.setup()


def fill_database(folder: str, count: int) -> None:
    """Fill the database, collect the static files and store the list page as one of them."""
    os.environ |= {
        "DATA_DIR": folder,
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "centers.settings",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from centers.http.compression import compress
    from tests.benchmark.records import create_centers
    from tests.support.reference import load_reference_records

    call_command("migrate", verbosity=0)
    if count == REAL:
        call_command("load_fixtures", verbosity=0)
    else:
        load_reference_records()
        create_centers(count)
    call_command("collectstatic", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    page = Client(SERVER_NAME="127.0.0.1").get("/").content
    for encoding, ending in (("", ""), ("gzip", ".gz"), ("br", ".br")):
        Path(settings.STATIC_ROOT, f"list.html{ending}").write_bytes(compress(page, encoding))
    connection.close()


@dataclass
class Server:
    """One running program and its measurements."""

    site: str
    pid: int
    #: The keys of published centres that it requests.
    keys: list[int] = field(default_factory=list)
    seen: dict[str, list[tuple[LoadResult, float]]] = field(default_factory=dict)

    def processes(self) -> list[int]:
        """Return the ids of the program's process and its workers."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/children")
        children = [int(pid) for task in tasks for pid in task.read_text().split()]
        return [self.pid, *children]

    def processor_time(self) -> float:
        """Return the seconds of processor time so far."""
        ticks = 0
        for pid in self.processes():
            values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(values[11]) + int(values[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self) -> None:
        """Wait for work that goes on after its client has left, as a long query does."""
        before = -1.0
        while (used := self.processor_time()) > before:
            before = used
            time.sleep(0.5)

    def memory(self) -> float:
        """Return the resident memory of its processes, in MB."""
        pages = sum(
            int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.processes()
        )
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def warm_up(self, paths: list[str], headers: dict, options) -> None:
        """Let each worker fill what it caches: a first page of 0.1 s would stand for many later."""
        run_load(self.site, paths, headers, 1, options.clients * 4)

    def measure(self, title: str, paths: list[str], headers: dict, options) -> None:
        before = self.processor_time()
        clients = 1 if title == CACHED_ONE_CLIENT else options.clients
        seen = run_load(self.site, paths, headers, options.seconds, clients)
        used = (self.processor_time() - before) * 1000 / max(seen.requests, 1)
        self.seen.setdefault(title, []).append((seen, used))


@contextmanager
def run_server(command: list, port: int, path: str, **environment):
    process = subprocess.Popen(
        [str(word) for word in command],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        wait_for(server.site + path, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                response.read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} has ended.")


def run_site(folder: str):
    from centers.management.commands.serve import SERVER_OPTIONS
    from centers.management.granian_server import READY_MESSAGE

    port = free_port()
    message = {"host": "127.0.0.1", "port": port, "text": ""}
    options = [*SERVER_OPTIONS, "--host=127.0.0.1", f"--port={port}", "--workers=2"]
    command = [
        sys.executable,
        "-m",
        "centers.management.granian_server",
        *options,
        "centers.wsgi:application",
    ]
    environment = {"DATA_DIR": folder, "DATABASE_URL": "", READY_MESSAGE: json.dumps(message)}
    return run_server(command, port, "/", **environment)


def run_datasette(program: str, folder: str):
    port = free_port()
    command = [program, "serve", "-i", f"{folder}/db.sqlite3", f"--port={port}"]
    for name, value in (("facet_time_limit_ms", 60_000), ("sql_time_limit_ms", 60_000)):
        command += ["--setting", name, value]
    return run_server(command, port, "/")


def fetch_etag(server: Server) -> str:
    request = urllib.request.Request(server.site + "/", headers=BROWSER)
    with urllib.request.urlopen(request) as response:
        return response.headers["ETag"]


def list_keys(folder: str) -> list[int]:
    """List the keys of centres that have a page, of a large directory in no order."""
    with closing(sqlite3.connect(f"{folder}/db.sqlite3")) as database:
        query = "SELECT id FROM centers_center WHERE published ORDER BY id * 7919 % 10007, id"
        return [key for (key,) in database.execute(f"{query} LIMIT {MAX_KEYS}")]


def build_cases(server: Server) -> list[tuple[str, list[str], dict]]:
    return [
        (STATIC, ["/static/list.html"], BROWSER),
        (CACHED, ["/"], BROWSER),
        (CACHED_ONE_CLIENT, ["/"], BROWSER),
        (UNCHANGED, ["/"], BROWSER | {"If-None-Match": fetch_etag(server)}),
        (LIST, ["/"], UNCACHED),
        (SEARCH, [f"/?q={WORD}"], UNCACHED),
        (
            OTHER_FILTERS,
            [f"/?q={WORD}&size_max={most}" for most in range(200, 900)],
            UNCACHED,
        ),
        (CENTER, [f"/centers/{key}/" for key in server.keys], UNCACHED),
        (SAME_CENTER, [f"/centers/{server.keys[0]}/"], UNCACHED),
        (COVERAGE, ["/coverage/"], UNCACHED),
        (SITEMAP, ["/sitemap-centers.xml"], UNCACHED),
        (SUGGESTIONS, [f"/suggestions/?q={quote(word)}" for word in TYPED], UNCACHED),
    ]


def format_table(results: dict[int, dict[str, list]]) -> str:
    heads = ["centres", "request", "requests/s", "of the static file", "p50", "p99", "p99/p50"]
    lines = [format_row([*heads, "CPU"]), format_row(["---"] * 8)]
    for count, seen in results.items():
        for title, taken in seen.items():
            p50, p99 = get_percentiles(taken)
            errors = sum(one.errors for one, _ in taken)
            cells = [f"{count:,}", title + (f" ({errors} errors)" if errors else "")]
            cells += [
                f"{get_median_rate(taken):,.1f}",
                f"{get_median_rate(taken) / get_median_rate(seen[STATIC]):.3f}",
            ]
            cells += [
                f"{p50:.1f}",
                f"{p99:.1f}",
                f"{p99 / p50:.1f}" if p50 else "no response",
                f"{get_median_cpu(taken):.2f}",
            ]
            lines.append(format_row(cells))
    return "\n".join(lines)


def run_soak(server: Server, count: int, seconds: int, clients: int) -> list[Promise]:
    """Put mixed load on the site in quarters and print its memory after each."""
    words = [quote(word) for word in ("봉제", "서울", "ㅈㅅㄷ", "qhdwp", "귀금속", "없는말")]
    paths = [f"/?q={word}&size_max={most}" for most in range(100, 900) for word in words]
    paths += [f"/centers/{key}/" for key in range(1, REAL)] + ["/", "/coverage/", "/centers.csv"]
    start, seen, held = server.memory(), [], []
    for _ in range(4):
        seen.append(run_load(server.site, paths, BROWSER, max(1, seconds // 4), clients))
        held.append(server.memory())
    quarters = ", ".join(f"{one:.0f}" for one in held)
    print(f"\nMemory in {seconds} s of mixed load, MB: {start:.0f} at the start, then {quarters}.")
    return [check_no_errors(count, "mixed load", seen), check_steady_memory(count, held)]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.serving")
    parser.add_argument("--sizes", type=parse_sizes, default=SIZES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of load on each request a round")
    parser.add_argument("--clients", type=int, default=4, help="connections at once")
    parser.add_argument("--datasette", default=shutil.which("datasette"), help="its program")
    parser.add_argument("--soak", type=int, default=0, help="seconds of mixed load at the end")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    with ExitStack() as stack:
        set_up_django(stack.enter_context(tempfile.TemporaryDirectory()))
        sites: dict[int, Server] = {}
        others: dict[int, Server] = {}
        for count in options.sizes:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            process = get_context("spawn").Process(target=fill_database, args=(folder, count))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"A database of {count:,} centres could not be created.")
            sites[count] = stack.enter_context(run_site(folder))
            sites[count].keys = list_keys(folder)
            if options.datasette:
                others[count] = stack.enter_context(run_datasette(options.datasette, folder))
        for site in sites.values():
            for _, paths, headers in build_cases(site):
                site.warm_up(paths, headers, options)
        for _ in range(options.rounds):
            for count, site in sites.items():
                for title, paths, headers in build_cases(site):
                    site.measure(title, paths, headers, options)
                if count in others:
                    table = [f"/db/centers_center{FACETS}"]
                    others[count].measure(DATASETTE, table, BROWSER, options)
                    others[count].wait_until_idle()
        results = {
            count: site.seen | (others[count].seen if count in others else {})
            for count, site in sites.items()
        }
        print(f"{options.rounds} rounds of {options.seconds} s, {options.clients} connections;")
        print("times in ms, medians of the rounds.\n")
        print(format_table(results))
        found = check_promises(results)
        if options.soak:
            count = options.sizes[0]
            found += run_soak(sites[count], count, options.soak, options.clients)
        print(f"\n{format_promises(found)}")
    sys.exit(0 if all(one.is_kept for one in found) else 1)


if __name__ == "__main__":
    main()
