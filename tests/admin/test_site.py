"""The admin site: a subclass of Django's, with nothing assigned to its instance from outside."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.urls import reverse

from centers.admin.site import CentersAdminSite
from centers.models.base import Record
from tests.support.staff import EDITOR, MANAGER, read, sign_in


def test_default_site_is_the_subclass_without_patched_methods():
    assert isinstance(admin.site, CentersAdminSite)
    own = {name for name, value in vars(AdminSite).items() if callable(value)}
    assert not own & vars(admin.site).keys()


def test_every_record_is_registered_with_the_default_site(db):
    models = apps.get_app_config("centers").get_models()
    records = {model for model in models if issubclass(model, Record)}

    assert records and records <= {*admin.site._registry}


@pytest.mark.parametrize("group", [EDITOR, MANAGER])
def test_index_has_its_title_and_the_quick_checks(client, make_center, group):
    make_center(phone="")
    sign_in(client, group)
    soup = read(client.get(reverse("admin:index")))

    assert soup.title.get_text(strip=True) == "편집실 | 소공인특화지원센터 찾기"
    assert (
        soup.select_one("#site-name").get_text(" ", strip=True) == "소공인특화지원센터 찾기 편집실"
    )
    assert soup.select("table.checks tbody tr")


def test_login_page_has_the_title_of_the_site(client, db):
    response = client.get(reverse("admin:login"))

    assert response.status_code == 200
    assert read(response).h1.get_text(strip=True) == "로그인"
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
