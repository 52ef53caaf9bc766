"""Whether an answer that somebody keeps is still the answer."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import blake2b, sha256

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from centers.models import DataVersion
from centers.models.data_version import per_data_version

#: What an answer is made of besides the data.
PROGRAM_FILES = (
    "centers/**/*.py",
    "centers/**/*.mo",
    "templates/**/*",
    "static/**/*",
    "requirements.txt",
)
#: The settings that can be read off a page.
VISIBLE_SETTINGS = ("SITE_URL", "CONTACT_EMAIL", "PAGE_SIZE", "API_RATE", "ADMIN_PATH")


@lru_cache(maxsize=1)
def fingerprint_program() -> tuple[str, float]:
    """A digest of the program's files, and when the newest was written, in seconds.

    Another release may give another answer out of the same data. The same release has the same
    digest on every machine, so that a reader may ask now one and now another.
    """
    found = {path for pattern in PROGRAM_FILES for path in settings.BASE_DIR.glob(pattern)}
    paths = sorted(path for path in found if path.is_file())
    digest = sha256()
    for path in paths:
        digest.update(repr((path.name, path.stat().st_size)).encode() + path.read_bytes())
    return digest.hexdigest(), max(path.stat().st_mtime for path in paths)


@per_data_version
def get_changed_timestamp(version: int) -> int:
    """When this version of the data came to be, in seconds; the program, if that is later."""
    # Unknown where the next version is there already: too early a date costs one answer, no more.
    drawn = DataVersion.objects.filter(value=version).values_list("drawn_at", flat=True).first()
    return int(max(drawn.timestamp() if drawn else 0, fingerprint_program()[1]))


@dataclass(frozen=True, slots=True)
class SiteVersion:
    """What all pages made at one moment have in common: the data, and the day, as some name it."""

    version: int
    day: date

    @classmethod
    def cached(cls) -> "SiteVersion":
        """The site_version as of the last second."""
        return cls(DataVersion.cached(), timezone.localdate())

    @classmethod
    def fetch(cls) -> "SiteVersion":
        """The site_version as of now, for what is about to be made."""
        return cls(DataVersion.fetch(), timezone.localdate())

    def build_etag(self, address: str) -> str:
        """The tag of what stands at an address, the same in whatever way it is compressed."""
        digest = blake2b(
            address.encode(errors="replace"), digest_size=16, key=_build_hash_key(self)
        )
        return f'W/"{digest.hexdigest()}"'

    @property
    def last_modified(self) -> str:
        """When a page may last have become another, as every page has a footer with the day."""
        return _format_last_modified(self)


@lru_cache(maxsize=4)
def _build_hash_key(site_version: SiteVersion) -> bytes:
    shown = [getattr(settings, name) for name in VISIBLE_SETTINGS]
    state = (fingerprint_program()[0], shown, site_version.version, site_version.day)
    return sha256(repr(state).encode()).digest()


@lru_cache(maxsize=4)
def _format_last_modified(site_version: SiteVersion) -> str:
    midnight = timezone.make_aware(datetime.combine(site_version.day, time.min))
    return http_date(max(get_changed_timestamp(site_version.version), midnight.timestamp()))


def build_validator_headers(request: HttpRequest, version: int) -> dict[str, str]:
    """The headers by which a reader of the API may ask later whether an answer is still good."""
    asked = (request.get_full_path(), request.headers.get("Accept", ""))
    state = (fingerprint_program()[0], settings.SITE_URL, version, *asked)
    digest = sha256(repr(state).encode()).hexdigest()
    return {"ETag": f'"{digest[:32]}"', "Last-Modified": http_date(get_changed_timestamp(version))}


def etag_matches(request: HttpRequest, tag: str) -> bool:
    """Whether the reader holds this very answer, told by its tag."""
    tags = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return tag.removeprefix("W/") in (one.removeprefix("W/") for one in tags)


def is_unchanged_since(request: HttpRequest, last_modified: str) -> bool:
    """Whether nothing has changed since the day that a reader without a tag names."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return False
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and parse_http_date_safe(last_modified) <= since
