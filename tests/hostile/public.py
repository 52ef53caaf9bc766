# ruff: noqa: E501
"""What is fired at the pages that everybody may see."""

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from bs4 import BeautifulSoup

from tests.hostile import corpus
from tests.hostile.client import Client, Request

#: Addresses below which a name or number is read from the path; {} is where it stands.
WITH_NAMES = (
    "/{}",
    "/{}/",
    "/centers/{}/",
    "/centers/{}/feed/",
    "/centers.{}",
    "/announcements/{}/",
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
#: The list in its other forms, which take the parameters of the list.
AS_LIST = ("/centers.csv", "/centers.xlsx", "/centers.json", "/centers.geojson", "/feed/", "/embed/", "/count/")  # fmt: skip
#: Pages with parameters of their own.
OTHERS = {
    "/changes/": ["page"],
    "/suggestions/": ["q"],
    "/opensearch/": ["q"],
    "/coverage/": ["region"],
    "/announcements/": ["page"],
    "/about/": ["x"],
    "/admin/login/": ["next", "page"],
    "/admin/jsi18n/": ["language"],
}
PLAIN = (
    "/announcements/feed/", "/data/", "/accessibility/", "/privacy/", "/points.json", "/robots.txt", "/sitemap.xml",
    "/favicon.ico", "/manifest.webmanifest", "/opensearch.xml", "/data.json", "/.well-known/security.txt",
    "/api/", "/nowhere/", "/admin/", "/static/css/base.css",
)  # fmt: skip
#: These parameters say how rows are shown and not which, so that all of them may be there.
ORDERLY = ("sort", "view", "page", "page_size", "near")
#: Repeats what the page would count; the page itself says what was not used.
COUNTS_FOR_THE_PAGE = "/count/"


class Public:
    """The requests to the public pages of a site, as far as it tells of them itself."""

    def __init__(self, client: Client):
        self.client = client
        self.parameters = self.discover()
        self.lists = {"/", *AS_LIST, "/api/v1/centers/", "/api/v1/centers.geojson"}

    def discover(self) -> dict[str, list[str]]:
        """Every path with its parameters: by the form, the sitemap and the API's description."""
        front = BeautifulSoup(self.client.get("/").body, "html.parser")
        fields = {
            field["name"]: None
            for form in front.select("form[action='/'], form:not([action])")
            for field in form.select("[name]")
        }
        names = [
            *fields,
            *(name for name in ("near", "sort", "view", "page") if name not in fields),
        ]
        found = {"/": names, **OTHERS}
        found |= dict.fromkeys(AS_LIST, names) | {path: ["x"] for path in PLAIN}
        described = self.client.get("/api/v1/schema.json")
        if described.status == 200:
            for path, operations in json.loads(described.body)["paths"].items():
                parameters = operations.get("get", {}).get("parameters", [])
                path = path.replace("{id}", "1").replace("{slug}", "2024-selection")
                found[path] = [one["name"] for one in parameters if one["in"] == "query"] or ["x"]
        for path in self.mapped("/sitemap.xml"):
            found.setdefault(path, ["x"])
        return found

    def mapped(self, path: str) -> list[str]:
        """The first three addresses of each part of the sitemap."""
        answer = self.client.get(path)
        if answer.status != 200:
            return []
        places = [
            re.sub(r"^\w+://[^/]+", "", one.text or "")
            for one in ElementTree.fromstring(answer.body).iter()
            if one.tag.endswith("loc")
        ]
        parts = [place for place in places if re.search(r"sitemap.*\.xml", place)]
        if not parts:
            return places[:3]
        return [place for part in parts for place in [part, *self.mapped(part)]]

    # --- requests --------------------------------------------------------------------------------

    def requests(self) -> Iterator[Request]:
        yield from self.values()
        yield from self.names()
        yield from self.many()
        yield from self.paths()
        yield from self.headers()
        yield from self.methods()
        yield from self.bodies()
        yield from self.raw()

    def values(self) -> Iterator[Request]:
        """Every parameter of every page with every value."""
        for path, names in self.parameters.items():
            for name in names:
                for value in corpus.VALUES:
                    silent = value.may_fit or name in ORDERLY or path == COUNTS_FOR_THE_PAGE
                    yield self.ask(
                        f"{name}: {value.why}",
                        f"{path}?{name}={value.wire}",
                        whole="" if silent or path not in self.lists else path,
                        value=value,
                    )

    def names(self) -> Iterator[Request]:
        """Every value as the name of a parameter, and beside one that can be used."""
        for path in self.parameters:
            for value in corpus.VALUES:
                silent = value.may_fit or path == COUNTS_FOR_THE_PAGE
                whole = "" if silent or path not in self.lists else path
                yield self.ask(
                    f"a name: {value.why}", f"{path}?{value.wire}=1", value=value, whole=whole
                )

    def many(self) -> Iterator[Request]:
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
                yield self.ask(why, f"{path}?{query}")

    def paths(self) -> Iterator[Request]:
        for path in corpus.PATHS:
            yield self.ask("a path", path)
        for pattern in WITH_NAMES:
            for value in corpus.VALUES:
                wire = value.wire.replace("+", "%20").replace("?", "%3F").replace("#", "%23")
                yield self.ask(
                    f"in the path: {value.why}", pattern.replace("{}", wire), value=value
                )

    def headers(self) -> Iterator[Request]:
        places = (
            "/", "/centers/1/", "/centers.csv", "/feed/", "/api/v1/centers/", "/api/", "/nowhere/",
            "/admin/login/", "/static/css/base.css", "/robots.txt", "/sitemap.xml", "/embed/",
        )  # fmt: skip
        for path in places:
            for why, lines in corpus.HEADERS:
                # Only the server itself can speak of headers that it does not take in.
                yield self.ask(why, path, headers=lines, may_close="header" in why)
            for why, cookie in corpus.COOKIES:
                yield self.ask(why, path, headers=[("Cookie", cookie)])
            for host in corpus.HOSTS:
                yield self.with_host(host, path)

    def with_host(self, host: str, path: str) -> Request:
        usual = self.client.request(f"Host {host[:40]!r}", path, may_close=True)
        line, _, rest = usual.raw.partition(b"\r\n")
        rest = rest.replace(
            f"Host: {self.client.host}".encode(), b"Host: " + host.encode("latin-1"), 1
        )
        return Request(usual.why, line + b"\r\n" + rest, path, may_close=True)

    def methods(self) -> Iterator[Request]:
        for path in self.parameters:
            for method in corpus.METHODS:
                body = b"a=1" if method in ("POST", "PUT", "PATCH", "DELETE") else None
                yield self.ask(
                    f"method {method[:20]}", path, method, body=body, may_close=method == "CONNECT"
                )

    def bodies(self) -> Iterator[Request]:
        for path in (
            "/",
            "/centers.csv",
            "/api/v1/centers/",
            "/admin/login/",
            "/nowhere/",
            "/static/css/base.css",
        ):
            for why, kind, body in corpus.BODIES:
                for method in ("POST", "PUT"):
                    yield self.ask(why, path, method, headers=[("Content-Type", kind)], body=body)
            yield self.ask("a body on GET", path, body=b"a=1" * 1000)

    def raw(self) -> Iterator[Request]:
        for why, bytes_ in corpus.raw(self.client.host):
            yield Request(why, bytes_, "(raw)", may_close=True)

    def ask(
        self, why, path, method="GET", headers=(), body=None, value=None, whole="", may_close=False
    ):
        # A space or a bare line end would end the request line; the path is otherwise as it is.
        path = path.replace(" ", "%20")
        return self.client.request(
            why,
            path,
            method,
            headers,
            body,
            whole=whole,
            may_close=may_close or bool(value and value.too_long),
        )
