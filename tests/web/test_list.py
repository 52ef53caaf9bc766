"""The list page: filters, notices on ignored values, facets, sorting, pagination."""

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from centers.models import Center, Service
from centers.search.filters import CenterFilter
from centers.search.results import Results

FIVE = {
    "전남광주 동구 주얼리",
    "부산 금정 의복",
    "대전 대덕 금속가공",
    "영주 식료품",
    "영월 식료품",
}


# --- the 2024 announcement as a reader meets it -------------------------------------------------


def test_list_shows_the_five_centres_of_2024_with_their_facts(ask, announcement_2024):
    answer = ask()

    assert set(answer.places) == FIVE
    assert answer.sentence == "전체 센터 — 5곳"
    text = answer.soup.select_one(".center-list").get_text(" ", strip=True)
    for fact in (
        "70개사",
        "181개사",
        "90개사",
        "282개사",
        "252개사",
        "(재)영월산업진흥원",
        "(재)환동해산업연구원",
        "조선대학교 산학협력단",
        "(재)대덕경제재단",
        "부산경남봉제산업협동조합",
        "식료품",
        "귀금속·장신구 등 (주얼리)",
        "금속가공",
        "의복",
    ):
        assert fact in text


def test_list_says_how_many_of_all_centres_it_holds(ask, announcement_2024):
    told = ask("region=26").soup.select_one(".announced-total").get_text(" ", strip=True)

    assert " ".join(told.split()) == (
        "지금 이 목록에는 센터 5곳이 실려 있습니다. "
        "2024년 6월 25일 발표 당시 센터는 전국 42곳이었습니다."
    )

    announcement_2024.centers_total = 5
    announcement_2024.save()
    assert ask().soup.select(".announced-total") == []


def test_printed_region_is_shown_only_where_it_differs(ask, announcement_2024):
    printed = ask().soup.select(".as-printed")

    assert [note.get_text(strip=True) for note in printed] == ["공고에는 ‘광주 동구’"]
    assert "전남광주통합특별시 동구" in printed[0].parent.get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("region=51", {"영월 식료품"}),
        ("region=51750", {"영월 식료품"}),
        ("industry=10", {"영월 식료품", "영주 식료품"}),
        ("year_min=2024&size_min=200", {"대전 대덕 금속가공", "부산 금정 의복"}),
        ("region=51&region=47", {"영월 식료품", "영주 식료품"}),
        ("region=51&industry=14", set()),
        ("size_max=90", {"영월 식료품", "전남광주 동구 주얼리"}),
        ("year_max=2023", set()),
        ("year=2024", FIVE),
        ("year=none", set()),
        ("kind=wide_area", set()),
        ("kind=specialized&status=operating", FIVE),
        ("q=조선대", {"전남광주 동구 주얼리"}),
        ("q=부산+봉제", {"부산 금정 의복"}),
        ("q=재단법인+영월", {"영월 식료품"}),
        ("q=없는말입니다", set()),
    ],
)
def test_filters_combine_with_and(ask, announcement_2024, query, places):
    assert set(ask(query).places) == places


def test_region_and_subregion_mean_the_subregion(ask, make_center):
    make_center(region="51750", industry="10")
    make_center(region="51110", industry="10")

    answer = ask("region=51&region=51750")

    assert answer.places == ["영월 식료품"]
    assert answer.chips == {"영월": "/"}
    assert answer.choice("region", "51")[0].has_attr("checked")


def test_region_includes_the_gu_of_its_cities(ask, make_center):
    make_center(region="41591", name="화성 향남")

    assert ask("region=41").names == ["화성 향남"]
    assert ask("region=41590").names == ["화성 향남"]
    assert ask("region=41593").names == []


def test_unpublished_centres_are_hidden_and_uncounted(ask, make_center):
    make_center(published=False)

    answer = ask()

    assert answer.names == []
    assert answer.sentence == "전체 센터 — 0곳"
    assert answer.soup.select("input[type=checkbox], .tile-map, .downloads") == []


