"""Parsers of single printed cells."""

import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from centers.importer.cell_parsers import (
    parse_address,
    parse_day,
    parse_operator,
    parse_phone,
    parse_size,
    parse_website,
    parse_year,
    split_count,
)
from centers.importer.status_parser import parse_status

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
        ("120.0", 120),
        ("1,250업체", 1250),
        ("300개 사업체", 300),
        ("210(개사)", 210),
        ("소공인 85개사", 85),
        ("300개사(’24.6 기준)", 300),
        ("300개사¹", 300),
        # "About" is kept in the printed text.
        ("약 70", 70),
        ("약 300여개사", 300),
        ("282여개", 282),
        ("300 개사 내외", 300),
        ("1만 2천여 개", 12_000),
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
        "300~400개사",
        "300개 이상",
        "의복 120, 인쇄 80",
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
        ("2020.0", 2020),
        ("’15", 2015),
        ("'24년", 2024),
        ("24년", 2024),
        ("’24.6.25", 2024),
        ("24.6.25.", 2024),
        ("2024. 6.", 2024),
        ("2024년 6월", 2024),
        ("2024년 상반기", 2024),
        ("2024년 2차 신규", 2024),
        ("2015(’19 재지정)", 2015),
        ("20150301", 2015),
        ("", None),
        ("-", None),
    ],
)
def test_year_is_read_from_a_year_or_a_day(printed, year):
    assert parse_year(printed) == year


@pytest.mark.parametrize(
    "printed", ["15", "1899", "2012", "2015~2017", "2015, 2019", "2019-2026", "20151399", "올해"]
)
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
        "042-123-4567-8",
        "042-123-4567 8",
        "F. 042-123-4567",
        "042-123-4567(팩스)",
        "042-123-4567(결번)",
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
    "printed",
    [
        "042-123-4567~8",
        "042-123-4567(8)",
        "042-123-4567·8",
        "042-123-4567/4568",
        "042-123-4567, 4568",
        "042-123-4567, 042-123-4568",
        "042-123-4567 042-123-4568",
        "042-123-4567 (내선 12)",
        "042)123-4567 내선12",
        "042-123-4567(대표)",
        "(대표) 042-123-4567",
        "T. 042-123-4567",
        "TEL)042-123-4567",
        "☎ 042-123-4567 / F. 042-123-4569",
        "전화번호: ０４２－１２３－４５６７",
    ],
)
def test_first_of_several_numbers_is_read_without_its_words(printed):
    assert parse_phone(printed) == "042-123-4567"


@pytest.mark.parametrize(
    "printed",
    [
        "(우 46302) 부산광역시 금정구 서동로 1",
        "우)46302 부산광역시 금정구 서동로 1",
        "[46302] 부산광역시 금정구 서동로 1",
        "46302 부산광역시 금정구 서동로 1",
        "(609-840)부산광역시 금정구 서동로 1",
        "〒46302, 부산광역시 금정구 서동로 1",
        "대한민국 부산광역시 금정구 서동로 1",
        "우46302 대한민국 부산광역시 금정구 서동로 1",
        "부산광역시 금정구 서동로 1 (우: 46302)",
        "부산광역시 금정구 서동로 1 (46302)",
    ],
)
def test_address_has_neither_post_code_nor_country(printed):
    assert parse_address(printed) == "부산광역시 금정구 서동로 1"


def test_number_in_an_address_is_no_post_code():
    for address in ("46302길 1", "한국로 12345", "서울 중구 을지로 12345"):
        assert parse_address(address) == address


@pytest.mark.parametrize(
    "printed",
    ["2026-07-31", "2026. 7. 31.", "2026.7.31", "2026/07/31", "20260731", "2026년 7월 31일"],
)
def test_date_is_read_as_koreans_write_it(printed):
    assert parse_day(printed) == "2026-07-31"


UNSTATED = (
    "미정;이전 예정;없음;해당없음;해당 사항 없음;NULL;N/A;nan;-;–;추후;"
    "추후 확정;미확인;(미정);없음.;7월 중 이전 예정;협약 후 결정;선정 절차 진행 중;"
    "확인 중;준비 중;이전 예정(’27.3);TBD;…;집계 중;파악 불가;확인 요망;구축 준비;제작 중;개통 예정"
).split(";")


@pytest.mark.parametrize("printed", UNSTATED)
def test_words_for_unknown_state_nothing(printed):
    assert parse_size(printed) is None
    assert parse_year(printed) is None
    assert parse_phone(printed) == parse_address(printed) == parse_website(printed) == ""


OPERATING = "운영;운영 중;정상;정상 운영;Y;○;운영중(2015~);영업중"
CLOSED = "운영 종료;운영종료(’26.6);종료;폐업;폐쇄;폐소;지정취소;2026.6.30. 폐쇄;폐업(2026.06.30.)"
UNCLEAR = "휴관;휴업;중단;N;×;-;미확인;신규;운영중(휴관);폐쇄 예정;운영 중(12월 종료)"


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("", ""),
        ("확인 필요", "unconfirmed"),
        *((word, "operating") for word in OPERATING.split(";")),
        *((word, "closed") for word in CLOSED.split(";")),
    ],
)
def test_status_is_read_in_its_usual_words(printed, status):
    assert parse_status(printed) == status


@pytest.mark.parametrize("printed", UNCLEAR.split(";"))
def test_status_that_is_unclear_is_refused(printed):
    with pytest.raises(ValueError, match="상태를 정해 주세요"):
        parse_status(printed)


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
        "추후 누리집에서 확인",
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
    for parse in (
        *(parse_size, parse_year, parse_phone, parse_website, parse_status, parse_day),
        *(parse_address, parse_operator),
    ):
        try:
            parse(text)
        except ValueError as error:
            assert KOREAN.search(str(error))
    split_count(text)
