"""The rules of centers/text/hangul.py, as examples first and as properties of any text second."""

import string
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from centers.text.hangul import (
    build_search_text,
    clean,
    find_spans,
    has_whole_syllables,
    is_one_edit_apart,
    normalise,
    retype,
    strip_legal_form,
    to_initials,
    to_keystrokes,
    to_query_keys,
)

ALL_FORMS: list[Literal["NFC", "NFD", "NFKC", "NFKD"]] = ["NFC", "NFD", "NFKC", "NFKD"]

STORED = [
    "봉제",
    "영월 식료품 소공인특화지원센터",
    "조선대학교산학협력단",
    "귀금속·보석",
    "의복 액세서리",
    "값진 흙과 쌀",
    "왜관 뿌리산업",
    "꽃·닭고기 쪽빛 얇은 읊조림",
    "전북특별자치도 완주군",
]


def holds_for(*kinds: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Test a property on arguments of these kinds, without a time limit for each."""
    return lambda test: settings(deadline=None, max_examples=300)(given(*kinds)(test))


# --- kinds of text ---------------------------------------------------------------------------

every_character = st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])
syllables = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
# Letters that are close together on the keyboard or in Unicode, so that matches are common and
# every way for two of them to meet is tried: joined, apart, invisible in between, decomposed.
lookalikes = st.sampled_from(
    "가각갂과고나다봉제쌀값주재"
    "ㄱㄲㄳㅂㅏㅘㅣㆍㅿㅤ"  # of the keyboard, archaic, filler
    "\u1100\u1107\u1161\u1169\u11a8\u11aa\u11bc\u1140\u119e\u1160"  # the same, conjoining
    "ﾡﾣￂ㉠㈀㈜㉯"
    "aAéßKRskＫ１①019٣"
    " ()·-,\u00a0\u3000\u200b\u0301\u00ad\n\t\r\x00\ud800\ue000漢カｶﾞΩ´½"
)
any_text = st.text(every_character, max_size=20) | st.text(lookalikes, max_size=12)
# Keys repeat in words of few syllables, so that there is something to find.
korean_words = st.text(st.sampled_from("가각갂과고나다봉제쌀값 ·"), max_size=12)


@st.composite
def texts_and_parts(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a text in NFC, and a part of it."""
    text = unicodedata.normalize("NFC", draw(any_text))
    start = draw(st.integers(0, len(text)))
    return text, text[start : draw(st.integers(start, len(text)))]


def typed_by_key(word: str) -> list[str]:
    """Return what stands in the search box after each key pressed, the last being the word."""
    keys = retype(word)
    assert keys is not None
    return [retype(keys[:n]) or keys[:n] for n in range(1, len(keys) + 1)]


# --- normalise -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        (unicodedata.normalize("NFD", "봉제"), "봉제"),
        ("봉\u200b제", "봉제"),
        ("\ufeff봉제\u202e", "봉제"),
        ("소\u00ad공인", "소공인"),
        ("봉\x00제\x1b\x7f", "봉제"),
        ("봉\ud800제", "봉제"),
        ("봉\ue000제\U0010fffd", "봉제"),
        ("봉\uffff제\U000e0fff", "봉제"),
        ("봉\u3164\u115f\u1160\uffa0제", "봉제"),
        ("서울\u00a0중구\u3000충무로\u2028", "서울 중구 충무로"),
        ("  서울   중구\t충무로\n", "서울   중구 충무로"),
        ("서울\r\n중구", "서울 중구"),
        ("서울\r중구\x0b충무로\x85", "서울 중구 충무로"),
        ("ㅂㅗㅇ ㈜ Ａ①", "ㅂㅗㅇ ㈜ Ａ①"),
        ("의복액서서리", "의복액서서리"),
        ("", ""),
    ],
)
def test_stored_text_is_nfc_without_invisible_characters(printed: str, stored: str) -> None:
    assert normalise(printed) == stored


def test_an_invisible_character_does_not_keep_jamo_apart() -> None:
    assert normalise("\u1107\u200b\u1169\u2060\u11bc") == "봉"


def test_lines_are_kept_on_request_and_end_in_a_newline_alone() -> None:
    assert normalise("\n첫 줄\r\n둘째\t줄\r\r셋째\u2029줄\n", keep_lines=True) == (
        "첫 줄\n둘째 줄\n\n셋째 줄"
    )


def test_nothing_unprintable_is_ever_stored() -> None:
    every = "가".join(map(chr, range(sys.maxunicode + 1)))
    assert normalise(every).isprintable()
    assert normalise(every, keep_lines=True).replace("\n", "").isprintable()


