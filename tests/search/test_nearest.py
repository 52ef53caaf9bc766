"""Places by name, and the centres near them."""

import json

import pytest
from bs4 import BeautifulSoup

from centers.models import DataVersion, Region


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("region=강원", "/?region=51"),
        ("region=부산+금정구", "/?region=26410"),
        ("region=강원도&region=51", "/?region=51"),
        ("region=강원&industry=10&sort=name&page=2", "/?region=51&industry=10&sort=name&page=2"),
        ("near=영월&regon=1", "/?near=51750&regon=1"),
        ("region=42", "/?region=51"),  # an old code
        ("region=qntks", "/?region=26"),  # in the wrong state of the 한/영 key
        ("near=서울 종로구 세종대로 1", "/?near=11110"),  # an address
    ],
)
def test_region_given_by_name_leads_to_the_address_by_code(client, db, query, address):
    response = client.get(f"/?{query}")

    assert (response.status_code, response["Location"]) == (302, address)


@pytest.mark.parametrize(
    ("query", "choices"),
    [
        (
            "region=광주",
            {"전남광주통합특별시": "/?region=12", "경기도 광주시": "/?region=41610"},
        ),
        (
            "region=26&region=광주",
            {
                "전남광주통합특별시": "/?region=26&region=12",
                "경기도 광주시": "/?region=26&region=41610",
            },
        ),
        (
            "near=고성군",
            {
                "경상남도 고성군": "/?near=48820",
                "강원특별자치도 고성군": "/?near=51820",
            },
        ),
    ],
)
def test_name_of_several_places_offers_each_of_them(ask, announcement_2024, query, choices):
    answer = ask(query)
    links = {link.get_text(): link["href"] for link in answer.soup.select(".notices a")}

    assert links == choices
    assert "여러 곳의 이름입니다" in answer.notices[0]


def test_place_without_centres_is_known_and_no_place_is_not(ask, announcement_2024):
    jeju = ask("region=제주")

    assert (jeju.sentence, jeju.notices) == ("제주 — 0곳", [])
    assert ask("region=제주시리").notices == ["지역 ‘제주시리’는 없는 값이라 적용하지 않았습니다."]


def test_near_lists_by_distance_and_says_how_far(ask, announcement_2024):
    answer = ask("near=51750&industry=10")
    distances = [
        item.find_next("dd").get_text(" ", strip=True)
        for item in answer.soup.select("dt")
        if item.get_text() == "거리"
    ]

    assert answer.places == ["영월 식료품", "영주 식료품"]
    assert answer.sentence == "식료품, 영월에서 가까운 순 — 2곳"
    assert distances == ["같은 지역", "38 km"]
    assert "직선거리" in answer.soup.select_one(".results").get_text()


def test_near_without_a_trade_lists_all_nearest_first(ask, announcement_2024):
    assert ask("near=26").places == [
        "부산 금정 의복",
        "영주 식료품",
        "전남광주 동구 주얼리",
        "대전 대덕 금속가공",
        "영월 식료품",
    ]


def test_other_trades_follow_where_a_trade_was_asked_for(ask, announcement_2024):
    others = ask("near=51750&industry=10").soup.select(".other-industries li a")

    assert others[0].get_text() == "대전 대덕 금속가공 소공인특화지원센터"


def test_centre_with_a_point_of_its_own_is_measured_to_it(ask, make_center):
    make_center(name="먼 곳", region="26410")
    make_center(name="가까운 곳", region="26410", lat=37.2040, lon=128.5005)

    answer = ask("near=51750")

    assert answer.names == ["가까운 곳", "먼 곳"]
    assert "센터까지" in answer.soup.select_one(".card").get_text()


@pytest.mark.parametrize(
    ("address", "distance"),
    [
        ("서울특별시 종로구 지봉로 29", "같은 지역"),
        ("부산광역시 금정구 1", "km"),  # not in the 시·도 that it serves
        ("", "km"),
    ],
)
def test_wide_area_centre_has_the_distance_of_its_address(ask, make_center, address, distance):
    make_center(name="서울 상생", region="11", industry=None, kind="wide_area", address=address)
    card = ask("near=11110").soup.select_one(".card-distance dd").get_text()

    assert distance in card
    assert ("같은 지역" in card) == (distance == "같은 지역")


def test_another_order_can_still_be_asked_for_near_a_place(ask, announcement_2024):
    answer = ask("near=51750&sort=size")

    assert answer.places[0] == "대전 대덕 금속가공"
    assert "km" in answer.soup.select_one(".card").get_text()
    assert answer.soup.select_one(".conditions .clear")["href"] == "/"


@pytest.mark.parametrize("place", ["99999", "없는곳", "%00", "가" * 500])
def test_unknown_place_is_named_and_orders_nothing(ask, announcement_2024, place):
    answer = ask(f"near={place}")

    assert len(answer.notices) == 1
    assert len(answer.names) == 5


