"""The note of an unconfirmed centre: where it was listed, and that the newest list omits it."""

from collections.abc import Iterable

from centers.models import Announcement, Center, Listing
from centers.models.reference_data import get_newest_status_list


def status_note(center: Center, listings: Iterable[Listing], version: int) -> str:
    """Return the note, as 2024년 6월 선정 · 2026년 7월 목록에 없음; "" unless unconfirmed.

    `listings` are the centre's own, the newest first.
    """
    newest = get_newest_status_list(version)
    if center.status != Center.Status.UNCONFIRMED or newest is None:
        return ""
    listings = list(listings)
    if any(listing.announcement_id == newest.pk for listing in listings):
        return ""
    missed = f"{format_month(newest)} 목록에 없음"
    if not listings:
        return missed
    last = listings[0].announcement
    is_selection = last.kind == Announcement.Kind.SELECTION
    return f"{format_month(last)} {'선정' if is_selection else '목록에 있었음'} · {missed}"


def format_month(announcement: Announcement) -> str:
    return f"{announcement.published_on.year}년 {announcement.published_on.month}월"
