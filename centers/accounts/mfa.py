"""Multi-factor authentication: allauth's forms in Korean, with one lockout for all processes."""

import base64
import hmac
import time
from collections.abc import Callable
from typing import Any, cast

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import decrypt, is_mfa_enabled
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from centers.accounts.audit_log import log_event
from centers.accounts.hashing_budget import spend_on_password
from centers.accounts.lockout import (
    is_locked_out,
    mark_locked_out,
    record_failure,
)
from centers.accounts.second_step import get_pause_end, mark_paused, record_wrong_code
from centers.http.client_ip import get_client_ip
from centers.text.formatting import SITE_NAME

WRONG_CODE = "코드가 맞지 않습니다. 새 코드가 나오면 다시 넣어 주세요."
WRONG_PASSKEY = "패스키로 확인하지 못했습니다. 다시 해 보거나 다른 방법을 쓰세요."


#: Keys of the session: the account whose password was entered in it, with the time in seconds; the
#: account that has set up its second factor in it.
PASSWORD_KEY, MFA_KEY = "desk_password", "desk_second_factor"


def has_mfa(user) -> bool:
    """Whether the account has a second factor to sign in with; recovery codes alone are none."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def get_current_request() -> HttpRequest:
    """Return the request that allauth is responding to."""
    return cast(HttpRequest, context.request)


def is_mfa_passed(request: HttpRequest) -> bool:
    """Whether the second factor was used in this session, or was set up in it."""
    if request.session.get(MFA_KEY) == str(request.user.pk):
        return True
    records = get_authentication_records(request, cast(AbstractBaseUser, request.user))
    return any(record.get("method") == "mfa" for record in records)


def mark_mfa_passed(request: HttpRequest, user) -> None:
    """Count the second factor as used: setting it up has shown that it works."""
    request.session[MFA_KEY] = str(user.pk)


def mark_password_entered(request: HttpRequest, user) -> None:
    """Count the password as just entered: setting up a second factor does not ask for it again."""
    request.session[PASSWORD_KEY] = [str(user.pk), time.time()]


def is_password_recent(request: HttpRequest) -> bool:
    """Whether the password was entered at sign-in within allauth's time for reauthentication."""
    account, entered_at = request.session.get(PASSWORD_KEY, ["", 0])
    is_recent = time.time() - entered_at < account_settings.REAUTHENTICATION_TIMEOUT
    return is_recent and account == str(request.user.pk)


