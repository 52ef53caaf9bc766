"""What a list leaves open is a question: no second record of a centre, no status made up."""

import pytest

from centers.importer.planner import Planner
from centers.importer.read import read_file
from centers.models import Center, Operator
from tests.support.lists import SOAP, changes, details, kinds, plan, take_in

pytestmark = pytest.mark.django_db

NEXT = {"slug": "list-2027", "day": "2026-09-30"}
#: Another centre by name, operator and industry.
STRANGER = {
    "region": "부산",
    "name": "부산 금정 두부 소공인특화지원센터",
    "operator": "부산두부조합",
    "industry": "식료품 제조업",
}


@pytest.fixture
def soap():
    take_in(SOAP)
    return Center.objects.get()


def edit(center, **values):
    for name, value in values.items():
        setattr(center, name, value)
    center.save()


def read(text, decisions=None, **document):
    table = read_file(text.encode(), "list.csv")
    return Planner(table, details(**document), decisions).plan()


# --- the same centre again -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("same", "reason"),
    [
        ({"address": "부산광역시 금정구 서동로1"}, "주소 같음"),
        ({"phone": "051)123-4567"}, "전화 같음"),
        ({"name": SOAP["name"] + "(제2공장)"}, "이름 같음"),
    ],
)
def test_row_that_shares_a_mark_of_a_known_centre_is_asked(soap, same, reason):
    asked = plan(STRANGER | same, kind="selection", **NEXT)
    new = plan(
        STRANGER | same, kind="selection", decisions={"rows": {"1": {"center": "new"}}}, **NEXT
    )

    [row] = asked.rows
    assert row.kind == "decision"
    assert (row.offers[0].center, reason in row.offers[0].reasons) == (soap.pk, True)
    assert kinds(new) == ["new"]


def test_bare_district_is_no_shared_address(soap):
    edit(soap, address="부산 금정구")

    assert kinds(plan(STRANGER | {"address": "부산 금정구"}, kind="selection", **NEXT)) == ["new"]


def test_rows_of_one_list_at_one_address_are_asked():
    where = {"address": "부산광역시 금정구 서동로 1", "phone": "051-123-4567"}

    assert kinds(plan(SOAP | where, STRANGER | where)) == ["decision", "decision"]


@pytest.mark.parametrize(
    ("printed", "operator"),
    [
        ("부산 서동 비누 소공인특화지원센터 ((재)부산비누진흥원)", ""),
        ("부산 서동 비누 소공인특화지원센터(부산비누진흥원)", ""),
        ("부산 서동 비누 소공인특화지원센터(신규)", SOAP["operator"]),
        ("부산 서동 비누 소공인특화지원센터 1)", SOAP["operator"]),
        ("부산 서동 비누 소공인특화지원센터¹", SOAP["operator"]),
        ("부산 서동 비누 소공인특화지원센터('26 재지정)", SOAP["operator"]),
    ],
)
def test_what_stands_behind_a_name_is_no_part_of_it(soap, printed, operator):
    [row] = plan(SOAP | {"name": printed, "operator": operator}, **NEXT).rows

    assert (row.center, changes(row).keys()) == (soap.pk, {"confirmed_on"})


def test_operator_in_the_name_makes_a_whole_new_centre():
    row = SOAP | {"name": "부산 서동 비누 소공인특화지원센터\n(부산비누협회)", "operator": ""}

    [new] = plan(row).rows

    assert changes(new)["name"][1] == "부산 서동 비누 소공인특화지원센터"
    assert changes(new)["operator"][1] == "부산비누협회"


# --- statuses ------------------------------------------------------------------------------------

STATUS_LIST = "지역,업종,운영기관,상태\n부산 금정구,비누,(재)부산비누진흥원,{}\n"


def test_unread_status_is_asked_and_never_operating(soap):
    edit(soap, status="unconfirmed")
    asked = read(STATUS_LIST.format("알쏭달쏭"), **NEXT)
    left = read(STATUS_LIST.format("알쏭달쏭"), {"rows": {"1": {"leave_out": ["status"]}}}, **NEXT)

    assert not asked.is_ready
    assert [cell.column for cell in asked.rows[0].cells] == ["status"]
    assert (left.is_ready, changes(left.rows[0])) == (True, {})


def test_new_centre_with_an_unread_status_is_unconfirmed():
    decisions = {"rows": {"1": {"leave_out": ["status"]}}}

    new = changes(read(STATUS_LIST.format("알쏭달쏭"), decisions).rows[0])

    assert new["status"] == ("", "확인 필요")
    assert "confirmed_on" not in new


