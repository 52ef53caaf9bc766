"""Invalid input in the admin shows a Korean error at its field and saves nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from centers.models import Announcement, Center, Listing, Operator
from tests.support.staff import EDITOR, MANAGER, error_beside, page, read, sign_in, submit

#: The errors of a choice that does not exist and of an invalid key.
REFUSALS = ("고를 수 있는 것 가운데", "null 문자는", "쓸 수 없는 글자가")
TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"industry": ""}, "industry", "특화 센터에는 업종이 있어야 합니다."),
        ({"cluster_size_as_of": ""}, "cluster_size_as_of", "규모를 적으면 그 기준일도"),
        ({"cluster_size": "0"}, "cluster_size", "1 이상"),
        ({"cluster_size": "백"}, "cluster_size", "수만 적어"),
        ({"designated_year": "2012"}, "designated_year", "2013"),
        ({"designated_year": "2099"}, "designated_year", "아직 오지 않은 해입니다."),
        ({"lat": "37.5"}, "lon", "위도와 경도는 함께 적습니다."),
        ({"lon": "127"}, "lat", "위도와 경도는 함께 적습니다."),
        ({"lat": "3.7", "lon": "127"}, "lat", "한국 안의 위치여야 합니다"),
        ({"lat": "37", "lon": "12.7"}, "lon", "한국 안의 위치여야 합니다"),
        ({"lat": "북위", "lon": "127"}, "lat", "숫자"),
        ({"phone": "abc"}, "phone", "전화번호는 02-123-4567처럼"),
        ({"website": "javascript:alert(1)"}, "website", "URL"),
        ({"website": "ftp://x"}, "website", "URL"),
        ({"confirmed_on": str(TOMORROW)}, "confirmed_on", "아직 오지 않은 날입니다."),
        ({"cluster_size_as_of": str(TOMORROW)}, "cluster_size_as_of", "아직 오지 않은 날입니다."),
        ({"confirmed_on": "어제"}, "confirmed_on", "날짜"),
        ({"region": ""}, "region", "필수"),
        ({"region": "99999"}, "region", "고를 수 있는 것 가운데"),
        ({"kind": "special"}, "kind", "고를 수 있는 것 가운데"),
    ],
)
def test_invalid_value_shows_a_field_error_and_saves_nothing(
    client, editor, make_center, changes, field, message
):
    center = make_center()
    before = Center.objects.filter(pk=center.pk).values().get()

    response = submit(client, page("center_change", center.pk), note="새 말", **changes)

    assert message in error_beside(response, field)
    assert read(response).select(".errornote") and not read(response).select(
        "#content form > div > .errorlist"
    )
    assert Center.objects.filter(pk=center.pk).values().get() == before
    assert center.history.count() == 1


@pytest.mark.parametrize("key", ["(", "\0", "²", str(2**63), "9" * 4301, "<script>"])
@pytest.mark.parametrize("field", ["region", "operator", "successor"])
def test_invalid_choice_is_rejected_without_a_query(client, editor, make_center, field, key):
    center = make_center()

    response = submit(client, page("center_change", center.pk), **{field: key})

    assert error_beside(response, field).startswith(REFUSALS)


@pytest.mark.parametrize("key", ["(", "\0", str(2**63), "9" * 4301])
def test_invalid_choice_in_an_inline_row_is_rejected(client, editor, make_listing, key):
    address = page("announcement_change", make_listing().announcement_id)

    response = submit(client, address, **{"listings-0-center": key})

    assert error_beside(response, "listings-0-center").startswith(REFUSALS)


def test_duplicate_row_number_is_rejected_in_every_form(client, editor, make_center, make_listing):
    taken = make_listing(row=3)
    other = make_listing(announcement=taken.announcement, row=4)
    center = make_center()
    message = "이 공고의 같은 행이 이미 있습니다."
    new = {"announcement": taken.announcement_id, "row": "3"}

    alone = submit(client, page("listing_add"), center=center.pk, **new)
    inline = {"listings-TOTAL_FORMS": "1"} | {f"listings-0-{k}": v for k, v in new.items()}
    with_center = submit(client, page("center_change", center.pk), **inline)
    twice = submit(
        client,
        page("announcement_change", taken.announcement_id),
        **{"listings-1-row": "3"},
    )

    assert error_beside(alone, "row") == message
    assert error_beside(with_center, "listings-0-row") == message
    assert error_beside(twice, "listings-1-row") == message
    assert Listing.objects.filter(pk=other.pk, row=4).exists()
    assert Listing.objects.count() == 2


def test_duplicate_operator_name_is_rejected(client, editor):
    Operator.objects.create(name="가나다진흥원")

    response = submit(client, page("operator_add"), name=" 가나다진흥원 ")

    assert "이미" in error_beside(response, "name")
    assert Operator.objects.count() == 1


def test_announcement_with_its_rows_is_saved_in_one_form(client, editor, make_center):
    center = make_center()
    facts = {
        "title": "2025년 신규 선정",
        "slug": "2025-selection",
        "kind": "selection",
        "publisher": "중소벤처기업부",
        "published_on": "2025-06-01",
        "listings-TOTAL_FORMS": "2",
        "listings-0-row": "1",
        "listings-0-center": center.pk,
        "listings-0-region": "부산 금정구",
        "listings-1-row": "1",
        "listings-1-center": center.pk,
    }

    refused = submit(client, page("announcement_add"), **facts)
    assert "같은 공고의 같은 행을 두 번 적었습니다." in read(refused).get_text()
    assert Announcement.objects.count() == 0

    response = submit(client, page("announcement_add"), **facts | {"listings-1-row": "2"})
    assert response.status_code == 302
    assert list(center.listings.order_by("row").values_list("row", flat=True)) == [1, 2]


@pytest.mark.parametrize("what", ["center", "region", "industry", "operator"])
def test_record_in_use_cannot_be_deleted_and_shows_its_users(client, make_listing, what):
    sign_in(client, MANAGER)
    center = make_listing().center
    record = center if what == "center" else getattr(center, what)
    address = page(f"{what}_delete", record.pk)

    asked = client.get(address)
    client.post(address, {"post": "yes"})
    client.post(
        page(f"{what}_changelist"),
        {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"},
    )

    assert "삭제할 수 없습니다. 다음 항목이 쓰고 있습니다." in read(asked).get_text()
    user = "공고 기재 내용" if what == "center" else center.display_name
    assert user in read(asked).select_one("#content").get_text()
    assert type(record).objects.filter(pk=record.pk).exists()