def delete_authenticators(user) -> int:
    """Delete all second factors of an account; return how many there were."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    return removed


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up, no message after sign-in, and no second question for the password at once."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": "비밀번호가 맞지 않습니다."
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return get_client_ip(request) or "unknown"

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        required = super().is_reauthentication_required(app=app, **kwargs)
        return required and not is_password_recent(get_current_request())

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        if not (message_template or "").startswith("account/"):
            super().add_message(request, level, message_template, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": "먼저 인증 앱이나 패스키를 정해 주세요.",
    }

    def _get_site_name(self) -> str:
        return SITE_NAME

    def _get_user_identifier(self, user) -> str:
        return user.get_username()

    def generate_authenticator_name(self, user, type) -> str:
        return f"패스키 {Authenticator.objects.filter(user=user, type=type).count() + 1}"


# --- forms ---------------------------------------------------------------------------------------


def build_code_field(help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label="코드",
        help_text=help_text,
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 12}
        ),
    )


class LockoutFormMixin:
    """A form that locks an account out after five failures, counted together with passwords."""

    #: Of allauth's form that this is mixed into.
    user: Any

    def clean_or_count_failure(self, clean: Callable[[], object], message: str):
        """Return what a clean method of allauth returns; count any error in it as a failure.

        Raises ValidationError with the message.
        """
        request, name = get_current_request(), self.user.get_username()
        if is_locked_out(request, name):
            mark_locked_out(request, name)
            raise ValidationError(message)
        try:
            return clean()
        except Exception as error:
            log_event("second_factor_failed", request, account=self.user.pk)
            record_failure(request, name)
            if isinstance(error, ValidationError):
                raise ValidationError(message) from None
            # The libraries below parse what anybody may post here, and raise all kinds of errors.
            raise ValidationError(message) from error


class CodeLockoutMixin(LockoutFormMixin):
    """Limits codes by account as well, from any IP address."""

    authenticator: Any
    #: Whether too many wrong codes end the session, so that the password has to be entered again.
    ends_session = False

    def clean_code(self):
        request, name = get_current_request(), self.user.get_username()
        code_type = get_code_type(cast(Any, self).cleaned_data["code"])
        self.check_pause(code_type)
        is_counted = not is_locked_out(request, name)
        try:
            return self.clean_or_count_failure(self.check_code, WRONG_CODE)
        except ValidationError:
            if is_counted:
                record_wrong_code(self.user, code_type)
            self.check_pause(code_type)
            raise

    def check_pause(self, code_type: str) -> None:
        """Raise ValidationError, and respond with the lockout page, while codes are paused."""
        if pause_end := get_pause_end(self.user, code_type):
            request = get_current_request()
            if self.ends_session:
                request.session.flush()
            mark_paused(request, self.user.get_username(), pause_end)
            raise ValidationError(WRONG_CODE)

    def check_code(self):
        code = cast(Any, super()).clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            self.mark_code_used(code)
        return code

    def mark_code_used(self, code: str) -> None:
        """Reject a code that was used before, or an older one.

        allauth remembers used codes in one process alone. Raises ValidationError.
        """
        with transaction.atomic():
            stored = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
            time_step = find_time_step(decrypt(stored.data["secret"]), code)
            if time_step <= stored.data.get("last_step", 0):
                raise ValidationError(WRONG_CODE)
            stored.data["last_step"] = time_step
            stored.save(update_fields=["data"])


def find_time_step(secret: str, code: str) -> int:
    """Return the number of the TOTP period that a code belongs to; 0 if to none near now."""
    now = int(time.time()) // app_settings.TOTP_PERIOD
    digits = "".join(filter(str.isdigit, code))
    tolerance = app_settings.TOTP_TOLERANCE
    for time_step in range(now - tolerance, now + tolerance + 1):
        if generate_hotp(secret, time_step) == digits:
            return time_step
    return 0


def generate_hotp(secret: str, counter: int) -> str:
    """Generate the code of a counter (RFC 4226); the secret is in base 32."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(value % 10**app_settings.TOTP_DIGITS).zfill(app_settings.TOTP_DIGITS)


class PasskeyLockoutMixin(LockoutFormMixin):
    def clean_credential(self):
        return self.clean_or_count_failure(cast(Any, super()).clean_credential, WRONG_PASSKEY)


class CodeForm(CodeLockoutMixin, AuthenticateForm):
    """The second step of a sign-in."""

    ends_session = True
    code = build_code_field("인증 앱에 나온 여섯 자리나 복구 코드 하나를 넣습니다.")


def get_code_type(code: str) -> str:
    """Return the type of authenticator that a code is for, by its length."""
    is_short = len("".join(code.split())) <= app_settings.TOTP_DIGITS
    return Authenticator.Type.TOTP if is_short else Authenticator.Type.RECOVERY_CODES


class CodeReauthenticateForm(CodeLockoutMixin, ReauthenticateForm):
    code = build_code_field("인증 앱에 나온 여섯 자리나 복구 코드 하나를 넣습니다.")


class PasskeyForm(PasskeyLockoutMixin, AuthenticateWebAuthnForm):
    pass


class PasskeyReauthenticateForm(PasskeyLockoutMixin, ReauthenticateWebAuthnForm):
    pass


class PasswordReauthenticateForm(PasswordForm):
    password = forms.CharField(
        label="비밀번호",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_password(self):
        with spend_on_password(get_current_request(), self.user.get_username()):
            return super().clean_password()


class ActivateAppForm(ActivateTOTPForm):
    code = build_code_field("인증 앱에 지금 나온 여섯 자리입니다.")

    def clean_code(self):
        code = super().clean_code()
        mark_mfa_passed(get_current_request(), self.user)
        return code


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label="이름",
        max_length=40,
        required=False,
        help_text="여러 개를 쓸 때 알아볼 이름입니다. 예: 사무실 컴퓨터",
    )

    def clean(self):
        try:
            cleaned = super().clean()
        except ValidationError:
            raise ValidationError(WRONG_PASSKEY) from None
        except Exception as error:
            raise ValidationError(WRONG_PASSKEY) from error
        if cleaned.get("credential"):
            mark_mfa_passed(get_current_request(), self.user)
        return cleaned
