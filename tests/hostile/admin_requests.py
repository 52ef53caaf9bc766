# ruff: noqa: E501
"""Hostile requests to the admin, as a signed-in user."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup

from tests.hostile import corpus, uploads
from tests.hostile.client import Client, Request, Response
from tests.hostile.desk_pages import DeskPages
from tests.hostile.forms import collect_form_data

#: Query parameters of Django's change lists, besides those that the page links to.
LIST_PARAMETERS = (
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
#: Paths of one record, after its key.
RECORD_SUBPATHS = ("change/", "delete/", "history/", "history/{}/", "")
#: Pages that would end the session or lock the account out, and the accounts themselves.
EXCLUDED_PATHS = re.compile(r"logout|password|/auth/(user|group)/|2fa|mfa|account")
#: Skipped fields: those of the second and later inline rows, and the CSRF token.
REPEATED_FIELDS = re.compile(r"-([1-9]|\d\d+)-|^csrfmiddlewaretoken$")
FORM_TYPE = "application/x-www-form-urlencoded"


class AdminRequests:
    """Builds the requests, from the lists and forms that the admin links to."""

    def __init__(self, client: Client, home: str = "/admin/"):
        self.client = client
        self.home = home
        self.token = ""

    # --- browsing -------------------------------------------------------------------------

    def open_page(self, path: str) -> tuple[str, Response, BeautifulSoup]:
        """Open a page as a browser does: follow redirects, store cookies."""
        for _ in range(5):
            response = self.client.get(path)
            self.store_cookies(response)
            if response.status not in (301, 302, 303, 307):
                break
            path = re.sub(r"^\w+://[^/]+", "", urljoin(path, response.header("location")))
        return path, response, BeautifulSoup(response.body, "lxml")

    def store_cookies(self, response: Response) -> None:
        jar = dict(pair.split("=", 1) for pair in self.client.cookie.split("; ") if pair)
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                jar[key] = content
        self.client.cookie = "; ".join(f"{key}={value}" for key, value in jar.items())

    def sign_in(self, user: str, password: str) -> None:
        path, _, page = self.open_page(self.home)
        form = page.find("input", type="password").find_parent("form")
        data = collect_form_data(form)
        for field in form.select("input[name]"):
            if field.get("type") == "password":
                data[field["name"]] = password
            elif field.get("type", "text") in ("text", "email"):
                data[field["name"]] = user
        self.store_cookies(
            self.client.send(self.build_post("", form.get("action") or path, urlencode(data)))
        )
        self.check_signed_in()

    def check_signed_in(self) -> None:
        """Raise SystemExit if the session has ended, as every request would then be rejected."""
        _, response, page = self.open_page(self.home)
        if response.status != 200 or page.find("input", type="password"):
            raise SystemExit(f"Nobody is signed in at {self.home} (any more).")
        field = page.find("input", attrs={"name": "csrfmiddlewaretoken"})
        self.token = field["value"] if field else self.token

    # --- targets ----------------------------------------------------------------------------------

    def find_lists(self) -> list[str]:
        """Return the paths of the change lists that the index links to."""
        _, _, page = self.open_page(self.home)
        links = [urlsplit(link["href"]).path for link in page.select("a[href]")]
        pattern = re.escape(self.home) + r"\w+/\w+/"
        return list(dict.fromkeys(link for link in links if re.fullmatch(pattern, link)))

    def generate_requests(self) -> Iterator[Request]:
        self.check_signed_in()
        for path in self.find_lists():
            yield from self.build_list_requests(path)
            yield from self.build_record_requests(path)
            yield from self.build_initial_value_requests(path)
            if not EXCLUDED_PATHS.search(path):
                yield from self.build_form_requests(path)
        yield from self.build_work_log_requests()
        yield from DeskPages(self).generate_requests()
        for path in self.find_lists():
            if not EXCLUDED_PATHS.search(path):
                yield from self.build_act_requests(path)
            if path.endswith("importrun/"):
                yield from self.build_upload_requests(f"{path}add/")
                yield from self.build_import_requests(path)

    def build_list_requests(self, path: str) -> Iterator[Request]:
        """Every query parameter of a list, and every action with invalid keys."""
        _, _, page = self.open_page(path)
        own = re.findall(
            r"[?&]([\w]+)=", " ".join(link["href"] for link in page.select("#changelist a[href]"))
        )
        for name in dict.fromkeys((*LIST_PARAMETERS, *own)):
            for value in corpus.VALUES:
                yield self.build_get(f"{name}: {value.why}", f"{path}?{name}={value.wire}", value)
        for value in corpus.VALUES:
            yield self.build_get(f"a name: {value.why}", f"{path}?{value.wire}=1", value)
        actions = [
            option["value"]
            for option in page.select("select[name=action] option")
            if option["value"]
        ]
        for action in [*actions, "%00"]:
            for value in corpus.VALUES:
                body = f"csrfmiddlewaretoken={self.token}&action={action}&_selected_action={value.wire}&post=yes"
                yield self.build_post(f"{action} on {value.why}", path, body)

    def build_record_requests(self, path: str) -> Iterator[Request]:
        for value in corpus.VALUES:
            key = value.wire.replace("+", "%20").replace("?", "%3F").replace(" ", "%20")
            for part in RECORD_SUBPATHS:
                yield self.build_get(
                    f"a record: {value.why}", f"{path}{key}/{part.replace('{}', key)}", value
                )
            yield self.build_get(f"a version: {value.why}", f"{path}1/history/{key}/", value)

    def build_initial_value_requests(self, path: str) -> Iterator[Request]:
        """Initial values in the query string of an add form."""
        _, response, page = self.open_page(f"{path}add/")
        if response.status != 200:
            return
        names = [
            field["name"]
            for field in page.select("#content [name]")
            if "__prefix__" not in field["name"]
        ]
        for name in dict.fromkeys(names):
            for value in corpus.VALUES:
                yield self.build_get(
                    f"{name}: {value.why}", f"{path}add/?{name}={value.wire}", value
                )

    def build_form_requests(self, path: str) -> Iterator[Request]:
        """Every field of the add form and of the form of one record."""
        _, _, page = self.open_page(path)
        records = page.select("#result_list a[href*='/change/']")
        paths = [f"{path}add/"]
        if records:
            # The last one: the newest document has forty inline rows, which are slow.
            paths.append(urljoin(path, records[-1]["href"]).partition("?")[0])
            paths.append(paths[1].replace("/change/", "/delete/"))
        for target in paths:
            _, response, page = self.open_page(target)
            forms = page.select("#content form[method=post]") if response.status == 200 else []
            for form in forms[:1]:
                data = collect_form_data(form)
                data.pop("post", None)
                yield from self.build_field_requests(target, data)

    def build_field_requests(self, target: str, data: dict[str, str]) -> Iterator[Request]:
        """One form with each value in all fields, and with the nastiest ones in each field."""
        data = data | {"csrfmiddlewaretoken": self.token}
        names = [name for name in data if not REPEATED_FIELDS.search(name)]
        for value in corpus.VALUES:
            yield self.build_post(
                f"all fields: {value.why}", target, self.fill_fields(data, names, value.wire)
            )
        for name in names:
            for value in corpus.NASTIEST:
                yield self.build_post(
                    f"{name}: {value.why}", target, self.fill_fields(data, [name], value.wire)
                )
        for why, wire in corpus.LONG_TEXTS:
            yield self.build_post(
                f"all fields: {why}", target, self.fill_fields(data, names[:1], wire)
            )

    def fill_fields(self, data: dict[str, str], names: list[str], wire: str) -> str:
        others = {name: value for name, value in data.items() if name not in names}
        return "&".join([urlencode(others), *(f"{name}={wire}" for name in names)])

    def build_work_log_requests(self) -> Iterator[Request]:
        """Filters of the log of all work and its files, and the undoing of acts."""
        for value in corpus.VALUES:
            for name in ("who", "kind", "month", "model", "record", "run", "page"):
                for part in ("work/", "work.csv", "work.xlsx"):
                    yield self.build_get(
                        f"{name}: {value.why}", f"{self.home}{part}?{name}={value.wire}", value
                    )
            body = f"csrfmiddlewaretoken={self.token}&change_set={value.wire}&next={value.wire}"
            yield self.build_post(f"undo {value.why}", f"{self.home}undo/", body)
        for name in ("center", "operator", "nothing", "%00"):
            for key in ("0", str(2**63), "9" * 4301):
                body = f"csrfmiddlewaretoken={self.token}"
                yield self.build_post(
                    f"restore {key[:20]}", f"{self.home}deleted/{name}/{key}/", body
                )

    def build_act_requests(self, path: str) -> Iterator[Request]:
        """The merge of two records, and the revert of the first one's history."""
        _, _, page = self.open_page(f"{path}1/history/")
        entry = page.select_one("#change-history tbody a[href]")
        for value in corpus.VALUES:
            names = ("keep", "drop", "versions", "reason", "value-name", "source_date")
            body = "&".join(f"{name}={value.wire}" for name in names)
            yield self.build_get(f"merge: {value.why}", f"{path}merge/?{body}", value)
            keep = f"keep=1&drop={value.wire}&reason=a"
            for given in (body, keep, f"keep=1&drop=2&versions={value.wire}&reason=a"):
                yield self.build_post(
                    f"merge: {value.why}",
                    f"{path}merge/",
                    f"csrfmiddlewaretoken={self.token}&{given}",
                )
            if entry:
                given = "&".join(f"{name}={value.wire}" for name in ("to", "field", "reason"))
                for wire in (given, f"to=before&field={value.wire}&versions={value.wire}"):
                    yield self.build_post(
                        f"revert: {value.why}",
                        entry["href"],
                        f"csrfmiddlewaretoken={self.token}&{wire}",
                    )

    def build_upload_requests(self, path: str) -> Iterator[Request]:
        fields = {
            "csrfmiddlewaretoken": self.token.encode(),
            "kind": b"status_list",
            "slug": b"hostile",
            "title": "목록".encode(),
            "publisher": "발표 기관".encode(),
            "published_on": b"2026-01-01",
            "text": b"",
        }
        for why, name, data in uploads.generate_files():
            yield self.build_upload(f"a file: {why}", path, fields, name, data)
        for name in uploads.FILE_NAMES:
            yield self.build_upload(
                f"a file called {name[:40]!r}", path, fields, name, uploads.LIST
            )
        for value in corpus.VALUES:
            content = unquote_to_bytes(value.wire.replace("+", " "))
            yield self.build_upload(
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
                yield self.build_upload(f"{name}: {value.why}", path, given, "a.csv", uploads.LIST)

    def build_import_requests(self, path: str) -> Iterator[Request]:
        """Decisions about an imported list, and the steps that follow."""
        _, _, page = self.open_page(path)
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
                yield self.build_post(
                    f"decisions: {value.why}",
                    f"{run}decide/",
                    f"csrfmiddlewaretoken={self.token}&{body}",
                )
        for key in ("0", str(2**63), "9" * 4301, "%00", "%C2%B2"):
            for step in ("decide", "apply", "undo"):
                yield self.build_post(
                    f"{step} of no run", f"{path}{key}/{step}/", f"csrfmiddlewaretoken={self.token}"
                )
                yield self.build_get(f"{step} by GET", f"{path}{key}/{step}/")

    # --- requests ----------------------------------------------------------------------------------

    def build_get(self, why: str, path: str, value: corpus.Value | None = None) -> Request:
        return self.client.build_request(why, path, may_close=bool(value and value.too_long))

    def build_post(self, why: str, path: str, body: str) -> Request:
        headers = [("Content-Type", FORM_TYPE), ("Origin", f"http://{self.client.host}")]
        return self.client.build_request(why, path, "POST", headers, body.encode())

    def build_upload(
        self, why: str, path: str, fields: dict[str, bytes], name: str, data: bytes
    ) -> Request:
        kind, body = uploads.encode_multipart(fields, name, data)
        return self.client.build_request(why, path, "POST", [("Content-Type", kind)], body)
