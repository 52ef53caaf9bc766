"""axe finds no violation on any page, at any width and in both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import ACCOUNT
from tests.support.extremes import ACTIONS, DESK, NOWHERE, PAGES

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    # Experimental, but required by KWCAG 6.5.3.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
    "resultTypes": ["violations"],
    # It would request the stylesheets again, and some at wrong URLs.
    "preload": False,
}
#: Dark is light in other colours, so these tell the rest.
COLOURS = RULES | {"runOnly": ["color-contrast", "link-in-text-block"], "rules": {}}
#: What folds a long list of choices shows only more of the same.
UNFOLD = "for (const part of document.querySelectorAll('details:not(.more)')) part.open = true"
#: Links of the admin have colour transitions.
SETTLED = "() => Promise.all(document.getAnimations().map(({ finished }) => finished))"
WIDTHS = (360, 768, 1280)
SCHEMES = {"light": RULES, "dark": COLOURS}
#: Of kinds that the other tests need not open.
MORE_PAGES = ("/api/", "/embed/?region=26", "/?near=없는동네&industry=14", "/centers/24/")
#: So high that a whole page is in the viewport and rendered.
HEIGHT = 8_000


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def visitor():
    # The policy of the pages lets nobody add a script, axe neither.
    return {"bypass_csp": True}


def troubles(page):
    """What axe finds on the open page: rule, the first elements, width and scheme."""
    found = []
    page.evaluate(Axe().axe_script)
    page.evaluate(UNFOLD)
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for rule in page.evaluate("rules => axe.run(rules)", rules)["violations"]:
                where = [node["html"][:120] for node in rule["nodes"][:3]]
                found.append((rule["id"], where, width, scheme))
    return found


@pytest.mark.parametrize("path", [*PAGES, *MORE_PAGES])
def test_public_page(page, path):
    assert page.goto(path).status == 200
    assert troubles(page) == []


def test_page_of_nothing(page, watch):
    page.goto(NOWHERE)
    assert troubles(page) == []
    watch.forgive("404")


def test_list_of_suggestions(page):
    page.goto("/")
    page.locator("#q").press_sequentially("봉제")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert troubles(page) == []


@pytest.mark.parametrize(("field", "text"), [("near", "성수"), ("makes", "미시")])
def test_suggestions_of_the_fields_of_the_front_page(page, field, text):
    page.goto("/")
    page.locator(f"#{field}").press_sequentially(text)
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert troubles(page) == []
    page.locator(f"#{field}").fill("뷁뷁")
    expect(page.locator(".suggestions-none:not([hidden])")).to_have_text("추천 검색어가 없습니다.")
    assert troubles(page) == []


def sign_in(page):
    page.goto("/admin/login/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()


def test_staff_desk(page, full_site):
    page.goto("/admin/login/")
    assert troubles(page) == []
    sign_in(page)
    found = {}
    for path in DESK:
        assert page.goto(path.format(draft=full_site[1])).status == 200
        found[path] = troubles(page)
    assert not any(found.values()), found


def test_pages_of_acts_on_several_centres(page):
    sign_in(page)
    found = {}
    for action in ACTIONS:
        page.set_viewport_size({"width": 1280, "height": HEIGHT})
        page.goto("/admin/centers/center/?o=-9")
        for box in page.locator("#result_list [name=_selected_action]").all()[:4]:
            box.check()
        page.select_option("select[name=action]", action)
        page.get_by_role("button", name="실행", exact=True).click()
        expect(page.locator("#result_list")).to_have_count(0)
        found[action] = troubles(page)
    assert not any(found.values()), found
