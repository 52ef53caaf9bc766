"""The tasks of an officer at the desk, from its front page, with their steps counted.

A step is a link or a button that is pressed, or a form that is filled in: all that is typed and
chosen in one form is one step, and Enter in a form of one field belongs to it. Opening the front
page, and looking at the result, are none. Each task had been measured when the desk was new, with
more steps and without a source of what was typed; its bound is two thirds of those.
"""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.support.sites import prepared_database, running
from tests.support.spreadsheets import status_list

PASSWORD = "only for these tests 0"
TODAY = timezone.localdate()
#: The centres that tasks change, one each, so that they may run in any order.
EDITED = [5, 6, 7, 8, 10]
LINK = "https://www.example.kr/center"
PREPARE = f"""
import json
from datetime import timedelta
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone
from centers.models import Center, Region
from tests.support.lists import SOAP, create_draft, details, table

people = {{}}
for name, group in (("manager", "관리자"), ("editor", "편집자"), ("lost", "편집자")):
    user = get_user_model().objects.create_user(name, password={PASSWORD!r}, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    people[name] = user
Authenticator.objects.create(user=people["lost"], type="totp", data={{"secret": "x"}})
jeju = Region.objects.get(code="50110")
for name in ("지울 센터", "겹친 센터 가", "겹친 센터 나"):
    phone = "064-111-2222" if "겹친" in name else ""
    Center(name=name, region=jeju, industry_id="10", phone=phone).save()
center = Center.objects.get(pk=30)
center._history_user, center.phone = people["editor"], "02-999-8888"
center.save()
last_month = timezone.now().replace(day=1) - timedelta(days=3)
center.history.filter(phone="02-999-8888").update(history_date=last_month)
create_draft(table(SOAP), details("of-the-editor"), user=people["editor"])
request = RequestFactory().get("/")
keys = {{}}
for name in ("manager", "editor"):
    request.session = SessionStore()
    login(request, people[name], "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    keys[name] = request.session.session_key
edited = list(Center.objects.filter(pk__in={EDITED}).values_list("name", flat=True))
print(json.dumps([keys, edited]))
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A site with the shipped facts.

    Yields its address, the sessions by account, and the names of the centres that tasks change.
    """
    folder = tmp_path_factory.mktemp("officers")
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url) as site,
    ):
        site.wait()
        keys, edited = json.loads(site.manage("shell", "-v0", "-c", PREPARE))
        yield f"http://127.0.0.1:{site.port}", keys, edited


@pytest.fixture(scope="module")
def address(desk):
    return desk[0]


@pytest.fixture
def visitor():
    return {"viewport": {"width": 1280, "height": 800}}


class Officer:
    """Somebody at the front page of the desk, whose steps are counted."""

    def __init__(self, page):
        self.page = page
        self.steps = 0
        page.goto("/admin/")

    def press(self, target):
        """Press a link or button: a CSS selector, or a locator."""
        self.steps += 1
        found = self.page.locator(target) if isinstance(target, str) else target
        found.click()

    def fill_in(self, **values):
        """Fill in the fields of one form, by the ends of their ids; a function fills in itself."""
        self.steps += 1
        for name, value in values.items():
            field = self.page.locator(f"#id_{name}")
            if callable(value):
                value()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def search(self, selector, words):
        """Type into a form of one field, and press Enter."""
        self.steps += 1
        self.page.fill(selector, words)
        self.page.press(selector, "Enter")
        self.page.wait_for_load_state()

    def choose(self, name, words):
        """Choose a record in a field that searches while one types."""
        self.page.locator(f"#id_{name} + .select2").click()
        self.page.locator(".select2-search__field").fill(words)
        expect(self.page.locator(".select2-results__option--highlighted")).to_contain_text(words)
        self.page.locator(".select2-search__field").press("Enter")

    def save(self):
        self.press(self.button("저장"))

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name):
        return self.page.get_by_role("link", name=name).first

    def find(self, words):
        """Find a centre from the front page, and come to its form."""
        self.search("#find-center", words)
        expect(self.page.locator("#center_form")).to_be_visible()

    @property
    def message(self):
        return self.page.locator(".messagelist")

    def read_public(self, key):
        """The text of a centre's public page, as it is now."""
        self.page.goto(f"/centers/{key}/")
        return " ".join(self.page.locator("main").inner_text().split())


