"""The first step: a file or a pasted table, read as a list of centres as printed."""

import hashlib
import json
import re
from collections import Counter
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
from centers.importer.grid import LARGEST_FILE, LONGEST_CELL, MOST_ROWS, Grid, ReadError, Row, named
from centers.importer.headings import COLUMNS, RECORDED, Columns, heading_row, recognise
from centers.text.formatting import quote

__all__ = [
    "COLUMNS",
    "PrintedRow",
    "ReadError",
    "Table",
    "parse_phone",
    "parse_size",
    "parse_website",
    "parse_year",
    "read_file",
    "read_text",
    "split_count",
]

#: Documents known by their first bytes.
_SIGNATURES = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"HWP Document File": "한글(.hwp)",
    b"\x1f\x8b": "압축(.gz)",
    b"7z\xbc\xaf": "압축(.7z)",
}
#: Documents of the time before 2007 share one container; the names of their parts tell them apart.
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = {
    "HwpSummaryInformation": "한글(.hwp)",
    "WordDocument": "옛 워드(.doc)",
    "PowerPoint Document": "옛 파워포인트(.ppt)",
    "Workbook": "옛 엑셀(.xls)",
}
_TOTALS = {"합계", "총계", "소계", "계", "총합계"}
_REMARK = re.compile(r"[※*＊]|주\d?[):]|출처|자료")
_DASHES = {"-", "–", "—", "―", "－"}
#: What our own CSV files put before a text that a spreadsheet would take for a formula.
_PROTECTED = re.compile(r"^'(?='*[=+\-@＝＋－＠])")
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
#: So many places are named in one sentence.
_MOST_NAMED = 5


