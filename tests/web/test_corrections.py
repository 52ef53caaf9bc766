"""The form 알려 주기: what a reader reports is stored once, and published by nobody but editors."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils import timezone

from centers.models import Asking, Center, Correction
from centers.web import correction_limits, corrections
from tests.support.forms import fields_of

pytestmark = pytest.mark.django_db

NUMBER = "02-123-4567"
REPORT = {
    "field": "phone",
    "value": NUMBER,
    "message": "전화가 없습니다.",
    "evidence": "call",
    "evidence_text": "",
}


@pytest.fixture
def center(make_center):
    return make_center(name="가나 센터")


def path_of(center):
    return f"/centers/{center.pk}/correction/"


def read(response):
    return BeautifulSoup(response.content, "lxml")


def open_form(client, center):
    """The fields of the form as a browser has them, filled in."""
    response = client.get(path_of(center))
    assert response.status_code == 200
    return fields_of(read(response).select_one("main form")) | REPORT


def send(client, center, **changes):
    return client.post(path_of(center), open_form(client, center) | changes)


def words_of(response):
    return read(response).select_one("main").get_text(" ", strip=True)


# --- sending --------------------------------------------------------------------------------------


def test_report_is_stored_and_thanked_for_with_its_number(client, center):
    page = read(client.get(center.get_absolute_url()))
    assert page.select_one(".report a")["href"] == path_of(center)

    response = send(client, center)
    assert response.status_code == 303
    thanks = client.get(response["Location"])

    [stored] = Correction.objects.all()
    assert (stored.center, stored.field, stored.value, stored.state) == (
        center, "phone", NUMBER, "waiting",
    )  # fmt: skip
    assert f"제보 {stored.pk}번" in words_of(thanks)
    # Nothing is public, and the centre is as it was.
    assert NUMBER not in client.get(center.get_absolute_url()).content.decode()
    assert Center.objects.get(pk=center.pk).phone == ""


def test_no_cookie_and_no_copy_of_the_form_in_any_cache(client, center):
    first, second = client.get(path_of(center)), client.get(path_of(center))

    for response in (first, second, send(client, center)):
        assert response.cookies == {}
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
    tokens = {read(one).select_one("[name=token]")["value"] for one in (first, second)}
    assert len(tokens) == 2
    assert "noindex" in read(first).select_one("meta[name=robots]")["content"]


def test_post_needs_no_csrf_cookie(center):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert send(client, center).status_code == 303


@pytest.mark.parametrize("field", ["name", "email", "contact"])
def test_form_asks_for_nothing_personal(client, center, field):
    names = open_form(client, center)
    assert field not in names
    assert set(names) == {*REPORT, "token", "confirm_text"}


# --- tokens ---------------------------------------------------------------------------------------


def test_replayed_token_stores_nothing_and_names_the_number(client, center):
    data = open_form(client, center)
    assert client.post(path_of(center), data).status_code == 303
    again = client.post(path_of(center), data | {"value": "02-999-9999"})

    assert again.status_code == 409
    [stored] = Correction.objects.all()
    assert f"번호는 {stored.pk}번" in words_of(again)
    # The new form is another page, which can be sent.
    new = fields_of(read(again).select_one("main form"))
    assert new["token"] != data["token"]
    assert client.post(path_of(center), new | REPORT | {"value": "1"}).status_code == 303


def test_old_token_gets_a_new_form_with_what_was_typed(client, center, monkeypatch):
    data = open_form(client, center)
    monkeypatch.setattr("centers.web.corrections.TOKEN_MAX_AGE", -1)
    rejected = client.post(path_of(center), data)
    monkeypatch.undo()

    assert rejected.status_code == 400
    assert "오래되었거나" in words_of(rejected)
    assert not Correction.objects.exists()
    again = fields_of(read(rejected).select_one("main form"))
    assert (again["value"], again["message"]) == ([NUMBER], ["전화가 없습니다."])
    assert client.post(path_of(center), again).status_code == 303


@pytest.mark.parametrize("token", ["", "1", "가나다", "1.abc:1:x", "a" * 5000, "\x00"])
def test_forged_token_is_rejected(client, center, token):
    response = send(client, center, token=token)

    assert response.status_code == 400
    assert not Correction.objects.exists()


def test_token_of_another_centre_is_rejected(client, center, make_center):
    other = make_center()
    token = open_form(client, other)["token"]

    assert send(client, center, token=token).status_code == 400


def test_thanks_only_with_a_receipt(client, center):
    thanks = f"{path_of(center)}thanks/"

    for query in ("", "?receipt=1", "?receipt=1:abc", "?receipt=%00"):
        assert client.get(thanks + query).status_code in (400, 404)


# --- what cannot be stored ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"field": ""}, "무엇이 다른지 골라"),
        ({"field": "published"}, "고르"),
        ({"value": "", "message": " "}, "가운데 하나는"),
        ({"evidence": ""}, "어떻게 알았는지 골라"),
        ({"evidence": "link", "evidence_text": ""}, "링크 주소를"),
        ({"evidence": "link", "evidence_text": "javascript:alert(1)"}, "링크 주소를"),
        ({"evidence": "document"}, "문서의 제목"),
        ({"message": "가" * 2001}, "2000"),
        ({"value": "가" * 301}, "300"),
        ({"message": "가\x00나"}, "제어 문자"),
        ({"value": "02\x1b[31m"}, "제어 문자"),
        ({"message": "가\x7f"}, "제어 문자"),
        ({"confirm_text": "buy"}, "비워 두어야"),
    ],
)
def test_bad_input_is_named_and_stays_typed(client, center, change, words):
    response = send(client, center, **change)

    assert response.status_code == 400
    assert words in words_of(response)
    assert read(response).title.string.startswith("다시 봐 주세요")
    assert not Correction.objects.exists()
    again = fields_of(read(response).select_one("main form"))
    typed = REPORT | change
    if "\x00" not in "".join(typed.values()):
        assert again["message"] == [typed["message"].strip() or typed["message"]]


def test_2000_characters_with_lines_and_markup_are_taken(client, center):
    text = "<script>alert(1)</script>\r\n" + "가" * 1974
    response = send(client, center, message=text)

    assert response.status_code == 303
    assert len(Correction.objects.get().message) == 2000


def test_large_body_is_rejected_in_korean(client, center):
    response = send(client, center, message="가" * 400_000)

    assert response.status_code == 413
    assert "너무 큽니다" in response.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_rejected(client, center, method):
    assert getattr(client, method)(path_of(center)).status_code == 405


def test_unpublished_centre_has_no_form(client, make_center):
    center = make_center(published=False)

    assert client.get(path_of(center)).status_code == 404
    assert client.post(path_of(center), REPORT).status_code == 404


# --- limits ---------------------------------------------------------------------------------------


def test_one_address_may_send_a_few_a_day(client, center, monkeypatch):
    monkeypatch.setattr(correction_limits, "MAX_PER_ADDRESS", 2)
    for number in range(2):
        assert send(client, center, value=str(number)).status_code == 303

    rejected = send(client, center, value="3")
    assert rejected.status_code == 429
    assert int(rejected["Retry-After"]) > 0
    assert "내일 다시" in words_of(rejected)
    assert fields_of(read(rejected).select_one("main form"))["value"] == ["3"]
    other = client.post(
        path_of(center), open_form(client, center) | {"value": "4"}, REMOTE_ADDR="198.51.100.9"
    )
    assert other.status_code == 303
    # No address is stored, and a flood writes nothing more.
    assert not Asking.objects.filter(asker__contains="127.0.0.1").exists()
    counts = Asking.objects.exclude(asker=correction_limits.TURN).values_list("count", flat=True)
    assert max(counts) == 2


def test_flood_from_many_addresses_ends(client, center, monkeypatch):
    monkeypatch.setattr(correction_limits, "MAX_PER_DAY", 3)
    for number in range(5):
        data = open_form(client, center) | {"value": str(number)}
        response = client.post(path_of(center), data, REMOTE_ADDR=f"198.51.100.{number}")

    assert response.status_code == 429
    assert Correction.objects.count() == 3


def test_last_place_of_a_day_is_given_once(client, center, monkeypatch):
    def store_meanwhile(address):
        Correction.objects.create(center=center, token_key="another", field="phone", value="1")
        return True

    monkeypatch.setattr(correction_limits, "MAX_PER_DAY", 1)
    monkeypatch.setattr(corrections, "count_report", store_meanwhile)

    rejected = send(client, center)

    assert rejected.status_code == 429
    assert "내일 다시" in words_of(rejected)
    assert [report.token_key for report in Correction.objects.all()] == ["another"]


def test_same_report_again_is_the_same_number(client, center):
    first, second = send(client, center), send(client, center)

    assert Correction.objects.count() == 1
    assert urlsplit(first["Location"]) == urlsplit(second["Location"])


# --- settings, retention --------------------------------------------------------------------------


def test_corrections_can_be_turned_off(client, center, settings):
    data = open_form(client, center)
    settings.CORRECTIONS = False

    assert client.get(path_of(center)).status_code == 404
    assert client.post(path_of(center), data).status_code == 404
    assert path_of(center) not in client.get(center.get_absolute_url()).content.decode()
    assert "알려 주기" not in client.get("/privacy/").content.decode()


def test_privacy_page_says_what_stays_for_how_long(client, db):
    words = words_of(client.get("/privacy/"))

    assert "‘알려 주기’로 보낸 글" in words
    assert "보관하는 동안: 90일" in words


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_reports_are_deleted_after_90_days(client, center, days, left):
    send(client, center)
    Correction.objects.update(sent_at=timezone.now() - timedelta(days=days), state="accepted")
    Asking.objects.update(minute=1)

    call_command("clear_sign_ins")

    assert Correction.objects.count() == left
    assert not Asking.objects.exists()
