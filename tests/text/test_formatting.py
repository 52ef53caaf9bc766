"""Words for values: amounts as they are said, and particles that fit the word before them."""

from datetime import date

import pytest
from django.utils import timezone

from centers.text.formatting import (
    choose_particle,
    format_ago,
    format_makers,
    format_or_unknown,
    format_won,
    keep_numbers,
    quote,
)


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
    assert format_won(amount) == words


def test_number_of_makers_has_its_unit():
    assert (format_makers(1282), format_makers(None)) == ("1,282개사", "")


def test_unknown_is_said_and_zero_is_known():
    assert "미확인" in format_or_unknown("")
    assert "미확인" in format_or_unknown(None)
    assert format_or_unknown(0) == 0


@pytest.mark.parametrize(
    ("word", "particle"),
    [("영월", "은"), ("영주", "는"), ("2024", "는"), ("10", "은"), ("html", "은"), ("css", "는")],
)
def test_particle_follows_the_sound_of_the_word(word, particle):
    assert choose_particle(word, "은", "는") == particle


@pytest.mark.parametrize(
    ("word", "particle"),
    [("봉제", "로"), ("영월", "로"), ("부산", "으로"), ("2017", "로"), ("10", "으로")],
)
def test_direction_is_said_after_l_as_after_a_vowel(word, particle):
    assert choose_particle(word, "으로", "로") == particle


def test_long_or_invisible_words_are_quoted_bearably():
    assert quote("가" * 100) == f"‘{'가' * 40}…’는"
    assert quote("\x00") == "‘(보이지 않는 글자)’는"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "오늘"),
        (date(2026, 11, 23), "오늘"),
        (date(2026, 11, 21), "1일 전"),
        (date(2026, 10, 23), "30일 전"),
        (date(2026, 10, 22), "1개월 전"),
        (date(2025, 7, 22), "16개월 전"),
        (date(2025, 7, 23), "15개월 전"),
        (date(2024, 11, 23), "23개월 전"),
        (date(2024, 11, 22), "2년 전"),
        (date(2013, 1, 1), "13년 전"),
    ],
)
def test_day_is_said_by_how_long_ago_it_was(monkeypatch, day, words):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 22))

    assert format_ago(day) == words


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("제보, 2026-11-28 전화로", '제보, <span class="date">2026-11-28</span> 전화로'),
        ("(2025-07)", '<span class="date">(2025-07)</span>'),
        ("~2026-08-01", '~<span class="date">2026-08-01</span>'),
        ("031-317-9999", '<span class="date">031-317-9999</span>'),
        ("대표 1588-0000", '대표 <span class="date">1588-0000</span>'),
        ("02-1234-5678", '<span class="date">02-1234-5678</span>'),
        ("12-1234-5678, 12026-11-28", "12-1234-5678, 12026-11-28"),
        ("<b>2026</b>", "&lt;b&gt;2026&lt;/b&gt;"),
    ],
)  # fmt: skip
def test_no_line_ends_within_a_date_or_telephone_number(text, html):
    assert keep_numbers(text) == html