@dataclass(frozen=True)
class PrintedRow:
    """One row of a list; a column that the row leaves empty has the text ""."""

    number: int
    line: int
    texts: dict[str, str]
    #: What a row of our own downloads says besides, by RECORDED.
    recorded: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A list as printed. `digest` is the same for the same list in any kind of file."""

    headings: dict[str, str]
    rows: list[PrintedRow]
    warnings: list[str]
    digest: str
    notes: list[str] = field(default_factory=list)


def read_file(data: bytes, name: str) -> Table:
    """Read a file by what is in it; its name only helps to say what is wrong with it."""
    if len(data) > LARGEST_FILE:
        raise ReadError(f"파일이 너무 큽니다. {LARGEST_FILE // 1024**2} MB까지 읽습니다.")
    if not data.strip():
        raise ReadError("빈 파일입니다.")
    _refuse_documents(data)
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _table(workbook.grid_in(data))
    try:
        return _table(plain_text.grid_in(plain_text.decode(data)))
    except plain_text.UnreadableError as error:
        if name.lower().endswith(".xlsx"):
            raise ReadError(workbook.BROKEN) from error
        raise


def read_text(text: str) -> Table:
    """Read a table pasted from a page, a document or a spreadsheet."""
    if len(text) > LARGEST_FILE:
        raise ReadError("붙여 넣은 글이 너무 깁니다. 파일로 올려 주세요.")
    if not text.strip():
        raise ReadError("붙여 넣은 글이 없습니다.")
    return _table(plain_text.grid_in(text))


def _refuse_documents(data: bytes) -> None:
    kind = next((kind for mark, kind in _SIGNATURES.items() if data.startswith(mark)), None)
    if data.startswith(_CONTAINER):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("암호가 걸린 엑셀 파일입니다. 암호를 풀고 다시 저장해 주세요.")
        parts = (kind for part, kind in _PARTS.items() if part.encode("utf-16-le") in data)
        kind = next(parts, "옛 엑셀(.xls)이나 한글(.hwp)")
    if kind:
        raise ReadError(
            f"{kind} 파일은 읽을 수 없습니다. "
            "엑셀 통합 문서(.xlsx)나 CSV로 저장하거나, 표를 복사해 붙여 넣어 주세요."
        )


def _table(grid: Grid) -> Table:
    """Make the table of the first row with headings and all rows below it."""
    start = heading_row(grid.rows)
    if start is None:
        seen = f" 첫 행은 {named(filter(None, grid.rows[0][1][:9]))}입니다." if grid.rows else ""
        raise ReadError(
            f"‘지역’, ‘센터명’, ‘운영기관’ 같은 제목이 있는 행을 찾지 못했습니다.{seen}"
        )
    headings = _trimmed(grid.rows[start][1])
    below = grid.rows[start + 1 :]
    if len(below) > MOST_ROWS:
        raise ReadError(f"행이 너무 많습니다. {MOST_ROWS:,}행까지 읽습니다.")
    if grid.is_sheet:
        width = max((len(_trimmed(cells)) for _, cells in below), default=0)
        headings += [""] * (width - len(headings))
    listed, others = _listed(below, headings)
    if not grid.is_sheet:
        _refuse_slipped(listed, headings)
    columns = recognise(headings, [cells for _, cells in listed])
    filled = _fill_regions(listed, columns)
    notes = [f"지역이 빈 {filled}개 행에 위 행의 지역을 넣었습니다."] if filled else []
    rows = _printed(listed, columns)
    if not rows:
        raise ReadError("제목만 있고 그 아래에 행이 없습니다.")
    return Table(
        columns.headings,
        rows,
        [*grid.warnings, *columns.warnings, *others, *_miscounted(rows)],
        _digest(rows),
        [*grid.notes, *notes],
    )


def _trimmed(cells: list[str]) -> list[str]:
    """The cells up to the last one that is not empty."""
    filled = [index for index, cell in enumerate(cells) if cell]
    return cells[: filled[-1] + 1] if filled else []


def _listed(below: list[Row], headings: list[str]) -> tuple[list[Row], list[str]]:
    """The rows that are of the list, and a warning for each that sums up or explains."""
    listed, warnings = [], []
    for line, cells in below:
        filled = [cell for cell in cells if cell]
        if all(cell in ("", heading) for cell, heading in zip_longest(cells, headings)):
            continue  # the headings once more, as at the top of each printed page
        is_total = any("".join(cell.split()) in _TOTALS for cell in filled)
        if is_total or (len(filled) == 1 and _REMARK.match(filled[0])):
            warnings.append(f"{line}행 {quote(filled[0])} 목록의 행이 아니라고 보아 뺐습니다.")
        else:
            listed.append((line, cells))
    return listed, warnings


def _refuse_slipped(rows: list[Row], headings: list[str]) -> None:
    """Refuse rows of another length: their cells may stand under the wrong headings."""
    for line, cells in rows:
        count = max(len(_trimmed(cells)), min(len(cells), len(headings)))
        if count != len(headings):
            raise ReadError(
                f"{line}행은 {count}칸인데 제목은 {len(headings)}칸입니다. "
                "빈칸을 빠뜨렸거나 글 안의 쉼표를 따옴표로 묶지 않았는지 보아 주세요."
            )


def _fill_regions(rows: list[Row], columns: Columns) -> int:
    """Where the first column is the region and empty, it goes on from above; return how often."""
    first, *others = sorted(index for places in columns.places.values() for index in places)
    if first not in columns.places.get("region", []):
        return 0
    above, filled = "", 0
    for _, cells in rows:
        if not cells[first] and above and any(cells[index] for index in others):
            cells[first] = above
            filled += 1
        above = cells[first]
    return filled


def _printed(rows: list[Row], columns: Columns) -> list[PrintedRow]:
    printed: list[PrintedRow] = []
    for line, cells in rows:
        texts = {}
        for name, places in columns.places.items():
            heading = columns.headings[name]
            parts = [_stated(cells[index], line, heading) for index in places]
            # Of two columns, the narrower one may repeat the wider: 강원 | 강원 영월군.
            is_repeated = len(parts) == 2 and parts[1].startswith(parts[0])
            texts[name] = parts[1] if is_repeated else " ".join(filter(None, parts))
        recorded = {name: texts.pop(name) for name in RECORDED if name in texts}
        if any(texts.values()):
            printed.append(PrintedRow(len(printed) + 1, line, texts, recorded))
    return printed


def _stated(cell: str, line: int, heading: str) -> str:
    where = f"{line}행 {quote(heading, '', '')} 열"
    if len(cell) > LONGEST_CELL:
        raise ReadError(f"{where}의 글이 너무 깁니다. {LONGEST_CELL:,}자까지 읽습니다.")
    if cell.startswith("="):
        raise ReadError(f"{where}에 수식이 들어 있습니다. 값으로 붙여 넣어 저장해 주세요.")
    if cell in _ERRORS:
        raise ReadError(f"{where}에 엑셀 오류 값({cell})이 들어 있습니다. 고쳐서 저장해 주세요.")
    return "" if cell in _DASHES else _PROTECTED.sub("", cell)


def _miscounted(rows: list[PrintedRow]) -> list[str]:
    """A warning if the numbers in the labels of the regions, 대전(3), are not those of the rows."""
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
    said = ", ".join(wrong[:_MOST_NAMED]) + (" 등이" if len(wrong) > _MOST_NAMED else "")
    total = ""
    if all(count is not None for _, count in counts.values()):
        stated = sum(count for _, count in counts.values())
        total = f" 표시를 더하면 {stated}곳, 행은 {len(rows)}개입니다."
    return [f"지역 표시에는 {said} 있습니다.{total}"]


def _digest(rows: list[PrintedRow]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        texts = row.texts | row.recorded
        stated = {name: text for name, text in texts.items() if text}
        digest.update(json.dumps(stated).encode() + b"\n")
    return digest.hexdigest()
