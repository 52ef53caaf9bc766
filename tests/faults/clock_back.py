"""The clock is set back: what changed since is not taken for what browsers have."""

import time

from tests.faults.scratch import main, prepare, run_shell, site

#: A change whose time, as a clock set back by a day tells it, lies before the last.
CHANGE = """
from datetime import timedelta
from unittest.mock import patch
from django.utils import timezone
from centers.models import Center

earlier = timezone.now() - timedelta(days={days})
with patch("django.utils.timezone.now", lambda: earlier):
    center = Center.objects.get(pk=1)
    center.note = "{note}"
    center.save()
"""
PATH = "/centers/1/"


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        for days in (1, 30):
            run_shell(folder, database.url, CHANGE.format(days=0, note="now"))
            time.sleep(1.1)  # so that both workers know the new version
            first = running.get(PATH)
            date, tag = first.getheader("Last-Modified"), first.getheader("ETag")
            same = running.get(PATH, **{"If-Modified-Since": date})
            promise(same.status == 304, f"unchanged since {date}: {same.status}")
            note = f"{days} days back"
            run_shell(folder, database.url, CHANGE.format(days=days, note=note))
            time.sleep(1.1)
            for header, known in (("If-None-Match", tag), ("If-Modified-Since", date)):
                found = running.get(PATH, **{header: known})
                promise(
                    found.status == 200 and note in found.body.decode(),
                    f"changed with a clock {note}: {header} gets the new page ({found.status})",
                )


if __name__ == "__main__":
    main("Clock set back", test)
