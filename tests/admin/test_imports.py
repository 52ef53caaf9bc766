"""Imports in the admin: uploading a list, reviewing the plan, deciding, applying and undoing."""

import json
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils.timezone import get_current_timezone

from centers.models import Announcement, Center, ImportRun, Listing
from tests.support.factories import AnnouncementFactory
from tests.support.old_workbooks import xls
from tests.support.spreadsheets import hwpx, ods, xlsx
from tests.support.staff import (
    EDITOR,
    MANAGER,
    fields_of,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
)

STATUS_LIST = Path(__file__).parents[1] / "data" / "status_list_2026.csv"
ADD = "importrun_add"
DETAILS = {
    "kind": "status_list",
    "slug": "status-2026-07",
    "title": "전국 소공인 특화지원센터 현황",
    "publisher": "소상공인시장진흥공단",
    "published_on": "2026-07-31",
}


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


def upload(client, data=None, name="목록.csv", **changes):
    """Upload a list; returns its plan page, or the form with its errors."""
    content = STATUS_LIST.read_bytes() if data is None else data
    file = SimpleUploadedFile(name, content)
    return client.post(page(ADD), {**DETAILS, "file": file, **changes}, follow=True)


def paste(client, text, **changes):
    return client.post(page(ADD), {**DETAILS, "text": text, **changes}, follow=True)


def counts(response):
    """Return the row counts by kind on a plan page."""
    items = read(response).select(".import-counts li")
    return {
        item.get_text(" ", strip=True)[2:].rpartition(" ")[0]: int(item.strong.string)
        for item in items
        if item["class"] != ["import-all"]
    }


def press(client, run, step, **decisions):
    return client.post(page(f"importrun_{step}", run.pk), decisions, follow=True)


def errors(response):
    return [item.get_text(strip=True) for item in read(response).select(".errorlist li")]


def table(*rows):
    return "\n".join("\t".join(row) for row in (("지역", "운영기관", "업종", "주소"), *rows))


def test_list_is_planned_reviewed_and_applied(client, editor, announcement_2024):
    response = upload(client)
    run = ImportRun.objects.get()

    assert counts(response) == {
        "오류": 0,
        "정해야 함": 0,
        "바뀜": 3,
        "새 센터": 37,
        "그대로": 0,
        "건너뜀": 0,
        "목록에 없음": 2,
    }
    assert Center.objects.count() == 5
    assert Announcement.objects.count() == 1

    done = press(client, run, "apply")

    assert messages_in(done) == [
        "반영했습니다. 새 센터 37곳, 바뀐 센터 3곳, 확인 필요로 바뀐 센터 2곳입니다."
    ]
    assert Center.objects.count() == 42
    links = {link["href"] for link in read(done).select(".import-row .import-detail > p > a")}
    listed = Listing.objects.filter(announcement__slug="status-2026-07")
    assert links == {page("center_change", row.center_id) for row in listed}
    center = Center.objects.get(name="부산 서동 의류제조 소공인특화지원센터")
    entry = center.history.latest()
    assert (entry.history_user, entry.source.slug) == (editor, "status-2026-07")


def test_same_list_a_second_time_changes_nothing(client, editor, announcement_2024):
    upload(client)
    press(client, ImportRun.objects.get(), "apply")
    again = upload(client, announcement=Announcement.objects.get(slug="status-2026-07").pk)

    assert counts(again)["그대로"] == 40
    assert "바뀌는 것이 없습니다" in read(again).get_text()
    assert read(again).select("[formaction$='/apply/']") == []


