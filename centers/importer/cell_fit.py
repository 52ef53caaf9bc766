"""How well cells fit the columns of a list, to place those of a row that lacks some."""

import re
from collections.abc import Sequence

from centers.importer.heading_words import INNER_REGION, NUMBERING
from centers.importer.headings import recognise_heading
from centers.importer.unstated import is_ditto, is_unstated
from centers.text.hangul import clean

_NUMBER = re.compile(r"(?:약|총|대략)?\s*\d[\d,.]*\s*(?:여|만|천)?\s*[가-힣()社]{0,8}")
_ROW_NUMBER = re.compile(r"\d{1,4}\.?")
_PHONE = re.compile(r"(?:\D*\d){7,}")
_YEAR = re.compile(r"(?:19|20)\d\d|[’'‘]?\d\d\s*[년.]")
_STREET = re.compile(r"[가-힣](?:로|길|동|읍|면|리|가|구)\s?\d*|번지|\d{1,4}-\d{1,4}|층|호\b")
_ORGANISATION = re.compile(
    r"[재사주유]\)|㈜|재단|법인|조합|협회|진흥원|산학|대학|연구원|공단|공사|연합회|상공회의소|테크노파크|협의회|기술원|센터\Z"
)
#: The end of a name, and the words that all names share, which are no name.
_NAME = re.compile(r"센터(?:\s*[(\[].*[)\]])?[¹²³*※\d)]{0,3}\Z")
_BARE_NAME = re.compile(r"(?:도시형|소공인|특화|지원|상생)*\s*센터")
_PLACE_NAME = re.compile(r"\D{1,11}(?:\(\d+\D*\))?")
#: The most cells that a row may lack.
MAX_LACKING = 3


def rate_cell(meaning: str | None, cell: str) -> int:
    """1 if a cell looks like one of its column, -1 if like one of another, else 0."""
    text = clean(cell)
    if not text or is_unstated(text) or is_ditto(text):
        return 0
    has_digit = any(map(str.isdigit, text))
    is_organisation = _ORGANISATION.search(text) is not None
    is_center = text.endswith("센터") or "지원센터" in text
    is_phone = _PHONE.fullmatch(re.sub(r"\D+\Z", "", text)) is not None and not is_organisation
    match meaning:
        case "numbering":
            fits = _ROW_NUMBER.fullmatch(text) is not None
        case "cluster_size":
            fits = _NUMBER.fullmatch(text) is not None
        case "phone":
            fits = is_phone
        case "designated_year":
            fits = _YEAR.search(text) is not None and not is_phone
        case "website":
            fits = "." in text and not re.search("[가-힣]{2}", text)
        case "address" | "place" | "second_address":
            if is_phone or is_center or _NUMBER.fullmatch(text):
                return -1
            return 1 if has_digit and _STREET.search(text) else -1 if is_organisation else 0
        case "name":
            if _BARE_NAME.fullmatch(text):
                return -1
            return 1 if _NAME.search(text) else -1 if is_organisation or has_digit else 0
        case "operator":
            return -1 if is_phone or _NUMBER.fullmatch(text) else 1 if is_organisation else 0
        case "industry":
            return -1 if is_organisation or is_phone or _NUMBER.fullmatch(text) else 0
        case "region" | "inner_region":
            is_place = _PLACE_NAME.fullmatch(text) and len(text.split()) <= 3
            return 0 if is_place and not is_organisation else -1
        case _:
            return 0
    return 1 if fits else -1


def rate_cells(meanings: Sequence[str | None], cells: Sequence[str]) -> int:
    """The sum of `rate_cell`; one that does not fit weighs as much as three that do."""
    rates = [rate_cell(meaning, cell) for meaning, cell in zip(meanings, cells, strict=True)]
    return sum(rate if rate > 0 else 3 * rate for rate in rates)


def list_meanings(headings: Sequence[str]) -> list[str | None]:
    return [recognise_heading(heading) for heading in headings]


def place_cells(cells: Sequence[str], headings: Sequence[str]) -> list[str] | None:
    """The cells of a row that lacks some, in the columns of a list; None where that is unclear.

    A merged cell in front, or blank cells at the end, may have been left out.
    """
    lacking = len(headings) - len(cells)
    if not 0 < lacking <= max(MAX_LACKING, len(headings) // 2):
        return None
    meanings = list_meanings(headings)
    blanks, own = [""] * lacking, list(cells)
    choices = {"end": [*own, *blanks]}
    first = 1 if meanings[0] == NUMBERING and rate_cell(NUMBERING, own[0]) > 0 else 0
    if meanings[first] in ("region", INNER_REGION, "place"):
        choices["front"] = [*own[:first], *blanks, *own[first:]]
    rates = {name: rate_cells(meanings, choice) for name, choice in choices.items()}
    if rates["end"] == rates.get("front"):
        return None
    best = max(rates, key=lambda name: rates[name])
    return choices[best] if rates[best] >= 0 else None
