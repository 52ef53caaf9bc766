"""The staff desk."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.views.i18n import JavaScriptCatalog

from centers.accounts.views import login
from centers.admin import accounts, announcements, centers, imports
from centers.admin import regions as reference
from centers.admin.data_quality import get_first_page_checks

__all__ = ["accounts", "announcements", "centers", "imports", "reference"]

admin.site.site_title = "소공인특화지원센터 찾기"
admin.site.site_header = "소공인특화지원센터 찾기 — 편집실"
admin.site.index_title = "편집실"
admin.site.empty_value_display = "미확인"


def index(request, extra_context=None):
    """The first page, with what there is to look into for those who may look at centres."""
    checks = get_first_page_checks() if request.user.has_perm("centers.view_center") else []
    return AdminSite.index(admin.site, request, {"checks": checks, **(extra_context or {})})


def script_words(request, extra_context=None):
    """The words of the admin's scripts; ours win over Django's, which calls a date a time."""
    # The last package has the last word.
    return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "centers"])(request)


admin.site.i18n_javascript = script_words
admin.site.index = index
admin.site.login = login
