"""Announcement pages: facts, and the table exactly as printed."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from tests.support.pages import texts


@pytest.fixture
def read(client):
    def read(address):
        response = client.get(address)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "lxml")

    return read


def test_list_shows_title_date_and_centre_count(read, announcement_2024):
    item = read("/announcements/").select_one(".document-list li")

    assert item.a["href"] == "/announcements/2024-selection/"
    assert item.time["datetime"] == "2024-06-25"
    assert "센터 5곳" in item.get_text()


def test_newest_document_comes_first(read, make_announcement):
    for year in (2021, 2023, 2022):
        make_announcement(title=f"{year}년 목록", published_on=date(year, 5, 1))

    titles = [
        item.a.get_text(strip=True) for item in read("/announcements/").select(".document-list li")
    ]

    assert titles == ["2023년 목록", "2022년 목록", "2021년 목록"]


def test_page_without_documents_says_so(read, db):
    assert "등록된 문서가 없습니다" in read("/announcements/").get_text()


def test_document_of_2024_shows_the_facts_of_the_programme(read, announcement_2024):
    facts = [
        item.get_text(strip=True) for item in read("/announcements/2024-selection/").select("dd")
    ]

    assert facts == ["42곳", "약 3억 2,000만 원", "약 1억 8,500만 원"]


def test_table_is_as_printed_and_each_row_leads_to_its_centre(read, announcement_2024):
    rows = [texts(row) for row in read("/announcements/2024-selection/").select("tbody tr")]

    assert [row[:5] for row in rows] == [
        ["1", "강원 영월", "(재)영월산업진흥원", "식품제조업", "70개사"],
        ["2", "경북 영주", "(재)환동해산업연구원", "식품제조업", "181개사"],
        ["3", "광주 동구", "조선대학교산학협력단", "기타제품제조업(주얼리)", "90개사"],
        ["4", "대전 대덕구", "(재)대덕경제재단", "금속가공제조업", "282개사"],
        ["5", "부산 금정구", "부산경남봉제산업협동조합", "의복, 의복액서서리 제조업", "252개사"],
    ]
    assert rows[2][5] == "전남광주 동구 주얼리 소공인특화지원센터 전남광주통합특별시 동구 가칭"


def test_rows_of_unpublished_centres_are_hidden_and_uncounted(read, announcement_2024):
    center = announcement_2024.listings.get(row=1).center
    center.published = False
    center.save()

    assert len(read("/announcements/2024-selection/").select("tbody tr")) == 4
    assert "센터 4곳" in read("/announcements/").get_text()


def test_table_has_the_columns_that_the_document_prints(
    read, make_announcement, make_listing, make_center
):
    make_listing(
        announcement=make_announcement(slug="list", kind="status_list"),
        center=make_center(),
        row=1,
        name="부산 서동 의류제조 소공인특화지원센터",
        industry="",
        cluster_size="",
        address="부산광역시 금정구",
    )

    heads = [head.get_text() for head in read("/announcements/list/").select("thead th")]

    assert heads == ["행", "센터명", "지역", "운영기관", "주소", "지금"]


def test_totals_sum_printed_sizes_and_count_current_statuses(read, announcement_2024):
    closed = announcement_2024.listings.get(row=1).center
    closed.status = "closed"
    closed.save()

    told = " ".join(read("/announcements/2024-selection/").select_one(".totals").get_text().split())

    assert told == (
        "모두 5행, 센터 5곳, 적힌 소공인 수의 합 875개사. 지금은 운영 중 4곳, 운영 종료 1곳입니다."
    )


@pytest.mark.parametrize("printed", ["약 70개사", "70~80개사", "", "미정"])
def test_no_total_of_sizes_where_one_is_not_a_number(read, announcement_2024, printed):
    announcement_2024.listings.filter(row=1).update(cluster_size=printed)

    assert "합" not in read("/announcements/2024-selection/").select_one(".totals").get_text()


def test_list_counts_centres_not_rows(client, make_center, make_listing, make_announcement):
    announcement, center = make_announcement(), make_center()
    make_listing(announcement=announcement, center=center)
    make_listing(announcement=announcement, center=center)
    make_listing(announcement=announcement, center=make_center(published=False))

    content = client.get("/announcements/").content.decode()

    assert "이 문서에 실린 센터 1곳" in content


def test_document_that_gives_no_numbers_has_no_section_for_them(client, make_announcement):
    address = make_announcement(centers_total=None).get_absolute_url()

    assert "문서가 밝힌 내용" not in client.get(address).content.decode()
