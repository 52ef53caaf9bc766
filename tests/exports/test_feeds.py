"""Atom feeds of lists, of single centres and of announcements."""

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centers.models import Announcement, Center
from tests.support.staff import SUPERUSER, page, sign_in, submit

ATOM = "{http://www.w3.org/2005/Atom}"
#: RFC 3339, which is narrower than ISO 8601.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://centers.example.kr"


@pytest.fixture
def read(client, db):
    """Parse a feed with a feed reader."""

    def read(address="/feed/"):
        response = client.get(address)
        assert response.status_code == 200
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert feed.version == "atom10"
        return feed

    return read


def titles(feed):
    return [entry.title for entry in feed.entries]


# --- entries ------------------------------------------------------------------------------------


def test_changes_are_listed_newest_first(read, make_center, make_operator):
    center = make_center(name="가 센터", phone="051-111-2222", operator=make_operator(name="나"))
    other = make_center(name="다 센터")
    center.phone, center.address = "051-111-3333", "부산광역시 금정구 서동로 1"
    center.save()
    other.status, other.closed_on = "closed", date(2026, 9, 1)
    other.save()

    feed = read()

    assert titles(feed) == [
        "다 센터: 운영 종료",
        "가 센터: 주소 추가, 전화 바뀜",
        "다 센터: 이 누리집에 등록",
        "가 센터: 이 누리집에 등록",
    ]
    summaries = [BeautifulSoup(entry.summary, "html.parser") for entry in feed.entries]
    assert [[item.get_text() for item in one.select("li")] for one in summaries[:2]] == [
        ["상태: 운영 중 → 운영 종료", "운영 종료일: 2026-09-01 추가"],
        ["주소: 부산광역시 금정구 서동로 1 추가", "전화: 051-111-2222 → 051-111-3333"],
    ]
    assert [one.p.get_text() for one in summaries] == ["출처: 편집자"] * 4


def test_entry_links_to_its_centre_and_document(read, announcement_2024):
    center = Center.objects.get(region="51750")
    [entry] = read(f"/centers/{center.pk}/feed/").entries

    assert entry.link == f"https://centers.example.kr/centers/{center.pk}/"
    via = [link for link in entry.links if link.rel == "via"]
    document = "https://centers.example.kr/announcements/2024-selection/"
    assert [(link.href, link.title) for link in via] == [(document, announcement_2024.title)]
    source = BeautifulSoup(entry.summary, "html.parser").p
    assert source.get_text() == f"출처: {announcement_2024.title} (2024-06-25)"
    assert source.a["href"] == document


def test_time_of_an_entry_is_that_of_its_change(read, make_center):
    center = make_center(name="가 센터")
    long_ago = timezone.now() - timedelta(days=400)
    Center.history.update(history_date=long_ago)
    center.phone = "051-111-3333"
    center.save()
    before = timezone.now()

    new, old = [datetime.fromisoformat(entry.updated) for entry in read().entries]

    assert abs(old - long_ago) < timedelta(seconds=1)
    assert timedelta(0) <= before - new < timedelta(minutes=1)
    assert datetime.fromisoformat(read().feed.updated) == new


def test_change_in_the_admin_is_visible_at_once(client, read, make_center):
    center = make_center(name="가 센터", specialty="봉제")
    sign_in(client, SUPERUSER)
    submit(client, page("center_change", center.pk), phone="051-111-3333")
    client.logout()

    assert titles(read("/feed/?q=봉제"))[0] == "가 센터: 전화 추가"


def test_feed_of_a_list_has_only_its_centres(read, make_center):
    make_center(name="부산 센터")
    make_center(name="서울 센터", region="11110")

    assert titles(read("/feed/?region=26")) == ["부산 센터: 이 누리집에 등록"]
    assert titles(read("/feed/?q=tjdnf")) == ["서울 센터: 이 누리집에 등록"]
    assert len(read("/feed/?near=51750&sort=near").entries) == 2
    assert read("/feed/?region=51").entries == []