# --- honest filters ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("region=제주시리", "지역 ‘제주시리’는 없는 값이라 적용하지 않았습니다."),
        ("region=99999", "지역 ‘99999’는 없는 값이라 적용하지 않았습니다."),
        ("industry=09", "업종 ‘09’는 없는 값이라 적용하지 않았습니다."),
        ("year=1999", "지정연도 ‘1999’는 없는 값이라 적용하지 않았습니다."),
        ("year_min=작년", "지정연도(부터) ‘작년’은 없는 값이라 적용하지 않았습니다."),
        ("size_min=-1", "규모(이상) ‘-1’은 없는 값이라 적용하지 않았습니다."),
        ("kind=special", "유형 ‘special’은 없는 값이라 적용하지 않았습니다."),
        ("status=x", "상태 ‘x’는 없는 값이라 적용하지 않았습니다."),
        ("sort=near", "정렬 ‘가까운 순’은 여기서는 적용할 수 없습니다."),
        ("sort=relevance", "정렬 ‘관련도순’은 여기서는 적용할 수 없습니다."),
        ("sort=random", "정렬 ‘random’은 없는 값이라 적용하지 않았습니다."),
        ("regon=26", "알 수 없는 조건 ‘regon’은 적용하지 않았습니다."),
        ("year_min=2014&year_min=2020", "지정연도(부터) 조건이 여러 번 있어 마지막 값만 썼습니다."),
        (
            "year_min=2024&year_max=2014",
            "지정연도의 앞뒤가 바뀌어 2014년부터 2024년까지 찾았습니다.",
        ),
        ("q=" + "가" * 300, "검색어가 길어 앞의 200자만 찾았습니다."),
        (
            "q=" + "+".join("가나다라마바사아자차"),
            "검색어가 많아 앞의 8낱말만 찾았습니다. ‘자’부터 뺐습니다.",
        ),
        ("q=%25", "검색어 ‘%’는 찾을 수 있는 글자가 없어 적용하지 않았습니다."),
        ("q=재단법인", "검색어 ‘재단법인’은 찾을 수 있는 글자가 없어 적용하지 않았습니다."),
        ("page=99", "‘99’는 없는 쪽이라 1쪽을 보여 드립니다."),
        ("page=abc", "쪽 ‘abc’는 없는 값이라 적용하지 않았습니다."),
        ("page=0", "쪽 ‘0’은 없는 값이라 적용하지 않았습니다."),
    ],
)
def test_ignored_values_are_named_above_the_list(ask, announcement_2024, query, notice):
    assert ask(query).notices[:1] == [notice]


def test_valid_values_survive_an_invalid_one(ask, announcement_2024):
    answer = ask("region=51&region=99999")

    assert answer.places == ["영월 식료품"]
    assert len(answer.notices) == 1


def test_reversed_range_is_swapped(ask, announcement_2024):
    assert set(ask("size_min=260&size_max=100").places) == {"영주 식료품", "부산 금정 의복"}


@pytest.mark.parametrize("query", ["", "q=", "q=+&region=&year_min=", "utm_source=mail&fbclid=x"])
def test_empty_values_and_tracking_parameters_are_not_filters(ask, announcement_2024, query):
    answer = ask(query)

    assert answer.notices == []
    assert len(answer.names) == 5


@pytest.mark.parametrize(
    "query",
    [
        "region=%00",
        "q=%00",
        "q=%ED%A0%80",
        "year_min=" + "9" * 4300,
        "size_min=-1e1000000",
        "size_max=99999999999999999999",
        "page=" + "9" * 4300,
        "page=-1",
        "q=%25_%5C",
        "industry=" + "1" * 16_000,
    ],
)
def test_hostile_values_are_named_and_do_not_fail(ask, announcement_2024, query):
    answer = ask(query)

    assert answer.notices or answer.names == []


@pytest.mark.parametrize("number", ["2020", "2020.0", "2020.", "２０２０", "+2020", "%202020%20"])
def test_number_has_one_spelling_and_one_url(ask, announcement_2024, number):
    number = number.replace("+", "%2B")
    answer = ask(f"year_min={number}&size_min=5.0&page=1.0")

    assert answer.sentence == "2020년 이후 지정, 5개사 이상 — 5곳"
    assert answer.chips["5개사 이상"] == "/?year_min=2020"


@pytest.mark.parametrize("name", ["region", "year", "near", "q"])
def test_excess_values_are_ignored(ask, announcement_2024, name):
    notices = ask("&".join(f"{name}=중{number} 가" for number in range(400))).notices

    assert "값이 많아 앞의 50개만 읽었습니다." in notices[0]


