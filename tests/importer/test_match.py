"""Matching of printed rows to a centre, to a new one, or to a question."""

import pytest

from centers.models import Center
from tests.support.lists import SOAP, kinds, plan, take_in

pytestmark = pytest.mark.django_db

SEWING = {"region": "부산 금정구", "industry": "의복", "operator": "부산봉제조합"}


@pytest.fixture
def sewing(make_center, make_operator):
    """A centre without a name, as the announcement of 2024 has them."""
    return make_center(operator=make_operator(name="부산봉제조합", former_names=["금정봉제협회"]))


# --- what counts as the same ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "operator",
    [
        "부산봉제조합",
        "부산 봉제 조합",
        "(재)부산봉제조합",
        "사단법인 부산봉제조합",
        "부산·봉제조합",
    ],
)
def test_operator_is_known_by_any_spelling_and_stays_one_record(sewing, operator):
    take_in(SEWING | {"operator": operator})

    assert list(Center.objects.values_list("pk", "operator__name")) == [(sewing.pk, "부산봉제조합")]


def test_operator_is_known_by_a_former_name(sewing):
    [row] = plan(SEWING | {"operator": "금정봉제협회"}).rows

    assert (row.center, row.reasons) == (
        sewing.pk,
        ["운영기관 같음", "지역 같음", "업종 같음"],
    )
    assert "operator" not in {change.field for change in row.changes}


@pytest.mark.parametrize(
    "place",
    [
        {"region": "부산 금정구"},
        {"region": "부산광역시 금정구"},
        {"region": "부산(4)", "address": "부산광역시 금정구 옥봉로8번길 16"},
        {"region": "부산(4)", "address": "금정구 옥봉로8번길 16"},
        {"region": "", "address": "부산 금정구 옥봉로8번길 16"},
    ],
)
def test_place_is_known_by_label_and_address(sewing, place):
    [row] = plan(SEWING | place).rows

    assert (row.center, "지역 같음" in row.reasons) == (sewing.pk, True)


def test_address_without_its_province_is_read_behind_the_label():
    take_in(SEWING | {"region": "인천(1)", "address": "동구 방축로37번길 61-3"})

    assert Center.objects.get().region_id == "28125"  # 제물포구


def test_wider_place_agrees_with_less_weight(sewing):
    [exact, wide] = (plan(SEWING | {"region": place}).rows[0] for place in ("부산 금정구", "부산"))

    assert exact.center == wide.center == sewing.pk
    assert exact.score > wide.score
    assert wide.reasons == ["운영기관 같음", "지역이 이어짐", "업종 같음"]


def test_moved_or_transferred_centre_is_matched_by_name(make_center):
    center = make_center(name="부산 서동 의류 소공인특화지원센터")
    row = SEWING | {"name": "부산 서동 의류 소공인특화지원센터"}

    moved, handed_on = plan(row | {"region": "부산 동래구"}).rows[0], plan(row).rows[0]

    assert moved.center == handed_on.center == center.pk
    assert "이름 같음" in handed_on.reasons


def test_unpublished_centre_is_matched_too(sewing):
    sewing.published = False
    sewing.save()

    assert plan(SEWING).rows[0].center == sewing.pk


@pytest.mark.parametrize(
    ("printed", "industry", "specialty"),
    [
        ("식품제조업", "10", ""),
        ("기타제품제조업(주얼리)", "33", "주얼리"),
        ("의복, 의복액서서리 제조업", "14", ""),
        ("금속가공제조업", "25", ""),
        ("섬유제품 제조업; 의복 제외", "13", ""),
        ("니트원단", "13", ""),  # though 니트 is 의복
        ("의류 제조업(양말)", "14", "양말"),
        ("기타 기계 및 장비 제조업", "29", ""),
    ],
)
def test_trade_is_known_by_division_or_alias_the_longest_first(printed, industry, specialty):
    row = SEWING | {"industry": printed}
    take_in(row)

    center = Center.objects.get()
    assert (center.industry_id, center.specialty) == (industry, specialty)


@pytest.mark.parametrize(
    ("name", "industry"),
    [
        ("보은 식품 제조 소공인특화지원센터", "10"),
        ("서울 문래 기계금속 소공인특화지원센터", "25"),
        ("순창 장류 소공인특화지원센터", "10"),
        ("대구 노원 안경제조 소공인특화지원센터", "27"),
        ("부산 범천 가죽가방신발 소공인특화지원센터", "15"),
        ("파주 출판인쇄소공인특화지원센터", "18"),
    ],
)
def test_trade_is_taken_from_the_name_where_there_is_no_column(name, industry):
    take_in(SEWING | {"industry": "", "name": name})

    assert Center.objects.get().industry_id == industry


@pytest.mark.parametrize("name", ["전북 상생소공인특화지원센터", "전북 상생 소공인특화지원센터"])
def test_wide_area_centre_has_its_province_as_region(name):
    take_in({"region": "전북(3)", "name": name, "address": "전북 전주시 덕진구 유상로 67"})

    center = Center.objects.get()
    assert (center.kind, center.region_id, center.industry) == ("wide_area", "52", None)
    assert center.address == "전북 전주시 덕진구 유상로 67"


# --- one body, several centres -------------------------------------------------------------------


