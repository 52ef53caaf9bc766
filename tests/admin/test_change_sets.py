"""Acts on several records: shown before, explained, undone as a whole; deletions come back."""

import pytest
from django.urls import reverse

from centers.models import (
    Call,
    CallRound,
    Center,
    ChangeSet,
    Citation,
    Correction,
    Listing,
    Operator,
)
from tests.support.staff import (
    EDITOR,
    MANAGER,
    make_account,
    messages_in,
    page,
    read,
    say_source,
    sign_in,
    submit,
)

UNDO = "/admin/undo/"


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


@pytest.fixture
def manager(client, db):
    return sign_in(client, MANAGER)


@pytest.fixture
def three(make_center):
    return [make_center(name=f"센터 {number}") for number in range(3)]


def act(client, name, records, model="center", **data):
    chosen = {"action": name, "_selected_action": [record.pk for record in records]}
    return client.post(page(f"{model}_changelist"), chosen | data, follow=True)


def close(client, centers, **data):
    return act(client, "mark_closed", centers, **say_source(reason="폐쇄 알림") | data)


def undo(client, response):
    """Press the button that the page offers after an act."""
    form = read(response).select_one("form.undo-last")
    data = {one["name"]: one.get("value", "") for one in form.select("[name]")}
    return client.post(form["action"], data, follow=True)


def statuses(centers):
    return [Center.objects.get(pk=center.pk).status for center in centers]


def test_bulk_status_shows_names_and_asks_for_reason_and_source(client, editor, three):
    asked = act(client, "mark_closed", three)

    changes = [one.get_text(" ", strip=True) for one in read(asked).select(".act-changes li")]
    assert changes == [f"센터 {number}: 운영 중 → 운영 종료" for number in range(3)]
    assert statuses(three) == ["operating"] * 3

    refused = act(client, "mark_closed", three, **say_source())
    assert "필수 항목입니다." in read(refused).select_one(".form-row.errors").get_text()
    refused = act(client, "mark_closed", three, reason="사유", source_means="")
    assert "출처를 골라" in read(refused).get_text()
    assert statuses(three) == ["operating"] * 3


def test_bulk_status_is_undone_with_one_press(client, editor, three):
    before = client.get("/changes/").content
    answer = close(client, three)
    assert statuses(three) == ["closed"] * 3
    assert Citation.objects.filter(field="status").count() == 3

    undone = undo(client, answer)

    assert messages_in(undone) == ["되돌렸습니다: 상태: 운영 종료 3곳"]
    assert statuses(three) == ["operating"] * 3
    assert not Citation.objects.exists()
    assert [center.history.count() for center in three] == [1, 1, 1]
    assert read_list(client.get("/changes/").content) == read_list(before)


def read_list(content):
    from bs4 import BeautifulSoup

    return BeautifulSoup(content, "lxml").main.get_text(" ", strip=True)


def test_undo_leaves_what_was_changed_since_and_says_so(client, editor, three):
    answer = close(client, three)
    other, phone = Center.objects.get(pk=three[0].pk), Center.objects.get(pk=three[1].pk)
    other.status = "unconfirmed"
    other.save()
    phone.phone = "051-111-2222"
    phone.save()

    undone = undo(client, answer)

    assert statuses(three) == ["unconfirmed", "operating", "operating"]
    phone.refresh_from_db()
    assert phone.phone == "051-111-2222"
    assert messages_in(undone)[1] == ("그 뒤에 바뀐 1건은 그대로 두었습니다: ‘센터 0’(상태 바뀜)")


def test_undo_of_an_act_that_was_changed_whole_is_refused(client, editor, three):
    answer = close(client, three)
    Citation.objects.all().delete()
    for center in Center.objects.all():
        center.status = "unconfirmed"
        center.save()

    undone = undo(client, answer)

    assert "되돌릴 것이 없습니다" in messages_in(undone)[0]
    assert statuses(three) == ["unconfirmed"] * 3
    assert ChangeSet.objects.get().undone_at is None


def test_an_act_is_undone_once(client, editor, three):
    answer = close(client, three)
    undo(client, answer)

    again = undo(client, answer)

    assert messages_in(again) == ["이미 되돌렸습니다."]
    assert statuses(three) == ["operating"] * 3


@pytest.mark.parametrize("key", ["", "x", "-1", "0", "9" * 18, "9" * 400, "1\0", "²"])
def test_undo_of_an_unknown_act_is_rejected(client, editor, key):
    assert client.post(UNDO, {"change_set": key}).status_code in (400, 404)


def test_only_the_author_and_managers_undo_an_act(client, editor, three):
    close(client, three)
    key = ChangeSet.objects.get().pk

    client.force_login(make_account("다른 편집자", EDITOR))
    assert client.post(UNDO, {"change_set": key}).status_code == 403
    assert client.get(UNDO).status_code == 403
    assert statuses(three) == ["closed"] * 3
    client.force_login(make_account("관리자", MANAGER))
    assert client.post(UNDO, {"change_set": key}).status_code == 302
    assert statuses(three) == ["operating"] * 3