def test_many_invalid_parameters_are_summarised(ask, announcement_2024):
    notices = ask("&".join(f"a{number}=1" for number in range(900))).notices

    assert notices[:2] == [
        "조건이 많아 앞의 50가지만 읽었습니다.",
        "알 수 없는 조건 ‘a0’은 적용하지 않았습니다.",
    ]
    assert notices[5:] == ["그 밖에 46가지를 더 적용하지 않았습니다."]


def test_too_many_parameters_are_rejected_in_korean(client, db):
    response = client.get("/?" + "&".join(["a="] * 5_001))

    assert response.status_code == 400
    assert "잘못된 요청입니다" in response.content.decode()


# --- counts, chips, order and pages --------------------------------------------------------------


def test_facet_counts_exclude_their_own_facet(ask, announcement_2024):
    answer = ask("region=51&industry=10")

    assert answer.choice("region", "47")[1] == 1  # 영주 is 10 too
    assert answer.choice("region", "26")[1] == 0  # 금정구 is not 10
    assert answer.choice("industry", "10")[1] == 1
    assert answer.choice("year", "2024")[1] == 1


def test_choice_without_results_is_disabled(ask, announcement_2024):
    box, count = ask("region=51").choice("industry", "14")

    assert (count, box.has_attr("disabled")) == (0, True)


def test_selected_value_without_centres_can_be_cleared(ask, announcement_2024):
    assert ask("industry=18").chips == {"인쇄": "/"}


def test_subregions_appear_once_a_sido_is_selected(ask, announcement_2024):
    assert ask().choice("region", "51750") is None
    assert ask("region=51").choice("region", "51750")[1] == 1
    assert ask("region=51750").choice("region", "51110")[1] == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "region=41&year=2015",
        "year_min=2015",
        "year_min=2020&year_max=2023",
        "q=경기",
        "industry=14&kind=specialized",
        "service=education&service=none",
        "region=41&service=marketing",
    ],
)
def test_every_count_equals_the_list_it_leads_to(make_center, query):
    for region, industry, year, services in (
        ("51750", "10", 2024, ["education"]),
        ("51110", "14", None, []),
        ("41591", "14", 2015, ["education", "marketing"]),
        ("41591", None, 2015, []),
    ):
        kind = "specialized" if industry else "wide_area"
        make_center(
            region=region, industry=industry, designated_year=year, kind=kind, services=services
        )
    facets = Results(QueryDict(query)).facets

    for name in CenterFilter.FACETS:
        others = [part for part in query.split("&") if part and not part.startswith(f"{name}=")]
        for choice in getattr(facets, name):
            led_to = Results(QueryDict("&".join([*others, f"{name}={choice.value}"])))
            assert choice.count == led_to.centers.count() == led_to.count, (name, choice)


@pytest.fixture
def supporting(make_center):
    """Three centres in 부산, by what they are known to offer."""
    make_center(name="가", services=["education", "marketing"])
    make_center(name="나", services=["marketing", "certification"])
    make_center(name="다")


@pytest.mark.parametrize(
    ("query", "names", "chips"),
    [
        ("service=education", ["가"], ["교육 지원"]),
        ("service=marketing", ["가", "나"], ["판로·마케팅 지원"]),
        ("service=education&service=certification", ["가", "나"], None),
        ("service=none", ["다"], ["지원 내용 확인되지 않음"]),
        ("service=none&service=education", ["가", "다"], None),
        ("service=equipment", [], ["공동장비 지원"]),
    ],
)
def test_centers_are_found_by_what_they_offer(ask, supporting, query, names, chips):
    answer = ask(f"{query}&sort=name")

    assert answer.names == names
    assert chips is None or [*answer.chips] == chips


def test_kinds_of_support_are_choices_with_counts(ask, supporting):
    answer = ask("service=education")

    counts = {value: answer.choice("service", value)[1] for value in (*Service.values, "none")}
    assert {value: count for value, count in counts.items() if count} == {
        "education": 1,
        "marketing": 2,
        "certification": 1,
        "none": 1,
    }
    assert answer.choice("service", "education")[0].has_attr("checked")
    assert answer.choice("service", "equipment")[0].has_attr("disabled")


