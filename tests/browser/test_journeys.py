"""User journeys from start to end, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.extremes import LONGEST, PAGES


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def visitor(request):
    return {
        "java_script_enabled": request.param,
        "viewport": {"width": 360, "height": 740},
        "is_mobile": True,
    }


@pytest.fixture
def title(page):
    return page.locator("#results-title")


@pytest.fixture
def names(page):
    return page.locator(".center-list h3 a")


def test_find_by_region_and_industry_and_open_a_centre(page, title, names):
    page.goto("/")
    page.get_by_label("내 지역", exact=True).fill("영월")
    makes = page.get_by_label("무엇을 만드세요?")
    makes.fill("식료품")
    makes.press("Enter")  # on a phone its suggestions may cover the button
    expect(title).to_contain_text("‘식료품’, 영월에서 가까운 순")
    expect(names.first).to_have_text("영월 식료품 소공인특화지원센터")

    page.locator(".chip", has_text="식료품").click()
    expect(title).to_have_text(re.compile(r"^영월에서 가까운 순 — \d+곳$"))
    seen = names.all_inner_texts()

    following = page.get_by_role("link", name="다음")
    # What comes into sight is laid out and given its letters only then, which moves the link.
    following.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    following.click()
    expect(page.locator(".pagination [aria-current]")).to_have_text("지금 2쪽")
    name = names.first.inner_text()
    assert name not in seen

    names.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_call_a_centre_from_the_list_and_from_its_page(page, names):
    page.goto("/?region=50&industry=14")
    call = page.locator('a[href="tel:064-1234-5679"]')
    expect(call).to_have_accessible_name("전화 064-1234-5679")

    names.click()

    expect(page).to_have_url(f"/centers/{LONGEST}/")
    expect(call).to_be_visible()


def test_print_a_centre(page):
    page.goto("/centers/1/")
    page.emulate_media(media="print")

    expect(page.locator(".printed-from")).to_contain_text("/centers/1/ ·")
    expect(page.locator("#facts-title")).to_be_visible()
    expect(page.locator(".site-nav")).to_be_hidden()


def test_no_results_then_found_by_a_suggestion(page, title, names):
    page.goto("/")
    page.get_by_label("지역, 업종, 운영기관으로 찾기").fill("부산 봉재")
    page.get_by_role("button", name="찾기", exact=True).click()
    expect(title).to_have_text("‘부산 봉재’ — 0곳")

    page.get_by_role("link", name="부산 봉제", exact=True).click()

    expect(names.first).to_contain_text("부산")


def test_superfluous_filter_is_removed(page, title):
    page.goto("/?region=50&industry=10")
    expect(title).to_contain_text("0곳")

    page.get_by_role("link", name="‘제주’ 조건을 빼면").click()

    expect(title).to_contain_text("식료품 — ")


def test_selecting_a_filter_does_not_navigate(page):
    """A form is sent by its button alone (KWCAG 7.2.1)."""
    page.goto("/")
    page.get_by_role("checkbox", name="식료품").check()
    page.locator("summary", has_text="업종 목록").click()
    page.get_by_label("업종 목록", exact=True).select_option("식료품")
    page.get_by_label("정렬 순서").select_option("이름순")
    page.wait_for_timeout(300)

    expect(page).to_have_url("/")


@pytest.mark.parametrize("visitor", [{}])
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_error_and_no_third_party_request(page, watch, path):
    page.goto(path, wait_until="networkidle")

    assert len(watch.requests) > 5
    assert watch.troubles == []
