"""Lists as they come: what is no plain fact of a centre is asked about, said, or left out."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from centers.importer.headings import recognise_heading
from centers.importer.planner import Planner
from centers.importer.read import read_file
from centers.models import Center
from tests.support.lists import SOAP, changes, details, kinds, plan, take_in
from tests.support.spreadsheets import xlsx

NEXT = {"slug": "list-2027", "day": "2026-09-30"}
HEAD = "지역,센터명,운영기관"
NAME, OPERATOR = SOAP["name"], SOAP["operator"]
ROW = f"부산,{NAME},{OPERATOR}"
OTHER = "부산,부산 남천 인쇄 소공인특화지원센터,부산인쇄협회"


def read(*lines):
    return read_file("\n".join(lines).encode(), "list.csv")


def plan_of(table, decisions=None):
    return Planner(table, details(**NEXT), decisions).plan()


def names(table):
    return [row.texts["name"] for row in table.rows]


@pytest.fixture
def soap(db):
    take_in(SOAP)
    return Center.objects.get()


# --- a centre that closed, or was never chosen ---------------------------------------------------


@pytest.mark.parametrize(
    "remark",
    (
        "해산 절차 중;’26.6월 문 닫음;남천센터로 통합;운영기관 사업 반납;탈락;예비 1순위;미선정;"
        "선정 제외;위탁 해지(9월);’26.6.30.까지;2025년까지 운영"
    ).split(";"),
)
def test_remark_against_a_centre_is_asked(soap, remark):
    [row] = plan_of(read(f"{HEAD},비고", f"{ROW},{remark}")).rows

    assert (row.kind, [cell.column for cell in row.cells]) == ("error", ["status"])


@pytest.mark.parametrize(
    "remark", ["재지정", "2026년 선정", "전남광주통합특별시", "해산물 가공", ""]
)
def test_remark_that_says_nothing_against_a_centre_is_none(soap, remark):
    [row] = plan_of(read(f"{HEAD},비고", f"{ROW},{remark}")).rows

    assert changes(row) == {"confirmed_on": ("2026-07-31", "2026-09-30")}


@pytest.mark.django_db
@pytest.mark.parametrize("heading", ["선정결과", "지정 여부", "최종결과", "합격여부"])
@pytest.mark.parametrize(
    ("result", "kind"), [("선정", "new"), ("○", "new"), ("탈락", "error"), ("", "error")]
)
def test_only_those_chosen_become_centres(heading, result, kind):
    table = read(f"{HEAD},업종,{heading}", f"{ROW},비누,{result}", f"{OTHER},인쇄,선정")

    assert kinds(plan_of(table)) == [kind, "new"]


@pytest.mark.parametrize(
    ("heading", "term", "kind"),
    [
        ("협약기간", "2024.1~2025.12", "error"),
        ("종료일", "2026. 6. 30.", "error"),
        ("지정 만료일", "2099-12-31", "changed"),
        ("협약기간", "2024.1~2099.12", "changed"),
        ("협약기간", "3년", "changed"),
    ],
)
def test_term_that_is_over_is_asked(soap, heading, term, kind):
    assert kinds(plan_of(read(f"{HEAD},{heading}", f"{ROW},{term}"))) == [kind]


@pytest.mark.parametrize(
    ("marks", "kind"),
    [
        (("○", "○"), "changed"),
        (("", "○"), "error"),
        (("", "X"), "changed"),
        (("", "운영"), "error"),
        (("", "폐쇄"), "changed"),
    ],
)
def test_blank_where_others_operate_is_asked(soap, marks, kind):
    rows = [f"{row},{mark}" for row, mark in zip((ROW, OTHER), marks, strict=True)]

    assert plan_of(read(f"{HEAD},운영", *rows)).rows[0].kind == kind


def test_makers_counted_in_another_year_have_its_day(soap):
    planned = plan_of(read(f"{HEAD},소공인 수(2023년 기준)", f"{ROW},500"))

    assert changes(planned.rows[0])["cluster_size_as_of"] == ("2026-07-31", "2023-12-31")
    assert "그 해의 규모로 적습니다(2023-12-31)" in planned.warnings[0]


@pytest.mark.parametrize(
    "lines",
    [
        [HEAD, OTHER, "운영종료,,", ROW],
        [HEAD, OTHER, "2. 지정 취소 (1개소),,", ROW],
        [HEAD, OTHER, "□ 종료,,", HEAD, ROW],
        ["폐업 소공인특화지원센터 현황,,", HEAD, ROW],
    ],
)
def test_title_that_says_closed_counts_for_the_rows_below(soap, lines):
    row = plan_of(read(*lines)).rows[-1]

    assert changes(row) == {"status": ("운영 중", "운영 종료")}


@pytest.mark.parametrize("name", [f"[폐업] {NAME}", f"(운영종료) {NAME}", f"★{NAME}(폐쇄)"])
def test_mark_around_a_name_closes_the_centre(soap, name):
    [row] = plan_of(read(HEAD, f"부산,{name},{OPERATOR}")).rows

    assert changes(row) == {"status": ("운영 중", "운영 종료")}


def test_operator_whose_contract_ended_is_asked(soap):
    [row] = plan_of(read(HEAD, f"부산,{NAME},{OPERATOR}(계약해지)")).rows

    assert {cell.column for cell in row.cells} == {"operator", "status"}


@pytest.mark.parametrize("cell", ["#REF!", "=VLOOKUP(A1)"])
def test_cell_without_a_text_is_left_out_or_typed(soap, cell):
    table = read(f"{HEAD},전화", f"{ROW},{cell}")
    [asked] = plan_of(table).rows
    left = plan_of(table, {"rows": {"1": {"leave_out": ["phone"]}}}).rows[0]
    typed = plan_of(table, {"rows": {"1": {"values": {"phone": "051-765-4321"}}}}).rows[0]

    assert (asked.kind, [cell.column for cell in asked.cells]) == ("error", ["phone"])
    assert "phone" not in changes(left)
    assert changes(typed)["phone"][1] == "051-765-4321"


def test_error_for_not_available_states_nothing(soap):
    assert kinds(plan_of(read(f"{HEAD},전화", f"{ROW},#N/A"))) == ["changed"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2027년 신청 현황", "error"),
        ("신규 지정 후보", "error"),
        ("예비 선정 명단", "error"),
        ("신청 기관 가운데 선정 결과", "new"),
    ],
)
def test_title_of_applicants_makes_no_centre(soap, title, kind):
    assert kinds(plan_of(read(f"{title},,", HEAD, OTHER))) == [kind]


@pytest.mark.parametrize(
    "remark",
    "운영권 반환;2026년부터 미지원;사업 종결;센터 없음;운영 X;타 기관으로 이관;폐지".split(";"),
)
def test_other_words_for_closed_are_never_operating(soap, remark):
    [row] = plan_of(read(f"{HEAD},비고", f"{ROW},{remark}")).rows

    assert "confirmed_on" not in changes(row)
    assert row.kind == "error" or changes(row)["status"][1] == "운영 종료"


@pytest.mark.parametrize(
    ("heading", "text", "kind"),
    [
        ("운영유무", "무", "error"),
        ("존속여부", "유", "changed"),
        ("현 상태", "문닫음", "error"),
        ("진행상황", "모르는 말", "error"),
    ],
)
def test_status_is_read_below_other_headings(soap, heading, text, kind):
    assert kinds(plan_of(read(f"{HEAD},{heading}", f"{ROW},{text}"))) == [kind]


# --- several in one cell -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operator",
    "가재단 → 나재단;가재단(~’26.6) / 나재단;가협회 외 1;가협회(주관) 나조합(참여);가재단, 나조합;"
    "구)가재단;가나 컨소시엄".split(";"),
)
def test_several_operators_in_a_cell_are_asked(soap, operator):
    table = read(HEAD, f'부산,{NAME},"{operator}"')
    [asked] = plan_of(table).rows
    left = {"rows": {"1": {"leave_out": ["operator"]}}}
    typed = {"rows": {"1": {"values": {"operator": "나재단"}}}}

    assert (asked.kind, [cell.column for cell in asked.cells]) == ("error", ["operator"])
    assert "operator" not in changes(plan_of(table, left).rows[0])
    assert changes(plan_of(table, typed).rows[0])["operator"][1] == "나재단"


@pytest.mark.parametrize(
    "operator",
    ["(재)가나재단", "가대학교 산학협력단", "(사)가협회 경기북부지부", "가·나 진흥원", "가(주)"],
)
def test_one_operator_is_taken_as_printed(soap, operator):
    [row] = plan_of(read(HEAD, f"부산,{NAME},{operator}")).rows

    assert changes(row)["operator"][1] == operator


@pytest.mark.parametrize(
    "address",
    "부산 금정구 서동로 1 / 부산 중구 대청로 2;(구) 부산 금정구 서동로 1 (신) 부산 금정구 서동로 2;"
    "부산 금정구 서동로 1 (12월 이전 예정: 서동로 2);051-123-4567;https://soap.example.kr".split(
        ";"
    ),
)
def test_what_is_not_one_address_is_asked(soap, address):
    [row] = plan_of(read(f"{HEAD},주소", f"{ROW},{address}")).rows

    assert (row.kind, [cell.column for cell in row.cells]) == ("error", ["address"])


@pytest.mark.parametrize("between", [", ", " / ", "\n", " 및 "])
def test_several_names_in_a_cell_are_asked(soap, between):
    other = OTHER.split(",")[1]
    table = read_file(xlsx([HEAD.split(","), ["부산", NAME + between + other, "가"]]), "a.xlsx")
    [row] = plan_of(table).rows

    assert (row.kind, [cell.column for cell in row.cells]) == ("error", ["name"])


@pytest.mark.django_db
@pytest.mark.parametrize("industry", ["10, 18", "C25·C29"])
def test_several_codes_of_industries_are_asked(industry):
    [row] = plan({"region": "부산 금정구", "operator": "가나다", "industry": industry}).rows

    assert len(row.choices["industry"]) == 2


@pytest.mark.parametrize(
    "name",
    [f"{NAME} / {OPERATOR}", f"{NAME} - {OPERATOR}", f"{NAME}: {OPERATOR}", f"{NAME} {OPERATOR}"],
)
def test_operator_behind_a_name_is_split_off(soap, name):
    [row] = plan_of(read("지역,센터(운영기관)", f"부산,{name}")).rows

    assert (row.center, changes(row).keys()) == (soap.pk, {"confirmed_on"})


# --- a value against what is known ---------------------------------------------------------------


def test_later_year_of_designation_replaces_none(soap):
    table = read(f"{HEAD},지정연도", f"{ROW},2024(재지정)")
    taken = plan_of(table, {"rows": {"1": {"take": ["designated_year"]}}})

    [row] = plan_of(table).rows
    assert "designated_year" not in changes(row)
    assert "다시 지정된 해" in row.protected[0].protected
    assert changes(taken.rows[0])["designated_year"][1] == "2024년"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", "decision"),
        ("서울특별시 종로구 종로 1", "decision"),
        ("부산광역시 중구 대청로 1", "changed"),
    ],
)
def test_row_that_puts_a_centre_elsewhere_is_asked(soap, address, kind):
    region = address[:9] or "대전 동구"
    [row] = plan_of(read(f"{HEAD},주소", f"{region},{NAME},{OPERATOR},{address}")).rows

    assert row.kind == kind
    assert "region" in changes(row) or row.offers[0].center == soap.pk


@pytest.mark.django_db
def test_same_place_and_industry_under_other_names_is_noted():
    take_in(SOAP)
    other = {
        "region": "부산 금정구",
        "name": "금정 비누 소공인특화지원센터",
        "operator": "비누협회",
    }

    [row] = plan(other, **NEXT).rows
    assert (row.kind, f"‘{NAME}’가 있습니다" in row.notes[0]) == ("new", True)
    # Not where another row is that centre.
    assert plan(SOAP, other, **NEXT).rows[1].notes == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("부산 금정구 서동로 1, 3층 301호", "decision"),
        ("부산광역시 금정구 서동로1(서동)", "decision"),
        ("부산광역시 금정구 서동로 11", "new"),
        ("부산광역시 금정구 서동로1길 5", "new"),
    ],
)
def test_same_building_as_a_known_centre_is_asked(soap, address, kind):
    table = read(f"{HEAD},주소", f'부산,부산 두부 식료품 소공인특화지원센터,두부조합,"{address}"')

    assert kinds(plan_of(table)) == [kind]


def test_mobile_number_is_pointed_out(soap):
    [row] = plan_of(read(f"{HEAD},연락처", f"{ROW},010-1234-5678")).rows

    assert "휴대전화" in row.notes[0]


# --- columns of something else -------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    (
        "규모(㎡);규모(백만원);소공인 수(지원);업체수(2025년 지원);기업수(입주);전화번호(담당자);"
        "전화(구)"
    ).split(";"),
)
def test_words_in_brackets_make_a_heading_another_one(heading):
    assert recognise_heading(heading) is None


def test_unit_below_a_heading_makes_it_another_one():
    table = read("지역,센터명,규모", ",,(㎡)", "부산,가,120")

    assert "cluster_size" not in table.headings


# --- the shape of the table ----------------------------------------------------------------------


def test_tables_side_by_side_are_read_one_after_the_other():
    table = read_file(xlsx([HEAD.split(",") * 2, [*ROW.split(","), *OTHER.split(",")]]), "a.xlsx")

    assert names(table) == [NAME, OTHER.split(",")[1]]
    assert table.notes == ["옆으로 나란한 표 2개를 이어 읽었습니다."]


def test_headings_in_another_order_on_the_way_are_followed():
    table = read(HEAD, ROW, "센터명,운영기관,지역", "나,다,서울")

    assert table.rows[1].texts == {"region": "서울", "name": "나", "operator": "다"}


def test_table_of_something_else_below_is_left_out_and_said():
    table = read(f"{HEAD},전화", f"{ROW},", "운영기관,누리집,전화,확인일", "가,나,다,라")

    assert names(table) == [NAME]
    assert "3행부터 4행까지는 제목이 다른 표라서 읽지 않았습니다" in table.warnings[0]


def test_total_in_front_is_compared_with_all_rows():
    warnings = [
        read(HEAD, f"총계,{count},", ROW, OTHER).warnings[0] for count in ("2개소", "5개소")
    ]

    assert ["적힌 수" in text for text in warnings] == [False, True]


def test_row_of_a_centre_with_the_word_total_stays():
    table = read(f"{HEAD},소공인 수", f"{ROW},총 300개사")

    assert names(table) == [NAME]


# --- struck out, hidden, further sheets ----------------------------------------------------------


def save(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.django_db
def test_row_that_is_struck_out_is_asked():
    book = load_workbook(BytesIO(xlsx([HEAD.split(","), ROW.split(","), OTHER.split(",")])))
    for cell in book.active[2]:
        cell.font = Font(strike=True)

    rows = plan_of(read_file(save(book), "a.xlsx")).rows

    assert [row.kind for row in rows] == ["decision", "new"]
    assert "취소선" in rows[0].messages[0]


@pytest.mark.parametrize("as_page", [True, False])
def test_text_that_is_struck_out_does_not_count(as_page):
    cells = ["부산", NAME, OPERATOR]
    if as_page:
        head = "".join(f"<td>{cell}</td>" for cell in [*HEAD.split(","), "전화"])
        row = "".join(f"<td>{cell}</td>" for cell in [*cells, "<s>051-111-1111</s> 051-222-2222"])
        data = f"<table><tr>{head}</tr><tr>{row}</tr></table>".encode()
    else:
        book = load_workbook(BytesIO(xlsx([[*HEAD.split(","), "전화"], cells])))
        old = TextBlock(InlineFont(strike=True), "051-111-1111 ")
        book.active["D2"] = CellRichText(old, TextBlock(InlineFont(b=True), "051-222-2222"))
        data = save(book)

    [row] = read_file(data, "a").rows

    assert (row.texts["phone"], "취소선" in row.doubt) == ("051-222-2222", True)


def test_hidden_column_is_pointed_out():
    book = load_workbook(BytesIO(xlsx([HEAD.split(","), ROW.split(",")])))
    book.active.column_dimensions["C"].hidden = True

    assert "숨긴 열이 있습니다" in read_file(save(book), "a.xlsx").warnings[-1]


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "found"), [(None, 1), ("leave", 1), ("read", 2)])
def test_further_sheet_with_the_same_headings_is_asked(choice, found):
    # In another order, and with one more column.
    further = [
        ["운영기관", "센터명", "지역", "비고"],
        ["부산인쇄협회", "부산 남천 인쇄 소공인특화지원센터", "부산", ""],
    ]
    table = read_file(xlsx([HEAD.split(","), ROW.split(",")], 추가=further), "a.xlsx")

    planned = plan_of(table, choice and {"sheets": {"0": choice}})

    assert len(planned.rows) == found
    assert planned.is_ready == bool(choice)
    assert [sheet.title for sheet in planned.sheets] == ["추가"]
    if not choice:
        assert planned.problems == [
            "‘추가’에도 같은 제목의 행이 1개 있습니다. 이 목록에 넣을지 정해 주세요."
        ]


def test_tables_of_a_page_are_sheets_by_their_titles():
    def table(row):
        rows = (HEAD.split(","), row.split(","))
        return "<table>" + "".join("<tr><td>" + "<td>".join(r) for r in rows) + "</table>"

    page = f"<h2>현황</h2>{table(ROW)}<h2>운영 종료</h2>{table(OTHER)}<p>참고</p>{table(OTHER)}"
    read = read_file(page.encode(), "a.html")

    assert [row.recorded.get("status", "") for row in read.rows] == ["", "운영 종료"]
    assert "‘참고’에도" in read.problems[0]
