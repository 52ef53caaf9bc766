"""The terms of data, code and fonts: the same on the page, in files and in the API."""

import io
import json

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from openpyxl import load_workbook

from centers.exports.licence import REFERENCE_SOURCES
from centers.models import Announcement

TERMS = f"{settings.SITE_URL}/data/#terms"
FILES = [
    *(f"/centers.{ending}" for ending in ("csv", "xlsx", "json", "geojson")),
    "/coverage.csv",
    "/coverage.xlsx",
]
API = ["", "centers/", "centers.geojson", "facets/", "regions/", "announcements/", "schema.json"]


@pytest.fixture
def terms(client, announcement_2024):
    """The section of the page that states the terms, up to the next heading."""
    soup = BeautifulSoup(client.get("/data/").content, "lxml")
    heading = soup.select_one("#terms")
    parts = list(heading.find_next_siblings())
    end = next(at for at, part in enumerate(parts) if part.name == "h2")
    return BeautifulSoup("".join(map(str, parts[:end])), "lxml")


def test_page_states_the_terms_of_data_code_and_fonts(terms):
    text = terms.get_text()
    links = {link.get_text(): link["href"] for link in terms.select("a")}

    assert "출처 표시" in text
    assert links["MIT License"] == "https://opensource.org/license/mit"
    assert links["SIL Open Font License 1.1"] == "https://openfontlicense.org/"
    assert links["공공누리 제1유형(출처 표시)"].startswith("https://www.kogl.or.kr/")
    assert "영리 목적" in text and "통계청 SGIS" in text


def test_licences_are_those_of_the_files_of_the_project():
    font = settings.BASE_DIR / "static/fonts/pretendard/LICENSE"

    assert (settings.BASE_DIR / "LICENSE").read_text().startswith("MIT License")
    assert "SIL OPEN FONT LICENSE Version 1.1" in font.read_text()


def test_no_licence_is_claimed_that_no_source_states(terms):
    """The data statement says what each source states; of announcements nobody knows any."""
    statement = (settings.BASE_DIR / "docs/data.md").read_text()

    for source in REFERENCE_SOURCES:
        name = source.title.split()[0]
        rows = [row for row in statement.splitlines() if row.startswith("|") and name in row]
        words = source.terms.partition("(")[0] if source.licence else "|"
        assert any(words in row for row in rows), source.title
    links = {link["href"] for link in terms.select("a[rel=external]")}
    assert links.isdisjoint(Announcement.objects.values_list("source_url", flat=True))
    assert "CC BY" not in terms.get_text() and "CC0" not in terms.get_text()


@pytest.mark.parametrize("address", [*FILES, *(f"/api/v1/{path}" for path in API), "/data.json"])
def test_every_response_with_data_links_to_its_licence(client, announcement_2024, address):
    for method in (client.get, client.head):
        response = method(address)
        b"".join(response)
        assert response["Link"] == f'<{TERMS}>; rel="license"'


@pytest.mark.parametrize(
    "address",
    [
        "/centers.json",
        "/centers.geojson",
        "/api/v1/",
        "/api/v1/centers/",
        "/api/v1/nearest/?near=26",
        "/api/v1/industries/",
        "/api/v1/announcements/2024-selection/",
    ],
)
def test_json_names_its_licence(client, announcement_2024, address):
    assert json.loads(b"".join(client.get(address)))["license"] == TERMS


def test_centre_in_the_api_names_its_licence(client, make_center):
    assert client.get(f"/api/v1/centers/{make_center().pk}/").json()["license"] == TERMS


@pytest.mark.parametrize("name", ["centers", "coverage"])
def test_spreadsheet_names_licence_and_citation(client, announcement_2024, name):
    file = io.BytesIO(b"".join(client.get(f"/{name}.xlsx")))
    facts = {row[0].value: row[1].value for row in load_workbook(file)["출처"].iter_rows()}

    assert facts["이용 조건"].startswith("출처 표시. ")
    assert facts["이용 조건 주소"] == TERMS
    assert facts["인용하는 법"].startswith(f"소공인특화지원센터 찾기, {settings.SITE_URL}, ")
    assert facts["업종"].endswith(", 출처 표시")


@pytest.mark.parametrize("address", ["/feed/", "/announcements/feed/"])
def test_feed_names_its_licence(client, announcement_2024, address):
    response = client.get(address)

    assert feedparser.parse(response.content).feed.rights.endswith(f" {TERMS}")
    assert response["Link"] == f'<{TERMS}>; rel="license"'
