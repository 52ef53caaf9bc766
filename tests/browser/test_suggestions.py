"""Suggestions of the search box, by the WAI-ARIA combobox pattern (APG)."""

import time

import pytest
from playwright.sync_api import expect

SUGGESTIONS = "**/suggestions/*"


@pytest.fixture
def box(page):
    page.goto("/")
    return page.get_by_role("combobox", name="지역, 업종, 운영기관으로 찾기")


@pytest.fixture
def options(page):
    return page.locator("#suggestions [role=option]")


@pytest.fixture
def listbox(page):
    return page.get_by_role("listbox", name="추천 검색어")


@pytest.fixture
def typed(box, listbox):
    """The box with 봉 typed and its three suggestions shown."""
    box.press_sequentially("봉")
    expect(listbox).to_be_visible()
    return box


@pytest.fixture
def compose(context, page, box):
    """Compose a syllable as a Korean input method does: nothing is committed yet."""
    box.focus()
    session = context.new_cdp_session(page)

    def compose(*states):
        for text in states:
            end = len(text)
            session.send(
                "Input.imeSetComposition",
                {"text": text, "selectionStart": end, "selectionEnd": end},
            )

    return compose


def answer(*labels):
    return {
        "suggestions": [
            {"kind": "센터", "label": label, "note": "", "url": "/about/"} for label in labels
        ]
    }


@pytest.fixture
def ask(page, box):
    """Replace the text; return the request, which waits for its response."""
    held = []
    page.route(SUGGESTIONS, lambda route: held.append(route))

    def ask(text):
        before = len(held)
        box.fill(text)
        while len(held) == before:
            page.wait_for_timeout(20)
        return held[-1]

    return ask


def settle(page):
    """Longer than the script waits for quiet, and than the server takes."""
    page.wait_for_timeout(500)


# --- the pattern ---------------------------------------------------------------------------------


def test_search_box_has_combobox_roles(box, listbox):
    expect(box).to_have_attribute("aria-autocomplete", "list")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_attribute("autocomplete", "off")
    expect(listbox).to_be_hidden()


def test_typing_opens_a_list_that_belongs_to_the_box(typed, listbox, options):
    expect(typed).to_have_attribute("aria-expanded", "true")
    expect(typed).to_have_attribute("aria-controls", listbox.get_attribute("id"))
    assert typed.get_attribute("aria-activedescendant") is None
    expect(options).to_contain_text(["업종", "부산경남봉제산업협동조합", "센터"])
    assert [one.get_attribute("aria-selected") for one in options.all()] == ["false"] * 3


def test_list_and_count_are_announced(page, typed, options):
    status = page.locator(".search-box [role=status]")

    expect(status).to_have_text(f"추천 {options.count()}개. 위아래 화살표로 고릅니다.")
    typed.fill("zzzzzz")
    expect(status).to_have_text("추천 검색어가 없습니다.")


@pytest.mark.parametrize(
    ("key", "way"), [("ArrowDown", [0, 1, 2, 0]), ("ArrowUp", [2, 1, 0, 2])], ids=["down", "up"]
)
def test_arrow_keys_cycle_and_keep_the_focus(typed, options, key, way):
    for chosen in way:
        typed.press(key)

        expect(typed).to_be_focused()
        expect(typed).to_have_attribute("aria-activedescendant", f"suggestion-{chosen}")
        expect(options.nth(chosen)).to_have_id(f"suggestion-{chosen}")
        selected = [one.get_attribute("aria-selected") for one in options.all()]
        assert selected == [str(at == chosen).lower() for at in range(3)]


def test_editing_the_text_deselects_the_option(typed, options):
    for key in ("Home", "End", "ArrowLeft", "ArrowRight", "제"):
        typed.press("ArrowDown")
        expect(typed).to_have_attribute("aria-activedescendant", "suggestion-0")

        typed.press_sequentially(key) if key == "제" else typed.press(key)

        expect(typed).not_to_have_attribute("aria-activedescendant", "suggestion-0")
        expect(options.and_(typed.page.locator("[aria-selected=true]"))).to_have_count(0)
        expect(options).to_have_count(3)


def test_escape_closes_the_list_and_keeps_the_text(page, typed, listbox):
    typed.press("ArrowDown")

    typed.press("Escape")

    expect(listbox).to_be_hidden()
    expect(typed).to_have_value("봉")
    expect(typed).to_have_attribute("aria-expanded", "false")
    assert typed.get_attribute("aria-activedescendant") is None
    typed.press("ArrowDown")
    expect(listbox).to_be_visible()


def test_leaving_the_box_closes_the_list(typed, listbox):
    typed.press("Tab")

    expect(listbox).to_be_hidden()
    expect(typed).to_have_attribute("aria-expanded", "false")


