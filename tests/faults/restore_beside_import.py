"""A restore while a list is imported."""

import subprocess

from tests.faults.kills import IMPORTED, WORDS
from tests.faults.scratch import check_agreement, main, prepare, run_command, run_shell
from tests.support.processes import MANAGE, environment

TIMES = 4


def start(folder, url: str, *words):
    return subprocess.Popen(
        [*MANAGE, *map(str, words)],
        env=environment(DATA_DIR=folder, DATABASE_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test(promise, folder, database):
    prepare(folder, database.url)
    run_command(folder, database.url, "backup")
    [file] = (folder / "backups").glob("*.tar.gz")
    before = run_shell(folder, database.url, IMPORTED)
    restored, whole, agreeing, errors = 0, 0, 0, []
    for _ in range(TIMES):
        both = [
            start(folder, database.url, *WORDS),
            start(folder, database.url, "restore", file, "--yes"),
        ]
        (_, import_error), (_, restore_error) = (one.communicate(timeout=300) for one in both)
        restored += both[1].returncode == 0
        # An import may find other records than it had planned for, or none of its tables.
        errors += [text for text in (import_error, restore_error) if "Traceback" in text]
        errors += [restore_error] if both[1].returncode else []
        announcements, rows, _ = map(int, run_shell(folder, database.url, IMPORTED).split())
        whole += (announcements, rows) in ((0, 0), (1, 40))
        bad, count, _, stale = check_agreement(folder, database.url)
        agreeing += count > 0 and not bad and not stale
        run_command(folder, database.url, "restore", file, "--yes")
    promise(restored == TIMES, f"{restored} of {TIMES} restores beside an import succeed")
    promise(whole == TIMES, f"{whole} of {TIMES} imports are there whole or not at all")
    promise(agreeing == TIMES, f"{agreeing} of {TIMES} times all centres agree with their history")
    promise(not errors, "no deadlock and no traceback")
    promise(run_shell(folder, database.url, IMPORTED) == before, "at the end all is as in the file")
    for text in errors:
        print(text)


if __name__ == "__main__":
    main("Restore beside an import", test)
