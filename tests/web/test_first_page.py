"""What the list page says first: what is asked for, what is missing where, and what is known."""

import pytest


@pytest.fixture
def centers(make_center):
    """섬유 in 성남, 의복 in 서울 and 부산, and the 상생 centre of 서울."""
    make_center(name="성남 섬유", region="41133", industry="13", classes=["13"])
    make_center(name="서울 의복", region="11290")
    make_center(name="부산 의복", region="26410")
    make_center(name="서울 상생", region="11", industry=None, kind="wide_area")


def read_text(answer, selector):
    return [" ".join(one.get_text(" ").split()) for one in answer.soup.select(selector)]


# --- what is missing where -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("q=양주 염색", "양주에는 섬유 센터가 없습니다."),
        ("region=41630&industry=13", "양주에는 섬유 센터가 없습니다."),
        ("region=41630&q=염색", "양주에는 섬유 센터가 없습니다."),
        ("q=양주&industry=13", "양주에는 섬유 센터가 없습니다."),
        ("region=41630&industry=13&year=2024", "양주에는 섬유 센터가 없습니다."),
        ("q=성수 미싱", "성수(서울 성동)에는 의복 센터가 없습니다."),
        ("region=41630", "양주에는 센터가 없습니다."),
        # True of the place, not of the other filters.
        ("region=11290&industry=14&year=2015", "조건에 맞는 센터가 없습니다."),
        ("q=우주선", "조건에 맞는 센터가 없습니다."),
        ("size_min=5000", "조건에 맞는 센터가 없습니다."),
    ],
)
def test_empty_list_says_what_is_missing_where(ask, centers, query, sentence):
    answer = ask(query)

    assert answer.names == []
    assert read_text(answer, ".missing") == [sentence]


def test_list_by_distance_says_that_the_place_has_none(ask, centers):
    sentence = "양주에는 섬유 센터가 없습니다. 가까운 순으로 보여 드립니다."

    assert read_text(ask("near=양주&q=염색"), ".missing") == [sentence]
    assert read_text(ask("near=41133&q=염색"), ".missing") == []


def test_empty_list_offers_nearest_then_wide_area_then_others(ask, centers):
    answer = ask("q=양주 염색")

    assert read_text(answer, ".no-results h2") == [
        "가까운 섬유 센터",
        "가장 가까운 상생 센터",
        "가까운 다른 업종 센터",
        "조건을 줄여 찾기",
    ]
    assert read_text(answer, ".nearest h3") == ["성남 섬유"]
    assert "km" in read_text(answer, ".nearest .card")[0]
    assert read_text(answer, ".wide-area h3")[0].startswith("서울 상생")


def test_empty_list_has_no_controls_of_a_list(ask, centers):
    soup = ask("region=41630&industry=13").soup

    controls = "input[type=checkbox], .tile-map, .downloads, .sort, .embed-snippet, [disabled]"
    assert soup.select(controls) == []


def test_unknown_words_lead_to_examples_and_a_call(ask, centers):
    answer = ask("q=우주선")
    examples = answer.soup.select(".examples a")

    assert [link.get_text() for link in examples] == ["예) 의복 센터 2곳", "예) 섬유 센터 1곳"]
    assert len(ask(examples[0]["href"].partition("?")[2]).names) == 2
    assert answer.soup.select_one('.no-results a.button[href="tel:1357"]')


# --- what is known -------------------------------------------------------------------------------


def test_first_page_says_unknown_at_most_thrice(client, status_list_2026):
    assert client.get("/").content.decode().count("미확인") <= 3


@pytest.mark.parametrize(
    ("industry", "classes", "specialty", "label"),
    [
        ("33", ["331"], "", "귀금속·장신구"),
        ("33", ["331"], "주얼리", "귀금속·장신구 (주얼리)"),
        ("23", ["2322"], "", "도자기"),
        ("27", ["27193"], "", "안경·안경테"),
        ("25", ["25", "29"], "", "금속가공·기계장비"),
        ("13", [], "", "섬유"),
        (None, [], "", "전 업종"),
    ],
)
@pytest.mark.parametrize("view", ["cards", "table"])
def test_industry_is_in_plain_words(ask, make_center, industry, classes, specialty, label, view):
    kind = "specialized" if industry else "wide_area"
    make_center(industry=industry, classes=classes, specialty=specialty, kind=kind)
    row = ask(f"view={view}").soup.select_one(".center-list").get_text("|", strip=True)

    assert f"업종|{label}" in row
    assert "제조업" not in row


def test_official_name_is_shown_where_only_it_has_the_word(ask, make_center):
    make_center(industry="18")

    assert "복제업" in ask("q=복제업").soup.select_one(".card").get_text()
    assert ask("q=복제업").marked == ["복제업"]
    assert "복제업" not in ask("q=인쇄").soup.select_one(".card").get_text()


def test_unknown_facts_have_no_rows_and_no_columns(ask, make_center):
    make_center(operator=None, cluster_size=None, cluster_size_as_of=None, designated_year=None)

    assert read_text(ask(), ".card dt") == ["업종", "지역"]
    assert read_text(ask("view=table"), "thead th") == ["센터", "지역", "업종", "운영기관"]


def test_only_a_doubtful_status_is_shown(ask, make_center):
    make_center(name="가")
    make_center(name="나", status="unconfirmed")

    assert read_text(ask("sort=name"), ".card .badge") == ["확인 필요"]


# --- what is asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "summary"),
    [
        ("near=양주&industry=13", "양주 · 섬유"),
        ("near=양주&q=염색", "양주 · 염색"),
        ("region=26&industry=14", "부산 · 의복"),
        ("q=부산 봉제", "부산 봉제"),
        ("kind=specialized", "특화"),
        ("view=table", "전체 센터"),
    ],
)
def test_results_say_in_one_line_what_is_asked_for(ask, centers, query, summary):
    soup = ask(query).soup

    assert soup.h1.get_text() == summary
    assert not soup.select_one(".hero-search").has_attr("open")
    assert soup.select_one(".hero-search > summary").get_text().startswith("바꾸기")


def test_unusable_region_is_an_error_at_its_field(ask, centers):
    soup = ask("near=없는동네&industry=14").soup
    field = soup.select_one("#near")

    assert soup.title.string.startswith("오류: ")
    # In view, not behind a fold.
    assert not any(parent.name == "details" for parent in field.parents)
    assert (field["value"], field["aria-invalid"]) == ("없는동네", "true")
    assert "없는동네" in soup.find(id=field["aria-describedby"]).get_text()


def test_region_of_several_places_is_asked_at_its_field(ask, centers):
    soup = ask("near=고성").soup
    described = soup.find(id=soup.select_one("#near")["aria-describedby"])

    assert len(described.select("a")) == 2


def test_sidos_are_listed_by_name(ask, centers):
    assert ask().names == ["성남 섬유", "부산 의복", "서울 상생", "서울 의복"]
