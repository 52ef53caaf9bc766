"""URLs of the admin and of those views of allauth that are in use here.

allauth's own list has other paths, and views such as sign-up that are closed here.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin
from django.urls import path

from centers.accounts.views import extend_session, with_admin_context

MFA_INDEX = with_admin_context(second.index, "2단계 인증")
REAUTHENTICATE_TITLE = "본인 확인"

urlpatterns = [
    # The same view as admin:login, by the name that allauth reverses.
    path("login/", admin.site.login, name="account_login"),
    path(
        "login/second/",
        with_admin_context(second.authenticate, "로그인 2단계"),
        name="mfa_authenticate",
    ),
    path("go-on/", extend_session, name="desk_go_on"),
    path("security/", MFA_INDEX, name="mfa_index"),
    path(
        "security/app/",
        with_admin_context(app.activate_totp, "인증 앱 쓰기"),
        name="mfa_activate_totp",
    ),
    path(
        "security/app/remove/",
        with_admin_context(app.deactivate_totp, "인증 앱 사용 중지"),
        name="mfa_deactivate_totp",
    ),
    path(
        "security/codes/",
        with_admin_context(codes.view_recovery_codes, "복구 코드"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/codes/file/",
        with_admin_context(codes.download_recovery_codes, "복구 코드"),
        name="mfa_download_recovery_codes",
    ),
    path(
        "security/codes/new/",
        with_admin_context(codes.generate_recovery_codes, "새 복구 코드"),
        name="mfa_generate_recovery_codes",
    ),
    path("security/passkeys/", MFA_INDEX, name="mfa_list_webauthn"),
    path(
        "security/passkeys/add/",
        with_admin_context(passkeys.add_webauthn, "패스키 더하기"),
        name="mfa_add_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        with_admin_context(passkeys.remove_webauthn, "패스키 지우기"),
        name="mfa_remove_webauthn",
    ),
    path(
        "security/again/",
        with_admin_context(account.reauthenticate, REAUTHENTICATE_TITLE),
        name="account_reauthenticate",
    ),
    path(
        "security/again/code/",
        with_admin_context(second.reauthenticate, REAUTHENTICATE_TITLE),
        name="mfa_reauthenticate",
    ),
    path(
        "security/again/passkey/",
        with_admin_context(passkeys.reauthenticate_webauthn, REAUTHENTICATE_TITLE),
        name="mfa_reauthenticate_webauthn",
    ),
    path("", admin.site.urls),
]