def test_closed_centre_is_closed_and_not_confirmed(soap):
    [row] = read(STATUS_LIST.format("운영 종료"), **NEXT).rows

    assert changes(row) == {"status": ("운영 중", "운영 종료")}


def test_operating_centre_is_confirmed(soap):
    [row] = read(STATUS_LIST.format("운영 중"), **NEXT).rows

    assert changes(row) == {"confirmed_on": ("2026-07-31", "2026-09-30")}


def test_status_behind_a_name_is_asked(soap):
    [row] = plan(SOAP | {"name": SOAP["name"] + "(운영 종료 예정)"}, **NEXT).rows

    assert (row.kind, row.center) == ("error", soap.pk)


# --- what an editor entered ----------------------------------------------------------------------

OLD_ROW = SOAP | {"phone": "051-765-4321", "cluster_size": "130"}


@pytest.mark.parametrize("address", [SOAP["address"], ""])
def test_row_of_the_old_operator_gives_nothing_unasked(soap, address):
    new = Operator.objects.create(name="부산비누협회")
    edit(soap, operator=new, address="부산광역시 금정구 다른로 2")
    row = OLD_ROW | {"address": address}

    [asked] = plan(row, **NEXT).rows
    decided = {"rows": {"1": {"center": soap.pk}}}
    [taken] = plan(row, decisions=decided, **NEXT).rows

    assert (asked.kind, changes(asked), asked.offers[0].center) == ("decision", {}, soap.pk)
    assert changes(taken)["phone"][1] == "051-765-4321"
    assert "operator" not in changes(taken)


@pytest.mark.parametrize("address", ["금정구 창조1길 27", "(46302) 서동로 5"])
def test_address_without_a_province_replaces_no_whole_one(soap, address):
    [row] = plan(SOAP | {"address": address}, **NEXT).rows
    [taken] = plan(
        SOAP | {"address": address}, decisions={"rows": {"1": {"take": ["address"]}}}, **NEXT
    ).rows

    assert "address" not in changes(row)
    assert row.protected[0].protected == "시·도가 없는 주소라서 온전한 주소를 그대로 둠"
    assert changes(taken)["address"][1] == address.removeprefix("(46302) ")


# --- several in one cell -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "names"),
    [
        ("대전·세종", ["대전광역시", "세종특별자치시"]),
        ("충남/충북", ["충청북도", "충청남도"]),
        ("경기 시흥시·안산시", ["경기도 시흥시", "경기도 안산시"]),
        ("서울 및 인천", ["서울특별시", "인천광역시"]),
    ],
)
def test_several_regions_in_a_cell_are_asked(region, names):
    row = {"region": region, "operator": "가나다", "industry": "비누"}

    [asked] = plan(row).rows

    assert asked.kind == "decision"
    assert sorted(asked.choices["region"].values()) == sorted(names)


def test_address_settles_several_regions_with_a_note():
    row = {"region": "시흥시·안산시", "operator": "가나다", "industry": "비누"}

    [new] = plan(row | {"address": "경기도 시흥시 공단대로 1"}).rows

    assert changes(new)["region"][1] == "경기도 시흥시"
    assert "여러 지역입니다" in new.notes[0]


def test_nested_regions_in_a_cell_are_one():
    row = {"region": "경기/시흥시", "operator": "가나다", "industry": "비누"}

    assert changes(plan(row).rows[0])["region"][1] == "경기도 시흥시"


@pytest.mark.parametrize("text", ["식료품, 인쇄", "의복/가죽", "주얼리 및 인쇄"])
def test_several_industries_in_a_cell_are_asked(text):
    row = {"region": "부산 금정구", "operator": "가나다", "industry": text}

    [asked] = plan(row).rows

    assert asked.kind == "decision"
    assert len(asked.choices["industry"]) == 2


# --- makers' words and places inside regions -----------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "codes"),
    [("미싱", ["14"]), ("도토리묵", ["10"]), ("쥬얼리세팅", ["33"]), ("커플링", ["29", "33"])],
)
def test_industry_of_makers_words_is_offered(industry, codes):
    row = {"region": "부산 금정구", "operator": "가나다", "industry": industry}

    [asked] = plan(row).rows
    [new] = plan(row, decisions={"rows": {"1": {"industry": codes[0]}}}).rows

    assert (asked.kind, sorted(asked.choices["industry"])) == ("decision", codes)
    assert new.kind == "new"


