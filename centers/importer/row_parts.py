"""Rows that hold a part of a list: a cell that goes on below, a region over the rows below."""

import re
from collections.abc import Sequence

from centers.importer.heading_words import INNER_REGION, REGION_OR_ADDRESS
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_region_tree
from centers.text.hangul import clean

#: The end that names of centres share, in a row below its beginning.
_NAME_END = re.compile(r"(?:도시형|소공인|특화|지원|상생|\s)*센터")
_NAME_START = re.compile(r"(?!.*센터)")
#: A title of a region: □ 서울, ▶ 대전 지역, 서울특별시 (5개소), 1. 부산.
_REGION_TITLE = re.compile(
    r"[\s□■▣◎◆◇▶▷○●◦•<〈【\[*-]*(?:\d{1,2}\s?[.)]|[가-하][.)])?\s*"
    r"(?P<region>[가-힣]{2,8}(?:\s[가-힣]{2,6}){0,2}?)(?:\s?(?:지역|권역))?"
    r"\s?(?P<count>\(\s?\d{1,3}\s?(?:개소|개|곳)?\s?\))?[\s>〉】\]]*"
)
#: Words of titles that name no region.
_NO_REGION = re.compile(
    r"센터|현황|목록|명단|신규|기존|재지정|선정|지정|운영|합계|소계|기타|특화|상생|종료|이하|여백|참고|없음"
)
_REGIONS = ("region", INNER_REGION)


def find_single_cell(cells: Sequence[str]) -> int | None:
    """The position of the only cell of a row that is not blank; None if there are more, or none."""
    filled = [index for index, cell in enumerate(cells) if cell]
    return filled[0] if len(filled) == 1 else None


def is_continuation(
    cells: Sequence[str], above: Sequence[str], meanings: Sequence[str | None]
) -> bool:
    """Whether the one cell of a row goes on from the cell above it, as a long address does.

    No such cell can be the row of a centre: an address alone, the end of a name.
    """
    index = find_single_cell(cells)
    if not index or index >= len(meanings) or not (index < len(above) and above[index]):
        return False
    match meanings[index]:
        case "region" | "inner_region" | "numbering":
            return False
        case "name":
            return bool(
                _NAME_END.fullmatch(clean(cells[index])) and _NAME_START.match(above[index])
            )
        case "operator":
            return "name" in meanings
        case meaning:
            return meaning != REGION_OR_ADDRESS or "address" in meanings or "region" in meanings


def parse_region_title(
    cells: Sequence[str], below: Sequence[str], meanings: Sequence[str | None]
) -> str:
    """The region that a row of one cell names for the rows below; "" if it names none.

    In a list with a column of regions, the cell is in that one, and the next row has none there.
    """
    index = find_single_cell(cells)
    if index is None or index >= len(meanings) or sum(map(bool, below)) < 2:
        return ""
    has_regions = any(meaning in meanings for meaning in _REGIONS)
    if has_regions and (meanings[index] != "region" or "".join(below[index : index + 1])):
        return ""
    match = _REGION_TITLE.fullmatch(clean(cells[index]))
    if not match or _NO_REGION.search(match["region"]):
        return ""
    if not (
        has_regions or get_place_parser(get_region_tree()).find_regions(match["region"], whole=True)
    ):
        return ""
    return match["region"] + (match["count"] or "").replace(" ", "")
