"""Sessions time out, and input sent after that is reported as not saved."""

import time
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from centers.accounts.middleware import session_timeout as limits
from centers.models import Operator
from tests.support.staff import EDITOR, messages_in, page, read, sign_in, submit


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


@pytest.fixture
def later(monkeypatch):
    """Let so many minutes pass."""
    real = time.time
    passed = 0

    def later(minutes):
        nonlocal passed
        passed += minutes * 60
        monkeypatch.setattr(limits.time, "time", lambda: real() + passed)

    yield later
    monkeypatch.undo()


def visit(client):
    return client.get(page("operator_changelist"))


def test_unused_session_ends(client, editor, later):
    visit(client)
    later(29)
    assert visit(client).status_code == 200
    later(29)
    assert visit(client).status_code == 200
    later(31)

    response = client.get(page("operator_changelist"), follow=True)

    assert response.request["PATH_INFO"] == reverse("admin:login")
    assert messages_in(response) == [limits.SESSION_ENDED_MESSAGE]
    assert read(response).select_one("[name=next]")["value"] == page("operator_changelist")


def test_session_ends_in_any_case(client, editor, later, settings):
    settings.STAFF_SESSION_MINUTES = 60
    for _ in range(3):
        later(19)
        assert visit(client).status_code == 200
    later(4)

    assert visit(client).status_code == 302


def test_form_sent_too_late_says_that_it_was_not_saved(client, editor, later):
    later(31)

    response = client.post(page("operator_add"), {"name": "늦은 곳"}, follow=True)

    assert response.request["PATH_INFO"] == reverse("admin:login")
    assert messages_in(response) == [limits.NOT_SAVED_MESSAGE]
    assert not Operator.objects.filter(name="늦은 곳").exists()


def test_form_sent_without_a_session_says_so_too(client, db):
    response = client.post(page("operator_add"), {"name": "늦은 곳"}, follow=True)

    assert messages_in(response) == [limits.NOT_SAVED_MESSAGE]


def test_signing_in_itself_is_no_lost_form(client, db):
    response = client.post(reverse("admin:login"), {"username": "가", "password": "나"})

    assert messages_in(response) == []


def test_page_says_when_the_session_ends_and_offers_to_go_on(client, editor, later):
    box = read(visit(client)).select_one("[data-session-ends]")
    later(29)

    response = client.post(box["data-session-go-on"])

    ends = [
        datetime.fromisoformat(text) for text in (box["data-session-ends"], response.json()["ends"])
    ]
    assert ends[1] - ends[0] > timedelta(minutes=28)
    later(29)
    assert visit(client).status_code == 200
    assert "에 끝납니다" in read(visit(client)).select_one(".session-end").get_text()


def test_nobody_goes_on_with_a_session_that_has_ended(client, editor, later):
    later(31)

    assert client.post(reverse("desk_go_on")).status_code == 403
    assert client.get(reverse("desk_go_on")).status_code == 405


def test_session_ends_with_the_account(client, editor):
    assert visit(client).status_code == 200
    editor.is_active = False
    editor.save()

    assert visit(client).status_code == 302


def test_session_ends_when_somebody_else_changes_the_password(client, editor):
    assert visit(client).status_code == 200
    editor.set_password("다른 데서 바꾼 비밀번호입니다")
    editor.save()

    assert visit(client).status_code == 302


def test_own_session_goes_on_after_a_new_password(client, editor):
    editor.set_password("지금 쓰는 아주 어려운 말입니다")
    editor.save()
    client.force_login(editor)
    new = dict.fromkeys(("new_password1", "new_password2"), "새로 쓸 알아내기 어려운 말")

    submit(
        client,
        reverse("admin:password_change"),
        old_password="지금 쓰는 아주 어려운 말입니다",
        **new,
    )

    assert visit(client).status_code == 200


def test_leaving_takes_a_post_and_ends_the_session_on_the_server(client, editor):
    key = client.session.session_key
    assert client.get(reverse("admin:logout")).status_code == 405
    client.post(reverse("admin:logout"))

    client.cookies["sessionid"] = key
    assert visit(client).status_code == 302


def test_public_pages_write_nothing_down(client, editor, django_assert_num_queries):
    before = client.session[limits.LAST_SEEN_KEY]
    response = client.get("/about/")

    assert client.session[limits.LAST_SEEN_KEY] == before
    assert "Cookie" not in response.get("Vary", "")
