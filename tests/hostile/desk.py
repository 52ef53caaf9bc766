# ruff: noqa: E501
"""What is fired at the staff desk by somebody who is signed in."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup

from tests.hostile import corpus, uploads
from tests.hostile.client import Answer, Client, Request

#: Parameters of Django's own lists, beside those that the page links to.
OF_LISTS = (
    "q",
    "o",
    "p",
    "e",
    "all",
    "_popup",
    "_to_field",
    "_facets",
    "_changelist_filters",
    "name__regex",
)
#: Of an address of one record, what stands behind its key.
OF_RECORDS = ("change/", "delete/", "history/", "history/{}/", "")
#: Pages that would end the session or lock the account out, and those of accounts themselves.
LEFT_ALONE = re.compile(r"logout|password|/auth/(user|group)/|2fa|mfa|account")
#: Fields that others stand for: those of the second row of a form and on; and the token.
SAME_AGAIN = re.compile(r"-([1-9]|\d\d+)-|^csrfmiddlewaretoken$")
FORM = "application/x-www-form-urlencoded"


def fields_of(form) -> dict[str, str]:
    """What a browser would send for a form as it stands, buttons left out."""
    data = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        if field.get("type") in ("submit", "button", "file", "image"):
            continue
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            data[field["name"]] = chosen["value"] if chosen else ""
        else:
            data[field["name"]] = field.get("value") or field.get_text()
    return data


class Desk:
    """The requests to the staff desk, as far as its own pages lead to them."""

    def __init__(self, client: Client, front: str = "/admin/"):
        self.client = client
        self.front = front
        self.token = ""

    # --- as a person would -------------------------------------------------------------------------

    def open(self, path: str) -> tuple[str, Answer, BeautifulSoup]:
        """Open a page as a browser does: follow redirects, keep cookies."""
        for _ in range(5):
            answer = self.client.get(path)
            self.keep(answer)
            if answer.status not in (301, 302, 303, 307):
                break
            path = re.sub(r"^\w+://[^/]+", "", urljoin(path, answer.header("location")))
        return path, answer, BeautifulSoup(answer.body, "html.parser")

    def keep(self, answer: Answer) -> None:
        jar = dict(pair.split("=", 1) for pair in self.client.cookie.split("; ") if pair)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                jar[key] = content
        self.client.cookie = "; ".join(f"{key}={value}" for key, value in jar.items())

    def sign_in(self, user: str, password: str) -> None:
        path, _, page = self.open(self.front)
        form = page.find("input", type="password").find_parent("form")
        data = fields_of(form)
        for field in form.select("input[name]"):
            if field.get("type") == "password":
                data[field["name"]] = password
            elif field.get("type", "text") in ("text", "email"):
                data[field["name"]] = user
        self.keep(self.client.send(self.form("", form.get("action") or path, urlencode(data))))
        self.check()

    def check(self) -> None:
        """Be sure that somebody is still signed in; everything is refused otherwise."""
        _, answer, page = self.open(self.front)
        if answer.status != 200 or page.find("input", type="password"):
            raise SystemExit(f"Nobody is signed in at {self.front} (any more).")
        field = page.find("input", attrs={"name": "csrfmiddlewaretoken"})
        self.token = field["value"] if field else self.token

    # --- where to ----------------------------------------------------------------------------------

    def lists(self) -> list[str]:
        """The lists of records that the first page leads to."""
        _, _, page = self.open(self.front)
        links = [urlsplit(link["href"]).path for link in page.select("a[href]")]
        pattern = re.escape(self.front) + r"\w+/\w+/"
        return list(dict.fromkeys(link for link in links if re.fullmatch(pattern, link)))

    def requests(self) -> Iterator[Request]:
        self.check()
        for path in self.lists():
            yield from self.of_list(path)
            yield from self.of_records(path)
            yield from self.of_new(path)
            if not LEFT_ALONE.search(path):
                yield from self.of_forms(path)
        for path in self.lists():
            if path.endswith("importrun/"):
                yield from self.of_uploads(f"{path}add/")
                yield from self.of_steps(path)

    def of_list(self, path: str) -> Iterator[Request]:
        """Every parameter of a list, and every action on keys that are none."""
        _, _, page = self.open(path)
        own = re.findall(
            r"[?&]([\w]+)=", " ".join(link["href"] for link in page.select("#changelist a[href]"))
        )
        for name in dict.fromkeys((*OF_LISTS, *own)):
            for value in corpus.VALUES:
                yield self.ask(f"{name}: {value.why}", f"{path}?{name}={value.wire}", value)
        for value in corpus.VALUES:
            yield self.ask(f"a name: {value.why}", f"{path}?{value.wire}=1", value)
        actions = [
            option["value"]
            for option in page.select("select[name=action] option")
            if option["value"]
        ]
        for action in [*actions, "%00"]:
            for value in corpus.VALUES:
                body = f"csrfmiddlewaretoken={self.token}&action={action}&_selected_action={value.wire}&post=yes"
                yield self.form(f"{action} on {value.why}", path, body)

    def of_records(self, path: str) -> Iterator[Request]:
        for value in corpus.VALUES:
            key = value.wire.replace("+", "%20").replace("?", "%3F").replace(" ", "%20")
            for part in OF_RECORDS:
                yield self.ask(
                    f"a record: {value.why}", f"{path}{key}/{part.replace('{}', key)}", value
                )
            yield self.ask(f"a version: {value.why}", f"{path}1/history/{key}/", value)

    def of_new(self, path: str) -> Iterator[Request]:
        """Values in the address of an empty form."""
        _, answer, page = self.open(f"{path}add/")
        if answer.status != 200:
            return
        names = [
            field["name"]
            for field in page.select("#content [name]")
            if "__prefix__" not in field["name"]
        ]
        for name in dict.fromkeys(names):
            for value in corpus.VALUES:
                yield self.ask(f"{name}: {value.why}", f"{path}add/?{name}={value.wire}", value)

    def of_forms(self, path: str) -> Iterator[Request]:
        """Every field of a new record and of one that is there."""
        _, _, page = self.open(path)
        records = page.select("#result_list a[href*='/change/']")
        places = [f"{path}add/"]
        if records:
            # The last, as the newest document has forty rows below it, which takes its time.
            places.append(urljoin(path, records[-1]["href"]).partition("?")[0])
            places.append(places[1].replace("/change/", "/delete/"))
        for place in places:
            _, answer, page = self.open(place)
            forms = page.select("#content form[method=post]") if answer.status == 200 else []
            for form in forms[:1]:
                data = fields_of(form) | {"csrfmiddlewaretoken": self.token}
                data.pop("post", None)
                names = [name for name in data if not SAME_AGAIN.search(name)]
                for value in corpus.VALUES:
                    yield self.form(
                        f"all fields: {value.why}", place, self.filled(data, names, value.wire)
                    )
                for name in names:
                    for value in corpus.NASTIEST:
                        yield self.form(
                            f"{name}: {value.why}", place, self.filled(data, [name], value.wire)
                        )

    def filled(self, data: dict[str, str], names: list[str], wire: str) -> str:
        kept = {name: value for name, value in data.items() if name not in names}
        return "&".join([urlencode(kept), *(f"{name}={wire}" for name in names)])

    def of_uploads(self, path: str) -> Iterator[Request]:
        fields = {
            "csrfmiddlewaretoken": self.token.encode(),
            "kind": b"status_list",
            "slug": b"hostile",
            "title": "목록".encode(),
            "publisher": "펴낸 곳".encode(),
            "published_on": b"2026-01-01",
            "text": b"",
        }
        for why, name, data in uploads.files():
            yield self.upload(f"a file: {why}", path, fields, name, data)
        for name in uploads.NAMES:
            yield self.upload(f"a file called {name[:40]!r}", path, fields, name, uploads.LIST)
        for value in corpus.VALUES:
            content = unquote_to_bytes(value.wire.replace("+", " "))
            yield self.upload(
                f"a file of {value.why}", path, fields, "a.csv", uploads.LIST + content
            )
            for name in (
                "slug",
                "title",
                "published_on",
                "source_url",
                "centers_total",
                "announcement",
                "text",
            ):
                given = fields | {name: content}
                yield self.upload(f"{name}: {value.why}", path, given, "a.csv", uploads.LIST)

    def of_steps(self, path: str) -> Iterator[Request]:
        """Decisions about a list that has been read, and the steps that follow."""
        _, _, page = self.open(path)
        links = [
            urljoin(path, link["href"]) for link in page.select("#result_list a[href*='/change/']")
        ]
        for link in links[:3]:
            run = link.partition("change/")[0]
            for value in corpus.VALUES:
                names = (
                    "row-1-center",
                    "row-1-region",
                    "row-1-industry",
                    "row-1-take",
                    "missing-1",
                    "all-missing",
                )
                body = "&".join(f"{name}={value.wire}" for name in names)
                yield self.form(
                    f"decisions: {value.why}",
                    f"{run}decide/",
                    f"csrfmiddlewaretoken={self.token}&{body}",
                )
        for key in ("0", str(2**63), "9" * 4301, "%00", "%C2%B2"):
            for step in ("decide", "apply", "undo"):
                yield self.form(
                    f"{step} of no run", f"{path}{key}/{step}/", f"csrfmiddlewaretoken={self.token}"
                )
                yield self.ask(f"{step} by GET", f"{path}{key}/{step}/")

    # --- requests ----------------------------------------------------------------------------------

    def ask(self, why: str, path: str, value: corpus.Value | None = None) -> Request:
        return self.client.request(why, path, may_close=bool(value and value.too_long))

    def form(self, why: str, path: str, body: str) -> Request:
        headers = [("Content-Type", FORM), ("Origin", f"http://{self.client.host}")]
        return self.client.request(why, path, "POST", headers, body.encode())

    def upload(
        self, why: str, path: str, fields: dict[str, bytes], name: str, data: bytes
    ) -> Request:
        kind, body = uploads.multipart(fields, name, data)
        return self.client.request(why, path, "POST", [("Content-Type", kind)], body)
