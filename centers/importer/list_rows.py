"""Which rows below the headings are of the list: totals, remarks and sections aside."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from centers.importer.grid import GridRow
from centers.importer.status_parser import find_closing_words
from centers.text.formatting import quote
from centers.text.hangul import clean

_TOTAL = re.compile(
    r"(?:.{0,12} )?(?:총 ?합계|총계|합계|소계|누계|계|총합|전체|총)(?: ?[(:]? ?\d[\d,]* ?"
    r"(?:개소|개 ?센터|개|곳|개사|개 ?기관)?[)]?(?: ?센터)?)?"
)
_TOTAL_LABEL = re.compile(r"(?:.{1,12} ?)?(?:소계|합계|총계|누계)|계|총합계?")
_REMARK = re.compile(
    r"[※*＊☞▶■□◦○●•]|주\d?[):]|출처|자료|비고|참고|\(?단위|[-–—~〈<\[(]* ?이하 ?(?:여백|빈칸)"
    r"|끝[.\]]?\Z|\d{1,2}\) |이상\Z|작성|문의|기준일|\(?\d{4}[.년].*기준"
)
MAX_SECTION_LENGTH = 60
_COUNT = re.compile(r"(\d[\d,]*) ?(개소|개 ?센터|곳|개 ?기관|개)?(?: ?센터)?")
#: A row of one cell with other text heads a section, where it says so.
_SECTION = re.compile(r"[□■▣◎◆▶▷○●<【\[]|.*센터.{0,6}\Z")


@dataclass
class ListRows:
    """The rows of a list, what was left out, and the status that a section states, by line."""

    rows: list[GridRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    section_status: dict[int, str] = field(default_factory=dict)


def select_list_rows(
    below: Iterable[GridRow], headings: list[str], size_columns: Iterable[int]
) -> ListRows:
    """Part the rows of the list from totals and remarks; a total that disagrees is a warning."""
    found = ListRows()
    sizes = set(size_columns)
    since_subtotal = 0
    section = ""
    for line, cells in below:
        filled = [cell for cell in cells if cell]
        if all(cell in ("", heading) for cell, heading in zip_longest(cells, headings)):
            continue  # the headings, repeated at the top of each printed page
        label = next((cell for cell in filled if is_total_label(cell)), "")
        if label:
            whole = len(found.rows)
            is_part = "소계" in label or (since_subtotal < whole and not label.startswith("총"))
            counts = {since_subtotal, whole} if is_part else {whole}
            stated = _find_count(cells, label, sizes)
            wrong = (
                f" 적힌 수는 {stated:,}곳인데 목록은 {max(counts):,}행입니다."
                if stated is not None and stated not in counts
                else ""
            )
            found.warnings.append(
                f"{line}행 {quote(label)} 목록의 행이 아니라고 보아 뺐습니다.{wrong}"
            )
            since_subtotal = 0 if is_part else since_subtotal
        elif len(filled) == 1 and (_REMARK.match(filled[0]) or len(filled[0]) > 60):
            found.warnings.append(
                f"{line}행 {quote(filled[0])} 목록의 행이 아니라고 보아 뺐습니다."
            )
            section = (
                filled[0] if find_closing_words(filled[0]) and len(filled[0]) < 40 else section
            )
        elif len(filled) == 1 and len(headings) > 2 and _SECTION.match(filled[0]):
            section = filled[0] if find_closing_words(filled[0]) else ""
            found.warnings.append(
                f"{line}행 {quote(filled[0])} 목록의 행이 아니라고 보아 뺐습니다."
            )
        else:
            found.rows.append((line, cells))
            since_subtotal += 1
            if section:
                found.section_status[line] = section
    return found


def is_remark(cell: str, width: int) -> bool:
    """Whether the one cell of a row is a remark or the title of a section."""
    is_section = width > 2 and _SECTION.match(cell)
    return bool(_REMARK.match(cell) or is_section) or len(cell) > MAX_SECTION_LENGTH


def is_total_label(cell: str) -> bool:
    """Whether a cell heads a total: 합 계, 부산 소계, 총 1개 센터."""
    text = clean(cell)
    return len(text) <= 30 and bool(
        _TOTAL_LABEL.fullmatch("".join(text.split())) or _TOTAL.fullmatch(text)
    )


def _find_count(cells: list[str], label: str, sizes: set[int]) -> int | None:
    """The number of centres that a row of a total states; None if it states none."""
    for index, cell in enumerate(cells):
        text = clean(cell).removeprefix("총").strip()
        if cell == label:
            match = _COUNT.search(text)
            match = match if match and match[2] else None
        else:
            match = _COUNT.fullmatch(text)
        # The makers of all clusters are in the column of sizes.
        if match and (match[2] not in (None, "개") or index not in sizes) and match[2] != "개사":
            digits = match[1].replace(",", "")
            return int(digits) if len(digits) < 9 else None
    return None