def test_unknown_kind_of_support_is_named_not_ignored(ask, client, supporting):
    answer = ask("service=dancing")

    assert answer.notices == ["지원 내용 ‘dancing’는 없는 값이라 적용하지 않았습니다."]
    assert client.get("/api/v1/centers/?service=dancing").status_code == 400


def test_chip_removes_only_its_own_filter(ask, announcement_2024):
    chips = ask("region=51&industry=10&industry=14&year_min=2014&sort=size").chips

    assert chips == {
        "영월" if "영월" in chips else "강원": "/?industry=10&industry=14&year_min=2014&sort=size",
        "식료품": "/?region=51&industry=14&year_min=2014&sort=size",
        "의복": "/?region=51&industry=10&year_min=2014&sort=size",
        "2014년 이후 지정": "/?region=51&industry=10&industry=14&sort=size",
    }


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("region=26&industry=14&year_min=2015", "부산 · 의복, 2015년 이후 지정 — 1곳"),
        ("q=봉제&status=operating", "‘봉제’, 운영 중 — 1곳"),
        ("region=26&region=51", "부산·강원 — 2곳"),
        ("region=26410", "부산 금정 — 1곳"),
        ("size_min=1000", "1,000개사 이상 — 0곳"),
        ("year=2024", "2024년 지정 — 5곳"),
    ],
)
def test_title_is_the_sentence_of_active_filters(ask, announcement_2024, query, sentence):
    answer = ask(query)

    assert answer.sentence == sentence
    assert answer.soup.title.string == f"{sentence} | 소공인특화지원센터 찾기"


def test_rows_are_sorted_with_unknown_values_last(ask, make_center):
    make_center(name="나", region="51750", cluster_size=10, designated_year=2020)
    make_center(name="다", region="11110", cluster_size=None, designated_year=None)
    make_center(name="가", region="26410", cluster_size=300, designated_year=2015)

    assert ask().names == ["나", "가", "다"]
    assert ask("sort=name").names == ["가", "나", "다"]
    assert ask("sort=size").names == ["가", "나", "다"]
    assert ask("sort=year").names == ["나", "가", "다"]


def test_pages_hold_fifty_and_keep_the_filters(ask, make_center):
    operator = make_center().operator
    for _ in range(104):
        make_center(operator=operator)
    query = "industry=14&sort=name"

    shown = [len(ask(f"{query}&page={number}").names) for number in (1, 2, 3)]
    second = ask(f"{query}&page=2").soup.select_one(".pagination")

    assert shown == [50, 50, 5]
    assert second.select_one("[rel=prev]")["href"] == f"/?{query}"
    assert second.select_one("[rel=next]")["href"] == f"/?{query}&page=3"
    assert second.select_one("[aria-current=page]").get_text(strip=True) == "지금2쪽"


def test_pages_of_identical_centres_repeat_and_lose_none(client, make_center, settings):
    settings.PAGE_SIZE = 20
    operator = make_center().operator
    for _ in range(44):
        make_center(operator=operator)

    for sort in ("region", "name", "size", "year"):
        seen = [
            link["href"]
            for number in (1, 2, 3)
            for link in BeautifulSoup(
                client.get(f"/?sort={sort}&page={number}").content, "lxml"
            ).select(".center-list h3 a")
        ]
        assert len(seen) == len(set(seen)) == Center.objects.count()


def test_form_shows_the_requested_values(ask, announcement_2024):
    soup = ask("q=봉제&year_min=2015&size_max=300&sort=year&kind=specialized").soup

    assert soup.select_one("#q")["value"] == "봉제"
    assert soup.select_one(".filters [name=year_min]")["value"] == "2015"
    assert soup.select_one(".filters [name=size_max]")["value"] == "300"
    assert soup.select_one(".sort [selected]").get_text(strip=True) == "최근 지정순"
    assert soup.select_one("input[type=checkbox][value=specialized]").has_attr("checked")


def test_no_results_page_links_to_help(ask, announcement_2024):
    nothing = ask("size_min=5000").soup.select_one(".no-results")

    assert "조건에 맞는 센터가 없습니다" in nothing.get_text()
    assert nothing.select_one('a[href="tel:1357"]')


def test_word_with_markup_in_it_is_shown_as_text(client, db):
    html = client.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