@pytest.mark.parametrize("place", ["없는동", "왕산로12길", "04781"])
def test_unknown_small_place_stays_in_its_field_with_a_hint(ask, announcement_2024, place):
    answer = ask(f"near={place}")

    assert answer.soup.select_one("#near")["value"] == place
    assert "읍·면·동이나 시·군·구를 적어 주세요" in answer.notices[0]


@pytest.mark.parametrize("query", ["near=양쥬", "region=양쥬"])
def test_name_of_a_place_with_a_slip_is_offered_as_it_was_meant(ask, announcement_2024, query):
    links = {link.get_text(): link["href"] for link in ask(query).soup.select(".notices a")}

    assert links == {"경기도 양주시": f"/?{query.partition('=')[0]}=41630"}


def test_place_that_shares_its_short_name_is_said_in_full(ask, announcement_2024):
    assert ask("near=경기도 광주시").sentence == "경기 광주에서 가까운 순 — 5곳"
    assert ask("region=48820").sentence == "경남 고성 — 0곳"


def test_gu_of_a_city_is_never_named_without_it(client, ask, make_center):
    center = make_center(region="48125")
    table = ask("view=table").soup.select_one(".center-list")
    page = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")

    assert ask("near=41133").sentence == "성남 중원구에서 가까운 순 — 1곳"
    assert ask("region=47111").sentence == "포항 남구 — 0곳"
    assert ask("q=마산합포구").places == ["창원 마산합포구 의복"]
    assert "창원 마산합포구" in table.get_text()
    assert "창원 마산합포구" in page.select_one("svg text").get_text()


def test_centre_in_a_region_without_a_point_has_no_distance(ask, make_center):
    make_center(name="어딘가", region="51110")
    make_center(name="가까이", region="26410")
    Region.objects.filter(code="51110").update(lat=None, lon=None)
    DataVersion.bump()

    answer = ask("near=26410")

    assert answer.names == ["가까이", "어딘가"]
    assert "거리 미확인" in answer.soup.select(".card")[1].get_text()


def test_near_keeps_through_filters_and_pages(ask, announcement_2024, settings):
    settings.PAGE_SIZE = 2
    answer = ask("near=51750")

    assert answer.soup.select_one(".filters input[name=near]")["value"] == "51750"
    assert answer.soup.select_one(".pagination [rel=next]")["href"] == "/?near=51750&page=2"
    assert answer.soup.select_one("#near")["value"] == "강원특별자치도 영월군"


def test_every_place_can_be_chosen_without_typing(client, ask, announcement_2024):
    link = ask("q=식료품&near=26410&kind=specialized").soup.select_one("a[data-regions]")
    form = BeautifulSoup(client.get(link["href"]).content, "lxml").select_one("#search")

    assert (
        len(form.select("#near optgroup option")) == Region.objects.filter(level="sigungu").count()
    )
    assert len(form.select("#near optgroup")) == Region.objects.filter(level="sido").count()
    assert form.select_one("#makes, #q")
    assert "식료품" in [field.get("value") for field in form.select("[name=q]")]
    assert form.select_one("[type=hidden][name=kind]")["value"] == "specialized"


def test_list_page_does_not_carry_every_place(ask, announcement_2024):
    assert ask().soup.select("[name=near] option") == []


def test_unusable_value_is_named_on_the_page_of_places(client, announcement_2024):
    page = client.get("/regions/?regon=1&near=없는동네")

    assert page.status_code == 200
    assert "regon" in page.content.decode()
    assert "없는동네" in page.content.decode()


def test_points_for_the_browser_are_those_of_the_regions(client, announcement_2024):
    points = json.loads(client.get("/points.json").content)

    assert points["51750"] == [37.2040, 128.5005]
    assert len(points) == Region.objects.filter(level="sigungu").count()


def test_centre_page_names_its_neighbours_and_its_trade(client, ask, announcement_2024):
    page = ask("q=영월").soup.select_one(".center-list h3 a")["href"]
    soup = BeautifulSoup(client.get(page).content, "lxml")
    near = [link.get_text() for link in soup.select("#nearest-title ~ ul a")]
    alike = [link.get_text() for link in soup.select("#same-industry-title ~ ul a")]

    assert near == [
        "영주 식료품 소공인특화지원센터",
        "대전 대덕 금속가공 소공인특화지원센터",
        "부산 금정 의복 소공인특화지원센터",
    ]
    assert alike == ["영주 식료품 소공인특화지원센터"]


def test_unpublished_centres_are_nobodys_neighbours(client, make_center):
    shown = make_center(region="26410")
    make_center(name="숨은 센터", region="26410", published=False)

    assert "숨은 센터" not in client.get(shown.get_absolute_url()).content.decode()
    assert "숨은 센터" not in client.get("/?near=26410").content.decode()
