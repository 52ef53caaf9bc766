"""The dated events of a centre, from documents and from its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from centers.models import Announcement, Center, Listing


@dataclass(frozen=True)
class TimelineEvent:
    """One event, on a day or in a year, with the document that reports it."""

    #: The last possible day; an event known only by its year counts as its last day.
    latest: date
    text: str
    day: date | None = None
    source: Announcement | None = None

    @property
    def when(self) -> str:
        return self.day.isoformat() if self.day else f"{self.latest.year}년"


def build_timeline(center: Center, listings: Iterable[Listing]) -> list[TimelineEvent]:
    """List the events of a centre, newest first; `listings` have their announcements fetched."""
    events = []
    for listing in listings:
        source = listing.announcement
        is_selection = source.kind == Announcement.Kind.SELECTION
        text = "신규 센터로 선정되었습니다(발표일)." if is_selection else "운영 현황 목록에 등재"
        events.append(TimelineEvent(source.published_on, text, source.published_on, source))
    announced = {
        event.latest.year for event in events if event.source.kind == Announcement.Kind.SELECTION
    }
    if (year := center.designated_year) and year not in announced:
        events.append(TimelineEvent(date(year, 12, 31), "센터로 지정되었습니다."))
    if (day := center.confirmed_on) and day not in {event.day for event in events}:
        events.append(TimelineEvent(day, "내용이 맞는지 확인했습니다.", day))
    return sorted(events, key=lambda event: event.latest, reverse=True)
