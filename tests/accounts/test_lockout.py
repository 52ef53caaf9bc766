"""Lockout after five failed sign-ins, of that account and client alone."""

import threading
import time
from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centers.accounts.hashing_budget import BudgetSpentError, HashingBudget
from centers.http.client_ip import anonymize_ip, get_client_ip
from tests.support.staff import (
    EDITOR,
    MANAGER,
    PASSWORD,
    SUPERUSER,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
)

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture
def enter(db):
    """Try to sign in, each time with a new browser."""

    def enter(password="틀림", name="편집", address=HERE, **headers):
        form = {"username": name, "password": password, "next": reverse("admin:index")}
        return Client().post(
            reverse("admin:login"),
            urlencode(form, errors="surrogatepass"),
            content_type="application/x-www-form-urlencoded",
            REMOTE_ADDR=address,
            headers=headers,
        )

    return enter


def fail(enter, times=5, **given):
    return [enter(**given).status_code for _ in range(times)]


def test_fifth_failure_closes_the_door_for_half_an_hour(editor, enter):
    assert fail(enter) == [200] * 4 + [429]

    response = enter(PASSWORD)

    assert response.status_code == 429
    assert 1700 < int(response["Retry-After"]) <= 1800
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    soup = read(response)
    assert soup.html["lang"] == "ko"
    assert soup.h1.get_text() == "로그인을 잠시 멈췄습니다"
    until = timezone.localtime(AccessAttempt.objects.get().attempt_time + timedelta(minutes=30))
    assert f"{until:%I:%M}".lstrip("0") in soup.main.get_text()
    assert "로그인 잠금 풀기" in soup.main.get_text()


def test_trying_on_does_not_make_the_wait_longer(editor, enter):
    fail(enter)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=29))

    assert int(enter()["Retry-After"]) <= 60


def test_door_opens_by_itself(editor, enter):
    fail(enter)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))

    assert enter(PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_another_address_and_another_account_may_still_enter(editor, enter):
    other = make_account("남", EDITOR)
    other.set_password(PASSWORD)
    other.save()
    fail(enter)

    assert enter(PASSWORD, address=ELSEWHERE).status_code == 302
    assert enter(PASSWORD, name="남").status_code == 302


def test_success_forgets_what_came_before(editor, enter):
    fail(enter, 4)
    assert enter(PASSWORD).status_code == 302

    assert fail(enter, 4) == [200] * 4


def test_account_that_does_not_exist_is_answered_alike(enter):
    assert fail(enter, name="없는 사람") == [200] * 4 + [429]


def test_browser_that_changes_its_name_is_counted_on(editor, enter):
    answers = [enter(**{"user-agent": f"별의별 {n}".encode().decode("latin-1")}) for n in range(5)]

    assert answers[-1].status_code == 429


@pytest.mark.parametrize("name", ["가\0나", "가" * 10_000, "", " ", "\ud800", "'; --"])
@pytest.mark.parametrize("header", ["\x7f", "가".encode().decode("latin-1"), "1" * 9000])
def test_strange_names_and_headers_are_no_fault(enter, settings, name, header):
    settings.BEHIND_PROXY = True

    for _ in range(6):
        response = enter(
            name=name,
            **{"user-agent": header, "accept": header, "x-forwarded-for": header},
        )
        assert response.status_code in (200, 429)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind_proxy", "header", "answer"),
    [
        (True, "192.0.2.1", "192.0.2.1"),
        # Whatever a client writes before what the proxy adds.
        (True, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (True, "2001:db8:1:2:3::4", "2001:db8:1:2::"),
        (True, "::ffff:192.0.2.1", "192.0.2.1"),
        (True, "fe80::1%eth0", "fe80::"),
        (True, "nonsense", HERE),
        (True, "192.0.2.1, ", HERE),
        (True, "가\0", HERE),
        (True, None, HERE),
        (False, "192.0.2.1", HERE),
    ],
)
def test_address_behind_a_proxy_is_the_one_that_the_proxy_saw(
    rf, settings, behind_proxy, header, answer
):
    settings.BEHIND_PROXY = behind_proxy
    given = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}

    assert get_client_ip(rf.get("/", REMOTE_ADDR=HERE, **given)) == answer


def test_request_without_an_address_has_none(rf):
    # As over a socket file.
    assert get_client_ip(rf.get("/", REMOTE_ADDR="")) is None


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::", "2001:db8:1::/48"),
        (None, "unknown"),
    ],
)
def test_address_is_written_down_without_its_end(address, written):
    assert anonymize_ip(address) == written


def test_lockout_behind_a_proxy_counts_the_readers_apart(editor, enter, settings):
    settings.BEHIND_PROXY = True
    here, elsewhere = ({"x-forwarded-for": f"203.0.113.1, {one}"} for one in (HERE, ELSEWHERE))

    assert fail(enter, **here)[-1] == 429
    assert enter(PASSWORD, **here).status_code == 429
    assert enter(PASSWORD, **elsewhere).status_code == 302


def test_header_that_no_proxy_has_set_opens_nothing(editor, enter):
    fail(enter)

    assert enter(PASSWORD, **{"x-forwarded-for": ELSEWHERE}).status_code == 429


# --- lifting it ----------------------------------------------------------------------------------


