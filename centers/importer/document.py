"""Precedence of an imported document: which values of a centre it may replace."""

from functools import cached_property

from centers.importer.values import get_json_value
from centers.models import Announcement, Center
from centers.models.origins import Origin

STATUS_LIST = Announcement.Kind.STATUS_LIST
CLOSED = Center.Status.CLOSED


class SourceDocument:
    """The announcement of an imported list, saved or not, compared with all saved ones."""

    def __init__(self, announcement: Announcement) -> None:
        self.announcement = announcement
        self.published_on = announcement.published_on
        self.is_status_list = announcement.kind == STATUS_LIST
        self.announcements: dict[int, Announcement] = Announcement.objects.in_bulk()

    @cached_property
    def newer_list(self) -> Announcement | None:
        """The newest status list, if it was published later than this document."""
        newer = [
            other
            for other in self.announcements.values()
            if other.kind == STATUS_LIST and other.published_on > self.published_on
        ]
        return max(newer, key=lambda other: other.published_on, default=None)

    @property
    def is_newest_status_list(self) -> bool:
        """Whether its rows decide which centres are operating."""
        return self.is_status_list and self.newer_list is None

    def describe_source(self, origin: Origin | None) -> str:
        """The source of a value in Korean, as "title (date)"; "" if unknown."""
        if origin is None:
            return ""
        # As on the centre's page: a document that confirms it, before the one that added it.
        key = origin.confirmed_by or origin.source_id
        if key is None:
            return f"편집자 ({origin.on})" if origin.is_from_editor else "공고 밖의 자료"
        other = self.announcements.get(key)
        return f"{other.title} ({other.published_on})" if other else "삭제된 공고"

    def get_protection_reason(self, center: Center, name: str, origin: Origin | None) -> str:
        """Why this document needs a decision to replace a value, in Korean; "" if it needs none."""
        if name == "status":
            return self.get_status_protection_reason(center, origin)
        is_blank = get_json_value(center, name) in ("", None)
        # Blank since the centre was created: no source has contradicted a value.
        if origin is None or (is_blank and origin.is_first):
            return ""
        if origin.is_from_editor:
            return f"편집자가 {origin.on}에 {'적은' if origin.is_first else '고친'} 값"
        return self._get_newer_document_reason(origin)

    def get_status_protection_reason(self, center: Center, origin: Origin | None) -> str:
        """The same for a status: only newer sources protect it, unless the centre is closed."""
        if center.status == CLOSED:
            return "운영이 끝난 것으로 적힌 센터"
        if origin is None:
            return ""
        if origin.is_from_editor:
            is_newer = origin.on > self.published_on
            return f"편집자가 {origin.on}에 정한 상태" if is_newer else ""
        return self._get_newer_document_reason(origin)

    def _get_newer_document_reason(self, origin: Origin) -> str:
        keys = (origin.source_id, origin.confirmed_by)
        days = [self.announcements[key].published_on for key in keys if key in self.announcements]
        if max(days, default=self.published_on) <= self.published_on:
            return ""
        return f"더 새로운 문서({max(days)})의 값"
