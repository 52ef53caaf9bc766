"""The lockout after failed sign-ins, counted by django-axes in the database."""

from datetime import datetime
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format

#: Failures of one IP address with any accounts after which it is locked out: more than an office
#: behind one address has by mistake, and few passwords for who tries names.
MAX_ADDRESS_FAILURES = 25


class LockoutHandler(AxesDatabaseHandler):
    """Count failures by account and IP address, and by address alone.

    Nothing else about the client is stored.
    """

    def get_failures(self, request, credentials=None) -> int:
        failures = super().get_failures(request, credentials)
        here = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)
        if request.axes_ip_address and sum_failures(here) >= MAX_ADDRESS_FAILURES:
            return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is not None:
            # One row for each account and IP address, with any browser.
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def is_locked_out(request: HttpRequest, username: str) -> bool:
    """Whether the account is locked out for this client."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def record_failure(request: HttpRequest, username: str) -> None:
    """Count a failed second factor like a wrong password."""
    AxesProxyHandler.user_login_failed(__name__, {"username": username}, request)


def mark_locked_out(request: Any, username: str) -> None:
    """Have AxesMiddleware respond with the lockout page."""
    request.axes_locked_out = True
    request.axes_credentials = {"username": username}


def get_lockout_end(request: Any, username: str | None) -> tuple[datetime, str]:
    """Return when this client may try again, and what is locked out: "account" or "address"."""
    here = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)
    own = here.filter(username=username)
    is_account = sum_failures(own) >= settings.AXES_FAILURE_LIMIT
    last = (own if is_account else here).aggregate(last=Max("attempt_time"))["last"]
    end = (last or timezone.now()) + settings.AXES_COOLOFF_TIME
    return end, "account" if is_account else "address"


def sum_failures(attempts: QuerySet[AccessAttempt]) -> int:
    """Return the number of failures that still count among some attempts."""
    recent = attempts.filter(attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME)
    return recent.aggregate(total=Sum("failures_since_start"))["total"] or 0


def delete_expired_failures() -> int:
    """Delete failures that no longer count; return how many.

    axes does so as well, but only at the next failure or sign-in.
    """
    expired = AccessAttempt.objects.filter(
        attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    return expired.delete()[0]


def render_lockout(request: Any, response=None, credentials=None) -> HttpResponse:
    """Render the page that says how long to wait (429), the same for unknown accounts."""
    scope, end = "second", getattr(request, "second_step_pause_end", None)
    if end is None:
        end, scope = get_lockout_end(request, (credentials or {}).get("username"))
    wait = max(1, ceil((end - timezone.now()).total_seconds()))
    page = render_to_string(
        "admin/locked.html",
        {
            "until": time_format(timezone.localtime(end), "A g:i"),
            "minutes": ceil(wait / 60),
            "scope": scope,
        },
    )
    return HttpResponse(
        page, status=429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"}
    )
