"""Citations on the centre's page, in the API, in files, in changes and in feeds."""

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from django.utils.html import strip_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def center(make_center):
    return make_center(cluster_size=300, cluster_size_as_of="2023-03-28", designated_year=None)


@pytest.fixture
def cite(make_citation, center):
    def cite(**values):
        return make_citation(**{"center": center, "scope": "오정동 일대 금속가공"} | values)

    return cite


@pytest.fixture
def read_page(client, center):
    def read_page():
        soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
        return re.sub(r"\s+", " ", soup.main.get_text(" ", strip=True))

    return read_page


def read_api(client, center):
    return client.get(f"/api/v1/centers/{center.pk}/").json()


def read_row(client):
    content = b"".join(client.get("/centers.csv")).decode("utf-8-sig")
    return next(csv.DictReader(io.StringIO(content)))


def test_size_stands_beside_what_was_counted_and_its_source(cite, read_page):
    cite()

    assert "약 300개사 · 오정동 일대 금속가공 · 가나일보 2023-03-28 (보도)" in read_page()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rank": "official", "publisher": "가나시"}, "가나시 2023-03-28 (공식 문서)"),
        ({"rank": "operator", "publisher": "가나진흥원"}, "가나진흥원 2023-03-28 (운영기관 자료)"),
        ({"published_on": ""}, "가나일보 날짜 모름 (보도)"),
        ({"published_on": "2023"}, "가나일보 2023 (보도)"),
        ({"means": "call", "source_title": "지원팀"}, "2023-03-28 전화로 확인 (지원팀)"),
        ({"means": "visit", "source_title": "지원팀"}, "2023-03-28 방문해 확인 (지원팀)"),
        ({"rank": "none", "source_title": ""}, "출처 없음 (2023-03-28)"),
        ({"approximate": "over"}, "300여 개사"),
        ({"approximate": "at_least"}, "300개사 이상"),
    ],
)
def test_kinds_of_sources_are_told_apart_in_words(cite, read_page, values, words):
    cite(**values)

    assert words in read_page()


def test_official_statement_explains_the_value_before_the_press(cite, read_page):
    cite()
    cite(rank="official", publisher="가나시", published_on="2019")

    assert "오정동 일대 금속가공 · 가나시 2019 (공식 문서)" in read_page()


def test_contradiction_says_what_it_counted(cite, read_page, client, center):
    cite()
    cite(value="380", printed="380여 곳", approximate="over", scope="동구 전체", publisher="다라")

    text = read_page()
    assert "다른 자료 380여 개사 · 동구 전체 · 다라 2023-03-28 (보도)" in text
    citations = read_api(client, center)["citations"]
    assert [(one["value"], one["scope"], one["is_current"]) for one in citations] == [
        ("300", "오정동 일대 금속가공", True),
        ("380", "동구 전체", False),
    ]


def test_many_statements_are_in_one_fold(cite, client, center):
    for number in range(1, 5):
        cite(value=str(number), source_title=f"기사 {number}")

    soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
    [fold] = soup.select("details.other-statements")
    assert fold.summary.get_text(strip=True) == "다른 자료 4건"
    assert len(fold.select("li")) == 4


def test_existence_in_a_year_is_no_designated_year(cite, read_page, client, center):
    cite(
        field="designated_year",
        value="",
        printed="2018년에는 이미 있었음",
        approximate="",
        confidence="low",
    )

    assert "다른 자료 2018년에는 이미 있었음" in read_page()
    assert read_api(client, center)["designated_year"] is None


def test_telephone_of_low_confidence_is_nowhere_public(cite, read_page, client, center):
    cite(field="phone", value="031-354-3641", printed="031-354-3641", confidence="low")

    for text in (read_page(), str(read_api(client, center)), str(read_row(client))):
        assert "354-3641" not in text


def test_operators_telephone_is_called_so(make_citation, center, read_page, client):
    center.operator.phone = "031-8045-6700"
    center.operator.save()
    make_citation(
        center=None,
        operator=center.operator,
        field="phone",
        value="031-8045-6700",
        approximate="",
        scope="",
        rank="operator",
        publisher="가나진흥원",
    )

    text = read_page()
    assert "운영기관 대표전화 031-8045-6700" in text
    assert "센터의 전화가 아닙니다. 가나진흥원 2023-03-28 (운영기관 자료)" in text
    answer = read_api(client, center)
    assert (answer["phone"], answer["operator"]["phone"]) == (None, "031-8045-6700")
    assert [one["about"] for one in answer["citations"]] == ["operator"]
    row = read_row(client)
    assert (row["전화번호"], row["운영기관대표전화"]) == ("", "031-8045-6700")
    assert "운영기관 대표전화: 가나진흥원 2023-03-28 (운영기관 자료)" in row["출처설명"]


def test_source_of_a_new_value_is_in_changes_feed_and_file(cite, client, center, read_page):
    center.phone = "02-123-4567"
    center.save()
    cite(
        field="phone",
        value="02-123-4567",
        approximate="",
        scope="",
        means="call",
        rank="operator",
        source_title="소공인지원팀",
        published_on="2026-11-28",
    )

    words = "2026-11-28 전화로 확인 (소공인지원팀)"
    assert read_page().count(words) == 2
    for path in ("/changes/", f"/centers/{center.pk}/feed/", "/feed/"):
        assert words in strip_tags(client.get(path).content.decode())
    assert f"전화: {words}" in read_row(client)["출처설명"]
    assert read_api(client, center)["history"][0]["source_text"] == words


def test_statement_about_no_field_of_the_record_is_shown(cite, read_page):
    cite(field="opened_on", value="2017-02-07", printed="2017-02-07", approximate="", scope="")

    assert "개소일 2017-02-07 · 가나일보 2023-03-28 (보도)" in read_page()


def test_unknown_is_said_once(client, make_center):
    center = make_center(cluster_size=None, cluster_size_as_of=None, operator=None)
    html = client.get(center.get_absolute_url()).content.decode()
    facts = BeautifulSoup(html, "lxml").select_one(".center-body")

    assert "미확인" not in facts.select_one(".contact").get_text()
    unknown = facts.select_one(".still-unknown").get_text()
    assert unknown == (
        "아직 모르는 것: 운영기관, 집적지 소공인 규모, 지원 내용, 주소, 전화, 누리집"
    )


def test_data_date_is_that_of_the_newest_source(cite, client, center, make_listing):
    listing = make_listing(center=center)
    assert read_row(client)["데이터기준일자"] == listing.announcement.published_on.isoformat()

    cite(published_on="2025-01-02")
    row = read_row(client)
    assert row["데이터기준일자"] == "2025-01-02"
    assert row["내려받은날"] > "2025-01-02"


def test_opening_is_among_the_events(cite, read_page):
    cite(field="opened_on", value="2017-02-07", printed="2017-02-07", approximate="", scope="")

    assert "2017-02-07 센터가 문을 열었습니다. 가나일보 2023-03-28 (보도)" in read_page()


def test_new_statement_changes_the_last_modification_of_the_page(cite, client, center):
    def modified():
        soup = BeautifulSoup(client.get("/sitemap-centers.xml").content, "xml")
        return soup.find("loc", string=re.compile(center.get_absolute_url())).parent.lastmod.string

    before = modified()
    cite()
    assert modified() >= before
