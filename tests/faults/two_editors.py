"""Two editors with one record open: the second is told, and loses nothing."""

from concurrent.futures import ThreadPoolExecutor

from bs4 import BeautifulSoup

from tests.faults.scratch import Editor, main, prepare, site
from tests.support.forms import fields_of

CENTER, TIMES = 1, 20


def told(answer) -> list[str]:
    """What the page says somebody else has changed, a text for each field."""
    soup = BeautifulSoup(answer.text, "html.parser")
    return [" ".join(one.get_text(" ").split()) for one in soup.select(".conflicts li")]


def test(promise, folder, database):
    prepare(folder, database.url)
    with site(folder, database.url) as running:
        first, second = Editor(running), Editor(running)
        form = first.form(CENTER)
        second_form = second.form(CENTER)
        promise(first.save(CENTER, form, note="먼저").status == 302, "the first saves")

        answer = second.save(CENTER, second_form, note="나중", address="함께 적은 주소")
        lines = told(answer)
        promise(
            answer.status == 200 and len(lines) == 1 and "먼저" in lines[0] and "나중" in lines[0],
            f"the second is told, field by field: {' / '.join(lines)}",
        )
        soup = BeautifulSoup(answer.text, "html.parser")
        back = fields_of(soup.select_one("#content form[method=post]"))
        promise(
            (back["note"], back["address"]) == (["나중"], ["함께 적은 주소"]),
            "the form comes back with all that was typed",
        )
        promise(first.form(CENTER)["note"] == ["먼저"], "nothing is saved before it has been seen")
        promise(
            second.save(CENTER, back).status == 302 and first.form(CENTER)["note"] == ["나중"],
            "having seen it, the second saves over it",
        )

        ends = []
        for number in range(TIMES):
            both = [(one, one.form(CENTER)) for one in (first, second)]
            with ThreadPoolExecutor(2) as pool:
                answers = [
                    pool.submit(one.save, CENTER, data, note=f"{number}번째 {place}")
                    for place, (one, data) in enumerate(both)
                ]
            ends.append(sorted(answer.result().status for answer in answers))
        promise(
            ends == [[200, 302]] * TIMES,
            f"{ends.count([200, 302])} of {TIMES} times two at once: one saves, one is told",
        )


if __name__ == "__main__":
    main("Two editors", test)
