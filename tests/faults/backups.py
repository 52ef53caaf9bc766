"""20 backups taken during writes, each restored and checked."""

import subprocess

from tests.faults.scratch import WRITER, check_agreement, main, prepare, run_command
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
            run_command(folder, url, "backup", path)
        is_writing = writer.poll() is None
    finally:
        writer.kill()
        written = len(writer.communicate()[0].splitlines())
    promise(is_writing, f"{TIMES} backups during {written} saves")
    good, entries = 0, []
    for path in paths:
        run_command(folder, url, "restore", path, "--yes")
        bad, _, history, stale = check_agreement(folder, url)
        good += not bad and not stale
        entries.append(history)
    promise(good == TIMES, f"{good} of {TIMES} restored: each centre agrees with its history")
    promise(
        entries == sorted(entries) and entries[0] < entries[-1],
        f"each holds the saves up to its start: from {entries[0]} to {entries[-1]} entries",
    )


if __name__ == "__main__":
    main("Backups during writes", test)
