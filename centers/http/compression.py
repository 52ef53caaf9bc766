"""Content-Encoding negotiation and compression (brotli, gzip)."""

import zlib
from functools import lru_cache

import brotli

#: Shorter bodies gain nothing from compression.
MIN_COMPRESSED_BYTES = 200
#: Either compresses a page of the list to a sixth in half a millisecond.
BROTLI_QUALITY, GZIP_LEVEL = 4, 5
#: `wbits` that make zlib write and read the gzip format.
GZIP = zlib.MAX_WBITS | 16
#: No compression: such a response has no Content-Encoding.
IDENTITY = ""


def choose_encoding(accepted: str) -> str:
    """Return "br", "gzip" or IDENTITY, by the header Accept-Encoding."""
    # Browsers send far less, and the cache must not fill the memory.
    return _choose_encoding(accepted) if len(accepted) <= 200 else IDENTITY


@lru_cache(maxsize=200)
def _choose_encoding(accepted: str) -> str:
    accepted_names = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if is_weight_positive(weight):
            accepted_names.add(name.strip())
    return next((name for name in ("br", "gzip") if name in accepted_names), IDENTITY)


def is_weight_positive(weight: str) -> bool:
    """Whether a weight such as q=0.5 is above 0; one that cannot be parsed counts as 0."""
    try:
        return not weight or float(weight.strip().removeprefix("q=")) > 0
    except ValueError:
        return False


def compress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    if encoding == "gzip":
        packer = zlib.compressobj(GZIP_LEVEL, wbits=GZIP)
        return packer.compress(body) + packer.flush()
    return body


def decompress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return brotli.decompress(body)
    if encoding == "gzip":
        return zlib.decompress(body, wbits=GZIP)
    return body
