"""Parsers of single printed cells."""

import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from centers.importer.read import parse_phone, parse_size, parse_website, parse_year, split_count

KOREAN = re.compile("[가-힣]")


@pytest.mark.parametrize(
    ("printed", "size"),
    [
        ("70개사", 70),
        ("1,234 개 사", 1234),
        ("７０", 70),
        ("70", 70),
        (" 282 개사 ", 282),
        ("1,000,000", 1_000_000),
        ("", None),
        ("-", None),
        ("미상", None),
    ],
)
def test_size_is_read_with_its_unit(printed, size):
    assert parse_size(printed) == size


@pytest.mark.parametrize(
    "printed",
    [
        "-5",
        "△5",
        "0",
        "0개사",
        "70.5",
        "1,23",
        "1000001",
        "9" * 5000,
        "70²",
        "약 70",
        "개사",
        "칠십",
    ],
)
def test_size_that_is_no_number_of_makers_is_refused(printed):
    with pytest.raises(ValueError, match=KOREAN):
        parse_size(printed)


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("2015", 2015),
        ("2015년", 2015),
        ("2015 년도", 2015),
        ("２０１５", 2015),
        ("2015-03-01", 2015),
        ("2024. 6. 25.", 2024),
        ("2024년 6월 25일", 2024),
        ("2013", 2013),
        ("", None),
        ("-", None),
    ],
)
def test_year_is_read_from_a_year_or_a_day(printed, year):
    assert parse_year(printed) == year


@pytest.mark.parametrize("printed", ["’15", "15", "1899", "2012", "2015~2017", "20150301", "올해"])
def test_year_that_is_unclear_or_too_early_is_refused(printed):
    with pytest.raises(ValueError, match=KOREAN):
        parse_year(printed)


def test_year_after_the_next_is_refused():
    # Centres are selected at the end of a year for the one that follows.
    later = timezone.localdate().year + 2

    assert parse_year(str(later - 1)) == later - 1
    with pytest.raises(ValueError, match=f"{later}.*오지 않은"):
        parse_year(f"{later}년")


@pytest.mark.parametrize(
    ("printed", "phone"),
    [
        ("042) 123 4567", "042-123-4567"),
        ("042.123.4567", "042-123-4567"),
        ("0421234567", "042-123-4567"),
        ("(02)2123-4567", "02-2123-4567"),
        ("０２－１２３－４５６７", "02-123-4567"),
        ("042–123–4567", "042-123-4567"),
        ("010 1234 5678", "010-1234-5678"),
        ("070-1234-5678", "070-1234-5678"),
        ("05051234567", "0505-123-4567"),
        ("1588-1234", "1588-1234"),
        ("+82-42-123-4567", "042-123-4567"),
        ("+82 (0)2 123 4567", "02-123-4567"),
        ("", ""),
        ("-", ""),
        ("없음", ""),
    ],
)
def test_phone_is_written_in_one_way(printed, phone):
    assert parse_phone(printed) == phone


@pytest.mark.parametrize(
    ("printed", "phone"),
    [
        ("421234567", "042-123-4567"),
        ("4212345678", "042-1234-5678"),
        ("221234567", "02-2123-4567"),
        ("1012345678", "010-1234-5678"),
    ],
)
def test_zero_that_a_spreadsheet_dropped_is_put_back(printed, phone):
    assert parse_phone(printed) == phone


@pytest.mark.parametrize(
    "printed",
    [
        "21234567",  # 02-123-4567, or 2123-4567 without its area code
        "123-4567",
        "042-123-4567~8",
        "042-123-4567(8)",
        "042-123-4567·8",
        "042-123-4567, 042-123-4568",
        "042-123-4567 (내선 12)",
        "099-123-4567",
        "042-12-34567",
        "042-123-456⁷",
        "담당자 문의",
    ],
)
def test_what_is_not_clearly_one_phone_number_is_refused(printed):
    with pytest.raises(ValueError, match=KOREAN):
        parse_phone(printed)


@pytest.mark.parametrize(
    ("printed", "website"),
    [
        ("www.example.kr", "https://www.example.kr"),
        ("example.kr/center?no=1", "https://example.kr/center?no=1"),
        ("http://example.kr", "http://example.kr"),
        ("https://한글.한국/길", "https://한글.한국/길"),
        ("", ""),
        ("-", ""),
    ],
)
def test_website_has_a_scheme(printed, website):
    assert parse_website(printed) == website


@pytest.mark.parametrize(
    "printed",
    [
        "javascript:alert(1)",
        "ftp://example.kr",
        "info@example.kr",
        "준비 중",
        "example",
        "a.kr b.kr",
    ],
)
def test_what_is_no_web_address_is_refused(printed):
    with pytest.raises(ValueError, match=KOREAN):
        parse_website(printed)


@pytest.mark.parametrize(
    ("printed", "label", "count"),
    [
        ("대전(3)", "대전", 3),
        ("대전 （３）", "대전", 3),
        ("광주 동구(2곳)", "광주 동구", 2),
        ("부산", "부산", None),
        ("정동(31-63)", "정동(31-63)", None),
        ("", "", None),
    ],
)
def test_count_is_parted_from_its_label(printed, label, count):
    assert split_count(printed) == (label, count)


@given(st.text())
def test_any_text_is_read_or_refused_in_korean(text):
    for parse in (parse_size, parse_year, parse_phone, parse_website):
        try:
            parse(text)
        except ValueError as error:
            assert KOREAN.search(str(error))
    split_count(text)
