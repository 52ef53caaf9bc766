"""Answers that a process keeps for one site_version of the site, so that each is made once."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.http import HttpResponse
from django.template.response import TemplateResponse

from centers.http.compression import IDENTITY, MIN_COMPRESSED_BYTES, compress, decompress
from centers.http.etag import SiteVersion

#: What one process keeps at most; a page of the list takes about 10 kB.
MAX_BYTES, MAX_PAGES = 16_000_000, 2_000
#: Larger answers would push out many others, and nobody shares longer addresses.
MAX_BODY_BYTES, MAX_KEY_LENGTH = 1_000_000, 1_000
#: About what a page takes beside its bodies and its address.
OVERHEAD_BYTES = 2_000

#: What every response has; anything else is a mark that a view's decorators left on one for the
#: middleware, such as that it may stand in a frame.
COMMON = vars(HttpResponse()).keys() | vars(TemplateResponse(None, "")).keys()


@dataclass
class CachedResponse:
    """One answer, in each encoding that anybody has asked for."""

    headers: dict[str, str]
    marks: dict[str, object]
    bodies: dict[str, bytes]

    @classmethod
    def of(cls, response: HttpResponse, encoding: str) -> "CachedResponse":
        """Take over an answer that has just been made, in the encoding of who asked for it."""
        marks = {name: value for name, value in vars(response).items() if name not in COMMON}
        body = response.content
        if len(body) < MIN_COMPRESSED_BYTES:
            encoding = IDENTITY
        return cls(dict(response.items()), marks, {encoding: compress(body, encoding)})

    @property
    def is_compressed(self) -> bool:
        """Whether it travels compressed to whoever takes that: decided when it is made."""
        return any(self.bodies) or len(self.bodies[IDENTITY]) >= MIN_COMPRESSED_BYTES

    def body(self, encoding: str) -> bytes:
        """The body in an encoding, which is kept from then on."""
        if encoding not in self.bodies:
            known, body = next(iter(self.bodies.items()))
            self.bodies = self.bodies | {encoding: compress(decompress(body, known), encoding)}
        return self.bodies[encoding]

    def response(self, encoding: str) -> HttpResponse:
        if not self.is_compressed:
            encoding = IDENTITY
        body = self.body(encoding)
        response = HttpResponse(body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        vars(response).update(self.marks)
        return response

    @property
    def size(self) -> int:
        return OVERHEAD_BYTES + sum(map(len, self.bodies.values()))


class PageCache:
    """The pages last asked for, of one site_version; the next site_version begins anew."""

    def __init__(self, most_bytes: int = MAX_BYTES, most_pages: int = MAX_PAGES):
        self.most_bytes = most_bytes
        self.most_pages = most_pages
        self.size = 0
        self._site_version: SiteVersion | None = None
        self._pages: OrderedDict[str, tuple[CachedResponse, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def __contains__(self, address: str) -> bool:
        """Whether there is anything under this address, be it of another site_version."""
        return address in self._pages

    def get(self, site_version: SiteVersion, address: str) -> CachedResponse | None:
        with self._lock:
            if site_version != self._site_version or address not in self._pages:
                return None
            self._pages.move_to_end(address)
            return self._pages[address][0]

    def put(self, site_version: SiteVersion, address: str, page: CachedResponse) -> None:
        """Keep a page, or what it takes now that it has grown by an encoding."""
        size = page.size + len(address)
        if len(address) > MAX_KEY_LENGTH or size > MAX_BODY_BYTES:
            return
        with self._lock:
            if site_version != self._site_version:
                self._clear()
                self._site_version = site_version
            self._drop(address)
            self._pages[address] = page, size
            self.size += size
            while self.size > self.most_bytes or len(self._pages) > self.most_pages:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._pages.clear()
        self.size = 0

    def _drop(self, address: str) -> None:
        if address in self._pages:
            _, size = self._pages.pop(address)
            self.size -= size
