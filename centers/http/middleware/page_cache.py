"""Server-side page cache with ETag / 304 handling."""

import time
from typing import Any, cast

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.encoding import escape_uri_path

from centers.http.compression import choose_encoding
from centers.http.etag import SiteVersion, etag_matches, is_unchanged_since
from centers.http.page_cache import CachedResponse, PageCache
from centers.http.session_key import has_session_key
from centers.models import data_version

#: Browsers revalidate each time, which costs a 304; shared caches do after ten seconds, so that an
#: editor's change is seen soon.
CACHE_CONTROL = "public, max-age=0, s-maxage=10"
#: The same for caches that read RFC 9213. A browser would apply the last two directives of
#: Cache-Control itself, and show an editor the page before the change.
CDN_CACHE_CONTROL = "max-age=10, stale-while-revalidate=30, stale-if-error=86400"
#: Of errors, redirects and the admin.
PRIVATE_CACHE_CONTROL = "private, no-store"

#: In seconds: for so long after a failure to read the data version, the last one is used.
VERSION_RETRY_INTERVAL = 1.0

VARY = "Accept-Encoding"
SAFE_METHODS = ("GET", "HEAD")
#: Headers that a 304 repeats, since it renews how long the cached response may be used.
NOT_MODIFIED_HEADERS = ("ETag", "Cache-Control", "CDN-Cache-Control", "Vary")


def get_cache_key(request: HttpRequest) -> str:
    """Return path and query string, without the tracking parameters that other sites add.

    The path is percent-encoded, so that a question mark in it cannot begin a query string.
    """
    query = request.META.get("QUERY_STRING", "")
    prefixes = settings.TRACKING_PREFIXES
    if any(prefix in query for prefix in prefixes):
        query = "&".join(part for part in query.split("&") if not part.startswith(prefixes))
    return f"{escape_uri_path(request.path)}?{query}"


def build_not_modified(headers: dict[str, str]) -> HttpResponseNotModified:
    response = HttpResponseNotModified()
    for name in NOT_MODIFIED_HEADERS:
        response.headers[name] = headers[name]
    return response


class PageCacheMiddleware:
    """Give public responses an ETag, cache them, and answer conditional requests with 304.

    Only views marked `is_cacheable` take part (`centers.http.decorators`,
    `centers.exports.decorators`): they read no session, no cookie and no header, so a response
    depends on the site version and the URL alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages = PageCache()
        #: By the monotonic clock: until then the data version is not read again.
        self.retry_at = float("-inf")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = get_cache_key(request)
        return self.get_cached_response(request, key) or self.get_new_response(request, key)

    def get_cached_response(self, request: HttpRequest, key: str) -> HttpResponse | None:
        """Return the response if it takes no rendering, or None.

        It takes no query either within a second of the last look at the data version. While the
        database is unavailable, cached responses are those of the last version that it had.
        """
        is_conditional = "HTTP_IF_NONE_MATCH" in request.META
        if not (is_conditional or key in self.pages) or not self.is_eligible(request):
            return None
        # Raises DisallowedHost here, as the middleware below would.
        request.get_host()
        site_version = self.get_site_version()
        if site_version is None:
            return None  # The view fails as well, and its error becomes an error page.
        page = self.pages.get(site_version, key)
        if page is None:
            etag = site_version.build_etag(key)
            if is_conditional and etag_matches(request, etag):
                return build_not_modified(build_cache_headers(etag))
            return None
        if is_not_modified(request, page.headers, site_version):
            return build_not_modified(page.headers)
        encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        known_encodings = len(page.bodies)
        response = page.build_response(encoding)
        if len(page.bodies) > known_encodings:
            self.pages.put(site_version, key, page)
        return response

    def get_site_version(self) -> SiteVersion | None:
        """Return the site version, or that of the cached pages while the database is unavailable.

        None if there are no cached pages.
        """
        if time.monotonic() < self.retry_at:
            return self.pages.site_version
        try:
            return SiteVersion.cached()
        except Error:
            self.retry_at = time.monotonic() + VERSION_RETRY_INTERVAL
            return self.pages.site_version

    def is_eligible(self, request: HttpRequest) -> bool:
        """Whether the response may come from the cache or be stored in it.

        An editor who is signed in sees each page rendered for this request. What is read inside a
        transaction may be rolled back.
        """
        return (
            request.method in SAFE_METHODS
            and not settings.DEBUG
            and "HTTP_AUTHORIZATION" not in request.META
            and not has_session_key(request)
            and not data_version.is_in_transaction()
        )

    def process_view(self, request: Any, view, args, kwargs) -> None:
        """Read the site version before the view reads anything, as it may change meanwhile."""
        is_cacheable = getattr(view, "is_cacheable", False)
        if request.method not in SAFE_METHODS or not is_cacheable or settings.DEBUG:
            return
        # Where the database has just failed, the view alone may wait for it.
        if time.monotonic() < self.retry_at:
            return
        try:
            site_version = SiteVersion.fetch()
            request.last_modified = site_version.last_modified
            request.site_version = site_version
        except Error:
            self.retry_at = time.monotonic() + VERSION_RETRY_INTERVAL

    def get_new_response(self, request: Any, key: str) -> HttpResponseBase:
        """Call the view, add the caching headers, and store what may be cached."""
        response = self.get_response(request)
        site_version = getattr(request, "site_version", None)
        if site_version is None or response.status_code != 200 or not is_public(response):
            response.headers.setdefault("Cache-Control", PRIVATE_CACHE_CONTROL)
            return response
        headers = build_cache_headers(site_version.build_etag(key))
        headers["Last-Modified"] = request.last_modified
        for name, value in headers.items():
            response.headers[name] = value
        if isinstance(response, StreamingHttpResponse):
            headers = dict(response.headers)
            if not is_not_modified(request, headers, site_version):
                return response
            not_modified: Any = build_not_modified(headers)
            # Closes with it what has been opened for the stream.
            not_modified._resource_closers += cast(Any, response)._resource_closers
            return not_modified
        encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        page = CachedResponse.from_response(response, encoding)
        if request.method == "GET" and self.is_eligible(request):
            self.pages.put(site_version, key, page)
        if is_not_modified(request, page.headers, site_version):
            return build_not_modified(page.headers)
        return page.build_response(encoding)


def build_cache_headers(etag: str) -> dict[str, str]:
    return {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        "CDN-Cache-Control": CDN_CACHE_CONTROL,
        "Vary": VARY,
    }


def is_public(response: HttpResponseBase) -> bool:
    """Whether a response is the same for every reader, as each cacheable view promises.

    One that sets Cache-Control itself is left as it is.
    """
    is_undecided = "Cache-Control" not in response
    return is_undecided and not response.cookies and response.get("Vary", VARY) == VARY


def is_not_modified(
    request: HttpRequest, headers: dict[str, str], site_version: SiteVersion
) -> bool:
    """Whether the client has this response already, by If-None-Match or If-Modified-Since."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return etag_matches(request, headers["ETag"])
    return is_unchanged_since(
        request, headers["Last-Modified"], site_version.version, site_version.releases
    )
