"""Multi-factor authentication: sign-in, set-up, recovery codes, passkeys."""

import base64
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from centers.accounts.mfa import generate_hotp
from tests.admin.test_korean import foreign_words
from tests.support.passkeys import Passkey
from tests.support.staff import (
    MANAGER,
    PASSWORD,
    SUPERUSER,
    app_code,
    fields_of,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
)


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = True


def give_password(client, **given):
    form = {"username": "편집", "password": PASSWORD, "next": page("center_changelist")}
    return client.post(reverse("admin:login"), form | given)


def give_code(client, text):
    return client.post(reverse("mfa_authenticate"), {"code": text})


def post(client, name, **changes):
    """Open a page of the second step, fill its form in and send it."""
    form = read(client.get(reverse(name))).select_one("#content form[method=post]")
    return client.post(reverse(name), fields_of(form) | changes)


@pytest.fixture
def secret(client, editor):
    """The key of an app that the editor has set up."""
    give_password(client)
    shown = read(client.get(reverse("mfa_activate_totp"))).select_one(".secret").get_text()
    assert client.post(reverse("mfa_activate_totp"), {"code": app_code(shown)}).status_code == 302
    client.logout()
    return shown


@pytest.fixture
def codes(secret, editor):
    kept = Authenticator.objects.get(user=editor, type=Authenticator.Type.RECOVERY_CODES)
    return kept.wrap().get_unused_codes()


def is_inside(client):
    return client.get(page("center_changelist")).status_code == 200


# --- setting one up ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["center_changelist", "center_add", "importrun_add"])
def test_who_has_none_is_led_to_setting_one_up(client, editor, name):
    give_password(client)

    response = client.get(page(name), follow=True)

    assert response.request["PATH_INFO"] == reverse("mfa_index")
    assert "먼저 2단계 인증을 정해야 합니다" in " ".join(messages_in(response))
    links = {link["href"] for link in read(response).select("#content a")}
    assert {reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")} <= links


def test_nothing_can_be_changed_before(client, editor, make_center):
    give_password(client)

    response = client.post(page("center_add"), {"name": "몰래"})

    assert response["Location"] == reverse("mfa_index")


def test_app_is_set_up_and_opens_the_admin_with_backup_codes(client, editor):
    give_password(client)
    form = read(client.get(reverse("mfa_activate_totp")))
    assert form.select_one("img.qr")["src"].startswith("data:image/svg+xml;base64,")
    secret = form.select_one(".secret").get_text()

    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    right = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)}, follow=True)

    assert "코드가 맞지 않습니다" in read(wrong).select_one(".errorlist").get_text()
    assert right.request["PATH_INFO"] == reverse("mfa_view_recovery_codes")
    assert len(read(right).select(".recovery-codes code")) == 10
    assert is_inside(client)


