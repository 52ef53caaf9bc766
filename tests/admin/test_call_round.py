"""The call round: which centres, in which order, and what each result stores."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from centers.models import Call, Center, Citation
from tests.support.forms import fields_of
from tests.support.staff import EDITOR, make_account, messages_in, page, read, sign_in

pytestmark = pytest.mark.django_db

ROUND = "/admin/centers/call-round/"
NUMBER, OTHER = "02-123-4567", "051-765-4321"
TODAY = timezone.localdate()
SOURCE = f"{TODAY.isoformat()} 전화로 확인 (소공인지원팀)"


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


@pytest.fixture
def center(make_center):
    return make_center(name="가나 센터", phone=NUMBER, address="부산 금정구 가길 1")


def start(client):
    client.post(ROUND)


def call(client, center, result, **changes):
    """Open the screen of a centre, change some fields (None: untick) and press a result."""
    url = f"{ROUND}{center.pk}/"
    data = fields_of(read(client.get(url)).select_one("#content form[method=post]"))
    data |= {"source_title": "소공인지원팀"}
    for name, value in changes.items():
        data.pop(name, None)
        if value is not None:
            data[name] = value
    return client.post(url, data | {"result": result})


def errors_of(response):
    assert response.status_code == 200
    return " ".join(one.get_text() for one in read(response).select(".errorlist"))


def stored(center):
    return Center.objects.get(pk=center.pk)


# --- the list -------------------------------------------------------------------------------------


def test_round_holds_what_needs_a_call_the_oldest_first(client, editor, make_center):
    new = make_center(name="새 센터", phone=NUMBER, confirmed_on=TODAY)
    without = make_center(name="전화 없는 센터", confirmed_on=TODAY)
    unknown = make_center(name="확인 안 한 센터", phone=NUMBER, confirmed_on=None)
    old = make_center(name="오래된 센터", phone=NUMBER, confirmed_on=date(2020, 1, 1))
    doubtful = make_center(name="의심 센터", phone=NUMBER, confirmed_on=TODAY, status="unconfirmed")
    make_center(name="끝난 센터", status="closed", confirmed_on=None)
    start(client)

    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in read(client.get(ROUND)).select("tbody tr")
    ]
    names = [row[0] for row in rows]
    assert names == [str(one) for one in (unknown, old, without, doubtful)]
    assert str(new) not in names
    assert "전화 없음" in rows[2][2] and "확인 필요" in rows[3][2]


def test_progress_is_counted_here_and_on_the_front_page(client, editor, center, make_center):
    make_center()
    start(client)
    call(client, center, "no_answer")

    assert "2곳 중 1곳" in read(client.get(ROUND)).get_text()
    assert "전화 확인: 2곳 중 1곳" in read(client.get("/admin/")).get_text(" ", strip=True)


def test_result_leads_to_the_next_centre_and_at_last_to_the_list(
    client, editor, center, make_center
):
    other = make_center(confirmed_on=TODAY)
    start(client)

    assert call(client, center, "no_answer")["Location"] == f"{ROUND}{other.pk}/"
    assert call(client, other, "no_answer")["Location"] == ROUND
    captions = [one.get_text() for one in read(client.get(ROUND)).select("#content caption")]
    assert captions == ["안 받은 곳 (다시 걸기): 2곳"]


# --- results --------------------------------------------------------------------------------------


def test_right_cites_what_was_confirmed_and_nothing_else(client, editor, center):
    start(client)
    assert call(client, center, "right", confirm_address="on").status_code == 302

    found = stored(center)
    assert (found.phone, found.confirmed_on) == (NUMBER, TODAY)
    assert set(center.citations.values_list("field", "value", "means")) == {
        ("phone", NUMBER, "call"),
        ("address", "부산 금정구 가길 1", "call"),
        ("confirmed_on", TODAY.isoformat(), "call"),
    }
    client.logout()
    confirmed = read(client.get(center.get_absolute_url())).select_one(".confirmed").get_text()
    assert SOURCE in confirmed
    assert "자료에서 확인한" not in confirmed


def test_mended_values_are_public_with_their_source(client, editor, center):
    start(client)
    call(client, center, "mended", phone="051) 765.4321", status="unconfirmed")

    found = stored(center)
    assert (found.phone, found.status) == (OTHER, "unconfirmed")
    assert found.history.first().history_change_reason == "전화로 확인"
    assert found.history.first().history_user == editor
    client.logout()
    words = read(client.get(center.get_absolute_url())).get_text()
    assert OTHER in words and SOURCE in words


def test_no_answer_changes_nothing(client, editor, center):
    start(client)
    entries = center.history.count()
    call(client, center, "no_answer", source_title="")

    assert not center.citations.exists()
    assert center.history.count() == entries
    assert Call.objects.get().result == "no_answer"


def test_dead_number_is_taken_off_and_not_offered_again(client, editor, center, make_citation):
    one = make_citation(center=center, field="phone", value=NUMBER, printed="", approximate="")
    start(client)
    call(client, center, "no_such_number")

    assert stored(center).phone == ""
    one.refresh_from_db()
    assert one.confidence == "low" and "없는 번호" in one.note
    start(client)
    screen = read(client.get(f"{ROUND}{center.pk}/"))
    assert not screen.select('a[href^="tel:"]')
    labels = screen.select_one("#content-main > .quiet").get_text()
    assert "전화 없음" in labels and "확인할 번호" not in labels


@pytest.mark.parametrize("of_operator", [False, True])
def test_verified_number_becomes_public(client, editor, make_center, make_citation, of_operator):
    center = make_center(phone="", confirmed_on=TODAY)
    about = {"center": None, "operator": center.operator} if of_operator else {"center": center}
    make_citation(**about, field="phone", value=OTHER, printed="", approximate="", confidence="low")
    start(client)
    screen = read(client.get(f"{ROUND}{center.pk}/"))
    assert screen.select_one('a[href^="tel:"]')["href"] == f"tel:{OTHER}"

    assert call(client, center, "right").status_code == 302
    center.operator.refresh_from_db()
    record = center.operator if of_operator else stored(center)
    assert record.phone == OTHER
    assert Citation.objects.filter(value=OTHER, means="call", confidence="medium").count() == 1
    client.logout()
    assert OTHER in client.get(center.get_absolute_url()).content.decode()


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "changes", "words"),
    [
        ("right", {"phone": OTHER}, "‘고침’을"),
        ("mended", {}, "‘맞음’을"),
        ("right", {"confirm_phone": None}, "하나는 표시"),
        ("right", {"source_title": " "}, "부서를"),
        ("right", {"source_date": ""}, "전화한 날을"),
        ("right", {"source_date": "2026"}, "전화한 날을"),
        ("right", {"source_date": (TODAY + timedelta(days=1)).isoformat()}, "오지 않은"),
        ("mended", {"phone": "모름"}, "전화번호는"),
        ("mended", {"phone": "02-123-4567, 02-123-4568"}, "하나만"),
        ("mended", {"website": "javascript:alert(1)"}, "URL"),
        ("mended", {"status": "gone"}, "고를 수 있는"),
        ("mended", {"address": "가" * 400}, "300"),
        ("no_such_number", {"number": None}, "어느 번호"),
        ("no_such_number", {"phone": OTHER}, "고친 값이"),
        ("no_answer", {"number": "1"}, "고를 수 있는"),
        ("later", {}, "고를 수 있는"),
        ("", {}, "하나를 눌러"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(client, editor, center, result, changes, words):
    start(client)
    response = call(client, center, result, **changes)

    assert words in errors_of(response)
    assert Call.objects.get().result == ""
    assert not center.citations.exists()
    assert stored(center).phone == NUMBER


def test_change_by_another_editor_is_shown_first(client, editor, center):
    start(client)
    url = f"{ROUND}{center.pk}/"
    data = fields_of(read(client.get(url)).select_one("#content form[method=post]"))
    center.address = "부산 금정구 나길 2"
    center.save()

    response = client.post(url, data | {"source_title": "팀", "result": "right"})
    assert "다른 사람이" in errors_of(response)
    again = fields_of(read(response).select_one("#content form[method=post]"))
    assert again["address"] == ["부산 금정구 나길 2"]
    assert client.post(url, again | {"result": "right"}).status_code == 302


@pytest.mark.parametrize("key", ["0", "99999", "9" * 30])
def test_centre_outside_the_round_is_a_404(client, editor, center, key):
    assert client.get(f"{ROUND}{key}/").status_code == 404
    start(client)
    assert client.get(f"{ROUND}{key}/").status_code == 404
    assert client.post(f"{ROUND}{key}/", {"result": "right"}).status_code == 404


def test_round_without_any_centre_says_so(client, editor):
    response = client.post(ROUND, follow=True)

    assert messages_in(response) == ["지금은 전화할 곳이 없습니다."]


def test_who_may_not_change_centres_cannot_call(client, center):
    client.force_login(make_account("나", None))
    assert client.get(ROUND).status_code == 403
    assert client.post(ROUND).status_code == 403
    assert client.get(f"{ROUND}{center.pk}/").status_code == 403
    assert page("center_changelist")
