"""Tables pasted out of 한글, PDF files and browsers, whose cells lost their borders."""

import pytest

from centers.importer.read import ReadError, read_pasted_text

HEADINGS = ["연번", "지역", "업종", "주관기관", "집적지 규모", "센터 소재지"]
ROWS = [
    ["1", "부산", "인쇄", "(재)부산인쇄재단", "300여개", "부산광역시 중구 대청로 12"],
    ["2", "", "비누", "부산비누조합", "1,120", "부산 금정구 서동로 7"],
    ["3", "대전", "의료, 정밀", "(사)대전광학협회", "85", "대전광역시 동구 창조1길 27"],
]
TOTAL = ["합계", "3개소", "1,505"]


def read(*lines):
    table = read_pasted_text("\n".join(lines))
    columns = ("region", "industry", "operator", "cluster_size", "address")
    return [[row.texts[name] for name in columns] for row in table.rows], table


def filled(rows):
    """The cells without numbers, a region filled from the row above."""
    above, result = "", []
    for _, region, *others in rows:
        above = region or above
        result.append([above, *others])
    return result


def cells_of(rows):
    """All cells, without the one that the row above holds too."""
    return [cell for row in rows for cell in row if cell]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_one_cell_a_line_is_grouped_into_rows(between):
    lines = ["2027년 선정 결과", *HEADINGS, *cells_of(ROWS), *TOTAL, "※ 바뀔 수 있음"]

    rows, table = read(between.join(lines))

    assert rows == filled(ROWS)
    assert "6칸씩 묶어" in table.notes[0]
    assert [text.split("행 ")[1].split("’")[0] for text in table.warnings] == [
        "‘합계",
        "‘※ 바뀔 수 있음",
    ]


def test_headings_in_a_row_and_cells_in_lines_are_read():
    rows, _ = read("\t".join(HEADINGS), *cells_of(ROWS))

    assert rows == filled(ROWS)


def test_without_row_numbers_the_cells_tell_the_rows():
    rows, _ = read(*HEADINGS[1:], *cells_of(row[1:] for row in ROWS))

    assert rows == filled(ROWS)


def test_line_breaks_in_cells_are_joined():
    broken = [
        "\t".join(ROWS[0]).replace("인쇄재단", "\n인쇄재단").replace(" 대청로", "\n대청로"),
        "\t".join(["2", *ROWS[2][1:]]).replace(" 정밀", "\n정밀") + "\n(3층)",
    ]

    rows, _ = read("\t".join(HEADINGS), *broken)

    assert rows[0][2:] == ["(재)부산 인쇄재단", "300여개", "부산광역시 중구 대청로 12"]
    assert rows[1][1:] == [*ROWS[2][2:5], "대전광역시 동구 창조1길 27 (3층)"]


def test_merged_cell_that_was_left_out_is_in_front():
    lines = ["\t".join(cell for cell in row if cell) for row in [HEADINGS, *ROWS]]

    rows, _ = read(*lines)

    assert rows == filled(ROWS)


def test_cell_in_two_lines_is_found_by_what_fits():
    lines = ["지역", "센터명", "운영기관", "전화"]
    lines += [
        "부산",
        "부산 서동 비누",
        "소공인특화지원센터",
        "(재)부산비누",
        "진흥원",
        "051-123-4567",
    ]

    [row] = read_pasted_text("\n".join(lines)).rows

    assert row.texts == {
        "region": "부산",
        "name": "부산 서동 비누 소공인특화지원센터",
        "operator": "(재)부산비누 진흥원",
        "phone": "051-123-4567",
    }


@pytest.mark.parametrize(
    "text",
    [
        " ".join(HEADINGS) + "\n" + "\n".join(" ".join(row) for row in ROWS),
        # Which of the lines belong together cannot be known.
        "지역\n센터명\n운영기관\n부산\n가\n나\n다\n라",
        "\n".join([*HEADINGS, *cells_of([ROWS[0], ROWS[2]])]),
    ],
    ids=["blanks", "unclear", "a row lost"],
)
def test_table_that_cannot_be_parted_says_what_to_do(text):
    with pytest.raises(ReadError, match="HWPX"):
        read_pasted_text(text)


def test_short_row_that_may_lack_either_end_is_refused():
    with pytest.raises(ReadError, match="2행은 2칸"):
        read_pasted_text("지역,업종,비고\n서울,가")
