"""The history of a record: differences of each entry, and the revert of single fields."""

import pytest

from centers.models import Center, Operator
from tests.support.staff import EDITOR, messages_in, page, read, sign_in


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


@pytest.fixture
def changed(make_center):
    """A centre whose telephone and note were changed, and after that its website."""
    center = make_center(phone="051-111-1111", note="앞선 말")
    center.phone, center.note = "051-222-2222", "뒤의 말"
    center.save()
    center.website = "https://new.example.kr"
    center.save()
    return center


def entry_page(center, number):
    """The page of an entry of the history, the newest being 0."""
    keys = center.history.order_by("-history_id").values_list("history_id", flat=True)
    return page("center_simple_history", center.pk, keys[number])


def rows_of(response, label):
    table = read(response).select_one(f".wide-table[aria-label='{label}']")
    if table is None:
        return []
    rows = table.select("tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_entry_shows_what_it_changed_and_what_differs_now(client, editor, changed):
    shown = client.get(entry_page(changed, 1))

    assert rows_of(shown, "이때 바뀐 값") == [
        ["전화", "051-111-1111", "051-222-2222", "051-222-2222"],
        ["비고", "앞선 말", "뒤의 말", "뒤의 말"],
    ]
    assert rows_of(shown, "그 뒤에 바뀐 값") == [["누리집", "미확인", "https://new.example.kr"]]


def test_single_field_is_reverted(client, editor, changed):
    response = client.post(
        entry_page(changed, 1), {"to": "before", "field": "phone", "reason": "잘못 들음"}
    )

    changed.refresh_from_db()
    assert (changed.phone, changed.note) == ("051-111-1111", "뒤의 말")
    assert changed.website == "https://new.example.kr"
    assert changed.history.latest().history_change_reason == "되돌림 (잘못 들음)"
    assert "전화 값을 되돌렸습니다." in messages_in(client.get(response.url))[0]


def test_fields_are_set_back_to_those_of_an_entry(client, editor, changed):
    client.post(entry_page(changed, 2), {"to": "then", "field": ["note", "website"]})

    changed.refresh_from_db()
    assert (changed.phone, changed.note, changed.website) == ("051-222-2222", "앞선 말", "")


@pytest.mark.parametrize(
    "data",
    [
        {"to": "then", "field": ["phone", "note", "website"]},
        {"to": "before", "field": []},
        {"to": "before", "field": ["phone"]},
        {"to": "before", "field": ["id", "search_text", "gibt-es-nicht"]},
        {},
    ],
)
def test_revert_that_changes_nothing_says_so(client, editor, changed, data):
    response = client.post(entry_page(changed, 0), data)

    assert changed.history.count() == 3
    assert messages_in(client.get(response.url)) == ["고른 값이 지금 값과 같아 그대로 두었습니다."]


def test_revert_after_another_change_is_refused(client, editor, changed):
    address = entry_page(changed, 1)
    seen = read(client.get(address)).select_one("[name=versions]")["value"]
    changed.phone = "051-333-3333"
    changed.save()

    response = client.post(address, {"to": "before", "field": "phone", "versions": seen})

    changed.refresh_from_db()
    assert changed.phone == "051-333-3333"
    assert "값이 바뀌어 되돌리지 않았습니다" in messages_in(client.get(response.url))[0]


def test_revert_to_values_that_do_not_fit_says_why(client, editor, make_center):
    heir = make_center()
    center = make_center(status="closed", successor=heir)
    center.status, center.successor = "operating", None
    center.save()

    response = client.post(entry_page(center, 0), {"to": "before", "field": "successor"})

    center.refresh_from_db()
    assert center.successor is None
    assert "되돌리지 못했습니다" in messages_in(client.get(response.url))[0]


def test_empty_reference_is_not_called_deleted(client, editor, make_center):
    heir, center = make_center(name="이어받은 곳"), make_center()
    center.status, center.successor = "closed", heir
    center.save()

    text = read(client.get(page("center_history", center.pk))).select_one("tbody").get_text(" ")

    assert "삭제된" not in text
    assert "이어받은 센터: 미확인 → 이어받은 곳" in " ".join(text.split())


def test_history_names_services_and_regions_in_korean(client, editor, make_center):
    center = make_center()
    center.services, center.service_area = ["education"], ["26410"]
    center.save()

    text = read(client.get(page("center_history", center.pk))).select_one("tbody").get_text(" ")

    assert "→ 교육" in text and "→ 부산광역시 금정구" in text


def test_history_of_a_citation_names_its_value_in_korean(client, editor, make_citation):
    citation = make_citation(field="services", value="education", printed="", approximate="")
    citation.value = "education, marketing"
    citation.save()
    citation.field, citation.value = "status", "closed"
    citation.save()

    text = read(client.get(page("citation_history", citation.pk))).select_one("tbody")
    words = " ".join(text.get_text(" ").split())

    assert "교육 → 교육, 판로·마케팅" in words and "→ 운영 종료" in words
    assert not any(one in words for one in ("education", "marketing", "closed", "services"))


def test_last_entry_of_each_page_shows_its_differences(client, editor, make_operator):
    operator = make_operator()
    for number in range(101):
        Operator.history.bulk_history_create(
            [Operator(pk=operator.pk, name=f"이름 {number}", former_names=[])], update=True
        )

    soup = read(client.get(page("operator_history", operator.pk)))

    entries = soup.select("#change-history tbody tr")
    assert len(entries) == 100
    assert all(entry.select("li") for entry in entries)


def test_revert_of_a_deleted_record_offers_to_restore_it(client, editor, changed):
    key = changed.pk
    address = entry_page(changed, 1)
    changed.delete()

    response = client.post(address, {"to": "before", "field": "phone"})

    assert not Center.objects.filter(pk=key).exists()
    assert "삭제되어" in messages_in(client.get(response.url))[0]
