"""A word of a material, a use or an industry without a centre does not give way to another."""

import pytest

from centers.models import Word
from centers.text.letter_names import read_letters
from tests.search.conftest import divisions

# --- a word narrows another -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "division"),
    [
        ("승용차 스프링", "30"),
        ("차량용 시트 커버", "30"),
        ("하네스 자동차용", "30"),
        ("화물차 시트", "30"),
        ("승합차 의자", "30"),
        ("화물차 라디에이터 만들어요", "30"),
        ("오토바이 머플러", "31"),
        ("강아지 하네스", "15"),
        ("고무 키링", "22"),
        ("가죽 키링", "15"),
        ("실리콘 주방용품", "22"),
        ("라벨 인쇄", "18"),
        ("뿌리산업 주조", "24"),
        ("치과 핀셋", "27"),
        ("치과용 보철물", "27"),
    ],
)
def test_word_of_several_industries_is_narrowed(understand, words, division):
    assert divisions(understand(words)) == {division}


@pytest.mark.parametrize(
    ("words", "division"),
    [("가죽키링", "15"), ("자동차하네스", "30"), ("플라스틱손잡이", "22")],
)
def test_beginning_of_a_compound_narrows_its_end(understand, words, division):
    assert divisions(understand(words)) == {division}


def test_words_known_together_mean_what_they_mean_together(ask, make_center):
    make_center(name="가나", classes=["331"])
    make_center(name="다라", classes=["25"])
    Word.objects.create(text="번쩍이", codes=["25"])
    Word.objects.create(text="반짝이", codes=["14"])
    Word.objects.create(text="반짝이번쩍이", codes=["331"])

    assert ask("q=번쩍이").names == ["다라"]
    assert ask("q=번쩍이+그리고+반짝이").names == ["가나"]


# --- an industry without a centre -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "missing", "left_out"),
    [
        ("비누 도장", "비누·세제", "도장"),
        ("선박 의자", "운송장비", "의자"),
        ("자동차 카펫 만드는 집", "자동차", "카펫"),
        ("자동차카펫", "자동차", "카펫"),
    ],
)
def test_industry_without_a_centre_is_named(ask, status_list_2026, words, missing, left_out):
    page = ask(f"q={words}")

    assert page.names == []
    help_ = page.soup.select_one(".no-results").get_text(" ", strip=True)
    assert f"{missing} 업종에는 아직 센터가 없습니다." in help_
    assert f"‘{left_out}’만 찾으면" in help_
    assert any(f"‘{left_out}’" in notice for notice in page.notices)


def test_it_is_named_with_the_place_too(ask, status_list_2026):
    page = ask("q=대구+비누+도장")

    assert page.names == []
    assert "대구에는 비누·세제 센터가 없습니다." in page.soup.get_text(" ", strip=True)


@pytest.mark.parametrize("words", ["비누 도장", "플라스틱 키링", "자동차 하네스", "고무 신발"])
def test_page_api_and_files_agree(client, ask, understand, words):
    names = ask(f"q={words}").names
    listed = client.get("/api/v1/centers/", {"q": words}).json()
    rows = b"".join(client.get("/centers.csv", {"q": words})).decode("utf-8-sig")

    assert [one["name"] for one in listed["results"]] == names
    assert len(rows.splitlines()) == len(names) + 1
    assert understand(words)["tier"] == listed["matched_by"]


@pytest.mark.parametrize(
    ("words", "division"),
    [
        ("고무 신발", "15"),
        ("플라스틱 안경테", "27"),
        ("나무 의자", "32"),
        ("화장품 라벨 인쇄", "18"),
        ("자동차 부품 도금", "25"),
        ("제지 기계", "29"),
        ("핸드메이드 가방", "15"),
    ],
)
def test_material_and_customer_do_not_hide_what_is_made(ask, understand, words, division):
    assert ask(f"q={words}").names
    assert divisions(understand(words)) == {division}


def test_material_is_left_out_in_a_place_too(ask, status_list_2026):
    assert ask("q=대구+플라스틱+안경테").places == ["대구 노원 안경제조"]


