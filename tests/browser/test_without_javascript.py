"""Everything works without JavaScript."""

import pytest
from playwright.sync_api import expect

SIZES = {"phone": (360, 740), "desk": (1280, 800)}


@pytest.fixture(params=SIZES)
def visitor(request):
    width, height = SIZES[request.param]
    return {"java_script_enabled": False, "viewport": {"width": width, "height": height}}


@pytest.fixture
def title(page):
    return page.locator("#results-title")


@pytest.fixture
def names(page):
    return page.locator(".center-list h3 a")


@pytest.fixture
def unfold(page):
    """Open a folded part of the finder, where the screen folds it."""

    def unfold(words):
        summary = page.locator("summary", has_text=words)
        if summary.is_visible():
            summary.click()

    return unfold


@pytest.fixture
def conditions(page):
    return page.get_by_role("form", name="상세 조건")


@pytest.fixture
def search(page):
    return page.get_by_role("search")


def test_nothing_that_needs_javascript_is_shown(page):
    page.goto("/")

    expect(page.get_by_role("button", name="현재 위치")).to_have_count(0)
    expect(page.get_by_role("combobox", name="지역, 업종")).to_have_count(0)


def test_find_by_typing_and_open_the_centre(page, title, names):
    page.goto("/")
    page.get_by_label("지역, 업종, 운영기관으로 찾기").fill("부산 봉제")
    page.get_by_role("button", name="찾기", exact=True).click()

    expect(title).to_have_text("‘부산 봉제’ — 1곳")
    names.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("부산 금정 의복")


def test_find_by_sido_then_sigungu_then_industry(page, title, names, unfold, conditions):
    page.goto("/")
    for choice in ("경상북도", "영주시", "식료품"):
        conditions.get_by_role("checkbox", name=choice).check()
        with page.expect_navigation():
            conditions.get_by_role("button", name="조건 적용").click()
        expect(names).to_have_text(["영주 식료품 소공인특화지원센터"])

    expect(title).to_contain_text("식료품")
    expect(page.locator(".chips .chip")).to_have_count(2)


def test_filter_is_removed_by_its_link(page, title):
    page.goto("/?region=26&industry=14")
    expect(title).to_contain_text("1곳")

    page.get_by_role("link", name="의복").and_(page.locator(".chip")).click()
    expect(title).to_have_text("부산 — 1곳")
    page.get_by_role("link", name="조건 모두 지우기").click()

    expect(title).to_have_text("전체 센터 — 5곳")


def test_next_page_keeps_the_filters(page, names):
    page.goto("/?year=2024&sort=name")
    seen = names.all_inner_texts()

    for _ in range(2):
        with page.expect_navigation():
            page.get_by_role("link", name="다음").click()
        seen += names.all_inner_texts()

    assert len(seen) == len(set(seen)) == 5
    assert "year=2024" in page.url
    assert "sort=name" in page.url
    expect(page.get_by_role("link", name="다음")).to_have_count(0)


def test_nearest_centres_of_a_selected_region(page, title, names, unfold, search):
    page.goto("/")
    page.get_by_role("link", name="지역 목록").click()
    search.get_by_label("내 지역", exact=True).select_option("영월군")
    unfold("업종 목록")
    search.get_by_label("업종 목록", exact=True).select_option("식료품")
    search.get_by_role("button", name="찾기").click()

    expect(title).to_have_text("식료품, 영월에서 가까운 순 — 2곳")
    expect(names.first).to_have_text("영월 식료품 소공인특화지원센터")
    expect(page.locator(".card").nth(1)).to_contain_text("38 km")


def test_nearest_centres_of_a_typed_region(page, title, names, search):
    page.goto("/")
    search.get_by_label("내 지역", exact=True).fill("부산 금정구")
    search.get_by_role("button", name="찾기").click()

    expect(title).to_contain_text("가까운 순 — 5곳")
    expect(names.first).to_have_text("부산 금정 의복 소공인특화지원센터")
    assert "near=26410" in page.url


def test_no_results_page_links_to_alternatives(page, title, names):
    page.goto("/")
    page.get_by_label("지역, 업종, 운영기관으로 찾기").fill("봉재")
    page.get_by_role("button", name="찾기", exact=True).click()
    expect(title).to_have_text("‘봉재’ — 0곳")

    page.get_by_role("link", name="봉제", exact=True).click()

    expect(names).to_have_text(["부산 금정 의복 소공인특화지원센터"])


def test_filter_without_results_can_be_removed(page, title):
    page.goto("/?region=50&industry=10")
    expect(title).to_contain_text("0곳")

    page.get_by_role("link", name="‘제주’ 조건을 빼면 2곳").click()

    expect(title).to_have_text("식료품 — 2곳")


def test_ambiguous_region_is_chosen_by_a_link(page, title):
    page.goto("/?region=광주")

    page.get_by_text("고르기", exact=True).click()
    page.get_by_role("link", name="전남광주통합특별시").click()

    expect(title).to_have_text("전남광주 — 1곳")
