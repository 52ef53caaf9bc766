"""Migrate backward and forward over the bundled records."""

import json

from tests.faults.kills import WORDS
from tests.faults.scratch import NAME, check_agreement, main, prepare, run_command, run_shell

#: Prints the tables and columns that reversing each migration drops, as JSON.
DROPPED = """
import json
from django.apps import apps
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
names = {one._meta.model_name: one.__name__ for one in apps.get_app_config("centers").get_models()}
dropped = {}
for (app, migration), found in MigrationLoader(None).disk_migrations.items():
    for one in found.operations if app == "centers" else ():
        if isinstance(one, CreateModel):
            dropped.setdefault(migration, []).append(names.get(one.name.lower(), one.name))
        elif isinstance(one, AddField):
            column = one.name + ("_id" if one.field.is_relation else "")
            dropped.setdefault(migration, []).append(f"{names[one.model_name.lower()]}.{column}")
print(json.dumps(dropped))
"""
#: Dropped columns that are derived, and rebuilt.
REBUILT = ("0004_search",)
#: What is lost besides.
LOST_BESIDES = {
    # Deleting a group deletes its memberships.
    "0002_staff_groups": {"Group.members"},
    # Without it a number of makers must have a date.
    "0015_undated_sizes": {"Center.cluster_size"},
    # The search finds a centre by the operators that the column had.
    "0024_former_operators": {"Center.plain_text", "Center.search_text"},
}
#: History entries that a forward migration adds, with their reason.
ADDED_ENTRIES = {"0006_region_tiles": {"HistoricalRegion: 타일 지도 자리"}}
#: Fills columns that the bundled facts leave empty, in the history too.
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
#: Prints every row of the project's tables, the users and the groups as JSON, after rebuilding the
#: derived columns.
TABLES = """
import io, json
from django.apps import apps
from django.core.management import call_command
from django.contrib.auth.models import Group, User
call_command("rebuild_search", stdout=io.StringIO())
rows = {
    model.__name__: {str(row[model._meta.pk.attname]): row for row in model.objects.values()}
    for model in (*apps.get_app_config("centers").get_models(), User)
    # Random per change, and counters of the current minute.
    if model.__name__ not in ("DataVersion", "Asking")
}
rows["Group"] = {
    # By name, since a deleted group is recreated under another key.
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
    run_command(folder, url, *WORDS)
    run_shell(folder, url, FILL)
    shown = run_command(folder, url, "showmigrations", "centers", "--plan")
    names = [word.partition(".")[2] for word in shown.split() if word.startswith("centers.")]
    before = json.loads(run_shell(folder, url, TABLES))
    values = sum(len(row) for rows in before.values() for row in rows.values())
    promise(values > 0, f"before: {values:,} values in {len(before)} tables")
    dropped = json.loads(run_shell(folder, url, DROPPED))
    may_be = set()
    for name, left in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
        may_be |= LOST_BESIDES.get(left, set()) | ADDED_ENTRIES.get(left, set())
        may_be |= set() if left in REBUILT else set(dropped.get(left, ()))
        try:
            run_command(folder, url, "migrate", "-v0", "centers", name)
            run_command(folder, url, "migrate", "-v0")
            after = json.loads(run_shell(folder, url, TABLES))
        except RuntimeError as error:
            promise(False, f"back to {name}: {str(error).strip().splitlines()[-1]}")
            run_command(folder, url, "migrate", "-v0")
            continue
        differs = find_changes(before, after)
        damaged = differs - may_be
        result = f"but of {len(differs)} columns lost with them" if differs else "to the last one"
        if damaged:
            result = f"but damaged:  {', '.join(sorted(damaged))}"
        promise(not damaged, f"back to {name} and forward: every value is there, {result}")
    *_, stale = check_agreement(folder, url)
    promise(not stale, "the search columns are up to date")
    run_command(folder, url, "migrate", "-v0", "centers", "zero")
    run_command(folder, url, "migrate", "-v0")
    run_command(folder, url, "load_fixtures")
    promise(check_agreement(folder, url)[1] == 42, "back to zero, forward, and loaded again")


def find_changes(before: dict, after: dict) -> set[str]:
    """Return columns with different values, tables with missing rows, and new rows."""
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
    main("Migrations backward and forward", test)
