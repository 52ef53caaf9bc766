"""Access limits of the admin, read-only GET requests, its configurable path and form sizes."""

import importlib
import re

import pytest
from django.contrib import admin
from django.urls import clear_url_caches, get_resolver, reverse

from centers import urls
from centers.env import PUBLIC_PATHS
from tests.support.forms import fields_of
from tests.support.processes import manage
from tests.support.staff import EDITOR, MANAGER, make_account, page, read, sign_in


@pytest.mark.parametrize("who", [EDITOR, MANAGER])
@pytest.mark.parametrize(
    "place",
    [
        "auth/group/",
        "auth/permission/",
        "axes/accessattempt/",
        "axes/accesslog/",
        "mfa/authenticator/",
        "account/emailaddress/",
        "sessions/session/",
        "admin/logentry/",
        "centers/historicalcenter/",
        "centers/dataversion/",
    ],
)
def test_staff_cannot_open_groups_or_history_tables(client, db, who, place):
    sign_in(client, who)
    address = reverse("admin:index") + place

    for ask in (client.get, client.post):
        assert ask(address).status_code in (403, 404)
        assert ask(f"{address}add/").status_code in (403, 404)
        assert ask(f"{address}1/delete/").status_code in (403, 404)


def test_editor_cannot_open_accounts(client, db):
    sign_in(client, EDITOR)
    other = make_account("남", EDITOR)

    for name, *args in (["user_changelist"], ["user_add"], ["user_change", other.pk]):
        assert client.get(page(name, *args)).status_code == 403
        assert client.post(page(name, *args)).status_code == 403
    unlock = {"action": "reset_second_factor", "_selected_action": other.pk}
    assert client.post(page("user_changelist"), unlock).status_code == 403


def test_history_and_authenticators_have_no_admin():
    shown = {model._meta.label for model in admin.site._registry}

    assert not [label for label in shown if "Historical" in label]
    assert not [label for label in shown if label.startswith(("axes.", "mfa.", "account."))]


def test_change_in_the_admin_records_its_user(client, make_center):
    editor = sign_in(client, EDITOR)
    center = make_center()
    form = read(client.get(page("center_change", center.pk))).select_one("#center_form")
    from tests.support.staff import fields_of

    client.post(page("center_change", center.pk), fields_of(form) | {"note": "새 말", "_save": "1"})

    assert center.history.first().history_user == editor


# --- the admin path --------------------------------------------------------------------------


@pytest.fixture
def elsewhere(settings):
    """Configure another ADMIN_PATH, as a start with that setting does."""
    settings.ADMIN_PATH = "desk-7f3a/"
    importlib.reload(urls)
    clear_url_caches()
    yield
    settings.ADMIN_PATH = "admin/"
    importlib.reload(urls)
    clear_url_caches()


def test_admin_path_can_be_changed(client, db, elsewhere):
    assert reverse("admin:index") == "/desk-7f3a/"
    assert reverse("account_login") == reverse("admin:login") == "/desk-7f3a/login/"
    assert client.get("/desk-7f3a/login/").status_code == 200
    assert client.get("/admin/").status_code == 404
    assert client.get("/admin/login/").status_code == 404
    sign_in(client, EDITOR)
    assert client.get(page("center_changelist")).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/about/", "/robots.txt", "/sitemap.xml", "/nowhere/", "/api/", "/data.json"]
)
def test_public_pages_never_mention_a_changed_admin_path(client, db, elsewhere, address):
    text = client.get(address, follow=True).content.decode()

    assert "desk-7f3a" not in text
    assert "/admin" not in text


@pytest.mark.parametrize(
    "value", ["centers", "static", "api", "a/b", "../x", "가", "A", "a b", "-"]
)
def test_invalid_admin_path_is_rejected(tmp_path, value):
    ended = manage("check", DATA_DIR=tmp_path, ADMIN_PATH=value)

    assert ended.returncode == 1
    assert ended.stderr.startswith("Setting error: ADMIN_PATH must be one word")


def test_public_path_prefixes_are_all_known():
    patterns = [str(one.pattern) for one in get_resolver().url_patterns]
    starts = [match[0] for one in patterns if (match := re.match(r"[a-z-]+(?=/)", one))]

    assert set(starts) <= {*PUBLIC_PATHS, "admin"}


@pytest.mark.parametrize("rows", [2**63, 2_000])
def test_form_with_too_many_inline_rows_is_rejected(client, announcement_2024, rows):
    """Django alone would render two thousand rows: half a minute and 18 MB."""
    sign_in(client, EDITOR)
    address = page("announcement_change", announcement_2024.pk)
    form = read(client.get(address)).select_one("#content form[method=post]")

    refused = client.post(address, fields_of(form) | {"listings-TOTAL_FORMS": str(rows)})

    told = read(refused)
    assert "최대 55개의 양식을 제출하세요." in told.select_one("#content").get_text(" ")
    assert len(told.select(".inline-related:not(.empty-form)")) == 55
    assert announcement_2024.listings.count() == 5
