"""The button "현재 위치로 찾기": a click requests the position, which stays in the browser."""

import re

import pytest
from playwright.sync_api import expect

#: In 영월군, some kilometres from its reference point.
HERE = {"latitude": 37.1836, "longitude": 128.4617}


@pytest.fixture
def visitor():
    return {"permissions": ["geolocation"], "geolocation": HERE}


@pytest.fixture
def button(page):
    return page.get_by_role("button", name="현재 위치")


@pytest.fixture
def status(page):
    return page.locator(".location [role=status]")


@pytest.fixture
def count_questions(context):
    """Count how often a page requests the position."""
    context.add_init_script(
        """
        window.questions = 0;
        const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
        Geolocation.prototype.getCurrentPosition = function (...given) {
            window.questions += 1;
            return ask(...given);
        };
        """
    )


def test_no_location_request_before_the_click(page, button, watch, count_questions):
    page.goto("/")
    expect(button).to_be_visible()

    assert page.evaluate("window.questions") == 0
    assert watch.asked("/points.json") == []


def test_click_requests_once_and_shows_the_nearest_region(page, button, watch, count_questions):
    page.goto("/")
    page.evaluate("window.name = 'kept'")

    button.click()

    page.wait_for_url("**/?near=51750")
    expect(page.locator("#results-title")).to_have_text("영월에서 가까운 순 — 5곳")
    assert len(watch.asked("/points.json")) == 1


def test_coordinates_are_in_no_request(page, button, watch):
    page.goto("/")
    button.click()
    page.wait_for_url("**/?near=51750")

    sent = [f"{request.url} {request.headers} {request.post_data}" for request in watch.requests]
    assert len(sent) > 3
    for number in HERE.values():
        digits = re.escape(str(number)[:5])
        assert not [one for one in sent if re.search(digits, one)]


def test_selected_industry_is_kept(page, button):
    page.goto("/")
    page.get_by_label("무엇을 만드세요?").fill("식료품")

    button.click()

    page.wait_for_url("**/?near=51750&q=%EC%8B%9D%EB%A3%8C%ED%92%88")


def test_typed_region_is_replaced_by_the_located_one(page, button):
    page.goto("/")
    written = page.get_by_label("내 지역", exact=True)
    written.fill("부산")
    written.press("Tab")  # its suggestions, which may come by now, cover the button

    button.click()

    page.wait_for_url("**/?near=51750")


def test_one_region_at_a_time(page, watch):
    page.goto("/")
    assert watch.asked("/regions/") == []
    page.get_by_role("link", name="지역 목록").click()
    chosen, written = page.get_by_label("내 지역 목록"), page.locator("#near")

    expect(chosen).to_be_focused()
    chosen.select_option("51750")
    written.fill("부산 금정구")
    expect(chosen).to_have_value("")
    chosen.select_option("51750")
    expect(written).to_have_value("")


def test_list_that_does_not_load_is_a_page(page, watch):
    page.goto("/?q=식료품")
    page.get_by_text("바꾸기").click()
    page.route("**/regions/*", lambda route: route.fulfill(status=503, body=""), times=1)

    page.get_by_role("link", name="지역 목록").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("지역 목록에서 고르기")
    page.get_by_label("내 지역").select_option("영월군")
    page.get_by_role("button", name="찾기", exact=True).click()
    page.wait_for_url("**/?near=51750&q=%EC%8B%9D%EB%A3%8C%ED%92%88")
    watch.forgive("503")


class TestRefused:
    @pytest.fixture
    def visitor(self):
        return {"permissions": []}

    def test_denied_permission_leaves_the_form_unchanged(self, page, button, status, watch):
        page.goto("/")
        makes = page.get_by_label("무엇을 만드세요?")
        makes.fill("식료품")
        page.locator("#near").fill("부산 금정구")
        # Its suggestions, which may come by now, cover the button.
        page.locator("#near").press("Tab")
        before = page.url

        button.click()

        expect(status).to_have_text(
            "위치를 쓰도록 허용하지 않았습니다. 내 지역을 직접 적어 주세요."
        )
        expect(page.locator("#near")).to_have_value("부산 금정구")
        expect(makes).to_have_value("식료품")
        assert page.url == before
        page.get_by_role("button", name="찾기", exact=True).click()
        page.wait_for_url("**/?near=26410&q=%EC%8B%9D%EB%A3%8C%ED%92%88")


def test_unavailable_region_points_are_reported(page, button, status, watch):
    page.route("**/points.json", lambda route: route.fulfill(status=503, body=""))
    page.goto("/")

    button.click()

    expect(status).to_have_text("위치를 알 수 없습니다. 내 지역을 직접 적어 주세요.")
    expect(page.locator("#near")).to_have_value("")
    watch.forgive("503")


class TestOnAPhone:
    @pytest.fixture
    def visitor(self):
        return {
            "permissions": ["geolocation"],
            "geolocation": HERE,
            "has_touch": True,
            "is_mobile": True,
            "viewport": {"width": 360, "height": 740},
        }

    def test_results_begin_on_the_first_screen(self, page, button):
        page.goto("/")
        assert button.bounding_box()["height"] >= 44
        button.tap()

        page.wait_for_url("**/?near=51750")
