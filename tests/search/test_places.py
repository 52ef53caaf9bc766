"""읍·면·동 and well-known clusters: in 내 지역, as a region, in words, and as ends of distances."""

import csv
import io

import pytest


def links(page):
    return {link.get_text(): link["href"] for link in page.soup.select(".notices a")}


def card_distances(page):
    return [
        " ".join(item.get_text(" ", strip=True).split())
        for item in page.soup.select(".card-distance dd")
    ]


def read_csv(client, query):
    response = client.get(f"/centers.csv?{query}", follow=True)
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- to measure from ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("성수동", "서울특별시 성동구 성수동"),  # 1가 and 2가 together
        ("성수동2가", "서울특별시 성동구 성수동2가"),
        ("서울 성동구 성수동1가", "서울특별시 성동구 성수동1가"),
        ("분당구 정자동", "경기도 성남시 분당구 정자동"),
        ("성남시정자동", "경기도 성남시 분당구 정자동"),
        ("역삼1동", "서울특별시 강남구 역삼동"),  # 행정동
        ("성수1가2동", "서울특별시 성동구 성수동1가"),
        ("역삼", "서울특별시 강남구 역삼동"),
        ("영월읍", "강원특별자치도 영월군 영월읍"),
        ("문래창작촌", "서울특별시 영등포구 문래동3가"),
        ("g밸리", "서울특별시 금천구 가산동"),
        ("dudtnehd", ""),
        ("tjdtnehd", "서울특별시 성동구 성수동"),  # in the wrong state of the 한/영 key
        ("서울특별시 중구 퇴계로88가길 21(신당동)", "서울특별시 중구 신당동"),
        ("경기 성남시 중원구 상대원동 190-1", "경기도 성남시 중원구 상대원동"),
        ("종로", "서울특별시 종로구"),  # a region comes before a 동
    ],
)
def test_small_place_is_measured_from(ask, make_center, place, named):
    make_center()
    page = ask(f"near={place}")

    assert page.soup.select_one("#near")["value"] == (named or place)
    assert (page.notices == []) == bool(named)


def test_small_place_has_one_address_and_is_named_in_full(client, ask, make_center):
    make_center()
    response = client.get("/?near=성수동&industry=14")

    assert response.status_code == 302
    assert (
        ask("near=11200-성수동&industry=14").sentence
        == "의복, 서울 성동구 성수동에서 가까운 순 — 1곳"
    )
    assert client.get("/?near=11200-성수동").status_code == 200
    assert "서울특별시 성동구 성수동의 대표 지점" in ask("near=성수동").soup.get_text()


def test_several_places_of_one_name_are_offered_to_measure_from(ask, make_center):
    make_center()
    page = ask("near=정자동")

    assert "여러 곳의 이름입니다" in page.notices[0]
    assert links(page) == {
        "울산광역시 북구 정자동": "/?near=31200-%EC%A0%95%EC%9E%90%EB%8F%99",
        "경기도 수원시 장안구 정자동": "/?near=41111-%EC%A0%95%EC%9E%90%EB%8F%99",
        "경기도 성남시 분당구 정자동": "/?near=41135-%EC%A0%95%EC%9E%90%EB%8F%99",
    }
    assert page.soup.select_one("#near")["value"] == ""
    chosen = ask(links(page)["경기도 성남시 분당구 정자동"].partition("?")[2])
    assert chosen.sentence == "경기 성남시 분당구 정자동에서 가까운 순 — 1곳"


def test_cluster_across_two_cities_asks_which_one(ask, make_center):
    make_center()

    assert list(links(ask("near=시화·반월"))) == [
        "경기도 안산시 단원구 원시동",
        "경기도 시흥시 정왕동",
    ]


@pytest.mark.parametrize("place", ["11200-없는동", "11200-", "99999-가나다", "11-"])
def test_key_of_no_place_measures_nothing(ask, make_center, place):
    make_center()
    page = ask(f"near={place}")

    assert "가까운 순" not in page.sentence
    assert len(page.notices) == 1


def test_dong_without_a_point_is_measured_from_its_region(ask, make_center):
    make_center()

    assert ask("near=동탄구 중동").sentence == "화성 동탄구에서 가까운 순 — 1곳"


def test_program_learns_which_places_a_name_means(client, make_center):
    make_center()
    refused = client.get("/api/v1/nearest/?near=정자동")
    read = client.get("/api/v1/nearest/?near=성수동").json()

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["candidates"][2] == {
        "code": "41135-정자동",
        "name": "경기도 성남시 분당구 정자동",
    }
    assert read["sentence"] == "서울 성동구 성수동에서 가까운 순 — 1곳"
    assert read["notices"] == ["내 지역 ‘성수동’은 ‘서울특별시 성동구 성수동’으로 읽었습니다."]
    assert client.get("/api/v1/nearest/?near=41135-정자동").json()["notices"] == []


def test_files_follow_a_small_place_as_the_page_does(client, ask, make_center):
    make_center(name="멀리", region="26410")
    make_center(name="가까이", region="11200")
    names = ask("near=성수동").names

    assert [row["센터명"] for row in read_csv(client, "near=성수동")] == names
    assert names == ["가까이", "멀리"]


