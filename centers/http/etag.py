"""ETag and Last-Modified: the version of the site that a response was made from."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import blake2b, sha256

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from centers.http.release_state import NO_RELEASES, ReleaseState, get_release_state
from centers.models import DataVersion
from centers.models.data_version import per_data_version

#: The files that decide what a response looks like, besides the data.
PROGRAM_FILES = (
    "centers/**/*.py",
    "centers/**/*.mo",
    "templates/**/*",
    "static/**/*",
    "requirements.txt",
)
#: The settings that can be read off a page.
VISIBLE_SETTINGS = (
    "SITE_URL",
    "CONTACT_EMAIL",
    "CORRECTIONS",
    "PAGE_SIZE",
    "API_RATE",
    "ADMIN_PATH",
)


@lru_cache(maxsize=1)
def fingerprint_program() -> tuple[str, float]:
    """Return a digest of the program's files, and when the newest was written, as a timestamp.

    Another release may build another response from the same data. The same release has the same
    digest on every node, so that a client may send its ETag to any of them.
    """
    matches = {path for pattern in PROGRAM_FILES for path in settings.BASE_DIR.glob(pattern)}
    paths = sorted(path for path in matches if path.is_file())
    digest = sha256()
    for path in paths:
        digest.update(repr((path.name, path.stat().st_size)).encode() + path.read_bytes())
    return digest.hexdigest(), max(path.stat().st_mtime for path in paths)


@per_data_version
def get_version_timestamp(version: int) -> int:
    """Return when this data version was set, later than all before it even by a clock set back."""
    # Unknown once the next version is set: too early a date costs one full response, no more.
    set_at = DataVersion.objects.filter(value=version).values_list("drawn_at", flat=True).first()
    return int(set_at.timestamp()) if set_at else 0


def get_changed_timestamp(version: int) -> int:
    """Return when this data version was set, or the program was written if that is later.

    It is not in the future, where a clock that was set back sees the version.
    """
    changed = max(get_version_timestamp(version), fingerprint_program()[1])
    return int(min(changed, timezone.now().timestamp()))


@dataclass(frozen=True, slots=True)
class SiteVersion:
    """What all public pages depend on: the data version, the day, which some show, and releases."""

    version: int
    day: date
    #: The releases of the data, which a command makes without changing a record.
    releases: ReleaseState = NO_RELEASES

    @classmethod
    def cached(cls) -> "SiteVersion":
        """Return the site version as of the last second, without a query where possible."""
        return cls(DataVersion.cached(), timezone.localdate(), get_release_state())

    @classmethod
    def fetch(cls) -> "SiteVersion":
        """Return the site version as of now, for a page that is about to be rendered."""
        return cls(DataVersion.fetch(), timezone.localdate(), get_release_state())

    def build_etag(self, key: str) -> str:
        """Build the weak ETag of the page at a path with its query, the same for all encodings."""
        digest = blake2b(key.encode(errors="replace"), digest_size=16, key=_build_hash_key(self))
        return f'W/"{digest.hexdigest()}"'

    @property
    def last_modified(self) -> str:
        """The Last-Modified header: midnight at the earliest, as every footer has the day."""
        midnight = timezone.make_aware(datetime.combine(self.day, time.min))
        newest_release = min(self.releases.changed, int(timezone.now().timestamp()))
        changed = max(get_changed_timestamp(self.version), newest_release)
        return http_date(max(changed, midnight.timestamp()))


@lru_cache(maxsize=4)
def _build_hash_key(site_version: SiteVersion) -> bytes:
    visible = [getattr(settings, name) for name in VISIBLE_SETTINGS]
    parts = (site_version.version, site_version.day, site_version.releases.key)
    state = (fingerprint_program()[0], visible, *parts)
    return sha256(repr(state).encode()).digest()


def build_validator_headers(request: HttpRequest, version: int) -> dict[str, str]:
    """Build the ETag and Last-Modified of an API response, which also depends on Accept."""
    requested = (request.get_full_path(), request.headers.get("Accept", ""))
    state = (fingerprint_program()[0], settings.SITE_URL, version, *requested)
    digest = sha256(repr(state).encode()).hexdigest()
    return {"ETag": f'"{digest[:32]}"', "Last-Modified": http_date(get_changed_timestamp(version))}


def etag_matches(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag, by weak comparison (RFC 9110, 13.1.2)."""
    etags = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return etag.removeprefix("W/") in (one.removeprefix("W/") for one in etags)


def is_unchanged_since(
    request: HttpRequest, last_modified: str, version: int, releases: ReleaseState = NO_RELEASES
) -> bool:
    """Whether If-Modified-Since is the date of the response; it is ignored beside If-None-Match.

    A later date proves nothing: the clock may have been set back since (RFC 9110, 13.1.3). Nor
    does that of the day, of the program or of a release, which two data versions may share.
    """
    if "HTTP_IF_NONE_MATCH" in request.META:
        return False
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    changed = parse_http_date_safe(last_modified)
    set_at = get_version_timestamp(version)
    return since is not None and since == changed == set_at > releases.changed