def test_withdrawing_three_centres_asks_for_a_reason(client, editor, three):
    asked = act(client, "unpublish", three)
    assert read(asked).select(".act-changes li")
    assert Center.objects.published().count() == 3

    answer = act(client, "unpublish", three, reason="잘못 올림", source_means="")
    assert Center.objects.published().count() == 0
    undo(client, answer)
    assert Center.objects.published().count() == 3


def test_bulk_deletion_asks_for_a_reason_and_is_undone(client, manager, make_operator):
    operators = [make_operator() for _ in range(3)]
    names = {operator.name for operator in operators}

    asked = act(client, "delete_selected", operators, model="operator")
    assert Operator.objects.count() == 3
    assert all(name in read(asked).select_one(".act-changes").get_text() for name in names)
    act(client, "delete_selected", operators, model="operator", reason="", source_means="")
    assert Operator.objects.count() == 3

    answer = act(
        client, "delete_selected", operators, model="operator", reason="빈 기록", source_means=""
    )
    assert messages_in(answer) == ["3건을 지웠습니다."]
    assert not Operator.objects.exists()
    undo(client, answer)
    assert {(one.pk, one.name) for one in Operator.objects.all()} == {
        (one.pk, one.name) for one in operators
    }


def test_deletion_of_centres_in_use_says_what_to_do_instead(client, manager, make_listing):
    centers = [make_listing().center for _ in range(3)]

    answer = act(client, "delete_selected", centers, reason="사유", source_means="")

    assert Center.objects.count() == 3
    assert "운영 종료" in messages_in(answer)[0] and "합칩니다" in messages_in(answer)[0]


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_calls_of_a_deleted_centre_come_back(client, manager, make_center, way):
    center = make_center(name="지울 센터")
    call = Call.objects.create(
        call_round=CallRound.objects.create(), center=center, result="right", called_by=manager
    )
    before = Call.objects.values().get()

    answer = client.get(submit(client, page("center_delete", center.pk), button="post").url)
    assert not Call.objects.exists()
    if way == "undo":
        undo(client, answer)
    else:
        soup = read(client.get(reverse("admin:deleted_records")))
        client.post(soup.select_one("form[action*=center]")["action"])

    assert Call.objects.values().get(pk=call.pk) == before


def test_centre_with_a_waiting_report_is_not_deleted(client, manager, make_center):
    center = make_center()
    Correction.objects.create(center=center, field="phone", value="1", evidence="call")

    shown = read(client.get(page("center_delete", center.pk)))
    assert "기다리는 이용자 제보" in shown.get_text()
    client.post(page("center_delete", center.pk), {"post": "yes"})
    act(client, "delete_selected", [center], reason="사유", source_means="")
    assert Center.objects.exists()

    Correction.objects.update(state="rejected")
    client.post(page("center_delete", center.pk), {"post": "yes"})
    assert not Center.objects.exists()


def test_one_deletion_is_undone_from_its_message(client, manager, make_center, make_citation):
    citation = make_citation(center=make_center(name="지울 센터"))
    key = citation.center_id

    answer = client.get(submit(client, page("center_delete", key), button="post").url)
    assert not Center.objects.exists() and not Citation.objects.exists()
    undo(client, answer)

    assert Center.objects.get(pk=key).name == "지울 센터"
    assert Citation.objects.get().pk == citation.pk


# --- printed rows and other deleted records ------------------------------------------------------


def test_editor_cannot_delete_printed_rows(client, editor, make_listing):
    rows = [make_listing() for _ in range(3)]

    act(client, "delete_selected", rows, model="listing", reason="사유", source_means="")

    assert client.post(page("listing_delete", rows[0].pk), {"post": "yes"}).status_code == 403
    form = read(client.get(page("center_change", rows[0].center_id)))
    assert not form.select("[name$=-DELETE]")
    assert Listing.objects.count() == 3


def test_deleted_printed_row_comes_back(client, manager, make_listing):
    listing = make_listing(region="부산 금정구")
    key = listing.pk
    submit(client, page("listing_delete", key), button="post")
    assert not Listing.objects.exists()

    soup = read(client.get(reverse("admin:deleted_records")))
    client.post(soup.select_one("form[action*=listing]")["action"])

    restored = Listing.objects.get(pk=key)
    assert (restored.region, restored.row) == ("부산 금정구", listing.row)


def test_restored_centre_has_its_citations_again(client, manager, make_citation):
    citation = make_citation()
    center = citation.center
    submit(client, page("center_delete", center.pk), button="post")

    soup = read(client.get(reverse("admin:deleted_records")))
    client.post(soup.select_one("form[action*=center]")["action"])

    assert Citation.objects.get().center_id == center.pk


def test_deleted_records_are_for_those_who_may_add_them(client, editor, make_operator):
    make_operator().delete()
    client.force_login(make_account("손님", None))

    assert client.get(reverse("admin:deleted_records")).status_code == 403
