"""Two officers at the same moment: one wins, the other is answered in Korean, nothing is lost.

Against a running site with two worker processes, on the database of the test run.
"""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from tests.support.forms import fields_of
from tests.support.sites import prepared_database, running

#: How often each pair of acts meets.
TURNS = 4
TODAY = timezone.localdate().isoformat()
SOURCE = {"source_means": "call", "source_title": "소공인지원팀", "source_date": TODAY}
PREPARE = f"""
import json
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from centers.models import Announcement, Center, Citation, Correction, Listing, Operator, Region
from centers.admin.call_list import start_round

request = RequestFactory().get("/")
keys = []
for name in ("첫째", "둘째"):
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="관리자"))
    request.session = SessionStore()
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    keys.append(request.session.session_key)
jeju = Region.objects.get(code="50110")
document = Announcement.objects.order_by("pk").first()
last = max(Listing.objects.filter(announcement=document).values_list("row", flat=True))
numbers = iter(range(1, 10_000))


def add_operator():
    number = next(numbers)
    operator = Operator(name=f"동시 기관 {{number}}", phone=f"064-200-{{number:04}}")
    operator.save()
    return operator


def add_center(**values):
    number = next(numbers)
    center = Center(name=f"동시 센터 {{number}}", region=jeju, industry_id="10", **values)
    center.save()
    return center


def cite(field, value, title, **about):
    Citation(field=field, value=value, means="document", rank="official", source_title=title,
             published_on="2026-01-01", confidence="medium", **about).save()


def add_pair():
    number = next(numbers)
    phone, website = f"064-300-{{number:04}}", f"https://{{number}}.example.kr/"
    one, two = add_center(phone=phone), add_center(website=website)
    cite("phone", phone, "출처 하나", center=one)
    cite("website", website, "출처 둘", center=two)
    return [one.pk, two.pk]


def add_printed_pair():
    one, two = add_operator(), add_operator()
    center = add_center(operator=two)
    row = Listing(announcement=document, center=center, row=last + next(numbers), name="적힌 이름")
    row.save()
    cite("phone", "064-999-0000", "출처 셋", operator=two)
    return [one.pk, two.pk, row.pk, two.citations.get().pk]


def add_report():
    center = add_center()
    values = {{"field": "phone", "value": "064-400-4000", "evidence": "call"}}
    report = Correction.objects.create(center=center, token_key=str(center.pk), **values)
    return [center.pk, report.pk]


made = {{"keys": keys}}
for name, add in {{
    "pairs": add_pair,
    "printed": add_printed_pair,
    "accepted": add_report,
    "rejected": add_report,
    "quick": lambda: [add_center().pk],
    "moved": lambda: [add_center(address="제주특별자치도 제주시 옛길 1").pk],
    "acts": lambda: [add_center().pk for _ in range(3)],
    "twice": lambda: [add_center().pk for _ in range(3)],
    "deleted": lambda: [add_center().pk],
    "called": lambda: [add_center(phone=f"064-500-{{next(numbers):04}}").pk],
}}.items():
    made[name] = [add() for _ in range({TURNS})]
start_round(user)
print(json.dumps(made))
"""  # fmt: skip


@dataclass
class Outcome:
    """What an officer sees after a press: the first status, and the page that follows."""

    status: int
    page: BeautifulSoup

    @property
    def text(self) -> str:
        return " ".join(self.page.get_text(" ").split())


