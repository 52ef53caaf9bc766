"""What is promised of every answer, each promise a function that says what is wrong, or nothing."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.hostile.client import Answer, Request
from tests.hostile.corpus import EVALUATED, MARK

#: Words of traces and of Django's own English pages.
GIVEN_AWAY = (
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
#: What a browser takes for a page, and so runs.
PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/xml", "")
DATA_BLOCKS = ("application/ld+json", "application/json")
#: Said by the server before the program hears of it; it has no page and no headers of ours.
BY_SERVER = (400, 408, 413, 414, 417, 431, 505)


def is_by_server(answer: Answer) -> bool:
    return answer.status in BY_SERVER and not answer.body and not answer.kind


def fails(request: Request, answer: Answer, **_) -> str:
    return f"answered {answer.status}" if answer.status >= 500 else ""


def says_nothing(request: Request, answer: Answer, **_) -> str:
    if answer.status or request.may_close:
        return ""
    return answer.fault


def gives_away(request: Request, answer: Answer, **_) -> str:
    text = answer.text
    for words in GIVEN_AWAY:
        if words in text:
            return f"says {words!r}"
    if answer.status >= 400 and answer.body.strip() and not re.search("[가-힣]", text):
        return f"answered {answer.status} without a word of Korean: {text[:60]!r}"
    return ""


class _Live(HTMLParser):
    """Finds marks where a browser would act on them."""

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


def is_live(request: Request, answer: Answer, **_) -> str:
    if EVALUATED.encode() in answer.body:
        return "evaluated an expression"
    if MARK.encode() not in answer.body:
        return ""
    if answer.kind not in PAGES:
        sniffs = answer.header("x-content-type-options") != "nosniff"
        return "repeats a mark where a browser may sniff" if sniffs else ""
    page = _Live()
    page.feed(answer.text)
    page.close()
    return f"repeats it live: {page.found}" if page.found else ""


def is_led_astray(request: Request, answer: Answer, host: str, **_) -> str:
    for name, value in answer.headers:
        if MARK in name.lower() or (name.lower() == "set-cookie" and MARK in value):
            return f"has the header {name}: {value[:60]}"
    if location := answer.header("location"):
        place = urlsplit(location.replace("\\", "/"))
        if place.scheme not in ("", "http", "https") or place.netloc not in ("", host):
            return f"leads to {location[:80]}"
    return ""


def lacks_headers(request: Request, answer: Answer, **_) -> str:
    if not answer.status or is_by_server(answer):
        return ""
    missing = [
        name
        for name, word in (
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'"),
        )
        if word not in answer.header(name)
    ]
    return f"answered {answer.status} without {', '.join(missing)}" if missing else ""


#: Numbers of centres in pages and files, in whatever they are written.
CENTRE = re.compile(rb'/centers/(\d+)/|^\xef?\xbb?\xbf?(\d+),|"id": ?(\d+)', re.M)
#: By these a page says what it made of a value.
SAID = re.compile(r'class="[^"]*\b(notices|chips)\b')


def passes_over(request: Request, answer: Answer, whole: dict[str, Answer], **_) -> str:
    """Whether everything is shown for a value that was not used, and nothing says so."""
    if not request.whole or answer.status != 200:
        return ""
    everything = whole[request.whole]
    if answer.kind == "text/html":
        silent = not SAID.search(answer.text)
        same = CENTRE.findall(answer.body) == CENTRE.findall(everything.body)
        return "shows everything and says nothing" if same and silent else ""
    if answer.body == everything.body and answer.body:
        return "gives everything away for a value that it did not use"
    return ""


#: In the order in which they are told.
PROMISES = {
    "no failure (5xx)": fails,
    "an answer to everything that is HTTP": says_nothing,
    "no trace, no path, no English page": gives_away,
    "nothing comes back live": is_live,
    "no header made, no redirect elsewhere": is_led_astray,
    "nosniff and CSP on every answer": lacks_headers,
    "nothing unusable passed over in silence": passes_over,
}
