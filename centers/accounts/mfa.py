"""The second step of signing in: what allauth does, in our words and with our limits."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, is_mfa_enabled
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from centers.accounts.audit_log import log_event
from centers.accounts.lockout import is_locked_out, mark_locked_out, record_failure
from centers.http.client_ip import get_client_ip
from centers.text.formatting import SITE_NAME

WRONG_CODE = "코드가 맞지 않습니다. 새 코드가 나오면 다시 넣어 주세요."
WRONG_PASSKEY = "패스키로 확인하지 못했습니다. 다시 해 보거나 다른 방법을 쓰세요."


def has_mfa(user) -> bool:
    """Whether the account has a second step that it can be asked for."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def is_mfa_passed(request) -> bool:
    """Whether this session has gone through the second step, or has just set it up."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def mark_mfa_passed(request, user, kind: str) -> None:
    """Count the second step as gone through: who has just set one up has shown that it works."""
    record_authentication(request, user, "mfa", type=kind)


def delete_authenticators(user) -> int:
    """Remove every second step of an account; return how many there were."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    return removed


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up here, and nobody is told by a message that they have signed in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": "비밀번호가 맞지 않습니다."
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return get_client_ip(request) or "unknown"

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


def build_code_field(help_text=""):
    return forms.CharField(
        label="코드",
        help_text=help_text,
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 12}
        ),
    )


class LockoutFormMixin:
    """A form that locks out who gives five wrong answers, together with wrong passwords."""

    def guarded(self, clean, words):
        """Run a clean method of allauth; whatever it chokes on is a wrong answer."""
        request, name = context.request, self.user.get_username()
        if is_locked_out(request, name):
            mark_locked_out(request, name)
            raise ValidationError(words)
        try:
            return clean()
        except Exception as error:
            log_event("second_factor_failed", request, account=self.user.pk)
            record_failure(request, name)
            if isinstance(error, ValidationError):
                raise ValidationError(words) from None
            # What anybody may post here is taken apart by parts that trust it more than we do.
            raise ValidationError(words) from error


class CodeLockoutMixin(LockoutFormMixin):
    def clean_code(self):
        return self.guarded(self.check_code, WRONG_CODE)

    def check_code(self):
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            self.spend(code)
        return code

    def spend(self, code) -> None:
        """Take each code of an app once; allauth remembers that in one process alone."""
        with transaction.atomic():
            kept = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
            count = find_time_step(decrypt(kept.data["secret"]), code)
            if count <= kept.data.get("last_step", 0):
                raise ValidationError(WRONG_CODE)
            kept.data["last_step"] = count
            kept.save(update_fields=["data"])


def find_time_step(secret: str, code: str) -> int:
    """The number of the half minute that a code belongs to; 0 if to none near now."""
    now = int(time.time()) // app_settings.TOTP_PERIOD
    digits = "".join(filter(str.isdigit, code))
    for count in range(now - app_settings.TOTP_TOLERANCE, now + app_settings.TOTP_TOLERANCE + 1):
        if format_hotp_value(hotp_value(secret, count)) == digits:
            return count
    return 0


class PasskeyLockoutMixin(LockoutFormMixin):
    def clean_credential(self):
        return self.guarded(super().clean_credential, WRONG_PASSKEY)


class CodeForm(CodeLockoutMixin, AuthenticateForm):
    code = build_code_field("인증 앱에 나온 여섯 자리나 복구 코드 하나를 넣습니다.")


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


class ActivateAppForm(ActivateTOTPForm):
    code = build_code_field("인증 앱에 지금 나온 여섯 자리입니다.")

    def clean_code(self):
        code = super().clean_code()
        mark_mfa_passed(context.request, self.user, "totp")
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
            mark_mfa_passed(context.request, self.user, "webauthn")
        return cleaned
