"""One published document among the others: what it may say, and which values it may replace."""

from functools import cached_property

from centers.models import Announcement, Center
from centers.models.origins import Origin

STATUS_LIST = Announcement.Kind.STATUS_LIST
CLOSED = Center.Status.CLOSED


class SourceDocument:
    """The announcement of a list, saved or not, beside all that are here."""

    def __init__(self, announcement: Announcement) -> None:
        self.announcement = announcement
        self.published_on = announcement.published_on
        self.is_status_list = announcement.kind == STATUS_LIST
        self.others = Announcement.objects.in_bulk()

    @cached_property
    def newer_list(self) -> Announcement | None:
        """The newest status list, if it is of a later day than this document."""
        newer = [
            other
            for other in self.others.values()
            if other.kind == STATUS_LIST and other.published_on > self.published_on
        ]
        return max(newer, key=lambda other: other.published_on, default=None)

    @property
    def decides_status(self) -> bool:
        """Whether it says which centres there are now."""
        return self.is_status_list and self.newer_list is None

    def source_of(self, origin: Origin | None) -> str:
        """Where a value came from, in words; "" if nobody knows."""
        if origin is None:
            return ""
        # As on the centre's page: a document that says it, before the one that brought it.
        key = origin.confirmed_by or origin.source_id
        if key is None:
            return f"편집자 ({origin.on})"
        other = self.others.get(key)
        return f"{other.title} ({other.published_on})" if other else "삭제된 공고"

    def protection(self, center: Center, name: str, origin: Origin | None) -> str:
        """Why this document does not replace a value unasked; "" if it does."""
        if name == "status":
            return self.status_protection(center, origin)
        is_blank = getattr(center, Center._meta.get_field(name).attname) in ("", None)
        # A centre that was made without the value: nobody has denied it.
        if origin is None or (is_blank and origin.is_first):
            return ""
        if origin.is_from_editor:
            return f"편집자가 {origin.on}에 {'적은' if origin.is_first else '고친'} 값"
        return self._newer(origin)

    def status_protection(self, center: Center, origin: Origin | None) -> str:
        """A status is protected only by what is newer than the document, unless it is final."""
        if center.status == CLOSED:
            return "운영이 끝난 것으로 적힌 센터"
        if origin is None:
            return ""
        if origin.is_from_editor:
            is_newer = origin.on > self.published_on
            return f"편집자가 {origin.on}에 정한 상태" if is_newer else ""
        return self._newer(origin)

    def _newer(self, origin: Origin) -> str:
        others = map(self.others.get, (origin.source_id, origin.confirmed_by))
        days = [other.published_on for other in others if other]
        if max(days, default=self.published_on) <= self.published_on:
            return ""
        return f"더 새로운 문서({max(days)})의 값"
