"""One list in every kind of file, several sheets, hidden rows, and hostile documents."""

import re
import tracemalloc
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from resource import RUSAGE_CHILDREN, getrusage
from time import monotonic
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from centers.importer.planner import Planner
from centers.importer.read import ReadError, read_file, read_pasted_text
from tests.support.lists import details
from tests.support.old_workbooks import biff, cell, ole, sheet, xls
from tests.support.spreadsheets import SHEET, archive, hwpx, hwpx_of, ods, ods_of, with_parts, xlsx

HEADINGS = ["지역", "센터명", "운영기관", "소공인 수", "주소", "상태"]
ROWS = [
    HEADINGS,
    [
        "부산",
        "부산 서동 비누 소공인특화지원센터",
        "(재)가",
        "약 120개",
        "부산광역시 금정구 서동로 1",
        "운영",
    ],
    [
        "대전",
        "대전 정동 인쇄 소공인특화지원센터",
        "나조합",
        "80",
        "대전광역시 동구 창조1길 2",
        "폐쇄",
    ],
]
PAGE = (
    "<table>"
    + "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    + "</table>"
)
TABS = "\n".join("\t".join(row) for row in ROWS)
LINES = "\n".join(cell for row in ROWS for cell in row)
READERS = {
    "xlsx": lambda: read_file(xlsx(ROWS), "목록.xlsx"),
    "strict": lambda: read_file(make_strict(xlsx(ROWS)), "목록.xlsx"),
    "xls": lambda: read_file(xls(ROWS), "목록.xls"),
    "ods": lambda: read_file(ods(ROWS), "목록.ods"),
    "hwpx": lambda: read_file(hwpx(ROWS), "목록.hwpx"),
    "html as xls": lambda: read_file(f"<html>{PAGE}</html>".encode(), "목록.xls"),
    "tsv": lambda: read_file(TABS.encode(), "목록.tsv"),
    "paste": lambda: read_pasted_text(TABS),
    "paste of html": lambda: read_pasted_text(PAGE),
    "paste, one cell a line": lambda: read_pasted_text(LINES),
}


