"""axe finds no violation on any page of the desk, at any width and in both colour schemes."""

from playwright.sync_api import expect

from tests.browser.axe import HEIGHT, address, list_violations, visitor  # noqa: F401
from tests.browser.conftest import ACCOUNT
from tests.support.extremes import ACTIONS, DESK


def sign_in(page):
    page.goto("/admin/login/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()


def test_staff_desk(page, full_site):
    page.goto("/admin/login/")
    assert list_violations(page) == []
    sign_in(page)
    found = {}
    for path in DESK:
        assert page.goto(path.format(draft=full_site[1])).status == 200
        found[path] = list_violations(page)
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
        found[action] = list_violations(page)
    assert not any(found.values()), found
