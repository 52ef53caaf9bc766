"""바뀐 일: what was changed at the desk, by person, kind, month, record and import; its files."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from centers.models import Center, ImportRun
from tests.support.staff import (
    EDITOR,
    MANAGER,
    make_account,
    page,
    read,
    say_source,
    sign_in,
    submit,
)


@pytest.fixture
def others(client, make_center):
    """A centre that another editor has changed."""
    center = make_center(name="바뀐 센터", phone="")
    client.force_login(make_account("gildong", EDITOR, last_name="홍", first_name="길동"))
    submit(client, page("center_change", center.pk), phone="051-111-2222", reason="전화로 물음")
    return center


def work(client, query=""):
    """The rows of the page, each as the texts of its cells."""
    response = client.get(reverse("admin:work_log") + query)
    assert response.status_code == 200
    rows = read(response).select(".wide-table tbody tr")
    return [[" ".join(one.get_text(" ").split()) for one in row.select("td, th")] for row in rows]


def test_manager_sees_who_changed_what(client, others):
    sign_in(client, MANAGER)

    [*_, row] = [one for one in work(client) if "홍길동" in one[1] or "길동" in one[1]][:1]

    assert row[2] in ("고침", "만듦")
    changed = [one for one in work(client, "?kind=~&model=center") if "바뀐 센터" in one[3]]
    assert changed[0][4] == "전화: 미확인 → 051-111-2222"
    assert changed[0][5].startswith("전화로 물음")


def test_editor_sees_only_their_own_work(client, others):
    assert any("바뀐 센터" in row[3] for row in work(client))
    client.force_login(make_account("다른 이", EDITOR))

    assert work(client) == []
    assert work(client, "?who=1") == []
    soup = read(client.get(reverse("admin:work_log")))
    assert soup.select_one("[name=who]") is None


def test_visitor_without_rights_sees_nothing(client, db):
    client.force_login(make_account("손님", None))

    assert client.get(reverse("admin:work_log")).status_code == 403
    assert client.get(reverse("admin:work_log_file", args=["csv"])).status_code == 403


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?kind=~", True),
        ("?kind=-", False),
        ("?model=center", True),
        ("?model=region", False),
        ("?record=바뀐+센터", True),
        ("?record=센터+{pk}번", True),
        ("?record={pk}&model=center", True),
        ("?record=다른+이름", False),
        ("?month={month}", True),
        ("?month=2019-01", False),
        ("?who={user}", True),
        ("?run={run}", False),
    ],
)
def test_work_is_filtered(client, others, query, is_found):
    author = others.history.latest().history_user
    manager = sign_in(client, MANAGER)
    run = ImportRun.objects.create(
        title="목록", slug="list", table={}, details={}, plan={}, state="applied"
    )
    month = timezone.localdate().strftime("%Y-%m")
    query = query.format(pk=others.pk, month=month, user=author.pk, run=run.pk)

    shown = any("전화: 미확인 → 051-111-2222" in row[4] for row in work(client, query))

    assert shown is is_found
    assert work(client, f"?who={manager.pk}") == []


def test_work_of_an_import_is_found(client, make_center):
    sign_in(client, MANAGER)
    run = ImportRun.objects.create(
        title="2026년 목록", slug="list", table={}, details={}, plan={}, state="applied"
    )
    center = make_center(name="가져온 센터")
    center.phone, center._run = "051-111-2222", run
    center.save()

    [row] = work(client, f"?run={run.pk}")

    assert "가져온 센터" in row[3] and row[5].endswith("가져오기: 2026년 목록")


def test_work_of_programs_is_one_press_away(client, make_center):
    make_center(name="첫 자료의 센터")
    sign_in(client, MANAGER)
    soup = read(client.get(reverse("admin:work_log") + "?model=center"))

    assert soup.select(".wide-table") == []
    link = next(one for one in soup.select("#content a") if "프로그램" in one.get_text())
    assert [row[1] for row in work(client, link["href"])] == ["프로그램"]
    assert [row[1] for row in work(client, "?model=center&who=all")] == ["프로그램"]


def test_months_begin_and_end_in_seoul(client, others):
    sign_in(client, MANAGER)
    others.history.update(history_date=datetime(2026, 9, 30, 15, 30, tzinfo=UTC))

    assert work(client, "?month=2026-10&model=center")
    assert work(client, "?month=2026-09&model=center") == []


@pytest.mark.parametrize(
    "query",
    [
        "?month=2026-13",
        "?month=x",
        "?kind=x",
        "?model=user",
        "?who=abc",
        "?run=99999999999999999999",
    ],
)
def test_filter_that_cannot_be_used_shows_nothing(client, others, query):
    sign_in(client, MANAGER)

    response = client.get(reverse("admin:work_log") + query)

    assert response.status_code == 200
    assert read(response).select(".errorlist")
    assert read(response).select(".wide-table") == []
    refused = client.get(reverse("admin:work_log_file", args=["csv"]) + query)
    assert refused.status_code == 302


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=x", "?page=99999999999999999999", "?x=1", "?record=%00"]
)
def test_odd_queries_are_no_errors(client, others, query):
    assert client.get(reverse("admin:work_log") + query).status_code in (200, 400)


def test_files_hold_the_rows_of_the_page(client, others):
    sign_in(client, MANAGER)
    others.refresh_from_db()
    others.note = "=1+1"
    others.save()
    shown = work(client, "?model=center&who=all")
    assert len(shown) == 3

    response = client.get(reverse("admin:work_log_file", args=["csv"]) + "?model=center&who=all")
    text = response.content.decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading == ["때", "누가", "한 일", "종류", "기록", "바뀐 내용", "사유", "가져오기"]
    assert [row[1] for row in rows] == [row[1] for row in shown]
    assert "비고: 미확인 → =1+1" in [row[5] for row in rows]

    response = client.get(reverse("admin:work_log_file", args=["xlsx"]) + "?model=center&who=all")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        row[1] for row in shown
    ]
    assert client.get(reverse("admin:work_log_file", args=["doc"])).status_code == 404


def test_names_of_people_stay_at_the_desk(client, others):
    client.logout()
    urls = ["/", f"/centers/{others.pk}/", "/changes/", "/feed/", f"/centers/{others.pk}/feed/"]
    urls += [f"/api/v1/centers/{others.pk}/", "/api/v1/centers/", "/centers.csv", "/centers.json"]

    for url in urls:
        response = client.get(url)
        content = getattr(response, "content", None) or b"".join(response.streaming_content)
        for name in ("gildong", "홍길동", "길동"):
            assert name not in content.decode(), url


def test_act_is_undone_from_the_page(client, db, make_center):
    sign_in(client, EDITOR)
    centers = [make_center() for _ in range(3)]
    chosen = {"action": "mark_closed", "_selected_action": [one.pk for one in centers]}
    client.post(page("center_changelist"), chosen | say_source(reason="폐쇄"))

    form = read(client.get(reverse("admin:work_log") + "?kind=act")).select_one("tbody form")
    data = {one["name"]: one.get("value", "") for one in form.select("[name]")}
    response = client.post(form["action"], data)

    assert response.url == reverse("admin:work_log") + "?kind=act"
    assert set(Center.objects.values_list("status", flat=True)) == {"operating"}
    assert [row[2] for row in work(client)][:2] == ["되돌림", "한 번에 한 일"]


def test_page_takes_few_queries(client, db, make_center, django_assert_max_num_queries):
    sign_in(client, MANAGER)
    for number in range(20):
        center = make_center(name=f"센터 {number}")
        center.phone = "051-111-2222"
        center.save()

    with django_assert_max_num_queries(60):
        assert len(work(client, "?model=center&who=all")) == 40
