"""What a person has decided about the rows of a list."""

from centers.importer.facts import RowReader
from centers.models import Center
from centers.models.center_fields import TAKEABLE_FIELDS

DECISION_KEYS = {"rows", "missing", "all_missing"}


class DecisionError(ValueError):
    """A decision that cannot be followed; the text says in Korean which and why."""


class Decisions:
    """Decisions by row and by missing centre, from JSON.

    {"rows": {"7": {…}}, "missing": {"12": "keep"}, "all_missing": "keep"}, all optional. A row
    is named by its number in the list; what is decided of it is any of

    - "center": the key of the centre that it speaks of, or "new";
    - "skip": true, and the row is not taken in at all (the centre stays as it is);
    - "region": the code of its region, as "26410";
    - "industry": the code of its industry, as "14";
    - "take": the fields (TAKEABLE) whose protected value gives way to the printed one, as
      ["address"]; "cluster_size" brings its date, "status" opens a closed centre again.

    A missing centre is named by its key: "keep" leaves its status, "take" turns it to 확인 필요
    although it is protected. "all_missing" decides on all others: "keep" leaves them, "take" turns
    those that are not protected, however many they are.
    """

    def __init__(self, data: dict | None, numbers: set[int], reader: RowReader, centers: dict):
        data = {} if data is None else data
        if not isinstance(data, dict) or not data.keys() <= DECISION_KEYS:
            raise DecisionError("정한 것은 {“rows”: …, “missing”: …} 모양이어야 합니다.")
        self.all_missing = data.get("all_missing", "")
        if self.all_missing not in ("", "keep", "take"):
            raise DecisionError("“all_missing”은 “keep” 또는 “take”로 정합니다.")
        self.rows: dict[int, dict] = {}
        self.missing: dict[int, str] = {}
        for name, decision in self._pairs(data, "rows"):
            number = self._number(name, numbers, f"{name[:40]}행: 목록에 없는 행입니다.")
            self.rows[number] = self._row(number, decision, reader, centers)
        for name, decision in self._pairs(data, "missing"):
            key = self._number(name, centers, f"{name[:40]}번 센터는 없습니다.")
            if decision not in ("keep", "take"):
                raise DecisionError(f"{name}번 센터: “keep” 또는 “take”로 정합니다.")
            self.missing[key] = decision
        chosen: dict[int, int] = {}
        for number, decision in sorted(self.rows.items()):
            center = decision.get("center")
            if isinstance(center, int) and (other := chosen.setdefault(center, number)) != number:
                raise DecisionError(f"{number}행: {other}행과 같은 센터를 골랐습니다.")

    @staticmethod
    def _pairs(data: dict, part: str):
        pairs = data.get(part, {})
        if not isinstance(pairs, dict):
            raise DecisionError(f"“{part}”에는 번호마다 정한 것을 적습니다.")
        return pairs.items()

    @staticmethod
    def _number(name: str, known, message: str) -> int:
        # Digits of other scripts are numbers to Python too.
        name = str(name)
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else None
        if number not in known:
            raise DecisionError(message)
        return number

    @staticmethod
    def _row(number: int, decision, reader: RowReader, centers: dict[int, Center]) -> dict:
        if not isinstance(decision, dict):
            raise DecisionError(f"{number}행: 정한 것을 읽을 수 없습니다.")
        for name, value in decision.items():
            match name:
                case "center" if value != "new" and (
                    type(value) is not int or value not in centers
                ):
                    raise DecisionError(f"{number}행: {str(value)[:40]}번 센터는 없습니다.")
                case "region" if not isinstance(value, str) or value not in reader.tree.by_code:
                    raise DecisionError(f"{number}행: 지역 코드 {str(value)[:40]}은(는) 없습니다.")
                case "industry" if not (isinstance(value, str) and value in reader.trades.by_code):
                    raise DecisionError(f"{number}행: 업종 코드 {str(value)[:40]}은(는) 없습니다.")
                case "skip" if type(value) is not bool:
                    raise DecisionError(f"{number}행: “skip”은 true 또는 false입니다.")
                case "take" if not isinstance(value, list) or not all(
                    item in TAKEABLE_FIELDS for item in value
                ):
                    raise DecisionError(
                        f"{number}행: “take”에는 {', '.join(TAKEABLE_FIELDS)} 가운데에서 적습니다."
                    )
                case "center" | "region" | "industry" | "skip" | "take":
                    pass
                case _:
                    raise DecisionError(f"{number}행: “{name[:40]}”은(는) 정할 수 없습니다.")
        return decision
