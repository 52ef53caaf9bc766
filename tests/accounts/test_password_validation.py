"""Password rules: long, not common, any characters."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.support.staff import EDITOR, make_account


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "비가 오면 우산을 꼭 가져가자",
        "  빈칸으로 시작하고 끝나는 말  ",
        "abcdefghijklmnopqrstuvwxyz",
        "소공인을 돕는 봄날의 햇살처럼",
        "😀 그림도 글자도 모두 됩니다 😀",
        "가" * 7 + "나다라" + "마" * 118,
    ],
)
def test_long_words_of_any_kind_are_taken(db, password):
    validate_password(password)
    account = make_account("나", EDITOR)
    account.set_password(password)
    account.save()

    answer = Client().post(reverse("admin:login"), {"username": "나", "password": password})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("짧은 말 열네 글자입니", "너무 짧습니다"),
        ("password12345678", "서비스의 이름"),
        ("1qaz2wsx3edc4rfv", "너무 흔히"),
        ("123456789012345678", "숫자만으로"),
        ("소공인특화지원센터 2026!!!", "서비스의 이름"),
        ("thrhddlsxmrghkwldnjstpsxj1", "서비스의 이름"),
        ("Sogongin-Center-Admin-1", "서비스의 이름"),
        ("hong.gildong.2026", "너무 유사"),
    ],
)
def test_short_common_and_near_words_are_refused_in_korean(password, words):
    person = get_user_model()(username="hong.gildong", email="hong.gildong@example.kr")

    with pytest.raises(ValidationError) as refusal:
        validate_password(password, person)

    assert words in " ".join(refusal.value.messages)


def test_length_is_all_that_is_asked_for():
    rules = " ".join(password_validators_help_texts())

    assert "15" in rules
    assert not any(word in rules for word in ("대문자", "특수", "숫자를 포함"))


def test_twelve_characters_do_where_a_second_step_is_required():
    from tests.support.processes import manage

    code = "from django.conf import settings; print(settings.MIN_PASSWORD_LENGTH)"
    told = [
        manage("shell", "-v0", "-c", code, STAFF_SECOND_FACTOR=value, SECRET_KEY="x").stdout.strip()
        for value in ("true", "false")
    ]

    assert told == ["12", "15"]


@pytest.mark.usefixtures("real_password_hashers")
def test_hash_is_scrypt_and_older_ones_are_renewed_at_sign_in(db):
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    account = make_account("나", EDITOR)
    account.password = PBKDF2PasswordHasher().encode("아주 오래된 비밀번호입니다", "소금", 1)
    account.save()

    form = {"username": "나", "password": "아주 오래된 비밀번호입니다"}
    Client().post(reverse("admin:login"), form)

    account.refresh_from_db()
    assert account.password.startswith("scrypt$")