def test_manager_lets_a_colleague_in_again(editor, enter, client):
    fail(enter)
    sign_in(client, MANAGER)

    response = client.post(
        page("user_changelist"), {"action": "unlock", "_selected_action": editor.pk}, follow=True
    )

    assert messages_in(response) == ["1명의 로그인 잠금을 풀었습니다."]
    assert enter(PASSWORD).status_code == 302


def test_manager_leaves_the_lock_of_somebody_who_may_do_more(enter, client):
    chief = make_account("편집", SUPERUSER)
    fail(enter)
    sign_in(client, MANAGER)

    client.post(page("user_changelist"), {"action": "unlock", "_selected_action": chief.pk})

    assert enter().status_code == 429


def test_operator_lifts_a_lockout_by_command(editor, enter, capsys):
    fail(enter)
    call_command("axes_reset_username", "편집")

    assert enter(PASSWORD).status_code == 302


# --- what is kept --------------------------------------------------------------------------------


def test_nothing_is_kept_but_whom_to_lock_out(editor, enter):
    enter("비밀번호를 잘못 친 것", **{"user-agent": "Firefox", "accept-language": "ko"})

    [kept] = AccessAttempt.objects.values()
    assert (kept["username"], kept["ip_address"]) == ("편집", HERE)
    assert "잘못 친" not in str(kept) and "Firefox" not in str(kept)
    assert kept["user_agent"] == kept["http_accept"] == ""


def test_what_no_longer_counts_is_removed_daily(editor, enter, capsys):
    fail(enter)
    # As though nobody had failed since.
    AccessAttempt.objects.create(username="남", ip_address=ELSEWHERE, failures_since_start=5)
    AccessAttempt.objects.filter(username="남").update(
        attempt_time=timezone.now() - timedelta(minutes=31)
    )
    old, new = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(minutes=1)
    for key, date in {"a" * 32: old, "b" * 32: new}.items():
        Session.objects.create(session_key=key, session_data="", expire_date=date)

    call_command("clear_sign_ins")

    assert capsys.readouterr().out == (
        "Removed ended sessions, 1 failed sign-ins and 0 reports of readers.\n"
    )
    assert [kept.ip_address for kept in AccessAttempt.objects.all()] == [HERE]
    assert enter(PASSWORD).status_code == 429
    assert [kept.session_key for kept in Session.objects.all()] == ["b" * 32]


def test_no_page_of_the_desk_shows_it(client, editor):
    sign_in(client, SUPERUSER)

    assert "axes" not in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("admin:index") + "axes/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/", "/api/v1/centers/", "/mcp", "/admin/"])
def test_password_in_a_header_is_not_checked(client, editor, path):
    wrong = b64encode("편집:틀림".encode()).decode()

    response = client.get(path, headers={"authorization": f"Basic {wrong}"})

    assert response.status_code != 401
    assert not AccessAttempt.objects.exists()


# --- one address with many names, and the time that passwords take --------------------------------


def test_address_that_tries_many_names_is_locked_out(editor, enter):
    statuses = [enter(name=f"없음{number}").status_code for number in range(25)]

    assert statuses == [200] * 24 + [429]
    assert enter(PASSWORD).status_code == 429
    assert "이 주소에서는" in read(enter(PASSWORD)).main.get_text()
    assert AccessAttempt.objects.count() == 25
    assert enter(PASSWORD, address=ELSEWHERE).status_code == 302


def test_address_lockout_ends_after_half_an_hour(editor, enter):
    for number in range(25):
        enter(name=f"없음{number}")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))

    assert enter(PASSWORD).status_code == 302


def test_too_many_passwords_at_once_are_left_unchecked(editor, enter, small_budget):
    assert enter(PASSWORD).status_code == 302

    response = enter(PASSWORD)

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "잠시 뒤에" in read(response).h1.get_text()
    assert not AccessAttempt.objects.exists()


def test_who_is_locked_out_is_not_sent_away_as_busy(editor, enter, small_budget):
    AccessAttempt.objects.create(username="편집", ip_address=HERE, failures_since_start=5)
    small_budget._spent = 1

    assert enter(PASSWORD).status_code == 429


def test_second_password_at_once_is_left_unchecked(editor, enter, small_budget):
    small_budget.burst = 60
    small_budget._spent = 40  # so that none may wait
    with small_budget.spend():
        assert enter(PASSWORD).status_code == 503

    assert enter(PASSWORD).status_code == 302


def test_wait_for_the_database_is_not_counted_as_hashing():
    budget = HashingBudget(share=0, burst=0.7)
    with budget.spend():
        time.sleep(0.9)

    with budget.spend():
        pass


def test_one_password_waits_while_little_is_spent():
    budget, ended = HashingBudget(share=0, burst=60), []

    def check():
        with budget.spend():
            ended.append(True)

    waiting = threading.Thread(target=check)
    with budget.spend():
        waiting.start()
        while waiting.is_alive() and not budget._waiting.locked():
            time.sleep(0.001)
        with pytest.raises(BudgetSpentError):
            check()
        assert ended == []
    waiting.join()
    assert ended == [True]


def test_budget_is_spent_and_comes_back():
    budget = HashingBudget(share=1000, burst=0.001)
    with budget.spend():
        time.sleep(0.05)
    slow = HashingBudget(share=0, burst=0.001)
    slow._spent = 1

    assert is_spent(slow)
    while is_spent(budget):
        time.sleep(0.001)


def is_spent(budget) -> bool:
    try:
        with budget.spend():
            return False
    except BudgetSpentError:
        return True
