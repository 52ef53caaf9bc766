"""The numbers of centres nationwide that documents print, as dated points of a chart."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.db.models import Count

from centers.models import Announcement

#: The chart in SVG units: its size, and the margins of the axes.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 270, 44, 42, 16, 28
#: The steps of the axes: centres, and years.
COUNT_STEP, YEAR_STEP = 10, 2


@dataclass(frozen=True)
class PrintedTotal:
    """One number as a source prints it; `date` is a day, a month or only a year, in ISO 8601."""

    date: str
    count: int
    source: str
    note: str = ""
    url: str = ""

    @property
    def position(self) -> float:
        """The date as a fraction of years; of a month or a year, its middle."""
        year, *rest = map(int, self.date.split("-"))
        if not rest:
            return year + 0.5
        if len(rest) == 1:
            return year + (rest[0] - 0.5) / 12
        return year + (date(year, *rest) - date(year, 1, 1)).days / 366


@lru_cache
def read_reported_totals() -> tuple[PrintedTotal, ...]:
    """Read the numbers that the press printed, from the bundled file."""
    path = settings.FIXTURES_DIR / "center_totals.json"
    return tuple(PrintedTotal(**one) for one in json.loads(path.read_text(encoding="utf-8")))


def fetch_announced_totals() -> list[PrintedTotal]:
    """Fetch the numbers of the announcements: as stated, else the rows of a status list."""
    totals = []
    rows = dict(Announcement.objects.values_list("pk").annotate(rows=Count("listings")))
    for one in Announcement.objects.order_by("pk"):
        is_list = one.kind == Announcement.Kind.STATUS_LIST
        count = one.centers_total or (rows[one.pk] if is_list else 0)
        if count:
            note = "" if one.centers_total else "목록의 행 수"
            day = one.published_on.isoformat()
            source = f"{one.publisher}, {one.title}"
            totals.append(PrintedTotal(day, count, source, note, one.get_absolute_url()))
    return totals


@dataclass(frozen=True)
class ChartMark:
    """A point or a label of the chart, in SVG units."""

    x: float
    y: float
    text: str


class ProgramHistory:
    """The chart: points alone, as numbers fall without notice and no line is known between."""

    width, height, left, right_edge = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT

    def __init__(self) -> None:
        found = [*read_reported_totals(), *fetch_announced_totals()]
        self.totals = sorted(found, key=lambda total: (total.position, total.count))
        self.first_year = int(self.totals[0].position)
        self.last_year = int(self.totals[-1].position) + 1
        most = max(total.count for total in self.totals)
        self.top_count = (most // COUNT_STEP + 1) * COUNT_STEP

    def project(self, position: float, count: float) -> tuple[float, float]:
        years = self.last_year - self.first_year
        x = LEFT + (position - self.first_year) / years * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - count / self.top_count * (HEIGHT - BOTTOM - TOP)
        return round(x, 1), round(y, 1)

    @cached_property
    def points(self) -> list[ChartMark]:
        return [
            ChartMark(*self.project(one.position, one.count), f"{one.date}: {one.count}곳")
            for one in self.totals
        ]

    @property
    def count_marks(self) -> list[ChartMark]:
        """The labels of the vertical axis, each at its line."""
        counts = range(0, self.top_count + 1, COUNT_STEP)
        return [ChartMark(*self.project(self.first_year, one), str(one)) for one in counts]

    @property
    def year_marks(self) -> list[ChartMark]:
        years = range(self.first_year, self.last_year + 1, YEAR_STEP)
        return [ChartMark(*self.project(one, 0), str(one)) for one in years]
