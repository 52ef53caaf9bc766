"""A printed place name leads to the region of today, or to all that it may mean."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centers.models import Landmark, Region
from centers.models.place_parser import PlaceParser
from centers.models.region_tree import RegionTree


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """The parser for the real regions; no test may query the database through it."""
    with django_db_blocker.unblock():
        return PlaceParser(RegionTree())


def codes(regions):
    return [region.code for region in regions]


# --- one place ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "code"),
    [
        # As printed in the status list of 2026-07-31.
        ("대전광역시 동구 선화로 214번길 46(정동 31-63) 정동인쇄센터 2층", "30110"),
        ("서울특별시 종로구 돈화문로 72, 중앙빌딩 4층 503호", "11110"),
        ("경기도 용인시 기흥구 흥덕2로 15", "41463"),
        ("경기도 화성시 향남읍 토성로 14 화성상공회의소 2층", "41591"),
        ("경기도 화성시 동탄첨단산업1로 57, LH인큐베이팅센터 301호~304호", "41590"),
        ("경기도 부천시 원미구 신흥로 56번길 25 부천대학교 몽당기념관 501호", "41192"),
        ("경기도 파주시 서패동 470-1, 첨단 302호", "41480"),
        ("인천광역시 동구 방축로37번길 61-3, 1층 ", "28125"),
        ("대구광역시 중구 경상감영길 176 패션주얼리 전문타운 4층", "27110"),
        ("부산광역시 동구 진성공원로 23, KT남부산지사 18층", "26170"),
        ("부산광역시 부산진구 엄광로 176, 동의대학교 창의관 209호", "26230"),
        ("광주광역시 동구 구성로 162-1, 3층(광주주얼리지원센터)", "12210"),
        ("전남 무안군 청계면 영산로1666 대외협력관(B24-2)  3층 310호", "12810"),
        ("충북 청주시 상당구 상당로190번길 19, 인쇄출판산업지원센터 2층", "43111"),
        ("전북 순창군 순창읍 장류로 20-40, 2층", "52770"),
        ("전북 전주시 덕진구 유상로 67, 전주첨단벤처단지 5동 2층", "52113"),
        ("경남 창원시 의창구 창원대로 18번길 46, 창원 지역사무소", "48121"),
        ("충남 공주시 유구읍 유구외곽로 248-26", "44150"),
        ("강원도 원주시 우산로 278, 가동 203호", "51130"),
        # With a post code, without spaces between, with a sign between.
        ("(26452) 강원특별자치도 원주시 우산로 278", "51130"),
        ("부산금정구 옥봉로8번길 16", "26410"),
        ("서울시 종로구, 돈화문로 72", "11110"),
        # No such 구: what names a region is 부산.
        ("부산 없는구 1", "26"),
    ],
)
def test_address_is_in_the_region_its_leading_words_name(places, address, code):
    assert codes(places.find_regions(address)) == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("강원", "51"),
        ("강원 영월", "51750"),
        ("강원도 영월군", "51750"),
        ("강원특별자치도", "51"),
        ("전남광주", "12"),
        ("전남", "12"),
        ("광주광역시", "12"),
        ("광주 동구", "12210"),
        ("광주시 동구", "12210"),
        ("경기 광주", "41610"),
        ("전라북도", "52"),
        ("전북 전주시 덕진구", "52113"),
        ("전주 덕진구", "52113"),
        ("덕진", "52113"),
        ("창원 의창구", "48121"),
        ("부산 금정구", "26410"),
        ("부산진구", "26230"),
        ("부산시", "26"),
        ("인천 남구", "28177"),
        ("경북 군위군", "27720"),
        ("경북 군위", "27720"),
        ("충남 연기군", "36"),
        ("제주도", "50"),
        ("제주시", "50110"),
        ("제주 제주시", "50110"),
        ("화성", "41590"),
    ],
)
def test_typed_name_is_the_region_it_names_now(places, name, code):
    assert codes(places.find_regions(name, whole=True)) == [code]
    assert codes(places.find_regions(name)) == [code]


@pytest.mark.parametrize(
    "name", ["제주시리", "부산 없는구", "강원 영월 10", "46241 부산", "센터", "중", "%", "  "]
)
def test_typed_name_with_anything_left_over_is_none(places, name):
    assert places.find_regions(name, whole=True) == []


@pytest.mark.parametrize(
    "text", ["", "공덕동 1", "제주시리 1", "세종대로 209", "중구난방로 3", "12345"]
)
def test_text_that_begins_with_no_region_is_nowhere(places, text):
    assert places.find_regions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "전북 전주시 덕진구",
        "전북전주시덕진구",
        " 전북\u3000전주시\u00a0덕 진 구\n",
        "전북(전주시, 덕진구)",
        "전북 · 전주시 > 덕진구",
        "전\u200b북 전주시 덕진구",
        unicodedata.normalize("NFD", "전북 전주시 덕진구"),
    ],
)
def test_spaces_signs_and_normal_forms_make_no_difference(places, text):
    assert codes(places.find_regions(text, whole=True)) == ["52113"]


def test_every_region_is_found_by_each_spelling_of_its_name(places):
    found = {}
    for region in places.tree.by_code.values():
        sido = region.sido
        spellings = [sido.name, sido.short_name]
        if region.parent:
            spellings = [
                f"{sido.name} {region.name}",
                f"{sido.short_name} {region.name}",
                f"{sido.short_name} {region.short_name}",
            ]
        if region.level == Region.Level.GU:
            spellings += [
                region.name,
                f"{region.parent.short_name} {region.name.split()[1]}",
                f"{sido.short_name} {region.name.split()[1]}",
            ]
        found |= {
            text: (region.code, codes(places.find_regions(text, whole=True))) for text in spellings
        }

    assert len(found) > 3 * 250
    assert {text: pair for text, pair in found.items() if [pair[0]] != pair[1]} == {}


# --- names that several places share ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("광주", ["12", "41610"]),
        ("광주시", ["12", "41610"]),  # as 광주광역시 is called every day
        ("고성군", ["48820", "51820"]),
        ("강서구", ["11500", "26440"]),
        ("중구", ["11140", "26110", "27110", "28125", "28155", "30140", "31110"]),
        ("남구", ["12270", "26290", "27200", "28177", "31140", "47111"]),
        ("인천 중구", ["28125", "28155"]),
        ("인천광역시 서구", ["28275", "28290"]),
    ],
)
def test_ambiguous_name_is_all_it_may_mean_in_code_order(places, text, candidates):
    assert (
        codes(places.find_regions(text))
        == codes(places.find_regions(text, whole=True))
        == candidates
    )


def test_no_other_name_of_today_or_before_is_ambiguous(places):
    names = {
        name
        for region in places.tree.by_code.values()
        for name in (region.name, region.short_name, region.full_name, *region.former_names)
    }

    assert {name for name in names if len(places.find_regions(name, whole=True)) != 1} == {
        *("중구", "동구", "서구", "남구", "북구"),
        *("강서", "강서구", "고성", "고성군", "광주", "광주시"),
        *("인천광역시 중구", "인천광역시 서구"),
    }


def test_former_name_leads_to_its_successor_or_shared_city(places):
    for region in places.tree.by_code.values():
        for name in region.former_names:
            found = codes(places.find_regions(name, whole=True))
            assert set(found) & set(places.tree.list_enclosing_codes(region.code)), name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("제주", "50"),  # and its city
        ("세종", "36"),  # and its only 시·군·구
        ("화성시", "41590"),  # and the four 구 it was split into
        ("마산시", "48120"),  # its two 구 are both in 창원시
        ("마산", "48120"),
    ],
)
def test_region_and_one_inside_it_spelt_alike_mean_the_wider_one(places, name, code):
    assert codes(places.find_regions(name)) == [code]


def test_shortened_old_name_gives_way_to_a_name_of_today(places):
    assert codes(places.find_regions("충북 청원군")) == ["43110"]
    assert codes(places.find_regions("충북 청원")) == ["43114"]


# --- split regions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "candidates"),
    [
        ("화성시 향남읍", ["41591"]),
        ("경기 화성 향남읍 토성로 14", ["41591"]),
        ("부천시 중동", ["41192"]),
        ("부천시 길주로 210 (중동)", ["41192"]),
        ("인천 중구 운서동 2850", ["28155"]),
        ("인천 중구 서해대로 366 (신흥동3가)", ["28125"]),
        ("인천 서구 가좌동178-25", ["28275"]),
        ("인천 서구 아무로 1, 3층(왕길동)", ["28290"]),
        ("인천광역시 동구 방축로 1 (송림동)", ["28125"]),
        # Neither a road, nor a building, nor a 동 that nobody has listed decides.
        ("부천시 상동1로 5", ["41190"]),
        ("부천시 길주로 210 중동빌딩 5동", ["41190"]),
        ("인천 중구 없는동 1", ["28125", "28155"]),
        # Two 동 that disagree leave both.
        ("인천 서구 가좌동 1 (마전동)", ["28275", "28290"]),
        # 대구 중구 has a 도원동 too.
        ("중구 도원동 1", ["11140", "26110", "27110", "28125", "28155", "30140", "31110"]),
        # The 구 of today needs no 동, even one of another.
        ("인천 서해구 마전동", ["28275"]),
    ],
)
def test_dong_decides_which_part_of_a_split_region_is_meant(places, address, candidates):
    assert codes(places.find_regions(address)) == candidates


def test_every_listed_dong_leads_to_the_region_that_lists_it(places):
    listed = [(line, region) for region in places.tree.by_code.values() for line in region.dongs]

    assert len(listed) > 100
    for line, region in listed:
        name, _, dong = line.rpartition(" ")
        assert places.find_regions(line, whole=True) == [region]
        assert places.find_regions(f"{line} 1-1") == [region]
        assert places.find_regions(f"{name} 아무로 1, 2층 ({dong})") == [region]


@pytest.mark.parametrize("name", ["화성시 없는읍", "화성시 향남읍 토성로", "부산 중동"])
def test_typed_name_may_end_only_in_a_deciding_dong(places, name):
    assert places.find_regions(name, whole=True) == []


# --- any text, any data -------------------------------------------------------------------------

pieces = st.sampled_from(
    "중구 남구 인천 화성시 향남읍 가좌동 광주 제주시 · ( 1 \x00 \ud800 ㅈ".split(" ")
)
any_text = st.text(max_size=30) | st.lists(pieces, max_size=6).map(" ".join)


@settings(deadline=None)
@given(text=any_text, whole=st.booleans())
def test_any_text_gives_regions_in_code_order(places, text, whole):
    found = codes(places.find_regions(text, whole=whole))

    assert found == sorted(set(found))
    assert set(found) <= places.tree.by_code.keys()


def test_regions_are_known_by_the_records_alone(db):
    """The next reform is a change of records, not of code."""
    half = {"level": "sigungu", "parent_id": "26", "former_names": ["부산광역시 사하구"]}
    Landmark.objects.filter(region="26380").delete()
    Region.objects.filter(code="26380").delete()
    Region.objects.create(
        code="26381", name="다대구", short_name="다대", dongs=["부산광역시 사하구 다대동"], **half
    )
    Region.objects.create(code="26382", name="괴정구", short_name="괴정", **half)
    Region.objects.filter(code="26").update(name="부산특별시", former_names=["부산광역시"])
    places = PlaceParser(RegionTree())

    assert codes(places.find_regions("부산특별시 다대구")) == ["26381"]
    assert codes(places.find_regions("부산광역시 사하구")) == ["26381", "26382"]
    assert codes(places.find_regions("부산 사하구 다대로 1 (다대동)")) == ["26381"]


def test_former_name_without_its_sido_is_found_as_it_stands(db):
    Region.objects.filter(code="26410").update(former_names=["동래부"])

    assert codes(PlaceParser(RegionTree()).find_regions("동래부", whole=True)) == ["26410"]


def test_no_regions_no_places(db):
    Landmark.objects.all().delete()
    for level in ("gu", "sigungu", "sido"):
        Region.objects.filter(level=level).delete()

    assert PlaceParser(RegionTree()).find_regions("부산") == []
