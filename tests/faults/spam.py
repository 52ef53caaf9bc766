"""10,000 reports from one address, 10,000 from as many, and a queue as full as it can be."""

import http.client
import re
import threading
import time
from collections import Counter
from contextlib import closing
from itertools import count
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.faults.scratch import Editor, fetch_status, main, prepare, run_shell, site

REPORTS, THREADS = 10_000, 4
#: The limits of one address and of all in a day, and the days that a report stays (README).
MOST_OF_ADDRESS, MOST_OF_ALL, DAYS = 20, 300, 90
#: In seconds: a page of a reader during the spam, and of an editor with a full queue.
READER_PATIENCE, EDITOR_PATIENCE = 0.5, 2
TOKEN = re.compile(r'name="token" value="([^"]+)"')
FORM, QUEUE = "/centers/1/correction/", "/admin/centers/correction/"
STORED = "from centers.models import Correction; print(Correction.objects.count())"
#: As many reports as can wait at once: those of each day until they are deleted.
FILL = f"""
from datetime import timedelta
from django.utils import timezone
from centers.models import Center, Correction
centers, now = list(Center.objects.published()), timezone.now()
have = Correction.objects.count()
Correction.objects.bulk_create(
    (
        Correction(
            center=centers[number % len(centers)], field="phone", evidence="call",
            value=f"02-{{number:07}}", message="광고입니다. " * 40, token_key=f"fill-{{number}}",
            sent_at=now - timedelta(days=number % {DAYS}),
        )
        for number in range({MOST_OF_ALL * DAYS} - have)
    ),
    batch_size=500,
)
"""


def send_reports(port: int, addresses, statuses: Counter) -> None:
    """Send one report for each address, over one connection; a form is opened when it was used."""
    token = ""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for number, address in addresses:
            headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "http"}
            if not token:
                connection.request("GET", FORM, headers=headers)
                [token] = TOKEN.findall(connection.getresponse().read().decode())
            form = {
                "token": token,
                "field": "phone",
                "value": f"02-{number:07}",
                "message": "싸게 팝니다 https://evil.example/",
                "evidence": "call",
                "evidence_text": "",
                "confirm_text": "",
            }
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", FORM, urlencode(form), headers)
            response = connection.getresponse()
            response.read()
            statuses[response.status] += 1
            if response.status != 429:
                token = ""


def flood(port: int, find_address) -> tuple[Counter, list[float], float]:
    """Send all reports; return their statuses, the times of readers' pages, and the seconds."""
    statuses, times, began = Counter(), [], time.monotonic()
    numbers = count()

    def take():
        while (number := next(numbers)) < REPORTS:
            yield number, find_address(number)

    threads = [
        threading.Thread(target=send_reports, args=(port, take(), statuses), daemon=True)
        for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        if fetch_status(port, f"/?size_max={100 + len(times) % 900}") == 200:
            times.append(time.monotonic() - start)
        time.sleep(0.25)
    return statuses, sorted(times), time.monotonic() - began


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url, "--no-load", BEHIND_PROXY="true") as running:
        stored = 0
        for title, find_address, most in (
            ("one address", lambda _: "203.0.113.7", MOST_OF_ADDRESS),
            (
                f"{REPORTS:,} addresses",
                lambda number: f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
                MOST_OF_ALL - MOST_OF_ADDRESS,
            ),
        ):
            statuses, times, seconds = flood(running.port, find_address)
            now = int(run_shell(folder, database.url, STORED))
            counts = ", ".join(f"{number} × {status}" for status, number in statuses.items())
            promise(
                set(statuses) <= {303, 429} and sum(statuses.values()) == REPORTS,
                f"{REPORTS:,} reports from {title} in {seconds:.0f} s: {counts}",
            )
            promise(now - stored == most, f"of them {now - stored} are stored, {most} at most")
            p95 = times[int(len(times) * 0.95)]
            promise(
                p95 <= READER_PATIENCE, f"meanwhile {len(times)} lists of a reader, p95 {p95:.2f} s"
            )
            stored = now
        run_shell(folder, database.url, FILL)
        check_queue(promise, Editor(running))


def check_queue(promise, editor: Editor) -> None:
    """Look at the queue with as many reports as can ever wait, and settle one."""
    total = MOST_OF_ALL * DAYS
    pages = {
        "the first page of the desk": "/admin/",
        "the first page of the queue": QUEUE,
        "its last page": f"{QUEUE}?p={-(-total // 100)}",
        "those that wait": f"{QUEUE}?state__exact=waiting",
        "a search": f"{QUEUE}?q=02-0000123",
    }
    for name, path in pages.items():
        began = time.monotonic()
        response = editor.request("GET", path)
        seconds = time.monotonic() - began
        text = BeautifulSoup(response.text, "lxml").get_text(" ")
        counted = str(total) in text
        promise(
            response.status == 200 and seconds <= EDITOR_PATIENCE and counted,
            f"{total:,} wait: {name} {response.status} in {seconds:.2f} s, says how many",
        )


if __name__ == "__main__":
    main("Spam", test)
