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

#: What an answer is made of besides the data.
FILES = ("centers/**/*.py", "centers/**/*.mo", "templates/**/*", "static/**/*", "requirements.txt")
#: The settings that can be read off a page.
SHOWN = ("SITE_URL", "CONTACT_EMAIL", "PAGE_SIZE", "API_RATE", "ADMIN_PATH")


@lru_cache(maxsize=1)
def program() -> tuple[str, float]:
    """A digest of the program's files, and when the newest was written, in seconds.

    Another release may give another answer out of the same data. The same release has the same
    digest on every machine, so that a reader may ask now one and now another.
    """
    found = {path for pattern in FILES for path in settings.BASE_DIR.glob(pattern)}
    paths = sorted(path for path in found if path.is_file())
    digest = sha256()
    for path in paths:
        digest.update(repr((path.name, path.stat().st_size)).encode() + path.read_bytes())
    return digest.hexdigest(), max(path.stat().st_mtime for path in paths)


@lru_cache(maxsize=2)
def changed_at(version: int) -> int:
    """When this version of the data came to be, in seconds; the program, if that is later."""
    # Unknown where the next version is there already: too early a date costs one answer, no more.
    drawn = DataVersion.objects.filter(value=version).values_list("drawn_at", flat=True).first()
    return int(max(drawn.timestamp() if drawn else 0, program()[1]))


@dataclass(frozen=True, slots=True)
class Edition:
    """What all pages made at one moment have in common: the data, and the day, as some name it."""

    version: int
    day: date

    @classmethod
    def known(cls) -> "Edition":
        """The edition as of the last second."""
        return cls(DataVersion.cached(), timezone.localdate())

    @classmethod
    def read(cls) -> "Edition":
        """The edition as of now, for what is about to be made."""
        return cls(DataVersion.fetch(), timezone.localdate())

    def tag(self, address: str) -> str:
        """The tag of what stands at an address, the same in whatever way it is compressed."""
        digest = blake2b(address.encode(errors="replace"), digest_size=16, key=_key(self))
        return f'W/"{digest.hexdigest()}"'

    @property
    def last_modified(self) -> str:
        """When a page may last have become another, as every page has a footer with the day."""
        return _last_modified(self)


@lru_cache(maxsize=4)
def _key(edition: Edition) -> bytes:
    shown = [getattr(settings, name) for name in SHOWN]
    state = (program()[0], shown, edition.version, edition.day)
    return sha256(repr(state).encode()).digest()


@lru_cache(maxsize=4)
def _last_modified(edition: Edition) -> str:
    midnight = timezone.make_aware(datetime.combine(edition.day, time.min))
    return http_date(max(changed_at(edition.version), midnight.timestamp()))


def validators(request: HttpRequest, version: int) -> dict[str, str]:
    """The headers by which a reader of the API may ask later whether an answer is still good."""
    asked = (request.get_full_path(), request.headers.get("Accept", ""))
    state = (program()[0], settings.SITE_URL, version, *asked)
    digest = sha256(repr(state).encode()).hexdigest()
    return {"ETag": f'"{digest[:32]}"', "Last-Modified": http_date(changed_at(version))}


def has_tag(request: HttpRequest, tag: str) -> bool:
    """Whether the reader holds this very answer, told by its tag."""
    tags = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return tag.removeprefix("W/") in (one.removeprefix("W/") for one in tags)


def is_unchanged_since(request: HttpRequest, last_modified: str) -> bool:
    """Whether nothing has changed since the day that a reader without a tag names."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return False
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and parse_http_date_safe(last_modified) <= since
