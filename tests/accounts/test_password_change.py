"""The page for one's own password: wrong old passwords count like failed sign-ins."""

import logging

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from tests.support.staff import PASSWORD, error_beside, page

NEW = "새로 쓸 알아내기 어려운 말"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture
def inside(editor):
    """A browser with an open session."""
    client = Client(REMOTE_ADDR=HERE)
    client.force_login(editor)
    return client


def change(client, old, **given):
    form = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    return client.post(reverse("admin:password_change"), form, **given)


def enter(address):
    form = {"username": "편집", "password": PASSWORD}
    return Client().post(reverse("admin:login"), form, REMOTE_ADDR=address)


def test_fifth_wrong_old_password_locks_out(inside, editor):
    responses = [change(inside, f"틀림 {number}") for number in range(5)]

    assert [response.status_code for response in responses] == [200] * 4 + [429]
    assert "기존 비밀번호를 잘못" in error_beside(responses[0], "old_password")
    right = change(inside, PASSWORD)
    assert right.status_code == 429
    assert 0 < int(right["Retry-After"]) <= 1800
    editor.refresh_from_db()
    assert editor.check_password(PASSWORD)


def test_lockout_is_that_of_sign_in_and_spares_the_session(inside, editor):
    for _ in range(5):
        change(inside, "틀림")

    assert enter(HERE).status_code == 429
    assert enter(ELSEWHERE).status_code == 302
    assert inside.get(page("center_changelist")).status_code == 200
    assert change(inside, PASSWORD, REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_failed_sign_ins_are_counted_with_it(inside):
    AccessAttempt.objects.create(username="편집", ip_address=HERE, failures_since_start=4)

    assert change(inside, "틀림").status_code == 429


def test_wrong_old_password_is_in_the_audit_log(inside, editor, caplog):
    caplog.set_level(logging.INFO, "centers.accounts.audit_log")

    change(inside, "틀림")

    [record] = [one for one in caplog.records if one.name == "centers.accounts.audit_log"]
    assert (record.event, record.account) == ("login_failed", editor.pk)
    assert record.address == "192.0.2.0/24"


def test_no_typed_password_is_stored_with_a_failure(inside):
    change(inside, "거의 맞는 것")

    [stored] = AccessAttempt.objects.values()
    assert stored["failures_since_start"] == 1
    assert "거의 맞는" not in str(stored) and NEW not in str(stored)


def test_spent_budget_leaves_the_old_password_unchecked(inside, editor, small_budget):
    assert change(inside, "틀림").status_code == 200

    response = change(inside, PASSWORD)

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert AccessAttempt.objects.get().failures_since_start == 1
    editor.refresh_from_db()
    assert editor.check_password(PASSWORD)


def test_right_old_password_changes_it_and_ends_others(inside, editor):
    other = Client()
    other.force_login(editor)
    change(inside, "틀림")

    response = change(inside, PASSWORD)

    assert response["Location"] == reverse("admin:password_change_done")
    assert inside.get(response["Location"]).status_code == 200
    assert other.get(page("center_changelist")).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password(NEW)


def test_page_needs_a_session(db):
    response = change(Client(), PASSWORD)

    assert response["Location"].startswith(reverse("admin:login"))
