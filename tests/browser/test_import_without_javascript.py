"""A whole import without JavaScript: from the upload to the undo."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ACCOUNT

LIST = """지역,센터명,운영기관,업종,연락 방법
부산,부산 남천 두부 소공인특화지원센터,부산두부조합,식료품,051-111-2222
부산,부산 남천 인쇄 소공인특화지원센터,부산인쇄조합,인쇄,담당자 휴대전화
대전·세종,한빛 안경 소공인특화지원센터,한빛조합,안경,042-333-4444
"""


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def visitor():
    return {"java_script_enabled": False, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def replan(page):
    def replan():
        with page.expect_navigation():
            page.get_by_role("button", name="정한 대로 다시 계획").click()

    return replan


def test_list_is_imported_and_undone_by_forms_alone(page, replan):
    page.goto("/admin/login/?next=/admin/centers/importrun/add/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()
    page.set_input_files(
        "[type=file]", {"name": "목록.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.select_option("#id_kind", "selection")
    page.fill("#id_title", "2026년 추가 선정")
    page.fill("#id_publisher", "중소벤처기업부")
    page.fill("#id_published_on", "2026. 9. 30.")
    page.get_by_role("button", name="읽고 계획 보기").click()

    page.locator(".import-columns summary").click()
    page.get_by_label("연락 방법").select_option(label="전화")
    replan()
    expect(page.locator("#row-2")).to_contain_text("전화번호 하나로 읽을 수 없습니다")
    page.locator("#row-2").get_by_label("이 값만 빼고 반영").check()
    page.locator("#row-3").get_by_label("지역").select_option(label="대전광역시")
    replan()
    for row in (1, 2, 3):
        expect(page.locator(f"#row-{row}")).to_contain_text("부산" if row < 3 else "대전광역시")
    # What was decided is sent again with each plan, and stays.
    replan()
    page.get_by_role("button", name="이 계획대로 반영").click()
    expect(page.locator(".messagelist")).to_contain_text("새 센터 3곳")

    page.get_by_label("3행을 가져온 것을 되돌립니다").check()
    page.get_by_role("button", name="가져오기 전으로 되돌리기").click()
    expect(page.locator(".messagelist")).to_contain_text("가져오기 전으로 되돌렸습니다")
