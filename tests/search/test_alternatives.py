"""Ways on from an empty list, or from one that leaves out who would help as well."""

from urllib.parse import unquote

import pytest

from centers.models import Center
from centers.search import nearest


@pytest.fixture
def seoul(make_center):
    """A 인쇄 centre in 파주, two 의복 centres, and the 상생 centres of 서울 and 경남."""
    make_center(name="파주 인쇄", region="41480", industry="18")
    make_center(name="서울 의복", region="11290")
    make_center(name="부산 의복", region="26410")
    make_center(
        name="서울 상생", region="11", industry=None, kind="wide_area", designated_year=None
    )
    make_center(name="경남 상생", region="48", industry=None, kind="wide_area")


def wide_area(answer):
    return [line.a.get_text() for line in answer.soup.select(".wide-area")]


# --- the centres of a whole 시·도 ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("region=11&industry=18", ["서울 상생"]),  # nothing found
        ("region=11140&industry=18", ["서울 상생"]),  # in a 시·군·구 of it
        ("region=11&industry=14", ["서울 상생"]),  # others found
        ("near=서울 중구&industry=18", ["서울 상생"]),
        ("region=11&region=48&industry=18", ["서울 상생", "경남 상생"]),
        ("region=11&q=인쇄", ["서울 상생"]),
        ("q=서울 인쇄", ["서울 상생"]),
        ("q=서울 봉제", ["서울 상생"]),
        ("region=11140", ["서울 상생"]),  # where there is no centre at all
        ("region=26&industry=18", ["경남 상생"]),  # 부산 has none: the nearest
        ("region=11", []),  # it stands in the list itself
        ("near=서울 중구", []),
        ("q=서울", []),
        ("industry=18", []),  # no place
        ("region=11&industry=18&kind=specialized", []),  # asked not to
        ("region=11&industry=14&year=2024", []),  # whatever else is asked for
        ("q=성북&region=11", []),  # words of no trade that found something
    ],
)
def test_wide_area_centres_are_offered_if_the_list_lacks_them(ask, seoul, query, names):
    assert wide_area(ask(query)) == names


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("region=11&industry=18", "서울특별시의 상생 센터입니다."),
        ("region=26&industry=18", "담당 지역은 센터에 확인해 주세요."),
        ("region=11&industry=14", "서울특별시의 상생 센터(업종을 가리지 않습니다):"),
    ],
)
def test_page_says_whom_such_a_centre_takes(ask, seoul, query, words):
    assert words in " ".join(ask(query).soup.select_one(".results").get_text(" ").split())


def test_wide_area_centre_is_not_offered_twice_or_when_closed(ask, seoul, make_center):
    make_center(name="서울 옛", region="11", industry=None, kind="wide_area", status="closed")
    answer = ask("near=11140&industry=14")
    others = [link.get_text() for link in answer.soup.select(".neighbours li a")]

    assert wide_area(answer) == ["서울 상생"]
    assert "서울 상생" not in others


# --- words that find nothing together -------------------------------------------------------------


def ways_on(answer):
    return {
        link.get_text(): link["href"]
        for link in answer.soup.select(".alternatives:not(.examples) a")
    }


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        (
            "을지로 인쇄",
            {
                "서울 중구에서 가까운 인쇄 센터 1곳": "industry=18&near=11140",
                "‘인쇄’만 찾으면 1곳": "q=인쇄",
                "‘을지로’만 찾으면 1곳": "q=을지로",
            },
        ),
        (
            "제주 의복",
            {
                "제주에서 가까운 의복 센터 2곳": "industry=14&near=50",
                "‘의복’만 찾으면 2곳": "q=의복",
            },
        ),
        (
            "인쇄 서울 중구",  # two words name the place
            {
                "서울 중구에서 가까운 인쇄 센터 1곳": "industry=18&near=11140",
                "‘인쇄’만 찾으면 1곳": "q=인쇄",
                "‘서울 중구’만 찾으면 1곳": "q=서울+중구",
            },
        ),
        ("강릉 우주선", {"강릉에서 가까운 센터 5곳": "near=51150"}),
        (
            "고성 인쇄",  # either of two places
            {
                "경남 고성에서 가까운 인쇄 센터 1곳": "industry=18&near=48820",
                "강원 고성에서 가까운 인쇄 센터 1곳": "industry=18&near=51820",
                "‘인쇄’만 찾으면 1곳": "q=인쇄",
                "‘고성’만 찾으면 1곳": "q=고성",  # 경남 상생
            },
        ),
        ("우주선 발사", {}),
        ("우주선", {}),
    ],
)
def test_words_that_find_nothing_together_are_offered_apart(ask, seoul, make_operator, words, ways):
    center = Center.objects.get(name="부산 의복")
    center.operator = make_operator(name="나다협회")
    center.save()

    found = {
        text: unquote(href).partition("?")[2] for text, href in ways_on(ask(f"q={words}")).items()
    }

    assert found == ways


