"""The file of the SQLite database is overwritten under a running site."""

import os
from collections import Counter

from tests.faults.scratch import fetch_status, main, prepare, site


def test(promise, folder, database):
    prepare(folder, database.url)
    path = folder / "db.sqlite3"
    with site(folder, database.url) as running:
        written = [*folder.glob("db.sqlite3*"), *folder.glob("s*.stamp"), folder / "secret_key"]
        promise(
            len(written) > 2 and not any(one.stat().st_mode & 0o077 for one in written),
            "files that the site writes are its account's alone",
        )
        for _ in range(20):
            fetch_status(running.port, "/")  # so that both workers have it
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
        found = [fetch_status(running.port, "/") for _ in range(20)]
        promise(found == [200] * 20, f"damaged: {found.count(200)} of 20 cached pages are 200")
        paths = [f"/?region=11&size_max={most}" for most in range(100, 110)]
        # SQLite still has parts of the file in memory, from which some pages can be made; the
        # history is read by none that was requested before.
        paths += ["/changes/", "/changes/?page=2", *(f"/centers/{key}/" for key in range(1, 9))]
        unread = Counter(fetch_status(running.port, path) for path in paths)
        promise(
            set(unread) <= {200, 503} and unread[503] > 0,
            "damaged: others are 200 or 503, not a fault: "
            + ", ".join(f"{count} × {status}" for status, count in sorted(unread.items())),
        )
        promise(fetch_status(running.port, "/healthz") == 200, "/healthz stays 200")


if __name__ == "__main__":
    main("Damaged database file", test, databases=("sqlite",))
