"""The page cache of one process: public responses of the present site version, in memory."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.http import HttpResponse

from centers.http.compression import IDENTITY, MIN_COMPRESSED_BYTES, compress, decompress
from centers.http.etag import SiteVersion

#: Limits of one process; a page of the list takes about 10 kB.
MAX_BYTES, MAX_PAGES = 16_000_000, 2_000
#: Larger responses would push out many others, and longer URLs are requested once.
MAX_BODY_BYTES, MAX_KEY_LENGTH = 1_000_000, 1_000
#: Estimate of what a cached response takes beside its bodies and its key.
OVERHEAD_BYTES = 2_000


@dataclass
class CachedResponse:
    """The headers of a response and its body in each content encoding requested so far.

    Headers and body alone are cached: attributes that a decorator sets on the response object
    would be lost, so no cacheable view may depend on one (a test looks at all of them).
    """

    headers: dict[str, str]
    bodies: dict[str, bytes]

    @classmethod
    def from_response(cls, response: HttpResponse, encoding: str) -> "CachedResponse":
        """Take over the headers and the body of a response, compressed by the encoding."""
        body = response.content
        if len(body) < MIN_COMPRESSED_BYTES:
            encoding = IDENTITY
        return cls(dict(response.items()), {encoding: compress(body, encoding)})

    @property
    def is_compressible(self) -> bool:
        """Whether the body is long enough to be sent compressed."""
        return any(self.bodies) or len(self.bodies[IDENTITY]) >= MIN_COMPRESSED_BYTES

    def encode_body(self, encoding: str) -> bytes:
        """Return the body in an encoding, and cache it in that encoding."""
        if encoding not in self.bodies:
            known, body = next(iter(self.bodies.items()))
            self.bodies = self.bodies | {encoding: compress(decompress(body, known), encoding)}
        return self.bodies[encoding]

    def build_response(self, encoding: str) -> HttpResponse:
        """Build the response in an encoding, with Content-Length and Content-Encoding."""
        if not self.is_compressible:
            encoding = IDENTITY
        body = self.encode_body(encoding)
        response = HttpResponse(body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response

    @property
    def size(self) -> int:
        """Estimated memory in bytes."""
        return OVERHEAD_BYTES + sum(map(len, self.bodies.values()))


class PageCache:
    """A least-recently-used cache of responses, all of one site version; a new version empties it.

    Safe to use from several threads.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_pages: int = MAX_PAGES):
        self.max_bytes = max_bytes
        self.max_pages = max_pages
        self.size = 0
        #: Of all the responses; None before the first.
        self.site_version: SiteVersion | None = None
        self._pages: OrderedDict[str, tuple[CachedResponse, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def __contains__(self, key: str) -> bool:
        """Whether there is a response under this key, also one of an earlier site version."""
        return key in self._pages

    def get(self, site_version: SiteVersion, key: str) -> CachedResponse | None:
        with self._lock:
            if site_version != self.site_version or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key][0]

    def put(self, site_version: SiteVersion, key: str, page: CachedResponse) -> None:
        """Store a response, or update its size after it has been compressed once more.

        One that is too large, or whose key is too long, is not stored.
        """
        size = page.size + len(key)
        if len(key) > MAX_KEY_LENGTH or size > MAX_BODY_BYTES:
            return
        with self._lock:
            if site_version != self.site_version:
                self._pages.clear()
                self.size = 0
                self.site_version = site_version
            self._evict(key)
            self._pages[key] = page, size
            self.size += size
            while self.size > self.max_bytes or len(self._pages) > self.max_pages:
                self._evict(next(iter(self._pages)))

    def _evict(self, key: str) -> None:
        if key in self._pages:
            _, size = self._pages.pop(key)
            self.size -= size