def test_import_is_undone(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    press(client, run, "apply")

    refused = press(client, run, "undo")
    assert messages_in(refused) == ["되돌리려면 먼저 확인 칸에 표시해 주세요."]
    assert Center.objects.count() == 42

    box = read(refused).select_one("form[action$='/undo/'] [name=sure]")
    response = press(client, run, "undo", sure=box["value"])

    assert messages_in(response) == ["가져오기 전으로 되돌렸습니다."]
    assert Center.objects.count() == 5
    assert Center.objects.get(region="51750").status == "operating"


def test_pasted_2024_table_changes_nothing(client, editor, announcement_2024):
    text = "\n".join(
        "\t".join((row.region, row.operator, row.industry, row.cluster_size))
        for row in announcement_2024.listings.order_by("row")
    )
    response = paste(
        client,
        f"지역\t운영기관\t업종\t집적지 소공인 규모\n{text}",
        announcement=announcement_2024.pk,
    )

    assert counts(response)["그대로"] == 5


def test_ambiguous_row_waits_for_a_decision(client, editor, make_center, make_operator):
    operator = make_operator(name="(재)가나진흥원")
    first = make_center(name="가 센터", operator=operator)
    make_center(name="나 센터", operator=operator)
    row = ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 옥봉로8번길 16")
    response = paste(client, table(row), kind="selection")
    run = ImportRun.objects.get()

    assert counts(response)["정해야 함"] == 1
    assert read(response).select("[formaction$='/apply/']") == []
    assert "정하지 않은 행이나 오류가 있는 행이" in messages_in(press(client, run, "apply"))[0]

    decided = press(client, run, "decide", **{"row-1-center": str(first.pk)})
    assert counts(decided)["바뀜"] == 1
    press(client, run, "apply")
    first.refresh_from_db()
    assert first.address == "부산광역시 금정구 옥봉로8번길 16"


def test_editor_value_is_replaced_only_when_ticked(client, editor, make_center, make_operator):
    center = make_center(operator=make_operator(name="가나진흥원"), address="부산 금정구 서동 1")
    row = ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 옥봉로8번길 16")
    response = paste(client, table(row), kind="selection")
    run = ImportRun.objects.get()
    box = read(response).select_one("input[name='row-1-take'][value='address']")
    assert "편집자" in box.find_parent("tr").get_text()

    ticked = press(client, run, "decide", **{"row-1-take": "address"})
    assert read(ticked).select_one("input[name='row-1-take'][value='address']").has_attr("checked")
    press(client, run, "apply")

    center.refresh_from_db()
    assert center.address == "부산광역시 금정구 옥봉로8번길 16"


def test_short_list_marks_missing_centers_only_on_request(client, editor, announcement_2024):
    upload(client)
    press(client, ImportRun.objects.get(), "apply")
    rows = STATUS_LIST.read_text(encoding="utf-8-sig").splitlines()[:4]
    short = {"slug": "short", "published_on": "2026-09-30", "data": "\n".join(rows).encode()}

    response = upload(client, **short)
    run = ImportRun.objects.get(slug="short")
    before = read(response).select_one(".import-missing table").get_text()
    chosen = press(client, run, "decide", **{"all-missing": "take"})
    form = fields_of(read(chosen).select_one("#decisions"))

    assert "센터 42곳 가운데 39곳이 이 목록에 없습니다." in response.content.decode()
    assert "그대로 (없는 센터가 너무 많음)" in before
    assert form["all-missing"] == ["take"]
    press(client, run, "apply")
    assert Center.objects.filter(status="unconfirmed").count() == 39


def test_details_beside_a_known_announcement_are_reported(client, editor, announcement_2024):
    known = {"announcement": announcement_2024.pk, "published_on": "2024-06-25"}
    content = table(["부산 금정구", "가나다", "의복", ""]).encode()

    told = upload(client, content, title="다른 제목", slug="", publisher="", **known)
    silent = upload(client, content, title="", slug="", publisher="", **known)

    warning = "이미 있는 공고와 다르게 적은 것은 공고에 반영하지 않습니다: 제목"
    assert warning in read(told).get_text()
    assert "다르게 적은 것" not in read(silent).get_text()


def test_missing_centre_can_be_kept(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    center = Center.objects.get(region="51750")

    press(client, run, "decide", **{f"missing-{center.pk}": "keep"})
    press(client, run, "apply")

    center.refresh_from_db()
    assert center.status == "operating"
    assert Center.objects.get(region="47210").status == "unconfirmed"


def test_plan_is_not_applied_after_records_have_changed(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    center = Center.objects.get(region="26410")
    center.address = "부산광역시 금정구 서동로 1"
    center.save()

    refused = press(client, run, "apply")
    assert "계획을 본 뒤에 자료가 바뀌어 반영하지 않았습니다." in messages_in(refused)[0]
    assert Center.objects.count() == 5

    press(client, run, "apply")
    assert Center.objects.count() == 42
    center.refresh_from_db()
    assert center.address == "부산광역시 금정구 서동로 1"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "빈 파일입니다"),
        (b"%PDF-1.7 ...", "a.pdf", "PDF"),
        (b"PK\x03\x04broken", "a.xlsx", "엑셀"),
        ("가,나\n1,2\n".encode(), "a.csv", "지역"),
        (b"x" * (5 * 1024**2 + 1), "a.csv", "5 MB"),
    ],
)
def test_unreadable_file_shows_an_error_at_its_field(client, editor, content, name, words):
    response = upload(client, content, name)

    assert words in " ".join(errors(response))
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "새 공고이면 적어야 합니다."),
        ({"slug": "한글"}, "영문 소문자, 숫자, 붙임표(-)로 적습니다."),
        ({"published_on": "2099-01-01"}, "아직 오지 않은 날입니다."),
        ({"published_on": "어제"}, "2026. 11. 20.처럼 적어 주세요."),
        (
            {"source_url": "javascript:alert(1)"},
            "http:// 또는 https://로 시작하는 주소를 적으세요.",
        ),
        ({"text": "지역\t주소"}, "하나만 주세요."),
        ({"announcement": "999"}, "고를 수 있는 것 가운데 하나를"),
    ],
)
def test_invalid_details_show_an_error_at_their_field(client, editor, changes, words):
    response = upload(client, **changes)

    assert words in " ".join(errors(response))
    assert ImportRun.objects.count() == 0


