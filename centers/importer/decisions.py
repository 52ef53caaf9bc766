"""The editor's decisions on the rows of a list, validated."""

from collections.abc import Container, Iterable
from typing import Any, Literal, TypedDict, cast

from centers.importer.headings import COLUMN_CHOICES
from centers.models.base import FIRST_YEAR, LAST_YEAR
from centers.models.center_fields import PRINTED_FIELDS, TAKEABLE_FIELDS

DECISION_KEYS = {
    *"rows missing all_missing columns sheets designated_year remarks".split(),
}
#: The columns of a row that can be left out, and those whose value can be typed.
OMITTABLE_COLUMNS = (*PRINTED_FIELDS, "status", "confirmed_on", "classes")
TYPEABLE_COLUMNS = tuple(
    name for name in (*PRINTED_FIELDS, "status") if name not in ("region", "industry")
)
MAX_TYPED_LENGTH = 300


class RowDecision(TypedDict, total=False):
    """The decisions on one row; every key is optional."""

    #: The primary key of the centre that the row describes, or "new".
    center: int | Literal["new"]
    #: True to leave the row out; its centre stays unchanged.
    skip: bool
    #: The code of its region, as "26410".
    region: str
    #: The code of its industry, as "14".
    industry: str
    #: The fields (TAKEABLE_FIELDS) whose protected value the printed one replaces, as ["address"];
    #: "cluster_size" includes its date, "status" reopens a closed centre.
    take: list[str]
    #: The columns (OMITTABLE_COLUMNS) that count as not stated, as ["phone"].
    leave_out: list[str]
    #: Texts that an editor gives instead of the printed ones, by column (TYPEABLE_COLUMNS).
    values: dict[str, str]


class DecisionError(ValueError):
    """An invalid decision; the message says in Korean which and why."""


