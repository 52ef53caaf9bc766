"""The dated events of a centre, from documents and from its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from centers.models import Announcement, Center, Citation, Listing
from centers.models.citations import get_last_day


@dataclass(frozen=True)
class TimelineEvent:
    """One event, on a day or in a year, with the document that reports it."""

    #: The last possible day; an event known only by its year counts as its last day.
    latest: date
    text: str
    day: date | None = None
    source: Announcement | None = None
    #: The statement that reports it, where no document does.
    citation: Citation | None = None

    @property
    def when(self) -> str:
        if self.citation:
            return self.citation.value
        return self.day.isoformat() if self.day else f"{self.latest.year}년"


def build_timeline(
    center: Center, listings: Iterable[Listing], citations: Iterable[Citation]
) -> list[TimelineEvent]:
    """List the events of a centre, newest first; `listings` have their announcements fetched.

    `citations` are those of `find_citations`.
    """
    events = []
    for listing in listings:
        source = listing.announcement
        is_selection = source.kind == Announcement.Kind.SELECTION
        text = "신규 센터로 선정되었습니다(발표일)." if is_selection else "운영 현황 목록에 등재"
        events.append(TimelineEvent(source.published_on, text, source.published_on, source))
    announced = {
        event.latest.year
        for event in events
        if event.source and event.source.kind == Announcement.Kind.SELECTION
    }
    opened = [one for one in citations if one.field == "opened_on" and one.value]
    if opened:
        best = min(opened, key=lambda one: one.order_key)
        events.append(
            TimelineEvent(
                get_last_day(best.value),
                "센터가 문을 열었습니다.",
                date.fromisoformat(best.value) if len(best.value) == 10 else None,
                citation=best,
            )
        )
    if (year := center.designated_year) and year not in announced:
        events.append(TimelineEvent(date(year, 12, 31), "센터로 지정되었습니다."))
    if (day := center.confirmed_on) and day not in {event.day for event in events}:
        events.append(TimelineEvent(day, "내용이 맞는지 확인했습니다.", day))
    return sorted(events, key=lambda event: event.latest, reverse=True)
