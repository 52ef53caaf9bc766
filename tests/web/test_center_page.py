"""The page of one centre: every field with its source, and the printed rows."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.models import Center
from tests.support.pages import texts


def facts(soup):
    for origin in soup.select(".field-source"):
        origin.decompose()
    return {
        term.get_text(strip=True): term.find_next_sibling("dd").get_text(" ", strip=True)
        for term in soup.select("main dt")
    }


def test_page_shows_every_field_and_says_once_what_is_unknown(open_page, announcement_2024):
    soup = open_page(Center.objects.get(region="12210"))

    assert facts(soup) == {
        "담당 지역": "담당 지역 확인 필요 집적지 밖의 업체도 돕는지는 센터에 물어보세요.",
        "누가 신청하나": (
            "상시 근로자가 10명 미만인 제조업체로, 업종이 귀금속·장신구 등 (주얼리)에 맞고 "
            "센터가 맡은 집적지나 지역에 있어야 합니다."
        ),
        "준비할 것": "소상공인확인서(소상공인임을 보이는 서류). 그 밖의 서류는 공고마다 다릅니다.",
        "공고 보는 곳": "소상공인24 기업마당",
        "유형": "특화 한 집적지의 한 업종을 지원합니다.",
        "지역": "전남광주통합특별시 동구",
        "업종": "귀금속·장신구 등 (주얼리)",
        "표준산업분류": "기타 제품 제조업",
        "운영기관": "조선대학교 산학협력단",
        "집적지 소공인 수": "90개사",
        "지정연도": "2024년",
        "전화": "위의 상담 전화는 국번 없이 거는 중소기업통합콜센터입니다. 운영기관 전화번호 찾기",
        "지도에서 보기": "주소도 위치도 몰라 지도를 열어 드리지 못합니다.",
        "확인일": "2024-06-25",
    }
    assert soup.select_one(".still-unknown").get_text() == (
        "아직 모르는 것: 지원 내용, 주소, 전화, 누리집"
    )


@pytest.mark.parametrize(
    ("known", "asked", "instead"),
    [({}, "전화로 확인해", True), ({"phone": "02-123-4567"}, "센터에 확인해", False)],
)
def test_page_names_a_phone_number_that_answers(open_page, make_center, known, asked, instead):
    soup = open_page(make_center(**known))

    assert asked in soup.select_one(".confirmed").get_text()
    assert bool(soup.select(".contact a[href='tel:1357']")) == instead
    # Once on the page, besides the foot of every page.
    assert soup.select_one("main").get_text().count("1357") == instead


def test_provisional_name_is_marked(open_page, announcement_2024, make_center):
    made_up = open_page(Center.objects.get(region="51750"))
    named = open_page(make_center(name="부산 서동 의류제조 소공인특화지원센터"))

    def head(soup):
        return [
            soup.h1.get_text(strip=True),
            *(badge.get_text(strip=True) for badge in soup.select(".center-head .badge")),
        ]

    assert head(made_up) == ["영월 식료품 소공인특화지원센터", "가칭"]
    assert head(named) == ["부산 서동 의류제조 소공인특화지원센터"]


def test_printed_row_is_shown_verbatim_beside_current_values(open_page, announcement_2024):
    soup = open_page(Center.objects.get(region="26410"))
    rows = {name: cells for name, *cells in map(texts, soup.select(".printed tbody tr"))}

    assert rows == {
        "지역": ["부산 금정구", "부산광역시 금정구"],
        "운영기관": ["부산경남봉제산업협동조합", "부산경남봉제산업협동조합"],
        "업종": ["의복, 의복액서서리 제조업", "의복"],
        "집적지 소공인 규모": ["252개사", "252개사"],
    }


def test_each_source_has_its_date_and_its_link(open_page, announcement_2024):
    soup = open_page(Center.objects.get(region="26410"))
    source = soup.select_one(".source")

    assert source.time["datetime"] == "2024-06-25"
    assert "중소벤처기업부" in source.get_text()
    assert source.a["href"] == announcement_2024.source_url
    assert soup.select_one('.printed h3 a[href^="/announcements/2024-selection/#row-"]')


def test_centre_in_no_document_says_so(open_page, make_center):
    assert "이 센터가 실린 공고가 아직 등록되지 않았습니다" in open_page(make_center()).get_text()


def test_phone_and_website_are_links_that_cannot_carry_a_script(open_page, make_center):
    soup = open_page(make_center(phone="051-123-4567", website="https://example.kr/?a=1&b=2"))

    assert soup.select_one('a[href="tel:051-123-4567"]')
    assert soup.select_one('a[href="https://example.kr/?a=1&b=2"]')


def test_text_that_looks_like_markup_is_shown_as_text(client, make_center):
    center = make_center(name="<b>굵은</b> 센터", note="<script>alert(1)</script>\n둘째 줄")

    html = client.get(center.get_absolute_url()).content.decode()

    assert "&lt;b&gt;굵은&lt;/b&gt; 센터" in html
    assert "<script>alert" not in html


def test_centre_with_only_required_fields_has_a_page(open_page, make_center):
    center = make_center(
        kind="wide_area",
        region="52",
        industry=None,
        operator=None,
        cluster_size=None,
        cluster_size_as_of=None,
        designated_year=None,
        confirmed_on=None,
    )

    soup = open_page(center)
    shown = facts(soup)

    assert center.display_name == "전북 상생 소공인특화지원센터"
    assert shown["업종"] == "전 업종"
    unknown = soup.select_one(".still-unknown").get_text()
    for label in ("운영기관", "집적지 소공인 규모", "지정연도", "확인일"):
        assert label not in shown
        assert label in unknown


def test_unpublished_centre_has_no_page(client, make_center):
    assert client.get(make_center(published=False).get_absolute_url()).status_code == 404


# --- what a maker needs first --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"industry": "13"}, "섬유제품을 만드는"),
        ({"industry": "14"}, "의복을 만드는"),
        ({"industry": "32"}, "가구를 만드는"),
        ({"industry": "33"}, "귀금속·장신구를 만드는"),
        ({"industry": "18"}, "인쇄 일을 하는"),
        ({"industry": "29", "classes": ["29", "25"]}, "기계장비·금속가공 일을 하는"),
        ({"industry": None, "kind": "wide_area", "region": "52"}, "업종과 집적지를 가리지 않고"),
    ],
)
def test_one_sentence_says_whom_the_centre_helps(open_page, make_center, fields, sentence):
    lead = open_page(make_center(**fields)).select_one(".center-head .lead")

    assert lead.get_text() == f"{sentence} 상시 근로자 10명 미만 제조업체를 돕습니다."


@pytest.mark.parametrize(
    ("phone", "operator_phone", "label", "number"),
    [
        ("02-123-4567", "02-765-4321", "센터에 전화하기", "02-123-4567"),
        ("", "02-765-4321", "운영기관 대표전화로 걸기", "02-765-4321"),
        ("", "", "상담 전화", "1357"),
    ],
)
def test_call_button_has_the_best_known_number(
    open_page, make_center, make_operator, phone, operator_phone, label, number
):
    operator = make_operator(phone=operator_phone)
    soup = open_page(make_center(phone=phone, operator=operator, address="부산 금정구 옥봉로 1"))
    call, route = soup.select(".main-actions a")

    assert call["href"] == f"tel:{number}"
    assert " ".join(call.get_text(" ").split()) == f"{label} {number}"
    assert route["href"].startswith("https://map.kakao.com/")
    search = soup.find("a", string="운영기관 전화번호 찾기")
    assert bool(search) == (number == "1357")


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({}, "경인일보 2021-05-04"),
        ({"kind": "wide_area", "industry": None}, "익산투데이 2023-07-03"),
    ],
)
def test_advice_for_all_centers_names_its_sources(open_page, make_center, fields, who):
    soup = open_page(make_center(**fields)).select_one(".center-help")
    sources = {
        row.dt.get_text(): row.select_one(".field-source a").get_text()
        for row in soup.select("dl > div")
        if row.select_one(".field-source a")
    }

    assert sources == {
        "누가 신청하나": who,
        "준비할 것": "2dailyfit.com 2025-07",
        "공고 보는 곳": "중도일보 2025-04-21",
    }
    assert "법령의 원문은 확인하지 않았습니다" in soup.get_text()


def test_operator_search_names_operator_and_region(open_page, make_center, make_operator):
    soup = open_page(make_center(operator=make_operator(name="가나 진흥원")))
    link = soup.find("a", string="운영기관 전화번호 찾기")

    assert unquote(link["href"]) == "https://map.kakao.com/?q=금정 가나 진흥원"


def test_help_names_services_area_and_where_notices_stand(open_page, make_center, make_operator):
    operator = make_operator(website="https://operator.example.kr/")
    center = make_center(
        services=["education", "equipment"],
        service_area=["26410"],
        operator=operator,
        website="https://center.example.kr/",
    )
    section = open_page(center).select_one(".center-help")

    assert section.select_one(".notice-links a")["href"] == "https://center.example.kr/"
    assert [link.get_text() for link in section.select(".notice-links a")] == [
        "센터 누리집", "운영기관 누리집", "소상공인24", "기업마당",
    ]  # fmt: skip
    assert facts_of(section) == {"지원 내용": "교육, 공동장비", "담당 지역": "부산광역시 금정구"}


def facts_of(section):
    for source in section.select(".field-source"):
        source.decompose()
    known = {dt.get_text(): dt.find_next_sibling("dd") for dt in section.select("dt")}
    return {
        name: " ".join(known[name].get_text(" ").split()) for name in ("지원 내용", "담당 지역")
    }


def test_wide_area_centre_needs_its_area_confirmed(open_page, make_center):
    center = make_center(kind="wide_area", region="52", industry=None)
    text = open_page(center).select_one(".center-help").get_text(" ", strip=True)

    assert "담당 지역 확인 필요" in text
    assert "업종과 집적지를 가리지 않습니다" in text


def test_closed_centre_offers_no_help(open_page, make_center):
    soup = open_page(make_center(status="closed"))

    assert soup.select(".center-help, .center-head .lead") == []
    assert facts(soup)["상태"] == "운영 종료"


def test_closed_centre_is_offered_on_no_other_page(open_page, make_center):
    center, closed = make_center(name="가 센터"), make_center(name="닫은 센터", status="closed")
    unsure = make_center(name="다 센터", status="unconfirmed")
    soup = open_page(center)

    for title in ("#same-industry-title", "#nearest-title"):
        listed = soup.select_one(title).find_parent("section")
        assert closed.name not in listed.get_text()
        assert "확인 필요" in listed.find("a", string=unsure.name).find_parent("li").get_text()


def test_closed_centre_sends_nobody_to_itself(open_page, make_center):
    closed = make_center(
        status="closed", closed_on=date(2026, 10, 31), confirmed_on=date(2026, 11, 1)
    )
    make_center(name="나 센터", status="unconfirmed")
    near = make_center(name="가 센터")
    soup = open_page(closed)

    text = soup.main.get_text(" ", strip=True)
    assert "2026년 10월 31일에 운영을 마쳤습니다." in text
    assert "확인해 주세요" not in text
    assert not soup.select("main a[href='tel:1357']")
    [button] = soup.select(".main-actions a")
    assert button["href"] == near.get_absolute_url()
    assert near.name in button.get_text()


def test_closed_centre_with_a_successor_names_it_alone(open_page, make_center):
    successor = make_center(name="이은 센터")
    make_center(name="가 센터")
    soup = open_page(make_center(status="closed", successor=successor))

    assert soup.select_one(".center-head .status-note a").get_text() == "이은 센터"
    assert not soup.select(".main-actions a")


def test_source_table_shows_differences_and_folds_the_rest(open_page, announcement_2024):
    soup = open_page(Center.objects.get(region="26410"))
    folded = soup.select_one(".printed details")
    same = [texts(row)[0] for row in folded.select("tbody tr")]

    assert not folded.has_attr("open")
    assert same == ["운영기관", "집적지 소공인 규모"]
    assert "같은 항목 2개" in folded.summary.get_text()


def test_printed_page_has_a_qr_code_of_its_url(open_page, make_center, settings):
    settings.SITE_URL = "https://centers.example.kr"
    one, other = (open_page(make_center()).select_one(".qr svg") for _ in range(2))

    assert one["role"] == "img"
    assert one["aria-label"]
    assert one.path["d"].startswith("M4 4.5h7")
    assert one.path["d"] != other.path["d"]


def test_page_takes_six_queries_at_most_after_a_change(client, status_list_2026):
    """With the queries that only the first page of a data version needs made before."""
    first, second = Center.objects.order_by("pk")[:2]
    client.get(first.get_absolute_url())

    with CaptureQueriesContext(connection) as captured:
        assert client.get(second.get_absolute_url()).status_code == 200

    read = [query["sql"] for query in captured if "centers_dataversion" not in query["sql"]]
    assert len(read) <= 5, read
