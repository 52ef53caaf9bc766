"""Reading spreadsheets: cells as printed, and broken or hostile files."""

import struct
import tracemalloc
from datetime import date, time
from io import BytesIO
from time import monotonic
from zipfile import ZIP_LZMA, ZipFile

import pytest
from django.utils.dateparse import parse_datetime
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from centers.importer.read import ReadError, read_file
from tests.support.spreadsheets import SHEET, archive, status_list, with_parts, xlsx

HEADINGS = ["지역", "센터명", "주소"]
GOOD = xlsx([HEADINGS, ["서울", "가", "종로구"]])


def read(*args, **kwargs):
    return read_file(xlsx(*args, **kwargs), "목록.xlsx")


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as refused:
        read_file(data, "목록.xlsx")
    return str(refused.value)


def part(data: bytes, name: str) -> str:
    return ZipFile(BytesIO(data)).read(name).decode()


def sheet(rows: str, rest: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{rest}</worksheet>'


def test_numbers_and_days_are_text_as_it_would_be_printed():
    table = read(
        [
            ["지역", "센터명", "집적지 규모", "전화", "지정연도", "업종"],
            ["서울", "가", 70.0, 421234567, date(2015, 3, 1), 0.5],
            ["서울", True, 1e20, None, parse_datetime("2015-03-01T09:00"), time(9)],
        ]
    )

    assert list(table.rows[0].texts.values()) == [
        "가",
        "서울",
        "0.5",
        "70",
        "421234567",
        "2015-03-01",
    ]
    assert table.rows[1].texts["name"] == "TRUE"
    assert table.rows[1].texts["designated_year"] == "2015-03-01 09:00:00"


def test_whole_number_has_no_decimals():
    """Excel writes 70; others write 70.0."""
    data = xlsx([["지역", "센터명", "집적지 규모"], ["서울", "가", 70]])
    data = with_parts(data, {SHEET: part(data, SHEET).replace("<v>70</v>", "<v>70.0</v>")})

    assert read_file(data, "목록.xlsx").rows[0].texts["cluster_size"] == "70"


def test_text_may_be_shared_and_escaped():
    """As Excel writes it; openpyxl writes text into the cells."""
    with_types = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.{}"/></Types>'
    )
    kind = "openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = part(GOOD, "[Content_Types].xml").replace("</Types>", with_types.format(kind))
    strings = (
        "<si><t>지역</t></si><si><t>센터명</t></si><si><r><t>가_x000D_</t></r><r><t>나</t></r></si>"
    )
    cell = '<c r="{}" t="s"><v>{}</v></c>'.format
    rows = f'<row r="1">{cell("A1", 0)}{cell("B1", 1)}</row>'
    rows += f'<row r="3">{cell("A3", 2)}{cell("B3", 2)}</row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = with_parts(
        GOOD,
        {
            "[Content_Types].xml": types,
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
            SHEET: sheet(rows),
        },
    )

    [row] = read_file(data, "목록.xlsx").rows
    assert row.texts == {"name": "가 나", "region": "가 나"}
    assert row.line == 3


def test_merged_cell_is_in_each_of_its_rows_in_any_column():
    table = read(
        [
            ["현황"],
            [],
            ["센터명", "지역", "운영기관"],
            ["가", "대전(2)", "나"],
            ["다"],
            ["라", "서울"],
        ],
        merge=["A1:C1", "B4:B5", "C4:C5"],
    )

    assert [list(row.texts.values()) for row in table.rows] == [
        ["가", "대전(2)", "나"],
        ["다", "대전(2)", "나"],
        ["라", "서울", ""],
    ]
    assert table.notes == ["병합된 칸 2개에 첫 칸의 글을 넣었습니다."]
    assert table.warnings == []
    assert [row.line for row in table.rows] == [4, 5, 6]


def test_headings_merged_over_two_rows_are_read_once():
    table = read([HEADINGS, [], ["서울", "가", "나"]], merge=["A1:A2", "B1:B2", "C1:C2"])

    assert [row.line for row in table.rows] == [3]


def test_first_sheet_with_headings_is_read_others_are_named():
    table = read_file(
        xlsx([["표지"]], 목록=[HEADINGS, ["서울", "가", "나"]], 지난해=[HEADINGS, ["부산"]], 빈=[]),
        "a",
    )

    assert [row.texts["region"] for row in table.rows] == ["서울"]
    assert table.warnings == ["읽지 않은 시트가 있습니다: ‘Sheet’."]
    assert "‘지난해’에도 같은 제목의 행이 1개" in table.problems[0]


def test_hidden_sheet_is_not_read_but_named():
    data = xlsx([HEADINGS, ["서울", "가", "나"]], 보임=[HEADINGS, ["부산", "다", "라"]])
    hidden = 'name="Sheet" sheetId="1" state="hidden"'
    book = part(data, "xl/workbook.xml").replace('name="Sheet" sheetId="1" state="visible"', hidden)
    assert hidden in book

    table = read_file(with_parts(data, {"xl/workbook.xml": book}), "목록.xlsx")

    assert [row.texts["region"] for row in table.rows] == ["부산"]
    assert table.warnings == ["읽지 않은 시트가 있습니다: ‘Sheet’."]


def test_what_openpyxl_would_not_write_again_is_no_matter():
    extension = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    data = with_parts(GOOD, {SHEET: part(GOOD, SHEET).replace("</worksheet>", extension)})

    assert read_file(data, "목록.xlsx") == read_file(GOOD, "목록.xlsx")


def test_sheet_rows_may_be_short_and_extra_cells_are_named():
    table = read([HEADINGS, ["서울", "가"], ["부산", "나", "", "", "메모"]])

    assert table.rows[0].texts["address"] == ""
    assert "5열(제목 없음)" in table.warnings[0]


