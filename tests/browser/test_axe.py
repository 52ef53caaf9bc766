"""axe finds no violation on any public page, at any width and in both colour schemes."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import address, list_violations, visitor  # noqa: F401
from tests.support.extremes import NOWHERE, PAGES

#: Of kinds that the other tests need not open.
MORE_PAGES = ("/api/", "/embed/?region=26", "/?near=없는동네&industry=14", "/centers/24/")


@pytest.mark.parametrize("path", [*PAGES, *MORE_PAGES])
def test_public_page(page, path):
    assert page.goto(path).status == 200
    assert list_violations(page) == []


def test_page_of_nothing(page, watch):
    page.goto(NOWHERE)
    assert list_violations(page) == []
    watch.forgive("404")


def test_list_of_suggestions(page):
    page.goto("/")
    page.locator("#q").press_sequentially("봉제")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert list_violations(page) == []


@pytest.mark.parametrize(("field", "text"), [("near", "성수"), ("makes", "미시")])
def test_suggestions_of_the_fields_of_the_front_page(page, field, text):
    page.goto("/")
    page.locator(f"#{field}").press_sequentially(text)
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert list_violations(page) == []
    page.locator(f"#{field}").fill("뷁뷁")
    expect(page.locator(".suggestions-none:not([hidden])")).to_have_text("추천 검색어가 없습니다.")
    assert list_violations(page) == []
