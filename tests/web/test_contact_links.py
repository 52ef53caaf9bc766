"""Contact links of a centre: maps, website, and reporting a mistake."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from centers.models import Center
from centers.web.contact_links import shorten_address

REPORT = "이메일로 알리기"


def maps(soup):
    return {link.get_text(strip=True): link["href"] for link in soup.select(".maps a")}


@pytest.mark.parametrize(
    ("address", "searched"),
    [
        (
            "대전광역시 동구 선화로 214번길 46(정동 31-63) 정동인쇄센터 2층",
            "대전광역시 동구 선화로 214번길 46",
        ),
        ("서울특별시 성북구 돌곶이로25길 73 1층", "서울특별시 성북구 돌곶이로25길 73"),
        ("서울특별시 종로구 돈화문로 72, 중앙빌딩 4층 503호", "서울특별시 종로구 돈화문로 72"),
        ("부산광역시 동구 조방로 38번길 3-1", "부산광역시 동구 조방로 38번길 3-1"),
        ("경기도 용인시 기흥구 흥덕2로 15", "경기도 용인시 기흥구 흥덕2로 15"),
        ("대구광역시 중구 동덕로8길 20-9", "대구광역시 중구 동덕로8길 20-9"),
        ("강원특별자치도 영월군 영월읍 (하송리), 2층", "강원특별자치도 영월군 영월읍"),
        # A road that branches off another by a number and a syllable.
        ("서울특별시 중구 퇴계로88가길 21(신당동)", "서울특별시 중구 퇴계로88가길 21"),
        ("서울특별시 용산구 한강대로62나길 7-1, 3층", "서울특별시 용산구 한강대로62나길 7-1"),
        ("서울 중구 퇴계로 88가길 21", "서울 중구 퇴계로 88가길 21"),
        ("경남 창원시 성산구 원이대로 12번안길 5 2층", "경남 창원시 성산구 원이대로 12번안길 5"),
        ("서울 중구 퇴계로88가길(신당동) 21 2층", "서울 중구 퇴계로88가길 21"),
        ("대구광역시 중구 3·1로 12 2층", "대구광역시 중구 3·1로 12"),
        ("서울 중구 남대문로 지하 84 1호", "서울 중구 남대문로 지하 84"),
        # Addresses by lot.
        ("서울특별시 중구 을지로3가 12-1 4층", "서울특별시 중구 을지로3가 12-1"),
        ("서울 성동구 성수동2가 289-10 3층", "서울 성동구 성수동2가 289-10"),
        ("경기도 성남시 중원구 상대원동 190-1 101호", "경기도 성남시 중원구 상대원동 190-1"),
        ("전남 순천시 해룡면 신대리 산 12-3", "전남 순천시 해룡면 신대리 산 12-3"),
        # What stands in front.
        ("(우04567) 서울 중구 마른내로 12", "서울 중구 마른내로 12"),
        ("우)04567 서울 중구 마른내로 12", "서울 중구 마른내로 12"),
        ("[04567] 서울 중구 마른내로 12", "서울 중구 마른내로 12"),
        ("04567 서울 중구 마른내로 12", "서울 중구 마른내로 12"),
        ("대한민국 서울 중구 마른내로 12", "서울 중구 마른내로 12"),
        # A floor is no building.
        ("부산 금정구 서동로 (서동) 1층", "부산 금정구 서동로"),
        ("", ""),
    ],
)
def test_map_query_ends_at_the_building_number(address, searched):
    assert shorten_address(address) == searched


def test_address_is_looked_up_on_three_maps(open_page, make_center):
    found = maps(open_page(make_center(address="부산광역시 금정구 옥봉로8번길 16 & 2층")))

    assert list(found) == ["카카오맵", "네이버 지도", "오픈스트리트맵"]
    hosts = ["map.kakao.com", "map.naver.com", "www.openstreetmap.org"]
    assert [urlsplit(url).netloc for url in found.values()] == hosts
    assert all(url.startswith("https://") for url in found.values())
    assert all("부산광역시 금정구 옥봉로8번길 16" in unquote(url) for url in found.values())
    assert not any("2층" in unquote(url) or "&" in urlsplit(url).path for url in found.values())


def test_coordinates_take_precedence_over_the_address(open_page, make_center):
    found = maps(open_page(make_center(name="가, 나 센터", lat=35.2428, lon=129.0922)))

    assert found["카카오맵"].endswith(",35.2428,129.0922")
    assert found["카카오맵"].count(",") == 2
    assert found["네이버 지도"].endswith("35.2428%2C129.0922")
    assert found["오픈스트리트맵"].endswith("mlat=35.2428&mlon=129.0922#map=16/35.2428/129.0922")


def test_centre_without_location_has_no_map_links(open_page, make_center):
    soup = open_page(make_center())

    assert maps(soup) == {}
    assert "주소도 위치도 몰라 지도를 열어 드리지 못합니다" in soup.get_text()


@pytest.mark.parametrize("stored", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_website_without_http_scheme_is_not_linked(open_page, make_center, stored):
    center = make_center()
    Center.objects.filter(pk=center.pk).update(website=stored)

    soup = open_page(center)

    assert not soup.select(f'a[href="{stored}"]')
    assert not [link for link in soup.select("a[href]") if link["href"].startswith("javascript")]


def test_report_link_names_the_record(open_page, make_center, settings):
    settings.CONTACT_EMAIL = "help@centers.example.kr"
    center = make_center(name="가 & 나? 센터")

    link = open_page(center).select_one('.report a[href^="mailto:"]')

    letter = urlsplit(link["href"])
    fields = parse_qs(letter.query)
    assert (letter.scheme, letter.path) == ("mailto", "help@centers.example.kr")
    assert fields["subject"] == [f"[잘못된 정보] 센터 {center.pk}번 가 & 나? 센터"]
    assert f"{settings.SITE_URL}/centers/{center.pk}/" in fields["body"][0]


def test_no_report_link_without_contact_email(client, open_page, make_center, settings):
    settings.CONTACT_EMAIL = ""
    pages = [open_page(make_center())]
    pages += [
        BeautifulSoup(client.get(path).content, "lxml")
        for path in ("/", "/about/", "/accessibility/")
    ]

    assert not [link for soup in pages for link in soup.select('a[href^="mailto:"]')]
    assert REPORT not in pages[0].get_text()
