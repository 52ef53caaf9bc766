"""Which rows below the headings are of the list: totals, remarks and sections aside."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from centers.importer.footnotes import find_rows_of_remark, strip_sign
from centers.importer.grid import GridRow
from centers.importer.headings import (
    find_known_headings,
    join_heading_rows,
    recognise_heading,
)
from centers.importer.row_parts import (
    find_single_cell,
    is_continuation,
    parse_region_title,
)
from centers.importer.status_parser import find_closing_words
from centers.importer.table_shape import align_cells, align_headings
from centers.text.formatting import quote
from centers.text.hangul import clean

_TOTAL = re.compile(
    r"(?:.{0,12} )?(?:총 ?합계|총계|합계|소계|누계|계|총합|전체|총)(?: ?[(:]? ?\d[\d,]* ?"
    r"(?:개소|개 ?센터|개|곳|개사|개 ?기관)?[)]?(?: ?센터)?)?"
)
_TOTAL_LABEL = re.compile(r"(?:.{1,12} ?)?(?:소계|합계|총계|누계)|계|총합계?")
_REMARK = re.compile(
    r"[※*＊☞▶■□◦○●•†‡¹²³⁴-⁹]|주 ?\d?[):]|출처|자료|비고|참고|\(?단위"
    r"|[-–—~〈<\[(]* ?이하 ?(?:여백|빈칸)"
    r"|끝[.\]]?\Z|\d{1,2}\) |이상\Z|작성|문의|기준일|\(?\d{4}[.년].*기준"
    # A number of a page.
    r"|[-–—] ?\d{1,3} ?[-–—]\Z|\d{1,3} ?/ ?\d{1,3}\Z"
    r"|(?:page|p\.) ?\d{1,3}\Z|\d{1,3} ?(?:쪽|페이지)\Z",
    re.IGNORECASE,
)
MAX_SECTION_LENGTH = 60
#: Remarks whose rows are searched for.
MAX_REMARKS = 100
_COUNT = re.compile(r"(\d[\d,]*) ?(개소|개 ?센터|곳|개 ?기관|개)?(?: ?센터)?")
#: A row of one cell with other text heads a section, where it says so.
_SECTION = re.compile(r"[□■▣◎◆▶▷○●<【\[①-⑳]|.*센터.{0,6}\Z")


@dataclass
class ListRows:
    """The rows of a list, what was left out, and the status that a section states, by line."""

    rows: list[GridRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    section_status: dict[int, str] = field(default_factory=dict)
    #: Remarks by which centres closed, of no certain row.
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: The region that a title names for a row, by line, in a list without a column of regions.
    regions: dict[int, str] = field(default_factory=dict)
    #: The number of rows whose blank region a title fills.
    titled: int = 0

    def leave_out(self, line: int, text: str, more: str = "") -> None:
        self.warnings.append(f"{line}행 {quote(text)} 목록의 행이 아니라고 보아 뺐습니다.{more}")

    def add(self, line: int, cells: list[str], meanings: Sequence[str | None], title: str) -> str:
        """Add a row below the title of a region; return the title that counts from here on."""
        index = meanings.index("region") if "region" in meanings else None
        if index is not None and index < len(cells) and title:
            if cells[index]:
                title = ""
            else:
                cells = [*cells[:index], title, *cells[index + 1 :]]
                self.titled += 1
        elif index is None and title:
            self.regions[line] = title
        self.rows.append((line, cells))
        return title

    def join_to_last(self, line: int, cells: list[str]) -> None:
        """Join the one cell of a row to the cell above it."""
        last, above = self.rows[-1]
        joined = [f"{one} {cell}".strip() for one, cell in zip_longest(above, cells, fillvalue="")]
        self.rows[-1] = (last, joined)
        text = next(filter(None, cells))
        self.notes.append(f"{line}행 {quote(text)} {last}행의 칸에 이어 붙였습니다.")

    def apply_remarks(self, remarks: Sequence[str], headings: Sequence[str]) -> None:
        """Give remarks on closed centres to their rows; keep those of no row for a question."""
        self.remarks += remarks[MAX_REMARKS:]
        for text in remarks[:MAX_REMARKS]:
            if text in self.section_status.values():
                continue  # the title of the rows below it
            lines = find_rows_of_remark(text, self.rows, headings)
            for line in lines:
                before = self.section_status.get(line, "")
                self.section_status[line] = " / ".join(filter(None, (before, strip_sign(text))))
            self.remarks += [] if lines else [text]


def select_list_rows(
    below: list[GridRow], headings: list[str], size_columns: Iterable[int], section: str = ""
) -> ListRows:
    """Part the rows of the list from totals and remarks; a total that disagrees is a warning.

    `section` is what the title above the headings says of the status of the rows. Rows below
    other headings are brought into the columns of the list, or left out with a warning.
    """
    found = ListRows()
    sizes = set(size_columns)
    meanings = [recognise_heading(heading) for heading in headings]
    #: Totals that the number of all rows decides.
    open_totals: list[tuple[int, str, int]] = []
    remarks: list[str] = []
    since_subtotal = index = 0
    alignment, title = None, ""
    while index < len(below):
        line, cells = below[index]
        if _heads_other_table(cells, headings):
            other, index = join_heading_rows(below, index)
            alignment = None if _equals(other, headings) else align_headings(headings, other)
            if alignment is None and not _equals(other, headings):
                found.warnings.append(
                    f"{line}행부터 {below[-1][0]}행까지는 제목이 다른 표라서 읽지 않았습니다. "
                    "그 표만 따로 가져와 주세요."
                )
                break
            continue
        index += 1
        if alignment and sum(map(bool, cells)) > 1:
            cells = align_cells(cells, alignment)
        filled = [cell for cell in cells if cell]
        if _equals(cells, headings):
            continue  # the headings, repeated at the top of each printed page
        if label := find_total_label(filled):
            whole = len(found.rows)
            stated = _find_count(cells, label, sizes)
            if stated is None or stated in (since_subtotal, whole):
                found.leave_out(line, label)
            elif "소계" in label or (0 < since_subtotal < whole and not label.startswith("총")):
                found.leave_out(line, label, _describe_miscount(stated, since_subtotal))
            else:
                open_totals.append((line, label, stated))
            since_subtotal = 0
        elif len(filled) == 1 and _continues(cells, found.rows, meanings):
            found.join_to_last(line, cells)
        elif len(filled) == 1 and (
            region := parse_region_title(
                cells, below[index][1] if index < len(below) else [], meanings
            )
        ):
            title = region
        elif (
            len(filled) == 1
            and not _is_lone_name(cells, meanings)
            and (is_remark(filled[0], len(headings)) or find_closing_words(filled[0]))
        ):
            found.leave_out(line, filled[0])
            section = _find_section(filled[0], section, len(headings))
            remarks += [filled[0]] if find_closing_words(filled[0]) else []
        else:
            title = found.add(line, cells, meanings, title)
            since_subtotal += 1
            if section:
                found.section_status[line] = section
    for line, label, stated in open_totals:
        whole = len(found.rows)
        found.leave_out(line, label, _describe_miscount(stated, whole) if stated != whole else "")
    found.apply_remarks(remarks, headings)
    return found


def _is_lone_name(cells: list[str], meanings: Sequence[str | None]) -> bool:
    """Whether the one cell of a row is the name of a centre, in its column behind others."""
    index = find_single_cell(cells)
    if not index or index >= len(meanings) or meanings[index] != "name":
        return False
    return "센터" in cells[index] and not _REMARK.match(cells[index])


def _continues(cells: list[str], rows: list[GridRow], meanings: Sequence[str | None]) -> bool:
    return (
        bool(rows)
        and not any(_REMARK.match(cell) for cell in cells if cell)
        and is_continuation(cells, rows[-1][1], meanings)
    )


def _describe_miscount(stated: int, counted: int) -> str:
    return f" 적힌 수는 {stated:,}곳인데 목록은 {counted:,}행입니다."


def _find_section(text: str, before: str, width: int) -> str:
    """The status of the rows below a row of one cell; a remark changes nothing."""
    if find_closing_words(text) and len(text) < 40:
        return text
    is_title = width > 2 and _SECTION.match(text) and len(text) <= MAX_SECTION_LENGTH
    return "" if is_title else before


def _equals(cells: list[str], headings: list[str]) -> bool:
    return all(cell in ("", heading) for cell, heading in zip_longest(cells, headings))


def _heads_other_table(cells: list[str], headings: list[str]) -> bool:
    """Whether a row among the rows of a list is one of headings: at least two, and mostly such."""
    filled = sorted((cell for cell in cells if cell), key=len)
    unknown = 0
    for cell in filled:
        unknown += cell.isdecimal() or recognise_heading(cell) is None
        # Most rows are done with here, after their first cells.
        if unknown * 3 > len(filled):
            return False
    return len(find_known_headings(filled)) > 1 and not _equals(cells, headings)


def is_remark(cell: str, width: int) -> bool:
    """Whether the one cell of a row is a remark or the title of a section."""
    is_section = width > 2 and _SECTION.match(cell)
    return bool(_REMARK.match(cell) or is_section) or len(cell) > MAX_SECTION_LENGTH


def find_total_label(filled: list[str]) -> str:
    """The cell that makes a row one of a total; "" in a row that names a centre."""
    label = next((cell for cell in filled if is_total_label(cell)), "")
    texts = [cell for cell in filled if cell != label and re.search("[가-힣]{2}", cell)]
    texts = [text for text in texts if not _COUNT.fullmatch(clean(text))]
    is_first = label and filled[0] == label and clean(label) != "전체"
    return label if is_first or len(texts) <= 1 else ""


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
