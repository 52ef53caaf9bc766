"""Plans: what a list would change field by field, what it leaves unchanged, and why."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from centers.importer.decisions import DecisionError
from centers.importer.plan import Plan
from centers.models import Center, Listing, Operator, Region
from tests.support.lists import SOAP, changes, details, kinds, plan, take_in

pytestmark = pytest.mark.django_db

NEXT = {"slug": "list-2027", "day": "2026-09-30"}


@pytest.fixture
def soap():
    """The centre that the list of 2026-07-31 brought."""
    take_in(SOAP)
    return Center.objects.get()


def edit(center, **values):
    """Change a centre as an editor does, who names no document."""
    for name, value in values.items():
        setattr(center, name, value)
    center.save()


# --- new centres ---------------------------------------------------------------------------------


def test_new_centre_gets_all_that_the_row_states():
    [row] = plan(SOAP).rows

    assert row.kind == "new"
    assert changes(row) == {
        "name": ("", "부산 서동 비누 소공인특화지원센터"),
        "kind": ("", "특화"),
        "status": ("", "운영 중"),
        "region": ("", "부산광역시 금정구"),
        "industry": ("", "화학 물질 및 화학제품 제조업; 의약품 제외"),
        "specialty": ("", "비누"),
        "operator": ("", "(재)부산비누진흥원"),
        "cluster_size": ("", "120개사"),
        "cluster_size_as_of": ("", "2026-07-31"),
        "designated_year": ("", "2020년"),
        "address": ("", "부산광역시 금정구 서동로 1"),
        "phone": ("", "051-123-4567"),
        "website": ("", "https://soap.example.kr/"),
        "confirmed_on": ("", "2026-07-31"),
    }


def test_centre_of_a_selection_was_designated_in_that_year():
    row = SOAP | {"designated_year": ""}

    [listed], [selected] = plan(row).rows, plan(row, kind="selection").rows

    assert "designated_year" not in changes(listed)
    assert changes(selected)["designated_year"] == ("", "2026년")


def test_later_selection_sets_no_year_if_listed_before():
    row = SOAP | {"designated_year": ""}
    take_in(row)

    [later] = plan(row, slug="selection", kind="selection", day="2026-11-20").rows
    [earlier] = plan(row, slug="selection", kind="selection", day="2024-06-25").rows

    assert "designated_year" not in changes(later)
    assert changes(earlier)["designated_year"] == ("", "2024년")


@pytest.mark.parametrize(
    ("column", "text", "note"),
    [
        ("operator", "", "새 센터인데 운영기관이 적혀 있지 않습니다."),
        (
            "address",
            "부산 어디시 없는동 3",
            "주소 ‘부산 어디시 없는동 3’에서 부산광역시의 시·군·구를 알 수 없습니다.",
        ),
        ("address", "없는동 3", "주소 ‘없는동 3’에서 지역을 알 수 없습니다."),
    ],
)
def test_doubtful_new_centre_is_to_be_looked_at(column, text, note):
    doubtful = plan(SOAP | {column: text})

    assert doubtful.rows[0].notes == [note]
    assert doubtful.warnings == [f"1행: {note}"]


def test_address_in_sejong_names_no_district_and_is_sound():
    assert plan(SOAP | {"region": "세종", "address": "세종특별자치시 한누리대로 1"}).warnings == []


def test_centre_known_only_from_an_older_document_is_unconfirmed():
    take_in({"region": "서울 종로구", "industry": "의복", "operator": "가나다"})

    for kind in ("selection", "status_list"):
        [row] = plan(SOAP, slug="older", kind=kind, day="2024-06-25").rows
        assert changes(row)["status"] == ("", "확인 필요")


# --- known centres -------------------------------------------------------------------------------


def test_same_list_again_changes_nothing(soap):
    again = plan(SOAP)

    assert kinds(again) == ["unchanged"]
    assert again.has_no_effect
    assert again.rows[0].listing == "same"


def test_each_change_names_the_document_of_the_old_value(soap):
    row = SOAP | {"phone": "051-765-4321", "cluster_size": "130"}

    [changed] = plan(row, **NEXT).rows

    assert changes(changed) == {
        "cluster_size": ("120개사", "130개사"),
        "cluster_size_as_of": ("2026-07-31", "2026-09-30"),
        "phone": ("051-123-4567", "051-765-4321"),
        "confirmed_on": ("2026-07-31", "2026-09-30"),
    }
    assert {change.source for change in changed.changes} == {"소공인특화지원센터 현황 (2026-07-31)"}


def test_old_value_names_the_newest_document_that_prints_it(soap):
    take_in(SOAP, **NEXT)

    [changed] = plan(SOAP | {"phone": "051-765-4321"}, slug="list-2028", day="2026-10-30").rows

    [source] = {change.source for change in changed.changes}
    assert source == "소공인특화지원센터 현황 (2026-09-30)"


def test_value_confirmed_by_a_newer_document_is_protected(soap):
    take_in(SOAP, **NEXT)

    [row] = plan(SOAP | {"phone": "051-765-4321"}, slug="between", day="2026-08-31").rows

    [kept] = row.protected
    assert (kept.field, kept.protected) == ("phone", "더 새로운 문서(2026-09-30)의 값")


@pytest.mark.parametrize(
    "column", ["name", "industry", "cluster_size", "address", "phone", "website"]
)
def test_empty_cell_is_not_stated_and_blanks_nothing(soap, column):
    for nothing in ("", "-"):
        [row] = plan(SOAP | {column: nothing}, **NEXT).rows
        assert changes(row).keys() == {"confirmed_on"}


@pytest.mark.parametrize(
    ("column", "spelling"),
    [
        ("operator", "부산 비누 진흥원"),
        ("operator", "재단법인 부산비누진흥원"),
        ("address", "부산광역시  금정구 서동로1"),
        ("cluster_size", "120"),
        ("phone", "0511234567"),
        ("website", "https://soap.example.kr"),
        ("name", "부산 서동비누 소공인특화지원센터"),
        ("address", "부산광역시 금정구 서동로 1 "),
        ("region", "부산(4)"),
    ],
)
def test_another_spelling_of_the_same_is_no_change(soap, column, spelling):
    [row] = plan(SOAP | {column: spelling}).rows

    assert (row.kind, changes(row), row.protected) == ("unchanged", {}, [])


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("부산광역시 서동로 1", None),  # wider than what is known
        ("부산광역시 동래구 서동로 1", "부산광역시 동래구"),
    ],
)
def test_region_changes_only_where_the_document_says_another_one(soap, address, region):
    [row] = plan(SOAP | {"address": address}, **NEXT).rows

    assert changes(row).get("region", ("", None))[1] == region


def test_region_becomes_a_narrower_one(soap):
    edit(soap, region=Region.objects.get(code="26"))
    Center.history.update(source=soap.listings.get().announcement)

    [row] = plan(SOAP).rows

    assert changes(row) == {"region": ("부산광역시", "부산광역시 금정구")}


# --- what is protected ---------------------------------------------------------------------------


def test_value_changed_by_an_editor_stays_unless_taken(soap):
    edit(soap, phone="051-999-9999", address="부산광역시 금정구 다른로 2")
    today = timezone.localdate()

    [row] = plan(SOAP).rows
    taken = plan(SOAP, decisions={"rows": {"1": {"take": ["phone"]}}}).rows[0]

    assert (row.kind, changes(row)) == ("unchanged", {})
    assert [(change.field, change.protected) for change in row.protected] == [
        ("address", f"편집자가 {today}에 고친 값"),
        ("phone", f"편집자가 {today}에 고친 값"),
    ]
    assert changes(taken) == {"phone": ("051-999-9999", "051-123-4567")}
    assert [change.field for change in taken.protected] == ["address"]


def test_value_that_an_editor_emptied_stays_empty(soap):
    edit(soap, phone="")

    assert [change.field for change in plan(SOAP).rows[0].protected] == ["phone"]


def test_gap_that_an_editor_left_is_filled(make_center, make_operator):
    make_center(operator=make_operator(name="(재)부산비누진흥원"), industry="20", phone="")

    [row] = plan(SOAP).rows

    assert changes(row)["phone"] == ("", "051-123-4567")
    assert {change.field for change in row.protected} == {"designated_year"}


def test_value_of_a_newer_document_stays(soap):
    row = SOAP | {"phone": "051-765-4321", "cluster_size": "90"}

    [older] = plan(row, slug="older", day="2025-12-31").rows

    assert (older.kind, older.listing, changes(older)) == ("unchanged", "new", {})
    assert {(change.field, change.protected) for change in older.protected} == {
        ("cluster_size", "더 새로운 문서(2026-07-31)의 값"),
        ("phone", "더 새로운 문서(2026-07-31)의 값"),
    }


def test_older_selection_fills_what_the_newer_list_did_not_state():
    take_in(SOAP | {"cluster_size": "", "designated_year": ""})

    [row] = plan(
        SOAP | {"designated_year": ""}, slug="older", kind="selection", day="2024-06-25"
    ).rows

    assert changes(row) == {
        "cluster_size": ("", "120개사"),
        "cluster_size_as_of": ("", "2024-06-25"),
        "designated_year": ("", "2024년"),
    }


def test_closed_centre_on_a_list_stays_closed_unless_reopened(soap, make_center):
    edit(soap, status="closed", closed_on=date(2026, 5, 1), successor=make_center(region="11110"))

    asked = plan(SOAP, **NEXT)
    [taken] = plan(SOAP, decisions={"rows": {"1": {"take": ["status"]}}}, **NEXT).rows

    assert changes(asked.rows[0]) == {}
    assert [change.protected for change in asked.rows[0].protected] == [
        "운영이 끝난 것으로 적힌 센터"
    ]
    assert any("운영 종료로 적혀 있습니다" in warning for warning in asked.warnings)
    assert {name: new for name, (_, new) in changes(taken).items()} == {
        "status": "운영 중",
        "closed_on": "",
        "successor": "",
        "confirmed_on": "2026-09-30",
    }


def test_unconfirmed_centre_that_is_listed_operates_again(soap):
    edit(soap, status="unconfirmed")
    for kind, day in (("+", "2026-08-01"), ("~", "2026-08-15")):
        Center.history.filter(history_type=kind).update(history_date=f"{day}T00:00Z")

    [later], [same] = plan(SOAP, **NEXT).rows, plan(SOAP).rows

    assert changes(later)["status"] == ("확인 필요", "운영 중")
    assert [change.protected for change in same.protected] == ["편집자가 2026-08-15에 정한 상태"]


def test_list_of_the_day_of_an_editors_status_decides(soap):
    edit(soap, status="unconfirmed")
    for kind, time in (("+", "2026-08-01T00:00Z"), ("~", "2026-09-29T15:00Z")):
        Center.history.filter(history_type=kind).update(history_date=time)

    [row] = plan(SOAP, **NEXT).rows

    assert changes(row)["status"] == ("확인 필요", "운영 중")


def test_changed_address_or_industry_notes_dependent_values(soap):
    Center.objects.update(lat=35.2, lon=129.1)

    warnings = plan(
        SOAP | {"address": "부산광역시 금정구 금정로 9", "industry": "식료품 제조업"}, **NEXT
    ).warnings

    assert warnings == [
        "1행: 주소가 바뀌므로 위도와 경도도 맞는지 보아야 합니다.",
        "1행: 업종이 바뀌므로 세부 업종 ‘비누’도 맞는지 보아야 합니다.",
    ]


# --- centres on no row ---------------------------------------------------------------------------

OTHER = {"region": "서울 종로구", "industry": "의복", "operator": "가나다"}


def test_centre_on_no_row_of_the_newest_list_becomes_unconfirmed(soap):
    missed = plan(OTHER, **NEXT)

    [center] = missed.missing
    assert (center.center, center.will_change, center.status_text) == (soap.pk, True, "운영 중")
    assert missed.count_by_kind()["missing"] == 1
    assert not any(plan(OTHER, **NEXT | {"kind": "selection"}).missing)
    assert not any(plan(OTHER, slug="older", day="2025-12-31").missing)


def test_closed_centre_is_not_missing_and_unconfirmed_one_stays(soap):
    edit(soap, status="unconfirmed")
    [center] = plan(OTHER, **NEXT).missing
    assert (center.will_change, center.reason) == (False, "이미 확인 필요")

    edit(soap, status="closed")
    assert plan(OTHER, **NEXT).missing == []


def test_missed_centre_stays_if_a_person_says_so_or_knows_better(soap):
    key = str(soap.pk)
    [kept] = plan(OTHER, decisions={"missing": {key: "keep"}}, **NEXT).missing
    edit(soap, confirmed_on=date(2026, 10, 15))
    [known] = plan(OTHER, **NEXT).missing
    [taken] = plan(OTHER, decisions={"missing": {key: "take"}}, **NEXT).missing

    assert (kept.will_change, kept.reason) == (False, "그대로 두기로 함")
    assert (known.will_change, known.reason) == (False, "2026-10-15에 확인한 센터")
    assert taken.will_change


def test_centre_chosen_after_the_list_is_not_missed():
    take_in(SOAP, kind="selection", slug="selection", day="2026-10-20")

    [center] = plan(OTHER, **NEXT).missing

    assert (center.will_change, center.reason) == (False, "2026-10-20에 확인한 센터")


def test_centre_in_a_newer_document_is_not_missed(soap):
    take_in(SOAP, kind="selection", slug="selection", day="2026-10-20")

    [center] = plan(OTHER, **NEXT).missing

    assert (center.will_change, center.reason) == (
        False,
        "더 새로운 문서(2026-10-20)에 있는 센터",
    )


@pytest.mark.parametrize("decision", [{}, {"skip": True}])
def test_centre_of_undecided_or_skipped_row_is_not_missing(soap, decision):
    row = SOAP | {"phone": "없는 번호"}

    unfinished = plan(row, decisions={"rows": {"1": decision}}, **NEXT)

    assert kinds(unfinished) == ["skipped" if decision else "error"]
    assert unfinished.missing == []


def test_centres_that_an_open_question_is_about_are_not_missed(soap, make_center):
    make_center(region="26410", industry="20", operator=soap.operator)
    row = SOAP | {"name": ""}

    asked = plan(row, **NEXT)
    decided = plan(row, decisions={"rows": {"1": {"center": soap.pk}}}, **NEXT)

    assert (kinds(asked), asked.missing) == (["decision"], [])
    assert len(decided.missing) == 1


# --- rows that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cluster_size": "많음"}, "집적지 소공인 규모: ‘많음’은 규모로 읽을 수 없습니다"),
        ({"cluster_size": "-5"}, "집적지 소공인 규모: "),
        ({"designated_year": "1899"}, "지정연도: 연도 1899: 2013년 이후여야 합니다."),
        ({"designated_year": "2099"}, "지정연도: 연도 2099: 아직 오지 않은 해입니다."),
        ({"phone": "12"}, "전화: ‘12’는 전화번호 하나로 읽을 수 없습니다"),
        ({"website": "javascript:alert(1)"}, "누리집: ‘javascript:alert(1)’은"),
        ({"address": "가" * 301}, "주소: 300자까지 적을 수 있는데 301자입니다."),
        ({"region": "", "address": "달나라 1"}, "주소: ‘달나라 1’에서 지역을 알 수 없습니다."),
        ({"region": "", "address": ""}, "지역: 적혀 있지 않아 지역을 알 수 없습니다."),
        ({"industry": "우주", "name": ""}, "업종: ‘우주’에서 업종을 알 수 없습니다."),
        ({"industry": "", "name": ""}, "이름: 적혀 있지 않아 업종을 알 수 없습니다."),
    ],
)
def test_unusable_row_is_an_error_that_names_the_column(values, message):
    bad = plan(SOAP | {"name": "비누 센터"} | values)

    assert kinds(bad) == ["error"]
    assert bad.rows[0].messages[0].startswith(message)
    assert not bad.is_ready


def test_place_and_trade_that_cannot_be_read_can_be_decided():
    row = SOAP | {"region": "", "address": "달나라 1", "industry": "우주", "name": ""}

    assert kinds(plan(row, decisions={"rows": {"1": {"region": "26410", "industry": "20"}}})) == [
        "new"
    ]


def test_known_centre_needs_neither_place_nor_trade(soap):
    row = {"name": SOAP["name"], "operator": SOAP["operator"], "phone": SOAP["phone"]}

    assert kinds(plan(row)) == ["unchanged"]


def test_label_that_disagrees_with_the_address_is_warned_of():
    assert plan(SOAP | {"region": "경남"}).warnings == [
        "1행: 지역은 ‘경남’인데 주소는 부산광역시 금정구 안입니다. 주소를 따랐습니다."
    ]


# --- the document --------------------------------------------------------------------------------


def test_details_of_saved_announcement_never_overwrite_it(soap):
    announcement = soap.listings.get().announcement

    assert plan(SOAP, title="", publisher="", kind="").warnings == []
    other = plan(SOAP, title="다른 제목", centers_total=41)

    assert other.title == announcement.title
    assert other.warnings == [
        "이미 있는 공고와 다르게 적은 것은 공고에 반영하지 않습니다: 제목, 전국 센터 수"
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"slug": "한글"}, "slug"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"day": "2099-01-01"}, "published_on"),
        ({"kind": "other"}, "kind"),
    ],
)
def test_announcement_that_cannot_be_made_is_refused_by_field(values, field):
    with pytest.raises(ValidationError) as refusal:
        plan(SOAP, **values)

    assert list(refusal.value.message_dict) == [field]


def test_row_imported_before_and_no_longer_printed_is_named(soap):
    take_in(SOAP, OTHER)

    assert plan(SOAP).warnings == ["전에 가져온 2행은 이 표에 없어 그대로 둡니다."]


# --- the plan itself -----------------------------------------------------------------------------


def test_plan_turns_to_json_and_back(soap):
    edit(soap, phone="051-999-9999")
    whole = plan(SOAP, OTHER, {"region": "중구", "industry": "식품, 음료"}, **NEXT)

    copy = Plan.from_json(json.loads(json.dumps(whole.to_json())))

    assert copy == whole
    assert copy.fingerprint == whole.fingerprint


def test_fingerprint_follows_what_the_plan_would_do(soap):
    before = plan(SOAP, **NEXT).fingerprint
    assert plan(SOAP, **NEXT).fingerprint == before

    edit(soap, name="새 이름")

    assert plan(SOAP, **NEXT).fingerprint != before


def test_planning_saves_nothing(soap):
    counts = [model.objects.count() for model in (Center, Operator, Listing)]

    plan(SOAP, OTHER, **NEXT)

    assert [model.objects.count() for model in (Center, Operator, Listing)] == counts


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ([], "정한 것은"),
        ({"row": {}}, "정한 것은"),
        ({"rows": []}, "“rows”에는"),
        ({"rows": {"7": {}}}, "7행: 목록에 없는 행입니다."),
        ({"rows": {"１": {}}}, "１행: 목록에 없는 행입니다."),
        ({"rows": {"1": "new"}}, "1행: 정한 것을 읽을 수 없습니다."),
        ({"rows": {"1": {"center": 999}}}, "1행: 999번 센터는 없습니다."),
        ({"rows": {"1": {"center": True}}}, "1행: True번 센터는 없습니다."),
        ({"rows": {"1": {"region": "99"}}}, "1행: 지역 코드 99은(는) 없습니다."),
        ({"rows": {"1": {"industry": ["14"]}}}, "1행: 업종 코드 ['14']은(는) 없습니다."),
        ({"rows": {"1": {"skip": 1}}}, "1행: “skip”은 true 또는 false입니다."),
        ({"rows": {"1": {"take": ["note"]}}}, "1행: “take”에는"),
        ({"rows": {"1": {"merge": 1}}}, "1행: “merge”은(는) 정할 수 없습니다."),
        ({"missing": {"999": "keep"}}, "999번 센터는 없습니다."),
    ],
)
def test_decision_that_cannot_be_followed_is_named(decisions, message):
    with pytest.raises(DecisionError) as refusal:
        plan(SOAP, decisions=decisions)

    assert str(refusal.value).startswith(message)


def test_two_rows_cannot_be_decided_for_one_centre(soap):
    choice = {"center": soap.pk}

    with pytest.raises(DecisionError, match="2행: 1행과 같은 센터를 골랐습니다"):
        plan(SOAP, OTHER, decisions={"rows": {"1": choice, "2": choice}})


def test_details_know_the_day_as_text():
    given = details()

    assert type(given).from_json(given.to_json()) == given


def test_row_about_a_draft_says_that_readers_will_not_see_it(make_center, make_operator):
    make_center(operator=make_operator(name="가나진흥원"), name="부산 봉제 센터", published=False)

    made = plan({"region": "부산 금정구", "operator": "가나진흥원", "industry": "의복"})

    assert kinds(made) == ["changed"]
    assert made.rows[0].notes == ["게시하지 않은 센터라서 반영해도 공개 화면에 나오지 않습니다."]


# --- lists that may be a part ---------------------------------------------------------------------


@pytest.fixture
def short_list():
    """A list of one of seven centres; the other six are not on it."""
    places = ("서울", "대구", "인천", "대전", "경기", "강원")
    rows = [{"region": place, "operator": f"{place}재단", "industry": "비누"} for place in places]
    take_in(SOAP, *rows)

    def short_list(**decisions):
        return plan(SOAP, decisions=decisions, **NEXT)

    return short_list


def turning(plan):
    return sum(center.will_change for center in plan.missing)


def test_list_that_lacks_most_centres_turns_none_unasked(short_list):
    short = short_list()

    assert (len(short.missing), turning(short)) == (6, 0)
    assert {center.reason for center in short.missing} == {"없는 센터가 너무 많음"}
    [warning] = short.warnings
    assert warning.startswith("센터 7곳 가운데 6곳이 이 목록에 없습니다.")


def test_one_choice_decides_on_all_that_a_list_lacks(short_list):
    assert turning(short_list(all_missing="take")) == 6
    assert turning(short_list(all_missing="keep")) == 0
    assert short_list(all_missing="take").warnings == []


def test_choice_for_one_goes_before_that_for_all(short_list):
    key = str(Center.objects.order_by("pk").last().pk)

    assert turning(short_list(missing={key: "take"})) == 1
    assert turning(short_list(missing={key: "keep"}, all_missing="take")) == 5


def test_few_that_a_list_lacks_turn_unless_kept(short_list):
    center = Center.objects.order_by("pk").last()
    center.listings.all().delete()
    center.delete()

    assert turning(short_list()) == 5


# --- industries in every form ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "industry", "specialty"),
    [
        ("C33", "기타 제품 제조업", None),
        ("18", "인쇄 및 기록매체 복제업", None),
        ("18(인쇄)", "인쇄 및 기록매체 복제업", None),
        ("25. 금속가공제품", "금속 가공제품 제조업; 기계 및 가구 제외", None),
        ("식료품제조업(10)", "식료품 제조업", None),
        ("C33(주얼리)", "기타 제품 제조업", "주얼리"),
    ],
)
def test_industry_code_is_read_and_is_no_specialty(printed, industry, specialty):
    [row] = plan(SOAP | {"industry": printed, "name": "부산 서동 소공인특화지원센터"}).rows

    assert changes(row)["industry"] == ("", industry)
    assert changes(row).get("specialty", ("", None))[1] == specialty


def test_name_without_spaces_ends_with_its_industry():
    [row] = plan(SOAP | {"industry": "", "name": "부산인쇄소공인특화지원센터"}).rows

    assert changes(row)["industry"] == ("", "인쇄 및 기록매체 복제업")


@pytest.mark.parametrize("column", ["operator", "address", "phone", "website", "cluster_size"])
@pytest.mark.parametrize("word", ["미정", "이전 예정", "해당없음", "NULL", "추후 확정"])
def test_word_for_unknown_replaces_nothing(soap, column, word):
    [row] = plan(SOAP | {column: word}, **NEXT).rows

    assert set(changes(row)) == {"confirmed_on"}


def test_old_name_of_gwangju_is_a_region():
    [row] = plan(SOAP | {"region": "광주특별시 북구", "address": ""}).rows

    assert changes(row)["region"] == ("", "전남광주통합특별시 북구")
