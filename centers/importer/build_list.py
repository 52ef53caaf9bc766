"""Builds the list in a grid of cells: headings, rows of the list, texts by column."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping

from centers.importer.cell_fit import place_cells
from centers.importer.cell_parsers import split_count
from centers.importer.grid import (
    MAX_CELL_LENGTH,
    MAX_LIST_ROWS,
    Grid,
    GridRow,
    ReadError,
    quote_all,
)
from centers.importer.heading_words import find_scale_unit
from centers.importer.headings import (
    COLUMN_LABELS,
    EXPORT_ONLY_COLUMNS,
    Columns,
    find_heading_row,
    join_heading_rows,
    recognise_columns,
    recognise_heading,
)
from centers.importer.list_rows import ListRows, select_list_rows
from centers.importer.printed_list import FurtherSheet, PrintedList, PrintedRow, PrintedTable
from centers.importer.row_status import find_row_status, has_status_column
from centers.importer.status_parser import speaks_against_rows
from centers.importer.table_shape import stack_blocks
from centers.importer.unstated import is_ditto
from centers.text.formatting import quote

PASTE_ADVICE = "한글이나 PDF의 표는 엑셀에 붙여 넣은 뒤 그 표를 다시 복사해 붙여 넣으면 됩니다."
_DASHES = {"-", "–", "—", "―", "－"}
#: The apostrophe that the site's CSV export puts before a text that looks like a formula.
_ESCAPED_FORMULA = re.compile(r"^'(?='*[=+\-@＝＋－＠])")
_EXCEL_ERRORS = {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
#: The number of regions named in one message.
_MAX_NAMED_REGIONS = 5


def build_table(grid: Grid) -> PrintedList:
    """The list made of the first row with known headings and all rows below it.

    Raises ReadError.
    """
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
    headings, below, blocks = stack_blocks(headings, below)
    if grid.is_sheet:
        width = max((len(_trim_cells(cells)) for _, cells in below), default=0)
        headings += [""] * (width - len(headings))
    title = "" if has_status_column(headings) else _find_title_status(grid.rows[:start])
    if unit := find_scale_unit(grid.rows[:start]):
        # 단위: 천 개 above the table is the unit of its sizes, as it would be in their heading.
        headings = [
            f"{one} {unit}" if recognise_heading(one) == "cluster_size" else one for one in headings
        ]
    listed = _select_rows(below, headings, title)
    notes = [] if grid.is_sheet else _fill_short_rows(listed.rows, headings, grid)
    notes += listed.notes
    notes += [f"옆으로 나란한 표 {blocks}개를 이어 읽었습니다."] if blocks > 1 else []
    sheets: list[FurtherSheet] = []
    for sheet in grid.further:
        more = _select_rows(sheet.rows, headings)
        if more.rows:
            first, last = more.rows[0][0], more.rows[-1][0]
            sheets.append(FurtherSheet(sheet.title, first, last, len(more.rows)))
            listed.rows += more.rows
            listed.section_status |= more.section_status
            listed.regions |= more.regions
            listed.remarks += more.remarks
    if listed.titled:
        notes.append(f"지역이 빈 {listed.titled}개 행에 그 위 제목의 지역을 넣었습니다.")
    if listed.regions:
        headings, listed.rows = _add_regions(headings, listed)
        notes.append(f"{len(listed.regions)}개 행에 그 위 제목의 지역을 넣었습니다.")
    width = len(headings)
    rows = [(line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in listed.rows]
    return build_list(
        PrintedTable(
            headings,
            rows,
            [*grid.warnings, *listed.warnings],
            [*grid.notes, *notes],
            {str(line): text for line, text in (grid.statuses | listed.section_status).items()},
            {str(line): text for line, text in grid.doubts.items()},
            sheets,
            listed.remarks,
        )
    )


def _add_regions(headings: list[str], listed: ListRows) -> tuple[list[str], list[GridRow]]:
    """The headings and rows with one column more: the regions in the titles between the rows."""
    width = len(headings)
    rows = [
        (line, [*[*cells, *[""] * width][:width], listed.regions.get(line, "")])
        for line, cells in listed.rows
    ]
    return [*headings, COLUMN_LABELS["region"]], rows


def _select_rows(below: list[GridRow], headings: list[str], title: str = "") -> ListRows:
    sizes = [i for i, cell in enumerate(headings) if recognise_heading(cell) == "cluster_size"]
    return select_list_rows(below, headings, sizes, title)


def _find_title_status(above: list[GridRow]) -> str:
    """What the title above the headings says of the status of all rows; "" if nothing."""
    titles = (cells[0] for cells in ([one for one in row if one] for _, row in above) if cells)
    return next((text for text in titles if speaks_against_rows(text)), "")


def build_list(
    table: PrintedTable,
    given: Mapping[int, str] | None = None,
    sheets: Mapping[int, bool] | None = None,
) -> PrintedList:
    """The list in a table; `given` are column meanings that a person chose, by index.

    `sheets` says of further sheets, by index, whether they belong to the list; those that it does
    not name are left out, and a problem asks about them. Raises ReadError as `recognise_columns`
    does.
    """
    sheets = sheets or {}
    headings = table.headings
    left = [one for index, one in enumerate(table.sheets) if not sheets.get(index)]
    listed = [
        (line, list(cells))
        for line, cells in table.rows
        if not any(sheet.first <= line <= sheet.last for sheet in left)
    ]
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
        [
            *columns.problems,
            *(
                f"{quote(sheet.title or f'{index + 2}째 표', '에도', '에도')} 같은 제목의 행이 "
                f"{sheet.count}개 있습니다. 이 목록에 넣을지 정해 주세요."
                for index, sheet in enumerate(table.sheets)
                if index not in sheets
            ),
        ],
    )


def _trim_cells(cells: list[str]) -> list[str]:
    """The cells up to the last one that is not empty."""
    filled = [index for index, cell in enumerate(cells) if cell]
    return cells[: filled[-1] + 1] if filled else []


def _fill_short_rows(rows: list[GridRow], headings: list[str], grid: Grid) -> list[str]:
    """Fill up the rows that lack cells, at the end or in front; return notes on them.

    Raises ReadError for other rows of another length: their cells may be in the wrong columns.
    """
    at_end, in_front = [], []
    for place, (line, cells) in enumerate(rows):
        count = max(len(_trim_cells(cells)), min(len(cells), len(headings)))
        if count == len(headings):
            continue
        placed = None
        if count < len(headings) and grid.may_end_early and count > 1:
            placed = place_cells(cells[:count], headings)
        if placed is None:
            raise ReadError(
                f"{line}행은 {count}칸인데 제목은 {len(headings)}칸입니다. "
                "빈칸을 빠뜨렸거나 글 안의 쉼표를 따옴표로 묶지 않았는지 보아 주세요. "
                f"{PASTE_ADVICE}"
            )
        rows[place] = (line, placed)
        (in_front if placed[:count] != cells[:count] else at_end).append(line)
    notes = [f"{format_lines(at_end)}은 끝의 빈칸이 빠져 있어 채웠습니다."] if at_end else []
    if in_front:
        notes.append(f"{format_lines(in_front)}은 앞의 합친 칸이 빠져 있어 빈칸으로 두었습니다.")
    return notes


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
        broken: dict[str, str] = {}
        for name, positions in columns.positions.items():
            heading = columns.headings[name]
            parts = [_read_cell(cells[index], line, heading) for index in positions]
            for why in filter(None, (_find_broken(cells[index]) for index in positions)):
                broken[name] = why
            # The narrower of two columns may repeat the wider: 강원 | 강원 영월군.
            is_repeated = len(parts) == 2 and parts[1].startswith(parts[0])
            texts[name] = parts[1] if is_repeated else " ".join(filter(None, parts))
        recorded = {name: texts.pop(name) for name in EXPORT_ONLY_COLUMNS if name in texts}
        section = table.statuses.get(str(line), "")
        status = find_row_status(cells, columns, table, section, recorded.get("status", ""))
        if status:
            recorded["status"] = status
        if any(texts.values()) or broken:
            doubt = table.doubts.get(str(line), "")
            printed.append(PrintedRow(len(printed) + 1, line, texts, recorded, doubt, broken))
    return printed


def _read_cell(cell: str, line: int, heading: str) -> str:
    where = f"{line}행 {quote(heading, '', '')} 열"
    if len(cell) > MAX_CELL_LENGTH:
        raise ReadError(f"{where}의 글이 너무 깁니다. {MAX_CELL_LENGTH:,}자까지 읽습니다.")
    return "" if cell in _DASHES or _find_broken(cell) else _ESCAPED_FORMULA.sub("", cell)


def _find_broken(cell: str) -> str:
    """Why a cell of a spreadsheet has no text, in Korean; "" if it has."""
    if cell.startswith("="):
        return "수식이 들어 있어 값을 알 수 없습니다."
    return f"엑셀 오류 값({cell})이 들어 있습니다." if cell in _EXCEL_ERRORS else ""


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
