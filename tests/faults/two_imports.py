"""Two imports of one list at once."""

import subprocess

from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import agreement, main, prepare, shell
from tests.processes import MANAGE, environment

TIMES = 5


def test(promise, folder, database):
    prepare(folder, database.url)
    told, lines = [], set()
    for number in range(TIMES):
        slug = f"list-{number}"
        words = [str(word).replace("list-2027", slug) for word in WORDS]
        both = [
            subprocess.Popen(
                [*MANAGE, *words],
                env=environment(DATA_DIR=folder, DATABASE_URL=database.url),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        printed = [process.communicate(timeout=240) for process in both]
        applied = sum("Applied." in out for out, _ in printed)
        told.append(applied)
        others = [error or out for out, error in printed if "Applied." not in out]
        lines |= {other.strip().splitlines()[-1] for other in others}
        rows = shell(folder, database.url, IMPORTED.replace("list-2027", slug)).split()
        told.append(1 if rows[:2] == ["1", "40"] else f"rows {rows}")
    promise(set(told) == {1}, f"{TIMES} times two at once: one is applied, once, with its 40 rows")
    promise(
        lines and all("Traceback" not in line for line in lines),
        f"the other says: {' / '.join(sorted(lines))}",
    )
    bad, _, _, stale = agreement(folder, database.url)
    promise(not bad and not stale, "the records and their history agree")


if __name__ == "__main__":
    main("Two imports", test)
