"""What has happened to a centre, as far as documents and people have said so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from centers.models import Announcement, Center, Listing


@dataclass(frozen=True)
class TimelineEvent:
    """One thing that happened, on a day or in a year, and the page that says so."""

    #: The last day that it may have been; what is only known by its year is put at its end.
    latest: date
    text: str
    day: date | None = None
    source: Announcement | None = None

    @property
    def when(self) -> str:
        return self.day.isoformat() if self.day else f"{self.latest.year}년"


def build_timeline(center: Center, listings: Iterable[Listing]) -> list[TimelineEvent]:
    """The events of a centre, newest first; `listings` come with their announcements."""
    events = []
    for listing in listings:
        source = listing.announcement
        chosen = source.kind == Announcement.Kind.SELECTION
        text = "새로 선정되었다고 발표되었습니다." if chosen else "운영 현황 목록에 실렸습니다."
        events.append(TimelineEvent(source.published_on, text, source.published_on, source))
    announced = {
        event.latest.year for event in events if event.source.kind == Announcement.Kind.SELECTION
    }
    if (year := center.designated_year) and year not in announced:
        events.append(TimelineEvent(date(year, 12, 31), "센터로 지정되었습니다."))
    if (day := center.confirmed_on) and day not in {event.day for event in events}:
        events.append(TimelineEvent(day, "내용이 맞는지 확인했습니다.", day))
    return sorted(events, key=lambda event: event.latest, reverse=True)