class Officer:
    """Somebody with a session of their own."""

    def __init__(self, site, key):
        self.site = site
        self.cookies = {"sessionid": key}

    def request(self, method, path, data=None):
        headers = {"Cookie": "; ".join(f"{name}={one}" for name, one in self.cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if data is None else urlencode(data, doseq=True)
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        ) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
            soup = BeautifulSoup(response.read().decode(), "lxml")
            return response.status, response.getheader("Location", ""), soup

    def open(self, path, form="#content form[method=post]") -> dict:
        """The fields of the form on a page."""
        status, _, soup = self.request("GET", path)
        assert status == 200, (path, status)
        return fields_of(soup.select_one(form))

    def press(self, path, data) -> Outcome:
        data = data | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, location, soup = self.request("POST", path, data)
        if location:
            soup = self.request("GET", location)[2]
        return Outcome(status, soup)

    def read(self, path) -> str:
        return " ".join(self.request("GET", path)[2].get_text(" ").split())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simultaneous")
    with prepared_database(folder) as url, running(folder, "--no-load", DATABASE_URL=url) as site:
        yield site.wait()


@pytest.fixture(scope="module")
def made(site):
    return json.loads(site.manage("shell", "-v0", "-c", PREPARE))


@pytest.fixture
def officers(site, made):
    return [Officer(site, key) for key in made["keys"]]


def press_at_once(*presses, allowed=(200, 302)) -> list[Outcome]:
    """Run the presses, each an officer, a path and the data, at the same moment."""
    together = threading.Barrier(len(presses))

    def press(officer, path, data):
        together.wait(timeout=60)
        return officer.press(path, data)

    with ThreadPoolExecutor(len(presses)) as pool:
        outcomes = list(pool.map(lambda one: press(*one), presses))
    for outcome in outcomes:
        assert outcome.status in allowed, outcome.text[:400]
    return outcomes


def count(outcomes, *words) -> int:
    """How many of the outcomes have one of the words."""
    return sum(any(word in outcome.text for word in words) for outcome in outcomes)


def change_url(model, key) -> str:
    return f"/admin/centers/{model}/{key}/change/"


def test_two_centres_are_merged_once(site, made, officers):
    path = "/admin/centers/center/merge/"
    for turn, (one, two) in enumerate(made["pairs"]):
        # In every second turn each keeps the other one.
        pairs = [(one, two), (two, one) if turn % 2 else (one, two)]
        presses = [
            (officer, path, officer.open(f"{path}?keep={keep}&drop={drop}", "form.merge"))
            for officer, (keep, drop) in zip(officers, pairs, strict=True)
        ]

        outcomes = press_at_once(*presses)

        assert count(outcomes, "합쳤습니다") == 1
        assert count(outcomes, "합치지 않았습니다", "합치거나 지웠을 수 있습니다") == 1
        pages = {key: site.get(f"/centers/{key}/") for key in (one, two)}
        assert sorted(page.status for page in pages.values()) == [200, 301]
        [kept] = [key for key, page in pages.items() if page.status == 200]
        text = officers[0].read(f"/centers/{kept}/")
        assert "출처 하나" in text and "출처 둘" in text


def test_merge_beside_an_edit_of_what_it_moves(made, officers):
    first, second = officers
    path = "/admin/centers/operator/merge/"
    for turn, (one, two, row, citation) in enumerate(made["printed"]):
        model, key, field = [("listing", row, "name"), ("citation", citation, "note")][turn % 2]
        merge = first.open(f"{path}?keep={one}&drop={two}", "form.merge")
        edit = second.open(change_url(model, key)) | {field: "그때 고친 것", "_save": "1"}

        outcomes = press_at_once((first, path, merge), (second, change_url(model, key), edit))

        assert count(outcomes[:1], "합쳤습니다", "합치지 않았습니다") == 1
        is_saved = outcomes[1].status == 302
        assert is_saved or count(outcomes[1:], "저장하지 않았습니다") == 1
        stored = first.open(change_url(model, key))[field]
        typed = (
            stored if is_saved else fields_of(outcomes[1].page.select_one("#content form"))[field]
        )
        assert typed == ["그때 고친 것"]


def test_report_is_accepted_once(made, officers):
    for center, report in made["accepted"]:
        path = f"{change_url('center', center)}?correction={report}"
        presses = [
            (officer, path, officer.open(path) | {"source_date": TODAY, "_save": "1"})
            for officer in officers
        ]

        outcomes = press_at_once(*presses)

        assert sorted(outcome.status for outcome in outcomes) == [200, 302]
        assert count(outcomes, "받아들였습니다") == 1
        assert count(outcomes, "저장하지 않았습니다") == 1
        public = officers[0].read(f"/centers/{center}/")
        assert "064-400-4000" in public and f"이용자 제보, {TODAY} 전화로 확인" in public


def test_report_is_accepted_or_rejected(made, officers):
    first, second = officers
    for center, report in made["rejected"]:
        path = f"{change_url('center', center)}?correction={report}"
        accept = first.open(path) | {"source_date": TODAY, "_save": "1"}
        page = f"/admin/centers/correction/{report}/"
        second.open(f"{page}change/")

        outcomes = press_at_once(
            (first, path, accept), (second, f"{page}reject/", {"reason": "시청의 번호"})
        )

        is_accepted = "064-400-4000" in second.read(f"/centers/{center}/")
        assert count(outcomes[:1], "받아들였습니다") == is_accepted
        assert count(outcomes[:1], "그사이 처리한 제보입니다") != is_accepted
        assert count(outcomes[1:], "이미 처리한 제보입니다") == is_accepted


def test_quick_edit_of_one_centre_is_saved_once(made, officers):
    path = "/admin/centers/center/"
    for [center] in made["quick"]:
        presses = []
        for number, officer in enumerate(officers):
            officer.open(path)
            chosen = {"action": "quick_edit", "_selected_action": center}
            form = fields_of(officer.press(path, chosen).page.select_one("form.quick-edit"))
            typed = {f"{center}-phone": f"064-600-000{number}", f"{center}-is_confirmed": "on"}
            presses.append((officer, path, form | typed | SOURCE))

        outcomes = press_at_once(*presses)

        assert count(outcomes, "1곳을 고쳤습니다") == 1
        assert count(outcomes, "그사이 다른 사람이 고쳤습니다") == 1
        winner = next(n for n, one in enumerate(outcomes) if "1곳을 고쳤습니다" in one.text)
        assert f"064-600-000{winner}" in officers[0].read(f"/centers/{center}/")
        # What the other typed is still in the form.
        assert outcomes[1 - winner].page.select(f"[value='064-600-000{1 - winner}']")


def test_move_of_one_centre_is_saved_once(made, officers):
    for [center] in made["moved"]:
        path = f"/admin/centers/center/{center}/move/"
        typed = {"name": "", "changed_on": "2026-10"} | SOURCE
        presses = [
            (officer, path, officer.open(path) | typed | {"name": f"새 이름 {center} {number}"})
            for number, officer in enumerate(officers)
        ]

        outcomes = press_at_once(*presses)

        assert count(outcomes, "변경을 저장했습니다") == 1
        assert count(outcomes, "이 화면을 연 뒤에 센터가 바뀌었습니다") == 1


def mark_unconfirmed(officer, keys) -> dict:
    """Let an officer set the state of centres; return what the button 되돌리기 sends."""
    path = "/admin/centers/center/"
    officer.open(path)
    chosen = {"action": "mark_unconfirmed", "_selected_action": keys, "reason": "목록에 없음"}
    done = officer.press(path, chosen | SOURCE)
    button = done.page.select_one(".undo-last button")
    return {"change_set": button["value"], "next": "/admin/"}


def test_undo_beside_an_edit_loses_neither(made, officers):
    first, second = officers
    for keys in made["acts"]:
        undo = mark_unconfirmed(first, keys)
        path = change_url("center", keys[1])
        edit = second.open(path) | {"note": "그때 적은 것", "_save": "1"}

        outcomes = press_at_once((first, "/admin/undo/", undo), (second, path, edit))

        assert count(outcomes[:1], "되돌렸습니다") == 1
        now = first.open(path)
        assert now["status"] == ["operating"]
        is_saved = outcomes[1].status == 302
        assert is_saved or count(outcomes[1:], "저장하지 않았습니다") == 1
        form = now if is_saved else fields_of(outcomes[1].page.select_one("#center_form"))
        assert form["note"] == ["그때 적은 것"]


def test_one_act_is_undone_once(made, officers):
    for keys in made["twice"]:
        undo = mark_unconfirmed(officers[0], keys)
        officers[1].open("/admin/centers/center/")

        outcomes = press_at_once(*((officer, "/admin/undo/", undo) for officer in officers))

        assert count(outcomes, "이미 되돌렸습니다") == 1
        assert count(outcomes, "되돌렸습니다: 상태") == 1


def test_deletion_beside_an_edit_loses_nothing(made, officers):
    first, second = officers
    for [center] in made["deleted"]:
        delete = f"/admin/centers/center/{center}/delete/"
        path = change_url("center", center)
        edit = second.open(path) | {"note": "그때 적은 것", "_save": "1"}
        first.open(delete)

        deleted, edited = press_at_once(
            (first, delete, {"post": "yes"}), (second, path, edit), allowed=(200, 302, 404)
        )

        assert count([deleted], "삭제를 마쳤습니다") == 1
        # Saved before the deletion, or shown to its author since the record is gone.
        assert edited.status == 302 or (edited.status == 404 and "그때 적은 것" in edited.text)


def test_call_of_one_centre_is_stored_once(made, officers):
    for [center] in made["called"]:
        path = f"/admin/centers/call-round/{center}/"
        presses = [
            (officer, path, officer.open(path) | {"confirm_phone": "on", "result": "right"})
            for officer in officers
        ]

        outcomes = press_at_once(*presses)

        assert sorted(outcome.status for outcome in outcomes) == [200, 302]
        assert count(outcomes, "그사이 다른 사람이 이 센터를 고쳤습니다") == 1


def test_site_has_not_failed(site):
    assert "Traceback" not in site.printed
    assert site.get("/readyz").status == 200
