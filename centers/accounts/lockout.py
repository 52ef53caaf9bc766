"""Who has failed to sign in too often waits, as django-axes counts it in the database."""

from datetime import datetime
from math import ceil

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
    """Counts by account and address, and keeps nothing else about who fails."""

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is not None:
            # One row for each account and address, however a browser calls itself.
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def is_locked_out(request: HttpRequest, username: str) -> bool:
    """Whether the account may not enter from here for now."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def record_failure(request: HttpRequest, username: str) -> None:
    """Count a failed second step as a wrong password is counted."""
    AxesProxyHandler.user_login_failed(__name__, {"username": username}, request)


def mark_locked_out(request: HttpRequest, username: str) -> None:
    """Have the request answered by the page that says how long to wait."""
    request.axes_locked_out = True
    request.axes_credentials = {"username": username}


def get_lockout_end(request: HttpRequest, username: str) -> datetime:
    """When the account may try again from here."""
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=request.axes_ip_address
    ).aggregate(last=Max("attempt_time"))
    return (attempts["last"] or timezone.now()) + settings.AXES_COOLOFF_TIME


def delete_expired_failures() -> int:
    """Remove failures that count no longer; return how many.

    axes does so as well, but only once somebody fails or enters again.
    """
    is_over = AccessAttempt.objects.filter(
        attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    return is_over.delete()[0]


def render_lockout(request: HttpRequest, response=None, credentials=None) -> HttpResponse:
    """The page that says how long to wait, the same for an account that does not exist."""
    end = get_lockout_end(request, (credentials or {}).get("username"))
    wait = max(1, ceil((end - timezone.now()).total_seconds()))
    page = render_to_string(
        "admin/locked.html",
        {"until": time_format(timezone.localtime(end), "A g:i"), "minutes": ceil(wait / 60)},
    )
    return HttpResponse(
        page, status=429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"}
    )