def test_industry_of_makers_words_in_a_name_is_offered():
    row = {"region": "부산 금정구", "operator": "가나다"}

    [asked] = plan(row | {"name": "부산 미싱 소공인특화지원센터"}).rows

    assert asked.kind == "decision"
    assert list(asked.choices["industry"]) == ["14"]


def test_makers_words_change_no_industry_of_a_record(soap):
    [row] = plan(SOAP | {"industry": "도토리묵"}, **NEXT).rows

    assert "industry" not in changes(row)


def test_word_that_nobody_knows_is_no_industry():
    row = {"region": "부산 금정구", "operator": "가나다", "industry": "뷁뷁"}

    [asked] = plan(row).rows

    assert asked.kind == "error"
    assert "업종을 알 수 없습니다" in " ".join(asked.messages)


@pytest.mark.parametrize(
    ("cells", "region"),
    [
        ({"region": "문래동"}, "서울특별시 영등포구"),
        ({"region": "서울 문래동"}, "서울특별시 영등포구"),
        ({"region": "남동공단"}, "인천광역시 남동구"),
        ({"address": "문래동3가 54"}, "서울특별시 영등포구"),
    ],
)
def test_place_inside_a_region_is_read_with_a_note(cells, region):
    [new] = plan({"operator": "가나다", "industry": "비누"} | cells).rows

    assert changes(new)["region"][1] == region
    assert f"‘{region}’로 읽었습니다." in " ".join(new.notes)


def test_place_of_several_regions_is_asked():
    [asked] = plan({"region": "정자동", "operator": "가나다", "industry": "비누"}).rows

    assert asked.kind == "decision"
    assert "경기도 성남시 분당구" in asked.choices["region"].values()


# --- part of a name, another kind of centre, a poorer address -------------------------------------


@pytest.mark.parametrize(
    "name", ["서동 비누", "서동센터", "부산서동소공인특화지원센터", "서동비누 센터"]
)
def test_part_of_a_known_name_is_offered(soap, name):
    [row] = plan({"region": "부산", "name": name, "operator": ""}, **NEXT).rows

    assert [offer.center for offer in row.offers] == [soap.pk]
    assert row.kind in ("decision", "error")


def test_number_in_front_of_a_name_is_no_part_of_it(soap):
    for front in ("①", "1.", "2) ", "★"):
        [row] = plan(SOAP | {"name": front + SOAP["name"]}, **NEXT).rows

        assert row.center == soap.pk


@pytest.mark.parametrize(
    "name",
    ["부산 금정 소공인복합지원센터", "부산 인쇄 창업보육센터", "부산 도시형소공인집적지구(인쇄)"],
)
def test_centre_of_another_kind_is_asked(name):
    row = {"region": "부산 금정구", "name": name, "operator": "가나다", "industry": "인쇄"}

    [asked] = plan(row).rows
    [new] = plan(row, decisions={"rows": {"1": {"center": "new"}}}).rows

    assert (asked.kind, new.kind) == ("decision", "new")
    assert "다른 시설" in asked.messages[0]


def test_address_without_a_number_replaces_no_whole_one(soap):
    [row] = plan(SOAP | {"address": "부산광역시 금정구"}, **NEXT).rows

    assert "address" not in changes(row)
    assert row.protected[0].protected == "번지가 없는 주소라서 온전한 주소를 그대로 둠"


@pytest.mark.parametrize("behind", [" ☎ 051-765-4321", "\n(전화: 051-765-4321)", ", 051-765-4321"])
def test_telephone_behind_an_address_is_read_as_such(soap, behind):
    row = SOAP | {"address": SOAP["address"] + behind, "phone": ""}

    [row] = plan(row, **NEXT).rows

    assert "address" not in changes(row)
    assert changes(row)["phone"][1] == "051-765-4321"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("의복(14), 가죽(15)", ["14", "15"]),
        ("C10 식료품, C18 인쇄", ["10", "18"]),
        ("10~12", ["10", "11", "12"]),
        ("식료품(김치)·인쇄(옵셋)", ["10", "18"]),
    ],
)
def test_several_industries_with_codes_or_brackets_are_asked(text, codes):
    [asked] = plan({"region": "부산 금정구", "operator": "가나다", "industry": text}).rows

    assert sorted(asked.choices["industry"]) == codes