# --- as a filter ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("성수동", "서울특별시 성동구"),
        ("분당구 정자동", "경기도 성남시 분당구"),
        ("문래", "서울특별시 영등포구"),
        ("11200-성수동", "서울특별시 성동구"),
    ],
)
def test_small_place_as_a_region_is_the_region_around_it(ask, client, make_center, place, region):
    make_center(name="다른 곳")
    page = ask(f"region={place}")

    assert page.names == []
    assert f"‘{region}’로 읽었습니다" in page.notices[0]
    read = client.get("/api/v1/centers/", {"region": place})
    assert (read.status_code, read.json()["count"]) == (200, 0)
    assert f"‘{region}’로 읽었습니다" in read.json()["notices"][0]


def test_centres_of_the_region_around_a_small_place_are_found(ask, make_center):
    make_center(name="성동", region="11200")
    make_center(name="다른 곳")

    page = ask("region=성수동")

    assert (page.names, page.sentence) == (["성동"], "서울 성동 — 1곳")
    assert "region=11200" in page.soup.select_one("link[rel=canonical]")["href"]


def test_several_places_of_one_name_are_offered_as_a_region(ask, client, make_center):
    make_center()

    assert links(ask("region=정자동")) == {
        "울산광역시 북구": "/?region=31200",
        "경기도 수원시 장안구": "/?region=41111",
        "경기도 성남시 분당구": "/?region=41135",
    }
    refused = client.get("/api/v1/centers/?region=정자동")
    assert refused.status_code == 400
    assert [one["code"] for one in refused.json()["errors"][0]["candidates"]] == [
        *("31200", "41111", "41135")
    ]


# --- in words -------------------------------------------------------------------------------------


def test_words_take_all_places_of_a_name_and_offer_one(client, ask, make_center):
    make_center(name="수원", region="41111")
    make_center(name="성남", region="41135")
    page = ask("q=정자동 봉제")

    assert page.names == ["수원", "성남"]
    assert "‘정자동’은 여러 곳의 이름이라 모두 찾았습니다" in page.notices[0]
    chosen = ask(links(page)["경기도 성남시 분당구 정자동"].partition("?")[2])
    assert (chosen.names, chosen.notices) == (["성남"], [])
    assert (
        "경기도 성남시 분당구 정자동"
        in (client.get("/api/v1/centers/?q=정자동").json()["notices"][0])
    )


def test_words_offer_each_region_of_a_name(ask, make_center):
    make_center(name="부산", region="26110")
    make_center(name="서울", region="11140")
    page = ask("q=중구")

    assert set(page.names) == {"부산", "서울"}
    assert ask(links(page)["부산광역시 중구"].partition("?")[2]).names == ["부산"]


@pytest.mark.parametrize("words", ["분당구 정자동", "성남 정자동에서", "경기 성남시 분당구 정자동"])
def test_region_in_front_says_which_place_is_meant(ask, make_center, words):
    make_center(name="수원", region="41111", address="경기도 수원시 장안구 정자동 1")
    make_center(name="성남", region="41135")

    assert ask(f"q={words} 봉제").names == ["성남"]


# --- ends of distances ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("서울특별시 중구 퇴계로88가길 21(신당동)", "신당동까지"),
        ("서울특별시 중구 퇴계로88가길 21 (신당동, 가나빌딩 2층)", "신당동까지"),
        ("서울특별시 중구 을지로3가 12-1, 4층", "을지로3가까지"),
        ("신당동 12-3", "신당동까지"),
        ("서울특별시 종로구 율곡로10길 1(인의동)", "인의동까지"),  # in the next 구
        ("서울특별시 중구 퇴계로88가길 21", "km"),
        ("서울특별시 중구 퇴계로88가길 21, 신당동빌딩", "km"),
        ("대구광역시 달서구 신당동 1", "km"),  # in another 시·도
    ],
)
def test_distance_goes_to_the_dong_in_the_address(ask, make_center, address, end):
    make_center(name="가나", region="11140", address=address)

    assert card_distances(ask("near=26410"))[0].endswith(end)


def test_dongs_of_one_region_are_told_apart(ask, client, make_center):
    make_center(name="지역", region="11200")
    make_center(name="용답", region="11200", address="서울 성동구 용답중앙길 1(용답동)")
    make_center(name="성수", region="11200", address="서울 성동구 성수동2가 1")

    page = ask("near=성수동2가")

    assert page.names == ["성수", "지역", "용답"]
    assert card_distances(page)[0] == "같은 읍·면·동"
    rows = client.get("/api/v1/nearest/?near=11200-성수동2가").json()["results"]
    assert [one["distance"]["measured_to"] for one in rows] == ["dong", "region", "dong"]
    ends = [one["거리기준"] for one in read_csv(client, "near=11200-성수동2가")]
    assert ends == [
        "주소에 있는 읍·면·동의 대표 지점",
        "지역의 대표 지점",
        "주소에 있는 읍·면·동의 대표 지점",
    ]


def test_changed_address_moves_the_end_at_once(ask, make_center):
    center = make_center(region="11140", address="서울 중구 을지로3가 1")
    assert "을지로3가까지" in card_distances(ask("near=26410"))[0]

    center.address = "서울 중구 신당동 1"
    center.save()

    assert "신당동까지" in card_distances(ask("near=26410"))[0]


def test_page_says_what_distances_go_by(ask, client, make_center):
    center = make_center(region="11200", address="서울 성동구 성수동2가 1")
    make_center(region="11200", address="서울 성동구 용답동 1")

    assert "주소에 있는 읍·면·동까지" in ask("near=11200").soup.get_text()
    page = client.get(center.get_absolute_url()).content.decode()
    assert "주소에 있는 읍·면·동" in page
    assert "같은 지역" not in page