@holds_for(any_text, st.booleans())
@example("\r\x00\n", True)
@example("\x00 \u0301", False)
def test_normalise_is_idempotent_and_gives_nfc(text: str, keep_lines: bool) -> None:
    once = normalise(text, keep_lines=keep_lines)
    assert normalise(once, keep_lines=keep_lines) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


# --- clean -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "cleaned"),
    [
        ("  봉제   공방 ", "봉제 공방"),
        ("ＫＳ１２３　봉제", "KS123 봉제"),
        ("㈜가나 ㈔다라", "(주)가나 (사)다라"),
        ("봉ㅈ", "봉ㅈ"),
        ("ㅈㅅㄷ ㄳ ㅘ", "ㅈㅅㄷ ㄳ ㅘ"),
        ("ﾾￂﾤ", "ㅎㅏㄴ"),
        ("봉ﾸ", "봉ㅈ"),
        ("㉠㈀", "ㄱ(ㄱ)"),
        ("귀금속ㆍ보석", "귀금속ㆍ보석"),
        (unicodedata.normalize("NFD", "봉제"), "봉제"),
        ("Café", "Café"),
        ("\ud800\x00", ""),
    ],
)
def test_a_query_is_brought_to_one_spelling(query: str, cleaned: str) -> None:
    assert clean(query) == cleaned


def test_every_compatibility_jamo_survives_cleaning() -> None:
    jamo = "".join(chr(code) for code in range(0x3131, 0x318F) if code != 0x3164)
    assert clean(jamo) == jamo


@holds_for(any_text)
@example("a ´")
@example("㉠\u1161")
def test_clean_is_idempotent_and_gives_stored_text(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert normalise(once) == once
    assert "  " not in once


# --- keystrokes and initials -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("봉제", "QHDWP"),
        ("값", "RKQT"),
        ("의", "DML"),
        ("과", "RHK"),
        ("웬 괘", "DNPSRHO"),
        ("ㅂㅗㅇㅈㅔ", "QHDWP"),
        ("봉ㅈ", "QHDW"),
        ("ﾲￌﾷ", "QHD"),
        ("KS", "9K9S"),
        ("ks", "9K9S"),
        ("ＫＳ", "9K9S"),
        ("Café", "9C9A9F9E"),
        ("Straße", "9S9T9R9A9S9S9E"),
        ("0123456789", "1R1S1E1F1A1Q1T1D1W1C"),
        ("１٣③", "1S1F1F"),
        ("3D프린팅", "1F9DVMFLSXLD"),
        ("귀금속·보석", "RNLRMATHRQHTJR"),
        ("(재)영월", "WODUDDNJF"),
        ("㈜가나", "WNRKSK"),
        (" ·・ㆍ-,()[]/&", ""),
        ("漢字 カナ Ωμέγα ㅿㆁ", ""),
        ("", ""),
    ],
)
def test_text_becomes_the_keys_that_type_it(text: str, keys: str) -> None:
    assert to_keystrokes(text) == keys


@pytest.mark.parametrize(
    ("jamo", "keys"),
    [
        ("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "RRSEEFAQQTTDWWCZXVG"),
        ("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ", "KOIOJPUPHYNBML"),
        ("ㅘㅙㅚㅝㅞㅟㅢ", "HKHOHLNJNPNLML"),
        ("ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ", "RTSWSGFRFAFQFTFXFVFGQT"),
    ],
)
def test_each_jamo_has_its_key(jamo: str, keys: str) -> None:
    assert to_keystrokes(jamo) == keys


@pytest.mark.parametrize(("one", "other"), [("쌀", "살"), ("꼬끼", "고기"), ("계", "게")])
def test_shift_is_ignored(one: str, other: str) -> None:
    assert to_keystrokes(one) == to_keystrokes(other)


@pytest.mark.parametrize("separator", ["", " ", "·", "・", "ㆍ", "-", ", ", "\n"])
def test_spaces_and_middle_dots_have_no_key(separator: str) -> None:
    assert to_keystrokes(f"귀금속{separator}보석") == to_keystrokes("귀금속보석")


def test_no_character_has_the_code_of_another_class() -> None:
    hangul = {to_keystrokes(key) for key in "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅓㅔㅕㅗㅛㅜㅠㅡㅣ"}
    latin = {to_keystrokes(letter) for letter in string.ascii_lowercase}
    digits = {to_keystrokes(digit) for digit in string.digits}
    firsts = {to_initials(syllable) for syllable in "가나다라마바사아자차카타파하"}
    assert len(hangul | latin | digits | firsts) == 26 + 26 + 10 + 14


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("조선대", "0W0T0E"),
        ("조선 대학교 (KS 10)", "0W0T0E0G0R"),
        ("쌀", "0T"),
        (unicodedata.normalize("NFD", "값진"), "0R0W"),
        ("㈜가나", "0W0R0S"),
        ("ㄱ공방", "0R0R0Q"),
        ("ㄳ", "0R0T"),
        ("ㅏ", ""),
        ("KS 10 漢", ""),
    ],
)
def test_initials_are_those_of_the_syllables(text: str, codes: str) -> None:
    assert to_initials(text) == codes


