"""From a reader's report without JavaScript to a public value with its source."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import ACCOUNT

NUMBER = "051-765-4321"


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def visitor():
    return {"java_script_enabled": False, "viewport": {"width": 360, "height": 740}}


def test_report_reaches_the_public_page_in_eight_steps(page):
    page.goto("/centers/2/")
    page.get_by_role("link", name="알려 주기").click()
    page.get_by_label("무엇이 다른가요?").select_option("phone")
    page.get_by_label("맞는 값").fill("051.765.4321")
    page.get_by_label("전화", exact=True).check()
    page.get_by_role("button", name="보내기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("알려 주셔서 고맙습니다")

    # The steps of the officer, as test_officers counts them.
    page.goto("/admin/login/")  # 1
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)  # 2, the form
    page.locator("[type=submit]").click()  # 3
    page.get_by_role("link", name="이용자 제보 ").first.click()  # 4
    page.locator("#result_list tbody th a").first.click()  # 5
    expect(page.locator(".reader-report")).to_contain_text("051.765.4321")
    page.get_by_role("link", name="받아들이기").click()  # 6
    expect(page.locator("#id_phone")).to_have_value(NUMBER)
    page.fill("#id_source_date", timezone.localdate().isoformat())  # 7, after a call
    page.get_by_role("button", name="저장", exact=True).click()  # 8

    page.context.clear_cookies()
    page.goto("/centers/2/")
    expect(page.locator(".contact")).to_contain_text(NUMBER)
    expect(page.locator(".contact")).to_contain_text("이용자 제보, ")
    expect(page.locator(".contact")).to_contain_text("전화로 확인")
