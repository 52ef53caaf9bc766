"""Reads a table from HTML source; many offices save such a page as .xls."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from centers.importer.grid import (
    MAX_LIST_COLUMNS,
    MAX_LIST_ROWS,
    Grid,
    GridRow,
    ReadError,
    collect_rows,
)
from centers.importer.headings import find_heading_row
from centers.importer.sheets import Sheet, join_sheets
from centers.importer.struck_text import choose_texts

MAX_TAGS = 400_000

# No pattern matches past the next "<", so that broken source cannot cause slow backtracking.
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
_SPAN = re.compile(r"\b(row|col)span\s{0,9}=\s{0,9}[\"']?(\d{1,4})", re.IGNORECASE)
_CAPTION = re.compile(r"<caption[^<>]*+>(.*?)</caption", re.IGNORECASE | re.DOTALL)
_LINE_END = re.compile(r"(?:</(?:h[1-6]|p|div|caption|li)\b|<br\b)[^<>]*+>?", re.IGNORECASE)
_HIDDEN = re.compile(r"\bhidden\b|display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_STRUCK_TAGS = ("s", "strike", "del")
_STRUCK = re.compile("line-through", re.IGNORECASE)
#: Struck out, or in the source but not on the page.
_NOT_SHOWN = re.compile(r"line-through|display\s{0,9}:\s{0,9}none", re.IGNORECASE)
#: The beginning of the styles of a page by class: .xl66 {…; text-decoration:line-through; …}
_STYLES = re.compile(r"<style\b", re.IGNORECASE)
_STYLES_END = re.compile(r"</style", re.IGNORECASE)
#: The style sheets of a page that are looked at, and the characters of all.
MAX_STYLE_SHEETS = 20
MAX_STYLES_LENGTH = 500_000
_CLASS_NAME = re.compile(r"\.([\w-]+)")
_CLASSES = re.compile(
    r"\bclass\s{0,9}=\s{0,9}(?:[\"']([^\"'<>]{0,200})[\"']|([\w-]{1,100}))", re.IGNORECASE
)
#: The characters of source in which the title of a table is searched for, and its length.
MAX_TITLE_SOURCE = 2_000
MAX_TITLE_LENGTH = 60
_CELL_EDGES = set("td th /td /th /tr /table".split())
#: Tags inside a cell that separate words; any other may occur within a word.
_BREAKS = set("br p div li ul ol hr".split())


def has_html_table(text: str) -> bool:
    """Whether a text is HTML source with a table, and not a text table that contains tags."""
    return text.lstrip().startswith("<") and _TABLE.search(text) is not None


def parse_page(text: str) -> Grid:
    """The tables with known headings, joined as sheets are; else the first table.

    Raises ReadError.
    """
    if text.count("<") > MAX_TAGS:
        raise ReadError(
            f"표가 너무 큽니다. {MAX_LIST_ROWS:,}행, {MAX_LIST_COLUMNS}열까지 읽습니다."
        )
    before, *tables = _TABLE.split(_write_out_styles(_strip_comments(text), _find_styles(text)))
    first: list[GridRow] = []
    sheets = []
    for table in tables:
        sheet = _parse_table(table, _find_title(table, before))
        if find_heading_row(sheet.rows) is not None:
            sheets.append(sheet)
        first = first or sheet.rows
        before = table.rpartition("</table")[2].partition(">")[2]
    return join_sheets(sheets, "표") if sheets else Grid(first)


def _find_title(table: str, before: str) -> str:
    """The caption of a table, else the text in front of it; "" if that is no title."""
    caption = _CAPTION.search(table[:MAX_TITLE_SOURCE])
    source = caption[1] if caption else before[-MAX_TITLE_SOURCE:]
    lines = _LINE_END.split(source)
    texts = (" ".join(unescape(_TAG.sub("", line)).split()) for line in reversed(lines))
    title = next((text for text in texts if text), "")
    return title if len(title) <= MAX_TITLE_LENGTH and "<" not in title else ""


def _find_styles(text: str) -> dict[str, str]:
    """What the style sheet of a page says of its classes: struck out or not shown, by name."""
    styles = {}
    for source in _STYLES.split(text, maxsplit=MAX_STYLE_SHEETS)[1:]:
        sheet = _STYLES_END.split(source[:MAX_STYLES_LENGTH], maxsplit=1)[0]
        for rule in sheet.split("}"):
            selectors, _, declarations = rule.rpartition("{")
            if match := _NOT_SHOWN.search(declarations):
                styles |= dict.fromkeys(_CLASS_NAME.findall(selectors), match[0])
    return styles


def _write_out_styles(text: str, styles: Mapping[str, str]) -> str:
    """The source with the styles of its classes beside their names."""

    def add(match: re.Match) -> str:
        names = (match[1] or match[2] or "").split()
        found = [styles[name] for name in names if name in styles]
        return f"{match[0]} style='{found[0]}'" if found else match[0]

    return _CLASSES.sub(add, text) if styles else text


def _strip_comments(text: str) -> str:
    before, *commented = text.split("<!--")
    return before + "".join(
        "\n" * comment.count("\n") + after
        for comment, _, after in (part.partition("-->") for part in commented)
    )


def _parse_table(table: str, title: str) -> Sheet:
    """One table; rowspan repeats the text in each row, colspan leaves blank cells."""
    sheet = Sheet(title, [])
    reaching: dict[int, tuple[int, str]] = {}  # by column: rows still to come, and the text
    rows: list[GridRow] = []
    spanned = sheet.spanned
    for row in _ROW.split(table):
        if cells := list(_parse_cells(row)):
            filled = {column: text for column, (_, text) in reaching.items()}
            spanned |= {(len(rows) + 1, column) for column in filled}
            reaching = {c: (left - 1, text) for c, (left, text) in reaching.items() if left > 1}
            column = 0
            texts, is_struck = choose_texts([(left, whole) for left, whole, _, _ in cells])
            for text, (_, _, height, width) in zip(texts, cells, strict=True):
                while column in filled:
                    column += 1
                for c in range(column, min(column + width, MAX_LIST_COLUMNS + 1)):
                    filled[c] = text if c == column else ""
                    if height > 1:
                        reaching[c] = (height - 1, filled[c])
            line = len(rows) + 1
            spanned |= {(line, column) for column in reaching}
            rows.append((line, [filled.get(c, "") for c in range(max(filled, default=-1) + 1)]))
            if _HIDDEN.search(row.partition(">")[0]):
                sheet.hidden.add(line)
            if is_struck or _STRUCK.search(row.partition(">")[0]):
                sheet.struck.add(line)
            if len(rows) > MAX_LIST_ROWS * 2:
                break
    sheet.rows = collect_rows(rows)
    return sheet


def _parse_cells(row: str) -> Iterator[tuple[str, str, int, int]]:
    """Each cell of a row as (text without what is struck out, whole text, rowspan, colspan)."""
    parts = _TAG.split(row)
    pieces: list[str] | None = None
    whole: list[str] = []
    size: tuple[int, int] = (1, 1)
    struck: list[str] = []
    for tag, attributes, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        name = tag.lower()
        if name in _CELL_EDGES:
            if pieces is not None:
                yield _join_pieces(pieces), _join_pieces(whole), size[0], size[1]
            pieces, whole = None if name.startswith("/") else [], []
            spans = {kind.lower(): int(number) for kind, number in _SPAN.findall(attributes)}
            size = (spans.get("row", 1), spans.get("col", 1))
            struck = []
        if name.startswith("/"):
            struck = struck[:-1] if struck[-1:] == [name[1:]] else struck
        elif name in _STRUCK_TAGS or name in struck or _NOT_SHOWN.search(attributes):
            struck.append(name)
        if pieces is not None:
            gap = " " if name.strip("/") in _BREAKS else ""
            pieces += [gap, "" if struck else after]
            whole += [gap, after]
    if pieces is not None:
        yield _join_pieces(pieces), _join_pieces(whole), size[0], size[1]


def _join_pieces(pieces: list[str]) -> str:
    return " ".join(unescape("".join(pieces)).split())
