"""Multi-factor authentication in a browser: app, recovery code, passkey."""

import pytest
from playwright.sync_api import expect

from tests.support.sites import prepared_database, running
from tests.support.staff import app_code

#: 15 characters or more, as where a second step is not required.
WORDS = "browser only words 0"
#: A passkey that this machine makes up and that agrees to everything.
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


PEOPLE = f"""
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.models import User
for name in ("app", "key", "paper"):
    User.objects.create_superuser(username=name, password={WORDS!r})
Authenticator.objects.create(
    user=User.objects.get(username="paper"), type="totp", data={{"secret": encrypt("A" * 32)}}
)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A site with another admin path that requires the second factor."""
    folder = tmp_path_factory.mktemp("door")
    with (
        prepared_database(folder, "none") as url,
        running(
            folder,
            "--no-load",
            DATABASE_URL=url,
            STAFF_SECOND_FACTOR="true",
            ADMIN_PATH="desk-7f3a",
        ) as site,
    ):
        site.wait()
        site.manage("shell", "-v0", "-c", PEOPLE)
        # Browsers know no passkeys for a bare number.
        yield f"http://localhost:{site.port}"


def give_password(page, name):
    page.goto("/desk-7f3a/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", WORDS)
    page.get_by_role("button", name="로그인").click()


def leave(page):
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("로그아웃")


def is_inside(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("편집실")


def test_app_and_recovery_code(page):
    give_password(page, "app")
    expect(page.get_by_text("먼저 2단계 인증을 정해야 합니다")).to_be_visible()
    page.get_by_role("link", name="인증 앱 쓰기").click()
    # The image has loaded: the content security policy allows it.
    expect(page.locator("img.qr")).to_be_visible()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    secret = page.locator(".secret").inner_text()
    page.get_by_label("코드").fill(app_code(secret))
    page.get_by_role("button", name="이 앱 쓰기").click()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    code = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("link", name="편집실로 가기").click()
    is_inside(page)
    leave(page)

    give_password(page, "app")
    page.get_by_label("코드").fill("000000")
    page.get_by_role("button", name="로그인", exact=True).click()
    expect(page.get_by_text("코드가 맞지 않습니다")).to_be_visible()
    page.get_by_label("코드").fill(code)
    page.get_by_role("button", name="로그인", exact=True).click()
    is_inside(page)


def test_passkey(page, context):
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})

    give_password(page, "key")
    page.get_by_role("link", name="패스키 더하기").click()
    page.get_by_label("이름").fill("사무실 컴퓨터")
    page.get_by_role("button", name="패스키 만들기").click()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    page.get_by_role("link", name="편집실로 가기").click()
    is_inside(page)
    page.get_by_role("link", name="2단계 인증").click()
    expect(page.get_by_text("사무실 컴퓨터 (")).to_be_visible()
    leave(page)

    give_password(page, "key")
    page.get_by_role("button", name="패스키로 로그인").click()
    is_inside(page)
    leave(page)

    # Without it, sign-in fails with a message.
    session.send("WebAuthn.clearCredentials", {"authenticatorId": added["authenticatorId"]})
    give_password(page, "key")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="패스키로 로그인").click()
    expect(page.get_by_role("alert")).to_contain_text("패스키로 확인하지 못했습니다")


@pytest.mark.parametrize("visitor", [{"java_script_enabled": False}])
def test_without_scripts_there_is_the_code(page):
    give_password(page, "paper")
    expect(page.get_by_label("코드")).to_be_visible()
    expect(page.get_by_role("button", name="패스키로 로그인")).to_be_hidden()
