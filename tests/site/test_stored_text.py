"""Hostile text in the database is shown as text in every page and format."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from openpyxl import load_workbook

from centers.models import Announcement, Center
from centers.text.hangul import normalise
from tests.hostile import stored
from tests.hostile.checks import find_active_reflection, find_foreign_redirect, find_leak
from tests.hostile.client import Request, Response
from tests.support.staff import SUPERUSER, page, sign_in

PAGES = [
    "/",
    "/?view=table",
    "/?q=hx7q",
    "/?near=26410&sort=name",
    "/centers/{center}/",
    "/announcements/",
    "/announcements/{slug}/",
    "/changes/",
    "/coverage/",
    "/data/",
    "/embed/",
    "/embed/?q=hx7q",
]
DESK = [
    ("center_changelist", ""),
    ("center_change", "center"),
    ("center_history", "center"),
    ("center_delete", "center"),
    ("operator_changelist", ""),
    ("operator_change", "operator"),
    ("announcement_changelist", ""),
    ("announcement_change", "announcement"),
    ("announcement_history", "announcement"),
    ("listing_changelist", ""),
    ("listing_change", "listing"),
    ("center_quality", ""),
    ("correction_changelist", ""),
    ("correction_change", "correction"),
]
DOCUMENTS = [
    "/feed/",
    "/centers/{center}/feed/",
    "/announcements/feed/",
    "/sitemap.xml",
    "/sitemap-centers.xml",
    "/sitemap-announcements.xml",
    "/opensearch.xml",
]
OF_JSON = [
    "/centers.json",
    "/centers.geojson",
    "/api/v1/centers/?page_size=100",
    "/api/v1/centers/{center}/",
    "/api/v1/centers.geojson",
    "/api/v1/operators/?page_size=100",
    "/api/v1/announcements/?page_size=100",
    "/api/v1/announcements/{slug}/",
    "/api/v1/facets/?q=hx7q",
    "/api/v1/suggestions/?q=hx7q",
    "/suggestions/?q=hx7q",
    "/opensearch/?q=hx7q",
    "/data.json",
    "/manifest.webmanifest",
]


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """The hostile records, saved once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield stored.create_hostile_records()
        transaction.set_rollback(True)


@pytest.fixture
def centers(once, db, settings):
    settings.PAGE_SIZE = 100
    return once


@pytest.fixture
def show(client, centers):
    """Request a URL, for each hostile centre where it has a key; return the responses."""

    def show(pattern):
        answers = []
        for center in centers.values() if "{" in pattern else [Center.objects.first()]:
            slug = center.listings.get().announcement.slug
            response = client.get(pattern.format(center=center.pk, slug=slug))
            content = response.getvalue()
            assert response.status_code == 200
            request = Request(pattern, b"")
            answer = Response(200, list(response.items()), content)
            for verdict in (find_active_reflection, find_leak, find_foreign_redirect):
                assert verdict(request, answer, host="testserver") == ""
            answers.append(content)
        return answers

    return show


def words(text: str) -> str:
    return " ".join(text.split())


def stored_names() -> set[str]:
    return {normalise(text[:200]) for text in stored.TEXTS.values()}


@pytest.mark.parametrize("address", PAGES)
def test_page_shows_hostile_text_as_text(show, address):
    for content in show(address):
        soup = BeautifulSoup(content, "html.parser")

        inline = "script:not([src]):not([type='application/ld+json'])"
        assert soup.select(f"style, [style], {inline}, svg[onload], iframe, [autofocus]") == []
        for tag in soup.select("[href], [src], [action]"):
            for name in ("href", "src", "action"):
                assert not re.match(r"\s*(javascript|data|vbscript):", tag.get(name) or "", re.I)
        for block in soup.select("script[type='application/ld+json']"):
            json.loads(block.string)


def test_hostile_text_is_complete_on_center_and_document_pages(client, centers):
    for why, center in centers.items():
        detail = BeautifulSoup(client.get(center.get_absolute_url()).content, "html.parser")
        listing = center.listings.get()
        address = listing.announcement.get_absolute_url()
        document = BeautifulSoup(client.get(address).content, "html.parser")

        assert words(normalise(stored.TEXTS[why][:200])) in words(detail.h1.get_text()), why
        for value in (center.operator.name, center.address, center.specialty):
            center.refresh_from_db()
            assert words(normalise(value)) in words(detail.get_text()), why
        assert words(listing.announcement.title) in words(document.h1.get_text()), why
        assert words(listing.name) in words(document.get_text()), why


