"""Reads a file or a pasted table into the list of centres that it prints."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from centers.importer import read_text as plain_text
from centers.importer import read_xlsx as workbook
from centers.importer.cell_parsers import (
    parse_phone,
    parse_size,
    parse_website,
    parse_year,
    split_count,
)
from centers.importer.grid import (
    MAX_CELL_LENGTH,
    MAX_FILE_SIZE,
    MAX_LIST_ROWS,
    Grid,
    GridRow,
    ReadError,
    quote_all,
)
from centers.importer.headings import (
    COLUMN_LABELS,
    EXPORT_ONLY_COLUMNS,
    Columns,
    find_heading_row,
    join_heading_rows,
    recognise_columns,
    recognise_heading,
)
from centers.importer.list_rows import select_list_rows
from centers.importer.status_parser import find_closing_words
from centers.importer.unstated import is_ditto, is_unstated
from centers.text.formatting import quote
from centers.text.hangul import clean

__all__ = [
    "COLUMN_LABELS",
    "PrintedList",
    "PrintedRow",
    "ReadError",
    "parse_phone",
    "parse_size",
    "parse_website",
    "parse_year",
    "read_file",
    "read_pasted_text",
    "split_count",
]

#: Other formats by their first bytes.
_SIGNATURES = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"HWP Document File": "한글(.hwp)",
    b"\x1f\x8b": "압축(.gz)",
    b"7z\xbc\xaf": "압축(.7z)",
}
#: Office formats before 2007 share one container (OLE); the names of its parts tell the format.
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = {
    "HwpSummaryInformation": "한글(.hwp)",
    "WordDocument": "옛 워드(.doc)",
    "PowerPoint Document": "옛 파워포인트(.ppt)",
    "Workbook": "옛 엑셀(.xls)",
}
PASTE_ADVICE = "한글이나 PDF의 표는 엑셀에 붙여 넣은 뒤 그 표를 다시 복사해 붙여 넣으면 됩니다."
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_DASHES = {"-", "–", "—", "―", "－"}
#: The apostrophe that the site's CSV export puts before a text that looks like a formula.
_ESCAPED_FORMULA = re.compile(r"^'(?='*[=+\-@＝＋－＠])")
_EXCEL_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
#: The number of regions named in one message.
_MAX_NAMED_REGIONS = 5


@dataclass(frozen=True)
class PrintedRow:
    """One row of a list as printed; an empty column has the text ""."""

    number: int
    line: int
    texts: dict[str, str]
    #: The texts of EXPORT_ONLY_COLUMNS, in the site's own exports.
    recorded: dict[str, str] = field(default_factory=dict)
    #: Why the row needs a decision although it can be read, in Korean; "" if it needs none.
    doubt: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """The cells of a list below its headings, to be read again with other column meanings."""

    headings: list[str]
    rows: list[GridRow]
    warnings: list[str]
    notes: list[str]
    #: What a section or sheet says of the status of its rows, by line.
    statuses: dict[str, str] = field(default_factory=dict)
    #: Why a row needs a decision, in Korean, by line.
    doubts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PrintedList:
    """A list as printed; `digest` is equal for equal lists, in any file format."""

    headings: dict[str, str]
    rows: list[PrintedRow]
    warnings: list[str]
    digest: str
    notes: list[str] = field(default_factory=list)
    #: None for a list that was not read from a table.
    table: PrintedTable | None = None
    #: The column that each heading of the table means; "" where unknown or not used.
    meanings: list[str] = field(default_factory=list)
    #: Why it cannot be planned until a person says what its columns are, in Korean.
    problems: list[str] = field(default_factory=list)


def read_file(data: bytes, name: str) -> PrintedList:
    """Read a file by its content; the name only makes error messages more exact.

    Raises ReadError.
    """
    if len(data) > MAX_FILE_SIZE:
        raise ReadError(f"파일이 너무 큽니다. {MAX_FILE_SIZE // 1024**2} MB까지 읽습니다.")
    if not data.strip():
        raise ReadError("빈 파일입니다.")
    _reject_other_formats(data)
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _build_table(workbook.parse_workbook(data))
    try:
        return _build_table(plain_text.parse_text(plain_text.decode_text(data)))
    except plain_text.UnreadableTextError as error:
        if name.lower().endswith(".xlsx"):
            raise ReadError(workbook.BROKEN_FILE_MESSAGE) from error
        raise


def read_pasted_text(text: str) -> PrintedList:
    """Read a table pasted from a page, a document or a spreadsheet; raises ReadError."""
    if len(text) > MAX_FILE_SIZE:
        raise ReadError("붙여 넣은 글이 너무 깁니다. 파일로 올려 주세요.")
    if not text.strip():
        raise ReadError("붙여 넣은 글이 없습니다.")
    return _build_table(plain_text.parse_text(text))


def _reject_other_formats(data: bytes) -> None:
    kind = next((kind for mark, kind in _SIGNATURES.items() if data.startswith(mark)), None)
    if data.startswith(_OLE_SIGNATURE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("암호가 걸린 엑셀 파일입니다. 암호를 풀고 다시 저장해 주세요.")
        parts = (kind for part, kind in _OLE_PARTS.items() if part.encode("utf-16-le") in data)
        kind = next(parts, "옛 엑셀(.xls)이나 한글(.hwp)")
    start = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if (
        start.startswith(b"<?xml")
        and b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4000]
    ):
        kind = "엑셀 2003 XML"
    elif start.startswith((b"{", b"[{")):
        kind = "JSON"
    if kind and "한글" in kind:
        raise ReadError(
            f"{kind} 파일은 읽을 수 없습니다. 한글에서 ‘다른 이름으로 저장’으로 HWPX 문서(.hwpx)로 "
            "저장하거나, 표를 복사해 붙여 넣어 주세요."
        )
    if kind:
        raise ReadError(
            f"{kind} 파일은 읽을 수 없습니다. "
            "엑셀 통합 문서(.xlsx)나 CSV로 저장하거나, 표를 복사해 붙여 넣어 주세요."
        )


def _build_table(grid: Grid) -> PrintedList:
    """The list made of the first row with known headings and all rows below it."""
    start = find_heading_row(grid.rows)
    if start is None:
        seen = (
            f" 첫 행은 {quote_all(filter(None, grid.rows[0][1][:9]))}입니다." if grid.rows else ""
        )
        raise ReadError(
            f"‘지역’, ‘센터명’, ‘운영기관’ 같은 제목이 있는 행을 찾지 못했습니다.{seen}"
        )
    headings, first_row = join_heading_rows(grid.rows, start)
    headings = _trim_cells(headings)
    below = grid.rows[first_row:]
    if len(below) > MAX_LIST_ROWS:
        raise ReadError(f"행이 너무 많습니다. {MAX_LIST_ROWS:,}행까지 읽습니다.")
    if grid.is_sheet:
        width = max((len(_trim_cells(cells)) for _, cells in below), default=0)
        headings += [""] * (width - len(headings))
    sizes = [i for i, cell in enumerate(headings) if recognise_heading(cell) == "cluster_size"]
    listed = select_list_rows(below, headings, sizes)
    short = [] if grid.is_sheet else _reject_shifted_rows(listed.rows, headings, grid)
    width = len(headings)
    rows = [(line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in listed.rows]
    notes = [f"{format_lines(short)}은 끝의 빈칸이 빠져 있어 채웠습니다."] if short else []
    return build_list(
        PrintedTable(
            headings,
            rows,
            [*grid.warnings, *listed.warnings],
            [*grid.notes, *notes],
            {str(line): text for line, text in (grid.statuses | listed.section_status).items()},
            {str(line): text for line, text in grid.doubts.items()},
        )
    )


def build_list(table: PrintedTable, given: Mapping[int, str] | None = None) -> PrintedList:
    """The list in a table; `given` are column meanings that a person chose, by index.

    Raises ReadError as `recognise_columns` does.
    """
    headings = table.headings
    listed = [(line, list(cells)) for line, cells in table.rows]
    same = _fill_dittos(listed)
    columns = recognise_columns(headings, [cells for _, cells in listed], given)
    filled = _fill_regions(listed, columns)
    notes = [f"지역이 빈 {filled}개 행에 위 행의 지역을 넣었습니다."] if filled else []
    notes += [f"‘상동’처럼 적힌 칸 {same}개에 위 칸의 글을 넣었습니다."] if same else []
    rows = _build_printed_rows(listed, columns, table)
    if not rows:
        raise ReadError("제목만 있고 그 아래에 행이 없습니다.")
    return PrintedList(
        columns.headings,
        rows,
        [*table.warnings, *columns.warnings, *_find_miscounts(rows)],
        _compute_digest(rows),
        [*table.notes, *notes],
        table,
        columns.meanings,
        columns.problems,
    )


def _trim_cells(cells: list[str]) -> list[str]:
    """The cells up to the last one that is not empty."""
    filled = [index for index, cell in enumerate(cells) if cell]
    return cells[: filled[-1] + 1] if filled else []


def _reject_shifted_rows(rows: list[GridRow], headings: list[str], grid: Grid) -> list[int]:
    """The lines of the rows that end early.

    Raises ReadError for other rows of another length: their cells may be in the wrong columns.
    """
    short = []
    for line, cells in rows:
        count = max(len(_trim_cells(cells)), min(len(cells), len(headings)))
        if count < len(headings) and grid.may_end_early and count > 1:
            short.append(line)
        elif count != len(headings):
            raise ReadError(
                f"{line}행은 {count}칸인데 제목은 {len(headings)}칸입니다. "
                "빈칸을 빠뜨렸거나 글 안의 쉼표를 따옴표로 묶지 않았는지 보아 주세요. "
                f"{PASTE_ADVICE}"
            )
    return short


def format_lines(lines: list[int]) -> str:
    """Up to three lines for a sentence: 3행, 5행."""
    return ", ".join(f"{line}행" for line in lines[:3]) + ("…" if len(lines) > 3 else "")


def _fill_dittos(rows: list[GridRow]) -> int:
    """Replace 상동 and the like by the cell above; return the number replaced."""
    filled = 0
    above: list[str] = []
    for _, cells in rows:
        for index, cell in enumerate(cells):
            if index < len(above) and is_ditto(cell) and above[index]:
                cells[index] = above[index]
                filled += 1
        above = cells
    return filled


def _fill_regions(rows: list[GridRow], columns: Columns) -> int:
    """Fill an empty region in the first column from the row above; return the number filled."""
    first, *others = sorted(
        index for positions in columns.positions.values() for index in positions
    )
    if first not in columns.positions.get("region", []):
        return 0
    above, filled = "", 0
    for _, cells in rows:
        if not cells[first] and above and any(cells[index] for index in others):
            cells[first] = above
            filled += 1
        above = cells[first]
    return filled


def _build_printed_rows(
    rows: list[GridRow], columns: Columns, table: PrintedTable
) -> list[PrintedRow]:
    printed: list[PrintedRow] = []
    for line, cells in rows:
        texts: dict[str, str] = {}
        for name, positions in columns.positions.items():
            heading = columns.headings[name]
            parts = [_read_cell(cells[index], line, heading) for index in positions]
            # The narrower of two columns may repeat the wider: 강원 | 강원 영월군.
            is_repeated = len(parts) == 2 and parts[1].startswith(parts[0])
            texts[name] = parts[1] if is_repeated else " ".join(filter(None, parts))
        recorded = {name: texts.pop(name) for name in EXPORT_ONLY_COLUMNS if name in texts}
        status = _find_status(cells, columns, table, line, recorded.get("status", ""))
        if status:
            recorded["status"] = status
        if any(texts.values()):
            doubt = table.doubts.get(str(line), "")
            printed.append(PrintedRow(len(printed) + 1, line, texts, recorded, doubt))
    return printed


def _find_status(
    cells: list[str], columns: Columns, table: PrintedTable, line: int, status: str
) -> str:
    """What a row says of its status in its own column, in a remark, or by its section."""
    stated = [
        f"{table.headings[index]} {cells[index]}"
        for index in columns.closing
        if not (is_unstated(cells[index]) or clean(cells[index]).casefold() in ("n", "no", "부"))
    ]
    stated += [cells[index] for index in columns.remarks if find_closing_words(cells[index])]
    if section := table.statuses.get(str(line)):
        stated.append(section)
    if not stated or find_closing_words(status):
        return status
    return " / ".join(filter(None, (status, *stated)))


def _read_cell(cell: str, line: int, heading: str) -> str:
    where = f"{line}행 {quote(heading, '', '')} 열"
    if len(cell) > MAX_CELL_LENGTH:
        raise ReadError(f"{where}의 글이 너무 깁니다. {MAX_CELL_LENGTH:,}자까지 읽습니다.")
    if cell.startswith("="):
        raise ReadError(f"{where}에 수식이 들어 있습니다. 값으로 붙여 넣어 저장해 주세요.")
    if cell in _EXCEL_ERRORS:
        raise ReadError(f"{where}에 엑셀 오류 값({cell})이 들어 있습니다. 고쳐서 저장해 주세요.")
    return "" if cell in _DASHES else _ESCAPED_FORMULA.sub("", cell)


def _find_miscounts(rows: list[PrintedRow]) -> list[str]:
    """A warning where the count in a region's label, 대전(3), is not the number of its rows."""
    found = Counter(row.texts.get("region", "") for row in rows)
    counts = {label: split_count(label) for label in found}
    wrong = [
        f"{place} {count}곳이라 적혀 있으나 {found[label]}행"
        + ("만" if count > found[label] else "이")
        for label, (place, count) in counts.items()
        if count is not None and count != found[label]
    ]
    if not wrong:
        return []
    listed = ", ".join(wrong[:_MAX_NAMED_REGIONS]) + (
        " 등이" if len(wrong) > _MAX_NAMED_REGIONS else ""
    )
    total = ""
    stated = [count for _, count in counts.values() if count is not None]
    if len(stated) == len(counts):
        total = f" 표시를 더하면 {sum(stated)}곳, 행은 {len(rows)}개입니다."
    return [f"지역 표시에는 {listed} 있습니다.{total}"]


def _compute_digest(rows: list[PrintedRow]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        texts = row.texts | row.recorded
        stated = {name: text for name, text in texts.items() if text}
        digest.update(json.dumps(stated).encode() + b"\n")
    return digest.hexdigest()
