"""Migrations back and forward over the records that come along."""

import json

from tests.faults.kills import WORDS
from tests.faults.scratch import NAME, agreement, command, main, prepare, shell

#: What a step back takes away for good, by the migration that brought it: columns, or whole tables.
GIVEN_UP = {
    # A group that is taken away takes along who was in it.
    "0002_staff_groups": {"Group.members"},
    "0003_region_dongs": {"Region.dongs", "HistoricalRegion.dongs"},
    # Its columns follow from others, and are made again.
    "0004_search": set(),
    "0005_intake": {
        "ImportRun",
        "Center.closed_on",
        "Center.successor_id",
        "Listing.designated_year",
        "Listing.phone",
        "Listing.website",
        "HistoricalCenter.closed_on",
        "HistoricalCenter.successor_id",
        "HistoricalListing.designated_year",
        "HistoricalListing.phone",
        "HistoricalListing.website",
        *(
            f"Historical{model}.{column}"
            for model in ("Announcement", "Operator", "Center", "Listing")
            for column in ("source_id", "run_id")
        ),
    },
    # It knows the places of the 시·도 itself, and says so in their history.
    "0006_region_tiles": {"HistoricalRegion.tile_col", "HistoricalRegion.tile_row"},
}
#: Entries that a step forward adds to the history, with their reason.
ADDED = {"0006_region_tiles": {"HistoricalRegion: 타일 지도 자리"}}
#: Gives every column that a migration has brought a value, in the history too.
FILL = f"""
from datetime import date
from centers.models import *
from django.contrib.auth.models import Group, User
region = Region.objects.filter(level="sigungu").first()
region.dongs = ["서울특별시 종로구 사직동"]
region.save()
first, second, *_ = Center.objects.all()
first.status, first.closed_on, first.successor = "closed", date(2026, 1, 2), second
first.save()
listing = Listing.objects.first()
listing.designated_year, listing.phone, listing.website = "2024", "02-123-4567", "https://a.kr"
listing.save()
User.objects.get(username={NAME!r}).groups.add(Group.objects.get(name="편집자"))
"""
#: Every row of every table of the project, and of those who may work in it; what follows from other
#: columns is made again first, as the documents say.
TABLES = """
import io, json
from django.apps import apps
from django.core.management import call_command
from django.contrib.auth.models import Group, User
call_command("rebuild_search", stdout=io.StringIO())
rows = {
    model.__name__: {str(row[model._meta.pk.attname]): row for row in model.objects.values()}
    for model in (*apps.get_app_config("centers").get_models(), User)
    # A number drawn anew with each change, and what is forgotten with the minute.
    if model.__name__ not in ("DataVersion", "Asking")
}
rows["Group"] = {
    # By names, since a group that has been taken away comes back with another key.
    group.name: {
        "permissions": sorted(group.permissions.values_list("codename", flat=True)),
        "members": sorted(group.user_set.values_list("username", flat=True)),
    }
    for group in Group.objects.all()
}
print(json.dumps(rows, default=str))
"""


def test(promise, folder, database):
    url = database.url
    prepare(folder, url)
    command(folder, url, *WORDS)
    shell(folder, url, FILL)
    shown = command(folder, url, "showmigrations", "centers", "--plan")
    names = [word.partition(".")[2] for word in shown.split() if word.startswith("centers.")]
    before = json.loads(shell(folder, url, TABLES))
    values = sum(len(row) for rows in before.values() for row in rows.values())
    blank = sorted(set().union(*GIVEN_UP.values()) - filled(before))
    promise(
        not blank,
        f"before: {values:,} values in {len(before)} tables, in each column that may be given up "
        f"({', '.join(blank) or 'none is blank'})",
    )
    may_be = set()
    for name, left in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
        may_be |= GIVEN_UP.get(left, set()) | ADDED.get(left, set())
        try:
            command(folder, url, "migrate", "-v0", "centers", name)
            command(folder, url, "migrate", "-v0")
            after = json.loads(shell(folder, url, TABLES))
        except RuntimeError as error:
            promise(False, f"back to {name}: {str(error).strip().splitlines()[-1]}")
            command(folder, url, "migrate", "-v0")
            continue
        differs = changes(before, after)
        spoilt = differs - may_be
        told = f"but of {len(differs)} things given up with them" if differs else "to the last one"
        if spoilt:
            told = f"but spoilt are {', '.join(sorted(spoilt))}"
        promise(not spoilt, f"back to {name} and forward: every value is there, {told}")
    *_, stale = agreement(folder, url)
    promise(not stale, "the search columns are whole")
    command(folder, url, "migrate", "-v0", "centers", "zero")
    command(folder, url, "migrate", "-v0")
    command(folder, url, "load_fixtures")
    promise(agreement(folder, url)[1] == 42, "back to nothing, forward, and loaded anew")


def filled(tables: dict) -> set[str]:
    """The tables with rows, and the columns in which a row holds a value."""
    columns = {
        f"{model}.{column}"
        for model, rows in tables.items()
        for row in rows.values()
        for column, value in row.items()
        if value not in (None, "", [])
    }
    return columns | {model for model, rows in tables.items() if rows}


def changes(before: dict, after: dict) -> set[str]:
    """The columns in which any value differs, tables in which rows are missing, and new rows."""
    found = set()
    for model, rows in before.items():
        now = after[model]
        if rows.keys() - now.keys():
            found.add(model)
        for key in now.keys() - rows.keys():
            found.add(f"{model}: {now[key].get('history_change_reason', key)}")
        found |= {
            f"{model}.{column}"
            for key, row in rows.items()
            for column, value in row.items()
            if key in now and now[key][column] != value
        }
    return found


if __name__ == "__main__":
    main("Migrations back and forward", test)