def enter(context, desk, name):
    context.add_cookies([{"name": "sessionid", "value": desk[1][name], "url": desk[0]}])
    return Officer(context.new_page())


@pytest.fixture
def officer(context, desk):
    return enter(context, desk, "manager")


@pytest.fixture
def editor(context, desk):
    return enter(context, desk, "editor")


def test_a_sign_in_and_see_what_needs_doing(page):
    officer = Officer(page)
    officer.fill_in(username="editor", password=PASSWORD)
    officer.press("[type=submit]")

    expect(page.locator(".desk-checks")).to_contain_text("겹치는 것 같음")
    expect(page.locator(".desk-checks")).to_contain_text("전화 확인")
    assert officer.steps <= 2


def test_b_telephone_and_website_with_their_source(editor):
    editor.find("센터 5번")
    editor.fill_in(phone="０２)363.7563", website=LINK, source_url=LINK)
    editor.save()

    expect(editor.message).to_contain_text("저장을 마쳤습니다")
    assert editor.steps <= 4
    text = editor.read_public(5)
    assert "02-363-7563" in text
    assert f"www.example.kr {TODAY.isoformat()}" in text


def test_c_correct_a_size_and_revert_it(editor):
    page = editor.page
    editor.find("센터 6번")
    before = page.input_value("#id_cluster_size")
    editor.fill_in(cluster_size="1,234개사", source_url=LINK)
    editor.save()
    expect(editor.message).to_contain_text("저장을 마쳤습니다")
    editor.press(editor.link("되돌리기: 앞선 값 보기"))
    expect(page.locator(".history-entry")).to_contain_text("집적지 소공인 규모")
    editor.press(editor.button("고른 값을 앞선 값으로 되돌리기"))

    expect(editor.message).to_contain_text("값을 되돌렸습니다")
    assert editor.steps <= 5
    page.goto("/admin/centers/center/6/change/")
    assert page.input_value("#id_cluster_size") == before


def test_d_move_with_a_new_name_and_operator(editor):
    page = editor.page
    editor.find("센터 7번")
    old_name = page.input_value("#id_name")
    address = page.input_value("#id_address")
    editor.press(editor.link("이전·명칭 변경"))
    editor.fill_in(
        name="달빛 소공인특화지원센터",
        operator=page.locator("#id_operator option:not([selected])").nth(3).get_attribute("value"),
        address=re.sub(r"\d+(-\d+)?$", "", address) + " 999",
        changed_on="2026-10",
        source_url=LINK,
    )
    editor.save()

    expect(editor.message).to_contain_text("이전·명칭 변경을 저장했습니다")
    assert editor.steps <= 6
    text = editor.read_public(7)
    assert "달빛" in text and old_name in text
    page.goto("/?q=" + old_name.removesuffix(" 소공인특화지원센터"))
    expect(page.locator("#results")).to_contain_text("달빛")


def test_e_closed_with_a_successor(editor):
    editor.find("센터 8번")
    editor.fill_in(
        closed_on="2026. 10. 31.",
        successor=lambda: editor.choose("successor", "서울 상생"),
        source_url=LINK,
    )
    editor.save()

    expect(editor.message).to_contain_text("저장을 마쳤습니다")
    assert editor.steps <= 4
    text = editor.read_public(8)
    assert "운영 종료" in text and "2026-10-31" in text and "이어받은 센터" in text


def take_in_list(officer, title, day, **values):
    """Name the announcement of a list, and read it."""
    officer.fill_in(title=title, publisher="중소벤처기업부", published_on=day, **values)
    officer.press("#content [type=submit].default, #content .default[type=submit]")
    expect(officer.page.locator(".import-plan")).to_be_visible()


