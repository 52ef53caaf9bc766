"""200 saves at the staff desk beside a full load of readers."""

import threading

from tests.faults.scratch import Editor, Readers, agreement, main, prepare, shell, site

WRITERS, EACH = 4, 50


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        found = shell(
            folder,
            database.url,
            "from centers.models import *;"
            f"print(*Center.objects.values_list('pk', flat=True)[:{WRITERS}])",
        )
        keys = [int(word) for word in found.split()]
        answers: list[tuple[int, int, int]] = []

        def write(pk: int) -> None:
            # Of their own, as two browsers share no cookies.
            editor = Editor(running)
            for number in range(EACH):
                answer = editor.save(pk, editor.form(pk), note=f"글 {number}")
                answers.append((pk, number, answer.status))

        with Readers(running.port, count=4) as readers:
            threads = [threading.Thread(target=write, args=(pk,)) for pk in keys]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        taken = [one for one in answers if one[2] == 302]
        promise(
            len(taken) == WRITERS * EACH,
            f"{len(taken)} of {WRITERS * EACH} saves taken by {WRITERS} editors at once",
        )
        promise(
            readers.failed == 0 and readers.answers[200] > 0,
            f"{sum(readers.answers.values())} pages read meanwhile, {readers.failed} failed",
        )
        promise("locked" not in running.printed, "no “database is locked” in the log")
    code = (
        "from centers.models import *; print(*(Center.history.filter(id=pk, note__startswith='글 ')"
        f".values('note').distinct().count() for pk in {keys}))"
    )
    noted = [int(word) for word in shell(folder, database.url, code).split()]
    promise(noted == [EACH] * WRITERS, f"none lost: {sum(noted)} of them stand in the history")
    bad, _, _, stale = agreement(folder, database.url)
    promise(not bad and not stale, "the records and their history agree")


if __name__ == "__main__":
    main("Writes beside readers", test)