def test_cleared_box_has_no_suggestions(typed, listbox):
    typed.fill("")

    expect(listbox).to_be_hidden()


def test_enter_on_an_option_opens_its_page(page, typed):
    typed.press("ArrowUp")
    typed.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("부산 금정 의복")
    assert "/centers/" in page.url


def test_enter_without_an_option_searches_the_words(page, typed):
    typed.press("Enter")

    expect(page.locator("#results-title")).to_have_text("‘봉’ — 1곳")


def test_clicking_an_option_opens_its_page(page, typed, options):
    options.filter(has_text="업종 · 1곳").click()

    page.wait_for_url("**/?industry=14")


class TestByFinger:
    @pytest.fixture
    def visitor(self):
        return {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 740}}

    def test_tapping_an_option_opens_its_page(self, page, typed, options):
        options.filter(has_text="업종 · 1곳").tap()

        page.wait_for_url("**/?industry=14")

    def test_options_are_large_enough_and_fit_the_screen(self, page, typed, options):
        for option in options.all():
            place = option.bounding_box()
            assert place["height"] >= 44
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= 360


# --- Korean as it is typed -----------------------------------------------------------------------


def test_half_composed_syllables_bring_suggestions(page, box, options, compose, watch):
    compose("ㅂ", "보", "봉")
    expect(options.filter(has_text="봉제산업협동조합")).to_be_visible()

    compose("봉ㅈ")
    expect(options).to_have_count(5)  # with two words that it may become
    settle(page)

    assert watch.asked("/suggestions/")[-1].url.endswith("?q=%EB%B4%89%E3%85%88")
    expect(options).to_have_count(5)  # with two words that it may become


@pytest.mark.parametrize("key", ["ArrowDown", "ArrowUp", "Enter", "Escape"])
def test_keys_during_composition_belong_to_the_input_method(page, box, listbox, compose, key):
    compose("ㅂ", "보", "봉")
    expect(listbox).to_be_visible()
    # Whether the script took the key; the browser may well end the composition for it.
    page.evaluate(
        """() => document.addEventListener("keydown", (event) => {
            window.seen = [event.isComposing, event.defaultPrevented];
            event.preventDefault();
        })"""
    )

    page.keyboard.press(key)

    assert page.evaluate("window.seen") == [True, False]
    assert box.get_attribute("aria-activedescendant") is None
    expect(listbox).to_be_visible()


# --- asking --------------------------------------------------------------------------------------


def test_fast_typing_sends_one_request(page, box, options, watch):
    # The page's clock is stopped, however slow this machine is.
    page.clock.install()
    page.goto("/")
    page.clock.pause_at(time.time() + 60)
    for key in "dudd":
        box.press_sequentially(key)
        page.clock.run_for(100)
    assert watch.asked("/suggestions/") == []

    page.clock.run_for(100)

    expect(options.filter(has_text="영월군")).to_be_visible()
    page.clock.run_for(1000)
    assert [request.url.partition("?")[2] for request in watch.asked("/suggestions/")] == ["q=dudd"]


def test_late_response_never_replaces_a_newer_one(page, options, ask):
    late, newer = ask("영"), ask("영월")

    newer.fulfill(json=answer("새 답"))
    expect(options).to_contain_text(["새 답"])
    late.fulfill(json=answer("늦은 답"))
    settle(page)

    expect(options).to_contain_text(["새 답"])


@pytest.mark.parametrize("leave", ["Escape", "Tab"])
def test_response_after_blur_opens_nothing(page, box, listbox, ask, leave):
    ask("영").fulfill(json=answer("첫 답"))
    expect(listbox).to_be_visible()
    late = ask("영월")

    box.press(leave)
    late.fulfill(json=answer("늦은 답"))
    settle(page)

    expect(listbox).to_be_hidden()


@pytest.mark.parametrize(
    "broken",
    [{"status": 503, "body": ""}, {"status": 200, "body": "<p>"}],
    ids=["error", "no JSON"],
)
def test_without_responses_the_box_is_a_plain_form(page, box, listbox, watch, broken):
    page.route(SUGGESTIONS, lambda route: route.fulfill(**broken))
    with page.expect_response(SUGGESTIONS):
        box.fill("영월")
    settle(page)
    expect(listbox).to_be_hidden()

    box.press("Enter")

    expect(page.locator("#results-title")).to_have_text("‘영월’ — 1곳")
    if broken["status"] == 503:
        watch.forgive("503")


def test_stored_text_is_never_markup(page, box, options):
    page.route(SUGGESTIONS, lambda route: route.fulfill(json=answer("<b>굵은</b> 센터")))
    box.fill("영")

    expect(options).to_contain_text(["<b>굵은</b> 센터"])
    expect(options.locator("b")).to_have_count(0)
