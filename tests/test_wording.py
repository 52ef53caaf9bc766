"""Words for values: amounts as they are said, and particles that fit the word before them."""

import pytest

from centers.wording import josa, makers, or_unknown, quote, won


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (320_000_000, "3억 2,000만 원"),
        (185_000_000, "1억 8,500만 원"),
        (200_000_000, "2억 원"),
        (15_000, "1만 5,000 원"),
        (0, "0 원"),
        (None, ""),
    ],
)
def test_amount_is_said_in_its_own_units(amount, words):
    assert won(amount) == words


def test_number_of_makers_has_its_unit():
    assert (makers(1282), makers(None)) == ("1,282개사", "")


def test_unknown_is_said_and_zero_is_known():
    assert "미확인" in or_unknown("")
    assert "미확인" in or_unknown(None)
    assert or_unknown(0) == 0


@pytest.mark.parametrize(
    ("word", "particle"),
    [("영월", "은"), ("영주", "는"), ("2024", "는"), ("10", "은"), ("html", "은"), ("css", "는")],
)
def test_particle_follows_the_sound_of_the_word(word, particle):
    assert josa(word, "은", "는") == particle


@pytest.mark.parametrize(
    ("word", "particle"),
    [("봉제", "로"), ("영월", "로"), ("부산", "으로"), ("2017", "로"), ("10", "으로")],
)
def test_direction_is_said_after_l_as_after_a_vowel(word, particle):
    assert josa(word, "으로", "로") == particle


def test_long_or_invisible_words_are_quoted_bearably():
    assert quote("가" * 100) == f"‘{'가' * 40}…’는"
    assert quote("\x00") == "‘(보이지 않는 글자)’는"
