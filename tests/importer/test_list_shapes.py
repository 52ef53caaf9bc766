"""What is around and across the rows of a list: footnotes, titles, units, cells over rows."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from centers.importer.planner import Planner
from centers.importer.read import read_file, read_pasted_text
from centers.models import Center
from tests.support.lists import SOAP, changes, details, kinds, take_in
from tests.support.old_workbooks import xls
from tests.support.spreadsheets import archive, hwpx_of, ods_of, with_parts, xlsx

NEXT = {"slug": "list-2027", "day": "2026-09-30"}
HEAD = ["지역", "센터명", "운영기관"]
NAME = SOAP["name"]
ROW = ["부산", NAME, SOAP["operator"]]
OTHER = ["부산", "부산 남천 인쇄 소공인특화지원센터", "부산인쇄협회"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def soap(db):
    take_in(SOAP)
    return Center.objects.get()


def read(*rows):
    return read_file(xlsx(rows), "목록.xlsx")


def plan_of(table, decisions=None):
    return Planner(table, details(**NEXT), decisions).plan()


# --- footnotes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "remark"),
    [
        ("*", "* 2026. 6. 30. 운영 종료"),
        ("1)", "1) 운영 종료(2026.6.30.)"),
        ("¹", "¹ 폐쇄"),
        ("†", "† 지정 취소"),
    ],
)
def test_footnote_closes_the_centre_with_its_sign(sign, remark):
    closed, other = plan_of(read(HEAD, [ROW[0], NAME + sign, ROW[2]], OTHER, [remark])).rows

    assert changes(closed) == {"status": ("운영 중", "운영 종료")}
    assert changes(other)["status"][1] == "운영 중"


@pytest.mark.parametrize(
    "remark", ["※ 서동 센터는 2026년 6월 폐업", "※ 부산비누진흥원은 위탁 해지됨", "※ 연번 1번 폐쇄"]
)
def test_footnote_on_a_named_centre_is_asked(remark):
    rows = [["연번", *HEAD], ["1", *ROW], ["2", *OTHER], [remark]]

    planned = plan_of(read(*rows))

    assert kinds(planned) == ["error", "new"]
    assert [cell.column for cell in planned.rows[0].cells] == ["status"]


def test_footnote_of_no_certain_row_is_a_question():
    table = read(HEAD, ROW, OTHER, ["※ 폐업한 센터가 들어 있음"])

    asked, seen = plan_of(table), plan_of(table, {"remarks": "seen"})

    assert (asked.is_ready, seen.is_ready) == (False, True)
    assert asked.remarks == ["※ 폐업한 센터가 들어 있음"]
    assert "어느 행을 말하는지 알 수 없습니다" in asked.problems[0]


@pytest.mark.parametrize("sign", ["¹", "*", "주1)", " 2)", "†"])
def test_sign_of_a_footnote_is_no_part_of_a_value(sign):
    row = [*ROW[:2], ROW[2] + sign, SOAP["address"] + sign]

    [row] = plan_of(read([*HEAD, "주소"], row, ["¹ 2027년부터 운영기관 변경 예정"])).rows

    assert changes(row).keys() == {"confirmed_on"}


def test_number_in_a_bracket_is_no_footnote():
    address = "부산광역시 금정구 서동로 1 (서동, 3)"

    [row] = plan_of(read([*HEAD, "주소"], [*ROW, address])).rows

    assert changes(row)["address"][1] == address


@pytest.mark.parametrize("number", ["- 1 -", "1/3", "Page 2", "3쪽"])
def test_number_of_a_page_is_no_part_of_a_row(number):
    lines = ["\t".join(HEAD), "\t".join(ROW), number, "\t".join(HEAD), "\t".join(OTHER)]

    rows = plan_of(read_pasted_text("\n".join(lines))).rows

    assert [changes(row).get("operator") for row in rows] == [None, ("", OTHER[2])]


# --- titles, continued cells, units --------------------------------------------------------------


@pytest.mark.parametrize("title", ["부산광역시", "□ 부산 지역", "부산 (2개소)", "1. 부산"])
def test_title_of_a_region_counts_for_the_rows_below(title):
    rows = [
        ["센터명", "운영기관", "전화"],
        [title],
        ["가나 인쇄 소공인특화지원센터", "가나조합", ""],
    ]

    [row] = plan_of(read(*rows)).rows

    assert changes(row)["region"][1] == "부산광역시"


def test_region_alone_in_its_column_is_no_row():
    planned = plan_of(read(HEAD, ["부산(2)"], ["", *ROW[1:]], ["", *OTHER[1:]]))

    assert kinds(planned) == ["changed", "new"]


def test_name_alone_in_its_row_is_no_title():
    rows = [HEAD, ["", OTHER[1] + "(폐쇄)", ""], ROW]

    lone, known = plan_of(read(*rows)).rows

    assert lone.title == OTHER[1]
    assert changes(known).keys() == {"confirmed_on"}


def test_title_that_is_no_region_is_none():
    with pytest.raises(Exception, match="지역"):
        read(["센터명", "운영기관"], ["의복"], ["가 센터", "나"])


def test_cell_that_goes_on_in_the_next_row_is_joined():
    rows = [[*HEAD, "주소"], [*ROW, "부산광역시 금정구"], ["", "", "", "서동로 1"], [*OTHER, ""]]

    table = read(*rows)

    assert [row.texts["address"] for row in table.rows] == ["부산광역시 금정구 서동로 1", ""]
    assert "2행의 칸에 이어 붙였습니다" in table.notes[0]


def test_end_of_a_name_in_the_next_row_is_joined():
    short = NAME.removesuffix(" 소공인특화지원센터")
    table = read(HEAD, [ROW[0], short, ROW[2]], ["", "소공인특화지원센터"])

    assert [row.texts["name"] for row in table.rows] == [NAME]


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("(단위: 천 개)", "소공인 수"),
        ("현황 (단위 : 백개사)", "소공인 수"),
        ("", "소공인 수(천개)"),
        ("", "규모(백 명)"),
    ],
)
def test_size_in_hundreds_or_thousands_is_left_out_and_said(title, heading):
    table = read([title], [*HEAD, heading], [*ROW, "3"])

    assert "cluster_size" not in table.headings
    assert "뺀 열이 있습니다" in table.warnings[0]


def test_size_below_a_title_with_another_unit_is_read():
    table = read(["(단위: 개사, 백만원)"], [*HEAD, "소공인 수"], [*ROW, "300"])

    assert table.rows[0].texts["cluster_size"] == "300"


# --- cells over several rows ---------------------------------------------------------------------

SIZED = [[*HEAD, "소공인 수"], [*ROW, "300"], [*OTHER, ""]]


def as_html(rows):
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[:1])
    first = "".join(f"<td>{cell}</td>" for cell in rows[1][:3]) + "<td rowspan=2>300</td>"
    second = "".join(f"<td>{cell}</td>" for cell in rows[2][:3])
    return f"<table>{cells}<tr>{first}</tr><tr>{second}</tr></table>".encode()


def as_ods(rows):
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>".format
    span = ' table:number-rows-spanned="2"'
    lines = [
        "".join(cell("", text) for text in rows[0]),
        "".join(cell(span if text == "300" else "", text) for text in rows[1]),
        "".join(cell("", text) for text in rows[2][:3]) + "<table:covered-table-cell/>",
    ]
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    return ods_of(f'<table:table table:name="a">{body}</table:table>')


def as_hwpx(rows):
    cell = (
        '<hp:tc><hp:cellAddr colAddr="{}" rowAddr="{}"/><hp:cellSpan colSpan="1" rowSpan="{}"/>'
        "<hp:subList><hp:p><hp:run><hp:t>{}</hp:t></hp:run></hp:p></hp:subList></hp:tc>"
    )
    lines = "".join(
        "<hp:tr>"
        + "".join(cell.format(c, r, 2 if text == "300" else 1, text) for c, text in enumerate(row))
        + "</hp:tr>"
        for r, row in enumerate([*rows[:2], rows[2][:3]])
    )
    return hwpx_of(f"<hp:tbl>{lines}</hp:tbl>")


@pytest.mark.parametrize(
    "data",
    [
        xlsx(SIZED, merge=["D2:D3"]),
        xls(SIZED, merged=[(1, 2, 3, 3)]),
        as_ods(SIZED),
        as_hwpx(SIZED),
        as_html(SIZED),
    ],
    ids="xlsx xls ods hwpx html".split(),
)
def test_one_size_over_several_rows_is_asked(data):
    planned = plan_of(read_file(data, "목록"))

    assert kinds(planned) == ["decision", "decision"]
    assert "여러 행에 걸친 칸" in planned.rows[0].messages[0]


@pytest.mark.parametrize(
    "words", ["상 동", "위와 같은 기관", "윗 기관과 동일", "〃", "(상동)", "＂"]
)
def test_cell_above_is_taken_in_whatever_words(words):
    table = read(HEAD, OTHER, ["부산", "부산 남천 두부 소공인특화지원센터", words])

    assert table.rows[1].texts["operator"] == OTHER[2]


def test_years_below_one_heading_are_a_question():
    rows = [[*HEAD, "소공인 수", ""], ["", "", "", "2024년", "2025년"], [*ROW, "300", "320"]]
    table = read(*rows)

    asked = plan_of(table)
    [chosen] = plan_of(table, {"columns": {"3": "", "4": "cluster_size"}}).rows

    assert "같은 뜻의 제목입니다" in asked.problems[0]
    assert changes(chosen)["cluster_size"][1] == "320개사"
    assert changes(chosen)["cluster_size_as_of"][1] == "2025-12-31"


def test_newest_of_sheets_named_after_years_is_the_list():
    book = Workbook()
    book.active.title = "2024년"
    for row in (HEAD, ROW):
        book.active.append(row)
    newest = book.create_sheet("2026년")
    for row in (HEAD, OTHER):
        newest.append(row)
    file = BytesIO()
    book.save(file)

    table = read_file(file.getvalue(), "목록.xlsx")

    assert [row.texts["name"] for row in table.rows] == [OTHER[1]]
    assert "‘2024년’에도 같은 제목의 행이 1개" in table.problems[0]


# --- struck out ----------------------------------------------------------------------------------

OLD, NEW = "051-111-1111", "051-222-2222"


def struck_xlsx(*, is_row):
    book = load_workbook(
        BytesIO(xlsx([[*HEAD, "전화", "비고"], [*ROW, OLD, "가"], [*OTHER, "", ""]]))
    )
    cells = book.active[2] if is_row else [book.active["D2"]]
    for cell in cells:
        cell.font = Font(strike=True)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def struck_ods(*, is_row):
    style = (
        '<style:style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' style:name="{}" style:family="table-cell"{}>{}</style:style>'
    ).format
    struck = '<style:text-properties style:text-line-through-style="solid"/>'
    parent = ' style:parent-style-name="ce1"'
    styles = style("ce1", "", struck) + style("ce2", parent, "")
    none = '<style:text-properties style:text-line-through-style="none"/>'
    styles = f"<styles>{styles}{style('ce3', parent, none)}</styles>"
    cell = '<table:table-cell table:style-name="{}"><text:p>{}</text:p></table:table-cell>'.format
    row = "".join(
        cell("ce2" if is_row or text == OLD else "ce3", text) for text in [*ROW, OLD, "가"]
    )
    head = "".join(cell("", text) for text in [*HEAD, "전화", "비고"])
    other = "".join(cell("", text) for text in [*OTHER, "", ""])
    body = "".join(f"<table:table-row>{one}</table:table-row>" for one in (head, row, other))
    return ods_of(f'{styles}<table:table table:name="a">{body}</table:table>')


def struck_hwpx(*, is_row):
    header = (
        '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head">'
        '<hh:charPr id="0"><hh:strikeout shape="NONE"/></hh:charPr>'
        '<hh:charPr id="1"><hh:strikeout shape="3D"/></hh:charPr>'
        '<hh:charPr id="7"><hh:strikeout shape="SOLID"/></hh:charPr></hh:head>'
    )
    cell = (
        '<hp:tc><hp:cellAddr colAddr="{}" rowAddr="{}"/><hp:cellSpan colSpan="1" rowSpan="1"/>'
        '<hp:subList><hp:p><hp:run charPrIDRef="{}"><hp:t>{}</hp:t></hp:run></hp:p></hp:subList>'
        "</hp:tc>"
    )
    rows = [[*HEAD, "전화", "비고"], [*ROW, OLD, "가"], [*OTHER, "", ""]]
    lines = "".join(
        "<hp:tr>"
        + "".join(
            cell.format(c, r, 7 if (is_row and r == 1) or text == OLD else r % 2, text)
            for c, text in enumerate(row)
        )
        + "</hp:tr>"
        for r, row in enumerate(rows)
    )
    return with_parts(hwpx_of(f"<hp:tbl>{lines}</hp:tbl>"), {"Contents/header.xml": header})


def struck_html(*, is_row):
    rows = [[*HEAD, "전화", "비고"], [*ROW, OLD, "가"], [*OTHER, "", ""]]
    lines = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=xl66' if (is_row and r == 1) or text == OLD else ''}>{text}</td>"
            for text in row
        )
        + "</tr>"
        for r, row in enumerate(rows)
    )
    style = "<style><!-- .xl65 {color:red} .xl66\n{text-decoration:line-through;} --></style>"
    return f"<html>{style}<table>{lines}</table></html>".encode()


STRUCK = {"xlsx": struck_xlsx, "ods": struck_ods, "hwpx": struck_hwpx, "html": struck_html}


@pytest.mark.parametrize("kind", STRUCK)
def test_row_that_is_struck_out_is_asked_in_every_kind_of_file(kind):
    planned = plan_of(read_file(STRUCK[kind](is_row=True), "목록"))

    assert kinds(planned) == ["decision", "new"]
    assert "취소선" in planned.rows[0].messages[0]
    assert planned.rows[0].title == NAME


@pytest.mark.parametrize("kind", STRUCK)
def test_cell_that_is_struck_out_does_not_count(kind):
    table = read_file(STRUCK[kind](is_row=False), "목록")

    assert [row.texts["phone"] for row in table.rows] == ["", ""]
    assert [bool(row.doubt) for row in table.rows] == [True, False]


def test_piece_of_a_cell_that_is_struck_out_does_not_count():
    line = '<style:text-properties style:text-line-through-type="single"/>'
    style = f'<style:style xmlns:style="urn:s" style:name="T1">{line}</style:style>'
    phone = f'<text:p><text:span text:style-name="T1">{OLD}</text:span> {NEW}</text:p>'
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ROW)
    head = "".join(
        f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in [*HEAD, "전화"]
    )
    body = (
        f"<table:table-row>{head}</table:table-row>"
        f"<table:table-row>{cells}<table:table-cell>{phone}</table:table-cell></table:table-row>"
    )

    table = read_file(ods_of(f"<a>{style}</a><table:table>{body}</table:table>"), "목록.ods")

    assert (table.rows[0].texts["phone"], bool(table.rows[0].doubt)) == (NEW, True)


def test_header_of_a_document_that_is_broken_is_refused():
    data = hwpx_of("<hp:tbl/>")
    with ZipFile(BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'

    with pytest.raises(Exception, match="hwpx"):
        read_file(archive(parts | {"Contents/header.xml": bomb}), "목록.hwpx")
