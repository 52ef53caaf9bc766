"""Accounts and groups in the admin: nobody can grant permissions that they do not have."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from centers.models import Center, Industry
from tests.support.staff import (
    EDITOR,
    MANAGER,
    SUPERUSER,
    error_beside,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
    submit,
)

RECORDS = ["center", "operator", "announcement", "listing"]
REFERENCE = ["region", "industry"]


@pytest.fixture
def one_of_each(db, make_listing):
    """The key of one record of every kind."""
    listing = make_listing()
    center = listing.center
    return {
        "center": center.pk,
        "operator": center.operator_id,
        "announcement": listing.announcement_id,
        "listing": listing.pk,
        "region": center.region_id,
        "industry": center.industry_id,
        "user": make_account("남", EDITOR).pk,
        "group": Group.objects.get(name=EDITOR).pk,
    }


def reachable(client, model, key):
    """Return what the signed-in user may do with a record, tried on its pages and forms."""

    def may(name, *args):
        response = client.get(page(f"{model}_{name}", *args))
        assert response.status_code in (200, 403), response
        return response

    can = set()
    if may("changelist").status_code == 200:
        can.add("view")
    if may("add").status_code == 200:
        can.add("add")
    form = may("change", key)
    if form.status_code == 200 and read(form).select_one("input[name=_save]"):
        can.add("change")
    # A record in use is not deleted, but only with the permission is there a page for it.
    if may("delete", key).status_code == 200:
        can.add("delete")
    return can


@pytest.mark.parametrize(
    ("who", "rights"),
    [
        (
            EDITOR,
            dict.fromkeys(RECORDS, "view add change")
            | dict.fromkeys(REFERENCE, "view")
            | {"user": "", "group": ""},
        ),
        (
            MANAGER,
            dict.fromkeys([*RECORDS, *REFERENCE, "user"], "view add change delete") | {"group": ""},
        ),
        (
            SUPERUSER,
            dict.fromkeys([*RECORDS, *REFERENCE, "user", "group"], "view add change delete"),
        ),
    ],
)
def test_group_can_open_exactly_its_pages(client, one_of_each, who, rights):
    sign_in(client, who)

    for model, key in one_of_each.items():
        assert reachable(client, model, key) == set(rights[model].split()), model


def test_admin_requires_sign_in_and_staff_status(client, one_of_each):
    def turned_away():
        for model, key in one_of_each.items():
            for name, *args in (["changelist"], ["add"], ["change", key], ["delete", key]):
                for ask in (client.get, client.post):
                    response = ask(page(f"{model}_{name}", *args))
                    assert response.status_code == 302, (model, name)
                    assert response["Location"].startswith(reverse("admin:login"))

    turned_away()
    account = sign_in(client, MANAGER)
    account.is_staff = False
    account.save()
    turned_away()


def test_editor_cannot_delete_a_centre_by_a_forged_request(client, make_center):
    sign_in(client, EDITOR)
    center = make_center()

    asked = client.post(page("center_delete", center.pk), {"post": "yes"})
    client.post(
        page("center_changelist"),
        {"action": "delete_selected", "_selected_action": center.pk, "post": "yes"},
    )

    assert asked.status_code == 403
    assert Center.objects.filter(pk=center.pk).exists()


def test_editor_cannot_change_an_industry_by_a_forged_request(client, db):
    sign_in(client, EDITOR)

    response = client.post(page("industry_change", "14"), {"name": "딴말", "short_name": "딴말"})

    assert response.status_code == 403
    assert Industry.objects.get(pk="14").short_name == "의복"


# --- the manager and the accounts ----------------------------------------------------------------


@pytest.fixture
def manager(client, db):
    return sign_in(client, MANAGER)


def test_manager_creates_an_account_that_can_sign_in_and_edit(client, manager, django_user_model):
    editors = Group.objects.get(name=EDITOR)
    response = submit(
        client,
        page("user_add"),
        username="새사람",
        password1="알아내기 아주 어려운 긴 말",
    )
    assert response.status_code == 302
    account = django_user_model.objects.get(username="새사람")
    assert (account.is_staff, account.is_superuser) == (True, False)
    assert list(account.groups.all()) == [editors]

    client.logout()
    client.post(
        reverse("admin:login"),
        {"username": "새사람", "password": "알아내기 아주 어려운 긴 말"},
        follow=True,
    )
    assert client.get(page("center_add")).status_code == 200


@pytest.mark.parametrize("name", ["add", "change"])
def test_manager_cannot_grant_superuser_or_single_permissions(
    client, manager, django_user_model, name
):
    if name == "add":
        address, username = page("user_add"), "새사람"
        passwords = dict.fromkeys(("password1", "password2"), "알아내기 아주 어려운 긴 말")
    else:
        # The manager's own account: nobody can grant themselves more either.
        address, username, passwords = page("user_change", manager.pk), manager.username, {}
    form = read(client.get(address))
    assert not form.select("[name=is_superuser], [name=user_permissions]")

    forged = {
        "is_superuser": "on",
        "user_permissions": [Permission.objects.get(codename="add_group").pk],
    }
    response = submit(client, address, username=username, **passwords, **forged)

    assert response.status_code == 302
    account = django_user_model.objects.get(username=username)
    assert not account.is_superuser
    assert not account.user_permissions.exists()


def test_manager_grants_only_groups_within_their_own_permissions(client, manager):
    more = Group.objects.create(name="서버 관리자")
    more.permissions.add(Permission.objects.get(codename="change_group"))
    address = page("user_change", manager.pk)
    offered = read(client.get(address)).select("#id_groups label")

    response = submit(client, address, groups=[more.pk])

    assert {label.get_text(strip=True) for label in offered} == {EDITOR, MANAGER}
    assert "고를 수 있는 것 가운데" in error_beside(response, "groups")
    assert not manager.groups.filter(pk=more.pk).exists()


def superuser():
    return make_account("최고", SUPERUSER)


def switched_off_superuser():
    return make_account("전임", SUPERUSER, is_active=False)


def with_a_permission_of_their_own():
    account = make_account("따로", EDITOR)
    account.user_permissions.add(Permission.objects.get(codename="change_group"))
    return account


@pytest.mark.parametrize(
    "make", [superuser, switched_off_superuser, with_a_permission_of_their_own]
)
def test_manager_cannot_change_an_account_with_more_permissions(client, manager, make):
    account = make()
    before = (account.password, account.is_active)
    change = page("user_change", account.pk)

    assert not read(client.get(change)).select("input[name=_save], input[name=username]")
    for address, data in (
        (change, {"username": "뺏음", "is_active": "on"}),
        (page("user_delete", account.pk), {"post": "yes"}),
        (
            reverse("admin:auth_user_password_change", args=[account.pk]),
            dict.fromkeys(("password1", "password2"), "알아내기 아주 어려운 긴 말"),
        ),
    ):
        assert client.post(address, data).status_code == 403, address
    client.post(
        page("user_changelist"),
        {"action": "delete_selected", "_selected_action": account.pk, "post": "yes"},
    )

    account.refresh_from_db()
    assert account.username != "뺏음"
    assert (account.password, account.is_active) == before


def test_account_with_a_log_entry_cannot_be_deleted(client, make_center, django_user_model):
    account = sign_in(client, EDITOR)
    submit(client, page("center_change", make_center().pk), note="새 말")
    client.force_login(superuser())

    refused = client.post(page("user_delete", account.pk), {"post": "yes"})
    client.post(
        page("user_changelist"),
        {"action": "delete_selected", "_selected_action": account.pk, "post": "yes"},
    )
    assert refused.status_code == 403
    assert django_user_model.objects.filter(pk=account.pk).exists()

    submit(client, page("user_change", account.pk), is_active=None)
    client.force_login(account)
    assert client.get(page("center_changelist")).status_code == 302


def test_superuser_sees_permissions_as_korean_labels(client, db, django_user_model):
    sign_in(client, SUPERUSER)
    account = make_account("남", EDITOR)
    form = read(client.get(page("user_change", account.pk)))
    labels = {label.get_text(strip=True) for label in form.select("#id_user_permissions label")}
    assert {"센터 — 삭제", "사용자 — 추가"} <= labels
    permission = Permission.objects.get(codename="delete_center")

    submit(
        client,
        page("user_change", account.pk),
        is_superuser="on",
        user_permissions=[permission.pk],
    )

    account = django_user_model.objects.get(pk=account.pk)
    assert account.is_superuser
    assert list(account.user_permissions.all()) == [permission]


def test_saving_a_group_untouched_keeps_its_permissions(client, db):
    sign_in(client, SUPERUSER)
    for group in Group.objects.all():
        before = set(group.permissions.values_list("pk", flat=True))
        submit(client, page("group_change", group.pk))
        assert before
        assert set(group.permissions.values_list("pk", flat=True)) == before


def test_staff_can_change_their_own_password(client, django_user_model):
    account = make_account("나", EDITOR)
    account.set_password("지금 쓰는 어려운 말")
    account.save()
    client.force_login(account)
    new = dict.fromkeys(("new_password1", "new_password2"), "새로 쓸 긴 말, 봄여름가을")

    wrong = submit(client, reverse("admin:password_change"), old_password="아님", **new)
    right = submit(
        client, reverse("admin:password_change"), old_password="지금 쓰는 어려운 말", **new
    )

    assert "기존 비밀번호를 잘못" in error_beside(wrong, "old_password")
    assert right.status_code == 302
    assert django_user_model.objects.get(pk=account.pk).check_password("새로 쓸 긴 말, 봄여름가을")


def test_manager_sets_a_new_password_for_an_editor(client, manager, django_user_model):
    account = make_account("남", EDITOR)
    address = reverse("admin:auth_user_password_change", args=[account.pk])

    differing = submit(client, address, password1="새로 쓸 긴 말, 봄여름가을", password2="딴말")
    empty = submit(client, address)
    submit(
        client, address, **dict.fromkeys(("password1", "password2"), "새로 쓸 긴 말, 봄여름가을")
    )

    assert "일치하지 않습니다" in error_beside(differing, "password2")
    assert "필수" in error_beside(empty, "password1")
    assert django_user_model.objects.get(pk=account.pk).check_password("새로 쓸 긴 말, 봄여름가을")


def test_account_without_a_group_is_warned_of(client, db):
    sign_in(client, SUPERUSER)
    account = make_account("새사람", None)
    address = page("user_change", account.pk)

    warned = client.get(submit(client, address, email="a@example.kr").url)
    assert any("그룹이 없어" in text for text in messages_in(warned))
    group = Group.objects.get(name=EDITOR)
    saved = client.get(submit(client, address, groups=[str(group.pk)]).url)

    assert not any("그룹이 없어" in text for text in messages_in(saved))
    history = read(client.get(page("user_history", account.pk))).select_one("#change-history")
    text = history.get_text()
    assert "그룹" in text and "Groups" not in text
