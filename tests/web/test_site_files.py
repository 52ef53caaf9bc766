"""Files at well-known URLs: manifest, OpenSearch, security.txt, icons, data catalog."""

import json
import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from centers.models import Center

pytestmark = pytest.mark.usefixtures("public_site_url")

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
KINDS = {
    "/robots.txt": "text/plain; charset=utf-8",
    "/llms.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml",
    "/sitemap-pages.xml": "application/xml",
    "/sitemap-lists.xml": "application/xml",
    "/sitemap-centers.xml": "application/xml",
    "/sitemap-announcements.xml": "application/xml",
    "/manifest.webmanifest": "application/manifest+json",
    "/opensearch.xml": "application/opensearchdescription+xml; charset=utf-8",
    "/opensearch/?q=부산": "application/x-suggestions+json",
    "/data.json": "application/json",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
    "/embed/": "text/html; charset=utf-8",
}


@pytest.fixture(autouse=True)
def contact_email(settings):
    settings.CONTACT_EMAIL = "help@centers.example.kr"


def png_size(path):
    """Width and height of a static PNG, as its header says."""
    data = Path(finders.find(path)).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_file_has_its_media_type_and_sets_no_cookie(client, announcement_2024, address, kind):
    response = client.get(address)

    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("address", [*KINDS, "/favicon.ico", "/", "/data/", "/suggestions/"])
def test_file_is_read_only_and_says_so_in_korean(announcement_2024, address):
    client = Client(enforce_csrf_checks=True)

    assert client.head(address).status_code in (200, 302)
    assert client.head(address).content == b""
    for method in ("post", "put", "patch", "delete", "options"):
        response = getattr(client, method)(address)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD"
        assert "보기만 할 수 있는 화면입니다" in response.content.decode()


# --- for those who search from the address bar ----------------------------------------------------


def test_opensearch_urls_find_centres(client, announcement_2024):
    root = ElementTree.fromstring(client.get("/opensearch.xml").content)
    urls = {one.get("type"): one.get("template") for one in root.iter(f"{OPENSEARCH}Url")}

    assert len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    assert all(url.startswith(settings.SITE_URL) for url in urls.values())
    found = urls["text/html"].replace("{searchTerms}", "영월").removeprefix(settings.SITE_URL)
    assert "‘영월’ — 1곳" in client.get(found).content.decode()
    asked = urls["application/x-suggestions+json"].replace("{searchTerms}", "영월")
    typed, words, notes, addresses = client.get(asked.removeprefix(settings.SITE_URL)).json()
    assert typed == "영월"
    assert words[0] == "강원특별자치도 영월군"
    assert notes[0] == "지역 · 1곳"
    assert addresses[0] == f"{settings.SITE_URL}/?region=51750"
    assert len(words) == len(notes) == len(addresses) == len(set(words))


def test_every_page_names_the_search(client, announcement_2024):
    for address in ("/", "/about/", Center.objects.first().get_absolute_url()):
        soup = BeautifulSoup(client.get(address).content, "lxml")
        assert soup.select_one("link[rel=search]")["href"] == "/opensearch.xml"


@pytest.mark.parametrize("text", ["", "\x00", "%", "가" * 1500, '"],[', "</script>"])
def test_opensearch_suggestions_accept_any_text(client, announcement_2024, text):
    typed, *found = client.get("/opensearch/", {"q": text}).json()

    assert typed == text
    assert found == [[], [], []]


def test_unpublished_centre_is_not_in_opensearch_suggestions(client, make_center):
    make_center(name="숨은 센터", published=False)

    assert client.get("/opensearch/", {"q": "숨은"}).json() == ["숨은", [], [], []]


# --- for the home screen --------------------------------------------------------------------------


def test_manifest_icons_have_the_declared_sizes(client, db):
    manifest = client.get("/manifest.webmanifest").json()

    assert manifest["name"] == "소공인특화지원센터 찾기"
    assert manifest["lang"] == "ko"
    assert client.get(manifest["start_url"]).status_code == 200
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {(icon["sizes"], icon["purpose"]) for icon in drawn} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }
    for icon in drawn:
        width, height = png_size(icon["src"].removeprefix("/static/"))
        assert icon["sizes"] == f"{width}x{height}"


def test_theme_colour_is_the_header_colour(client, db):
    soup = BeautifulSoup(client.get("/about/").content, "lxml")
    tokens = Path(finders.find("css/tokens.css")).read_text()
    band = re.search(r"--header: var\((--[\w-]+)\)", tokens)[1]
    light = re.search(rf"{band}: (#\w+)", tokens)[1]
    dark = re.search(r"--header: (#\w+)", tokens)[1]

    shown = [tag["content"] for tag in soup.select("meta[name=theme-color]")]

    assert shown == [light, dark]
    assert client.get("/manifest.webmanifest").json()["theme_color"] == light
    assert soup.select_one("link[rel=manifest]")["href"] == "/manifest.webmanifest"
    assert png_size(soup.select_one("link[rel=apple-touch-icon]")["href"][8:]) == (180, 180)


def test_favicon_is_at_its_usual_path(client, db):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert png_size(response["Location"].removeprefix("/static/")) == (48, 48)


