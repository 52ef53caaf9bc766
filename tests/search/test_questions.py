"""Questions as people ask them: without spaces, in dialects, with words that only ask."""

import pytest

from centers.models import Center, Word
from tests.search.conftest import divisions


@pytest.mark.parametrize(
    "words",
    [
        "대구에서 안경테 만드는데 어디로 가야하나요",
        "서울 봉제공장 지원센터 어디있어요",
        "이천에서 도자기 하는데 지원금 받을 수있나요",
        "부산서 구두 만들어요 어디로 가요",
        "종로 금세공 하는곳",
        "인천 남동공단 금형공장 지원 받을 수있나요",
        "성남시중원구 상대원동 식품공장 지원센터 어디예요",
        "강릉에서 떡공장을 하고있는데 도움 받을곳",
        "저희는 대전에서 명함을 찍는데 상담 받고싶어요",
    ],
)
def test_question_without_spaces_means_the_same_as_with(understand, words):
    spaced, run = understand(words), understand(words.replace(" ", ""))

    assert run["places"] == spaced["places"] != []
    assert run["industries"] == spaced["industries"] != []
    assert run["tier"] == spaced["tier"]


@pytest.mark.parametrize(
    ("words", "meant", "left_out"),
    [
        (
            "대구에서안경테만드는데어디로가야하나요",
            ["대구", "안경테"],
            ["만드는데", "어디로", "가야", "하나요"],
        ),
        ("서울봉제공장지원센터어디있어요", ["서울", "봉제공장"], ["지원센터", "어디있어요"]),
        ("성수동구두수선", ["성수동", "구두수선"], []),
        ("빵을굽는데도움받을곳", ["빵"], ["굽는데", "도움받을", "곳"]),
    ],
)
def test_words_of_a_run_are_named_one_by_one(understand, words, meant, left_out):
    answer = understand(words)

    assert (answer["words"], answer["words_left_out"]) == (meant, left_out)


@pytest.mark.parametrize(
    "words",
    [
        "가방만드는데어디로가야하나요",  # no 빵, no particle 가
        "서울가방공장지원센터",
        "가죽가방만드는곳",
    ],
)
def test_word_inside_a_word_of_a_run_does_not_count(understand, words):
    assert divisions(understand(words)) == {"15"}


@pytest.mark.parametrize(
    "words",
    [
        "뭐라도물어볼수있나요",
        "어디로전화해야하나요",
        "동네치킨집어디있나요",
        "우리강아지미용하는곳",
    ],
)
def test_run_without_place_or_product_is_not_parted(understand, words):
    assert understand(words)["industries"] == []


def test_new_word_parts_a_run_at_once(ask, make_center):
    make_center(name="가나", classes=["331"])
    word = Word.objects.create(text="번쩍이", codes=["331"])

    assert ask("q=번쩍이만드는데어디로가나요").names == ["가나"]
    word.delete()
    assert ask("q=번쩍이만드는데어디로가나요").names == []


def test_long_run_is_answered(client, status_list_2026):
    response = client.get("/", {"q": "대구에서안경만드는데" * 18})

    assert response.status_code == 200


def test_centres_of_a_run_are_those_of_the_place(ask, status_list_2026):
    page = ask("q=부산에서구두만드는데어디로가요")

    assert page.names == ["부산 범천 가죽가방신발 소공인특화지원센터"]
    assert Center.objects.get(display_name=page.names[0]).class_key == "151,152"


# --- what is said with a product ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant", "left_out"),
    [
        ("보은 대추 가공", ["보은", "대추"], ["가공"]),
        ("렌즈 연마", ["렌즈"], ["연마"]),
        ("소가죽 원단", ["소가죽"], ["원단"]),
        ("여주 도자기 가마 수리", ["여주", "도자기", "가마"], ["수리"]),
        ("우리 동네가 양주인디 염색 해유", ["양주인디", "염색"], ["우리", "동네가", "해유"]),
    ],
)
def test_work_on_a_product_is_left_out_and_named(understand, words, meant, left_out):
    answer = understand(words)

    assert sorted(answer["words_left_out"]) == sorted(left_out)
    assert [word.removesuffix("인디") for word in answer["words"]] == [
        word.removesuffix("인디") for word in meant
    ]


def test_finishing_counts_where_the_product_has_no_centre(understand):
    assert "25" in divisions(understand("플라스틱 도금"))


@pytest.mark.parametrize("words", ["보일러수리", "보일러 수리", "에어컨설치", "골프연습장", "쌀집"])
def test_services_find_no_makers(ask, status_list_2026, words):
    assert ask(f"q={words}").names == []


@pytest.mark.parametrize("words", ["구두수리", "안경수리", "찐빵집", "기름집", "한과집", "땜쟁이"])
def test_workshops_and_repair_of_wares_find_makers(ask, status_list_2026, words):
    assert ask(f"q={words}").names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("웨딩드레쓰", "웨딩드레스"),
        ("보일라", "보일러"),
        ("콤프레샤", "콤프레서"),
        ("레이져", "레이저"),
    ],
)
def test_words_spelt_by_ear_mean_the_usual_spelling(understand, typed, meant):
    assert understand(typed)["industries"] == understand(meant)["industries"] != []


@pytest.mark.parametrize("words", ["게발", "재단사", "네일", "새벽"])
def test_other_words_of_a_like_sound_are_not_taken(ask, make_center, words):
    make_center(name="가나", classes=["331"])
    Word.objects.create(text="개발", codes=["331"])
    Word.objects.create(text="내일", codes=["331"])

    assert ask(f"q={words}").names == []


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("당정역 CNC", "경기도 군포시"),
        ("부산진역 신발", "부산광역시 부산진구"),
        ("남동산업단지 금형", "인천광역시 남동구"),
        ("주안국가산단 스피커", "인천광역시 미추홀구"),
        ("전주 한옥마을 한과", "전북특별자치도 전주시 완산구"),
        ("인천남동공단 금형공장", "인천광역시 남동구"),
        ("대구직할시 안경", "대구광역시"),
    ],
)
def test_places_are_known_as_people_call_them(understand, words, place):
    assert [one["name"] for one in understand(words)["places"]] == [place]


def test_word_that_only_sounds_like_a_station_is_none(understand):
    assert understand("무역")["places"] == understand("통역")["places"] == []
