"""The source of a typed value: the forms ask for it, and readers see it."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from centers.models import Center, Citation
from tests.support.staff import (
    EDITOR,
    SUPERUSER,
    error_beside,
    page,
    read,
    say_source,
    sign_in,
    submit,
)

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(say_source(), "")
NUMBER = "02-123-4567"
TODAY = timezone.localdate().isoformat()
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


@pytest.fixture
def center(make_center):
    return make_center(website="")


def save(client, center, **changes):
    return submit(client, page("center_change", center.pk), **changes)


def test_telephone_call_is_named_everywhere(client, editor, center):
    save(client, center, phone=NUMBER, **say_source(source_date="2026-11-28"))

    words = "2026-11-28 전화로 확인 (소공인지원팀)"
    client.logout()
    assert words in read(client.get(center.get_absolute_url())).get_text()
    content = b"".join(client.get("/centers.csv")).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(content))
    assert (row["전화번호"], row["데이터기준일자"]) == (NUMBER, "2026-11-28")
    assert f"전화: {words}" in row["출처설명"]
    assert words in client.get(f"/centers/{center.pk}/feed/").content.decode()
    [citation] = client.get(f"/api/v1/centers/{center.pk}/").json()["citations"]
    assert (citation["value"], citation["means"], citation["is_current"]) == (NUMBER, "call", True)


def test_one_entry_serves_all_values_of_a_save(client, editor, center):
    save(client, center, phone=NUMBER, designated_year="2020", address="새길 1")

    assert set(center.citations.values_list("field", "value")) == {
        ("phone", NUMBER),
        ("designated_year", "2020"),
        ("address", "새길 1"),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"phone": NUMBER},
        {"website": "https://example.kr/"},
        {"cluster_size": "500"},
        {"designated_year": "2020"},
        {"address": "새길 1"},
        {"status": "unconfirmed"},
    ],
)
def test_form_asks_for_the_source_of_a_new_value(client, editor, center, change):
    [name] = change
    response = save(client, center, **change, **NOTHING)

    assert error_beside(response, "source_means").startswith("새로 적은 값의 출처를 골라 주세요")
    center.refresh_from_db()
    assert str(getattr(center, name)) != change[name]
    assert not Citation.objects.exists()


def test_other_changes_need_no_source(client, editor, center):
    assert save(client, center, note="새 비고", **NOTHING).status_code == 302
    assert (
        save(client, center, cluster_size="", cluster_size_as_of="", **NOTHING).status_code == 302
    )
    assert not Citation.objects.exists()


def test_unpublished_centers_need_no_source(client, editor, make_center):
    center = make_center(published=False)

    assert save(client, center, phone=NUMBER, **NOTHING).status_code == 302


def test_value_that_a_citation_states_needs_no_other(client, editor, center, make_citation):
    make_citation(center=center, field="phone", value=NUMBER)

    assert save(client, center, phone=NUMBER, **NOTHING).status_code == 302


@pytest.mark.parametrize(
    ("source", "field", "words"),
    [
        ({"source_title": ""}, "source_title", "문서의 제목이나 이야기한 부서를"),
        ({"source_title": "가" * 300}, "source_title", "200"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "http:// 또는 https://"),
        ({"source_date": TOMORROW}, "source_date", "아직 오지 않은 날입니다."),
        ({"source_date": "어제"}, "source_date", "날짜는 2024-06-25"),
        ({"source_date": ""}, "source_date", "전화하거나 찾아간 날을"),
        ({"source_means": "dream"}, "source_means", "dream"),
        ({"source_means": "none"}, "source_means", "none"),
        ({"source_means": ""}, "source_means", "새로 적은 값의 출처를"),
    ],
)
def test_bad_source_is_named_beside_its_field(client, editor, center, source, field, words):
    response = save(client, center, phone=NUMBER, **say_source(**source))

    assert words in error_beside(response, field)
    center.refresh_from_db()
    assert (center.phone, Citation.objects.count()) == ("", 0)


def test_superuser_may_say_that_there_is_no_source(client, center):
    sign_in(client, SUPERUSER)
    save(client, center, phone=NUMBER, **NOTHING | {"source_means": "none"})

    client.logout()
    text = read(client.get(center.get_absolute_url())).get_text()
    assert f"출처 없음 ({TODAY})" in text


def test_operators_form_asks_too(client, editor, make_operator):
    operator = make_operator()
    address = page("operator_change", operator.pk)

    refused = submit(client, address, phone=NUMBER, **NOTHING)
    assert "운영기관 대표전화" in error_beside(refused, "source_means")

    submit(client, address, phone=NUMBER)
    assert operator.citations.get().value == NUMBER


def test_confirmation_says_how_and_when(client, editor, make_center):
    centers = [make_center(confirmed_on=None) for _ in range(2)]
    chosen = {"action": "confirm", "_selected_action": [one.pk for one in centers]}
    address = page("center_changelist")

    asked = client.post(address, chosen)
    assert asked.status_code == 200
    assert [read(asked).select("[name=_selected_action]")[n]["value"] for n in (0, 1)]
    assert Center.objects.filter(confirmed_on=None).count() == 2

    bad = client.post(address, chosen | say_source(source_date="2026"))
    assert "확인한 날을" in bad.content.decode()

    client.post(address, chosen | say_source(source_date="2026-11-28"))
    for center in centers:
        center.refresh_from_db()
        assert center.confirmed_on.isoformat() == "2026-11-28"
        text = read(client.get(center.get_absolute_url())).get_text()
        assert "2026-11-28 전화로 확인 (소공인지원팀)" in text


def test_status_of_several_centers_needs_a_source(client, editor, make_center):
    center = make_center()
    chosen = {"action": "mark_unconfirmed", "_selected_action": [center.pk]}

    asked = client.post(page("center_changelist"), chosen)
    center.refresh_from_db()
    assert (asked.status_code, center.status) == (200, "operating")

    client.post(page("center_changelist"), chosen | say_source())
    center.refresh_from_db()
    assert center.status == "unconfirmed"
    assert center.citations.get().value == "unconfirmed"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"source_title": ""}, "source_title"),
        ({"source_title": "가" * 300}, "source_title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"published_on": TOMORROW}, "published_on"),
        ({"field": "fax"}, "field"),
        ({"value": "많음"}, "value"),
        ({"operator": True}, "operator"),
    ],
)
def test_bad_citation_is_named_beside_its_field(client, editor, center, values, field):
    facts = {
        "center": center.pk,
        "field": "phone",
        "value": NUMBER,
        "rank": "press",
        "source_title": "기사",
        "published_on": "2026-05",
    }
    if "operator" in values:
        values = {"operator": center.operator.pk}
    response = submit(client, reverse("admin:centers_citation_add"), **facts | values)

    message = error_beside(response, field)
    assert message and any("가" <= letter <= "힣" for letter in message)
    assert not Citation.objects.exists()


def test_text_that_is_too_long_gets_one_message(client, editor, center):
    facts = {"center": center.pk, "field": "phone", "value": NUMBER, "rank": "press"}

    response = submit(
        client, reverse("admin:centers_citation_add"), **facts, source_title="가" * 300
    )

    assert error_beside(response, "source_title") == "200자 이하로 적습니다(지금 300자)."
