# ruff: noqa: E501
"""Hostile requests to the public pages."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup

from tests.hostile import corpus
from tests.hostile.client import Client, Request
from tests.hostile.mcp_requests import McpRequests

#: Paths with a variable part, marked by {}.
NAMED_PATHS = (
    "/{}",
    "/{}/",
    "/centers/{}/",
    "/centers/{}/feed/",
    "/centers/{}/picture.png",
    "/centers.{}",
    "/announcements/{}/",
    "/data/releases/{}",
    "/data/releases/{}/",
    "/data/releases/{}.zip",
    "/data/releases/2026.11.1/{}",
    "/sitemap-{}.xml",
    "/static/{}",
    "/static/css/{}",
    "/api/{}",
    "/api/v1/{}",
    "/api/v1/centers/{}/",
    "/api/v1/announcements/{}/",
    "/.well-known/{}",
    "/admin/{}",
    "/admin/{}/",
)
#: The list in its other formats, with the same query parameters.
LIST_FORMATS = ("/centers.csv", "/centers.xlsx", "/centers.json", "/centers.geojson", "/feed/", "/embed/", "/count/")  # fmt: skip
#: Pages with parameters of their own.
OTHER_PAGES = {
    "/changes/": ["page"],
    "/suggestions/": ["q"],
    "/opensearch/": ["q"],
    "/coverage/": ["region", "gaps"],
    "/coverage.csv": ["region", "gaps"],
    "/coverage.xlsx": ["region", "gaps"],
    "/announcements/": ["page"],
    "/centers/1/picture.png": ["v"],
    "/about/": ["x"],
    "/data/releases/compare/": ["from", "to"],
    "/admin/login/": ["next", "page"],
    "/admin/jsi18n/": ["language"],
}
PLAIN_PAGES = (
    "/announcements/feed/", "/data/", "/data/releases/", "/data/releases/feed/", "/data/releases/manifest.json",
    "/accessibility/", "/privacy/", "/points.json", "/robots.txt", "/llms.txt", "/sitemap.xml",
    "/favicon.ico", "/manifest.webmanifest", "/opensearch.xml", "/data.json", "/.well-known/security.txt",
    "/api/", "/nowhere/", "/admin/", "/static/css/base.css",
)  # fmt: skip
#: Parameters that change the display of rows but select none.
DISPLAY_PARAMETERS = ("sort", "view", "page", "page_size", "near")
#: The form of a centre that is in every site with the shipped facts.
CORRECTION_PATH = "/centers/1/correction/"
#: Reports of one address, and of all, that are stored in a day (README names them).
MOST_OF_ADDRESS, MOST_OF_ALL = 20, 300
#: Pages that spam is sent from: more than can be stored.
OPEN_FORMS = 400
SPAM = "불법 도박 https://evil.example/ <a href=//evil.example>여기</a>"
#: Returns only the number of results; notices are on the list page.
COUNT_PATH = "/count/"


class PublicRequests:
    """Builds the requests to the public pages that the site itself lists."""

    def __init__(self, client: Client):
        self.client = client
        self.parameters = self.discover()
        self.lists = {"/", *LIST_FORMATS, "/api/v1/centers/", "/api/v1/centers.geojson"}

    def discover(self) -> dict[str, list[str]]:
        """Return the parameters of each path, from the search form, the sitemap and the OpenAPI document."""
        front = BeautifulSoup(self.client.get("/").body, "lxml")
        fields = {
            field["name"]: None
            for form in front.select("form[action='/'], form:not([action])")
            for field in form.select("[name]")
        }
        names = [
            *fields,
            *(name for name in ("near", "sort", "view", "page") if name not in fields),
        ]
        found = {"/": names, **OTHER_PAGES}
        found |= dict.fromkeys(LIST_FORMATS, names) | {path: ["x"] for path in PLAIN_PAGES}
        described = self.client.get("/api/v1/schema.json")
        if described.status == 200:
            for path, operations in json.loads(described.body)["paths"].items():
                parameters = operations.get("get", {}).get("parameters", [])
                path = path.replace("{id}", "1").replace("{slug}", "2024-selection")
                found[path] = [one["name"] for one in parameters if one["in"] == "query"] or ["x"]
        paths = [*self.list_sitemap_paths("/sitemap.xml"), *self.list_release_paths()]
        for path in paths:
            found.setdefault(path, ["x"])
        return found

    def list_release_paths(self) -> list[str]:
        """Return the page and the files of the newest release of the data, if there is one."""
        manifest = json.loads(self.client.get("/data/releases/manifest.json").body)
        return [
            urlsplit(url).path
            for one in manifest["releases"][:1]
            for url in (one["page"], one["zip"]["url"], *(file["url"] for file in one["files"]))
        ]

    def list_sitemap_paths(self, path: str) -> list[str]:
        """Return the first three paths of each part of the sitemap."""
        response = self.client.get(path)
        if response.status != 200:
            return []
        urls = [
            re.sub(r"^\w+://[^/]+", "", one.text or "")
            for one in ElementTree.fromstring(response.body).iter()
            if one.tag.endswith("loc")
        ]
        parts = [url for url in urls if re.search(r"sitemap.*\.xml", url)]
        if not parts:
            return urls[:3]
        return [url for part in parts for url in [part, *self.list_sitemap_paths(part)]]

    # --- requests --------------------------------------------------------------------------------

    def generate_requests(self) -> Iterator[Request]:
        yield from self.build_value_requests()
        yield from self.build_name_requests()
        yield from self.build_many_parameter_requests()
        yield from self.build_path_requests()
        yield from self.build_header_requests()
        yield from self.build_method_requests()
        yield from self.build_body_requests()
        yield from self.build_correction_requests()
        yield from McpRequests(self.client).generate_requests()
        yield from self.build_raw_requests()

    def build_value_requests(self) -> Iterator[Request]:
        """Every parameter of every page with every value."""
        for path, names in self.parameters.items():
            for name in names:
                for value in corpus.VALUES:
                    silent = value.may_fit or name in DISPLAY_PARAMETERS or path == COUNT_PATH
                    yield self.build_request(
                        f"{name}: {value.why}",
                        f"{path}?{name}={value.wire}",
                        whole="" if silent or path not in self.lists else path,
                        value=value,
                    )

    def build_name_requests(self) -> Iterator[Request]:
        """Every value as the name of a parameter."""
        for path in self.parameters:
            for value in corpus.VALUES:
                silent = value.may_fit or path == COUNT_PATH
                whole = "" if silent or path not in self.lists else path
                yield self.build_request(
                    f"a name: {value.why}", f"{path}?{value.wire}=1", value=value, whole=whole
                )

    def build_many_parameter_requests(self) -> Iterator[Request]:
        for path, names in self.parameters.items():
            for why, query in (
                ("10,000 parameters", "&".join(f"a{n}=" for n in range(10_000))),
                ("as many parameters as fit", "&".join(f"a{n}=" for n in range(2_200))),
                ("1,000 times the same", "&".join([f"{names[0]}=1"] * 1000)),
                ("1,000 different values", "&".join(f"{names[0]}={n}" for n in range(1000))),
                ("every parameter twice", "&".join(f"{name}=1&{name}=%00" for name in names)),
                ("every parameter with NUL", "&".join(f"{name}=%00" for name in names)),
                ("brackets", "&".join(f"{name}[]=1&{name}[a][b]=1" for name in names)),
                ("lookups", "&".join(f"{name}__regex=(&{name}__in=%00" for name in names)),
            ):
                yield self.build_request(why, f"{path}?{query}")

    def build_path_requests(self) -> Iterator[Request]:
        for path in corpus.PATHS:
            yield self.build_request("a path", path)
        for pattern in NAMED_PATHS:
            for value in corpus.VALUES:
                wire = value.wire.replace("+", "%20").replace("?", "%3F").replace("#", "%23")
                yield self.build_request(
                    f"in the path: {value.why}", pattern.replace("{}", wire), value=value
                )

    def build_header_requests(self) -> Iterator[Request]:
        places = (
            "/", "/centers/1/", "/centers.csv", "/feed/", "/api/v1/centers/", "/api/", "/nowhere/",
            "/admin/login/", "/static/css/base.css", "/robots.txt", "/sitemap.xml", "/embed/",
        )  # fmt: skip
        for path in places:
            for why, lines in corpus.HEADERS:
                # Headers that the server itself rejects get no response of ours.
                yield self.build_request(why, path, headers=lines, may_close="header" in why)
            for why, cookie in corpus.COOKIES:
                yield self.build_request(why, path, headers=[("Cookie", cookie)])
            for host in corpus.HOSTS:
                yield self.build_host_request(host, path)

    def build_host_request(self, host: str, path: str) -> Request:
        usual = self.client.build_request(f"Host {host[:40]!r}", path, may_close=True)
        line, _, rest = usual.raw.partition(b"\r\n")
        rest = rest.replace(
            f"Host: {self.client.host}".encode(), b"Host: " + host.encode("latin-1"), 1
        )
        return Request(usual.why, line + b"\r\n" + rest, path, may_close=True)

    def build_method_requests(self) -> Iterator[Request]:
        for path in self.parameters:
            for method in corpus.METHODS:
                body = b"a=1" if method in ("POST", "PUT", "PATCH", "DELETE") else None
                yield self.build_request(
                    f"method {method[:20]}", path, method, body=body, may_close=method == "CONNECT"
                )

    def build_body_requests(self) -> Iterator[Request]:
        for path in (
            "/",
            "/?q=%EB%B4%89",
            "/centers.csv",
            "/api/v1/centers/",
            "/admin/login/",
            "/nowhere/",
            "/static/css/base.css",
        ):
            for why, kind, body in corpus.BODIES:
                for method in ("POST", "PUT"):
                    yield self.build_request(
                        why, path, method, headers=[("Content-Type", kind)], body=body
                    )
            yield self.build_request("a body on GET", path, body=b"a=1" * 1000)

    def build_correction_requests(self) -> Iterator[Request]:
        """The form that readers send, with every value in every field, and odd bodies."""
        path = CORRECTION_PATH
        kind = [("Content-Type", "application/x-www-form-urlencoded")]
        soup = BeautifulSoup(self.client.get(path).body, "lxml")
        # Without its link it is never stored, so that each value meets the whole form.
        usual = {"field": "phone", "value": "02-1", "message": "x", "evidence": "link"}
        for name in dict.fromkeys(one["name"] for one in soup.select("main form [name]")):
            token = soup.select_one("[name=token]")["value"]
            for value in corpus.VALUES:
                body = urlencode(usual | {"token": token, name: ""}) + f"&{name}={value.wire}"
                yield self.build_request(
                    f"{name} of a report: {value.why}",
                    path,
                    "POST",
                    kind,
                    body.encode("latin-1", "replace"),
                    value=value,
                )
            for why, wire in corpus.LONG_TEXTS:
                body = urlencode(usual | {"token": token, name: ""}) + f"&{name}={wire}"
                yield self.build_request(
                    f"{name} of a report: {why}", path, "POST", kind, body.encode()
                )
        for token in forge_tokens(self.open_form()):
            body = urlencode(usual | {"token": token})
            yield self.build_request("a forged token", path, "POST", kind, body.encode())
        for why, other_kind, body in corpus.BODIES:
            yield self.build_request(why, path, "POST", [("Content-Type", other_kind)], body)
        for value in corpus.VALUES:
            yield self.build_request(
                f"a receipt: {value.why}", f"{path}thanks/?receipt={value.wire}", value=value
            )

    def open_form(self) -> str:
        """Return the token of a form that is opened now."""
        soup = BeautifulSoup(self.client.get(CORRECTION_PATH).body, "lxml")
        return str(soup.select_one("[name=token]")["value"])

    def build_spam_requests(self, number: int) -> Iterator[Request]:
        """So many valid reports from one address, then from others; most tokens are replayed.

        The other addresses count if the site was started with BEHIND_PROXY=true.
        """
        tokens = []
        for why, most, addresses in (
            ("spam from one address", MOST_OF_ADDRESS, 1),
            ("spam from many addresses", MOST_OF_ALL, number),
        ):
            for turn in range(number):
                if len(tokens) < min(OPEN_FORMS, number):
                    tokens.append(self.open_form())
                data = {
                    "token": tokens[turn % len(tokens)],
                    "field": "phone",
                    "value": f"02-{turn:04}-0000",
                    "message": SPAM,
                    "evidence": "call",
                }
                source = turn % addresses
                headers = [
                    ("Content-Type", "application/x-www-form-urlencoded"),
                    ("X-Forwarded-For", f"10.{source >> 16}.{source >> 8 & 255}.{source & 255}"),
                ]
                body = urlencode(data).encode()
                yield self.client.build_request(
                    why, CORRECTION_PATH, "POST", headers, body, most_stored=most
                )

    def build_raw_requests(self) -> Iterator[Request]:
        for why, bytes_ in corpus.build_raw_requests(self.client.host):
            yield Request(why, bytes_, "(raw)", may_close=True)

    def build_request(
        self, why, path, method="GET", headers=(), body=None, value=None, whole="", may_close=False
    ):
        # A space would end the request line; the rest of the path is sent unchanged.
        path = path.replace(" ", "%20")
        return self.client.build_request(
            why,
            path,
            method,
            headers,
            body,
            whole=whole,
            may_close=may_close or bool(value and value.too_long),
        )


def forge_tokens(token: str) -> list[str]:
    """Return tokens of another time, another centre and another signature."""
    content, stamp, signature = token.rsplit(":", 2)
    other = f"2{content[1:]}"
    return [
        f"{content}:{old}:{signature}" for old in ("0", "1", "zzzzzz", "-1", "", stamp[::-1])
    ] + [
        f"{other}:{stamp}:{signature}",
        f"{content}:{stamp}:{signature[::-1]}",
        f"{content}:{stamp}:",
        f"{content}:{stamp}",
        token * 50,
        token.upper(),
    ]
