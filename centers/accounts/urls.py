"""The addresses of the staff desk; of allauth's only those that lead somewhere here."""

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin
from django.urls import path

from centers.accounts.views import go_on, of_the_desk

INDEX = of_the_desk(second.index, "2단계 인증")
AGAIN = "본인 확인"

urlpatterns = [
    # The same page as admin:login, by the name that allauth knows.
    path("login/", admin.site.login, name="account_login"),
    path(
        "login/second/",
        of_the_desk(second.authenticate, "로그인 2단계"),
        name="mfa_authenticate",
    ),
    path("go-on/", go_on, name="desk_go_on"),
    path("security/", INDEX, name="mfa_index"),
    path("security/app/", of_the_desk(app.activate_totp, "인증 앱 쓰기"), name="mfa_activate_totp"),
    path(
        "security/app/remove/",
        of_the_desk(app.deactivate_totp, "인증 앱 그만 쓰기"),
        name="mfa_deactivate_totp",
    ),
    path(
        "security/codes/",
        of_the_desk(codes.view_recovery_codes, "복구 코드"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/codes/file/",
        of_the_desk(codes.download_recovery_codes, "복구 코드"),
        name="mfa_download_recovery_codes",
    ),
    path(
        "security/codes/new/",
        of_the_desk(codes.generate_recovery_codes, "새 복구 코드"),
        name="mfa_generate_recovery_codes",
    ),
    path("security/passkeys/", INDEX, name="mfa_list_webauthn"),
    path(
        "security/passkeys/add/",
        of_the_desk(passkeys.add_webauthn, "패스키 더하기"),
        name="mfa_add_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        of_the_desk(passkeys.remove_webauthn, "패스키 지우기"),
        name="mfa_remove_webauthn",
    ),
    path(
        "security/again/",
        of_the_desk(account.reauthenticate, AGAIN),
        name="account_reauthenticate",
    ),
    path(
        "security/again/code/",
        of_the_desk(second.reauthenticate, AGAIN),
        name="mfa_reauthenticate",
    ),
    path(
        "security/again/passkey/",
        of_the_desk(passkeys.reauthenticate_webauthn, AGAIN),
        name="mfa_reauthenticate_webauthn",
    ),
    path("", admin.site.urls),
]