def test_structured_data_has_complete_names(client, centers):
    for why, center in centers.items():
        soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "html.parser")
        [block] = soup.select("script[type='application/ld+json']")

        assert json.loads(block.string)["@graph"][0]["name"] == normalise(stored.TEXTS[why][:200])


@pytest.mark.parametrize(("name", "of"), DESK)
def test_admin_shows_hostile_text_as_text(client, centers, name, of):
    sign_in(client, SUPERUSER)
    for center in centers.values() if of else [None]:
        listing = center and center.listings.get()
        records = {
            "center": center,
            "operator": center and center.operator,
            "listing": listing,
            "announcement": listing and listing.announcement,
            "correction": center and center.corrections.get(),
        }
        address = page(name, *([records[of].pk] if of else []))
        response = client.get(address)
        answer = Response(200, list(response.items()), response.content)

        assert response.status_code == 200
        assert find_active_reflection(Request(address, b""), answer) == ""


@pytest.mark.parametrize("address", DOCUMENTS)
def test_document_is_well_formed(show, address):
    for content in show(address):
        ElementTree.fromstring(content)


@pytest.mark.parametrize("address", ["/feed/", "/centers/{center}/feed/", "/announcements/feed/"])
def test_feed_parses_cleanly_and_holds_no_script(show, address):
    for content in show(address):
        feed = feedparser.parse(content, sanitize_html=False)

        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.entries
        for entry in feed.entries:
            summary = BeautifulSoup(entry.get("summary", ""), "html.parser")
            assert summary.select("script, img, svg, [onerror], [onload], [onfocus]") == []


def test_announcement_feed_has_complete_titles(client, centers):
    titles = {
        "".join(entry.find("{http://www.w3.org/2005/Atom}title").itertext())
        for entry in ElementTree.fromstring(client.get("/announcements/feed/").content).iter(
            "{http://www.w3.org/2005/Atom}entry"
        )
    }

    for title in Announcement.objects.values_list("title", flat=True):
        assert any(title in told for told in titles), title


@pytest.mark.parametrize("address", OF_JSON)
def test_json_data_has_no_control_character(show, address):
    def texts(value):
        if isinstance(value, dict):
            value = [*value, *value.values()]
        if isinstance(value, list):
            for one in value:
                yield from texts(one)
        elif isinstance(value, str):
            yield value

    for content in show(address):
        for text in texts(json.loads(content)):
            assert not re.search(
                "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text
            )


def test_json_and_api_have_complete_names(client, centers):
    file = json.loads(client.get("/centers.json").getvalue())["centers"]
    api = client.get("/api/v1/centers/?page_size=100").json()["results"]

    assert {one["name"] for one in api} == stored_names()
    assert stored_names() <= {
        text for one in file for text in one.values() if isinstance(text, str)
    }


def test_csv_has_complete_names_and_no_formula(client, centers):
    text = client.get("/centers.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    # A leading apostrophe keeps a spreadsheet from evaluating the text.
    assert {re.sub(r"^'(?=[=+@-])", "", row["센터명"]) for row in rows} == stored_names()
    for row in rows:
        assert None not in row
        phone = row.pop("전화번호")
        assert not phone or phone[0].isdigit()
        for cell in row.values():
            assert cell[:1] not in ("=", "+", "@", "\t", "\r")
            assert not (cell[:1] == "-" and not re.fullmatch(r"-?[\d.]+", cell))


def test_spreadsheet_has_complete_names_and_no_formula(client, centers):
    book = load_workbook(io.BytesIO(client.get("/centers.xlsx").getvalue()))
    heads, *rows = book["센터"].iter_rows()
    column = [cell.value for cell in heads].index("센터명")

    assert {row[column].value for row in rows} == stored_names()
    assert not [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type in "fe"
    ]


def test_javascript_url_is_rejected_and_never_a_link(client, make_listing):
    listing = make_listing(website="javascript:hx7q()", phone="javascript:hx7q()")
    for address in (listing.center.get_absolute_url(), listing.announcement.get_absolute_url()):
        soup = BeautifulSoup(client.get(address).content, "html.parser")

        assert not [link for link in soup.select("[href]") if "javascript" in link["href"].lower()]
