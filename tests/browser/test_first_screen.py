"""What a reader meets first: results above the fold, few tab stops, errors at their field."""

import pytest
from playwright.sync_api import expect

from tests.support.extremes import PAGES

#: Lists of each kind: words, one's own region, a selected region, further conditions, a sentence.
LISTS = (
    "/?q=부산 봉제",
    "/?q=종로 주얼리",
    "/?q=부산에 있는 봉제 센터 어디예요",
    "/?near=양주&industry=13",
    "/?near=양주&q=염색",
    "/?near=51750",
    "/?region=26",
    "/?region=26&industry=14&kind=specialized",
    "/?region=51&regon=1",
    "/?page=2&sort=name",
    "/?sort=name",
    "/?region=50&industry=10",
    "/?q=양주 염색",
    "/?near=서울특별시 성동구 성수동2가&q=수제가죽구두공방",
    # Each of these says several things about the query: the list begins no later for it.
    "/?near=양주&q=미싱 바느질 재봉 봉제 옷수선 한복 양말 니트 자수 단추",
    "/?near=양주&q=염색에 대해 알려 주세요 어디 있나요&regon=1&page=9",
    "/?near=성수동&q=수제화 만드는 공장 근처 센터 어디예요 급해요 사장님&industry=15",
    "/?near=41630&region=26&industry=14&sort=name&page=7&view=cards",
    "/?region=광주&regon=1&q=qhdwp&page=99",
    "/?region=없는곳&industry=77&year=1800&kind=x&q=봉제",
    "/?year_min=2024&year_max=2000&size_min=x&q=의복",
    "/?q=정자동 의복",
    "/?q=중구 인쇄",
    "/?near=정자동&q=봉제",
    "/?near=중구&industry=14",
    "/?near=없는동네&industry=14",
    "/?near=없는동네&q=미싱 바느질 재봉 봉제 옷수선 한복 양말 니트 자수 단추&regon=1&page=9",
    f"/?near={'가' * 300}&q=봉제",
    "/?near=양쥬&q=염섹",
    "/?q=부산 봉ㅈ 어디예요",
    "/?q=qntks qhdwp",
    f"/?q=부산 {'봉제' * 150}",
    f"/?q={'부산 봉제 ' * 60}",
    "/?q=제주 우주선 봉제 바느질 뷁뷁 어디예요 알려줘",
    "/?near=제주&q=식품 우주선 뷁뷁 공방",
    "/?q=창원 금속 가공 하는 곳 추천해 주세요&region=48&service=education",
)
#: More and longer conditions than a phone has room for, with results and without.
MANY_CHIPS = (
    "/?q=미싱 바느질 재봉 봉제 옷수선 한복",
    "/?region=11&region=26&region=27&region=41&industry=14&industry=13",
    f"/?q={'가나다라마바사아자차카타파하' * 10}",
)
#: The lowest y at which the first result may begin, by the size of the screen.
SCREENS = {(360, 740): 400, (1280, 800): 420}
#: Tab stops from the top of the page to the first result.
MOST_STOPS = 15


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.mark.parametrize(("size", "lowest"), SCREENS.items())
def test_first_result_is_on_the_first_screen(page, size, lowest):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    found = {}
    for path in [*LISTS, "/?region=26&view=table"]:
        page.goto(path)
        first = page.locator(
            ".center-list :is(li, tr), .nearest li, .corrections a, .notices [open] a"
        ).first
        found[path[:80]] = first.bounding_box()["y"]

    assert {path: y for path, y in found.items() if y > lowest} == {}


def test_what_is_folded_above_a_list_is_read_in_full(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?near=양주&q=미싱 바느질 재봉 봉제 옷수선 한복 양말 니트 자수 단추&regon=1")
    texts = page.locator(".notices li")
    expect(texts.first).to_be_hidden()

    page.locator(".notices summary").click()

    expect(texts).to_have_count(2)
    expect(texts.filter(has_text="‘regon’")).to_be_visible()
    expect(texts.filter(has_text="검색어가 많아")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_places_of_one_name_are_chosen_behind_a_fold(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?q=중구")
    expect(page.locator(".center-list li").first).to_be_visible()
    page.locator(".notices summary").click()
    page.locator(".notices a", has_text="대구").click()

    expect(page.locator("#results-title")).to_contain_text("‘대구 중구’")


@pytest.mark.parametrize("path", MANY_CHIPS)
def test_line_of_conditions_does_not_widen_the_page(page, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)

    expect(page.locator(".chips .chip").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("path", ["/?q=부산 봉제", "/?region=26&industry=14", "/?near=51750"])
def test_first_result_is_few_tab_stops_away(page, path):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)

    first = page.locator(".center-list h3 a").first

    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break

    expect(first).to_be_focused()


def test_second_skip_link_leads_to_the_results(page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="검색 결과로 바로 가기")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("Boolean(document.activeElement.closest('#results'))")


def test_unknown_region_is_marked_at_its_field(page):
    page.goto("/?near=없는동네&industry=14")
    field = page.get_by_label("내 지역", exact=True)

    assert page.title().startswith("오류: ")
    expect(field).to_be_focused()
    expect(field).to_have_value("없는동네")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(described).to_contain_text("없는동네")
    assert described.bounding_box()["y"] - field.bounding_box()["y"] < 80


def test_fields_agree_with_the_list_after_back(page):
    page.goto("/?near=51750&q=식료품")
    page.get_by_text("바꾸기").click()
    page.get_by_label("무엇을 만드세요?").fill("봉제")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="찾기", exact=True).click()
    page.wait_for_url("**/?near=51750&q=%EB%B4%89%EC%A0%9C*")

    page.go_back()

    expect(page.locator("#results-title")).to_contain_text("‘식료품’")
    expect(page.locator("#makes")).to_have_value("식료품")
    expect(page.locator("#filters :checked")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_smoothly(page, path):
    page.goto(path)

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("path", ["/?view=table", "/announcements/2026-status-list/"])
def test_links_in_tables_are_24_px_high(page, path):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)

    heights = page.evaluate(
        """() => [...document.querySelectorAll("table a")].filter((link) => link.checkVisibility())
            .map((link) => link.getBoundingClientRect().height)"""
    )

    assert heights
    assert min(heights) >= 24