class Decisions:
    """Decisions by row, by missing centre and for the whole list, from JSON.

    {"rows": {"7": {…}}, "missing": {"12": "keep"}, "all_missing": "keep",
    "columns": {"3": "phone"}, "sheets": {"0": "read"}, "designated_year": 2027, "remarks": "seen"},
    all optional. Rows
    are keyed by their number in the list, each with a `RowDecision`. `parse_columns` and
    `parse_sheets` check "columns" and "sheets", which must be known before the rows are.
    "designated_year" is that of the centres of a selection; 0 means none. "remarks" says that a
    person read the remarks by which centres of no certain row closed.

    Missing centres are keyed by primary key: "keep" leaves the status, "take" sets 확인 필요 even
    if the status is protected. "all_missing" applies to all others: "keep" leaves them, "take"
    sets those that are not protected, regardless of their number.

    Raises DecisionError for anything else, and for rows, centres and codes that do not exist.
    """

    def __init__(
        self,
        data: dict | None,
        *,
        rows: Container[int],
        centers: Container[int],
        regions: Container[str],
        industries: Container[str],
    ) -> None:
        self._centers, self._regions, self._industries = centers, regions, industries
        data = {} if data is None else data
        if not isinstance(data, dict) or not data.keys() <= DECISION_KEYS:
            raise DecisionError("정한 것은 {“rows”: …, “missing”: …} 모양이어야 합니다.")
        self.all_missing = data.get("all_missing", "")
        if self.all_missing not in ("", "keep", "take"):
            raise DecisionError("“all_missing”은 “keep” 또는 “take”로 정합니다.")
        if data.get("remarks", "seen") != "seen":
            raise DecisionError("“remarks”는 “seen”으로 정합니다.")
        self.has_seen_remarks = "remarks" in data
        self.designated_year = self._check_year(data.get("designated_year"))
        self.rows: dict[int, RowDecision] = {}
        self.missing: dict[int, str] = {}
        for name, decision in self._get_items(data, "rows"):
            number = self._parse_key(name, rows, f"{name[:40]}행: 목록에 없는 행입니다.")
            self.rows[number] = self._check_row(number, decision)
        for name, decision in self._get_items(data, "missing"):
            key = self._parse_key(name, centers, f"{name[:40]}번 센터는 없습니다.")
            if decision not in ("keep", "take"):
                raise DecisionError(f"{name}번 센터: “keep” 또는 “take”로 정합니다.")
            self.missing[key] = decision
        chosen: dict[int, int] = {}
        for number, decision in sorted(self.rows.items()):
            center = decision.get("center")
            if isinstance(center, int) and (other := chosen.setdefault(center, number)) != number:
                raise DecisionError(f"{number}행: {other}행과 같은 센터를 골랐습니다.")

    @staticmethod
    def _check_year(year: Any) -> int | None:
        if year is not None and (type(year) is not int or not (year == 0 or is_year(year))):
            raise DecisionError(f"지정연도 {str(year)[:40]}은(는) 쓸 수 없습니다.")
        return year

    @staticmethod
    def _get_items(data: dict, part: str) -> Iterable[tuple[str, Any]]:
        decisions = data.get(part, {})
        if not isinstance(decisions, dict):
            raise DecisionError(f"“{part}”에는 번호마다 정한 것을 적습니다.")
        return decisions.items()

    @staticmethod
    def _parse_key(name: str, known: Container[int], message: str) -> int:
        # isdigit() and int() accept the digits of other scripts too.
        name = str(name)
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else None
        if number is None or number not in known:
            raise DecisionError(message)
        return number

    def _check_row(self, number: int, decision: Any) -> RowDecision:
        if not isinstance(decision, dict):
            raise DecisionError(f"{number}행: 정한 것을 읽을 수 없습니다.")
        for name, value in decision.items():
            match name:
                case "center" if value != "new" and (
                    type(value) is not int or value not in self._centers
                ):
                    raise DecisionError(f"{number}행: {str(value)[:40]}번 센터는 없습니다.")
                case "region" if not isinstance(value, str) or value not in self._regions:
                    raise DecisionError(f"{number}행: 지역 코드 {str(value)[:40]}은(는) 없습니다.")
                case "industry" if not (isinstance(value, str) and value in self._industries):
                    raise DecisionError(f"{number}행: 업종 코드 {str(value)[:40]}은(는) 없습니다.")
                case "skip" if type(value) is not bool:
                    raise DecisionError(f"{number}행: “skip”은 true 또는 false입니다.")
                case "take" if not isinstance(value, list) or not all(
                    item in TAKEABLE_FIELDS for item in value
                ):
                    raise DecisionError(
                        f"{number}행: “take”에는 {', '.join(TAKEABLE_FIELDS)} 가운데에서 적습니다."
                    )
                case "leave_out" if not isinstance(value, list) or not all(
                    item in OMITTABLE_COLUMNS for item in value
                ):
                    raise DecisionError(f"{number}행: “leave_out”에 없는 열이 있습니다.")
                case "values" if not isinstance(value, dict) or not all(
                    column in TYPEABLE_COLUMNS
                    and isinstance(text, str)
                    and 0 < len(text) <= MAX_TYPED_LENGTH
                    for column, text in value.items()
                ):
                    raise DecisionError(
                        f"{number}행: 직접 적는 값은 1자부터 {MAX_TYPED_LENGTH}자까지 적습니다."
                    )
                case "center" | "region" | "industry" | "skip" | "take" | "leave_out" | "values":
                    pass
                case _:
                    raise DecisionError(f"{number}행: “{name[:40]}”은(는) 정할 수 없습니다.")
        return cast(RowDecision, decision)


def is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def parse_columns(data: Any, count: int) -> dict[int, str]:
    """The column meanings that a person gave, by index; `count` is the number of columns.

    Raises DecisionError.
    """
    columns = data.get("columns", {}) if isinstance(data, dict) else {}
    if not isinstance(columns, dict):
        raise DecisionError("“columns”에는 열 번호마다 뜻을 적습니다.")
    given = {}
    for name, meaning in columns.items():
        text = str(name)
        index = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else count
        if index >= count:
            raise DecisionError(f"{text[:40]}열은 표에 없습니다.")
        if not isinstance(meaning, str) or not (meaning == "" or meaning in COLUMN_CHOICES):
            raise DecisionError(f"{index + 1}열: {str(meaning)[:40]}은(는) 열의 뜻이 아닙니다.")
        given[index] = meaning
    return given


def parse_sheets(data: Any, count: int) -> dict[int, bool]:
    """Whether further sheets belong to the list, by index; `count` is the number of such sheets.

    Raises DecisionError.
    """
    sheets = data.get("sheets", {}) if isinstance(data, dict) else {}
    if not isinstance(sheets, dict):
        raise DecisionError("“sheets”에는 시트 번호마다 “read” 또는 “leave”를 적습니다.")
    known = {str(index): index for index in range(count)}
    for name, choice in sheets.items():
        if name not in known or choice not in ("read", "leave"):
            raise DecisionError(f"“sheets”의 {str(name)[:40]}: 없는 시트이거나 잘못된 값입니다.")
    return {known[name]: choice == "read" for name, choice in sheets.items()}