def test_f_announcement_pasted_from_a_document(editor):
    rows = (
        "2027년 소공인특화지원센터 신규 선정 결과",
        "(단위: 개사)",
        "연번\t지역\t업종\t주관기관\t집적지 규모\t센터 소재지",
        "1\t경기\t가구\t(재)새시산업진흥원\t300여개\t경기도 남양주시 진접읍 새길 1",
        "2\t제주\t인쇄\t제주인쇄협동조합\t140\t제주특별자치도 제주시 새길 2",
        "합계\t2개소\t\t\t440\t",
        "※ 센터 소재지는 바뀔 수 있음",
    )
    editor.press("a[href='/admin/centers/importrun/add/']")
    take_in_list(editor, "2027년 신규 선정", "2026. 11. 20.", text="\n".join(rows))
    editor.fill_in(year=lambda: editor.page.get_by_label("2027년").check())
    editor.press(editor.button("정한 대로 다시 계획"))
    editor.press(editor.button("이 계획대로 반영"))

    expect(editor.message).to_contain_text("새 센터 2곳")
    assert editor.steps <= 8


def build_workbook(folder, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_g_h_i_list_of_next_year_is_taken_in_and_back(desk, editor, tmp_path):
    """Two rows above the heading, sizes in words, and three centres that are missing."""
    page, (head, *rows) = editor.page, status_list()
    known = [[*row, f"약 {number}0여개"] for number, row in enumerate(rows[:-3], 5)]
    known = [row for row in known if row[1] not in desk[2]]
    path = build_workbook(tmp_path, [["2027년 현황"], [], [*head, "소공인 수"], *known])
    editor.press("a[href='/admin/centers/importrun/add/']")
    take_in_list(
        editor,
        "2027년 현황",
        "2026-11-28",
        file=lambda: page.set_input_files("#id_file", path),
        kind="status_list",
    )
    missing = page.locator(".import-missing tbody tr", has=page.get_by_label("그대로 둠"))
    expect(missing.first).to_be_visible()
    before = editor.steps
    editor.fill_in(missing=lambda: missing.first.get_by_label("그대로 둠").check())
    editor.press(editor.button("정한 대로 다시 계획"))
    expect(missing.first).to_contain_text("그대로")
    assert editor.steps - before <= 2
    editor.press(editor.button("이 계획대로 반영"))
    expect(editor.message).to_contain_text("반영했습니다")
    assert editor.steps <= 14

    before = editor.steps
    editor.press(editor.button("되돌리기"))
    expect(editor.message).to_contain_text("가져오기 전으로 되돌렸습니다")
    assert editor.steps - before == 1


def test_j_second_of_two_imports_sees_what_the_first_changed(context, desk):
    row = "지역,센터명,업종,주소,전화번호\n제주,제주 새벽 빵 센터,식료품,제주시 새벽길 7,{}\n"
    pair = [enter(context, desk, name) for name in ("editor", "manager")]
    for number, officer in enumerate(pair, 1):
        officer.press("a[href='/admin/centers/importrun/add/']")
        text = row.format(f"064-123-000{number}")
        day = f"2026-10-0{number}"
        take_in_list(officer, f"현황 {number}", day, text=text, kind="status_list")
    first, second = pair
    first.press(first.button("이 계획대로 반영"))
    expect(first.message).to_contain_text("새 센터 1곳")
    second.press(second.button("이 계획대로 반영"))

    expect(second.message).to_contain_text("반영하지 않았습니다")
    expect(second.page.locator(".import-plan")).to_contain_text("064-123-0001")


def test_k_confirm_twenty_and_take_them_away(editor):
    page = editor.page
    editor.press("#content-main th a[href='/admin/centers/center/']")
    boxes = page.locator("#result_list [name=_selected_action]")

    def choose_twenty():
        boxes.nth(0).click()
        boxes.nth(19).click(modifiers=["Shift"])
        page.select_option("select[name=action]", "confirm")

    editor.fill_in(changelist=choose_twenty)
    editor.press(editor.button("실행"))
    expect(page.locator(".act-changes li")).to_have_count(20)
    editor.fill_in(source_means="call", source_title="소공인지원팀", source_date=TODAY.isoformat())
    editor.press(editor.button("반영하기"))
    expect(editor.message).to_contain_text("20곳을 바꾸었습니다")
    with page.expect_download() as download:
        editor.press(editor.link("엑셀로 받기"))

    assert editor.steps <= 15
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))["센터"]
    rows = sheet.iter_rows(values_only=True)
    table = [dict(zip(names, row, strict=True)) for names in [next(rows)] for row in rows]
    letters = [row for row in table if row["운영기관명"] and row["소재지도로명주소"]]
    assert len(letters) >= 20 and "전화번호" in table[0]


