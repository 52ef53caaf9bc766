"""The search knows what makers call their work and wares, and how they ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.models import Center, Industry, Word
from tests.support.pages import ListPage


@pytest.fixture
def find(status_list_2026, ask):
    """Search the real list; return what the page shows."""
    return lambda words: ask(f"q={words.replace('&', '%26').replace('#', '%23')}")


def divisions(center: Center) -> set[str]:
    """The divisions of the classes that a centre is for."""
    return {code[:2] for code in center.class_key.split(",")}


def found_centers(page: ListPage) -> list[Center]:
    return list(Center.objects.filter(display_name__in=page.names))


# --- words of trades ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("염색", "13"),
        ("나염", "13"),
        ("떡집", "10"),
        ("빵집", "10"),
        ("빵", "10"),  # a bag (가방) holds the syllable
        ("김", "10"),  # 김해 begins with it
        ("미싱", "14"),
        ("바느질", "14"),
        ("양말", "14"),
        ("금은방", "33"),
        ("반지", "33"),
        ("가구공방", "32"),
        ("PCB", "26"),
        ("CNC", "25 29"),
        ("선반", "25 29"),
        ("금형", "25 29"),
        ("3D프린터", "29"),
        ("옹기", "23"),
        ("구두", "15"),  # not 중원구 둔촌대로
        ("명함", "18"),
        ("도토리묵", "10"),  # by its ending
        ("원목식탁", "32"),
        ("인쇄업", "18"),
        ("봉제업", "14"),
        ("안경센터", "27"),
        ("금속", "25"),  # not 귀금속
        ("닥트", "25 29"),  # 덕트 in the workshop
        ("하리꼬미", "18"),
        ("도란스", "28 26"),
        ("십사케이", "33"),
        ("선구리", "27"),
        ("기리매", "15"),
        ("굽깎기", "23"),
        ("볼캡", "14"),
        ("하이그로시", "32"),
        ("흙 반죽", "23"),
        ("고추 건조기", "29 28"),  # the last of two products is made
        ("봉재공장", "14"),
        ("가죽자켓", "14"),  # 자켓 is spelt 재킷
        ("원목식탁공장", "32"),
        ("칼공장", "25"),
        ("피씨비", "26"),  # in Hangul
        ("인쇄기제작", "29"),
    ],
)
def test_words_find_the_centres_of_their_trade_alone(find, words, codes):
    centers = found_centers(find(words))

    assert centers
    assert [str(one) for one in centers if not divisions(one) & set(codes.split())] == []


def test_narrower_class_comes_first(find):
    assert find("된장").places[0] == find("고추장").places[0] == "순창 장류"


@pytest.mark.parametrize("words", ["악기", "장난감", "화장품", "R&D", "C#", "떡잎", "가구수"])
def test_words_of_trades_without_a_centre_find_none(find, words):
    assert find(words).names == []


@pytest.mark.parametrize(
    "words",
    [
        "치킨집",
        "국밥집인데",
        "딸기농장",
        "딸기 농장",
        "국밥 집",
        "옷가게",
        "미싱학원",
        "성수동치킨집",
    ],
)
def test_shops_services_and_farms_find_none(find, words):
    assert find(words).names == []


@pytest.mark.parametrize("words", ["떡집", "빵집", "방앗간", "금은방", "인쇄소", "철공소"])
def test_workshops_that_end_as_shops_do_are_found(find, words):
    assert find(words).names


def test_words_that_only_ask_do_not_count_as_words(find):
    page = find(
        "저희는 부산 쪽에서 옷 만드는 사람인데 지원 받을 수 있는 곳 전화번호 좀 알려 주세요"
    )

    assert not [notice for notice in page.notices if "낱말" in notice]
    assert {"14"} == set().union(*map(divisions, found_centers(page)))


def test_word_is_explained_and_can_be_taken_off(find):
    page = find("미싱")

    assert page.chips == {"‘미싱’ → 의복": "/"}


def test_each_word_is_a_chip_of_its_own(find, ask):
    page = find("부산 미싱")

    assert list(page.chips) == ["‘부산’", "‘미싱’ → 의복"]
    assert ask(page.chips["‘부산’"].partition("?")[2]).names == find("미싱").names
    assert len(ask(page.chips["‘미싱’ → 의복"].partition("?")[2]).names) == 4


def test_new_word_and_its_other_spelling_are_understood_at_once(ask, make_center):
    center = make_center(name="가나", classes=["331"])
    Word.objects.create(text="번쩍이", codes=["331"])
    Word.objects.create(text="번쩌기", standard="번쩍이")

    assert ask("q=번쩍이").names == ["가나"]
    assert ask("q=번쩌기").names == ["가나"]
    center.classes = ["332"]
    center.save()
    assert ask("q=번쩍이").names == []


def test_longest_ending_counts_before_the_longest_beginning(ask, make_center):
    make_center(name="가나", classes=["331"])
    make_center(name="다라", classes=["25"])
    for text, code in (("반짝", "331"), ("뚝딱이", "25"), ("이", "331")):
        Word.objects.create(text=text, codes=[code], is_part=len(text) > 1)

    assert ask("q=반짝뚝딱이").names == ["다라"]
    assert ask("q=반짝거리개").names == ["가나"]
    assert ask("q=모르는이").names == []


def test_centre_without_classes_is_of_its_whole_trade(ask, make_center):
    make_center(name="가나", industry="33")

    assert ask("q=악기").names == ["가나"]


def test_short_name_of_a_trade_is_a_word_too(ask, make_center):
    make_center(name="가나")
    Industry.objects.filter(code="14").update(short_name="옷차림")
    Industry.objects.get(code="14").save()

    assert ask("q=옷차림").names == ["가나"]


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("문래동", "서울 문래 기계금속"),
        ("범일동", "부산 범일 의류제조"),
        ("팔복동", "전주 팔복 금속가공"),
        ("문래", "서울 문래 기계금속"),
        ("종로", "서울 봉익 주얼리"),
        ("부산TP", "부산 범일 의류제조"),
        ("종로 주얼리", "서울 봉익 주얼리"),
        ("종로귀금속거리", "서울 봉익 주얼리"),  # a street called by its wares
        ("문래동철공소", "서울 문래 기계금속"),
        ("대구 중구에서 금은방", "대구 성내 주얼리"),
        ("전주", "전주 팔복 금속가공"),
    ],
)
def test_places_find_what_is_there_first(find, words, first):
    assert find(words).places[0] == first


def test_romanised_names_find_the_sido(find):
    assert find("busan").names == find("부산").names
    assert len(find("SEOUL").names) == 5


def test_place_of_several_regions_without_a_centre_is_asked(find):
    [notice] = find("정자동").notices

    assert notice.startswith("‘정자동’은 여러 곳의 이름입니다. 어느 곳인지 골라 주세요.")
    assert "경기도 성남시 분당구 정자동" in notice
    assert "경기도 수원시 장안구 정자동" in notice


def test_place_finds_the_centre_of_its_whole_sido_last(find):
    assert find("종로").places == ["서울 봉익 주얼리", "서울 상생"]


# --- sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "places", "left_out"),
    [
        (
            "대구에서 안경 만드는데 어디로 가나요",
            ["대구 노원 안경제조"],
            "‘만드는데’, ‘어디로’, ‘가나요’는 빼고 찾았습니다.",
        ),
        (
            "부산 봉제공장 도와주는 곳",
            ["부산 범일 의류제조", "부산 서동 의류제조"],
            "‘도와주는’, ‘곳’은 빼고 찾았습니다.",
        ),
        (
            "전주 금속 지원 받는 곳",
            ["전주 팔복 금속가공"],
            "‘지원’, ‘받는’, ‘곳’은 빼고 찾았습니다.",
        ),
        ("안경은 어디예요", ["대구 노원 안경제조"], "‘어디예요’는 빼고 찾았습니다."),
        (
            "부산입니다 신발공장인데요 센터는?",
            ["부산 범천 가죽가방신발"],
            "‘센터는’은 빼고 찾았습니다.",
        ),
        (
            "문래동인데 쇠 깎는 일",
            ["서울 문래 기계금속"],
            "‘일’은 빼고 찾았습니다.",
        ),
        (
            "대전에서 인쇄하려면 어디로 가야 하나요",
            ["대전 정동 인쇄"],
            "‘어디로’, ‘가야’, ‘하나요’는 빼고 찾았습니다.",
        ),
    ],
)
def test_questions_are_understood(find, words, places, left_out):
    page = find(words)

    assert (page.places, page.notices) == (places, [left_out])


@pytest.mark.parametrize("between", [",", "/", "·", " "])
def test_punctuation_parts_words(find, between):
    assert find(f"인쇄{between}대전").places == ["대전 정동 인쇄"]


@pytest.mark.parametrize("words", ["창원 금속", "양주 염색", "성수 구두", "제주 식품"])
def test_place_and_trade_that_do_not_meet_find_nothing(find, words):
    page = find(words)

    assert page.names == []
    assert page.soup.select(".no-results .neighbours li")


def test_makers_word_with_a_slip_of_a_key_is_offered(find):
    for words in ("염섹", "염ㅅ"):
        page = find(words)
        offers = [link.get_text(strip=True) for link in page.soup.select(".corrections a")]

        assert page.names == []
        assert "염색" in offers


# --- tiers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "tier"),
    [
        ("봉제", "whole"),
        ("부산", "whole"),
        ("ㅈㅅㄷ", "half_typed"),
        ("봉ㅈ", "half_typed"),
        ("qhdwp", "meant"),
        ("쥬얼리", "meant"),
        ("악세사리", "meant"),
        ("안경센터", "meant"),
        ("조선대학교산학협력단", "meant"),  # written without its space
        ("우주선", None),
        ("", None),
    ],
)
def test_tier_that_answers_is_told(client, status_list_2026, words, tier):
    for path in ("/api/v1/centers/", "/api/v1/facets/"):
        assert client.get(path, {"q": words}).json()["matched_by"] == tier


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("봉ㅈ", "덜 친 글자나 첫소리로"),
        ("조선대학교산학협력단", "띄어쓰기나 된소리를"),
        ("봉제", None),
    ],
)
def test_lower_tier_is_told_on_the_page(find, words, told):
    note = find(words).soup.select_one(".matched-by")

    assert (note is not None) == bool(told)
    assert not told or note.get_text().startswith(told)


@pytest.mark.parametrize(
    "words", ["염색", "봉ㅈ", "qhdwp", "부산 봉제공장 도와주는 곳", "종로", "부산 우주선", "로봇"]
)
def test_page_api_and_files_have_the_same_rows(client, find, words):
    names = find(words).names
    listed = client.get("/api/v1/centers/", {"q": words}).json()
    rows = b"".join(client.get("/centers.csv", {"q": words})).decode("utf-8-sig")

    assert [one["name"] for one in listed["results"]] == names
    assert [line.split(",")[2] for line in rows.splitlines()[1:]] == names
    assert listed["count"] == len(names)


def test_word_never_crosses_a_space_a_bracket_or_a_field(ask, make_center, make_operator):
    make_center(name="가나 다라(마바)", operator=make_operator(name="사아"), address="자차 1")

    for words in ("나다", "라마", "바사", "아자"):
        assert ask(f"q={words}").names == []
    assert len(ask("q=다라").names) == 1


@pytest.mark.parametrize("words", ["가냐댜 " * 8, " ".join("갸냐댜랴먀뱌샤야"), "뷁" * 190])
def test_words_found_nowhere_are_looked_up_in_memory(client, status_list_2026, words):
    client.get("/", {"q": "뷁"})
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/", {"q": words})

    assert response.status_code == 200
    assert len(queries) <= 5


def test_same_number_of_queries_for_one_and_many_rows(client, make_center):
    def count(words):
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/centers/", {"q": words})
        return len(queries)

    make_center()
    count("미싱")  # places, industries and words are read once for many versions of the data
    make_center()
    few = [count(words) for words in ("미싱", "봉ㅈ", "부산 미싱 어디예요")]
    for _ in range(49):
        make_center()
    assert [count(words) for words in ("미싱", "봉ㅈ", "부산 미싱 어디예요")] == few


# --- the meaning by itself ------------------------------------------------------------------------


def test_understanding_is_answered_by_the_api(client, status_list_2026):
    answer = client.get("/api/v1/understand/", {"q": "대구에서 안경 만드는데 어디로 가나요"}).json()

    assert answer["tier"] == "whole"
    assert answer["words"] == ["대구", "안경"]
    assert [one["code"] for one in answer["places"]] == ["27"]
    assert [one["code"][:2] for one in answer["industries"]] == ["27"]
    assert answer["words_left_out"] == ["만드는데", "어디로", "가나요"]


def test_meaning_of_nothing_is_empty(client, db):
    assert client.get("/api/v1/understand/").json() == {
        "tier": None,
        "words": [],
        "industries": [],
        "places": [],
        "words_left_out": [],
        "services": [],
        "near": None,
    }
    assert client.get("/api/v1/understand/?word=1").status_code == 400


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("염색하는데 지원받을 수 있는 센터 있나요", "13"),
        ("구두 만드는데 어디로 가면 되나요", "15"),
        ("빵만드는데 도움 받을 곳", "10"),
        ("가구 배우고 싶어요", "32"),
        ("3D 프린터로 시제품 만들고 싶은데요", "29"),
    ],
)
def test_verbs_and_asking_words_leave_the_industry(find, words, codes):
    centers = found_centers(find(words))

    assert centers
    assert [str(one) for one in centers if not divisions(one) & set(codes.split())] == []


@pytest.mark.parametrize(
    "words", ["울산 기계 가공", "제주 식품 제조", "양주에서 염색하는데 지원받을 수 있나요"]
)
def test_industry_missing_in_a_region_is_not_sought_elsewhere(find, words):
    assert find(words).names == []


def test_region_and_industry_are_found_without_words_beside_them(find):
    page = find("김해 도자기 가나다라마")

    assert page.names == ["김해 도자 소공인특화지원센터"]
    assert page.notices == ["‘가나다라마’는 빼고 찾았습니다."]
