"""Hostile requests to the pages of officers: acts on several centres, moves, calls, reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag

from tests.hostile import corpus
from tests.hostile.client import Request
from tests.hostile.forms import collect_form_data

if TYPE_CHECKING:
    from tests.hostile.admin_requests import AdminRequests

#: Acts of the list of centres that show a page before they change anything.
ACTIONS = ("quick_edit", "confirm", "mark_closed", "unpublish", "delete_selected")
#: Centres that an act is about.
CHOSEN = 3
#: Pages with a number in the path, below the path of the centres or of the admin.
NUMBERED_PATHS = (
    "centers/center/{}/move/",
    "centers/call-round/{}/",
    "centers/correction/{}/change/",
    "centers/correction/{}/reject/",
    "centers/correction/{}/merge/",
)
#: Pages with their parameters.
PAGES = {
    "find/": ("q",),
    "centers/center/export.csv": ("q", "check", "status__exact", "o"),
    "centers/center/export.xlsx": ("q", "check", "status__exact", "o"),
    "centers/center/export.html": ("q",),
    "centers/center/quality/": ("check",),
    "centers/center/1/change/": ("correction",),
    "centers/correction/": ("q", "state__exact"),
    "duplicates/": ("page",),
    "deleted/": ("page",),
    "work.html": ("page",),
}


class DeskPages:
    """Builds the requests, from the pages as an officer meets them."""

    def __init__(self, admin: AdminRequests):
        self.admin = admin
        self.centers = f"{admin.home}centers/center/"

    def generate_requests(self) -> Iterator[Request]:
        yield from self.build_path_requests()
        yield from self.build_form_requests(f"{self.centers}1/move/")
        yield from self.build_report_requests()
        for action in ACTIONS:
            yield from self.build_act_requests(action)
        yield from self.build_circle_requests()
        yield from self.build_call_requests()

    def build_path_requests(self) -> Iterator[Request]:
        """Every value as a parameter of the pages, and as a number in their paths."""
        home = self.admin.home
        for path, names in PAGES.items():
            for name in names:
                for value in corpus.VALUES:
                    yield self.admin.build_get(
                        f"{name}: {value.why}", f"{home}{path}?{name}={value.wire}", value
                    )
        for pattern in NUMBERED_PATHS:
            for value in corpus.VALUES:
                key = value.wire.replace("+", "%20").replace("?", "%3F").replace("#", "%23")
                path = f"{home}{pattern.replace('{}', key)}"
                yield self.admin.build_get(f"a number: {value.why}", path, value)
            path = f"{home}{pattern.replace('{}', str(2**63))}"
            yield self.admin.build_post("no number", path, self.encode({}))

    def build_form_requests(self, path: str) -> Iterator[Request]:
        """Every form of a page, by each of its buttons, with every value and odd bodies."""
        _, response, page = self.admin.open_page(path)
        if response.status != 200:
            return
        for form in page.select("#content form[method=post]"):
            yield from self.build_requests_of(form, urljoin(path, form.get("action") or path))

    def build_requests_of(self, form: Tag, target: str) -> Iterator[Request]:
        data = collect_form_data(form)
        buttons = [
            (str(one["name"]), str(one.get("value", ""))) for one in form.select("button[name]")
        ]
        for button in buttons or [None]:
            pressed = data | dict([button] if button else [])
            yield from self.admin.build_field_requests(target, pressed)
        for why, kind, body in corpus.BODIES:
            yield self.admin.client.build_request(
                why, target, "POST", [("Content-Type", kind)], body
            )

    def build_report_requests(self) -> Iterator[Request]:
        """The pages of the first reports that wait, and the forms that these fill in."""
        path = f"{self.admin.home}centers/correction/?state__exact=waiting"
        _, _, page = self.admin.open_page(path)
        for link in page.select("#result_list tbody th a")[:2]:
            url = urljoin(path, str(link["href"]))
            _, _, report = self.admin.open_page(url)
            if accept := report.select_one(".report-accept a"):
                yield from self.build_form_requests(str(accept["href"]))
            yield from self.build_form_requests(url)

    def choose_centers(self) -> list[str]:
        _, _, page = self.admin.open_page(self.centers)
        boxes = page.select("#result_list input[name=_selected_action]")
        return [str(box["value"]) for box in boxes[-CHOSEN:]]

    def build_act_requests(self, action: str) -> Iterator[Request]:
        """The page of an act, as the list opens it."""
        chosen = urlencode(
            {"action": action, "_selected_action": self.choose_centers()}, doseq=True
        )
        opening = self.admin.build_post(action, self.centers, f"{self.encode({})}&{chosen}")
        yield opening
        page = BeautifulSoup(self.admin.client.send(opening).body, "lxml")
        for form in page.select("#content form[method=post]")[:1]:
            yield from self.build_requests_of(form, self.centers)

    def build_circle_requests(self) -> Iterator[Request]:
        """A record merged with itself, a merge both ways at once, and one act undone often."""
        for model in ("center", "operator", "announcement"):
            path = f"{self.admin.home}centers/{model}/merge/"
            for keep, drop in ((1, 1), (1, 2), (2, 1), (1, 2**62), (0, -1)):
                body = self.encode({"keep": keep, "drop": drop, "versions": "", "reason": "a"})
                yield self.admin.build_post(f"merge {drop} into {keep}", path, body)
        for _ in range(20):
            yield self.admin.build_post(
                "an act undone again", f"{self.admin.home}undo/", self.encode({"change_set": 1})
            )

    def build_call_requests(self) -> Iterator[Request]:
        """The list of calls, and the screen of the first one."""
        path = f"{self.admin.home}centers/call-round/"
        self.admin.client.send(self.admin.build_post("start", path, self.encode({})))
        _, _, page = self.admin.open_page(path)
        for link in page.select(".call-table th a")[:1]:
            yield from self.build_form_requests(urljoin(path, str(link["href"])))
        yield from self.build_form_requests(path)

    def encode(self, data: dict) -> str:
        return urlencode({"csrfmiddlewaretoken": self.admin.token, **data})
