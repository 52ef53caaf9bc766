"""Two editors change one record: the second sees the conflict and keeps the typed values."""

from concurrent.futures import ThreadPoolExecutor

from bs4 import BeautifulSoup

from tests.faults.scratch import Editor, main, prepare, site
from tests.support.forms import fields_of

CENTER, TIMES = 1, 20


def list_conflicts(response) -> list[str]:
    """Return the text of each conflict on the page."""
    soup = BeautifulSoup(response.text, "lxml")
    return [" ".join(one.get_text(" ").split()) for one in soup.select(".conflicts li")]


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        first, second = Editor(running), Editor(running)
        form = first.form(CENTER)
        second_form = second.form(CENTER)
        promise(first.save(CENTER, form, note="먼저").status == 302, "the first saves")

        response = second.save(CENTER, second_form, note="나중", specialty="함께 적은 분야")
        lines = list_conflicts(response)
        promise(
            response.status == 200
            and len(lines) == 1
            and "먼저" in lines[0]
            and "나중" in lines[0],
            f"the second sees each conflict: {' / '.join(lines)}",
        )
        soup = BeautifulSoup(response.text, "lxml")
        back = fields_of(soup.select_one("#content form[method=post]"))
        promise(
            (back["note"], back["specialty"]) == (["나중"], ["함께 적은 분야"]),
            "the form comes back with all that was typed",
        )
        promise(
            first.form(CENTER)["note"] == ["먼저"], "nothing is saved before the conflict was shown"
        )
        promise(
            second.save(CENTER, back).status == 302 and first.form(CENTER)["note"] == ["나중"],
            "after that, the second can overwrite it",
        )

        ends = []
        for number in range(TIMES):
            both = [(one, one.form(CENTER)) for one in (first, second)]
            with ThreadPoolExecutor(2) as pool:
                futures = [
                    pool.submit(one.save, CENTER, data, note=f"{number}번째 {index}")
                    for index, (one, data) in enumerate(both)
                ]
            ends.append(sorted(future.result().status for future in futures))
        promise(
            ends == [[200, 302]] * TIMES,
            f"{ends.count([200, 302])} of {TIMES} times two at once: one saves, one conflicts",
        )


if __name__ == "__main__":
    main("Two editors", test)
