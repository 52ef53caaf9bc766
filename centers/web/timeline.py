"""The dated events of a centre, from documents and from its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from centers.models import Announcement, Center, Citation, Listing
from centers.models.citations import get_last_day

#: What the statements about changes say, with the value before.
CHANGE_TEXTS = {
    "renamed_on": "이름을 바꾸었습니다. 옛 이름: {}",
    "moved_on": "옮겼습니다. 옛 주소: {}",
    "operator_changed_on": "운영기관이 바뀌었습니다. 옛 운영기관: {}",
}


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
        if self.day:
            return self.day.isoformat()
        return self.citation.value if self.citation else f"{self.latest.year}년"


def build_cited_event(citation: Citation, text: str) -> TimelineEvent:
    """Build the event on the day, or in the month or year, that a statement gives."""
    day = date.fromisoformat(citation.value) if len(citation.value) == 10 else None
    return TimelineEvent(get_last_day(citation.value), text, day, citation=citation)


def build_closing(center: Center, citations: Iterable[Citation]) -> TimelineEvent | None:
    """Build the event of the end of a centre; None if no day of it is known."""
    text = "운영이 끝났습니다."
    if center.successor and center.successor.published:
        text += f" 이어받은 센터: {center.successor.display_name}"
    stated = [one for one in citations if one.field == "status" and one.value == center.status]
    if day := center.closed_on:
        return TimelineEvent(day, text, day, citation=next(iter(stated), None))
    dated = [(one.exact_day, one.pk, one) for one in stated if one.exact_day]
    if not dated:
        return None
    day, _, first = min(dated)
    return TimelineEvent(day, f"{text} 알게 된 날입니다.", day, citation=first)


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
        events.append(build_cited_event(best, "센터가 문을 열었습니다."))
    events += [
        build_cited_event(one, CHANGE_TEXTS[one.field].format(one.printed))
        for one in citations
        if one.field in CHANGE_TEXTS and one.value and one.center_id == center.pk
    ]
    if center.status == Center.Status.CLOSED and (closing := build_closing(center, citations)):
        events.append(closing)
    if (year := center.designated_year) and year not in announced:
        events.append(TimelineEvent(date(year, 12, 31), "센터로 지정되었습니다."))
    if (day := center.confirmed_on) and day not in {event.day for event in events}:
        events.append(TimelineEvent(day, "내용이 맞는지 확인했습니다.", day))
    return sorted(events, key=lambda event: event.latest, reverse=True)
