"""Displayed names and search columns of centres follow the records they are derived from."""

import pytest

from centers.models import Center, Industry, Region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"region": "51750", "industry": "10"}, "영월 식료품 소공인특화지원센터"),
        ({"region": "47210", "industry": "10"}, "영주 식료품 소공인특화지원센터"),
        (
            {"region": "12210", "industry": "33", "specialty": "주얼리"},
            "전남광주 동구 주얼리 소공인특화지원센터",
        ),
        ({"region": "26410"}, "부산 금정 의복 소공인특화지원센터"),
        ({"region": "41192"}, "부천 원미구 의복 소공인특화지원센터"),
        ({"region": "36110"}, "세종 의복 소공인특화지원센터"),
        (
            {"region": "52", "industry": None, "kind": "wide_area"},
            "전북 상생 소공인특화지원센터",
        ),
        (
            {"name": "서울 문래 기계금속 소공인특화지원센터"},
            "서울 문래 기계금속 소공인특화지원센터",
        ),
    ],
)
def test_display_name_is_own_name_or_region_and_industry(make_center, values, name):
    center = make_center(**values)

    center.refresh_from_db()
    assert center.display_name == str(center) == name
    assert center.is_name_provisional == ("name" not in values)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("12", "전남광주통합특별시"),
        ("12210", "전남광주통합특별시 동구"),
        ("41192", "경기도 부천시 원미구"),
        ("36110", "세종특별자치시"),
    ],
)
def test_region_is_named_from_its_sido_down(code, name):
    assert str(Region.objects.get(code=code)) == name


def test_label_of_every_gu_names_its_city():
    gus = Region.objects.filter(level="gu").select_related("parent__parent")

    assert len(gus) > 30
    for gu in gus:
        assert gu.label == gu.name.replace(gu.parent.name, gu.parent.short_name)


def found(*words):
    return set(Center.objects.search(words))


def test_words_find_a_centre_by_place_trade_body_and_address(make_center, make_operator):
    center = make_center(
        region="12210",
        industry="33",
        specialty="주얼리",
        operator=make_operator(name="조선대학교 산학협력단", former_names=["조선공대"]),
        address="동구 필문대로 309",
    )

    for word in (
        "주얼리",
        "전남광주",
        "광주광역시",  # the former name of its 시·도
        "동구",
        "기타제품",
        "귀금속",  # an alias of its industry
        "조선대학교",
        "조선공대",
        "필문대로",
        "전남광주동구주얼리",  # words run together
        "ㅈㅇㄹ",
    ):
        assert found(word) == {center}, word
    assert found("동구", "주얼리") == {center}
    assert found("동구", "봉제") == set()


def test_names_and_search_follow_a_renamed_region_at_every_level(make_center):
    center = make_center(region="41192", industry="14")
    before = center.history.count()

    for code, changed, word in (
        ("41", {"short_name": "새경기"}, "새경기"),
        ("41190", {"short_name": "새부천"}, "새부천"),
        ("41192", {"name": "부천시 새원미구", "short_name": "새원미"}, "새원미"),
    ):
        region = Region.objects.get(code=code)
        for name, value in changed.items():
            setattr(region, name, value)
        region.save()
        assert found(word) == {center}

    center.refresh_from_db()
    assert center.display_name == "새부천 새원미구 의복 소공인특화지원센터"
    assert found("새원미구") == {center}
    assert center.history.count() == before


def test_renamed_industry_updates_names_and_search(make_center):
    center = make_center(industry="14")
    others = make_center(industry="10")
    industry = Industry.objects.get(code="14")
    industry.short_name = "옷"
    industry.aliases = ["한땀"]
    industry.save()

    center.refresh_from_db()
    assert center.display_name == "부산 금정 옷 소공인특화지원센터"
    assert found("한땀") == {center}
    assert found("봉제") == set()
    assert others not in found("옷")


def test_search_follows_a_renamed_operator(make_center):
    center = make_center()
    operator = center.operator
    operator.former_names = [operator.name]
    operator.name = "새이름조합"
    operator.save()

    assert found("새이름조합") == {center}
    assert found("가나다산업") == {center}  # by the former name


def test_partial_save_brings_what_follows_along(make_center):
    center = make_center()
    center.specialty = "양말"
    center.save(update_fields=["specialty"])

    center.refresh_from_db()
    assert center.display_name == "부산 금정 양말 소공인특화지원센터"
    assert found("양말") == {center}
