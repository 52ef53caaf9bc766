"""What the columns of a table mean, and which sheets belong: as recognised, chosen, remembered."""

from collections.abc import Mapping

from centers.importer.build_list import build_list
from centers.importer.decisions import DecisionError, parse_columns, parse_sheets
from centers.importer.grid import ReadError
from centers.importer.headings import COLUMN_CHOICES
from centers.importer.plan import SheetQuestion, TableColumn
from centers.importer.printed_list import PrintedList
from centers.models import ImportRun
from centers.text.formatting import quote
from centers.text.hangul import to_plain_text

#: Characters of the first cell of a column that the plan shows.
MAX_SAMPLE_LENGTH = 30
#: The imports of a publisher whose choices are remembered.
MAX_REMEMBERED_RUNS = 20


def find_remembered_columns(table: PrintedList, publisher: str) -> dict[int, str]:
    """The meanings that people gave to columns with these headings in lists of this publisher.

    By index; the newest applied import counts. One query.
    """
    if table.table is None or not publisher:
        return {}
    applied = ImportRun.objects.filter(
        state=ImportRun.State.APPLIED, announcement__publisher=publisher
    ).order_by("applied_at", "pk")
    given: dict[str, str] = {}
    recent = applied.reverse().values_list("decisions", "table")[:MAX_REMEMBERED_RUNS]
    for decisions, stored in reversed(recent):
        headings = ((stored or {}).get("table") or {}).get("headings", [])
        for index, meaning in decisions.get("columns", {}).items():
            if int(index) < len(headings):
                given[to_plain_text(headings[int(index)])] = meaning
    given.pop("", None)
    return {
        index: given[key]
        for index, heading in enumerate(table.table.headings)
        if (key := to_plain_text(heading)) in given
        and (given[key] == "" or given[key] in COLUMN_CHOICES)
        and given[key] != table.meanings[index]
    }


def describe_remembered(
    table: PrintedList, remembered: Mapping[int, str], decisions: dict | None
) -> list[str]:
    """A note in Korean on the columns that are read as a person chose for an earlier list."""
    chosen = (decisions or {}).get("columns", {})
    named = []
    for index, meaning in remembered.items():
        if table.table and str(index) not in chosen:
            words = COLUMN_CHOICES.get(meaning, "쓰지 않음")
            named.append(f"{quote(table.table.headings[index], '은', '는')} {words}")
    if not named:
        return []
    return [f"지난 목록에서 정한 대로 읽은 열이 있습니다: {', '.join(named)}."]


def read_again(
    table: PrintedList, decisions: dict | None, remembered: Mapping[int, str]
) -> PrintedList:
    """The list with the column meanings and the sheets that a person chose.

    Raises DecisionError.
    """
    sheets = parse_sheets(decisions, len(table.table.sheets) if table.table else 0)
    chosen = parse_columns(decisions or {}, len(table.meanings))
    if table.table is None or not (chosen or remembered or sheets):
        return table
    try:
        return build_list(table.table, {**remembered, **chosen}, sheets)
    except ReadError as error:
        raise DecisionError(str(error)) from None


def list_columns(table: PrintedList) -> list[TableColumn]:
    """The columns of the table, each with its meaning and its first text."""
    if table.table is None:
        return []
    columns = []
    for index, (heading, meaning) in enumerate(
        zip(table.table.headings, table.meanings, strict=True)
    ):
        texts = (cells[index] for _, cells in table.table.rows if cells[index])
        sample = next(texts, "")[:MAX_SAMPLE_LENGTH]
        if heading or sample:
            columns.append(TableColumn(index, heading, meaning, sample))
    return columns


def list_sheets(table: PrintedList) -> list[SheetQuestion]:
    """The further sheets of the table."""
    return [
        SheetQuestion(index, sheet.title or f"{index + 2}째 표", sheet.count)
        for index, sheet in enumerate(table.table.sheets if table.table else [])
    ]
