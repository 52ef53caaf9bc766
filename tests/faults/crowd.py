"""Readers beside 8 clients of whole downloads and 8 that try passwords, at 10,000 centres.

First all passwords come from one IP address, which is soon locked out, so that few are hashed.
Then each comes from another one, so that only the hashing budget limits them.
"""

import http.client
import re
import threading
import time
from collections import Counter
from contextlib import closing
from urllib.parse import urlencode

from tests.faults.downloads_at_once import CENTERS, CLIENTS, download, fill
from tests.faults.scratch import fetch_status, main, run_shell, site

SECONDS, PATIENCE = 60, 0.3
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LOGIN = "/admin/login/"
PUBLISHED = (
    "from centers.models import Center;"
    "print(*Center.objects.published().order_by('pk').values_list('pk', flat=True)[:2000])"
)


def try_passwords(port: int, ended: threading.Event, number: int, statuses: Counter) -> None:
    """Try to sign in as fast as the site lets one, each time by another name and IP address.

    The IP address counts only where the site is behind a proxy.
    """
    tries = 0
    while not ended.is_set():
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
            connection.request("GET", LOGIN)
            response = connection.getresponse()
            page, cookies = response.read().decode(), response.headers.get_all("Set-Cookie") or ()
            token = TOKEN.search(page)
            if token is None:
                statuses[response.status] += 1
                ended.wait(0.2)
                continue
            tries += 1
            names = {"username": f"guess{number}-{tries}", "login": f"guess{number}-{tries}"}
            form = names | {"password": f"guess {tries}", "csrfmiddlewaretoken": token[1]}
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"10.{number}.{tries // 256 % 256}.{tries % 256}",
                "Cookie": "; ".join(cookie.partition(";")[0] for cookie in cookies),
            }
            connection.request("POST", LOGIN, urlencode(form), headers)
            response = connection.getresponse()
            response.read()
            statuses[response.status] += 1


def format_counts(statuses: Counter) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))


def test(promise, folder, database):
    fill(folder, database)
    published = run_shell(folder, database.url, PUBLISHED).split()
    with site(folder, database.url, "--no-load") as running:
        tries = run_crowd(promise, running.port, published)
    promise(
        set(tries) <= {200, 429, 503} and tries[429] > 0,
        f"{CLIENTS} clients try passwords from one IP address: {format_counts(tries)}",
    )
    with site(folder, database.url, "--no-load", BEHIND_PROXY="true") as running:
        tries = run_crowd(promise, running.port, published)
    promise(
        set(tries) == {200, 503},
        f"{CLIENTS} clients try passwords, each from another: {format_counts(tries)}",
    )


def run_crowd(promise, port: int, published: list[str]) -> Counter:
    """Measure a reader's pages beside the clients; return the statuses of tried passwords."""
    ended, files, tries = threading.Event(), Counter(), Counter()
    threads = [
        threading.Thread(target=download, args=(port, ended, files), daemon=True)
        for _ in range(CLIENTS)
    ] + [
        threading.Thread(target=try_passwords, args=(port, ended, number, tries), daemon=True)
        for number in range(CLIENTS)
    ]
    for path in ("/", f"/centers/{published[0]}/", "/?q=%EB%B4%89%EC%A0%9C"):
        fetch_status(port, path)
    for thread in threads:
        thread.start()
    taken: dict[str, list[float]] = {"list": [], "centre": [], "search": []}
    statuses, end = Counter(), time.monotonic() + SECONDS
    while time.monotonic() < end:
        count = len(taken["list"])
        paths = {
            "list": f"/?sort=name&size_max={100 + count % 50}",
            "centre": f"/centers/{published[count % len(published)]}/",
            "search": f"/?q=%EB%B4%89%EC%A0%9C&size_max={100 + count % 50}",
        }
        for name, path in paths.items():
            began = time.monotonic()
            statuses[fetch_status(port, path)] += 1
            taken[name].append(time.monotonic() - began)
        time.sleep(0.05)
    ended.set()
    for thread in threads:
        thread.join()
    promise(
        set(files) <= {200, 503} and files[200] > 0,
        f"{CLIENTS} clients: {files[200]} lists of {CENTERS:,} centres, {files[503]} × 503",
    )
    promise(set(statuses) == {200}, f"meanwhile pages of readers: {format_counts(statuses)}")
    for name, times in taken.items():
        seconds = sorted(times)[int(len(times) * 0.95)]
        promise(seconds <= PATIENCE, f"a {name} within {PATIENCE} s: p95 {seconds:.3f} s")
    return tries


if __name__ == "__main__":
    main("A crowd", test)