def test_setting_is_off_where_it_is_not_asked_for(client, editor, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert give_password(client)["Location"] == page("center_changelist")
    assert is_inside(client)


# --- the second step -----------------------------------------------------------------------------


def test_password_alone_opens_nothing(client, secret):
    response = give_password(client)

    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(page("center_changelist"))["Location"].startswith(reverse("admin:login"))


def test_code_of_the_app_leads_to_where_one_was_going(client, secret):
    give_password(client)

    response = give_code(client, app_code(secret, 1))

    assert response["Location"] == page("center_changelist")
    assert is_inside(client)


def test_session_is_a_new_one_after_signing_in(client, secret):
    give_password(client)
    before = client.session.session_key
    give_code(client, app_code(secret, 1))

    assert before and client.session.session_key != before


def test_who_has_an_app_is_asked_even_where_nobody_must(client, secret, settings):
    settings.STAFF_SECOND_FACTOR = False

    assert give_password(client)["Location"] == reverse("mfa_authenticate")


def test_code_is_good_once_in_all_processes(client, secret):
    given = app_code(secret, 1)
    give_password(client)
    assert give_code(client, given).status_code == 302
    cache.clear()  # what allauth remembers, it remembers in one process
    other = Client()
    give_password(other)

    assert give_code(other, given).status_code == 200
    assert not is_inside(other)


def test_recovery_code_is_good_once(client, codes):
    give_password(client)
    assert give_code(client, codes[3]).status_code == 302
    other = Client()
    give_password(other)

    assert give_code(other, codes[3]).status_code == 200
    assert give_code(other, codes[4]).status_code == 302


def test_used_recovery_code_says_how_many_are_left(client, codes):
    give_password(client)
    used = client.get(give_code(client, codes[3]).url, follow=True)
    other = Client()
    give_password(other)
    again = other.get(give_code(other, codes[4]).url, follow=True)

    [first], [second] = (
        [one.get_text(strip=True) for one in read(page).select(".messagelist .warning")]
        for page in (used, again)
    )
    assert "9개 남았습니다" in first and "새 기기를 정한" in first
    assert "8개 남았습니다" in second


def test_code_of_the_app_says_nothing_of_recovery_codes(client, secret):
    give_password(client)

    inside = client.get(give_code(client, app_code(secret, 1)).url, follow=True)

    assert "복구 코드" not in read(inside).select_one("#container").get_text()


@pytest.mark.parametrize(
    "text", ["", "000000", "가나다라마바", "１２３４５６", "\0", "1" * 10_000, "-1e9", "²²²²²²"]
)
def test_wrong_code_is_told_in_korean(client, secret, text):
    give_password(client)

    response = give_code(client, text)

    assert response.status_code == 200
    errors = read(response).select(".errorlist, .errornote")
    assert errors
    assert list(foreign_words(read(response))) == []


def test_wrong_codes_and_wrong_passwords_are_counted_together(client, secret):
    give_password(client, password="틀림")
    give_password(client, password="틀림")
    give_password(client)
    assert [give_code(client, "000000").status_code for _ in range(3)] == [200, 200, 429]

    # Neither the right code nor the right password helps from here, and both do from elsewhere.
    assert give_code(client, app_code(secret, 1)).status_code == 429
    assert give_password(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    give_password(elsewhere)
    assert give_code(elsewhere, app_code(secret, 1)).status_code == 302


def test_right_password_does_not_forget_wrong_codes(client, secret):
    for _ in range(2):
        give_password(client)
        give_code(client, "000000")

    assert AccessAttempt.objects.get().failures_since_start == 2


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", '"x"', '{"id": 1}', '{"rawId":"AA","response":{}}', "\0", "{"],
)
@pytest.mark.parametrize("name", ["mfa_authenticate", "mfa_add_webauthn"])
def test_made_up_passkey_is_refused_and_no_fault(client, editor, settings, secret, answer, name):
    give_password(client)
    if name == "mfa_add_webauthn":
        give_code(client, app_code(secret, 1))
    client.get(reverse(name))

    response = client.post(reverse(name), {"credential": answer})

    assert response.status_code == 200
    assert list(foreign_words(read(response))) == []
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_session_from_before_the_second_step_is_asked_for_it(client, editor, secret):
    client.force_login(editor)

    response = client.get(page("center_changelist"))
    assert response["Location"].startswith(reverse("mfa_reauthenticate"))
    response = client.post(response["Location"], {"code": app_code(secret, 1)})

    assert response["Location"] == page("center_changelist")
    assert is_inside(client)


def test_session_without_it_adds_no_other_one(client, editor, secret):
    client.force_login(editor)

    for name in ("mfa_index", "mfa_add_webauthn", "mfa_view_recovery_codes"):
        assert client.get(reverse(name))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_second_step_cannot_be_entered_without_the_first(client, secret):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("admin:login")
    assert give_code(client, app_code(secret, 1))["Location"] == reverse("admin:login")


# --- changing it ---------------------------------------------------------------------------------


@pytest.fixture
def inside(client, secret):
    give_password(client)
    give_code(client, app_code(secret, 1))
    return client


def test_second_step_is_removed_by_its_owner_after_a_new_look(inside, editor):
    session = inside.session
    session["desk_password"] = [str(editor.pk), 0]
    session.save()

    response = inside.get(reverse("mfa_deactivate_totp"))
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    wrong = inside.post(response["Location"], {"password": "틀림"})
    assert "비밀번호가 맞지 않습니다" in read(wrong).select_one(".errorlist").get_text()
    inside.post(response["Location"], {"password": PASSWORD})
    assert post(inside, "mfa_deactivate_totp").status_code == 302

    assert not Authenticator.objects.exists()


def test_password_for_the_new_look_spends_the_budget(inside, small_budget):
    path = reverse("account_reauthenticate")
    assert inside.post(path, {"password": "틀림"}).status_code == 200

    response = inside.post(path, {"password": PASSWORD})

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert AccessAttempt.objects.get().failures_since_start == 1
    assert is_inside(inside)


def test_password_of_another_account_counts_for_nobody(inside, editor):
    session = inside.session
    session["desk_password"] = [str(editor.pk + 1), time.time()]
    session.save()

    response = inside.get(reverse("mfa_deactivate_totp"))

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_codes_are_those_of_the_rfc():
    """Appendix D of RFC 4226."""
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert [generate_hotp(secret, counter) for counter in range(10)] == [
        *("755224", "287082", "359152", "969429", "338314"),
        *("254676", "287922", "162583", "399871", "520489"),
    ]


def test_parts_that_allauth_keeps_to_itself_are_not_imported(settings):
    paths = [
        path
        for folder in ("centers", "tests")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]

    assert [path for path in paths if re.search(r"allauth[\w.]*\.internal", path.read_text())] == []


def test_nobody_removes_the_passkey_of_another(inside, editor):
    other = make_account("남", SUPERUSER)
    theirs = Authenticator.objects.create(
        user=other, type=Authenticator.Type.WEBAUTHN, data={"name": "남의 것", "credential": {}}
    )

    assert inside.get(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert inside.post(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_recovery_codes_are_renewed_and_taken_away(inside, codes):
    post(inside, "mfa_generate_recovery_codes")
    shown = read(inside.get(reverse("mfa_view_recovery_codes")))
    file = inside.get(reverse("mfa_download_recovery_codes"))

    new = [item.get_text() for item in shown.select(".recovery-codes code")]
    assert len(new) == 10 and not set(new) & set(codes)
    assert re.findall(r"^\d{8}$", file.content.decode(), re.MULTILINE) == new
    assert "no-store" in file["Cache-Control"]


# --- lost ----------------------------------------------------------------------------------------


def test_operator_resets_a_lost_one_by_command(client, secret, capsys):
    call_command("reset_second_factor", "편집")

    assert "Removed 2" in capsys.readouterr().out
    assert give_password(client)["Location"] == page("center_changelist")
    assert client.get(page("center_changelist"))["Location"] == reverse("mfa_index")


def test_command_for_nobody_says_so(db):
    with pytest.raises(CommandError, match="There is no account"):
        call_command("reset_second_factor", "아무도")


def reset_by(client, who, *accounts):
    form = {"action": "reset_second_factor", "_selected_action": [one.pk for one in accounts]}
    sign_in(client, who)
    return client.post(page("user_changelist"), form, follow=True)


def test_manager_resets_that_of_a_colleague(secret, editor, settings):
    settings.STAFF_SECOND_FACTOR = False
    response = reset_by(Client(), MANAGER, editor)

    assert messages_in(response) == ["1명의 2단계 인증을 지웠습니다."]
    assert not Authenticator.objects.exists()


def test_manager_leaves_that_of_somebody_who_may_do_more(secret, editor, settings):
    settings.STAFF_SECOND_FACTOR = False
    editor.is_superuser = True
    editor.save()

    reset_by(Client(), MANAGER, editor)

    assert Authenticator.objects.count() == 2


# --- the pages -----------------------------------------------------------------------------------

PAGES = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "account_reauthenticate",
]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_korean_and_keeps_to_the_policy(inside, name):
    response = inside.get(reverse(name))

    assert response.status_code == 200
    soup = read(response)
    assert len(soup.select("h1")) == 1
    assert not soup.select("[style], [onclick], script:not([src]):not([type$=json])")
    assert "no-store" in response["Cache-Control"]
    assert list(foreign_words(soup)) == []


def test_step_at_the_door_is_korean(client, secret):
    give_password(client)

    soup = read(client.get(reverse("mfa_authenticate")))

    assert len(soup.select("h1")) == 1
    assert list(foreign_words(soup)) == []


@pytest.mark.parametrize(
    "address", ["signup/", "email/", "password/reset/", "login/code/", "confirm-email/"]
)
def test_what_is_not_needed_is_not_there(client, db, address):
    for start in ("/", "/accounts/", reverse("admin:index")):
        response = client.get(start + address)
        assert response.status_code in (302, 404)
        if response.status_code == 302:
            assert response["Location"].startswith(reverse("admin:login"))


def test_public_pages_know_nothing_of_it(client, secret):
    give_password(client)

    response = client.get("/")

    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


# --- the second step, limited by account ----------------------------------------------------------


def guess(address, text="000000", times=1):
    """Enter a wrong code after the password, each time from a new browser at the address."""
    client = Client(REMOTE_ADDR=address)
    give_password(client)
    return client, [give_code(client, text).status_code for _ in range(times)]


def test_ten_wrong_codes_from_anywhere_end_the_half_session(secret, editor):
    for number in range(3):
        assert guess(f"192.0.2.{number}", times=3)[1] == [200] * 3

    client, statuses = guess("192.0.2.9")

    assert statuses == [429]
    assert client.get(reverse("mfa_authenticate")).status_code == 302
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    give_password(elsewhere)
    response = give_code(elsewhere, app_code(secret, 1))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 1000
    assert "2단계 코드를 여러 번 틀려" in read(response).main.get_text()
    assert not is_inside(elsewhere)


def test_pause_spares_recovery_codes_and_who_is_inside(secret, codes, client, editor):
    give_password(client)
    assert give_code(client, app_code(secret, 1)).status_code == 302
    for number in range(4):
        guess(f"192.0.2.{number}", times=3)

    assert is_inside(client)
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    give_password(elsewhere)
    assert give_code(elsewhere, codes[0]).status_code == 302
    assert is_inside(elsewhere)


@pytest.fixture
def reenter(client, secret, editor):
    """Enter a code again in an open session, from an IP address."""
    client.force_login(editor)

    def reenter(text, address="192.0.2.1"):
        path = reverse("mfa_reauthenticate")
        return client.post(path, {"code": text}, REMOTE_ADDR=address)

    return reenter


def fail_again(reenter, text="000000"):
    """Enter ten wrong codes in an open session, from four IP addresses."""
    return [reenter(text, f"192.0.2.{number // 3}").status_code for number in range(10)]


def test_ten_wrong_codes_in_an_open_session_are_the_last(reenter, secret, client):
    assert fail_again(reenter) == [200] * 9 + [429]

    response = reenter(app_code(secret, 1), "198.51.100.1")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 1000
    assert "2단계 코드를 여러 번 틀려" in read(response).main.get_text()
    assert not is_inside(client)
    elsewhere = Client(REMOTE_ADDR="198.51.100.2")
    give_password(elsewhere)
    assert give_code(elsewhere, app_code(secret, 1)).status_code == 429


def test_pause_in_an_open_session_spares_recovery_codes(reenter, codes, client):
    fail_again(reenter)

    assert reenter(codes[0], "198.51.100.1").status_code == 302
    assert is_inside(client)


def test_wrong_recovery_codes_are_limited_and_spare_the_app(reenter, codes, secret, client):
    assert fail_again(reenter, "12345678") == [200] * 9 + [429]

    assert reenter(codes[0], "198.51.100.1").status_code == 429
    assert reenter(app_code(secret, 1), "198.51.100.1").status_code == 302
    assert is_inside(client)


def test_pause_leaves_who_is_inside_and_their_passkeys(inside):
    path, passkey = reverse("mfa_add_webauthn"), Passkey()
    inside.post(path, {"name": "", "credential": passkey.create(read(inside.get(path)))})
    for number in range(10):
        inside.post(
            reverse("mfa_reauthenticate"), {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{number // 3}"
        )

    assert is_inside(inside)
    path = reverse("mfa_reauthenticate_webauthn")
    signed = passkey.sign(read(inside.get(path)))
    response = inside.post(f"{path}?next=/about/", {"credential": signed})
    assert response["Location"] == "/about/"
    assert inside.session["account_authentication_methods"][-1]["type"] == "webauthn"


def test_wrong_passwords_do_not_pause_the_second_step(secret, client, editor):
    for number in range(12):
        give_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="틀림")

    give_password(client)

    assert give_code(client, app_code(secret, 1)).status_code == 302


def test_sign_in_resets_the_count_of_wrong_codes(secret, client, editor):
    for number in range(3):
        guess(f"192.0.2.{number}", times=3)
    give_password(client)
    assert give_code(client, app_code(secret, 1)).status_code == 302

    assert guess("192.0.2.50", times=2)[1] == [200] * 2
