"""The examples on /api/ and in README: the same text, and those that can be run do run."""

import csv
import io
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from centers.api.examples import EXAMPLES
from tests.support.sites import prepared_database, running

README = (settings.BASE_DIR / "README.md").read_text()
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
def printed(client, announcement_2024):
    """The examples by key, as the page prints them."""
    soup = BeautifulSoup(client.get("/api/").content, "lxml")
    notes = soup.select(".program > p[id]")
    return {one["id"]: one.find_next_sibling("pre").get_text() for one in notes}


def find_urls(text: str) -> list[str]:
    """The paths with queries of the site that an example names."""
    words = text.replace('"', " ").replace("(", " ").replace(")", " ").split()
    return [word.removeprefix(LOCAL) for word in words if word.startswith(LOCAL)]


def test_page_has_an_example_for_each_program(printed):
    assert list(printed) == ["curl", "python", "r", "power-query", "sheets"]
    for one in EXAMPLES:
        assert printed[one.key] == one.render(LOCAL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.key)
def test_readme_prints_the_same_example(example):
    assert f"\n{example.render(LOCAL)}\n```" in README


def test_examples_name_the_site_that_shows_them(client, db, settings):
    settings.SITE_URL = "https://centers.example.kr"
    soup = BeautifulSoup(client.get("/api/").content, "lxml")

    for one in soup.select(".program"):
        assert "https://centers.example.kr/" in one.pre.get_text()
    assert "127.0.0.1" not in soup.main.get_text()


@pytest.mark.parametrize("key", ["r", "power-query", "sheets"])
def test_spreadsheets_read_a_file_with_the_columns_they_name(client, printed, key):
    """What reads it cannot be run here; its URL and the columns are true."""
    [path] = find_urls(printed[key])
    assert urlsplit(path).path == "/centers.csv"
    response = client.get(path)
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows and rows[0]["시도명"] and len(rows[0]["지역코드"]) == 5


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with (
        prepared_database(folder, "all") as url,
        running(folder, "--no-load", DATABASE_URL=url) as site,
    ):
        yield f"http://127.0.0.1:{site.wait().port}"


def run(command, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python_example_runs_as_printed(site, printed, tmp_path):
    """Also with several pages, whose `next` is followed."""
    program = printed["python"].replace(LOCAL, site)
    (tmp_path / "example.py").write_text(program)

    lines = run([sys.executable, "example.py"], tmp_path).splitlines()

    assert lines and all("/centers/" in line for line in lines)
    assert any("부산" in line and "의류" in line for line in lines)


def test_curl_examples_run_as_printed(site, printed, tmp_path):
    first, second = printed["curl"].replace(LOCAL, site).splitlines()
    for command in (first, second):
        assert shlex.split(command)[0] == "curl"

    found = run(["bash", "-c", f"set -e; {first}"], tmp_path)
    run(["bash", "-c", f"set -e; {second}"], tmp_path)

    assert '"부산' in found and '"count":' in found
    rows = list(csv.DictReader((tmp_path / "centers.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 42