def make_strict(data: bytes) -> bytes:
    """The workbook with the names of Strict Open XML."""
    with ZipFile(BytesIO(data)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    usual = "http://schemas.openxmlformats.org/"
    for name, text in parts.items():
        text = text.replace(
            usual + "spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        parts[name] = text.replace(
            usual + "officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"
        )
    return archive(parts)


def strip_lines(plan):
    """The plan without the lines of its rows, and notes on how the file was read."""
    rows = [replace(row, line=0) for row in plan.rows]
    return replace(plan, rows=rows, warnings=[])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", READERS)
def test_one_list_gives_one_plan_in_every_kind_of_file(kind):
    table, usual = READERS[kind](), READERS["xlsx"]()

    assert table.digest == usual.digest
    plan = Planner(table, details()).plan()
    assert strip_lines(plan) == strip_lines(Planner(usual, details()).plan())
    assert [row.kind for row in plan.rows] == ["new", "new"]


def test_merged_cells_of_ods_and_hwpx_are_filled():
    span = '<table:table-cell table:number-rows-spanned="2"><text:p>{}</text:p></table:table-cell>'
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    covered = "<table:covered-table-cell/>"
    rows = [cell("지역") + cell("센터명"), span.format("부산") + cell("가"), covered + cell("나")]
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    sheet = ods_of(f'<table:table table:name="a">{lines}</table:table>')
    document = hwpx([["지역", "센터명"], ["부산", "가"], ["", "나"]])
    with ZipFile(BytesIO(document)) as packed:
        section = packed.read("Contents/section0.xml").decode()
    # The last row has one cell, in the second column.
    section = section.replace(
        'colAddr="0" rowAddr="1"/><hp:cellSpan colSpan="1" rowSpan="1"',
        'colAddr="0" rowAddr="1"/><hp:cellSpan colSpan="1" rowSpan="2"',
    )
    first = re.compile(r'<hp:tc><hp:cellAddr colAddr="0" rowAddr="2"/>.*?</hp:tc>')
    document = with_parts(document, {"Contents/section0.xml": first.sub("", section)})

    for data in (sheet, document):
        table = read_file(data, "목록")
        assert [row.texts["region"] for row in table.rows] == ["부산", "부산"]


def test_sheets_of_regions_are_joined():
    table = read_file(
        xlsx([["안내"]], 부산=ROWS[:2], 대전=[HEADINGS, ROWS[2]], 지난해=ROWS), "목록.xlsx"
    )

    assert [row.texts["region"] for row in table.rows] == ["부산", "대전"]
    assert table.warnings == ["읽지 않은 시트가 있습니다: ‘Sheet’."]
    assert [(sheet.title, sheet.count) for sheet in table.table.sheets] == [("지난해", 2)]
    assert "이어 읽었습니다: ‘부산’, ‘대전(4행부터)’" in table.notes[0]


def test_sheet_of_closed_centres_says_so_of_each():
    table = read_file(xlsx([HEADINGS, ROWS[1]], 운영종료=[HEADINGS, ROWS[1][:5]]), "목록.xlsx")

    assert [row.recorded["status"] for row in table.rows] == ["운영", "운영종료"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls", "html"])
def test_hidden_row_is_a_decision(kind):
    if kind == "xlsx":
        book = load_workbook(BytesIO(xlsx(ROWS)))
        book.active.row_dimensions[3].hidden = True
        file = BytesIO()
        book.save(file)
        data = file.getvalue()
    elif kind == "html":
        data = PAGE.replace("<tr><td>대전", "<tr style='display: none'><td>대전").encode()
    else:
        data = {"ods": ods, "xls": xls}[kind](ROWS, hidden=[3])
    table = read_file(data, "목록")

    rows = Planner(table, details()).plan().rows
    assert [row.kind for row in rows] == ["new", "decision"]
    assert "숨기거나 걸러 둔 행" in rows[1].messages[0]
    taken = Planner(table, details(), {"rows": {"2": {"center": "new"}}}).plan()
    assert [row.kind for row in taken.rows] == ["new", "new"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"<?xml version='1.0'?><a xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "2003",
        ),
        (b'[{"a": 1}]', "JSON"),
        (b'{"a": 1}', "JSON"),
        (b"HWP Document File V3.00", "HWPX"),
    ],
)
def test_other_format_is_named_with_what_to_save_as(data, words):
    with pytest.raises(ReadError, match=words) as error:
        read_file(data, "목록.xls")
    assert "저장하거나" in str(error.value)


def test_old_workbook_is_read_as_it_is_displayed():
    rows = [
        ["지역", "센터명", "운영기관", "소공인 수", "지정연도"],
        ["부산", "가 센터", "나", 120.0, 2024],
        ["", "다 센터", "라", 80, "’24년"],
    ]
    data = xls([["현황"], *rows], merged=[(2, 3, 0, 0)], 지난해=rows)

    table = read_file(data, "목록.xls")

    assert [row.texts["region"] for row in table.rows] == ["부산", "부산"]
    assert [row.texts["cluster_size"] for row in table.rows] == ["120", "80"]
    assert "‘지난해’에도" in table.problems[0]
    assert table.warnings == [
        "옛 엑셀 파일(.xls)에서는 취소선 여부를 알 수 없습니다. "
        "그런 행이 있으면 엑셀 통합 문서(.xlsx)로 저장해 올려 주세요."
    ]


FAR = cell(0, 0, "지역") + cell(65535, 255, "가")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ole({"Workbook": biff({"가": sheet(FAR)})}), "너무 큽니다"),
        (ole({"Workbook": biff({f"가{n}": sheet(FAR) for n in range(60)})}), "너무 큽니다"),
        (xls(ROWS)[:600], "깨졌거나|저장하거나"),
        (xls(ROWS)[:512] + b"\xff" * 9000, "깨졌거나|저장하거나"),
        (ole({"Workbook": bytes(range(256)) * 400}), "깨졌거나"),
        (ole({"Book": b""}), "찾지 못했습니다|깨졌거나"),
    ],
    ids="far many cut folder records empty".split(),
)
def test_hostile_old_workbook_is_refused_at_once(data, words):
    start = monotonic()
    with pytest.raises(ReadError, match=words):
        read_file(data, "목록.xls")

    assert monotonic() - start < 10


