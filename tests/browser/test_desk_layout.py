"""The desk at 360 and 1280 px: nothing scrolls sideways or runs past an edge."""

import pytest

from tests.browser.conftest import ACCOUNT
from tests.support.extremes import LONGEST

LISTS = ("correction", "center", "operator", "announcement", "citation", "listing", "importrun")
FORMS = (
    f"/admin/centers/center/{LONGEST}/move/",
    f"/admin/centers/center/{LONGEST}/change/",
    "/admin/centers/center/add/",
    "/admin/centers/citation/add/",
    "/admin/centers/correction/",
    "/admin/centers/importrun/add/",
    "/admin/work/",
    "/admin/guide/",
)
REPORT = "가나다라마바사아자차" * 20
#: What ends beyond the box that it stands in, in px.
BEYOND = """() => [...document.querySelectorAll("select, .select2-container, input, textarea, img")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    .map((one) => [one, one.closest("fieldset, form, .actions, #changelist-filter, main, body")])
    .filter(([one, box]) =>
        one.getBoundingClientRect().right > box.getBoundingClientRect().right + 0.5)
    .map(([one]) => one.outerHTML.slice(0, 80))"""
SCROLLED = """() => [...document.querySelectorAll(".results, #changelist, #content, html")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.id || one.className || one.tagName} ${one.scrollWidth}`)"""


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def desk(page):
    """Send a report that is as long as the form takes, and sign in."""
    page.goto(f"/centers/{LONGEST}/correction/")
    page.get_by_label("무엇이 다른가요?").select_option("address")
    page.get_by_label("맞는 값").fill(REPORT)
    page.get_by_label("전화", exact=True).check()
    page.get_by_role("button", name="보내기").click()
    page.goto("/admin/login/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()
    return page


def test_lists_fit_a_phone(desk):
    desk.set_viewport_size({"width": 360, "height": 740})
    found = {}
    for name in LISTS:
        desk.goto(f"/admin/centers/{name}/")
        found[name] = desk.evaluate(SCROLLED)
    assert not any(found.values()), found


def test_cells_of_a_list_are_named_on_a_phone(desk):
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto("/admin/centers/correction/")
    labels = (
        desk.locator("#result_list tbody tr")
        .first.locator("td")
        .evaluate_all("cells => cells.map((cell) => getComputedStyle(cell, '::before').content)")
    )
    assert '"어떻게 알았는지"' in labels and '"처리"' in labels


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_field_runs_past_its_form(desk, width):
    desk.set_viewport_size({"width": width, "height": 900})
    found = {}
    for path in FORMS:
        assert desk.goto(path).status == 200
        found[path] = desk.evaluate(BEYOND)
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not any(found.values()), found
