"""The announcement that an imported list belongs to, as the editor described it."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from centers.models import Announcement


def build_slug(kind: str, published_on: date) -> str:
    """A slug that no announcement has yet: status-2026-07-31, selection-2027-01-15-2."""
    first = f"{'status' if kind == Announcement.Kind.STATUS_LIST else 'selection'}-{published_on}"
    taken = set(Announcement.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    slug, number = first, 1
    while slug in taken:
        number += 1
        slug = f"{first}-{number}"
    return slug


@dataclass(frozen=True)
class AnnouncementDetails:
    """The fields of an announcement as given with a list; None or "" means not given.

    For an announcement that already exists, `slug` is enough.
    """

    slug: str
    kind: str = ""
    title: str = ""
    publisher: str = ""
    published_on: date | None = None
    source_url: str = ""
    source_note: str = ""
    summary: str = ""
    centers_total: int | None = None
    subsidy_krw: int | None = None
    new_center_subsidy_krw: int | None = None

    def get_given_values(self) -> dict[str, Any]:
        """The fields that have a value, by name."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values; `published_on` becomes an ISO 8601 date."""
        day = self.published_on
        return asdict(self) | {"published_on": day and day.isoformat()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "AnnouncementDetails":
        """The inverse of `to_json`; raises TypeError or ValueError for any other data."""
        day = data.get("published_on")
        values: dict[str, Any] = data | {"published_on": date.fromisoformat(day) if day else None}
        return cls(**values)

    def find_or_build(self) -> Announcement:
        """The saved announcement with this slug, or a new unsaved one.

        Raises ValidationError, by field and in Korean, if a new one would be invalid.
        """
        announcement = Announcement.objects.filter(slug=self.slug).first()
        if announcement is None:
            announcement = Announcement(**asdict(self))
            announcement.full_clean()
        return announcement

    def find_differences(self, announcement: Announcement) -> list[str]:
        """The names of the given fields whose value differs from the announcement's.

        Raises ValidationError, by field, for a value that no announcement may have.
        """
        given = self.get_given_values()
        other = Announcement(**given)
        other.clean_fields(exclude={field.name for field in fields(self)} - given.keys())
        return [name for name in given if getattr(other, name) != getattr(announcement, name)]
