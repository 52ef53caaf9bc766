"""What is known of the announcement that a list belongs to."""

from dataclasses import asdict, dataclass, fields
from datetime import date

from centers.models import Announcement


@dataclass(frozen=True)
class AnnouncementDetails:
    """The announcement of a list, as a person states it; None or "" is not stated.

    For an announcement that is already here, `slug` is enough.
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

    def stated(self) -> dict:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def to_json(self) -> dict:
        day = self.published_on
        return asdict(self) | {"published_on": day and day.isoformat()}

    @classmethod
    def from_json(cls, data: dict) -> "AnnouncementDetails":
        """Raises TypeError or ValueError if it is nothing that `to_json` made."""
        day = data.get("published_on")
        return cls(**data | {"published_on": date.fromisoformat(day) if day else None})

    def find_or_build(self) -> Announcement:
        """The announcement of this slug as it is, or else as it would be, not saved yet.

        Raises ValidationError, by field and in Korean, if a new one cannot be made of the details.
        """
        found = Announcement.objects.filter(slug=self.slug).first()
        if found is None:
            found = Announcement(**asdict(self))
            found.full_clean()
        return found

    def find_differences(self, announcement: Announcement) -> list[str]:
        """The fields in which what is stated is not what the announcement says."""
        stated = Announcement(**self.stated())
        stated.clean_fields(exclude={field.name for field in fields(self)} - set(self.stated()))
        return [
            name for name in self.stated() if getattr(stated, name) != getattr(announcement, name)
        ]
