"""200 saves in the admin under a full load of readers."""

import threading

from tests.faults.scratch import Editor, Readers, check_agreement, main, prepare, run_shell, site

WRITERS, EACH = 4, 50


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        found = run_shell(
            folder,
            database.url,
            "from centers.models import *;"
            f"print(*Center.objects.values_list('pk', flat=True)[:{WRITERS}])",
        )
        keys = [int(word) for word in found.split()]
        saves: list[tuple[int, int, int]] = []

        def write(pk: int) -> None:
            # Each writer has its own cookies, as another browser would.
            editor = Editor(running)
            for number in range(EACH):
                response = editor.save(pk, editor.form(pk), note=f"글 {number}")
                saves.append((pk, number, response.status))

        with Readers(running.port, count=4) as readers:
            threads = [threading.Thread(target=write, args=(pk,)) for pk in keys]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        taken = [one for one in saves if one[2] == 302]
        promise(
            len(taken) == WRITERS * EACH,
            f"{len(taken)} of {WRITERS * EACH} saves by {WRITERS} concurrent editors",
        )
        promise(
            readers.failed == 0 and readers.statuses[200] > 0,
            f"{sum(readers.statuses.values())} pages read meanwhile, {readers.failed} failed",
        )
        promise("locked" not in running.printed, "no “database is locked” in the log")
    code = (
        "from centers.models import *; print(*(Center.history.filter(id=pk, note__startswith='글 ')"
        f".values('note').distinct().count() for pk in {keys}))"
    )
    saved_notes = [int(word) for word in run_shell(folder, database.url, code).split()]
    promise(
        saved_notes == [EACH] * WRITERS, f"none lost: {sum(saved_notes)} of them are in the history"
    )
    bad, _, _, stale = check_agreement(folder, database.url)
    promise(not bad and not stale, "the records and their history agree")


if __name__ == "__main__":
    main("Writes under read load", test)
