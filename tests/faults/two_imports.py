"""Two imports of one list at once."""

import subprocess

from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import agreement, main, prepare, shell
from tests.support.processes import MANAGE, environment

TIMES = 5
NOTHING = "Nothing to do."
#: How the one that comes second may end: it found the list taken in, or was overtaken after it had
#: planned, which it is told by a refusal.
REFUSED = "CommandError: 계획을 본 뒤에 자료가 바뀌어 반영하지 않았습니다."
ENDINGS = {(0, NOTHING), (1, REFUSED)}


def test(promise, folder, database):
    prepare(folder, database.url)
    applied, rows, endings, troubles = [], [], [], []
    for number in range(TIMES):
        slug = f"list-{number}"
        words = [str(word).replace("list-2027", slug) for word in WORDS]
        counted = IMPORTED.replace("list-2027", slug)
        runs = int(shell(folder, database.url, counted).split()[2])
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
        applied.append(sum("Applied." in out for out, _ in printed))
        rows.append([int(word) for word in shell(folder, database.url, counted).split()])
        rows[-1][2] -= runs
        for process, (out, error) in zip(both, printed, strict=True):
            if "Applied." in out:
                # Not a word beside what it has done.
                troubles += [error] if error or process.returncode else []
                continue
            [*_, last] = (error or out).strip().splitlines() or [""]
            end = process.returncode, REFUSED if last.startswith(REFUSED) else last
            endings.append(end)
            if end not in ENDINGS or (end[0] == 0 and error) or "Traceback" in out + error:
                troubles.append(out + error)
    promise(
        applied == [1] * TIMES and rows == [[1, 40, 1]] * TIMES,
        f"{TIMES} times two at once: {applied.count(1)} times one of them is applied, and "
        f"{rows.count([1, 40, 1])} times there is one document, 40 rows, one import",
    )
    told = ", ".join(f"{endings.count(one)} × {one[1]}" for one in sorted(set(endings)))
    promise(
        len(endings) == TIMES and not troubles,
        f"the other is told that it came second, without a traceback: {told}",
    )
    for trouble in troubles:
        print(trouble)
    bad, count, _, stale = agreement(folder, database.url)
    promise(
        count > 0 and not bad and not stale,
        f"of {count} centres {bad} differ from their history, {stale} have stale columns",
    )


if __name__ == "__main__":
    main("Two imports", test)
