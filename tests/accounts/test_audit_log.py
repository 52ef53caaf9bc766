"""The audit log of sign-ins and accounts: what and by which account, without names."""

import logging

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.support.staff import EDITOR, MANAGER, SUPERUSER, make_account, page, sign_in, submit

PASSWORD = "아무도 모르는 아주 긴 비밀번호"


@pytest.fixture
def editor(db):
    account = make_account("김비밀", EDITOR)
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def written(caplog):
    """The events since the last look, with what belongs to each."""

    def written():
        records = [one for one in caplog.records if one.name == "centers.accounts.audit_log"]
        text = caplog.text
        caplog.clear()
        assert "김비밀" not in text and PASSWORD not in text and "192.0.2.7" not in text
        return [(one.event, getattr(one, "account", None), one) for one in records]

    caplog.set_level(logging.INFO, "centers.accounts.audit_log")
    return written


def enter(password):
    form = {"username": "김비밀", "password": password}
    return Client().post(reverse("admin:login"), form, REMOTE_ADDR="192.0.2.7")


def test_the_door(editor, written):
    written()
    enter(PASSWORD)
    for _ in range(6):
        enter("틀림")

    events = written()

    names = [name for name, _, _ in events]
    assert names[0] == "login"
    assert names.count("login_failed") == 6
    assert names.count("locked_out") == 2
    assert {account for _, account, _ in events} == {editor.pk}
    assert {one.address for _, _, one in events} == {"192.0.2.0/24"}


def test_name_that_nobody_has_is_not_written_down(db, written):
    Client().post(reverse("admin:login"), {"username": "김비밀", "password": "틀림"})

    assert [(name, account) for name, account, _ in written()] == [("login_failed", None)]


def test_what_a_manager_does_to_an_account(editor, client, written):
    manager = sign_in(client, MANAGER)
    written()
    group = Group.objects.get(name=MANAGER)

    submit(client, page("user_change", editor.pk), groups=[group.pk], is_active=None)
    submit(
        client,
        reverse("admin:auth_user_password_change", args=[editor.pk]),
        **dict.fromkeys(("password1", "password2"), "새로 쓸 알아내기 어려운 말"),
    )

    events = written()
    assert {(name, account, one.by) for name, account, one in events} == {
        ("rights_changed", editor.pk, manager.pk),
        ("password_changed", editor.pk, manager.pk),
    }
    told = " ".join(getattr(one, "what", "") for _, _, one in events)
    assert "is_active=False" in told and f"add groups {group.pk}" in told


def test_what_a_superuser_does_to_a_group(db, client, written):
    chief = sign_in(client, SUPERUSER)
    group = Group.objects.get(name=EDITOR)
    written()

    submit(client, page("group_change", group.pk), permissions=[])

    [(name, _, one)] = written()
    assert (name, one.group, one.by) == ("group_changed", group.pk, chief.pk)


def test_address_that_is_unknown_is_no_fault(rf, written):
    from centers.accounts.audit_log import log_event

    log_event("tried", rf.get("/", REMOTE_ADDR=""))

    [(_, _, one)] = written()
    assert one.address == "unknown"
