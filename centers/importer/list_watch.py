"""Watches the open data portal for a newer list of the centres: its description, then its file."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from centers.importer.announcement_details import AnnouncementDetails, build_slug
from centers.importer.drafts import create_draft
from centers.importer.grid import MAX_FILE_SIZE
from centers.importer.read import ReadError, read_file
from centers.models import Announcement, ImportRun
from centers.models.base import validate_past_day
from centers.text.hangul import normalise

MAX_DESCRIPTION_SIZE = 1024**2
#: In seconds, for each request.
TIMEOUT = 20
USER_AGENT = "centers-list-watch/1 (+manage.py watch_list)"
#: The date behind the name of a file: 현황_20260731.
_NAME_DATE = re.compile(r"_(20\d\d)(\d\d)(\d\d)(?!\d)")
_ISO_DATE = re.compile(r"(20\d\d)[-.](\d\d)[-.](\d\d)")
_FORBIDDEN = re.compile(r"변경\s*금지|이용\s*금지")


class WatchError(Exception):
    """The portal cannot be read; the message says in English why."""


@dataclass(frozen=True)
class ListDescription:
    """What the portal says about the newest file of the list (schema.org Dataset)."""

    title: str
    publisher: str
    file_date: date
    page_url: str
    #: "" where the description names no file, or its licence does not allow a copy.
    file_url: str


@dataclass(frozen=True)
class WatchResult:
    """What a look at the portal has found."""

    description: ListDescription
    is_newer: bool
    #: The draft made of the file; None if there was nothing to plan.
    run: ImportRun | None = None
    #: Why no draft was made although the file is newer, in English.
    reason: str = ""


class _SameHostRedirects(HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            fp.close()
            raise WatchError(f"redirected to another host: {newurl[:200]}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def watch_list(url: str) -> WatchResult:
    """Look at the description under `url`; make a draft of a newer file, and never apply it.

    Raises WatchError.
    """
    description = parse_description(fetch(url, MAX_DESCRIPTION_SIZE), url)
    lists = Announcement.objects.filter(kind=Announcement.Kind.STATUS_LIST)
    newest = lists.order_by("-published_on").values_list("published_on", flat=True).first()
    if newest and description.file_date <= newest:
        return WatchResult(description, is_newer=False)
    waiting = ImportRun.objects.filter(
        state=ImportRun.State.PLANNED, details__published_on=description.file_date.isoformat()
    )
    if waiting.filter(made_by=None).exists():
        return WatchResult(description, True, reason="its plan waits in the admin already")
    if not description.file_url:
        return WatchResult(description, True, reason="the portal offers no file to fetch")
    if urlsplit(description.file_url).netloc != urlsplit(url).netloc:
        return WatchResult(description, True, reason="its file is on another host")
    try:
        table = read_file(fetch(description.file_url, MAX_FILE_SIZE), description.title)
    except ReadError as error:
        return WatchResult(description, True, reason=f"its file cannot be read: {error}")
    details = AnnouncementDetails(
        slug=build_slug(Announcement.Kind.STATUS_LIST, description.file_date),
        kind=Announcement.Kind.STATUS_LIST,
        title=description.title,
        publisher=description.publisher,
        published_on=description.file_date,
        source_url=description.page_url,
    )
    return WatchResult(description, True, create_draft(table, details, file_name=table_name(url)))


def table_name(url: str) -> str:
    """What the plan names as its file."""
    return f"{urlsplit(url).netloc}에서 받은 파일"


def fetch(url: str, limit: int) -> bytes:
    """The content of a URL; raises WatchError, also for more than `limit` bytes."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise WatchError(f"not an HTTP address: {url[:200]}")
    request = Request(url, headers={"User-Agent": USER_AGENT})  # noqa: S310
    try:
        with build_opener(_SameHostRedirects).open(request, timeout=TIMEOUT) as response:
            content = response.read(limit + 1)
    except (URLError, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise WatchError(f"{url[:200]}: {error}") from None
    if len(content) > limit:
        raise WatchError(f"{url[:200]}: more than {limit} bytes")
    return content


def parse_description(content: bytes, url: str) -> ListDescription:
    """The description in a schema.org Dataset, as the portal serves it; raises WatchError."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise WatchError(f"{url[:200]}: is not JSON") from None
    if not isinstance(data, dict):
        raise WatchError(f"{url[:200]}: is no description of a dataset")
    name, modified = _get_text(data, "name"), _get_text(data, "dateModified")
    found = _NAME_DATE.search(name) or _ISO_DATE.match(modified)
    try:
        day = date(*map(int, found.groups())) if found else None
        if day is None:
            raise ValueError("no date")
        validate_past_day(day)
    except Exception as error:
        raise WatchError(f"{url[:200]}: the date of its file is unclear") from error
    creator = data.get("creator")
    publisher = _get_text(creator, "name") if isinstance(creator, dict) else ""
    title = _NAME_DATE.sub("", name).replace("_", " ").strip()
    page_url = _get_text(data, "url")
    return ListDescription(
        title=(title or "전국 소공인 특화지원센터 현황")[:200],
        publisher=(publisher or "소상공인시장진흥공단")[:100],
        file_date=day,
        page_url=page_url if page_url.startswith(("https://", "http://")) else url,
        file_url=_find_file_url(data, url),
    )


def _find_file_url(data: dict, url: str) -> str:
    if _FORBIDDEN.search(_get_text(data, "license")):
        return ""
    files = data.get("distribution")
    files = files if isinstance(files, list) else [files]
    urls = [_get_text(one, "contentUrl") for one in files if isinstance(one, dict)]
    return next((urljoin(url, one) for one in urls if one), "")


def _get_text(data: Any, name: str) -> str:
    text = data.get(name) if isinstance(data, dict) else ""
    return normalise(text) if isinstance(text, str) else ""