def test_feed_names_its_list_and_its_url(read, make_center):
    make_center()
    feed = read("/feed/?region=26&industry=14&year_min=2015&sort=name&page=3&view=table").feed
    query = "region=26&industry=14&year_min=2015"

    assert feed.title == "부산 · 의복, 2015년 이후 지정 | 소공인특화지원센터 찾기"
    assert feed.link == f"https://centers.example.kr/?{query}"
    assert [link.href for link in feed.links if link.rel == "self"] == [
        f"https://centers.example.kr/feed/?{query}"
    ]
    assert feed.language == "ko"


def test_feed_of_a_centre_has_only_its_changes(read, make_center):
    make_center(name="다른 센터")
    center = make_center(name="가 센터")
    feed = read(f"/centers/{center.pk}/feed/")

    assert titles(feed) == ["가 센터: 이 누리집에 등록"]
    assert feed.feed.title == "가 센터 | 소공인특화지원센터 찾기"
    assert feed.feed.link == f"https://centers.example.kr/centers/{center.pk}/"


def test_announcement_entry_has_the_time_of_its_record(read, announcement_2024):
    feed = read("/announcements/feed/")
    [entry] = feed.entries

    assert entry.title == announcement_2024.title
    assert entry.link == "https://centers.example.kr/announcements/2024-selection/"
    assert "중소벤처기업부, 2024-06-25 신규 선정 발표" in entry.summary
    record = announcement_2024.history.latest()
    assert datetime.fromisoformat(entry.updated) == record.history_date
    assert feed.feed.title == "공고 | 소공인특화지원센터 찾기"


def test_summary_of_an_announcement_has_paragraphs(read, make_announcement):
    make_announcement(summary="가 <b> 나\n다\n\n라")

    summary = BeautifulSoup(read("/announcements/feed/").entries[0].summary, "html.parser")

    assert [one.get_text("|") for one in summary.select("p")][1:] == ["가 <b> 나|다", "라"]


def test_announcement_without_history_has_its_date(read, make_announcement):
    make_announcement(published_on=date(2023, 5, 1))
    Announcement.history.all().delete()

    assert read("/announcements/feed/").entries[0].updated == "2023-05-01T00:00:00+09:00"


def test_feed_has_at_most_a_hundred_entries(read, make_center):
    center = make_center(name="가 센터")
    for number in range(101):
        center.phone = f"051-111-{number:04}"
        center.save()

    entries = read().entries

    assert len(entries) == 100
    assert "051-111-0100" in entries[0].summary


def test_unpublished_centres_are_in_no_feed(client, read, make_center):
    draft = make_center(name="비밀 센터", published=False)

    assert read().entries == []
    assert client.get(f"/centers/{draft.pk}/feed/").status_code == 404


# --- valid by the rules of Atom (RFC 4287) -------------------------------------------------------


@pytest.fixture(
    params=["/feed/", "/feed/?q=봉제&region=26", "/centers/{}/feed/", "/announcements/feed/"]
)
def root(request, client, make_listing, make_center, make_announcement):
    """The XML tree of a feed with text that could break XML."""
    nasty = "<b>&amp; ]]> \"'"
    announcement = make_announcement(title=f"공고 {nasty}", summary=f"{nasty}\n\n둘째")
    center = make_center(name=f"봉제 {nasty}", note=nasty)
    center._source = announcement
    center.phone, center.note = "051-111-3333", "둘"
    center.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE centers_center SET display_name = display_name || %s", ["\x0b\x1f"])
        cursor.execute("UPDATE centers_announcement SET title = title || %s", ["\x01\ufffe"])
        cursor.execute("UPDATE centers_historicalcenter SET note = note || %s", ["\x02\x7f"])
    response = client.get(request.param.format(center.pk))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def test_feed_has_the_elements_that_atom_requires(root):
    assert root.tag == f"{ATOM}feed"
    for one in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
            assert one.find(f"{ATOM}{name}").text.strip()
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert root.findall(f"{ATOM}entry")


