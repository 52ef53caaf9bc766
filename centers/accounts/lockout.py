"""The lockout after failed sign-ins, counted by django-axes in the database."""

from datetime import datetime
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format


class LockoutHandler(AxesDatabaseHandler):
    """Count failures by account and IP address, and store nothing else about the client."""

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


def get_lockout_end(request: Any, username: str | None) -> datetime:
    """Return when the account may try again from this client."""
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=request.axes_ip_address
    ).aggregate(last=Max("attempt_time"))
    return (attempts["last"] or timezone.now()) + settings.AXES_COOLOFF_TIME


def delete_expired_failures() -> int:
    """Delete failures that no longer count; return how many.

    axes does so as well, but only at the next failure or sign-in.
    """
    expired = AccessAttempt.objects.filter(
        attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    return expired.delete()[0]


def render_lockout(request: HttpRequest, response=None, credentials=None) -> HttpResponse:
    """Render the page that says how long to wait (429), the same for unknown accounts."""
    end = get_lockout_end(request, (credentials or {}).get("username"))
    wait = max(1, ceil((end - timezone.now()).total_seconds()))
    page = render_to_string(
        "admin/locked.html",
        {"until": time_format(timezone.localtime(end), "A g:i"), "minutes": ceil(wait / 60)},
    )
    return HttpResponse(
        page, status=429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"}
    )
