"""Workbooks: what is written is what a spreadsheet reads."""

import io
from datetime import date, datetime
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from centers.exports.workbook import Heading, Sheet, build_letters, write_workbook

TEXTS = ["<가&나>", " 앞뒤 ", "두\n줄", "=1+1", "'", '"', "\x0b가\ud800\uffff", "😀", "]]>"]


@pytest.fixture
def read_back():
    def read_back(*sheets):
        with write_workbook(sheets, "제목 <&>", "누리집") as file:
            return load_workbook(io.BytesIO(file.read()))

    return read_back


def test_texts_numbers_and_dates_are_read_as_written(read_back):
    rows = [[Heading("제목"), 1, 2.5, date(2026, 7, 31)], TEXTS, [], [None, "", 0, -1.0]]
    sheet = read_back(Sheet("가", rows, [10] * len(TEXTS)))["가"]

    assert [cell.value for cell in sheet[1]][:4] == ["제목", 1, 2.5, datetime(2026, 7, 31)]  # noqa: DTZ001
    assert [cell.value for cell in sheet[2]] == [
        *("<가&나>", " 앞뒤 ", "두\n줄", "=1+1", "'", '"', "가", "😀", "]]>")
    ]
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    assert [cell.value for cell in sheet[4]][:4] == [None, None, 0, -1]
    assert (sheet["A1"].font.bold, sheet["A2"].font.bold) == (True, False)


def test_workbook_says_what_it_is(read_back):
    book = read_back(Sheet("가 'b' & <c>", [["가"]], [30], (0, 1), True), Sheet("나", [], [5]))
    first, second = book

    assert (book.properties.title, book.properties.creator) == ("제목 <&>", "누리집")
    assert (first.title, second.title) == ("가 'b' & <c>", "나")
    assert (first.auto_filter.ref, second.auto_filter.ref) == ("A1:A1", None)
    assert first.column_dimensions["A"].width == 30


def test_every_part_is_listed_and_well_formed():
    from xml.dom.minidom import parseString

    with write_workbook([Sheet("가", [["a"]], [9])], "가", "나") as file, ZipFile(file) as archive:
        names = archive.namelist()
        types = archive.read("[Content_Types].xml").decode()
        for name in names:
            parseString(archive.read(name))

    listed = [
        name for name in names if name.startswith(("xl/", "docProps/")) and "rels" not in name
    ]
    assert all(f'PartName="/{name}"' in types for name in listed)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_columns_are_named_by_letters(number, letters):
    assert build_letters(number) == letters
