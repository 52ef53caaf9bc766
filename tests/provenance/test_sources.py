"""Each value of a centre has its source, and the documents that state another value."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils import timezone

from centers.models import Center, Listing

STATUS_LIST = Path(__file__).parents[1] / "data" / "status_list_2026.csv"


@pytest.fixture
def status_list_2026(announcement_2024):
    """The official list of 2026 on top of the announcement of 2024."""
    call_command(
        "import_list",
        STATUS_LIST,
        announcement="status-2026-07",
        kind="status_list",
        title="전국 소공인 특화지원센터 현황",
        publisher="소상공인시장진흥공단",
        published_on=date(2026, 7, 31),
        verbosity=0,
    )


@pytest.fixture
def origins(client):
    """Read where the values on a centre's page come from, by their headings."""

    def origins(center):
        soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
        return {
            term.get_text(strip=True): [
                " ".join(origin.get_text().split())
                for origin in term.find_next_sibling("dd").select(".field-source")
            ]
            for term in soup.select(".facts dt, .contact-facts dt")
        }

    return origins


def test_value_names_the_newest_document_that_says_it(origins, status_list_2026):
    found = origins(Center.objects.get(name="대전 덕암 금속가공 소공인특화지원센터"))

    assert found["집적지 소공인 수"] == ["2024-06-25 공고"]
    assert found["지정연도"] == ["2024-06-25 공고"]
    assert found["주소"] == ["2026-07-31 목록"]
    assert found["운영기관"] == ["2026-07-31 목록"]
    assert found["전화"] == []
    # An operating centre is the rule and named nowhere.
    assert "상태" not in found


def test_value_that_no_column_prints_says_where_it_was_read(origins, status_list_2026):
    found = origins(Center.objects.get(name="대구 성내 주얼리 소공인특화지원센터"))

    assert found["운영기관"] == ["2026-07-31 목록"]
    assert found["업종"] == ["2026-07-31 목록의 센터 이름에서 읽음"]
    assert found["유형"] == ["2026-07-31 목록의 센터 이름에서 읽음"]
    assert found["지역"] == ["2026-07-31 목록의 주소에서 읽음"]


def test_printing_document_precedes_newer_implying_one(origins, status_list_2026):
    found = origins(Center.objects.get(name="대전 덕암 금속가공 소공인특화지원센터"))

    assert found["업종"] == ["2024-06-25 공고"]
    assert found["지역"] == ["2024-06-25 공고"]
    assert found["유형"] == ["2026-07-31 목록의 센터 이름에서 읽음"]


def test_kind_of_a_row_without_a_name_was_read_from_its_trade(origins, announcement_2024):
    found = origins(Center.objects.get(region="51750"))

    assert found["유형"] == ["2024-06-25 공고의 업종에서 읽음"]


def test_document_is_opened_at_the_row_that_says_it(client, status_list_2026):
    center = Center.objects.get(name="대전 덕암 금속가공 소공인특화지원센터")
    soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
    sources = soup.select(".field-source a, .printed h3 a")
    links = {link["href"] for link in sources if link["href"].startswith("/announcements/")}

    assert len(links) == 2
    for link in links:
        address, _, row = link.partition("#")
        page = BeautifulSoup(client.get(address).content, "lxml")
        assert "덕암 금속가공" in page.find(id=row).get_text()


def test_editors_value_is_shown_beside_the_document(origins, status_list_2026):
    center = Center.objects.get(name="대전 덕암 금속가공 소공인특화지원센터")
    center.address, center.phone = "대전광역시 대덕구 무지니1길 8", "042-111-2222"
    center.save()
    today = timezone.localdate().isoformat()

    found = origins(center)

    assert found["전화"] == [f"편집자 입력 {today}"]
    assert found["주소"] == [
        f"편집자 입력 {today}",
        "2026-07-31 목록에는 ‘대전광역시 대덕구 무지니1길 6(평촌동)’",
    ]


def test_spelling_alone_is_no_other_value(origins, status_list_2026):
    # 조선대학교 산학협력단 in one document, 조선대학교산학협력단 in the other.
    found = origins(Center.objects.get(name="광주 충장 귀금속 소공인특화지원센터"))

    assert found["운영기관"] == ["2026-07-31 목록"]


def test_size_is_dated_by_its_document_alone(client, announcement_2024):
    center = Center.objects.get(region="30230")
    soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
    term = soup.find("dt", string="집적지 소공인 수")

    told = " ".join(term.find_next_sibling("dd").get_text(" ", strip=True).split())
    assert told == "282개사 2024-06-25 공고"


def test_size_that_another_document_prints_otherwise_is_shown(
    origins, make_center, make_announcement, make_listing
):
    center = make_center(cluster_size=120)
    announcement = make_announcement(published_on="2023-05-01")
    make_listing(center=center, announcement=announcement, cluster_size="150개사")

    assert origins(center)["집적지 소공인 수"][-1] == "2023-05-01 공고에는 ‘150개사’"


def test_centre_missing_from_newest_list_has_a_note(client, status_list_2026):
    center = Center.objects.get(region="51750")

    for address in (center.get_absolute_url(), "/?region=51750"):
        soup = BeautifulSoup(client.get(address).content, "lxml")
        assert soup.select_one(".status-note").get_text(strip=True) == (
            "2024년 6월 선정 · 2026년 7월 목록에 없음"
        )
        assert soup.select_one(".status-unconfirmed").get_text(strip=True) == "확인 필요"


def test_centre_on_the_newest_list_is_in_no_doubt(client, status_list_2026):
    center = Center.objects.get(name="광주 충장 귀금속 소공인특화지원센터")

    assert "목록에 없음" not in client.get(center.get_absolute_url()).content.decode()


def test_doubted_centre_on_newest_list_has_no_note(client, status_list_2026):
    center = Center.objects.get(name="광주 충장 귀금속 소공인특화지원센터")
    center.status = "unconfirmed"
    center.save()

    assert "목록에 없음" not in client.get(center.get_absolute_url()).content.decode()


def test_closed_centre_keeps_its_page_and_links_successor(client, make_center):
    successor = make_center(name="새 센터")
    center = make_center(
        name="옛 센터", status="closed", closed_on="2025-03-31", successor=successor
    )

    soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")

    told = soup.select_one(".status-note")
    assert told.get_text(" ", strip=True).startswith("2025년 3월 31일에 운영을 마쳤습니다.")
    assert told.a["href"] == successor.get_absolute_url()


def test_successor_that_is_not_published_is_not_told(client, make_center):
    successor = make_center(name="비밀 센터", published=False)
    center = make_center(name="옛 센터", status="closed", successor=successor)

    assert "비밀 센터" not in client.get(center.get_absolute_url()).content.decode()


def test_changed_row_is_another_statement_at_once(client, status_list_2026):
    listing = Listing.objects.order_by("pk").last()
    page, api = listing.center.get_absolute_url(), f"/api/v1/centers/{listing.center_id}/"

    def read_others():
        soup = BeautifulSoup(client.get(page).content, "lxml")
        facts = soup.select_one("[aria-labelledby=facts-title]")
        stated = [one for source in client.get(api).json()["sources"] for one in source["others"]]
        return "다른 기관" in facts.get_text(), "다른 기관" in [one["text"] for one in stated]

    assert read_others() == (False, False)
    listing.operator = "다른 기관"
    listing.save()
    assert read_others() == (True, True)
