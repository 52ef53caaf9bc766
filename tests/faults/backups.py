"""20 backups made while records are saved, each restored and looked at."""

import subprocess

from tests.faults.scratch import WRITER, agreement, command, main, prepare
from tests.support.processes import MANAGE, environment

TIMES = 20


def test(promise, folder, database):
    url = database.url
    prepare(folder, url)
    writer = subprocess.Popen(
        [*MANAGE, "shell", "-v0", "-c", WRITER],
        env=environment(DATA_DIR=folder, DATABASE_URL=url),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        writer.stdout.readline()
        paths = [folder / f"{number}.tar.gz" for number in range(TIMES)]
        for path in paths:
            command(folder, url, "backup", path)
        going_on = writer.poll() is None
    finally:
        writer.kill()
        written = len(writer.communicate()[0].splitlines())
    promise(going_on, f"{TIMES} backups beside {written} saves")
    good, entries = 0, []
    for path in paths:
        command(folder, url, "restore", path, "--yes")
        bad, _, history, stale = agreement(folder, url)
        good += not bad and not stale
        entries.append(history)
    promise(good == TIMES, f"{good} of {TIMES} restored: each centre agrees with its history")
    promise(
        entries == sorted(entries) and entries[0] < entries[-1],
        f"each holds what had been saved by then: from {entries[0]} to {entries[-1]} entries",
    )


if __name__ == "__main__":
    main("Backups while writes go on", test)
