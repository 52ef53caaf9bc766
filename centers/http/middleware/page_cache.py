"""Public answers made once for each edition of the site, and not sent to whoever has them."""

from contextlib import suppress

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from centers.http.compression import best_encoding
from centers.http.etag import Edition, has_tag, is_unchanged_since
from centers.http.page_cache import KeptPages, Page
from centers.models import data_version as version
from centers.search.query_params import TRACKING_PREFIXES

#: Browsers ask each time, which costs a 304; caches for many readers ask again after ten seconds,
#: so that a change made at the desk is seen soon.
CACHE_CONTROL = "public, max-age=0, s-maxage=10"
#: The same for those that read RFC 9213. A browser would take the last two for itself too, and
#: show an editor the page of before.
CDN_CACHE_CONTROL = "max-age=10, stale-while-revalidate=30, stale-if-error=86400"
#: Of errors, redirects and the staff desk.
FOR_NOBODY = "private, no-store"

VARY = "Accept-Encoding"
SAFE = ("GET", "HEAD")
#: Headers that a 304 repeats, as they may say how long the answer can go on being used.
OF_UNCHANGED = ("ETag", "Cache-Control", "CDN-Cache-Control", "Vary")


def address_of(request: HttpRequest) -> str:
    """What decides the answer: path and query, but for the marks that others put behind links."""
    query = request.META.get("QUERY_STRING", "")
    if any(mark in query for mark in TRACKING_PREFIXES):
        query = "&".join(
            part for part in query.split("&") if not part.startswith(TRACKING_PREFIXES)
        )
    return f"{request.path}?{query}"


def unchanged(headers: dict[str, str], marks: dict[str, object]) -> HttpResponse:
    response = HttpResponseNotModified()
    for name in OF_UNCHANGED:
        response.headers[name] = headers[name]
    vars(response).update(marks)
    return response


class KeptPagesMiddleware:
    """Give every public answer a tag, keep it, and say so where nothing has changed.

    Only views marked `is_shared` take part (`centers.http.decorators`,
    `centers.exports.decorators`): they read no session, no cookie and no header, so an answer
    depends on the edition and the address alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages = KeptPages()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = address_of(request)
        return self.kept(request, address) or self.made(request, address)

    def kept(self, request: HttpRequest, address: str) -> HttpResponse | None:
        """The answer where it takes neither rendering nor, within a second of the last, a query."""
        asks = "HTTP_IF_NONE_MATCH" in request.META
        if not (asks or address in self.pages) or not self.takes_part(request):
            return None
        # Other hosts are refused, and not only by what follows.
        request.get_host()
        try:
            edition = Edition.known()
        except (OperationalError, InterfaceError):
            return None  # The view will be refused as well, and its refusal is in words.
        page = self.pages.get(edition, address)
        if page is None:
            tag = edition.tag(address)
            return unchanged(common_headers(tag), {}) if asks and has_tag(request, tag) else None
        if is_held(request, page.headers):
            return unchanged(page.headers, page.marks)
        encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        known = len(page.bodies)
        response = page.response(encoding)
        if len(page.bodies) > known:
            self.pages.put(edition, address, page)
        return response

    def takes_part(self, request: HttpRequest) -> bool:
        """Whether the answer could be one for all.

        An editor at work sees each page made anew. What a transaction reads may be taken back.
        """
        return (
            request.method in SAFE
            and not settings.DEBUG
            and "HTTP_AUTHORIZATION" not in request.META
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not version.is_in_transaction()
        )

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Note the edition before the view reads anything, as it may change meanwhile."""
        if request.method in SAFE and getattr(view, "is_shared", False) and not settings.DEBUG:
            with suppress(OperationalError, InterfaceError):
                edition = Edition.read()
                request.edition, request.last_modified = edition, edition.last_modified

    def made(self, request: HttpRequest, address: str) -> HttpResponseBase:
        response = self.get_response(request)
        edition = getattr(request, "edition", None)
        if edition is None or response.status_code != 200 or not is_for_all(response):
            response.headers.setdefault("Cache-Control", FOR_NOBODY)
            return response
        tag = edition.tag(address)
        headers = common_headers(tag) | {"Last-Modified": request.last_modified}
        for name, value in headers.items():
            response.headers[name] = value
        if response.streaming:
            if not is_held(request, response.headers):
                return response
            answer = unchanged(response.headers, {})
            # What has been opened for the stream is closed with this one instead.
            answer._resource_closers += response._resource_closers
            return answer
        encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        page = Page.of(response, encoding)
        if page.marks:
            # Whether they hold is known only where the page is, so it has another tag than the
            # one by which `kept` answers without it.
            page.headers["ETag"] = edition.tag(f"{address} {sorted(page.marks)}")
        if request.method == "GET" and self.takes_part(request):
            self.pages.put(edition, address, page)
        if is_held(request, page.headers):
            return unchanged(page.headers, page.marks)
        return page.response(encoding)


def common_headers(tag: str) -> dict[str, str]:
    return {
        "ETag": tag,
        "Cache-Control": CACHE_CONTROL,
        "CDN-Cache-Control": CDN_CACHE_CONTROL,
        "Vary": VARY,
    }


def is_for_all(response: HttpResponseBase) -> bool:
    """Whether an answer is the same for every reader, as each view that is shared promises.

    One that says itself how it may be kept is left as it is.
    """
    is_undecided = "Cache-Control" not in response
    return is_undecided and not response.cookies and response.get("Vary", VARY) == VARY


def is_held(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Whether the reader has this very answer already."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return has_tag(request, headers["ETag"])
    return is_unchanged_since(request, headers["Last-Modified"])
