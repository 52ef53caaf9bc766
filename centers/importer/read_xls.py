"""Reads old workbooks (.xls) through `xls_worker`, a process with limits of memory and time."""

import json
import subprocess
import sys
from pathlib import Path

from centers.importer.grid import (
    MAX_HEADING_SEARCH_ROWS,
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
    Grid,
    ReadError,
    collect_rows,
)
from centers.importer.headings import find_heading_row
from centers.importer.sheets import Sheet, fill_merged_cells, join_sheets
from centers.importer.xls_worker import BROKEN, PASSWORD

#: In seconds, of the clock.
TIMEOUT = 9
_WORKER = Path(__file__).with_name("xls_worker.py")
BROKEN_FILE_MESSAGE = (
    "옛 엑셀 파일(.xls)이 깨졌거나 잘렸습니다. "
    "다시 내려받거나 엑셀에서 엑셀 통합 문서(.xlsx)로 저장해 주세요."
)
TOO_LARGE_MESSAGE = (
    "옛 엑셀 파일(.xls)이 너무 큽니다. "
    f"목록이 있는 시트만 남기고 {MAX_LIST_ROWS:,}행, {MAX_LIST_COLUMNS}열까지 저장해 주세요."
)
PASSWORD_MESSAGE = "암호가 걸린 엑셀 파일입니다. 암호를 풀고 다시 저장해 주세요."  # noqa: S105
NO_MARKS = (
    "옛 엑셀 파일(.xls)에서는 {} 여부를 알 수 없습니다. "
    "그런 행이 있으면 엑셀 통합 문서(.xlsx)로 저장해 올려 주세요."
)


def parse_old_workbook(data: bytes) -> Grid:
    """The sheets of an old workbook, joined as those of others are; raises ReadError."""
    sheets, is_unsure = [], False
    for sheet in _run_worker(data):
        one = Sheet(sheet["title"], collect_rows(sheet["rows"]), is_visible=sheet["is_visible"])
        if one.is_visible and find_heading_row(one.rows) is not None:
            # Each area as its first row and column, then its last, from 0.
            areas = ((left, top + 1, bottom + 1) for top, left, bottom, _ in sheet["merged"])
            one.hidden = set(sheet["hidden"] or [])
            is_unsure = is_unsure or sheet["hidden"] is None
            fill_merged_cells(one, areas)
        sheets.append(one)
    grid = join_sheets(sheets)
    grid.warnings.append(NO_MARKS.format("숨긴 행과 취소선" if is_unsure else "취소선"))
    return grid


def _run_worker(data: bytes) -> list[dict]:
    limits = (MAX_LIST_ROWS + MAX_HEADING_SEARCH_ROWS + 1, MAX_LIST_COLUMNS + 1)
    try:
        # -P: the worker finds no module of this folder by accident.
        result = subprocess.run(  # noqa: S603
            [sys.executable, "-P", _WORKER, *map(str, limits)],
            input=data,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={"PATH": "", "RUST_BACKTRACE": "0"},
        )
        if result.returncode == 0:
            return json.loads(result.stdout)
    except subprocess.TimeoutExpired:
        raise ReadError(TOO_LARGE_MESSAGE) from None
    except (OSError, ValueError) as error:
        raise ReadError(BROKEN_FILE_MESSAGE) from error
    if result.returncode == PASSWORD:
        raise ReadError(PASSWORD_MESSAGE)
    # Otherwise its limits ended it: no memory was left, or no time.
    is_broken = result.returncode == BROKEN or b"panicked" in result.stderr
    raise ReadError(BROKEN_FILE_MESSAGE if is_broken else TOO_LARGE_MESSAGE)