@holds_for(any_text)
def test_codes_do_not_depend_on_how_the_text_is_encoded(text: str) -> None:
    for form in ALL_FORMS:
        assert to_keystrokes(unicodedata.normalize(form, text)) == to_keystrokes(text)
    for form in ALL_FORMS[:2]:
        assert to_initials(unicodedata.normalize(form, text)) == to_initials(text)
    assert to_keystrokes(normalise(text)) == to_keystrokes(clean(text)) == to_keystrokes(text)
    assert to_keystrokes(text.casefold()) == to_keystrokes(text)


@holds_for(any_text)
def test_codes_are_ascii_and_can_be_told_apart(text: str) -> None:
    assert set(to_keystrokes(text)) <= {"1", "9", *string.ascii_uppercase}
    assert set(to_initials(text)) <= {"0", *"RSEFAQTDWCZXVG"}


@holds_for(texts_and_parts())
@example(("(재)영월", "재)영"))
@example(("재단법인 영월", "사단"))
def test_the_keys_of_a_part_are_a_part_of_the_keys(text_and_part: tuple[str, str]) -> None:
    text, part = text_and_part
    assert (to_keystrokes(part) in to_keystrokes(text)) or part not in text
    assert (to_initials(part) in to_initials(text)) or part not in text


# --- legal forms -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("(재)영월산업진흥원", "영월산업진흥원"),
        ("재)영월산업진흥원", "영월산업진흥원"),
        ("（재）영월산업진흥원", "영월산업진흥원"),
        ("재단법인 영월산업진흥원", "영월산업진흥원"),
        ("재단법인영월산업진흥원", "영월산업진흥원"),
        ("(재단법인) 영월산업진흥원", "영월산업진흥원"),
        ("사단법인 (사) 가나", "가나"),
        ("㈜가나", "가나"),
        ("가나 ㈜", "가나"),
        ("가나(유)", "가나"),
        ("㈔가나", "가나"),
        ("주식회사", ""),
        ("가나(주)공장", "가나(주)공장"),
        ("주가나", "주가나"),
        ("영월문화재단", "영월문화재단"),
        ("㈎나다", "(가)나다"),
    ],
)
def test_marks_of_legal_form_are_cut_from_the_ends(name: str, bare: str) -> None:
    assert strip_legal_form(name) == bare


@pytest.mark.parametrize(
    "stored", ["(재)영월산업진흥원", "재단법인 영월산업진흥원", "영월산업진흥원"]
)
@pytest.mark.parametrize(
    "query",
    [
        "영월산업진흥원",
        "(재)영월산업진흥원",
        "재)영월산업진흥원",
        "재단법인 영월산업진흥원",
        "ㅇㅇㅅㅇ",
    ],
)
def test_a_foundation_is_found_by_any_form_of_its_name(stored: str, query: str) -> None:
    assert all(
        to_query_keys(word) in build_search_text([stored]) for word in [query, *query.split()]
    )


@pytest.mark.parametrize("stored", ["㈜가나", "(주) 가나", "가나 주식회사", "주식회사가나"])
@pytest.mark.parametrize("query", ["㈜가나", "(주)가나", "주식회사 가나", "가나", "가나㈜"])
def test_a_company_is_found_by_any_form_of_its_name(stored: str, query: str) -> None:
    assert all(
        to_query_keys(word) in build_search_text([stored]) for word in [query, *query.split()]
    )


@holds_for(
    st.lists(st.sampled_from(["(재)", "재)", "㈜", "재단법인", "가", "나", " ", "("]), max_size=6)
)
def test_cutting_the_legal_form_never_loses_a_match(pieces: list[str]) -> None:
    name = "".join(pieces)
    assert strip_legal_form(name) in clean(name)
    assert to_query_keys(name) in build_search_text([name])