# --- one word -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["뵤철물", "휸가방"])
def test_end_of_a_word_behind_a_strange_syllable_is_no_word(understand, words):
    assert understand(words)["industries"] == []


@pytest.mark.parametrize(
    ("words", "division"),
    [("손칼국수", "10"), ("생맥주", "11"), ("통가죽", "15"), ("금반지", "33")],
)
def test_end_of_a_word_behind_a_usual_syllable_is(understand, words, division):
    assert divisions(understand(words)) == {division}


def test_two_syllables_that_sound_alike_are_only_offered(ask, status_list_2026):
    Word.objects.filter(text="쇼바").delete()
    page = ask("q=쇼바")

    assert page.names == []
    assert "소바" in [link.get_text() for link in page.soup.select(".corrections a")]


@pytest.mark.parametrize(
    ("words", "division"),
    [
        ("쇽업소버", "30"),
        ("윙바디", "30"),
        ("브레이크 라이닝", "30"),
        ("테일램프", "28"),
        ("스치로플", "22"),
        ("빠레트", "16"),
        ("뼁끼", "20"),
        ("단볼", "17"),
        ("부로꾸", "23"),
        ("중자", "24"),
        ("돌화분", "23"),
        ("각대봉투", "17"),
        ("반려견 수제간식", "10"),
        ("기공소", "27"),
        ("쇼핑백", "17"),
    ],
)
def test_words_of_workshops_are_known(understand, words, division):
    assert division in divisions(understand(words))


def test_food_for_pets_is_feed(understand):
    answer = understand("고양이 수제간식")

    assert [one["code"] for one in answer["industries"]] == ["1080"]


def test_dentist_is_no_maker(understand):
    assert understand("치과")["industries"] == understand("치과 어디 있어요")["industries"] == []


# --- letters read aloud ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "reading"),
    [("에프알피", "frp"), ("피브이씨", "pvc"), ("씨엔씨", "cnc"), ("엘이디조명", "led조명")],
)
def test_letters_read_aloud_are_letters(word, reading):
    assert reading in read_letters(word)


@pytest.mark.parametrize("word", ["오이", "비지", "피아노", "디자인", "가방"])
def test_other_words_are_no_letters(word):
    assert read_letters(word) == []


@pytest.mark.parametrize(
    ("words", "division"),
    [("에프알피 선박", "31"), ("이피에스", "22"), ("씨엔씨가공", "25"), ("엘이디등기구", "28")],
)
def test_words_in_letters_read_aloud_are_understood(understand, words, division):
    assert division in divisions(understand(words))


# --- streets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "place", "division"),
    [
        ("충무로 인쇄골목", "서울특별시 중구", "18"),
        ("수제화거리", "서울특별시 성동구", "15"),
        ("을지로 조명거리", "서울특별시 중구", "28"),
        ("창신동 봉제골목", "서울특별시 종로구", "14"),
        ("대구 인쇄골목", "대구광역시", "18"),
        ("종로 귀금속거리", "서울특별시 종로구", "33"),
        ("마석 가구단지", "경기도 남양주시", "32"),
    ],
)
def test_street_means_its_place_and_its_wares(understand, words, place, division):
    answer = understand(words)

    assert {one["name"] for one in answer["places"]} == {place}
    assert divisions(answer) == {division}


def test_street_is_one_chip(ask, status_list_2026):
    assert list(ask("q=인쇄골목").chips) == ["‘인쇄골목’ → 인쇄"]


@pytest.mark.parametrize("words", ["서문시장", "동대문시장", "종로3가"])
def test_other_places_have_no_wares(understand, words):
    answer = understand(words)

    assert answer["places"] != [] == answer["industries"]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("오송 화장품", "충청북도 청주시 흥덕구"),
        ("봉담에서 금형", "경기도 화성시 효행구"),
        ("광교테크노밸리 센서", "경기도 수원시 영통구"),
        ("센텀시티 인쇄", "부산광역시 해운대구"),
    ],
)
def test_places_by_their_usual_names_are_known(understand, words, place):
    assert [one["name"] for one in understand(words)["places"]] == [place]
