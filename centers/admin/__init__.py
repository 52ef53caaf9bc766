"""The staff desk."""

from django.contrib import admin
from django.views.i18n import JavaScriptCatalog

from centers.admin import accounts, announcements, centers, reference

__all__ = ["accounts", "announcements", "centers", "reference"]

admin.site.site_title = "소공인특화지원센터 찾기"
admin.site.site_header = "소공인특화지원센터 찾기 — 편집실"
admin.site.index_title = "편집실"
admin.site.empty_value_display = "미확인"


def script_words(request, extra_context=None):
    """The words of the admin's scripts; ours win over Django's, which calls a date a time."""
    # The last package has the last word.
    return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "centers"])(request)


admin.site.i18n_javascript = script_words
