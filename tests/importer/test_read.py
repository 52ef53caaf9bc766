"""Reading lists from text: recognised columns, warnings and errors."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from centers.importer.headings import COLUMN_LABELS
from centers.importer.read import (
    PrintedList,
    ReadError,
    read_file,
    read_pasted_text,
)
from tests.support.spreadsheets import STATUS_LIST, status_list, xlsx

ANNOUNCEMENT_2024 = [
    ["지역", "운영기관", "업종", "집적지 소공인 규모"],
    ["강원 영월", "(재)영월산업진흥원", "식품제조업", "70개사"],
    ["경북 영주", "(재)환동해산업연구원", "식품제조업", "181개사"],
    ["광주 동구", "조선대학교산학협력단", "기타제품제조업(주얼리)", "90개사"],
    ["대전 대덕구", "(재)대덕경제재단", "금속가공제조업", "282개사"],
    ["부산 금정구", "부산경남봉제산업협동조합", "의복, 의복액서서리 제조업", "252개사"],
]


def read(*rows: str, name: str = "목록.csv") -> PrintedList:
    """Read a comma-separated file of these rows."""
    return read_file("\n".join(rows).encode(), name)


def refusal(data: bytes | str, name: str = "목록.csv") -> str:
    with pytest.raises(ReadError) as refused:
        read_file(data.encode() if isinstance(data, str) else data, name)
    return str(refused.value)


def column(table: PrintedList, name: str) -> list[str]:
    return [row.texts[name] for row in table.rows]


# --- the real lists --------------------------------------------------------------------------


def test_official_list_is_read_as_printed():
    table = read_file(STATUS_LIST.read_bytes(), "status_list_2026.csv")

    assert table.headings == {
        "name": "센터명",
        "region": "지역",
        "operator": "주관기관명",
        "address": "주소",
    }
    assert [row.number for row in table.rows] == list(range(1, 41))
    last = table.rows[-1]
    assert last.line == 41
    assert last.texts == {
        "name": "강원 원주 기타기계장비 소공인특화지원센터",
        "region": "강원(1)",
        "operator": "(사)강원도시형소공인연합회",
        "address": "강원도 원주시 우산로 278, 가동 203호",
    }
    # Outer space goes, as in 1층 with a space behind it; a double space inside is as printed.
    assert column(table, "address")[20].endswith("61-3, 1층")
    assert "(B24-2)  3층" in column(table, "address")[30]


def test_wrong_counts_in_labels_of_official_list_are_reported():
    table = read_file(STATUS_LIST.read_bytes(), "status_list_2026.csv")

    assert table.warnings == [
        "지역 표시에는 충남 2곳이라 적혀 있으나 1행만 있습니다."
        " 표시를 더하면 41곳, 행은 40개입니다."
    ]
    assert column(table, "region")[38] == "충남(2)"


@pytest.mark.parametrize(
    "as_file",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp949"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda _: "\n".join("\t".join(row) for row in status_list()).encode(),
        lambda _: "\n".join(";".join(row) for row in status_list()).encode("cp949"),
        lambda _: xlsx(status_list()),
    ],
    ids=["bom", "cp949", "utf-16", "crlf", "cr", "tabs", "semicolons", "xlsx"],
)
def test_official_list_is_the_same_in_every_kind_of_file(as_file):
    original = read_file(STATUS_LIST.read_bytes(), "a.csv")
    # The name misleads on purpose.
    table = read_file(as_file(STATUS_LIST.read_text(encoding="utf-8")), "a.dat")

    assert table == original


@pytest.mark.parametrize(
    "pasted",
    [
        "\n".join("\t".join(row) for row in ANNOUNCEMENT_2024),
        "\r\n".join("\t".join(row) for row in ANNOUNCEMENT_2024) + "\r\n",
        "\n".join("   ".join(row) for row in ANNOUNCEMENT_2024),
        "\n".join(";".join(row) for row in ANNOUNCEMENT_2024),
        "\n".join(",".join(f'"{cell}"' for cell in row) for row in ANNOUNCEMENT_2024),
        "\n".join(
            f"| {' | '.join(row)} |"
            for row in [ANNOUNCEMENT_2024[0], ["---"] * 4, *ANNOUNCEMENT_2024[1:]]
        ),
        "<div><table class='t'><thead><tr>"
        + "\n<tr>".join("".join(f"<td><p>{c}</p></td>" for c in row) for row in ANNOUNCEMENT_2024)
        + "</table>",
    ],
    ids=["tabs", "crlf", "gaps", "semicolons", "quoted", "pipes", "page"],
)
def test_table_of_2024_can_be_pasted(pasted):
    table = read_pasted_text(pasted)

    names = ["region", "operator", "industry", "cluster_size"]
    assert [[row.texts[name] for name in names] for row in table.rows] == ANNOUNCEMENT_2024[1:]
    assert table.warnings == []


# --- headings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        *((label, name) for name, label in COLUMN_LABELS.items()),
        ("시·도", "region"),
        ("시 도", "region"),
        ("시도명", "region"),
        ("시군구", "region"),
        ("소재지", "region"),
        ("센터 이름", "name"),
        ("소공인특화지원센터명", "name"),
        ("주관기관", "operator"),
        ("주관기관명", "operator"),
        ("수행기관", "operator"),
        ("지원업종", "industry"),
        ("집적지 소공인 규모(개사)", "cluster_size"),
        ("집적지\n소공인 수 (단위: 개사)", "cluster_size"),
        ("집적지 규모", "cluster_size"),
        ("소재지도로명주소", "address"),
        ("소재지(도로명주소)", "address"),
        ("지번주소", "address"),
        ("대표전화", "phone"),
        ("연락처", "phone"),
        ("지정년도", "designated_year"),
        ("선정 연도", "designated_year"),
        ("홈페이지주소", "website"),
        ("URL", "website"),
    ],
)
def test_heading_is_recognised_by_its_meaning(heading, name):
    needed = {"region": "서울", "address": "서울 종로구", "name": "가", "operator": "나"}
    others = {key: text for key, text in needed.items() if key != name}
    if name == "address" or heading == "소재지":
        others.pop("region", None)
        others.pop("address", None)

    rows = [[*(COLUMN_LABELS[key] for key in others), heading], [*others.values(), "다"]]
    table = read_file(xlsx(rows), "목록.xlsx")

    assert table.rows[0].texts[name] == "다"
    assert table.warnings == []


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("phone", "TEL;센터 전화;사무실 전화번호;연락처(전화);전화번호(대표);대표번호;Tel."),
        ("address", "센터 소재지;사업장 소재지;센터위치(도로명);사무실 주소;소재지 주소"),
        ("cluster_size", "업체 수;소공인(개);규모;규모(개사);소공인 업체수;집적지 내 소공인 수*"),
        ("operator", "위탁기관;수탁기관;수행기관명;전담기관;선정기관;운영 주체;운영기관(법인명)"),
        ("industry", "지정업종;집적업종;분야;특화분야;업종(대분류)"),
        ("region", "광역;광역시·도;시·도별;관할지역;권역;지역(시·도);시·군·구"),
        ("website", "홈페이지 URL;센터 누리집;홈페이지(주소)"),
        ("designated_year", "지정일자;지정 연월;선정년도(최초);지정연도¹"),
    ],
)
def test_heading_is_recognised_by_its_parts(name, headings):
    for heading in headings.split(";"):
        given = {"region": "서울", "address": "서울 종로구 1", "name": "가", "operator": "나"}
        given = {key: text for key, text in given.items() if key != name} | {name: "다"}
        heads = [heading if key == name else COLUMN_LABELS[key] for key in given]
        table = read_file(xlsx([heads, list(given.values())]), "목록.xlsx")

        assert (heading, table.rows[0].texts[name]) == (heading, "다")
        assert table.warnings == []


@pytest.mark.parametrize(
    "heading",
    (
        "담당자 연락처;운영기관 전화번호;주관기관 소재지;집적지 위치;"
        "지원규모(백만원);종사자 수;팩스;개소일"
    ).split(";"),
)
def test_heading_of_something_else_is_left_out(heading):
    table = read(f"지역,센터명,{heading}", "서울,가,다")

    assert table.headings == {"name": "센터명", "region": "지역"}
    assert f"‘{heading}’" in table.warnings[0]


def test_headings_in_two_rows_are_joined():
    table = read(
        "연번,소재지,,센터,,집적지,,담당자,",
        ",시도,시군구,명칭,운영기관,업종,소공인 수,성명,연락처",
        ",,,,,,(개사),,",
        "1,부산광역시,금정구,가,나,인쇄,120,다,051-123-4567",
    )

    [row] = table.rows
    assert (row.texts, row.line) == (
        {
            "region": "부산광역시 금정구",
            "name": "가",
            "operator": "나",
            "industry": "인쇄",
            "cluster_size": "120",
        },
        4,
    )
    assert table.warnings == ["뜻을 알 수 없어 뺀 열이 있습니다: ‘담당자 성명’, ‘담당자 연락처’."]


def test_street_address_and_its_detail_are_joined():
    table = read("센터명,도로명주소,상세주소,지번주소", "가,서동로 1,3층 301호,서동 1-1")

    assert column(table, "address") == ["서동로 1 3층 301호"]


def test_cell_like_the_one_above_is_filled_in():
    table = read(
        "지역,센터명,운영기관,주소", "부산,가,나,서동로 1", "부산,다,상동,〃", "부산,라,좌동,"
    )

    assert column(table, "operator") == ["나", "나", "나"]
    assert column(table, "address") == ["서동로 1", "서동로 1", ""]
    assert table.notes == ["‘상동’처럼 적힌 칸 3개에 위 칸의 글을 넣었습니다."]


def test_totals_are_compared_with_the_rows():
    rows = ["지역,센터명,소공인 수", "부산,가,10", "부산,나,20"]

    right = read(*rows, "부산 소계,2개소,30", "합계,2,30").warnings
    wrong = read(*rows, "합계,5개소,30").warnings

    assert [warning.count("적힌 수") for warning in right] == [0, 0]
    assert wrong == [
        "4행 ‘합계’는 목록의 행이 아니라고 보아 뺐습니다. 적힌 수는 5곳인데 목록은 2행입니다."
    ]


@pytest.mark.parametrize(
    "remark",
    (
        "총 1개 센터;(단위: 개소);- 이하 여백 -;끝.;1) 재지정 센터;"
        "※ 자료: 공단;□ 부산 센터;비고: 없음"
    ).split(";"),
)
def test_remarks_below_the_list_are_left_out(remark):
    table = read("지역,센터명,주소", "부산,가,나", f"{remark},,")

    assert column(table, "name") == ["가"]
    assert "뺐습니다" in table.warnings[0]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (["지역,센터명,비고", "부산,가,’26.6 폐쇄"], "’26.6 폐쇄"),
        (["지역,센터명,구분", "부산,가,운영 종료"], "운영 종료"),
        (["지역,센터명,폐업일", "부산,가,2026.6.30."], "폐업일 2026.6.30."),
        (["지역,센터명,상태,비고", "부산,가,운영,6월 폐업 예정"], "운영 / 6월 폐업 예정"),
        (["지역,센터명,주소", "□ 지정 취소 센터,,", "부산,가,나"], "□ 지정 취소 센터"),
        (["지역,센터명,폐업여부", "부산,가,N"], ""),
        (["지역,센터명,비고", "부산,가,재지정"], ""),
    ],
)
def test_closing_is_found_wherever_it_is_said(rows, status):
    assert read(*rows).rows[0].recorded.get("status", "") == status


def test_columns_may_stand_in_any_order():
    table = read("주소,센터명,지역", "서울 종로구,가,서울")

    assert table.rows[0].texts == {"address": "서울 종로구", "name": "가", "region": "서울"}


def test_place_that_holds_street_numbers_is_an_address():
    table = read("지역,센터명,소재지", "서울(1),가,종로구 돈화문로 72")

    assert table.headings["address"] == "소재지"
    assert table.headings["region"] == "지역"


def test_region_in_two_columns_is_joined():
    table = read("시도명,시군구명,센터명", "강원,영월군,가", "경북,경북 영주시,나", "전북,,다")

    assert column(table, "region") == ["강원 영월군", "경북 영주시", "전북"]
    assert table.headings["region"] == "시도명 시군구명"


def test_unknown_heading_is_named_and_numbering_is_not():
    table = read("연번,지역,센터명,팩스,비고", "1,서울,가,02-1,없음")

    assert table.warnings == ["뜻을 알 수 없어 뺀 열이 있습니다: ‘팩스’, ‘비고’."]
    assert table.rows[0].texts == {"region": "서울", "name": "가"}


def test_column_without_a_heading_is_named_if_it_says_something():
    assert read(",지역,센터명", "1,서울,가").warnings == []
    assert "1열(제목 없음)" in read(",지역,센터명", "폐업,서울,가").warnings[0]


def test_second_address_gives_way_and_is_named():
    table = read("센터명,지번주소,도로명주소", "가,정동 31-63,선화로 214")

    assert table.rows[0].texts["address"] == "선화로 214"
    assert table.warnings == ["같은 뜻의 더 맞는 열이 있어 쓰지 않은 열: ‘지번주소’."]


def test_better_of_two_headings_of_one_meaning_counts():
    table = read("지역,센터명,주관기관,운영기관", "서울,가,나,다")

    assert column(table, "operator") == ["다"]
    assert table.warnings == ["같은 뜻의 더 맞는 열이 있어 쓰지 않은 열: ‘주관기관’."]


def test_two_headings_that_are_alike_are_asked_about():
    [problem] = read("지역,센터명,전화번호,연락처", "서울,가,1,2").problems

    assert "3열 ‘전화번호’와 4열 ‘연락처’는 같은 뜻" in problem


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        ("센터명,업종", "‘지역’ 또는 ‘주소’"),
        ("지역,업종", "‘운영기관’ 또는 ‘센터명’"),
        ("전화,업종", "‘운영기관’ 또는 ‘센터명’"),
    ],
)
def test_missing_required_heading_is_named_with_those_found(headings, missing):
    message = refusal(f"{headings}\n가,나")

    assert missing in message
    assert "‘업종’" in message


def test_titles_above_the_headings_are_passed_over():
    table = read(
        "전국 소공인 특화지원센터 현황,,",
        "업종,,",
        ",,",
        '"(단위: 개사)",,',
        "지역,센터명,주소",
        "서울,가,종로구",
    )

    assert len(table.rows) == 1
    assert table.rows[0].line == 6
    assert table.rows[0].number == 1


def test_text_without_headings_is_refused_with_what_stands_there():
    assert "첫 행은 ‘서울’, ‘가’입니다" in refusal("서울,가\n부산,나")


def test_headings_without_rows_are_refused():
    assert "행이 없습니다" in refusal("지역,센터명\n,\n")


# --- rows ------------------------------------------------------------------------------------


def test_line_is_counted_over_cells_of_several_lines():
    table = read("지역,센터명", '서울,"가\n나\n다"', "부산,라")

    assert [row.line for row in table.rows] == [2, 5]


def test_blank_rows_are_passed_over_in_silence():
    table = read("연번,지역,센터명", "", "1,서울,가", ",,", "2,,", "3,부산,나")

    assert [(row.number, row.line) for row in table.rows] == [(1, 3), (2, 6)]
    assert table.warnings == []


def test_sum_and_remark_are_left_out_and_said():
    table = read("지역,센터명,주소", "서울,가,종로구", "합 계,1,", "※ 2026년 7월 기준")

    assert column(table, "name") == ["가"]
    assert [warning[:2] for warning in table.warnings] == ["3행", "4행"]


def test_headings_repeated_on_each_page_are_passed_over():
    table = read("지역,센터명", "서울,가", "지역,센터명", "부산,나")

    assert column(table, "name") == ["가", "나"]
    assert table.warnings == []


def test_dash_is_an_empty_cell():
    assert read("지역,센터명,주소", "서울,가,-").rows[0].texts["address"] == ""


def test_region_in_front_goes_on_in_empty_cells():
    table = read("연번,지역,센터명", "1,대전(2),가", "2,,나", "3,서울(1),다")

    assert column(table, "region") == ["대전(2)", "대전(2)", "서울(1)"]
    assert table.notes == ["지역이 빈 1개 행에 위 행의 지역을 넣었습니다."]
    assert table.warnings == []


def test_no_other_empty_cell_is_filled():
    table = read("센터명,지역,운영기관", "가,대전,나", "다,,")

    assert table.rows[1].texts == {"name": "다", "region": "", "operator": ""}


def test_no_other_first_column_is_filled():
    table = read("운영기관,지역,센터명", "가,대전,나", ",서울,다")

    assert column(table, "operator") == ["가", ""]


def test_labels_that_count_too_few_and_too_many_are_both_named():
    table = read("지역,센터명", "서울(1),가", "서울(1),나", "부산(3),다", "대구(1),라")

    assert table.warnings == [
        "지역 표시에는 서울 1곳이라 적혀 있으나 2행이, 부산 3곳이라 적혀 있으나 1행만 있습니다."
        " 표시를 더하면 5곳, 행은 4개입니다."
    ]


def test_cells_are_cleaned_and_nothing_else():
    table = read_pasted_text(
        "지역\t센터명\t운영기관\n 서\u200b울 \t\x07가 \u3000  나\t<b>다</b>\ud800"
    )

    assert table.rows[0].texts == {"region": "서울", "name": "가    나", "operator": "<b>다</b>"}


def test_cells_become_one_line_of_nfc():
    table = read("지역,센터명", '서울,"\u1100\u1161\n나"')

    assert column(table, "name") == ["가 나"]


def test_digest_is_of_what_is_stated():
    digest = read("지역,센터명", "서울,가").digest

    assert read("연번,센터명,지역,주소", "", "1,가,서울,").digest == digest
    assert read("지역,센터명", "서울,나").digest != digest
    assert read("지역,운영기관", "서울,가").digest != digest


# --- what is refused -------------------------------------------------------------------------


def test_row_whose_cells_slipped_is_refused_by_its_line():
    assert "3행은 4칸인데 제목은 3칸" in refusal("지역,센터명,주소\n서울,가,나\n서울,가,길 1, 2층")


def test_row_that_ends_early_is_filled_up_and_said():
    table = read("지역,센터명,주소,전화", "서울,가,나", "서울,다", "서울,라,마,바")

    assert column(table, "phone") == ["", "", "바"]
    assert table.notes == ["2행, 3행은 끝의 빈칸이 빠져 있어 채웠습니다."]


def test_row_of_wide_gaps_that_is_short_is_refused():
    message = refusal("지역  센터명  주소\n서울  가\n서울  가  나")

    assert "2행은 2칸인데 제목은 3칸" in message
    assert "엑셀에 붙여 넣은 뒤" in message


@pytest.mark.parametrize("cell", ['"가', '"가" 나', '"가""'])
def test_quotes_that_do_not_match_are_refused_by_line(cell):
    assert refusal(f"지역,센터명,주소\n서울,나,다\n서울,{cell},다").startswith("3행부터 따옴표")


def test_formula_costs_its_cell_except_in_an_ignored_column():
    [row] = read("지역,센터명,운영기관", "서울,=A1,가").rows

    assert (row.texts["name"], "수식" in row.broken["name"]) == ("", True)
    assert read("연번,지역,센터명", "=ROW(),서울,가").rows


def test_error_of_a_spreadsheet_costs_its_cell():
    [row] = read("지역,센터명,운영기관", "서울,#REF!,가").rows

    assert (row.texts["name"], "엑셀 오류 값(#REF!)" in row.broken["name"]) == ("", True)


def test_cell_that_is_too_long_is_refused_by_row_and_column():
    assert read("지역,센터명", "서울," + "가" * 2000)
    assert refusal("지역,센터명\n서울," + "가" * 2001).startswith("2행 ‘센터명’ 열")
    assert refusal("지역,센터명\n서울," + "가" * 200_000).startswith("2행")


def test_too_many_rows_are_refused():
    assert len(read("지역,센터명", *["서울,가"] * 2000).rows) == 2000
    assert "2,000행까지" in refusal("지역,센터명\n" + "서울,가\n" * 2001)
    assert "2,000행까지" in refusal("지역,센터명\n" + "서울,가\n" * 50_000)


def test_too_many_columns_are_refused():
    assert read("지역,센터명" + ",가" * 58, "서울,가" + ",나" * 58).rows
    assert "60열까지" in refusal("지역,센터명" + ",가" * 59 + "\n서울,가" + ",나" * 59)


def test_file_that_is_too_large_is_refused():
    assert "5 MB까지" in refusal(b"a," * 30_000_000)


@pytest.mark.parametrize("data", [b"", b" \r\n\t"])
def test_empty_file_is_refused(data):
    assert refusal(data) == "빈 파일입니다."


def test_cp949_has_more_syllables_than_its_ancestor():
    assert read_file("지역,센터명\n서울,똠방".encode("cp949"), "a").rows[0].texts["name"] == "똠방"


def test_unknown_encoding_is_refused_by_line():
    text = "지역,센터명\n서울,가\n".encode() + b"\xff\xfe\xff,\x80"

    assert refusal(text).startswith("3행에 글자로 읽을 수 없는")


def test_nul_is_refused_in_a_file_and_dropped_from_a_paste():
    assert refusal("지역,센터명\n서울,가\0").startswith("2행에 글자로 읽을 수 없는")
    assert column(read_pasted_text("지역\t센터명\n서울\t가\0"), "name") == ["가"]


def test_file_with_only_the_name_of_a_spreadsheet_is_broken():
    assert "깨졌거나" in refusal(b"\x80\xff" * 50, "목록.xlsx")


CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"HWP Document File V3.00", ".hwp"),
        (CONTAINER + "HwpSummaryInformation".encode("utf-16-le"), ".hwp"),
        (CONTAINER + "Workbook".encode("utf-16-le"), ".xls"),
        (CONTAINER + "EncryptedPackage".encode("utf-16-le"), "암호"),
        (CONTAINER, ".xls"),
    ],
)
def test_documents_of_other_kinds_are_named(data, said):
    assert said in refusal(data, "목록.xlsx")


# --- pages -----------------------------------------------------------------------------------


def test_cells_of_a_page_over_several_rows_and_columns():
    table = read_pasted_text(
        """<!-- <table> --><table><caption>현황</caption>
        <tr><th>지역</th><th>센터명</th><th colspan="2">주소</th></tr>
        <tr><td rowspan=2>대전</td><td>가&amp;나<br>다</td><td>동구</td><td></td></tr>
        <tr><td>라</td><td>서구</td><td></td></tr>
        <!-- <tr><td>숨김</td><td>바</td><td>북구</td><td></td></tr> -->
        <tr><td>서울</td><td>마</td><td colspan=2>중구</td></tr></table>"""
    )

    assert [list(row.texts.values()) for row in table.rows] == [
        ["가&나 다", "대전", "동구"],
        ["라", "대전", "서구"],
        ["마", "서울", "중구"],
    ]
    assert [row.line for row in table.rows] == [2, 3, 4]


def test_page_with_the_name_of_a_spreadsheet_is_read():
    page = "<html><meta charset='euc-kr'><table><tr><td>메뉴</table><table><tr><th>지역<th>센터명"
    page += "<tr><td>서울<td>가</table>"

    assert column(read_file(page.encode("cp949"), "목록.xls"), "name") == ["가"]


def test_tags_in_a_cell_of_other_text_stay():
    assert read("지역,센터명", "서울,<table><tr><td>").rows[0].texts["name"] == "<table><tr><td>"


# --- whatever comes --------------------------------------------------------------------------

HEADINGS = "지역,센터명,주소\n"
PIECES = [*',;|\t\n\r"=<>-&#\0\ufeff\ud800', "  ", "가", "(3)", "<table>", "<tr>", "<td>", "<!--"]
anything = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES)).map("".join),
    st.lists(st.sampled_from(PIECES)).map(lambda pieces: HEADINGS + "".join(pieces)),
    st.lists(st.sampled_from(PIECES)).map(
        lambda pieces: "<table><tr><td>지역<td>센터명<tr>" + "".join(pieces)
    ),
)


def holds(table: PrintedList) -> bool:
    return all(set(row.texts) == set(table.headings) for row in table.rows) and bool(table.rows)


@settings(deadline=None, max_examples=400)
@given(anything)
def test_any_text_is_read_or_refused(text):
    try:
        assert holds(read_pasted_text(text))
    except ReadError as error:
        assert str(error)


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(
        st.binary(),
        st.binary().map(lambda data: b"PK\3\4" + data),
        st.binary().map(lambda data: CONTAINER[:8] + data),
        st.binary().map(lambda data: b"\xff\xfe" + data),
        anything.map(lambda text: text.encode("utf-8", "surrogatepass")),
    )
)
@example(b"PK\5\6" + b"\0" * 18)
def test_any_bytes_are_read_or_refused(data):
    try:
        assert holds(read_file(data, "목록.xlsx"))
    except ReadError as error:
        assert str(error)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_file_of_millions_of_blank_lines_is_refused_at_once(end):
    blank = f"지역,업종,운영기관{end}".encode() + end.encode() * 300_000

    with pytest.raises(ReadError, match="줄이 너무 많습니다"):
        read_file(blank, "a.csv")
