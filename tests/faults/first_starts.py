"""Two first starts at once, and first starts that are stopped while they migrate."""

import random
import signal
import time

from tests.faults.scratch import check_agreement, fetch_status, main, run_shell, wait_until
from tests.support.sites import Site

STOPS = 5
COUNT = "from centers.models import Center, Announcement; print(Center.objects.count(), Announcement.objects.count())"  # noqa: E501


def count_records(folder, url: str) -> list[int]:
    return [int(word) for word in run_shell(folder, url, COUNT).split()]


def test(promise, folder, database):
    settings = {"DATABASE_URL": database.url, "API_RATE": 1_000_000}
    stop_while_migrating(promise, folder, settings)
    both = [Site(folder, **settings) for _ in range(2)]
    try:
        for one in both:
            one.wait(300)
        found = [fetch_status(one.port, "/") for one in both]
        promise(found == [200, 200], f"two at once: both serve ({found})")
        secret = folder / "secret_key"
        promise(len(secret.read_text().strip()) >= 50, "one secret key for both")
        sessions = [one.manage("shell", "-v0", "-c", SETTINGS).strip() for one in both]
        promise(len(set(sessions)) == 1, "both sign with it")
    finally:
        for one in both:
            one.kill()
    centers, announcements = count_records(folder, database.url)
    promise(
        (centers, announcements) == (42, 2),
        f"loaded once: {centers} centres of {announcements} announcements",
    )
    bad, count, _, stale = check_agreement(folder, database.url)
    promise(
        not bad and not stale,
        f"of {count} centres {bad} differ from their history, {stale} have stale columns",
    )


#: The key itself is printed nowhere.
SETTINGS = "import hashlib; from django.conf import settings; print(hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest())"  # noqa: E501


def stop_while_migrating(promise, folder, settings: dict) -> None:
    """Stop first starts at random moments of the set-up, then let one end."""
    ended, printed = [], []
    for _ in range(STOPS):
        one = Site(folder, **settings)
        try:
            wait_until(lambda one=one: "Preparing the database" in one.printed, 120)
            time.sleep(random.uniform(0, 1.5))
            one.process.send_signal(signal.SIGTERM)
            took = wait_until(lambda one=one: one.process.poll() is not None, 30)
            ended.append(took is not None)
            printed.append(one.printed)
        finally:
            one.kill()
    promise(all(ended), f"SIGTERM while it migrates: {ended.count(True)} of {STOPS} starts ended")
    promise("Traceback" not in "".join(printed), "without a traceback")


if __name__ == "__main__":
    main("First starts", test)