def test_ids_are_unique_and_permanent(root, client):
    ids = [one.text for one in root.iter(f"{ATOM}id")]

    assert len(set(ids)) == len(ids)
    assert all(map(URN.fullmatch, ids))


def test_times_follow_rfc_3339(root):
    moments = [one.text for one in root.iter(f"{ATOM}updated")]

    assert all(map(MOMENT.fullmatch, moments))


def test_links_are_absolute_and_unique(root):
    for one in (root, *root.findall(f"{ATOM}entry")):
        links = [(link.get("rel"), link.get("href")) for link in one.findall(f"{ATOM}link")]
        assert all(href.startswith("https://centers.example.kr/") for _, href in links)
        assert [rel for rel, _ in links].count("alternate") == 1
        assert len(set(links)) == len(links)
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["alternate", "self"]


def test_summaries_are_html_without_foreign_tags(root):
    for summary in root.iter(f"{ATOM}summary"):
        assert summary.get("type") == "html"
        found = {tag.name for tag in BeautifulSoup(summary.text, "html.parser").find_all()}
        assert found <= {"ul", "li", "p", "a", "br"}


def test_change_has_the_same_id_in_every_feed(read, make_center):
    center = make_center(name="가 센터")
    [first] = read().entries
    center.phone = "051-111-3333"
    center.save()

    assert read(f"/centers/{center.pk}/feed/").entries[1].id == first.id
    assert read("/feed/?region=26").entries[1].id == first.id
    assert read("/feed/?region=26").feed.id != read().feed.id


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/feed/?regon=26", "‘regon’"),
        ("/feed/?region=제주시리", "‘region’: 지역 ‘제주시리’"),
        ("/feed/?q=%00", "‘q’"),
        ("/centers/{}/feed/?region=26", "‘region’"),
        ("/announcements/feed/?page=2", "‘page’"),
        ("/announcements/feed/?%00=2", "보이지 않는 글자"),
    ],
)
def test_feed_rejects_unusable_parameters_by_name(client, make_center, address, named):
    response = client.get(address.format(make_center().pk))

    assert response.status_code == 400
    assert named in response.content.decode()


def test_tracking_parameters_are_ignored(client, make_center):
    for address in ("/feed/", f"/centers/{make_center().pk}/feed/", "/announcements/feed/"):
        assert client.get(f"{address}?utm_source=x").status_code == 200


def test_feed_redirects_region_names_to_codes(client, db):
    response = client.get("/feed/?region=부산")

    assert (response.status_code, response["Location"]) == (302, "/feed/?region=26")


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_feed_of_an_unknown_centre_is_a_korean_404(client, db, pk):
    response = client.get(f"/centers/{pk}/feed/")

    assert response.status_code == 404
    assert "찾을 수 없는 화면입니다" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/", "/feed/"),
        ("/?q=qhdwp&region=26&sort=name&view=table", "/feed/?q=%EB%B4%89%EC%A0%9C&region=26"),
        ("/centers/{}/", "/centers/{}/feed/"),
        ("/announcements/", "/announcements/feed/"),
        ("/announcements/first/", "/announcements/feed/"),
    ],
)
def test_page_links_to_its_feed(client, make_announcement, make_center, address, feed):
    make_announcement(slug="first")
    center = make_center(specialty="봉제")
    soup = BeautifulSoup(client.get(address.format(center.pk)).content, "html.parser")
    [link] = soup.select('link[rel=alternate][type="application/atom+xml"]')

    assert link["href"] == feed.format(center.pk)
    assert link["title"]
    assert client.get(link["href"]).status_code == 200


def test_more_entries_take_no_more_queries(client, make_center, make_operator):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/feed/?region=26")
        return len(captured)

    def edit(center, name):
        center.operator, center.phone = make_operator(name=name), "051-111-3333"
        center.save()

    edit(make_center(), "가")
    queries()
    few = queries()
    for number in range(20):
        edit(make_center(), f"나{number}")
    queries()  # the regions are read again after an edit

    assert queries() == few
