"""Concurrent edits: the second editor sees the conflict and keeps all typed values."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError
from django.test import Client

from centers.models import Center, Listing, Operator
from tests.support.sites import prepared_database, running
from tests.support.staff import (
    EDITOR,
    MANAGER,
    error_beside,
    fields_of,
    fill_in_source,
    make_account,
    messages_in,
    page,
    read,
    say_source,
)

TOLD = "저장하지 않았습니다."


class Person:
    """A staff user with one open form."""

    def __init__(self, name, group=MANAGER):
        self.client = Client()
        self.account = make_account(name, group)
        self.client.force_login(self.account)

    def open(self, *address):
        self.address = page(*address)
        self.take_up(self.client.get(self.address))
        return self

    def take_up(self, response):
        assert response.status_code == 200, response
        self.data = fields_of(read(response).select_one("#content form[method=post]"))
        fill_in_source(self.data)

    def save(self, button="_save", **changes):
        """Change some fields of the open form (None: untick) and submit it."""
        for name, value in changes.items():
            self.data.pop(name, None)
            if value is not None:
                self.data[name] = value
        response = self.client.post(self.address, self.data | {button: "1"})
        if response.status_code == 200:
            self.take_up(response)
        return response


@pytest.fixture
def first(db):
    return Person("먼저 연 이")


@pytest.fixture
def second(db):
    return Person("나중 저장한 이")


def told(response):
    """Return the conflicts: field, old, theirs, typed, author and time, effect of saving."""
    assert response.status_code == 200, response
    return [
        tuple(" ".join(cell.get_text(" ").split()) for cell in one.select("h3, dd, p"))
        for one in read(response).select(".conflicts li")
    ]


def both_open(first, second, *address):
    first.open(*address)
    second.open(*address)


# --- one field ------------------------------------------------------------------------------------


def test_second_editor_sees_the_conflict_and_nothing_is_saved(first, second, make_center):
    center = make_center(phone="02-111-1111", note="처음 메모")
    both_open(first, second, "center_change", center.pk)
    first.save(phone="02-222-2222", reason="전화로 확인")

    response = second.save(phone="02-333-3333", address="부산 금정구 서동로 1")

    [(label, old, theirs, yours, by, choice)] = told(response)
    assert (label, old, theirs, yours) == ("전화", "02-111-1111", "02-222-2222", "02-333-3333")
    assert by.startswith("먼저 연 이, 20") and by.endswith("(전화로 확인)")
    assert choice == "적은 값 대신 바뀐 값으로 저장"
    assert TOLD in read(response).get_text()
    center.refresh_from_db()
    assert (center.phone, center.address) == ("02-222-2222", "")


def test_second_editor_gets_all_typed_values_back(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저")

    second.save(note="나중", address="부산 금정구 서동로 1", reason="확인함")

    assert second.data["note"] == ["나중"]
    assert second.data["address"] == ["부산 금정구 서동로 1"]
    assert second.data["reason"] == ["확인함"]


def test_second_editor_can_overwrite_after_seeing_the_conflict(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저")
    assert told(second.save(note="나중"))

    assert second.save().status_code == 302
    center.refresh_from_db()
    assert center.note == "나중"
    assert [one.history_user.username for one in center.history.all()[:2]] == [
        "나중 저장한 이",
        "먼저 연 이",
    ]


def test_second_editor_can_take_the_other_value(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저", published=None, confirmed_on="2026-10-01")
    response = second.save(note="나중", confirmed_on="2026-11-01", address="부산 금정구 서동로 1")
    assert [row[0] for row in told(response)] == ["게시", "확인일", "비고"]

    assert second.save(_take=["note", "confirmed_on"]).status_code == 302
    center.refresh_from_db()
    assert (center.note, str(center.confirmed_on)) == ("먼저", "2026-10-01")
    assert (center.published, center.address) == (False, "부산 금정구 서동로 1")


def test_untouched_field_keeps_the_value_saved_first(first, second, make_center):
    center = make_center(phone="02-111-1111")
    both_open(first, second, "center_change", center.pk)
    first.save(phone="02-222-2222", industry="10", published=None)

    response = second.save(note="나중")

    assert [(row[0], row[1], row[2], row[5]) for row in told(response)] == [
        ("게시", "예", "아니오", "바뀐 값 그대로 저장합니다."),
        (
            "업종",
            "의복, 의복 액세서리 및 모피제품 제조업",
            "식료품 제조업",
            "바뀐 값 그대로 저장합니다.",
        ),
        ("전화", "02-111-1111", "02-222-2222", "바뀐 값 그대로 저장합니다."),
    ]
    assert second.save().status_code == 302
    center.refresh_from_db()
    assert (center.phone, center.industry_id, center.note) == ("02-222-2222", "10", "나중")
    assert center.published is False


@pytest.mark.parametrize(
    "changes",
    [{"note": "같은 말"}, {"note": "", "reason": "본 것만 적음"}, {"note": "같은 말", "phone": ""}],
)
def test_edit_that_reverts_nothing_is_saved_without_conflict(first, second, make_center, changes):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(**changes)

    assert second.save(note=changes["note"], address="부산").status_code == 302
    center.refresh_from_db()
    assert (center.note, center.address) == (changes["note"], "부산")


def test_third_change_is_a_conflict_too(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저")
    second.save(note="나중")
    first.open("center_change", center.pk).save(note="또 먼저")

    [row] = told(second.save())

    assert row[1:4] == ("먼저", "또 먼저", "나중")
    assert second.save().status_code == 302


def test_validation_error_is_shown_together_with_the_conflict(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저")

    response = second.save(note="나중", phone="abc")

    assert told(response)
    assert "전화번호는" in error_beside(response, "phone")
    # After the conflict was shown, only the invalid value prevents saving.
    response = second.save()
    assert not told(response) and error_beside(response, "phone")
    assert second.save(phone="").status_code == 302


def test_validation_error_alone_keeps_the_form_version(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    assert error_beside(second.save(phone="abc", note="나중"), "phone")
    first.save(note="먼저")

    assert [row[1:4] for row in told(second.save(phone=""))] == [("미확인", "먼저", "나중")]


def test_unreadable_region_is_an_error_beside_the_conflict(first, second, make_center):
    center = make_center()
    both_open(first, second, "center_change", center.pk)
    first.save(note="먼저")

    response = second.save(note="나중", service_area="없는 곳")

    assert told(response)
    assert "지역으로 읽을 수 없습니다" in error_beside(response, "service_area")


def test_bulk_change_is_reported_as_a_conflict(first, second, make_center):
    center = make_center()
    second.open("center_change", center.pk)
    chosen = {"action": "mark_unconfirmed", "_selected_action": center.pk}
    first.client.post(page("center_changelist"), chosen | say_source())

    [row] = told(second.save(note="나중"))

    assert row[:4] == ("상태", "운영 중", "확인 필요", "고치지 않음")
    assert row[4].endswith("(상태: 확인 필요)")


@pytest.mark.parametrize(
    "versions",
    [
        *(None, "", "[]", "{", "[" * 9999, "9" * 9999, '{"": 1}'),
        *(f'{{"": {{"%s": {one}}}}}' for one in ('"x"', "1e999", "NaN", "0", "-1", 10**30)),
    ],
)
def test_form_without_valid_versions_overwrites_nothing_unseen(second, make_center, versions):
    center = make_center(note="처음")
    second.open("center_change", center.pk)
    versions = versions and versions.replace("%s", str(center.pk))

    [row] = told(second.save(note="나중", _versions=versions))

    assert row[:4] == ("비고", "알 수 없음", "처음", "나중")
    assert second.save().status_code == 302


@pytest.mark.parametrize(
    ("model", "key", "field", "label"),
    [
        ("region", "26410", "short_name", "짧은 이름"),
        ("industry", "10", "short_name", "흔히 쓰는 말"),
        ("operator", None, "former_names", "옛 이름"),
        ("announcement", None, "title", "제목"),
        ("listing", None, "operator", "운영기관"),
    ],
)
def test_conflicts_are_found_in_other_models_too(
    first, second, make_listing, model, key, field, label
):
    listing = make_listing()
    records = {
        "operator": listing.center.operator_id,
        "announcement": listing.announcement_id,
        "listing": listing.pk,
    }
    address = (f"{model}_change", key or records[model])
    both_open(first, second, *address)
    first.save(**{field: "먼저"})

    [row] = told(second.save(**{field: "나중"}))

    assert row[2:4] == ("먼저", "나중")
    assert second.save().status_code == 302
    assert second.open(*address).data[field] == ["나중"]


# --- inline rows -------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ["center", "announcement"])
def test_row_changed_on_its_own_page_is_a_conflict(first, second, make_listing, parent):
    listing = make_listing(row=3, operator="처음 기관")
    second.open(f"{parent}_change", getattr(listing, f"{parent}_id"))
    first.open("listing_change", listing.pk).save(operator="먼저 기관", region="먼저 지역")

    rows = told(second.save(**{"listings-0-operator": "나중 기관"}))

    assert [(row[0], *row[1:4]) for row in rows if "운영기관" in row[0]] == [
        (f"{listing}: 운영기관", "처음 기관", "먼저 기관", "나중 기관")
    ]
    assert second.save().status_code == 302
    listing.refresh_from_db()
    assert (listing.operator, listing.region) == ("나중 기관", "먼저 지역")


def test_row_change_of_the_first_editor_can_be_taken(first, second, make_listing):
    listing = make_listing(operator="처음 기관")
    both_open(first, second, "center_change", listing.center_id)
    first.save(**{"listings-0-operator": "먼저 기관"})
    assert told(second.save(**{"listings-0-operator": "나중 기관"}))

    assert second.save(_take="listings-0-operator").status_code == 302
    listing.refresh_from_db()
    assert listing.operator == "먼저 기관"


def test_row_deleted_by_somebody_else_can_be_added_again(first, second, make_listing):
    center = make_listing().center
    gone = make_listing(center=center, row=5)
    kept = center.listings.exclude(pk=gone.pk).get()
    both_open(first, second, "center_change", center.pk)
    number = second_row(second, gone)
    first.save(**{f"{number}-DELETE": "on"})

    response = second.save(**{f"{number}-operator": "나중 기관"})

    [row] = told(response)
    assert row[:4] == (f"{gone}: 행 전체", "있음", "삭제하거나 옮김", "운영기관 나중 기관")
    assert second.save().status_code == 302
    assert center.listings.exclude(pk=kept.pk).get().operator == "나중 기관"
    assert Listing.objects.filter(pk=kept.pk).exists()


def test_row_deleted_by_somebody_else_can_stay_deleted(first, second, make_listing):
    gone = make_listing()
    both_open(first, second, "center_change", gone.center_id)
    first.save(**{"listings-0-DELETE": "on"})
    response = second.save(**{"listings-0-operator": "나중 기관"}, note="나중")
    [box] = read(response).select(".conflicts input[name=_take]")

    assert second.save(_take=box["value"]).status_code == 302
    assert Listing.objects.count() == 0
    assert Center.objects.get().note == "나중"


def test_untouched_row_deleted_by_somebody_else_stays_deleted(first, second, make_listing):
    gone = make_listing()
    both_open(first, second, "center_change", gone.center_id)
    first.save(**{"listings-0-DELETE": "on"})

    [row] = told(second.save(note="나중"))

    assert (row[2], row[3], row[5]) == (
        "삭제하거나 옮김",
        "고치지 않음",
        "바뀐 값 그대로 저장합니다.",
    )
    assert second.save().status_code == 302
    assert Listing.objects.count() == 0


def test_row_deleted_by_both_is_deleted_without_conflict(first, second, make_listing):
    gone = make_listing()
    both_open(first, second, "center_change", gone.center_id)
    first.save(**{"listings-0-DELETE": "on"})

    assert second.save(**{"listings-0-DELETE": "on"}).status_code == 302
    assert Listing.objects.count() == 0


def test_row_changed_by_somebody_else_is_not_deleted_unseen(first, second, make_listing):
    listing = make_listing(operator="처음 기관")
    both_open(first, second, "center_change", listing.center_id)
    first.save(**{"listings-0-operator": "먼저 기관"})

    [row] = told(second.save(**{"listings-0-DELETE": "on"}))

    assert (row[1:4], row[5]) == (("처음 기관", "먼저 기관", "행 삭제"), "적은 대로 저장합니다.")
    assert Listing.objects.count() == 1
    assert second.save().status_code == 302
    assert Listing.objects.count() == 0


def test_row_added_by_somebody_else_stays(first, second, make_listing):
    listing = make_listing(row=1)
    second.open("center_change", listing.center_id)
    make_listing(center=listing.center, announcement=listing.announcement, row=2)

    assert second.save(note="나중").status_code == 302
    assert listing.center.listings.count() == 2


def second_row(person, listing):
    """Return the form prefix of one inline row."""
    keys = {value[0]: name for name, value in person.data.items() if name.endswith("-id")}
    return keys[str(listing.pk)].removesuffix("-id")


@pytest.mark.parametrize("key", ["0", "9" * 30, "9" * 4_301, "abc", "\0", "²", "-1"])
def test_row_that_never_existed_is_a_form_error(first, second, make_listing, key):
    listing = make_listing()
    both_open(first, second, "center_change", listing.center_id)
    first.save(note="먼저")

    response = second.save(**{"listings-0-id": key, "listings-0-region": "\0나중"}, note="나중")

    assert response.status_code == 200
    assert Listing.objects.filter(pk=listing.pk, region=listing.region).exists()


# --- deleted records ----------------------------------------------------------------------------


def test_deleted_record_conflict_shows_all_that_was_typed(first, second, make_center):
    center = make_center()
    second.open("center_change", center.pk)
    first.client.post(page("center_delete", center.pk), {"post": "yes"})

    response = second.save(note="애써 적은 말", address="부산 금정구 서동로 1")

    text = read(response).select_one("#content").get_text(" ")
    assert response.status_code == 404
    assert "그사이 삭제되어 저장하지 않았습니다" in text
    assert "먼저 연 이, 20" in text
    assert "애써 적은 말" in text and "부산 금정구 서동로 1" in text
    assert not Center.objects.exists()


def test_record_that_never_existed_is_reported_missing(second, make_center):
    second.open("center_change", make_center().pk).address = page("center_change", 999_999)

    response = second.client.post(second.address, second.data, follow=True)

    assert "이미 삭제되었을 수 있습니다" in messages_in(response)[0]


def test_view_only_user_gets_no_conflict_page(db, make_center):
    from django.contrib.auth.models import Permission

    reader = Person("보는 이", EDITOR)
    reader.account.groups.clear()
    reader.account.user_permissions.add(Permission.objects.get(codename="view_center"))
    center = make_center()

    assert reader.client.post(page("center_change", center.pk), {"note": "x"}).status_code == 403
    assert reader.client.get(page("center_change", center.pk)).status_code == 200
    center.delete()
    assert reader.client.post(page("center_change", center.pk), {"note": "x"}).status_code == 403


# --- simultaneous saves ---------------------------------------------------------------------------

MAKE = """
from django.contrib.auth import get_user_model, login
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
request = RequestFactory().get("/")
for name in ("가", "나"):
    request.session = SessionStore()
    user = get_user_model().objects.create_superuser(name)
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    print(request.session.session_key)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    with prepared_database(folder) as url, running(folder, "--no-load", DATABASE_URL=url) as site:
        yield site.wait()


