"""A centre that moves, is renamed or changes its operator, and doubts about where it is."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from centers.models import Center, Operator
from tests.support.staff import (
    EDITOR,
    error_beside,
    page,
    read,
    say_source,
    sign_in,
    submit,
)

pytestmark = pytest.mark.django_db

OLD = "부산 서동 의류제조 소공인특화지원센터"
NEW = "부산 금정 의류제조 소공인특화지원센터"
OLD_ADDRESS = "부산광역시 금정구 옥봉로8번길 16"
NEW_ADDRESS = "부산광역시 동래구 충렬대로 200"
SOURCE = say_source(source_date="2026-11-28")


@pytest.fixture
def center(make_center):
    return make_center(name=OLD, address=OLD_ADDRESS, lat=35.22, lon=129.1)


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


def stored(center):
    return Center.objects.get(pk=center.pk)


def move(client, center, **changes):
    return submit(client, page("center_move", center.pk), **SOURCE | changes)


def test_old_name_and_address_stay_and_are_found(client, editor, center):
    response = move(
        client,
        center,
        name=NEW,
        address=NEW_ADDRESS,
        region="26260",
        changed_on="2026-03-02",
    )

    assert response.status_code == 302
    center.refresh_from_db()
    assert (center.name, center.address, center.region_id) == (NEW, NEW_ADDRESS, "26260")
    assert (center.former_names, center.former_addresses) == ([OLD], [OLD_ADDRESS])
    # The old point is that of the old address.
    assert (center.lat, center.lon) == (None, None)
    client.logout()
    assert NEW in client.get("/?q=서동").content.decode()
    assert NEW in client.get("/?q=옥봉로8번길").content.decode()
    shown = client.get(center.get_absolute_url()).content.decode()
    assert f"이름을 바꾸었습니다. 옛 이름: {OLD}" in shown
    assert f"옮겼습니다. 옛 주소: {OLD_ADDRESS}" in shown
    assert '<time datetime="2026-03-02">' in shown
    assert "2026-11-28 전화로 확인 (소공인지원팀)" in BeautifulSoup(shown, "lxml").get_text()
    # The day stands in the timeline alone.
    assert "옮긴 날" not in shown


def test_new_operator_keeps_the_old_one_as_former(client, editor, center, make_operator):
    old, new = center.operator, make_operator(name="부산봉제진흥원")

    move(client, center, operator=str(new.pk), changed_on="2026")

    center.refresh_from_db()
    assert center.operator == new
    # Its address has not changed, and its point neither.
    assert (center.lat, center.former_addresses) == (35.22, [])
    shown = client.get(center.get_absolute_url()).content.decode()
    assert f"운영기관이 바뀌었습니다. 옛 운영기관: {old.name}" in shown
    assert Operator.objects.filter(pk=old.pk).exists()


def test_new_point_is_kept_with_the_new_address(client, editor, center):
    move(client, center, address=NEW_ADDRESS, region="26260", lat="35.2", lon="129.08")
    assert stored(center).address == OLD_ADDRESS  # the day is missing

    move(
        client,
        center,
        address=NEW_ADDRESS,
        region="26260",
        lat="35.2",
        lon="129.08",
        changed_on="2026-11",
    )
    assert (stored(center).address, stored(center).lat) == (NEW_ADDRESS, 35.2)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, "바뀐 것을 새로 적어 주세요"),
        ({"name": ""}, "새 값을 적어 주세요"),
        ({"name": NEW, "changed_on": ""}, "필수"),
        ({"name": NEW, "changed_on": "2999-01-01"}, "아직 오지 않은 날입니다."),
        ({"name": NEW, "changed_on": "언젠가"}, "가운데 하나처럼 적습니다"),
        ({"name": NEW, "source_means": "", "source_title": "", "source_date": ""}, "출처를 골라"),
        ({"name": NEW, "source_url": "javascript:alert(1)"}, "로 시작하는 주소를 적으세요"),
        ({"name": "가" * 201}, "200"),
        ({"name": NEW, "operator": "999999"}, "고를 수 있는"),
        ({"name": NEW, "region": "zz"}, "고를 수 있는"),
        ({"name": NEW, "lat": "91"}, ""),
    ],
)
def test_unusable_act_is_named_and_saves_nothing(client, editor, center, changes, error):
    before = center.history.count()

    response = move(client, center, **{"changed_on": "2026-03-02"} | changes)

    assert response.status_code == 200
    assert error in response.content.decode()
    assert center.history.count() == before
    assert not center.citations.exists()


def test_act_on_a_changed_record_is_not_saved(client, editor, center):
    form = client.get(reverse("admin:centers_center_move", args=[center.pk]))
    stale = read(form).select_one("[name=version]")["value"]
    center.phone = "051-123-4567"
    center.save()

    response = move(client, center, name=NEW, changed_on="2026-03-02", version=str(stale))

    assert "센터가 바뀌었습니다" in response.content.decode()
    assert stored(center).name == OLD


def test_page_is_for_those_who_may_change_centers(client, center):
    address = reverse("admin:centers_center_move", args=[center.pk])
    sign_in(client, "권한 없는 사람")

    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_form_of_a_center_links_to_the_act(client, editor, center):
    form = client.get(reverse("admin:centers_center_change", args=[center.pk])).content.decode()

    assert f'href="{reverse("admin:centers_center_move", args=[center.pk])}"' in form
    other = client.get(reverse("admin:centers_operator_change", args=[center.operator_id]))
    assert "이전·명칭 변경</a>" not in other.content.decode()


# --- doubts about the place ----------------------------------------------------------------------


def save(client, center, **changes):
    return submit(client, page("center_change", center.pk), **SOURCE | changes)


@pytest.mark.parametrize(
    ("changes", "name", "warning"),
    [
        (
            {"address": "충북 청주시 상당구 상당로190번길 19", "lat": "", "lon": ""},
            "address",
            "주소는 충청북도 청주시 상당구인데 지역은 부산광역시 금정구입니다.",
        ),
        ({"lat": "36.33", "lon": "127.43"}, "lat", "인데 지역은 부산광역시 금정구입니다."),
        ({"region": "30110"}, "lat", "인데 지역은 대전광역시 동구입니다."),
        (
            {"address": "부산광역시 금정구 서동로 100"},
            "lat",
            "주소를 바꾸었는데 좌표는 그대로입니다.",
        ),
    ],
)
def test_doubtful_place_is_said_once_and_then_saved(client, editor, center, changes, name, warning):
    before = center.history.count()
    response = save(client, center, **changes)

    assert response.status_code == 200
    assert warning in error_beside(response, name)
    assert center.history.count() == before
    # The form that came back, sent again as it is.
    seen = read(response).select_one("[name=seen_warnings]")["value"]
    assert save(client, center, **changes, seen_warnings=seen).status_code == 302
    assert center.history.count() == before + 1


def test_another_doubt_is_said_again(client, editor, center):
    first = save(client, center, lat="36.33", lon="127.43")
    seen = read(first).select_one("[name=seen_warnings]")["value"]

    other = save(client, center, lat="33.5", lon="126.5", seen_warnings=seen)

    assert "제주" in error_beside(other, "lat")


@pytest.mark.parametrize(
    "changes",
    [
        {"address": OLD_ADDRESS + ", 2층", "lat": "35.23", "lon": "129.11"},
        {"address": "금정구 서동로 100", "lat": "", "lon": ""},
        {"address": "옥봉로 16", "lat": "", "lon": ""},
        {"phone": "051-123-4567"},
    ],
)
def test_plain_changes_are_saved_at_once(client, editor, center, changes):
    assert save(client, center, **changes).status_code == 302


def test_doubts_of_a_move_are_said_before_it_is_saved(client, editor, center):
    changes = {"address": "충북 청주시 상당구 상당로190번길 19", "changed_on": "2026-03-02"}
    response = move(client, center, **changes)

    assert "주소는 충청북도 청주시 상당구인데" in response.content.decode()
    assert stored(center).address == OLD_ADDRESS
    seen = read(response).select_one("[name=seen_warnings]")["value"]
    assert move(client, center, **changes, seen_warnings=seen).status_code == 302


# --- the timeline ---------------------------------------------------------------------------------


def read_timeline(client, center):
    page = read(client.get(center.get_absolute_url()))
    return " ".join(page.select_one(".timeline").get_text(" ").split())


def test_closing_stands_in_the_timeline(client, make_center, make_citation):
    successor = make_center(name=NEW)
    center = make_center(status="closed", closed_on="2025-12-31", successor=successor)

    timeline = read_timeline(client, center)

    assert "2025-12-31 운영이 끝났습니다. 이어받은 센터: " + NEW in timeline


def test_closing_without_a_day_is_dated_by_its_source(client, make_center, make_citation):
    center = make_center(status="closed")
    assert "운영이 끝났습니다" not in read_timeline(client, center)

    make_citation(
        center=center, field="status", value="closed", printed="", approximate="", scope=""
    )
    timeline = read_timeline(client, center)
    assert "2023-03-28 운영이 끝났습니다. 알게 된 날입니다." in timeline
