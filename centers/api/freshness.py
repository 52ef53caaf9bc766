"""Whether an answer that somebody keeps is still the answer."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.apps import apps
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from centers.models.base import Record


@lru_cache(maxsize=1)
def program() -> tuple[str, float]:
    """A digest of the program's files, and when the newest was written, in seconds.

    Another release may give another answer out of the same data.
    """
    paths = [*settings.BASE_DIR.glob("centers/**/*.py"), *settings.BASE_DIR.glob("centers/**/*.mo")]
    written = {str(path): path.stat() for path in sorted(paths)}
    states = [(name, one.st_size, one.st_mtime_ns) for name, one in written.items()]
    newest = max(one.st_mtime for one in written.values())
    return sha256(repr(states).encode()).hexdigest(), newest


@lru_cache(maxsize=2)
def changed_at(version: int) -> int:
    """When the newest change of any record was made, in seconds; of the program, if that is later.

    Once for each version of the data, as every record has a history.
    """
    models = [one for one in apps.get_app_config("centers").get_models() if issubclass(one, Record)]
    newest = [one.history.aggregate(newest=Max("history_date"))["newest"] for one in models]
    times = [moment.timestamp() for moment in newest if isinstance(moment, datetime)]
    return int(max([*times, program()[1]]))


def validators(request: HttpRequest, version: int) -> dict[str, str]:
    """The headers by which a reader may ask later whether an answer is still good."""
    asked = (request.get_full_path(), request.headers.get("Accept", ""))
    state = (program()[0], settings.SITE_URL, version, *asked)
    digest = sha256(repr(state).encode()).hexdigest()
    return {"ETag": f'"{digest[:32]}"', "Last-Modified": http_date(changed_at(version))}


def has_tag(request: HttpRequest, validators: dict[str, str]) -> bool:
    """Whether the reader holds this very answer, told by its tag."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return validators["ETag"] in (tag.removeprefix("W/") for tag in tags)


def is_unchanged_since(request: HttpRequest, validators: dict[str, str]) -> bool:
    """Whether nothing has changed since the day that a reader without a tag names."""
    if "If-None-Match" in request.headers:
        return False
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and parse_http_date_safe(validators["Last-Modified"]) <= since