def test_only_one_of_two_simultaneous_saves_succeeds(site):
    people = site.manage("shell", "-v0", "-c", MAKE).split()
    address = "/admin/centers/center/1/change/"
    both = threading.Barrier(2)

    def forms():
        for key in people:
            page = site.get(address, Cookie=f"sessionid={key}")
            token = SimpleCookie(page.getheader("Set-Cookie"))["csrftoken"].value
            soup = BeautifulSoup(page.body, "lxml")
            data = fields_of(soup.select_one("#content form[method=post]"))
            yield f"sessionid={key}; csrftoken={token}", data

    def save(cookie, data):
        both.wait(timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
            connection.request("POST", address, urlencode(data, doseq=True), headers)
            response = connection.getresponse()
            return response.status, "다른 사람이 고친 내용" in response.read().decode()

    for turn in range(4):
        opened = [
            (cookie, data | {"note": f"{turn}번째 {number}"})
            for number, (cookie, data) in enumerate(forms())
        ]
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(save, *zip(*opened, strict=True)))

        assert sorted(ended) == [(200, True), (302, False)]
        winner = ended.index((302, False))
        _, stored = next(forms())
        assert stored["note"] == [f"{turn}번째 {winner}"]


def test_simultaneous_add_of_the_same_name_is_a_form_error(first, monkeypatch, db):
    """Both forms are validated before either is saved, so that only the database rejects one."""
    tries, save_base = [], Operator.save_base

    def refuse_once(operator, *args, **kwargs):
        tries.append(operator.name)
        if len(tries) == 1:
            raise IntegrityError("duplicate key value violates unique constraint")
        return save_base(operator, *args, **kwargs)

    monkeypatch.setattr(Operator, "save_base", refuse_once)
    first.open("operator_add")

    answer = first.save(name="같은 기관")

    assert (answer.status_code, tries) == (302, ["같은 기관"] * 2)
    assert Operator.objects.filter(name="같은 기관").count() == 1