TWINS = [
    (
        {"name": "시흥 대야 기타기계장비 소공인특화지원센터", "address": "경기도 시흥시 호현로 27"},
        {"name": "시흥 정왕 전기장비 소공인특화지원센터", "address": "경기도 시흥시 산기대학로 2"},
    ),
    (
        {"name": "성남 상대원 식품제조 소공인특화지원센터", "address": "성남시 중원구 둔촌대로 4"},
        {"name": "성남 상대원 섬유제조 소공인특화지원센터", "address": "성남시 중원구 둔촌대로 4"},
    ),
    (
        {"name": "전주 팔복 금속가공 소공인특화지원센터", "address": "전주시 덕진구 유상로 67"},
        {"name": "전북 상생소공인특화지원센터", "address": "전주시 덕진구 유상로 67"},
    ),
    (
        {"name": "서울 장위 의류 소공인특화지원센터", "address": "서울 성북구 장위로 1"},
        {"name": "서울 석관 의류 소공인특화지원센터", "address": "서울 성북구 석관로 1"},
    ),
]


@pytest.mark.parametrize("pair", TWINS, ids=["trade", "same door", "province", "name"])
def test_two_centres_of_one_operator_stay_apart(pair):
    rows = [row | {"operator": "(재)산업진흥원"} for row in pair]

    take_in(*rows)
    again = plan(*reversed(rows))
    later = plan(*rows, slug="later", day="2026-09-30")

    assert Center.objects.count() == 2
    assert kinds(again) == ["unchanged"] * 2
    assert [row.title for row in later.rows] == [row.center_name for row in later.rows]


def test_second_centre_of_a_body_that_joins_later_is_new():
    rows = [row | {"operator": "(재)산업진흥원"} for row in TWINS[3]]
    take_in(rows[0])

    both = plan(*rows, slug="later", day="2026-09-30")

    assert kinds(both) == ["changed", "new"]


def test_unnamed_centre_of_operator_in_another_industry_is_new(sewing):
    [row] = plan(SEWING | {"industry": "식품제조업"}).rows

    assert row.kind == "new"


# --- a person is asked ---------------------------------------------------------------------------


def test_row_matching_two_centres_needs_a_decision(make_center, make_operator):
    body = make_operator(name="부산봉제조합")
    one, other = make_center(operator=body), make_center(operator=body)

    [row] = plan(SEWING).rows

    assert row.kind == "decision"
    assert [offer.center for offer in row.offers] == [one.pk, other.pk]
    assert row.messages == ["여러 센터 가운데 하나일 수 있습니다."]
    [row] = plan(SEWING, decisions={"rows": {"1": {"center": other.pk}}}).rows
    assert (row.kind, row.center) == ("changed", other.pk)


def test_other_operator_beside_unnamed_centre_needs_decision(sewing):
    row = SEWING | {"operator": "(재)다른진흥원"}

    [asked] = plan(row).rows
    [new] = plan(row, decisions={"rows": {"1": {"center": "new"}}}).rows

    assert (asked.kind, asked.offers[0].center) == ("decision", sewing.pk)
    assert asked.offers[0].reasons == ["지역 같음", "업종 같음"]
    assert (new.kind, new.center) == ("new", None)


def test_two_rows_for_one_centre_need_a_decision_and_warn(sewing):
    rows = [SEWING | {"phone": phone} for phone in ("051-111-1111", "051-222-2222")]

    asked = plan(*rows)
    decided = plan(*rows, decisions={"rows": {"2": {"center": sewing.pk}, "1": {"skip": True}}})

    assert kinds(asked) == ["decision", "decision"]
    assert asked.warnings == [f"1행, 2행이 모두 한 센터({sewing})일 수 있습니다."]
    assert kinds(decided) == ["skipped", "changed"]


def test_two_rows_for_the_same_new_centre_need_a_decision():
    rows = [SEWING | {"phone": phone} for phone in ("051-111-1111", "051-222-2222")]

    asked = plan(*rows)
    decided = plan(*rows, decisions={"rows": {"1": {"center": "new"}, "2": {"center": "new"}}})

    assert kinds(asked) == ["decision", "decision"]
    assert asked.rows[0].messages == ["2행과 같은 센터로 보입니다."]
    assert kinds(decided) == ["new", "new"]


def test_row_printed_twice_is_an_error_until_it_is_skipped():
    twice = plan(SOAP, SOAP)
    once = plan(SOAP, SOAP, decisions={"rows": {"2": {"skip": True}}})

    assert kinds(twice) == ["new", "error"]
    assert twice.rows[1].messages == ["1행과 내용이 똑같은 행입니다."]
    assert kinds(once) == ["new", "skipped"]


def test_ambiguous_region_or_industry_needs_a_decision():
    row = {"region": "중구", "industry": "식품, 음료", "operator": "가나다"}

    [asked] = plan(row).rows
    [decided] = plan(row, decisions={"rows": {"1": {"region": "26110", "industry": "11"}}}).rows

    assert asked.kind == "decision"
    assert asked.choices["industry"] == {"10": "식료품 제조업", "11": "음료 제조업"}
    assert asked.choices["region"]["26110"] == "부산광역시 중구"
    values = {change.field: change.new for change in decided.changes}
    assert (values["region"], values["industry"]) == ("26110", "11")


def test_row_imported_before_stays_with_its_edited_centre():
    nameless = SOAP | {"name": ""}
    take_in(nameless)
    center = Center.objects.get()
    center.name, center.industry_id, center.region_id = "새 이름", "10", "11110"
    center.operator = None
    center.save()

    [row] = plan(nameless).rows

    assert row.center == center.pk
    assert row.reasons[0] == "같은 공고의 같은 내용"
