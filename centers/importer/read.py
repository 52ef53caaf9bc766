"""Reads a file or a pasted table into the list of centres that it prints."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

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
    recognise_columns,
)
from centers.text.formatting import quote

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
_TOTAL_LABELS = {"합계", "총계", "소계", "계", "총합계"}
_REMARK = re.compile(r"[※*＊]|주\d?[):]|출처|자료")
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


@dataclass(frozen=True)
class PrintedTable:
    """The cells of a list below its headings, to be read again with other column meanings."""

    headings: list[str]
    rows: list[GridRow]
    warnings: list[str]
    notes: list[str]


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
    headings = _trim_cells(grid.rows[start][1])
    below = grid.rows[start + 1 :]
    if len(below) > MAX_LIST_ROWS:
        raise ReadError(f"행이 너무 많습니다. {MAX_LIST_ROWS:,}행까지 읽습니다.")
    if grid.is_sheet:
        width = max((len(_trim_cells(cells)) for _, cells in below), default=0)
        headings += [""] * (width - len(headings))
    listed, others = _select_list_rows(below, headings)
    if not grid.is_sheet:
        _reject_shifted_rows(listed, headings)
    width = len(headings)
    cells_below = [(line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in listed]
    return build_list(PrintedTable(headings, cells_below, [*grid.warnings, *others], grid.notes))


def build_list(table: PrintedTable, given: Mapping[int, str] | None = None) -> PrintedList:
    """The list in a table; `given` are column meanings that a person chose, by index.

    Raises ReadError as `recognise_columns` does.
    """
    headings = table.headings
    listed = [(line, list(cells)) for line, cells in table.rows]
    columns = recognise_columns(headings, [cells for _, cells in listed], given)
    filled = _fill_regions(listed, columns)
    notes = [f"지역이 빈 {filled}개 행에 위 행의 지역을 넣었습니다."] if filled else []
    rows = _build_printed_rows(listed, columns)
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


def _select_list_rows(below: list[GridRow], headings: list[str]) -> tuple[list[GridRow], list[str]]:
    """The rows of the list, and a warning for each total or remark that is left out."""
    listed, warnings = [], []
    for line, cells in below:
        filled = [cell for cell in cells if cell]
        if all(cell in ("", heading) for cell, heading in zip_longest(cells, headings)):
            continue  # the headings, repeated at the top of each printed page
        is_total = any("".join(cell.split()) in _TOTAL_LABELS for cell in filled)
        if is_total or (len(filled) == 1 and _REMARK.match(filled[0])):
            warnings.append(f"{line}행 {quote(filled[0])} 목록의 행이 아니라고 보아 뺐습니다.")
        else:
            listed.append((line, cells))
    return listed, warnings


def _reject_shifted_rows(rows: list[GridRow], headings: list[str]) -> None:
    """Raise ReadError for rows of another length: their cells may be in the wrong columns."""
    for line, cells in rows:
        count = max(len(_trim_cells(cells)), min(len(cells), len(headings)))
        if count != len(headings):
            raise ReadError(
                f"{line}행은 {count}칸인데 제목은 {len(headings)}칸입니다. "
                "빈칸을 빠뜨렸거나 글 안의 쉼표를 따옴표로 묶지 않았는지 보아 주세요."
            )


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


def _build_printed_rows(rows: list[GridRow], columns: Columns) -> list[PrintedRow]:
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
        if any(texts.values()):
            printed.append(PrintedRow(len(printed) + 1, line, texts, recorded))
    return printed


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
