"""The admin site: its titles, its index with the data checks, and its login with two factors."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.i18n import JavaScriptCatalog

from centers.accounts import views
from centers.admin.bulk_changes import undo_view
from centers.admin.call_round import CallRoundViews, describe_progress
from centers.admin.data_quality import run_checks
from centers.admin.deleted_records import restore_record, show_deleted
from centers.admin.duplicates import show_duplicates
from centers.admin.find_center import open_center
from centers.admin.guide import send_image, show_guide
from centers.admin.work_log_views import show_work_log
from centers.models import CallRound, Correction, ImportRun

Context = dict[str, Any] | None
#: What editors open most stands first in the lists of models.
FIRST_MODELS = ("Center", "ImportRun", "Announcement", "Listing", "Operator", "Citation")
#: PostgreSQL's SQLSTATE of a transaction that it has rolled back, as two waited for each other.
DEADLOCK = "40P01"


def repeat_after_deadlock(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run a view again whose transaction the database has rolled back in favour of another one.

    A merge or an undo locks the records of others in another order than a form does its own.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        sent = request.POST
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
        cast(Any, request).POST = sent
        return view(request, *args, **kwargs)

    return run


class CentersAdminSite(AdminSite):
    """Django's admin site with our titles, index page, script messages and login."""

    site_title = "소공인특화지원센터 찾기"
    site_header = "소공인특화지원센터 찾기 — 편집실"
    index_title = "편집실"
    empty_value_display = "미확인"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return repeat_after_deadlock(super().admin_view(view, cacheable))

    def get_urls(self) -> list:
        view = self.admin_view
        return [
            path("undo/", view(undo_view), name="undo"),
            path("deleted/", view(show_deleted), name="deleted_records"),
            path(
                "deleted/<slug:name>/<int:entry>/",
                view(restore_record),
                name="restore_record",
            ),
            path("work/", view(show_work_log), name="work_log"),
            path("work.<slug:ending>", view(show_work_log), name="work_log_file"),
            path("find/", view(open_center), name="find_center"),
            path("duplicates/", view(show_duplicates), name="duplicates"),
            path("guide/", view(show_guide), name="guide"),
            path("guide/<slug:name>.webp", view(send_image), name="guide_image"),
            *CallRoundViews(self).get_urls(),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: Context = None) -> HttpResponseBase:
        """The index page, with the data checks that find something for this user."""
        user = cast(User, request.user)
        found = []
        if user.has_perm("centers.view_importrun"):
            found = ImportRun.objects.filter(state=ImportRun.State.PLANNED, made_by=None)
        may_see_reports = user.has_perm("centers.view_correction")
        context: dict[str, Any] = {
            "results": [one for one in run_checks(user, with_uncached=False) if one.count],
            "may_view_centers": user.has_perm("centers.view_center"),
            "found_lists": found,
            "call_progress": describe_progress(CallRound.current()),
            "waiting_corrections": Correction.objects.waiting().count() if may_see_reports else 0,
        }
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models of each app: what editors open most, then the others by name."""
        apps = super().get_app_list(request, app_label)
        order = {name: place for place, name in enumerate(FIRST_MODELS)}
        for app in apps:
            app["models"].sort(key=lambda model: order.get(model["object_name"], len(order)))
        return apps

    def login(self, request: HttpRequest, extra_context: Context = None) -> HttpResponseBase:
        """The login page, which continues with the second factor."""
        return views.login(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: Context = None
    ) -> HttpResponseBase:
        """The page for one's own password, which counts wrong old ones like failed sign-ins."""
        return views.change_password(request, extra_context)

    def i18n_javascript(
        self, request: HttpRequest, extra_context: Context = None
    ) -> HttpResponseBase:
        """The messages of the admin's scripts; our translations override Django's."""
        # Without packages, those of LOCALE_PATHS override all others.
        return JavaScriptCatalog.as_view()(request)