def test_l_merge_what_is_there_twice(editor):
    editor.press(editor.link("겹친 센터 가"))
    expect(editor.page.locator("form.merge")).to_contain_text("겹친 센터 나")
    editor.press(editor.button("하나로 합치기"))

    expect(editor.message).to_contain_text("합쳤습니다")
    assert editor.steps <= 2
    key = re.search(r"/center/(\d+)/", editor.page.url)[1]
    assert "겹친 센터 가" in editor.read_public(int(key))
    assert editor.page.goto(f"/centers/{int(key) + 1}/").url.endswith(f"/centers/{key}/")


def test_m_mail_with_a_link_becomes_a_corrected_page(editor, address):
    editor.find(f"안녕하세요, {address}/centers/10/ 전화가 바뀌었습니다.")
    editor.fill_in(phone="02-555-1234", source_url=LINK)
    editor.save()

    expect(editor.message).to_contain_text("저장을 마쳤습니다")
    assert editor.steps <= 5
    assert "02-555-1234" in editor.read_public(10)


def test_n_account_and_a_lost_telephone(officer):
    page = officer.page
    officer.press("a[href='/admin/auth/user/add/']")
    words = "아무도 알아내지 못할 긴 말 0"
    officer.fill_in(username="newcomer", password1=words)
    officer.save()
    expect(officer.message).to_contain_text("newcomer")
    expect(page.get_by_label("편집자")).to_be_checked()
    officer.press(".breadcrumbs a[href='/admin/auth/user/']")
    officer.press(page.locator("#result_list").get_by_role("link", name="lost"))
    officer.press(officer.button("2단계 인증 지우기"))

    expect(officer.message).to_contain_text("1명의 2단계 인증을 지웠습니다")
    assert officer.steps <= 6


def test_o_delete_and_bring_back(officer):
    officer.find("지울 센터")
    officer.press(officer.link("삭제"))
    officer.press("#content [type=submit]")
    expect(officer.message).to_contain_text("삭제를 마쳤습니다")
    officer.press(officer.button("되돌리기"))

    expect(officer.message).to_contain_text("되돌렸습니다")
    assert officer.steps <= 4
    officer.page.goto("/admin/centers/center/?q=지울+센터")
    expect(officer.page.locator("#result_list tbody tr")).to_have_count(1)


def test_p_who_changed_what_last_month(officer):
    last_month = TODAY.replace(day=1) - timedelta(days=3)
    officer.press(officer.link("바뀐 일"))
    officer.fill_in(month=last_month.strftime("%Y-%m"))
    officer.press(officer.button("골라 보기"))

    row = officer.page.locator(".work-log tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("editor")
    expect(row).to_contain_text("02-999-8888")
    assert officer.steps <= 3
    with officer.page.expect_download() as download:
        officer.press(officer.link("CSV로 내려받기"))
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 2


def test_q_editor_cannot_open_what_is_for_managers(editor, watch):
    page = editor.page
    for path in (
        "/admin/auth/user/",
        "/admin/auth/group/",
        "/admin/centers/region/50/delete/",
        "/admin/centers/industry/add/",
        "/admin/centers/listing/1/delete/",
        "/admin/centers/center/1/delete/",
    ):
        assert page.goto(path).status == 403, path
        expect(page.locator("h1")).to_have_text(re.compile("없습니다|수 없"))
        watch.forgive("403")
    page.goto("/admin/centers/listing/")
    expect(page.locator("select[name=action] option[value=delete_selected]")).to_have_count(0)

    page.goto("/admin/centers/importrun/?state__exact=planned")
    page.locator("#result_list tbody a", has_text="소공인특화지원센터 현황").last.click()
    editor.press(editor.link("이 계획 버리기"))
    editor.press("#content [type=submit]")
    expect(editor.message).to_contain_text("삭제를 마쳤습니다")


def test_form_of_a_centre_opens_from_its_public_page(editor):
    editor.page.goto("/centers/11/")
    editor.press(editor.link("고치기"))

    expect(editor.page.locator("#center_form")).to_be_visible()
    assert editor.steps == 1


def test_visitor_sees_no_link_to_the_form(page, context, address):
    assert isinstance(context.watch, Watch)
    page.goto("/centers/11/")
    expect(page.get_by_role("link", name="고치기")).to_have_count(0)
    assert context.cookies() == []