# --- query_keys and search_text --------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("봉제", "QHDWP"),
        ("봉ㅈ", "QHDW"),
        ("ㅈㅅㄷ", "0W0T0E"),
        ("ㄳ", "0R0T"),
        ("ㄲ", "0R"),
        ("\u110c\u1109", "0W0T"),
        ("ﾸﾵ", "0W0T"),
        ("ㅈ·ㅅ", "0W0T"),
        ("ㅏ", "K"),
        ("0", "1R"),
        ("9", "1C"),
        ("w", "9W"),
        ("·", ""),
        ("漢字", ""),
        ("(주)", ""),
    ],
)
def test_a_word_of_consonants_asks_for_initials(word: str, keys: str) -> None:
    assert to_query_keys(word) == keys


def test_search_column_holds_keystrokes_then_initials() -> None:
    assert build_search_text(["봉제", "", "KS", "서울"]) == "QHDWP TJDNF 9K9S 0Q0W 0T0D"


def test_the_search_column_holds_no_text_that_lies_in_another():
    assert (
        build_search_text(["의류", "의류봉제", "봉제", "의류"])
        == to_keystrokes("의류봉제") + " 0D0F0Q0W"
    )
    assert build_search_text(field for field in ["봉제"]) == "QHDWP 0Q0W"
    assert build_search_text(["漢字", "·"]) == ""


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("조선대학교산학협력단", "ㅈㅅㄷ"),
        ("조선대학교산학협력단", "ㅅㅎㅎㄹㄷ"),
        ("조선대학교산학협력단", "선대학"),
        ("조선대학교산학협력단", "조선대 학교"),
        ("봉제", "봉ㅈ"),
        ("봉제", "보"),
        ("값진", "갑"),
        ("과학", "고"),
        ("귀금속·보석", "귀금속보석"),
        ("3D 프린팅", "3d프린팅"),
        ("ㄱㄴㄷ공방", "ㄱㄴㄷㄱ"),
    ],
)
def test_found(stored: str, query: str) -> None:
    assert to_query_keys(query) in build_search_text([stored])


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("조선대학교", "ㅈㄷ"),
        ("봉제", "봉지"),
        ("봉제", "제봉"),
        ("봉제", "ㅔ봉"),
        ("봉제", "q"),
        ("q", "봉"),
        ("KS", "ㄴ"),
        ("봉제", "0"),
        ("봉제", "1"),
        ("봉제 9", "0"),
        ("0", "ㄱ"),
        ("가", "ㄴ"),
    ],
)
def test_not_found(stored: str, query: str) -> None:
    assert to_query_keys(query) not in build_search_text([stored])


def test_no_word_matches_across_two_fields() -> None:
    assert to_query_keys("봉제서울") not in build_search_text(["봉제", "서울"])
    assert to_query_keys("ㅂㅈㅅㅇ") not in build_search_text(["봉제", "서울"])


@pytest.mark.parametrize("stored", STORED)
def test_a_word_is_found_after_each_key_that_types_it(stored: str) -> None:
    for word in stored.replace("·", " ").split():
        typed = typed_by_key(word)
        assert typed[-1] == word
        for prefix in typed:
            assert to_query_keys(prefix) in build_search_text(["다른 것", stored]), prefix
            assert find_spans(stored, prefix), prefix


@holds_for(texts_and_parts())
def test_a_text_is_found_by_each_of_its_parts(text_and_part: tuple[str, str]) -> None:
    text, part = text_and_part
    # A lone conjoining final, which no keyboard types, is a consonant but no initial.
    assume(not any("\u11a8" <= char <= "\u11ff" for char in part))
    assert to_query_keys(part) in build_search_text(["다른 것", text])


@holds_for(st.lists(any_text, max_size=4), any_text)
def test_the_search_column_keeps_fields_apart(fields: list[str], word: str) -> None:
    column = build_search_text(fields)
    assert "  " not in column
    assert column == column.strip()
    found_alone = any(to_query_keys(word) in build_search_text([field]) for field in [*fields, ""])
    assert (to_query_keys(word) in column) == found_alone