def test_empty_import_form_shows_an_error(client, editor):
    response = client.post(page(ADD), DETAILS)

    assert "하나를 주세요." in " ".join(errors(response))


def test_draft_can_be_deleted_but_an_applied_import_cannot(client, announcement_2024):
    sign_in(client, MANAGER)
    upload(client)
    run = ImportRun.objects.get()
    assert client.post(page("importrun_delete", run.pk), {"post": "yes"}).status_code == 302
    assert ImportRun.objects.count() == 0

    upload(client)
    run = ImportRun.objects.get()
    press(client, run, "apply")
    assert client.post(page("importrun_delete", run.pk), {"post": "yes"}).status_code == 403


def test_import_needs_permission_and_post(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    for step in ("decide", "apply", "undo"):
        assert client.get(page(f"importrun_{step}", run.pk)).status_code == 403

    client.force_login(make_account("손님", None))
    assert client.get(page(ADD)).status_code == 403
    assert client.get(page("importrun_change", run.pk)).status_code == 403
    assert press(client, run, "apply").status_code == 403
    assert Center.objects.count() == 5


@pytest.mark.parametrize("key", ["0", "999", "abc", "99999999999999999999999", "１"])
def test_missing_import_run_is_a_404(client, editor, key):
    assert client.get(f"/admin/centers/importrun/{key}/change/").status_code == 404


def test_invalid_decisions_are_rejected_and_lose_nothing(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    before = run.plan

    response = press(client, run, "decide", **{"row-3-center": "99999999999999999999999999"})

    assert "센터는 없습니다" in messages_in(response)[0]
    run.refresh_from_db()
    assert (run.plan, run.decisions) == (before, {})


def test_import_runs_are_listed_with_plan_counts(client, editor, announcement_2024):
    upload(client)
    soup = read(client.get(page("importrun_changelist")))

    assert soup.select_one(".field-plan_summary").get_text() == "바뀜 3, 새 센터 37, 목록에 없음 2"
    assert Center.objects.filter(confirmed_on=date(2026, 7, 31)).count() == 0


def test_earlier_decisions_stay_when_others_are_made(client, editor, make_center, make_operator):
    operator = make_operator(name="(재)가나진흥원")
    first = make_center(name="가 센터", operator=operator)
    make_center(name="나 센터", operator=operator)
    rows = (
        ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 옥봉로8번길 16"),
        ("중구", "다라진흥원", "식료품", "중앙로 1"),
    )
    response = paste(client, table(*rows), kind="selection")
    run = ImportRun.objects.get()
    form = fields_of(read(response).select_one("#decisions"))
    response = press(client, run, "decide", **form | {"row-1-center": str(first.pk)})
    form = fields_of(read(response).select_one("#decisions"))

    response = press(client, run, "decide", **form | {"row-2-region": "26110"})

    assert (counts(response)["정해야 함"], counts(response)["바뀜"]) == (0, 1)
    form = fields_of(read(response).select_one("#decisions"))
    response = press(client, run, "decide", **form)
    assert counts(response)["정해야 함"] == 0
    run.refresh_from_db()
    assert run.decisions["rows"] == {"1": {"center": first.pk}, "2": {"region": "26110"}}


def test_decision_without_effect_stays_visible_and_is_sent_again(
    client, editor, make_center, make_operator
):
    operator = make_operator(name="(재)가나진흥원")
    first = make_center(name="가 센터", operator=operator)
    make_center(name="나 센터", operator=operator)
    paste(client, table(("부산 금정구", "가나진흥원", "의복", "")), kind="selection")
    run = ImportRun.objects.get()

    response = press(client, run, "decide", **{"row-1-center": str(first.pk)})

    assert counts(response)["그대로"] == 1
    form = fields_of(read(response).select_one("#decisions"))
    assert form["row-1-center"] == [str(first.pk)]


def test_plan_changed_by_somebody_else_is_not_applied_unseen(client, editor, announcement_2024):
    shown = upload(client)
    run = ImportRun.objects.get()
    form = fields_of(read(shown).select_one("#decisions"))
    center = Center.objects.get(region="51750")
    press(client, run, "decide", **{f"missing-{center.pk}": "keep"})

    refused = press(client, run, "apply", **form)

    assert "그사이 계획이 바뀌어 반영하지 않았습니다." in messages_in(refused)[0]
    assert Center.objects.count() == 5
    press(client, run, "apply", **fields_of(read(refused).select_one("#decisions")))
    assert Center.objects.count() == 42


def test_draft_of_a_deleted_announcement_is_rejected(client, editor):
    announcement = AnnouncementFactory(kind="selection")
    row = ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 옥봉로8번길 16")
    paste(client, table(row), announcement=announcement.pk)
    run = ImportRun.objects.get()
    announcement.delete()

    response = press(client, run, "apply")

    assert response.status_code == 200
    assert messages_in(response) == [
        "이 목록의 공고가 그사이 지워졌습니다. 목록을 다시 읽어 주세요."
    ]
    assert Center.objects.count() == 0


def test_unapplied_plan_is_labelled_and_times_are_korean(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    run.made_at = datetime(2026, 11, 22, 8, 2, tzinfo=get_current_timezone())
    run.save()

    row = read(client.get(page("importrun_changelist"))).select_one("#result_list tbody tr")

    assert row.select_one(".field-applied_time").get_text(strip=True) == "아직"
    assert row.select_one(".field-made_at").get_text(strip=True) == "2026년 11월 22일 오전 8:02"


def test_slug_is_made_and_not_requested(client, editor):
    assert read(client.get(page(ADD))).select("[name=slug]") == []
    AnnouncementFactory(slug="status-2026-07-31")

    upload(client, slug="")

    assert ImportRun.objects.get().slug == "status-2026-07-31-2"


def send(client, response, run, step, **changes):
    """Submit the plan page as it stands, with some fields changed."""
    form = fields_of(read(response).select_one("#decisions"))
    return press(client, run, step, **form | changes)


def test_what_is_ticked_is_planned_before_it_is_applied(client, editor, announcement_2024):
    shown = upload(client)
    run = ImportRun.objects.get()
    center = Center.objects.get(region="51750")

    told = send(client, shown, run, "apply", **{f"missing-{center.pk}": "keep"})

    assert "표시한 것을 계획에 넣었습니다." in messages_in(told)[0]
    assert Center.objects.count() == 5
    send(client, told, run, "apply")
    center.refresh_from_db()
    assert (Center.objects.count(), center.status) == (42, "operating")


def test_unreadable_cell_is_left_out_or_typed(client, editor):
    bad = "지역\t운영기관\t업종\t전화\n부산 금정구\t가나진흥원\t의복\t없는 번호\n"
    bad += "부산 동래구\t다라진흥원\t식료품\t모르는 번호"
    shown = paste(client, bad, kind="selection")
    run = ImportRun.objects.get()
    assert counts(shown)["오류"] == 2

    ready = send(
        client, shown, run, "decide", **{"row-1-out": "phone", "row-2-value-phone": "051-123-4567"}
    )
    assert counts(ready)["새 센터"] == 2
    send(client, ready, run, "apply")

    assert set(Center.objects.values_list("region", "phone")) == {
        ("26410", ""),
        ("26260", "051-123-4567"),
    }
    assert Listing.objects.get(row=2).phone == "모르는 번호"


def test_every_row_can_be_decided_otherwise(client, editor, make_center):
    center = make_center(region="11110", name="서울 종로 의류 센터", industry="14")
    row = ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 서동로 1")
    shown = paste(client, table(row), kind="selection")
    run = ImportRun.objects.get()
    opened = send(client, shown, run, "decide", row="1")
    names = {field["name"] for field in read(opened).select("#row-1 [name]")}
    assert {"row-1-region", "row-1-industry", "row-1-center", "row-1-value-operator"} <= names

    values = {"row-1-industry": "15", "row-1-value-operator": "마바조합"}
    decided = send(client, opened, run, "decide", **values)
    chosen = press(client, run, "decide", **{"row-1-center": str(center.pk)})

    assert "마바조합" in read(decided).select_one("#row-1").get_text()
    assert counts(chosen)["바뀜"] == 1
    run.refresh_from_db()
    assert run.decisions["rows"]["1"]["values"] == {"operator": "마바조합"}


def test_column_that_is_not_known_can_be_named(client, editor):
    text = "지역\t센터명\t관리주체\n부산\t부산 서동 봉제 소공인특화지원센터\t부산봉제협회"
    shown = paste(client, text, kind="selection")
    run = ImportRun.objects.get()

    named = send(client, shown, run, "decide", **{"column-2": "operator"})

    assert "부산봉제협회" in read(named).select_one("#row-1 summary").get_text()
    wrong = send(client, named, run, "decide", **{"column-0": "name"})
    assert "꼭 있어야 할 열을 아직 모릅니다" in read(wrong).select_one(".errornote").get_text()
    assert read(wrong).select("[formaction]") == []


def test_column_named_once_is_known_in_the_next_list(client, editor):
    first = (
        "지역\t센터명\t관리주체\t대장\n부산\t부산 서동 봉제 소공인특화지원센터\t부산봉제협회\t가"
    )
    shown = paste(client, first, kind="selection")
    named = send(client, shown, ImportRun.objects.get(), "decide", **{"column-2": "operator"})
    send(client, named, ImportRun.objects.get(), "apply")
    again = "관리 주체\t지역\t센터명\n부산인쇄협회\t부산\t부산 남천 인쇄 소공인특화지원센터"

    next_list = paste(client, again, slug="next", published_on="2026-08-31")
    run = ImportRun.objects.first()
    corrected = send(client, next_list, run, "decide", **{"column-0": ""})
    others = paste(client, again, slug="others", publisher="다른 기관")

    assert "부산인쇄협회" in read(next_list).select_one("#row-1 summary").get_text()
    assert "‘관리 주체’는 운영기관" in read(next_list).get_text()
    assert (
        "‘관리 주체’ 쓰지 않음" in read(corrected).select_one(".import-columns summary").get_text()
    )
    assert "‘관리 주체’ 쓰지 않음" in read(others).select_one(".import-columns summary").get_text()


def test_further_table_is_taken_where_the_editor_says_so(client, editor):
    row = "<tr><td>{}<td>{} 인쇄 소공인특화지원센터<td>{}협회"
    table = "<table><tr><td>지역<td>센터명<td>운영기관" + row + "</table>"
    page = (
        table.format("부산 중구", "부산", "가")
        + "<p>추가</p>"
        + table.format("대구 중구", "대구", "나")
    )
    shown = paste(client, "지역", html=page)
    run = ImportRun.objects.get()
    assert "‘추가’의 1행도 이 목록에 넣을까요?" in read(shown).get_text()
    assert read(shown).select("[formaction]") == []

    taken = send(client, shown, run, "decide", **{"sheet-0": "read"})
    send(client, taken, run, "apply")

    assert set(Center.objects.values_list("region", flat=True)) == {"26110", "27110"}


def test_remark_of_no_certain_row_is_seen_before_it_is_applied(client, editor):
    rows = ["지역,센터명,운영기관", "부산,부산 남천 인쇄 소공인특화지원센터,인쇄협회"]
    text = "\n".join([*rows, "※ 폐업한 센터가 들어 있음,,"])
    shown = upload(client, text.encode())
    run = ImportRun.objects.get()
    assert "※ 폐업한 센터가 들어 있음" in read(shown).select_one("fieldset").get_text()
    assert read(shown).select("[formaction]") == []

    seen = send(client, shown, run, "decide", remarks="seen")
    again = send(client, seen, run, "decide")
    assert read(again).select_one("[name=remarks][type=checkbox]").has_attr("checked")
    unseen = send(client, again, run, "decide", remarks="")
    assert read(unseen).select("[formaction]") == []
    send(client, send(client, unseen, run, "decide", remarks="seen"), run, "apply")

    assert Center.objects.get().name == "부산 남천 인쇄 소공인특화지원센터"


def test_cell_of_a_named_column_stays_left_out(client, editor):
    rows = (
        "지역,센터명,운영기관,연락 방법\n부산,부산 남천 인쇄 소공인특화지원센터,인쇄협회,담당자\n"
    )
    run_page = upload(client, rows.encode())
    run = ImportRun.objects.get()

    named = send(client, run_page, run, "decide", **{"column-3": "phone"})
    left = send(client, named, run, "decide", **{"row-1-out": "phone"})
    again = send(client, left, run, "decide")

    assert "‘담당자’" in read(again).select_one(".import-cell").get_text()
    send(client, again, run, "apply")
    assert Center.objects.get().phone == ""


NAME = "부산 남천 인쇄 소공인특화지원센터"
MESSY = {
    "csv": f"(단위: 천개),,\n지역,센터명,운영기관\n□ 부산,,\n부산,{NAME}¹,상동\n¹ 폐업,,".encode(
        "cp949"
    ),
    "html": f"<table><tr><th>지역<th>센터명<tr><td><s>부산</s><td>{NAME}(폐쇄)</table>".encode(),
    "xlsx": xlsx([["지역", "센터명", "상태"], ["부산", NAME, "휴관"], ["", "합계 3개소", ""]]),
    "hwpx": hwpx([["지역", "센터명", "운영기관"], ["대전·세종", NAME, "미정"]]),
    "ods": ods([["지역", "센터명", "소공인 수"], ["부산", NAME, "#REF!"]], hidden=[2]),
    "xls": xls([["지역", "센터명", "지정연도"], ["부산", NAME, "'24.6"]]),
}


@pytest.mark.parametrize("kind", MESSY)
def test_admin_and_command_make_one_plan(client, editor, tmp_path, capsys, kind):
    path = tmp_path / f"목록.{kind}"
    path.write_bytes(MESSY[kind])
    upload(client, MESSY[kind], path.name)
    about = {name: value for name, value in DETAILS.items() if name != "slug"}

    with suppress(CommandError):
        call_command(
            "import_list", path, announcement=DETAILS["slug"], dry_run=True, json=True,
            **about | {"published_on": date.fromisoformat(about["published_on"])},
        )  # fmt: skip

    shown = json.loads(capsys.readouterr().out)["plan"]
    run = ImportRun.objects.get()
    assert shown | {"slug": run.slug} == json.loads(json.dumps(run.plan))


def test_paste_without_a_table_in_its_html_is_read_as_text(client, editor):
    text = "지역\t센터명\t운영기관\n부산\t부산 서동 봉제 소공인특화지원센터\t부산봉제협회"

    response = paste(client, text, html="<table><tr><td>메뉴</table>")

    assert counts(response)["새 센터"] == 1


def test_required_column_can_be_named_in_the_plan(client, editor):
    shown = paste(client, "시도\t업종\t관리주체\n부산\t봉제\t부산봉제협회", kind="selection")
    run = ImportRun.objects.get()
    assert "꼭 있어야 할 열을 아직 모릅니다" in read(shown).get_text()
    assert read(shown).select("[formaction]") == []

    named = send(client, shown, run, "decide", **{"column-2": "operator"})
    send(client, named, run, "apply")

    assert Center.objects.get().operator.name == "부산봉제협회"


def test_year_of_designation_is_chosen_where_title_disagrees(client, editor):
    row = ("부산 금정구", "가나진흥원", "의복", "부산광역시 금정구 서동로 1")
    shown = paste(
        client,
        table(row),
        kind="selection",
        title="2027년 소공인특화지원센터 신규 선정",
        published_on="2026-11-20",
    )
    run = ImportRun.objects.get()
    assert "지정연도를 골라 주세요" in read(shown).get_text()

    chosen = send(client, shown, run, "decide", **{"designated-year": "2027"})
    send(client, chosen, run, "apply")

    assert Center.objects.get().designated_year == 2027


def test_plan_is_summed_up_and_filtered_by_links(client, editor, announcement_2024):
    shown = upload(client)
    run = ImportRun.objects.get()

    link = read(shown).select_one(".import-values a[href='?show=address']")
    assert link.get_text() == "주소 3"
    only = read(client.get(page("importrun_change", run.pk) + link["href"]))
    assert len(only.select(".import-row")) == 3
    for query in ("?show=nonsense", "?page=x&row=99999999999999999999999", "?show=%00"):
        assert client.get(page("importrun_change", run.pk) + query).status_code in (200, 400)


@pytest.mark.parametrize(
    "bad",
    [
        {"row-1-region": "99"},
        {"row-1-industry": "x"},
        {"row-1-value-phone": "0" * 400},
        {"column-0": "nonsense"},
        {"designated-year": "1800"},
        {"missing-1": "nonsense"},
        {"all-missing": "nonsense"},
        {"row-99999999999-center": "new"},
        {"next": "?show=" + "x" * 5000},
    ],
)
def test_bad_decision_is_answered_and_saves_nothing(client, editor, announcement_2024, bad):
    shown = upload(client)
    run = ImportRun.objects.get()

    for step in ("decide", "apply"):
        response = send(client, shown, run, step, **bad)
        assert response.status_code == 200
        run.refresh_from_db()
        if run.state == "applied":
            break
        assert run.decisions["rows"] == {} if run.decisions else True


def test_editor_discards_their_own_draft_alone(client, editor, announcement_2024):
    upload(client)
    run = ImportRun.objects.get()
    address = page("importrun_delete", run.pk)

    client.force_login(make_account("다른 편집자", EDITOR))
    assert client.post(address, {"post": "yes"}).status_code == 403
    client.force_login(editor)
    assert read(client.get(page("importrun_change", run.pk))).select_one(".deletelink")
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not ImportRun.objects.exists()