@pytest.mark.parametrize("formula", ["=A2", ArrayFormula("B2:B3", "=A2:A3")])
def test_formula_costs_its_cell(formula):
    [row] = read([["현황"], HEADINGS, ["서울", formula, "나"]]).rows

    assert (row.texts["name"], list(row.broken)) == ("", ["name"])


def test_formula_that_only_counts_is_passed_over():
    assert read([["연번", *HEADINGS], ["=ROW()-1", "서울", "가", "나"]]).rows


def test_dimension_that_a_file_states_is_not_believed():
    data = with_parts(GOOD, {SHEET: part(GOOD, SHEET).replace('ref="A1:C2"', 'ref="A1:A1"')})

    assert 'ref="A1:A1"' in part(data, SHEET)
    assert read_file(data, "a") == read_file(GOOD, "a")


def test_value_far_away_does_not_hold_up_the_rest():
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = with_parts(GOOD, {SHEET: part(GOOD, SHEET).replace("</sheetData>", far)})

    assert read_file(data, "a").rows == read_file(GOOD, "a").rows


# --- bad files -------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_truncated_file_is_called_broken(kept):
    assert "잘렸습니다" in refusal(GOOD[: int(len(GOOD) * kept)])


def test_archive_with_the_name_of_a_spreadsheet_is_called_so():
    assert "ZIP 압축 파일" in refusal(archive({"목록.csv": "지역,센터명"}))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("word/document.xml", ".docx"),
        ("xl/workbook.bin", ".xlsb"),
        ("Index/Document.iwa", ".numbers"),
    ],
)
def test_document_in_an_archive_is_named(name, said):
    assert said in refusal(archive({name: "", "xl/a": ""}))


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: "<worksheet"},
        {SHEET: b"\0\xff"},
        {SHEET: sheet('<row r="x"/>')},
        {SHEET: sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="!!"><v>1</v></c></row>')},
        {"[Content_Types].xml": ""},
        {"xl/styles.xml": "<a>"},
        {SHEET: '<!DOCTYPE a [<!ENTITY b "c">]>' + sheet("&b;")},
    ],
)
def test_broken_part_is_called_broken(parts):
    assert "깨졌거나" in refusal(with_parts(GOOD, parts))


def test_fifty_thousand_rows_are_refused():
    assert "2,000행" in refusal(xlsx([HEADINGS, *[["서울", "가"]] * 2001]))
    assert "2,000행" in refusal(xlsx([HEADINGS, *[["서울", "가"]] * 50_000]))
    assert len(read([HEADINGS, *[["서울", "가"]] * 2000]).rows) == 2000


def test_too_many_columns_are_refused():
    assert "60열까지" in refusal(xlsx([[*HEADINGS, *["가"] * 58], ["서울", "가"]]))


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: b" " * 200_000_000},
        {SHEET: b" " * 5_000_000},
        {SHEET: sheet("".join(f'<row r="{n * 7919 % 99_991}"/>' for n in range(250_000)))},
        {f"xl/{number}.xml": "" for number in range(1_001)},
        {f"xl/{number}.bin": b" " * 1_000_000 for number in range(40)},
    ],
    ids=["bytes", "ratio", "elements", "parts", "sum"],
)
def test_bomb_is_refused_at_once(parts):
    data = with_parts(GOOD, parts)
    assert len(data) < 2 * 1024 * 1024

    tracemalloc.start()
    start = monotonic()
    message = refusal(data)
    took, (_, peak) = monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "풀었을 때 너무 큽니다" in message
    assert took < 5
    assert peak < 50 * 1024 * 1024


def test_packing_that_has_no_limit_is_refused():
    with ZipFile(BytesIO(GOOD)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}

    assert "깨졌거나" in refusal(archive(parts, ZIP_LZMA))


def test_bomb_whose_directory_lies_is_refused():
    size = 100_000_000
    data = with_parts(GOOD, {SHEET: b" " * size})
    data = data.replace(struct.pack("<L", size), struct.pack("<L", 500_000))

    tracemalloc.start()
    message = refusal(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "깨졌거나" in message
    assert peak < 50 * 1024 * 1024


OFFICIAL = xlsx(status_list()[:5])
# Positions by share, as the dates in a workbook make it longer or shorter from day to day.
changes = st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(0, 255)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=100)
@given(changes)
def test_spreadsheet_with_a_few_bytes_changed_is_read_or_refused(changes):
    book = bytearray(OFFICIAL)
    for share, byte in changes:
        book[int(len(book) * share)] = byte
    try:
        read_file(bytes(book), "목록.xlsx")
    except ReadError as error:
        assert str(error)


CELLS = ["1e999", "-1", "99999999999999999999", "가", "&#0;", "<v/>", "=", "", "1.5", "2958466"]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.builds(
            '<c r="{}" t="{}" s="{}"><v>{}</v></c>'.format,
            st.sampled_from(["A2", "B2", "C9", "A0", "ZZZ1", "2", ""]),
            st.sampled_from(["n", "s", "b", "d", "e", "str", "inlineStr", "x"]),
            st.sampled_from(["0", "1", "99", "-1", "a"]),
            st.sampled_from(CELLS),
        )
    )
)
def test_spreadsheet_with_strange_cells_is_read_or_refused(cells):
    rows = part(GOOD, SHEET).replace("</sheetData>", f"<row>{''.join(cells)}</row></sheetData>")
    try:
        read_file(with_parts(GOOD, {SHEET: rows}), "목록.xlsx")
    except ReadError as error:
        assert str(error)