def test_old_workbook_is_read_in_little_memory():
    """The process that reads a million cells stays below 300 MB, or is ended."""
    rows = b"".join(cell(r, c, 1) for r in range(700) for c in range(256))
    data = ole({"Workbook": biff({f"가{n}": sheet(rows) for n in range(1)})})
    before = getrusage(RUSAGE_CHILDREN).ru_maxrss

    with pytest.raises(ReadError, match="찾지 못했습니다"):
        read_file(data, "목록.xls")

    assert max(getrusage(RUSAGE_CHILDREN).ru_maxrss, before) < 300 * 1024 or before > 300 * 1024


ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(
        f"<!ENTITY {new} '{f'&{old};' * 10}'>"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
WIDE = (
    '<table:table-cell table:number-columns-repeated="9999999">'
    "<text:p>a</text:p></table:table-cell>"
)
#: A cell over the whole list, with a text that does not pack well.
OVERLAP = (
    '<hp:tr><hp:tc><hp:cellAddr colAddr="0" rowAddr="0"/><hp:cellSpan rowSpan="2000" colSpan="60"/>'
    "<hp:subList><hp:p><hp:run><hp:t>{}</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr>"
)
HIGH = '<table:table-row table:number-rows-repeated="9999999">{}</table:table-row>'


@pytest.mark.parametrize(
    "data",
    [
        ods_of("&b;", ENTITY),
        hwpx_of("&b;", ENTITY),
        ods_of("&i;", LAUGHS),
        hwpx_of("&i;", LAUGHS),
        ods_of("<table:table>" + HIGH.format(WIDE) + "</table:table>"),
        ods_of("<table:table>" * 100_000),
        hwpx_of("<hp:tbl><hp:tr><hp:tc>" * 60_000),
        hwpx_of('<hp:tbl><hp:tr><hp:tc><hp:cellSpan rowSpan="99999999" colSpan="99999999"/>'),
        hwpx_of(
            "<hp:tbl>"
            + "".join(OVERLAP.format(sha256(b"%d" % n).hexdigest()) for n in range(22_000))
            + "</hp:tbl>"
        ),
        hwpx_of("<hp:tbl>" + "<hp:tr><hp:tc/></hp:tr>" * 1_000_000 + "</hp:tbl>"),
        b"<style>" * 90_000 + b"{" * 100_000 + b"<table><tr><td class=" + b"a" * 1_000_000,
        b"<style>" + b"a" * 4_000_000 + b"</style><table><tr><td>a</table>",
        b"<style>" + b".a{line-through" * 300_000 + b"</style><table><tr><td>a</table>",
        ods_of("<table:table>" + "<table:table-row/>" * 1_000_000 + "</table:table>"),
        ods(ROWS)[:300],
        hwpx(ROWS)[:300],
        archive({"META-INF/manifest.xml": "", "content.xml": "", "mimetype": "application/x.text"}),
    ],
    ids="xxe-ods xxe-hwpx laughs-ods laughs-hwpx repeated deep deep-hwpx spans overlap many styles "
    "long-style rules many-ods cut "
    "cut-hwpx odt".split(),
)
def test_hostile_document_is_refused_at_once(data):
    tracemalloc.start()
    start = monotonic()
    with pytest.raises(ReadError):
        read_file(data, "목록")
    took, (_, peak) = monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert took < 10
    assert peak < 200 * 1024 * 1024


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (hwpx_of("&b;", ENTITY), "한글 문서(.hwpx)가 깨졌거나"),
        (ods_of("&b;", ENTITY), "오픈도큐먼트 파일(.ods)이 깨졌거나"),
        (xlsx(ROWS)[:300], "엑셀 파일이 깨졌거나"),
    ],
)
def test_broken_document_is_named_for_what_it_is(data, words):
    with pytest.raises(ReadError, match=re.escape(words)):
        read_file(data, "목록")


def test_part_of_a_workbook_with_far_hidden_rows_is_read():
    with ZipFile(BytesIO(xlsx(ROWS))) as packed:
        part = packed.read(SHEET).decode()
    part = part.replace("</sheetData>", '<row r="1048576" hidden="1"/></sheetData>')

    assert len(read_file(with_parts(xlsx(ROWS), {SHEET: part}), "목록.xlsx").rows) == 2
