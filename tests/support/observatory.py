"""The rules by which MDN's HTTP Observatory counts, as far as a page of this site can meet them.

After github.com/mdn/mdn-http-observatory: modifiers of `src/grader/charts.js`, conditions of
`src/analyzer/tests/`, extra credit of `src/scanner/index.js`. A site begins with 100 points; what
adds to them counts only where what takes away leaves at least 90.
"""

import re
from http.cookies import SimpleCookie

from bs4 import BeautifulSoup

BEGIN, LEAST_FOR_EXTRA = 100, 90
SIX_MONTHS, A_YEAR = 15_552_000, 31_536_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def policy(headers) -> dict[str, list[str]]:
    parts = [part.split() for part in headers.get("Content-Security-Policy", "").split(";")]
    return {name: values for name, *values in filter(None, parts)}


def csp(headers) -> int:
    found = policy(headers)
    if not found:
        return -25
    default = found.get("default-src", ["*"])
    scripts, styles = (found.get(name, default) for name in ("script-src", "style-src"))
    broad = {"*", "https:", "http:", "data:", "'unsafe-inline'", "'unsafe-eval'"}
    if broad & {*scripts, *found.get("object-src", default)}:
        return -20
    if broad & {*styles}:
        return 0
    forms = found.get("form-action")
    return 10 if default == ["'none'"] and forms in (["'none'"], ["'self'"]) else 5


def cookies(set_cookie: list[str]) -> int:
    if not set_cookie:
        return 0
    found = [morsel for one in set_cookie for morsel in SimpleCookie(one).values()]
    for cookie in found:
        name = cookie.key.lower()
        if ("sess" in name or "login" in name) and not (cookie["secure"] and cookie["httponly"]):
            return -40
        if not cookie["secure"] or ("csrf" in name and not cookie["samesite"]):
            return -20
    return 5 if all(cookie["samesite"] in ("Lax", "Strict") for cookie in found) else 0


def sharing(headers) -> int:
    open_to_all = headers.get("Access-Control-Allow-Origin") == "*"
    return -50 if open_to_all and "Access-Control-Allow-Credentials" in headers else 0


def resource_policy(headers) -> int:
    rules = {"same-origin": 10, "same-site": 10, "cross-origin": 0, None: 0}
    return rules.get(headers.get("Cross-Origin-Resource-Policy"), -5)


def redirection(first: str | None, host: str) -> int:
    """Where plain HTTP leads: to the same host by HTTPS."""
    if first is None or not first.startswith("https://"):
        return -20
    return 0 if first.startswith(f"https://{host}/") else -5


def referrer(headers) -> int:
    said = headers.get("Referrer-Policy")
    return 0 if said is None else 5 if said in PRIVATE else -5


def strict_transport(headers, preloaded: bool) -> int:
    """A site can only ask for the list that browsers come with, and not before it is public."""
    said = headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=(\d+)", said)
    if not age:
        return -20
    if int(age[1]) < SIX_MONTHS:
        return -10
    may_be_listed = int(age[1]) >= A_YEAR and "includeSubDomains" in said and "preload" in said
    return 5 if preloaded and may_be_listed else 0


def integrity(page: bytes) -> int:
    scripts = BeautifulSoup(page, "lxml").select("script[src]")
    if any(re.match(r"(https?:)?//", one["src"]) for one in scripts):
        return -5
    return 5 if any(one.get("integrity") for one in scripts) else 0


def sniffing(headers) -> int:
    return 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5


def framing(headers) -> int:
    if policy(headers).get("frame-ancestors") in (["'none'"], ["'self'"]):
        return 5
    return 0 if headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def points(headers, page: bytes, first_redirect: str | None, host: str, preloaded: bool) -> int:
    modifiers = [
        csp(headers),
        cookies(headers.get_all("Set-Cookie") or []),
        sharing(headers),
        resource_policy(headers),
        redirection(first_redirect, host),
        referrer(headers),
        strict_transport(headers, preloaded),
        integrity(page),
        sniffing(headers),
        framing(headers),
    ]
    without_extra = BEGIN + sum(one for one in modifiers if one < 0)
    return BEGIN + sum(modifiers) if without_extra >= LEAST_FOR_EXTRA else without_extra
