"""Two simultaneous imports of one list."""

import subprocess

from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import check_agreement, main, prepare, run_shell
from tests.support.processes import MANAGE, environment

TIMES = 5
NOTHING = "Nothing to do."
#: How the second import may end: it finds the list imported already, or it is rejected because the
#: data changed after it had made its plan.
REJECTED = "CommandError: 계획을 본 뒤에 자료가 바뀌어 반영하지 않았습니다."
ENDINGS = {(0, NOTHING), (1, REJECTED)}


def test(promise, folder, database):
    prepare(folder, database.url)
    applied, rows, endings, errors = [], [], [], []
    for number in range(TIMES):
        slug = f"list-{number}"
        words = [str(word).replace("list-2027", slug) for word in WORDS]
        counts_code = IMPORTED.replace("list-2027", slug)
        runs = int(run_shell(folder, database.url, counts_code).split()[2])
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
        rows.append([int(word) for word in run_shell(folder, database.url, counts_code).split()])
        rows[-1][2] -= runs
        for process, (out, error) in zip(both, printed, strict=True):
            if "Applied." in out:
                # It must print no error.
                errors += [error] if error or process.returncode else []
                continue
            [*_, last] = (error or out).strip().splitlines() or [""]
            end = process.returncode, REJECTED if last.startswith(REJECTED) else last
            endings.append(end)
            if end not in ENDINGS or (end[0] == 0 and error) or "Traceback" in out + error:
                errors.append(out + error)
    promise(
        applied == [1] * TIMES and rows == [[1, 40, 1]] * TIMES,
        f"{TIMES} times two at once: {applied.count(1)} times one of them is applied, and "
        f"{rows.count([1, 40, 1])} times there is one document, 40 rows, one import",
    )
    outcomes = ", ".join(f"{endings.count(one)} × {one[1]}" for one in sorted(set(endings)))
    promise(
        len(endings) == TIMES and not errors,
        f"the other reports that it came second, without a traceback: {outcomes}",
    )
    for text in errors:
        print(text)
    bad, count, _, stale = check_agreement(folder, database.url)
    promise(
        count > 0 and not bad and not stale,
        f"of {count} centres {bad} differ from their history, {stale} have stale columns",
    )


if __name__ == "__main__":
    main("Two imports", test)
