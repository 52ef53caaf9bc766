"""Data quality checks, bulk actions, and restoring deleted centres in the admin."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from centers.models import Center, Operator, Word
from tests.support.staff import (
    EDITOR,
    SUPERUSER,
    error_beside,
    make_account,
    messages_in,
    page,
    read,
    say_source,
    sign_in,
    submit,
)

QUALITY = "center_quality"


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


@pytest.fixture
def good(make_center):
    """Create a centre that passes every check except by the given values."""

    def make(**values):
        return make_center(
            **{
                "name": f"센터 {Center.objects.count()}",
                "phone": f"051-111-{2222 + Center.objects.count()}",
                "address": f"부산광역시 금정구 옥봉로8번길 {16 + Center.objects.count()}",
                "website": "https://center.example.kr/",
                "lat": 35.2,
                "lon": 129.1,
                "confirmed_on": timezone.localdate(),
                **values,
            }
        )

    return make


def checks(client, address=None):
    """Return the checks on an admin page with their counts and links."""
    soup = read(client.get(address or page(QUALITY)))
    return {
        row.th.get_text(strip=True): (row.td.get_text(strip=True), row.th.a and row.th.a["href"])
        for row in soup.select("table.checks tbody tr")
    }


def listed(client, address):
    soup = read(client.get(address))
    return [cell.get_text(strip=True) for cell in soup.select("th.field-short_name")]


def test_old_numbers_are_on_the_call_list(client, editor, good, make_citation):
    center = good()
    make_citation(
        center=center, field="phone", value="031-354-3641", approximate="", confidence="low"
    )
    assert checks(client)["확인할 번호"][0] == "0곳"

    center.phone = ""
    center.save()
    count, address = checks(client)["확인할 번호"]
    assert count == "1곳"
    assert "031-354-3641" in client.get(address).content.decode()


def test_checks_without_findings_have_no_links(client, editor, good):
    good()

    assert set(checks(client).values()) == {("0곳", None), ("0건", None)} | {
        value for name, value in checks(client).items() if name == "업종으로 이어지지 않는 말"
    }


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        ("전화 없음", {"phone": ""}, {"phone": "", "status": "closed"}),
        ("주소 없음", {"address": ""}, {"address": "", "status": "closed"}),
        ("상태가 확인 필요", {"status": "unconfirmed"}, {"status": "closed"}),
        ("365일 넘게 확인 안 함", {"confirmed_on": days_ago(366)}, {"confirmed_on": days_ago(365)}),
        (
            "365일 넘게 확인 안 함",
            {"confirmed_on": None},
            {"confirmed_on": None, "status": "closed"},
        ),
        ("지역이 시·도까지만", {"region": "26"}, {"region": "36110"}),
        ("지역이 시·도까지만", {"region": "26"}, {"region": "26", "kind": "wide_area"}),
        ("게시 안 한 초안", {"published": False}, {"published": True}),
        ("위치(좌표) 없음", {"lat": None, "lon": None}, {"lat": 35.3, "lon": 129.1}),
        (
            "위치(좌표) 없음",
            {"lat": None, "lon": None},
            {"lat": None, "lon": None, "status": "closed"},
        ),
        ("누리집 없음", {"website": ""}, {"website": "", "status": "closed"}),
        (
            "주소와 지역이 다름",
            {"address": "충북 청주시 상당구 가길 1"},
            {"address": "금정구 가길 9"},
        ),
        ("주소와 지역이 다름", {"address": "대전 대덕구 가길 1"}, {"address": "부산 가길 9"}),
        (
            "주소와 지역이 다름",
            {"address": "대전 대덕구 가길 1"},
            {"address": "어딘가 가길 9", "region": "26"},
        ),
    ],
)
def test_check_counts_and_lists_the_affected_centers(client, editor, good, check, wrong, right):
    good(name="바른 센터", **right)
    good(name="틀린 센터", **wrong)

    count, address = checks(client)[check]

    assert count == "1곳"
    assert listed(client, address) == ["틀린 센터"]


def test_website_of_the_operator_is_one_too(client, editor, good, make_operator):
    good(website="", operator=make_operator(website="https://operator.example.kr/"))

    assert checks(client)["누리집 없음"][0] == "0곳"


def test_undated_sources_are_counted_and_listed(client, editor, good, make_citation):
    center = good()
    make_citation(center=center, published_on="", source_title="날 없는 글")
    make_citation(center=center, published_on="2020", source_title="해 있는 글")
    make_citation(center=center, published_on="", source_title="", rank="none", value="7")

    count, address = checks(client)["날짜 없는 출처"]
    assert count == "1건"
    rows = read(client.get(address)).select("#result_list tbody tr")
    assert len(rows) == 1
    assert checks(client, "/admin/")["날짜 없는 출처"] == (count, address)


def test_words_without_a_class_are_counted_and_listed(client, editor, good):
    before = checks(client)["업종으로 이어지지 않는 말"][0]
    Word(text="가나다라마", standard="바사아자차").save()

    count, address = checks(client)["업종으로 이어지지 않는 말"]
    assert int(count.removesuffix("개")) == int(before.removesuffix("개")) + 1
    assert "가나다라마" in client.get(address).content.decode()


def test_unusable_website_url_is_found(client, editor, good):
    center = good(name="틀린 센터")
    good()
    Center.objects.filter(pk=center.pk).update(website="ftp://center.example.kr/")

    count, address = checks(client)["누리집 주소를 열 수 없음"]

    assert (count, listed(client, address)) == ("1곳", ["틀린 센터"])


def test_possible_duplicates_are_found_despite_spelling(client, editor, good, make_operator):
    good(name="서동 센터", operator=make_operator(name="(재)가나 진흥원"))
    good(name="부산 서동", operator=make_operator(name="재단법인 가나진흥원"))
    good(name="대동  센터", region="51750")
    good(name="대동센터", region="47210")
    good(name="홀로 센터")

    count, address = checks(client)["겹치는 것 같음"]

    assert count == "4곳"
    assert "홀로 센터" not in listed(client, address)


@pytest.mark.parametrize(
    "same",
    [
        {"phone": "051-123-4567"},
        {"address": "부산광역시 금정구 서동로 1"},
        {"name": "서울 봉익 주얼리 센터"},
    ],
)
def test_centres_that_share_a_mark_may_be_one(client, editor, good, same):
    good(region="11110", industry="33", **same)
    if "name" in same:
        same = {"name": "서울 봉익 주얼리 센터(서울주얼리산업협동조합)"}
    good(**same)

    assert checks(client)["겹치는 것 같음"][0] == "2곳"


def add_operator(client, name, **more):
    return submit(client, page("operator_add"), name=name, **more)


def test_operator_in_another_legal_form_is_added_only_on_purpose(client, editor, make_operator):
    make_operator(name="(재)대덕경제재단")

    refused = add_operator(client, "재단법인 대덕경제재단")
    assert "이미 있는 운영기관일 수 있습니다: ‘(재)대덕경제재단’" in error_beside(
        refused, "is_distinct"
    )
    assert Operator.objects.count() == 1
    assert add_operator(client, "재단법인 대덕경제재단", is_distinct="on").status_code == 302
    assert Operator.objects.count() == 2


def test_centre_that_looks_like_another_is_added_only_on_purpose(client, editor, good):
    good(name="부산 서동 봉제 센터", region="26410", industry="14")
    values = {
        "name": "부산 서동 봉제 센터(신규)",
        "region": "26410",
        "industry": "14",
        "published": None,
    }

    refused = submit(client, page("center_add"), **values)
    assert "‘부산 서동 봉제 센터’" in error_beside(refused, "is_distinct")
    assert Center.objects.count() == 1
    added = submit(client, page("center_add"), is_distinct="on", **values)
    assert (added.status_code, Center.objects.count()) == (302, 2)


def test_stale_search_columns_are_found_and_rebuilt(client, editor, good):
    center = good(name="낡은 센터")
    good()
    Center.objects.filter(pk=center.pk).update(search_text="")

    count, address = checks(client)["검색용 색인이 오래됨"]
    assert (count, listed(client, address)) == ("1곳", ["낡은 센터"])

    chosen = {"action": "rebuild", "_selected_action": [center.pk]}
    response = client.post(address, chosen, follow=True)

    assert messages_in(response) == ["센터 1곳의 검색용 낱말을 다시 만들었습니다."]
    assert checks(client)["검색용 색인이 오래됨"] == ("0곳", None)


def test_admin_index_shows_quick_checks_to_those_with_permission(client, editor, good):
    good(phone="")

    found = checks(client, "/admin/")
    assert found["전화 없음"][0] == "1곳"
    # Only what finds something.
    assert "주소 없음" not in found
    assert "0곳" not in [count for count, _ in found.values()]
    good(phone="", address=Center.objects.get().address)
    assert checks(client, "/admin/")["겹치는 것 같음"][0] == "2곳"

    client.force_login(make_account("손님", None))
    assert checks(client, "/admin/") == {}
    assert client.get(page(QUALITY)).status_code == 403


def test_unknown_check_in_the_query_string_is_harmless(client, editor, good):
    good()
    response = client.get(page("center_changelist") + "?check=nonsense", follow=True)

    assert response.status_code == 200
    assert listed(client, page("center_changelist") + "?check=phone") == []


# --- bulk actions --------------------------------------------------------------------------------


def test_bulk_status_change_is_recorded_in_history(client, editor, good):
    centers = [good(), good(status="closed")]
    chosen = {"action": "mark_closed", "_selected_action": [center.pk for center in centers]}
    chosen |= say_source()

    response = client.post(page("center_changelist"), chosen, follow=True)

    assert messages_in(response) == [
        "상태: 운영 종료: 1곳을 바꾸었습니다. 1곳은 이미 그렇게 되어 있었습니다."
    ]
    assert {center.status for center in Center.objects.all()} == {"closed"}
    entry = centers[0].history.latest()
    assert (entry.history_user, entry.history_change_reason) == (editor, "상태: 운영 종료")


def test_bulk_status_skips_centers_with_a_closing_date(client, editor, good):
    center = good(status="closed", closed_on=date(2025, 3, 1))
    chosen = {"action": "mark_operating", "_selected_action": [center.pk]} | say_source()

    response = client.post(page("center_changelist"), chosen, follow=True)

    assert "1곳은 운영 종료일이나 이어받은 센터가 적혀 있어" in messages_in(response)[0]
    center.refresh_from_db()
    assert (center.status, center.closed_on) == ("closed", date(2025, 3, 1))


# --- restoring deleted centres -------------------------------------------------------------------


def test_deleted_center_is_restored_under_its_old_url(client, db, good):
    account = sign_in(client, SUPERUSER)
    center = good(name="지운 센터")
    key, address = center.pk, center.get_absolute_url()
    center.delete()
    assert client.get(address).status_code == 404

    form = read(client.get(reverse("admin:deleted_records"))).select_one("form[action*=deleted]")
    assert form.button.get_text(" ", strip=True) == "지운 센터 되살리기"
    response = client.post(form["action"], follow=True)

    assert messages_in(response) == ["지운 센터: 되살렸습니다."]
    assert "지운 센터" in client.get(address).content.decode()
    entry = Center.objects.get(pk=key).history.latest()
    assert (entry.history_user, entry.history_change_reason) == (account, "되살림")
    assert read(client.get(reverse("admin:deleted_records"))).select("form[action*=deleted]") == []


def test_restore_needs_post_and_permission(client, db, good):
    center = good(name="지운 센터")
    center.delete()
    address = reverse("admin:restore_record", args=["center", Center.history.latest().pk])

    client.force_login(make_account("손님", None))
    assert client.post(address).status_code == 403
    sign_in(client, SUPERUSER)
    assert client.get(address).status_code == 403
    assert Center.objects.count() == 0


def test_center_is_not_restored_twice(client, db, good):
    sign_in(client, SUPERUSER)
    center = good(name="지운 센터")
    center.delete()
    address = reverse("admin:restore_record", args=["center", Center.history.latest().pk])
    client.post(address)

    assert client.post(address).status_code == 404
    assert Center.objects.count() == 1
