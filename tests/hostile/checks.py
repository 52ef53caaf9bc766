"""Checks of one response; each returns what is wrong, or an empty string."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.hostile.client import Request, Response
from tests.hostile.corpus import EVALUATED, MARK
from tests.hostile.mcp_requests import ALL_CENTERS
from tests.hostile.mcp_requests import PATH as MCP_PATH

#: Texts of tracebacks and of Django's own English pages.
LEAKED_TEXTS = (
    "Traceback (most recent call last)",
    "site-packages",
    "Exception Type",
    "Exception Value",
    "django.core.",
    "django.db.",
    "DisallowedHost",
    "SuspiciousOperation",
    "psycopg",
    "sqlite3.",
    "<h1>Bad Request (400)</h1>",
    "<h1>Not Found</h1>",
    "<h1>Server Error (500)</h1>",
    "<h1>403 Forbidden</h1>",
    "CSRF verification failed",
    "A server error occurred",
    "Page not found",
    "root:x:0:0",
    "SQLite format 3",
)
#: Content types whose scripts a browser runs; without a type it may guess one.
ACTIVE_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "application/xml",
    "text/xml",
    "",
)
DATA_BLOCKS = ("application/ld+json", "application/json")
#: Statuses of the server itself, for requests that do not reach Django: without page and headers.
SERVER_STATUSES = (400, 408, 413, 414, 417, 431, 505)


def is_from_server(response: Response) -> bool:
    return response.status in SERVER_STATUSES and not response.body and not response.kind


def find_server_error(request: Request, response: Response, **_) -> str:
    return f"status {response.status}" if response.status >= 500 else ""


def find_missing_response(request: Request, response: Response, **_) -> str:
    if response.status or request.may_close:
        return ""
    return response.fault


def find_leak(request: Request, response: Response, **_) -> str:
    text = response.text
    for words in LEAKED_TEXTS:
        if words in text:
            return f"says {words!r}"
    if response.status >= 400 and response.body.strip() and not re.search("[가-힣]", text):
        return f"status {response.status} without a word of Korean: {text[:60]!r}"
    return ""


class _ActiveContentParser(HTMLParser):
    """Finds MARK where a browser would execute or follow it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = ""
        self.script = False

    def handle_starttag(self, tag, attrs):
        kind = dict(attrs).get("type") or ""
        self.script = tag in ("script", "style") and kind not in DATA_BLOCKS
        if MARK in tag:
            self.found = f"the tag <{tag[:60]}>"
        for name, value in attrs:
            acts = name in ("href", "src", "action", "formaction", "data", "xlink:href", "srcdoc")
            runs = re.match(r"[\s\x00-\x1f]*(java\s*script|vbscript|data):", value or "", re.I)
            if MARK in name or (
                MARK in (value or "") and (name.startswith("on") or (acts and runs))
            ):
                self.found = f"the attribute {name}={value!r:.60} of <{tag}>"

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.script = False

    def handle_data(self, data):
        if self.script and MARK in data:
            self.found = f"the script {data[:60]!r}"

    def handle_comment(self, data):
        if MARK in data:
            self.found = f"the comment {data[:60]!r}"

    def unknown_decl(self, data):
        self.handle_comment(data)


def find_active_reflection(request: Request, response: Response, **_) -> str:
    if EVALUATED.encode() in response.body:
        return "evaluated an expression"
    if MARK.encode() not in response.body:
        return ""
    if response.kind not in ACTIVE_TYPES:
        sniffs = response.header("x-content-type-options") != "nosniff"
        return "reflects a mark without nosniff" if sniffs else ""
    page = _ActiveContentParser()
    page.feed(response.text)
    page.close()
    return f"reflects it actively: {page.found}" if page.found else ""


def find_foreign_redirect(request: Request, response: Response, host: str, **_) -> str:
    for name, value in response.headers:
        if MARK in name.lower() or (name.lower() == "set-cookie" and MARK in value):
            return f"has the header {name}: {value[:60]}"
    if location := response.header("location"):
        target = urlsplit(location.replace("\\", "/"))
        if target.scheme not in ("", "http", "https") or target.netloc not in ("", host):
            return f"leads to {location[:80]}"
    return ""


def find_missing_headers(request: Request, response: Response, **_) -> str:
    if not response.status or is_from_server(response):
        return ""
    missing = [
        name
        for name, word in (
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'"),
        )
        if word not in response.header(name)
    ]
    return f"status {response.status} without {', '.join(missing)}" if missing else ""


#: Keys of centres in pages and files of any format.
CENTER_ID = re.compile(rb'/centers/(\d+)/|^\xef?\xbb?\xbf?(\d+),|"id": ?(\d+)', re.M)
#: Elements in which a page reports how it read a value.
NOTICE = re.compile(r'class="[^"]*\b(notices|chips)\b')


def find_silent_fallback(
    request: Request, response: Response, whole: dict[str, Response], **_
) -> str:
    """Whether an unused value gives the unfiltered list without a notice."""
    if not request.whole or response.status != 200:
        return ""
    if request.whole == MCP_PATH:
        return "finds all centres for an unused value" if ALL_CENTERS in response.text else ""
    everything = whole[request.whole]
    if response.kind == "text/html":
        silent = not NOTICE.search(response.text)
        same = CENTER_ID.findall(response.body) == CENTER_ID.findall(everything.body)
        return "shows the unfiltered list without a notice" if same and silent else ""
    if response.body == everything.body and response.body:
        return "exports the unfiltered list for an unused value"
    return ""


def find_flood(request: Request, response: Response, stored: Counter[str], **_) -> str:
    """Whether more requests of one kind have been stored than their limit allows."""
    if request.most_stored is None or response.status != 303:
        return ""
    stored[request.why] += 1
    number = stored[request.why]
    return f"number {number} is stored" if number > request.most_stored else ""


#: In the order of the report.
PROMISES = {
    "no failure (5xx)": find_server_error,
    "a response to everything that is HTTP": find_missing_response,
    "no trace, no path, no English page": find_leak,
    "no active reflection": find_active_reflection,
    "no header injected, no redirect to another site": find_foreign_redirect,
    "nosniff and CSP on every response": find_missing_headers,
    "no unusable value ignored silently": find_silent_fallback,
    "no flood of reports": find_flood,
}
