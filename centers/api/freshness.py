"""Whether an answer that somebody keeps is still the answer."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain

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
    files = sorted(
        chain.from_iterable(settings.BASE_DIR.glob(f"centers/**/*{end}") for end in (".py", ".mo"))
    )
    states = [(path.name, path.stat().st_size, path.stat().st_mtime) for path in files]
    return sha256(repr(states).encode()).hexdigest(), max(state[2] for state in states)


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
    state = (program()[0], settings.SITE_URL, version, request.get_full_path())
    accept = request.headers.get("Accept", "")
    digest = sha256(repr((*state, accept)).encode()).hexdigest()
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
