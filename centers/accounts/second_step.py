"""Wrong codes of a sign-in or an open session, counted by account, from any IP address.

The count is stored with the authenticator that the codes are for: an app's six digits and recovery
codes are counted apart. Passkeys cannot be guessed, and open sessions go on.
"""

import time
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from centers.accounts.lockout import mark_locked_out

#: Wrong codes after which no more are accepted, until AXES_COOLOFF_TIME after the last.
MAX_FAILURES = 10
#: In the data of an authenticator: the number of wrong codes, and when the last was entered, in
#: seconds.
DATA_KEY = "wrong_codes"


def find_authenticators(user, code_type: str):
    return Authenticator.objects.filter(user=user, type=code_type)


def get_pause_end(user, code_type: str) -> datetime | None:
    """Return until when no code of the type is accepted; None if one is now."""
    for found in find_authenticators(user, code_type):
        count, last = found.data.get(DATA_KEY, (0, 0))
        end = last + settings.AXES_COOLOFF_TIME.total_seconds()
        if count >= MAX_FAILURES and time.time() < end:
            return datetime.fromtimestamp(end, UTC)
    return None


def record_wrong_code(user, code_type: str) -> None:
    with transaction.atomic():
        for found in find_authenticators(user, code_type).select_for_update():
            count, last = found.data.get(DATA_KEY, (0, 0))
            is_recent = time.time() - last < settings.AXES_COOLOFF_TIME.total_seconds()
            found.data[DATA_KEY] = [count + 1 if is_recent else 1, time.time()]
            found.save(update_fields=["data"])


@receiver(user_logged_in)
def forget_wrong_codes(user, **_signal) -> None:
    """Start again at none, after a sign-in or when a manager lifts the lockout."""
    with transaction.atomic():
        for found in Authenticator.objects.filter(user=user).select_for_update():
            if found.data.pop(DATA_KEY, None):
                found.save(update_fields=["data"])


@receiver(authenticator_used)
def report_used_recovery_code(request: Any, authenticator: Authenticator, **_signal) -> None:
    """Say after a recovery code how many are left, and that the lost device is to be replaced."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    stored: Any = Authenticator.objects.get(pk=authenticator.pk).wrap()
    left = len(stored.get_unused_codes())
    rest = f"{left}개 남았습니다" if left else "더 남아 있지 않습니다"
    text = (
        f"복구 코드 하나를 썼고, {rest}. 위의 ‘2단계 인증’에서 잃은 기기를 지우고 새 기기를 정한"
        " 다음 새 복구 코드를 만들어 주세요."
    )
    messages.warning(request, text)


def mark_paused(request: Any, username: str, pause_end: datetime) -> None:
    """Have AxesMiddleware respond with the page that says until when codes are not accepted."""
    request.second_step_pause_end = pause_end
    mark_locked_out(request, username)