def test_largest_part_that_finds_is_shown_and_the_rest_named(ask, seoul, make_operator):
    Center.objects.filter(name="부산 의복").update(operator=make_operator(name="나다협회"))
    Center.objects.get(name="부산 의복").save()
    answer = ask("q=양주 나다협회")

    assert answer.names == ["부산 의복"]
    assert answer.notices == ["‘양주’는 빼고 찾았습니다."]
    assert list(answer.chips) == ["‘나다협회’"]


def test_each_way_on_finds_as_many_as_it_says(ask, seoul):
    for text, href in ways_on(ask("q=제주 의복")).items():
        assert f"{len(ask(href.partition('?')[2]).names)}곳" in text


def test_other_conditions_stay_on_every_way(ask, seoul):
    links = ways_on(ask("q=을지로+의복&region=26"))

    assert {text: unquote(href) for text, href in links.items()} == {
        "서울 중구에서 가까운 의복 센터 2곳": "/?industry=14&near=11140",
        "‘의복’만 찾으면 1곳": "/?q=의복&region=26",
    }


def test_nearby_centres_match_the_named_region_and_industry(ask, seoul):
    near = ask("q=양주 인쇄").soup.select(".no-results .nearest h3 a")

    assert [link.get_text() for link in near] == ["파주 인쇄"]


def test_words_of_which_only_a_part_is_found_are_not_offered(ask, seoul):
    ways = ways_on(ask("q=제주 의복 인쇄 없는말"))

    assert not [text for text in ways if text.startswith("‘의복 인쇄’만")]
    for href in ways.values():
        shown = ask(unquote(href).partition("?")[2])
        assert "빼고 찾았습니다" not in shown.soup.get_text()


@pytest.mark.parametrize("first", [1, 20, 250])
def test_nearest_are_the_same_however_few_are_looked_at(ask, status_list_2026, monkeypatch, first):
    monkeypatch.setattr(nearest, "FIRST", first)
    nearest.find_first.cache_clear()

    # 종로구, 대구 중구 and 부산 are 130, 150 and 240 km from 영월.
    shown = ask("near=51750&industry=33&q=없는말").soup.select(".no-results .nearest h3 a")

    assert [link.get_text().split()[1] for link in shown] == ["봉익", "성내", "범천"]
    nearest.find_first.cache_clear()


def test_many_words_cost_few_queries(ask, seoul, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        ask("q=제주 하나 둘 셋 넷 다섯 여섯 의복")


# --- trades without a centre ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=목공", "목재 업종에는 아직 센터가 없습니다."),
        ("q=서울 목공", "목재 업종에는 아직 센터가 없습니다."),
        ("industry=16", "목재 업종에는 아직 센터가 없습니다."),
        ("region=26&industry=18", None),  # there is one elsewhere
        ("q=우주선", None),
    ],
)
def test_trade_that_no_centre_is_of_is_named(ask, seoul, query, said):
    help_ = ask(query).soup.select_one(".no-results").get_text(" ", strip=True)

    assert ("업종에는 아직 센터가 없습니다" in help_) == bool(said)
    assert (said or "") in help_


@pytest.mark.parametrize("words", ["악기", "서울 악기"])
def test_class_without_a_centre_shows_others_of_its_division(ask, seoul, make_center, words):
    make_center(name="종로 귀금속", region="11110", industry="33", classes=["331"])
    page = ask(f"q={words}")
    section = page.soup.select_one("[aria-labelledby=same-division-title]")

    assert page.names == []
    assert "악기 업종에는 아직 센터가 없습니다." in page.soup.select_one(".no-results").get_text()
    assert [link.get_text() for link in section.select("h3 a")] == ["종로 귀금속"]
    assert "악기 센터는 아닙니다" in section.get_text()
    assert "귀금속·장신구" in section.get_text()
    assert "서울 상생" in wide_area(page)


def test_industry_without_a_centre_offers_every_wide_area_centre(ask, seoul):
    page = ask("q=화장품")

    assert "화장품 업종에는 아직 센터가 없습니다." in page.soup.select_one(".no-results").get_text()
    assert page.soup.select_one("#wide-area-title").get_text() == "업종을 가리지 않는 상생 센터"
    assert sorted(wide_area(page)) == ["경남 상생", "서울 상생"]
