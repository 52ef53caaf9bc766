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
@pytest.mark.parametrize("path", [*LISTS, "/?region=26&view=table"])
def test_first_result_is_on_the_first_screen(page, path, size, lowest):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(path)

    first = page.locator(".center-list :is(li, tr), .nearest li").first

    assert first.bounding_box()["y"] <= lowest


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
