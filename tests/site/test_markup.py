"""Every page is valid HTML: the Nu checker reports no error and no warning."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from centers.models import Center
from tests.support import extremes
from tests.support.staff import PASSWORD, SUPERUSER, make_account

CHECKER = Path(__file__).parents[1] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

#: Django's own markup in the admin: the model menu and the autocomplete selects.
NOT_OURS = (
    "A table row was 2 columns wide, which is less than",
    "Element “option” without attribute “label” must not be empty.",
    "The first “option” element in a “select” element with a “required” attribute",
)


@pytest.fixture
def checker():
    """Return the command that checks files."""
    java = shutil.which("java")
    if java and CHECKER.exists():
        # The schema needs a deep stack; in one short run the optimising compiler does not pay off.
        return [java, "-Xss8m", "-XX:TieredStopAtLevel=1", "-jar", CHECKER]
    missing = "The Nu checker needs java, and `npm ci --prefix tests`."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def pages(client, status_list_2026, settings):
    """Return every page by URL, including error pages and the admin."""
    settings.CONTACT_EMAIL = "help@centers.example.kr"
    settings.PAGE_SIZE = 5
    draft = extremes.make()
    # Other tests may have used the first keys.
    first = Center.objects.order_by("pk").first().pk

    def read(path):
        response = client.get(path.format(draft=draft).replace("/1/", f"/{first}/"))
        assert response.status_code == (404 if path == extremes.NOWHERE else 200), path
        return response.content

    found = {path: read(path) for path in (*extremes.PAGES, extremes.NOWHERE, "/admin/login/")}
    found["/ of another host"] = client.get("/", headers={"host": "evil.example"}).content
    found["a fault"] = render_to_string("500.html").encode()
    found["a form without its token"] = (
        Client(enforce_csrf_checks=True).post("/admin/login/").content
    )
    found["a wrong password"] = client.post("/admin/login/", {"username": "나"}).content
    make_account("나", SUPERUSER)
    # By the login form, as two-factor settings need a recent password entry.
    client.post("/admin/login/", {"username": "나", "password": PASSWORD})
    found |= {path: read(path) for path in extremes.DESK}
    chosen = list(Center.objects.order_by("-pk").values_list("pk", flat=True)[:4])
    for action in extremes.ACTIONS:
        sent = {"action": action, "_selected_action": chosen}
        found[action] = client.post("/admin/centers/center/", sent).content
    return found


def test_html_checker_reports_no_error(checker, pages, tmp_path):
    names = {}
    for number, (address, content) in enumerate(pages.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(content)
        names[file.name] = address
    # From files, since it fetches no local URLs; all at once, since it starts slowly.
    ended = subprocess.run(
        [*checker, "--stdout", "--format", "json", tmp_path],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.stdout, ended.stderr
    told = []
    for note in json.loads(ended.stdout)["messages"]:
        address = names[Path(note["url"]).name]
        if not (
            address in (*extremes.DESK, *extremes.ACTIONS) and note["message"].startswith(NOT_OURS)
        ):
            told.append((address, note["message"], note.get("extract", "")))

    assert told == []
