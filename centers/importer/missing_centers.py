"""Plans the centres that are on no row of the newest status list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from centers.importer.decisions import Decisions
from centers.importer.document import CLOSED, SourceDocument
from centers.importer.plan import MissingCenter
from centers.models import Announcement, Center, Listing
from centers.models.origins import Origin, find_origins

UNCONFIRMED = Center.Status.UNCONFIRMED

#: A list that lacks more than this share of the centres may be incomplete, unless they are few
#: enough for the editor to look at one by one.
MAX_MISSING_SHARE = 1 / 3
FEW_MISSING = 5


@dataclass
class MissingPlanner:
    """Plans what becomes of centres that a document does not list."""

    document: SourceDocument
    decisions: Decisions
    centers: Collection[Center]
    listings: Iterable[Listing]
    warnings: list[str] = field(default_factory=list)

    def plan(self, listed: set[int]) -> list[MissingCenter]:
        """The centres outside `listed` (primary keys), closed ones aside; two queries.

        Adds to `warnings`. None are missing unless the document is the newest status list.
        """
        if not self.document.is_newest_status_list:
            return []
        centers = [
            center for center in self.centers if center.pk not in listed and center.status != CLOSED
        ]
        if not centers:
            return []
        origins = find_origins(Center, [center.pk for center in centers], ["status"])
        newest = self._find_newest_mentions()
        missing = [
            self._plan_center(center, origins.get(center.pk, {}).get("status"), newest)
            for center in centers
        ]
        return self._leave_if_incomplete(missing)

    def _leave_if_incomplete(self, missing: list[MissingCenter]) -> list[MissingCenter]:
        """Leave all statuses, with a warning, where the list seems incomplete and none decided."""
        decided = self.decisions.missing.keys()
        changing = {one.center for one in missing if one.will_change or one.center in decided}
        open_count = sum(center.status != CLOSED for center in self.centers)
        is_incomplete = len(changing) > max(FEW_MISSING, open_count * MAX_MISSING_SHARE)
        if not is_incomplete or self.decisions.all_missing:
            return missing
        self.warnings.append(
            f"센터 {open_count:,}곳 가운데 {len(missing):,}곳이 이 목록에 없습니다. 일부만 있는"
            " 목록이 아닙니까? 없는 센터를 ‘모두 확인 필요로 바꿈’으로 정하지 않으면 그대로 둡니다."
        )
        reason = "없는 센터가 너무 많음"
        return [
            replace(one, will_change=False, reason=reason)
            if one.center in changing - decided
            else one
            for one in missing
        ]

    def _find_newest_mentions(self) -> dict[int, Announcement]:
        """The newest document that lists each centre, by its primary key."""
        newest: dict[int, Announcement] = {}
        for listing in self.listings:
            document = self.document.announcements[listing.announcement_id]
            other = newest.setdefault(listing.center_id, document)
            if document.published_on > other.published_on:
                newest[listing.center_id] = document
        return newest

    def _plan_center(
        self, center: Center, origin: Origin | None, newest: dict[int, Announcement]
    ) -> MissingCenter:
        published_on, decision = self.document.published_on, self.decisions.missing.get(center.pk)
        if decision is None and self.decisions.all_missing == "keep":
            decision = "keep"
        mention = newest.get(center.pk)
        reason = ""
        if center.status == UNCONFIRMED:
            reason = f"이미 {UNCONFIRMED.label}"
        elif decision == "keep":
            reason = "그대로 두기로 함"
        elif decision != "take":
            reason = self.document.get_status_protection_reason(center, origin)
            if center.confirmed_on and center.confirmed_on > published_on:
                reason = f"{center.confirmed_on}에 확인한 센터"
            elif mention and mention.published_on > published_on:
                reason = f"더 새로운 문서({mention.published_on})에 있는 센터"
        return MissingCenter(
            center=center.pk,
            name=str(center),
            status=center.status,
            status_text=str(Center.Status(center.status).label),
            will_change=not reason,
            reason=reason,
        )
