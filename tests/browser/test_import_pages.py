"""A list in the admin: a table from the clipboard, and a plan that is short enough to read."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ACCOUNT
from tests.support.spreadsheets import STATUS_LIST

#: Three screens at 1280 × 800.
HIGHEST = 3 * 800
#: A browser gives the table as HTML besides its text, which lost the borders of its cells.
PASTE = """html => {
  const field = document.getElementById("id_text"), clipboard = new DataTransfer();
  clipboard.setData("text/html", html);
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
}"""


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


def test_pasted_list_is_planned_on_three_screens(page):
    with STATUS_LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    page.goto("/admin/login/?next=/admin/centers/importrun/add/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()

    page.fill("#id_text", "한 줄에 붙은 표")
    page.locator("#id_text").select_text()
    page.evaluate(PASTE, f"<p>앞</p>{table}<p>뒤</p>")
    page.select_option("#id_kind", "status_list")
    page.fill("#id_title", "다음 현황")
    page.fill("#id_publisher", "소상공인시장진흥공단")
    page.fill("#id_published_on", "2026. 9. 30.")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="읽고 계획 보기").click()

    expect(page.locator(".import-row")).to_have_count(len(rows) - 1)
    # Without what the list of records of extreme length adds at the end.
    listed = page.locator(".import-row").last.evaluate("row => row.getBoundingClientRect().bottom")
    assert listed + page.evaluate("scrollY") < HIGHEST