# --- for those who found a hole -------------------------------------------------------------------


def test_security_txt_has_contact_and_expiry(client, db):
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines)

    expires = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:help@centers.example.kr",
        "Preferred-Languages": "ko, en",
        "Canonical": "https://centers.example.kr/.well-known/security.txt",
    }


def test_no_security_txt_without_contact_email(client, db, settings):
    settings.CONTACT_EMAIL = ""

    response = client.get("/.well-known/security.txt")

    assert response.status_code == 404
    assert "찾을 수 없는 화면입니다" in response.content.decode()


# --- for portals of open data ---------------------------------------------------------------------


def test_catalog_has_the_required_fields(client, announcement_2024):
    catalogue = client.get("/data.json").json()
    [dataset] = catalogue["dataset"]

    assert catalogue["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert catalogue["@context"]["dataset"] == "dcat:dataset"
    required = "title description keyword modified publisher contactPoint identifier accessLevel"
    assert all(dataset[name] for name in required.split())
    assert dataset["contactPoint"]["hasEmail"] == "mailto:help@centers.example.kr"
    assert dataset["temporal"] == "2024-06-25/2024-06-25"
    assert dataset["references"] == [announcement_2024.source_url]
    for one in dataset["distribution"]:
        assert ("downloadURL" in one and "mediaType" in one) or "accessURL" in one
        assert one.get("downloadURL", one.get("accessURL")).startswith(settings.SITE_URL)
    files = {one["format"]: one.get("mediaType") for one in dataset["distribution"]}
    assert files["CSV"] == "text/csv"
    assert files["GeoJSON"] == "application/geo+json"
    assert set(files) == {"CSV", "XLSX", "JSON", "GeoJSON", "API"}


def test_catalog_date_is_the_last_public_change(client, make_center):
    center, draft = make_center(), make_center(published=False)
    Center.history.update(history_date=datetime(2020, 3, 1, 12, tzinfo=UTC))
    draft.note = "고침"
    draft.save()
    center.save()

    def modified():
        return client.get("/data.json").json()["dataset"][0]["modified"]

    assert modified() == "2020-03-01"
    center.note = "고침"
    center.save()
    assert modified() == timezone.localdate().isoformat()


def test_catalog_without_centres(client, db, settings):
    settings.CONTACT_EMAIL = ""
    text = client.get("/data.json").content.decode()
    [dataset] = json.loads(text)["dataset"]

    assert {"modified", "temporal", "references"}.isdisjoint(dataset)
    assert "null" not in text
    assert "mailto" not in text


def test_every_distribution_has_its_media_type(client, announcement_2024):
    dataset = client.get("/data.json").json()["dataset"][0]

    for one in dataset["distribution"]:
        address = one.get("downloadURL") or one["accessURL"]
        response = client.get(address.removeprefix(settings.SITE_URL))
        assert response.status_code == 200, address
        assert response.getvalue()
        if kind := one.get("mediaType"):
            assert response["Content-Type"].partition(";")[0] == kind, address


# --- llms.txt -------------------------------------------------------------------------------------


def test_llms_txt_names_the_site_and_addresses_that_open(client, announcement_2024):
    text = client.get("/llms.txt").content.decode()
    urls = re.findall(rf"\({re.escape(settings.SITE_URL)}([^)]*)\)", text)

    assert text.startswith("# 소공인특화지원센터 찾기\n\n> ")
    assert "정부 공식 누리집이 아닙니다." in text
    assert "help@centers.example.kr" in text
    assert {"/", "/coverage/", "/data/", "/mcp", "/api/", "/centers.csv", "/feed/"} <= set(urls)
    for url in urls:
        response = client.get(url.partition("#")[0])
        assert response.status_code == (405 if url == "/mcp" else 200), url
        # Read to its end, since one whole download at a time is sent.
        response.getvalue()


def test_llms_txt_is_plain_and_current(client, announcement_2024, make_center):
    before = client.get("/llms.txt").content.decode()
    make_center()
    after = client.get("/llms.txt").content.decode()

    assert f"이 누리집에는 {Center.objects.count()}곳(운영 중 " in after != before
    assert not re.search(r"[<&]|\n\n\n|{[{%]", after)


def test_llms_txt_counts_by_state_beside_the_newest_list(client, status_list_2026):
    Center.objects.filter(pk=Center.objects.first().pk).update(status="closed")
    text = client.get("/llms.txt").content.decode()
    newest = status_list_2026.listings.count()

    assert (
        f"{status_list_2026.published_on} 문서({status_list_2026.title})에는 {newest}곳이" in text
    )
    assert re.search(r"이 누리집에는 42곳\(운영 중 \d+곳, .*운영 종료 1곳\)이 실려", text)


def test_llms_txt_is_named_in_robots_txt_and_beside_the_api(client, db):
    assert f"# llms.txt: {settings.SITE_URL}/llms.txt" in client.get("/robots.txt").content.decode()
    soup = BeautifulSoup(client.get("/api/").content, "lxml")
    assert soup.select_one('#main a[href="/llms.txt"]')
    assert f"{settings.SITE_URL}/mcp" in soup.select_one("#main").get_text()
