"""The text of answers: short, in Korean, with numbers that lead to the sources below."""

from collections.abc import Iterable

from centers.mcp.center_values import DescribedCenter, Value

#: Of every answer that has centres.
CALL_CENTER_NOTE = "전화번호가 없는 센터는 중소기업통합콜센터 1357(국번 없이)에서 안내받습니다."


class Writer:
    """Collects the lines of an answer, and its sources, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._sources: dict[tuple[str, str | None], int] = {}

    def write(self, *lines: str) -> None:
        self.lines += filter(None, lines)

    def mark(self, source: str | None, url: str | None, note: str | None = None) -> str:
        """Return the mark of a source: [2], or [2, 주소에서 읽음]; "" without one."""
        if not source:
            return ""
        number = self._sources.setdefault((source, url), len(self._sources) + 1)
        return f" [{number}, {note}]" if note else f" [{number}]"

    def mark_value(self, value: Value) -> str:
        return self.mark(value.source, value.source_url, value.source_note)

    def write_centers(self, centers: Iterable[DescribedCenter], *, is_numbered: bool) -> None:
        """Write what is known of each centre; nothing of what is unknown."""
        for number, center in enumerate(centers, 1):
            first = f"{number}. " if is_numbered else "- "
            provisional = " (가칭)" if center.name_is_provisional else ""
            name = next((one for one in center.values if one.field == "name"), None)
            mark = self.mark_value(name) if name else ""
            self.write(f"{first}{center.name}{provisional}{mark}", f"   화면: {center.page}")
            if center.distance:
                self.write(f"   거리: {center.distance}")
            for value in center.values:
                if value.field != "name":
                    self.write(f"   {self.format_value(value)}")

    def format_value(self, value: Value) -> str:
        line = f"{value.label}: {value.value}{self.mark_value(value)}"
        for one in value.others:
            line += f" (다른 자료에는 {one.value}{self.mark(one.source, one.source_url)})"
        return line

    def write_sources(self) -> None:
        """Write the sources of the marks."""
        if self._sources:
            self.write("출처")
            for (source, url), number in self._sources.items():
                self.write(f"[{number}] {source}" + (f": {url}" if url else ""))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