@holds_for(
    st.text(lookalikes, max_size=12),
    st.sampled_from("가각갂과고나다봉제쌀값"),
    st.text(lookalikes, max_size=2),
)
@example("R나 각나", "나", "")
def test_a_syllable_matches_only_where_a_syllable_begins(text: str, first: str, rest: str) -> None:
    text = unicodedata.normalize("NFC", text)
    # A lone vowel makes a syllable with whatever key stands before it: see query_keys().
    assume(not any(keys and not keys.strip("KOIJPUHYNBML") for keys in map(to_keystrokes, text)))
    for start, _end in find_spans(text, first + rest):
        assert to_initials(text[start:]).startswith(to_initials(first))
        assert to_keystrokes(text[start:]).startswith(to_query_keys(first + rest))


def test_a_lone_vowel_is_found_wherever_its_key_is() -> None:
    assert marked("가 K", "ㅏ") == "[가] [K]"
    assert marked("가 K", "ㅓ") == "가 K"


# --- is_whole --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["봉제", "KS", "3D프린팅", "귀금속·보석", "㈜가나", "귀금속ㆍ보석", "é"]
)
def test_whole(word: str) -> None:
    assert has_whole_syllables(word)
    assert has_whole_syllables(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word", ["봉ㅈ", "ㅈㅅㄷ", "ㅏ", "KSㅏ", "봉ﾸ", "봉\u110c", "", "·", "漢字"]
)
def test_not_whole(word: str) -> None:
    assert not has_whole_syllables(word)


# --- retype ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qhdwp", "봉제"),
        ("dkswus", "안젼"),
        ("rkqt", "값"),
        ("rkqtdl", "값이"),
        ("rkqtk", "갑사"),
        ("Tkf", "쌀"),
        ("tkF", "살"),
        ("dml", "의"),
        ("rhkgkr", "과학"),
        ("rkr", "각"),
        ("rkR", "갂"),
        ("rkrr", "각ㄱ"),
        ("rkE", "가ㄸ"),
        ("qhdw", "봉ㅈ"),
        ("hk", "ㅘ"),
        ("wte", "ㅈㅅㄷ"),
        ("3eprint", "3데갸ㅜㅅ"),
        ("rks2-sk", "간2-나"),
        ("ｑｈｄｗｐ", "봉제"),
        ("ㅣㅗ", "lh"),
        ("소ㅑ", "thi"),
        ("ㅗㄸㅣㅣㅐ", "hEllo"),
        ("쌀값", "Tkfrkqt"),
        ("얘계ㄳ", "dOrPrt"),
        ("봉제2", "qhdwp2"),
        ("봉\u110c", "qhdw"),
    ],
)
def test_retyped_with_the_other_keyboard(typed: str, meant: str) -> None:
    assert retype(typed) == meant


@pytest.mark.parametrize("word", ["", "123", "·-", "봉제KS", "q봉", "漢字", "ㆍ", "é", "\ud800"])
def test_nothing_to_retype(word: str) -> None:
    assert retype(word) is None


@holds_for(st.text(syllables, min_size=1, max_size=8))
def test_whole_syllables_come_back_after_retyping_twice(word: str) -> None:
    typed = retype(word)
    assert typed is not None
    assert set(typed) <= set(string.ascii_letters)
    assert retype(typed) == word
    assert to_keystrokes(word) == typed.upper()


@holds_for(st.text(string.ascii_letters, min_size=1, max_size=12))
def test_retyped_latin_has_the_same_keys(word: str) -> None:
    retyped = retype(word)
    assert retyped is not None
    assert to_keystrokes(retyped) == word.upper()
    assert unicodedata.is_normalized("NFC", retyped)


# --- is_slip ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("QHDWP", "QHDWO"),
        ("QHDWP", "QHWP"),
        ("QHDWP", "QHDWPP"),
        ("QHDWP", "QHWDP"),
        ("QHDWP", "HQDWP"),
        ("Q", ""),
        ("9K9S", "9S9K"),
        ("9K9S", "9S"),
        ("9K", "9S"),
        ("1R", "9R"),
        ("9K", "K"),
        ("0W0T0E", "0W0E"),
    ],
)
def test_one_slip(one: str, other: str) -> None:
    assert is_one_edit_apart(one, other)
    assert is_one_edit_apart(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("QHDWP", "QHDWP"),
        ("", ""),
        ("QHDWP", "QHD"),
        ("QHDWP", "PHDWQ"),
        ("QHDWP", "HDWPQ"),
        ("QHDWP", "HQDPW"),
        ("9K9S", "KS"),
        ("9K9S", "9A9B"),
        ("0W0T", "WT"),
    ],
)
def test_no_or_several_slips(one: str, other: str) -> None:
    assert not is_one_edit_apart(one, other)
    assert not is_one_edit_apart(other, one)


