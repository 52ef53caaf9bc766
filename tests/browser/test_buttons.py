"""Buttons that scripts add: colour scheme, copy, print, number of results."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def switch(page):
    return page.get_by_role("button", name="화면 밝기")


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(19, 20, 22)"


@pytest.mark.parametrize("visitor", [{"color_scheme": "light"}, {"color_scheme": "dark"}])
def test_device_scheme_applies_until_one_is_chosen(page, visitor, switch):
    own = WHITE if visitor["color_scheme"] == "light" else NIGHT
    page.goto("/about/")
    expect(switch).to_have_accessible_name("화면 밝기: 기기 설정")
    assert background(page) == own

    for words, colour in (("밝게", WHITE), ("어둡게", NIGHT), ("기기 설정", own)):
        switch.click()
        expect(switch).to_have_accessible_name(f"화면 밝기: {words}")
        assert background(page) == colour


def test_chosen_scheme_applies_before_the_first_paint(page, switch):
    page.goto("/about/")
    switch.click()
    switch.click()
    page.add_init_script(
        """
        new MutationObserver(() => {
            if (document.body) window.firstTheme ??= document.documentElement.dataset.theme || "";
        }).observe(document, { childList: true, subtree: true });
        """
    )

    page.goto("/")

    assert page.evaluate("window.firstTheme") == "dark"
    assert background(page) == NIGHT


def test_scheme_switches_without_local_storage(page, switch):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    page.goto("/about/")

    switch.click()

    expect(switch).to_have_accessible_name("화면 밝기: 밝게")


class TestOneCentre:
    @pytest.fixture
    def visitor(self):
        return {"permissions": ["clipboard-read", "clipboard-write"]}

    def test_copied_link_is_the_canonical_url(self, page, address):
        page.goto("/centers/1/?utm_source=mail")
        button = page.get_by_role("button", name="링크 복사")
        button.click()

        expect(page.get_by_role("button", name="복사했습니다")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == f"{address}/centers/1/"
        expect(button).to_be_visible()

    def test_print_button_opens_the_print_dialog(self, page):
        page.add_init_script("window.print = () => { window.printed = true; }")
        page.goto("/centers/1/")

        page.get_by_role("button", name="인쇄").click()

        assert page.evaluate("window.printed") is True


class TestHowMany:
    @pytest.fixture
    def visitor(self):
        return {"viewport": {"width": 1280, "height": 800}}

    @pytest.fixture
    def apply(self, page):
        return page.locator("[data-apply]")

    def test_button_shows_how_many_results_a_selection_has(self, page, apply):
        page.goto("/?year=2024")
        expect(apply).to_have_text("조건 적용")

        page.get_by_role("checkbox", name="식료품").check()

        expect(apply).to_have_text("2곳 보기")
        expect(page.locator(".apply [role=status]")).to_have_text("고른 조건에 맞는 센터 2곳")
        apply.click()
        page.wait_for_url("**/?industry=10&year=2024")
        expect(page.locator("#results-title")).to_contain_text("2곳")

    def test_unavailable_count_is_not_shown(self, page, apply, watch):
        page.route("**/count/*", lambda route: route.fulfill(status=503, body=""))
        page.goto("/")

        page.get_by_role("checkbox", name="식료품").check()
        page.wait_for_timeout(500)

        expect(apply).to_have_text("조건 적용")
        watch.forgive("503")

    def test_empty_fields_stay_out_of_the_url(self, page):
        page.goto("/")

        page.get_by_role("searchbox").or_(page.locator("#q")).first.fill("영월")
        page.get_by_role("button", name="찾기", exact=True).click()

        page.wait_for_url("**/?q=%EC%98%81%EC%9B%94")


class TestWithoutScripts:
    @pytest.fixture
    def visitor(self):
        return {"java_script_enabled": False}

    def test_no_button_without_function(self, page):
        for path in ("/", "/centers/1/"):
            page.goto(path)
            for name in ("화면 밝기", "링크 복사", "인쇄", "현재 위치"):
                expect(page.get_by_role("button", name=name)).to_have_count(0)
