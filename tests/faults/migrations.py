"""Migrations back and forward over the records that come along."""

import json

from tests.faults.scratch import agreement, command, main, prepare, shell

#: The columns and tables that a step back takes away, by the migration that brought them.
TABLES = """
import json
from centers.models import *
models = (Region, Industry, Operator, Announcement, Center, Listing)
rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
print(json.dumps(rows, default=str))
"""


def test(promise, folder, database):
    url = database.url
    prepare(folder, url)
    shown = command(folder, url, "showmigrations", "centers", "--plan")
    names = [word.partition(".")[2] for word in shown.split() if word.startswith("centers.")]
    before = json.loads(shell(folder, url, TABLES))
    for name in reversed(names[:-1]):
        try:
            command(folder, url, "migrate", "-v0", "centers", name)
            command(folder, url, "migrate", "-v0")
            command(folder, url, "rebuild_search")
        except RuntimeError as error:
            promise(False, f"back to {name}: {str(error).strip().splitlines()[-1]}")
            command(folder, url, "migrate", "-v0")
            continue
        after = json.loads(shell(folder, url, TABLES))
        lost = sorted(
            f"{model}.{column}"
            for model, rows in before.items()
            for column in rows[0]
            if [row[column] for row in rows] != [row.get(column) for row in after[model]]
        )
        promise(
            all(len(rows) == len(after[model]) for model, rows in before.items()),
            f"back to {name} and forward: all records are there; {told(lost)}",
        )
    *_, stale = agreement(folder, url)
    promise(not stale, "the search columns are whole")
    command(folder, url, "migrate", "-v0", "centers", "zero")
    command(folder, url, "migrate", "-v0")
    command(folder, url, "load_fixtures")
    promise(agreement(folder, url)[1] == 42, "back to nothing, forward, and loaded anew")


def told(lost: list[str]) -> str:
    return f"given up with their column: {', '.join(lost)}" if lost else "every value is there"


if __name__ == "__main__":
    main("Migrations back and forward", test)