def distance(one: list[str], other: list[str]) -> int:
    """Return the Damerau distance with neighbours swapped, by its definition."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if one[i - 2 : i] == other[j - 2 : j][::-1] and i > 1 and j > 1:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


codes = st.lists(st.sampled_from(["A", "B", "9A", "9B", "1R"]), max_size=5)
plain_codes = st.lists(st.sampled_from("ABC"), max_size=6)


@holds_for(st.tuples(codes, codes) | st.tuples(plain_codes, plain_codes))
def test_a_slip_is_a_distance_of_one(pair: tuple[list[str], list[str]]) -> None:
    one, other = pair
    assert is_one_edit_apart("".join(one), "".join(other)) == (distance(one, other) == 1)


# --- spans -----------------------------------------------------------------------------------


def marked(text: str, word: str) -> str:
    """Return the text with its matches in brackets."""
    for start, end in reversed(find_spans(text, word)):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("text", "word", "page"),
    [
        ("서울 봉제 센터", "봉제", "서울 [봉제] 센터"),
        ("서울 봉제 센터", "봉ㅈ", "서울 [봉제] 센터"),
        ("서울 봉제 센터", "ㅂㅈ", "서울 [봉제] 센터"),
        ("서울 봉제 센터", "보", "서울 [봉]제 센터"),
        ("귀금속·보석 가공", "귀금속보석", "[귀금속·보석] 가공"),
        ("귀금속·보석 가공", "금속보", "귀[금속·보]석 가공"),
        ("귀금속·보석 가공", "귀금속", "[귀금속]·보석 가공"),
        ("귀금속·보석 가공", "ㄱㅅㅂㅅㄱ", "귀[금속·보석 가]공"),
        ("가나 다라 가나", "가나", "[가나] 다라 [가나]"),
        ("봉봉봉", "봉ㅂ", "[봉봉]봉"),
        ("봉봉봉봉", "봉ㅂ", "[봉봉][봉봉]"),
        ("(재)영월산업진흥원", "재단법인영월", "(재)[영월]산업진흥원"),
        ("㈜가나", "주가", "[㈜가]나"),
        ("Café 3D", "cafe", "[Café] 3D"),
        ("Café 3D", "3d", "Café [3D]"),
        ("과학", "ㅏ", "[과][학]"),
        ("각ㅏ", "가", "[각]ㅏ"),
        ("서울", "부산", "서울"),
        ("서울", "", "서울"),
        ("서울", "·", "서울"),
        ("", "서울", ""),
    ],
)
def test_matches_are_marked(text: str, word: str, page: str) -> None:
    assert marked(text, word) == page


@holds_for(any_text, any_text)
def test_spans_are_sorted_apart_and_in_bounds(text: str, word: str) -> None:
    last = 0
    for start, end in find_spans(text, word):
        assert last <= start < end <= len(text)
        last = end


@holds_for(
    st.tuples(any_text, any_text)
    | st.tuples(korean_words, korean_words.map(lambda word: word[:3]))
    | st.tuples(st.text(lookalikes, max_size=12), st.text(lookalikes, max_size=2))
)
@example(("(주)가나", "㈜가나"))
def test_something_is_marked_exactly_where_something_is_found(pair: tuple[str, str]) -> None:
    text, word = pair
    assume(to_query_keys(word))
    assert bool(find_spans(text, word)) == (to_query_keys(word) in build_search_text([text]))


@holds_for(texts_and_parts())
def test_what_is_marked_holds_what_was_asked_for(text_and_part: tuple[str, str]) -> None:
    text, part = text_and_part
    wanted = to_query_keys(part)
    for start, end in find_spans(text, part):
        assert wanted in build_search_text([text[start:end]])
        assert wanted not in build_search_text([text[start : end - 1]])
        assert build_search_text([text[start]]), "a match begins at a character that has a key"


# --- any text --------------------------------------------------------------------------------


@holds_for(any_text, any_text)
@example("\ud800\udc00\x00", "\x00")
@example("\U0010ffff\uffff", "\ufffe")
def test_no_text_raises(text: str, word: str) -> None:
    normalise(text, keep_lines=True)
    for function in [normalise, clean, to_keystrokes, to_initials, to_query_keys, strip_legal_form]:
        assert isinstance(function(text), str)
    assert isinstance(build_search_text([text, word]), str)
    assert isinstance(has_whole_syllables(text), bool)
    assert isinstance(is_one_edit_apart(text, word), bool)
    retype(text)
    find_spans(text, word)
