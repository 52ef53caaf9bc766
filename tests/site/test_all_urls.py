"""Checks of every URL: language, accessibility basics, headers, and constant query counts."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from centers.models import Center, DataVersion
from tests.support.releases import make_release

PAGES = [
    "/",
    "/?view=table",
    "/?region=51&industry=10&q=영월",
    "/?region=50",
    "/?regon=1&page=7",
    "/regions/",
    "/centers/{center}/",
    "/centers/{center}/correction/",
    "/coverage/",
    "/coverage/?region=41",
    "/coverage/?gaps=1",
    "/announcements/",
    "/announcements/2024-selection/",
    "/changes/",
    "/about/",
    "/data/",
    "/data/releases/",
    "/data/releases/compare/",
    "/data/releases/{release}/",
    "/accessibility/",
    "/privacy/",
    "/embed/",
    "/api/",
]
ERRORS = [
    ("/nowhere/", 404),
    ("/centers/0/", 404),
    ("/centers/99999999999999999999999/", 404),
    ("/centers/abc/", 404),
    ("/announcements/nothing/", 404),
    ("/data/releases/2020.1.1.zip", 404),
    ("/data/releases/nothing.zip", 404),
]


@pytest.fixture
def fill(settings, tmp_path, announcement_2024):
    """Put a centre, or a release that is made for it, into the pattern of a path."""

    def fill(address):
        center = Center.objects.get(region="12210")
        is_of_release = "{release}" in address
        release = make_release(settings, tmp_path) if is_of_release else ""
        return address.format(center=center.pk, release=release)

    return fill


@pytest.fixture
def visit(client, fill):
    def visit(address, **headers):
        return client.get(fill(address), **headers)

    return visit


@pytest.fixture(scope="module")
def seen():
    """The responses that tests only look at, each requested once and parsed once."""
    return {}


@pytest.fixture(params=[*PAGES, *(address for address, _ in ERRORS)])
def looked_at(request, seen):
    address = request.param
    if address not in seen:
        response = request.getfixturevalue("visit")(address)
        seen[address] = response, BeautifulSoup(response.content, "lxml")
    return seen[address]


@pytest.fixture
def response(looked_at):
    return looked_at[0]


@pytest.fixture
def soup(looked_at):
    return looked_at[1]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_returns_a_good_status(visit, address):
    assert visit(address).status_code == 200


@pytest.mark.parametrize(("address", "status"), ERRORS)
def test_unknown_path_is_a_korean_404(visit, address, status):
    response = visit(address)

    assert response.status_code == status
    assert "찾을 수 없는 화면입니다" in response.content.decode()


def test_page_is_korean_with_one_h1_and_a_title_of_its_own(soup):
    assert soup.html["lang"] == "ko"
    assert len(soup.find_all("h1")) == 1
    assert re.fullmatch(r"\S.* \| 소공인특화지원센터 찾기", soup.title.string)


def test_titles_differ_from_page_to_page(visit):
    titles = [BeautifulSoup(visit(page).content, "lxml").title.string for page in PAGES[3:]]

    assert len(set(titles)) == len(titles)


def test_ids_are_unique_and_labels_and_anchors_lead_to_them(soup):
    ids = Counter(tag["id"] for tag in soup.select("[id]"))
    wanted = {label["for"] for label in soup.select("label[for]")}
    wanted |= {
        name for tag in soup.select("[aria-labelledby]") for name in tag["aria-labelledby"].split()
    }
    wanted |= {link["href"][1:] for link in soup.select('a[href^="#"]')}

    assert [name for name, count in ids.items() if count > 1] == []
    assert wanted <= set(ids)


def test_headings_skip_no_level(soup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_csp_allows_only_this_site(response):
    policy = response["Content-Security-Policy"]
    frames = "*" if response.request["PATH_INFO"] == "/embed/" else "'none'"

    assert "default-src 'none'" in policy
    assert f"frame-ancestors {frames}" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_page_uses_no_other_host_and_no_inline_script_or_style(soup):
    loaded = [
        tag.get("src") or tag.get("href")
        for tag in soup.select("[src], link[rel=stylesheet], link[rel=icon]")
    ]

    assert all(address.startswith("/static/") for address in loaded)
    scripts = "script:not([src]):not([type='application/ld+json'])"
    assert soup.select(f"style, [style], {scripts}, [onclick]") == []


def test_pages_have_no_popup_animation_or_autoplay(soup):
    # In a frame, links replace the whole window and open no new one.
    opening = "[target]:not(base[target=_top]), [http-equiv=refresh], [autofocus]"
    moving = "[autoplay], audio, video, marquee, blink"

    assert soup.select(f"{opening}, {moving}") == []


def test_readers_get_no_cookie_and_one_page_serves_all(response):
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("cookie", ["abc", '"\\000aaaaaaaaaaaa"', "x" * 33, "A" * 32, ""])
def test_cookie_other_than_the_session_is_never_read(client, db, cookie):
    for address in ("/", "/about/", "/nowhere/", "/admin/login/"):
        response = client.get(address, headers={"cookie": f"sessionid={cookie}"})

        assert response.status_code in (200, 404)
        assert "sessionid" not in response.cookies
        if not address.startswith("/admin/"):
            assert "Cookie" not in response.get("Vary", "")


# The embed page is shown within other sites, without a header.
@pytest.mark.parametrize("address", [page for page in PAGES if page != "/embed/"])
def test_every_page_has_the_unofficial_note_and_a_phone_number(visit, address):
    soup = BeautifulSoup(visit(address).content, "lxml")
    footer = soup.select_one("body > footer")

    assert "정부 공식 누리집이 아닙니다" in footer.get_text()
    assert "정부 공식 누리집이 아닙니다" in soup.select_one("body > header").get_text()
    assert footer.select_one('a[href="tel:1357"]')
    assert footer.select_one('a[href="/privacy/"]').get_text() == "개인정보 처리방침"
    assert footer.select_one('a[href="/accessibility/"]').get_text() == "웹 접근성"


MENU = {
    "/": "센터 찾기",
    "/coverage/": "지역·업종별 현황",
    "/announcements/": "출처 문서",
    "/about/": "이용 안내",
}


# The menu is cached for each page that it marks; one page must not get the menu of another.
@pytest.mark.parametrize(
    "order",
    [
        ["/", "/coverage/", "/announcements/", "/about/", "/changes/"],
        ["/changes/", "/about/", "/announcements/", "/coverage/", "/"],
        ["/about/", "/?region=51", "/about/", "/centers/{center}/", "/", "/centers/{center}/"],
        ["/announcements/2024-selection/", "/announcements/", "/announcements/2024-selection/"],
    ],
    ids="-".join,
)
def test_main_menu_marks_only_the_current_page(visit, order):
    for address in order:
        menu = BeautifulSoup(visit(address).content, "lxml").find(
            "nav", attrs={"aria-label": "주요 메뉴"}
        )
        title = MENU.get(address.partition("?")[0])

        assert [link.get_text() for link in menu.select("a")] == list(MENU.values())
        marked = [(link.get_text(), link["aria-current"]) for link in menu.select("[aria-current]")]
        assert marked == ([(title, "page")] if title else []), address


def test_footer_mails_to_the_configured_contact_email(visit, settings):
    for address in ("help@centers.example.kr", "", "desk@centers.example.kr"):
        settings.CONTACT_EMAIL = address
        footer = BeautifulSoup(visit("/about/").content, "lxml").select_one("body > footer")

        named = [link["href"] for link in footer.select('a[href^="mailto:"]')]
        assert named == ([f"mailto:{address}"] if address else [])


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/", "/"),
        ("/?sort=name&utm_source=x&regon=1", "/"),
        ("/?industry=10&region=51", "/?region=51&industry=10"),
        ("/announcements/2024-selection/?x=1", "/announcements/2024-selection/"),
        ("/about/", "/about/"),
    ],
)
def test_equivalent_queries_share_one_canonical_url(visit, address, canonical):
    link = BeautifulSoup(visit(address).content, "lxml").select_one("link[rel=canonical]")

    assert link["href"] == settings.SITE_URL + canonical


# The form takes what readers send.
@pytest.mark.parametrize("address", [page for page in PAGES if "correction" not in page])
def test_pages_reject_unsafe_methods(client, fill, address):
    address = fill(address)

    refused = client.post(address)
    assert refused.status_code == 405
    assert refused["Allow"] == "GET, HEAD"
    assert "보기만 할 수 있는 화면입니다" in refused.content.decode()
    assert client.head(address).status_code == 200


def test_unknown_host_is_rejected_in_korean(client, db):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "잘못된 요청입니다" in response.content.decode()


def test_server_error_shows_a_self_contained_korean_page(client, db, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("centers.web.views.ListPage", None)

    response = client.get("/")

    assert response.status_code == 500
    assert "잠시 문제가 생겼습니다" in response.content.decode()


def test_database_outage_is_distinguished_from_an_error(client, db, monkeypatch, caplog):
    def refuse(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr("centers.web.views.ListPage", refuse)
    response = client.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "잠시 자료를 읽지 못했습니다" in response.content.decode()
    assert "database is locked" in caplog.text


def test_form_without_csrf_token_is_rejected_in_korean(db):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a"})

    assert response.status_code == 403
    assert "다시 한번 보내 주세요" in response.content.decode()


#: Pages and files in which several centres may be.
OF_MANY = [
    "/",
    "/?region=26&q=봉제",
    "/centers/{center}/",
    "/coverage/",
    "/announcements/",
    "/announcements/many/",
    "/about/",
    "/embed/",
    "/sitemap-centers.xml",
    "/data.json",
]


def test_page_query_count_is_constant_in_its_centers(
    client, settings, make_announcement, make_center, make_listing
):
    settings.PAGE_SIZE = 60
    announcement = make_announcement(slug="many")
    first = make_listing(announcement=announcement, center=make_center(region="26410")).center
    # A single centre has no neighbours to query.
    make_center(region="51750")

    def count_queries(address):
        DataVersion.bump()  # as nothing is cached after a change
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address.format(center=first.pk)).status_code == 200
        return len(captured)

    with_one = {address: count_queries(address) for address in OF_MANY}
    for number in range(48):
        center = make_center(region="41591", specialty=f"봉제 {number}")
        make_listing(announcement=announcement, center=center)

    assert {address: count_queries(address) for address in OF_MANY} == with_one
