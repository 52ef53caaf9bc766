"""Public answers made once for each site_version of the site, and not sent to whoever has them."""

from contextlib import suppress

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from centers.http.compression import choose_encoding
from centers.http.etag import SiteVersion, etag_matches, is_unchanged_since
from centers.http.page_cache import CachedResponse, PageCache
from centers.models import data_version as version

#: Browsers ask each time, which costs a 304; caches for many readers ask again after ten seconds,
#: so that a change made at the desk is seen soon.
CACHE_CONTROL = "public, max-age=0, s-maxage=10"
#: The same for those that read RFC 9213. A browser would take the last two for itself too, and
#: show an editor the page of before.
CDN_CACHE_CONTROL = "max-age=10, stale-while-revalidate=30, stale-if-error=86400"
#: Of errors, redirects and the staff desk.
PRIVATE_CACHE_CONTROL = "private, no-store"

VARY = "Accept-Encoding"
SAFE_METHODS = ("GET", "HEAD")
#: Headers that a 304 repeats, as they may say how long the answer can go on being used.
NOT_MODIFIED_HEADERS = ("ETag", "Cache-Control", "CDN-Cache-Control", "Vary")


def get_cache_key(request: HttpRequest) -> str:
    """What decides the answer: path and query, but for the marks that others put behind links."""
    query = request.META.get("QUERY_STRING", "")
    if any(mark in query for mark in settings.TRACKING_PREFIXES):
        query = "&".join(
            part for part in query.split("&") if not part.startswith(settings.TRACKING_PREFIXES)
        )
    return f"{request.path}?{query}"


def build_not_modified(headers: dict[str, str], marks: dict[str, object]) -> HttpResponse:
    response = HttpResponseNotModified()
    for name in NOT_MODIFIED_HEADERS:
        response.headers[name] = headers[name]
    vars(response).update(marks)
    return response


class PageCacheMiddleware:
    """Give every public answer a tag, keep it, and say so where nothing has changed.

    Only views marked `is_cacheable` take part (`centers.http.decorators`,
    `centers.exports.decorators`): they read no session, no cookie and no header, so an answer
    depends on the site_version and the address alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages = PageCache()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = get_cache_key(request)
        return self.kept(request, address) or self.made(request, address)

    def kept(self, request: HttpRequest, address: str) -> HttpResponse | None:
        """The answer where it takes neither rendering nor, within a second of the last, a query."""
        asks = "HTTP_IF_NONE_MATCH" in request.META
        if not (asks or address in self.pages) or not self.takes_part(request):
            return None
        # Other hosts are refused, and not only by what follows.
        request.get_host()
        try:
            site_version = SiteVersion.cached()
        except (OperationalError, InterfaceError):
            return None  # The view will be refused as well, and its refusal is in words.
        page = self.pages.get(site_version, address)
        if page is None:
            tag = site_version.build_etag(address)
            return (
                build_not_modified(build_cache_headers(tag), {})
                if asks and etag_matches(request, tag)
                else None
            )
        if is_not_modified(request, page.headers):
            return build_not_modified(page.headers, page.marks)
        encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        known = len(page.bodies)
        response = page.response(encoding)
        if len(page.bodies) > known:
            self.pages.put(site_version, address, page)
        return response

    def takes_part(self, request: HttpRequest) -> bool:
        """Whether the answer could be one for all.

        An editor at work sees each page made anew. What a transaction reads may be taken back.
        """
        return (
            request.method in SAFE_METHODS
            and not settings.DEBUG
            and "HTTP_AUTHORIZATION" not in request.META
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not version.is_in_transaction()
        )

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Note the site_version before the view reads anything, as it may change meanwhile."""
        if (
            request.method in SAFE_METHODS
            and getattr(view, "is_cacheable", False)
            and not settings.DEBUG
        ):
            with suppress(OperationalError, InterfaceError):
                site_version = SiteVersion.fetch()
                request.site_version, request.last_modified = (
                    site_version,
                    site_version.last_modified,
                )

    def made(self, request: HttpRequest, address: str) -> HttpResponseBase:
        response = self.get_response(request)
        site_version = getattr(request, "site_version", None)
        if (
            site_version is None
            or response.status_code != 200
            or not is_cacheable_response(response)
        ):
            response.headers.setdefault("Cache-Control", PRIVATE_CACHE_CONTROL)
            return response
        tag = site_version.build_etag(address)
        headers = build_cache_headers(tag) | {"Last-Modified": request.last_modified}
        for name, value in headers.items():
            response.headers[name] = value
        if response.streaming:
            if not is_not_modified(request, response.headers):
                return response
            answer = build_not_modified(response.headers, {})
            # What has been opened for the stream is closed with this one instead.
            answer._resource_closers += response._resource_closers
            return answer
        encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        page = CachedResponse.of(response, encoding)
        if page.marks:
            # Whether they hold is known only where the page is, so it has another tag than the
            # one by which `kept` answers without it.
            page.headers["ETag"] = site_version.build_etag(f"{address} {sorted(page.marks)}")
        if request.method == "GET" and self.takes_part(request):
            self.pages.put(site_version, address, page)
        if is_not_modified(request, page.headers):
            return build_not_modified(page.headers, page.marks)
        return page.response(encoding)


def build_cache_headers(tag: str) -> dict[str, str]:
    return {
        "ETag": tag,
        "Cache-Control": CACHE_CONTROL,
        "CDN-Cache-Control": CDN_CACHE_CONTROL,
        "Vary": VARY,
    }


def is_cacheable_response(response: HttpResponseBase) -> bool:
    """Whether an answer is the same for every reader, as each view that is shared promises.

    One that says itself how it may be kept is left as it is.
    """
    is_undecided = "Cache-Control" not in response
    return is_undecided and not response.cookies and response.get("Vary", VARY) == VARY


def is_not_modified(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Whether the reader has this very answer already."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return etag_matches(request, headers["ETag"])
    return is_unchanged_since(request, headers["Last-Modified"])
