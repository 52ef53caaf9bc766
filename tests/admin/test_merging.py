"""Merging two records: preview, choice of values, what moves, old addresses, and undo."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centers.admin.merging import plan_merge
from centers.models import (
    Announcement,
    BrokenLink,
    Call,
    CallRound,
    Center,
    ChangeSet,
    Citation,
    Correction,
    ImportRun,
    Listing,
    MergedRecord,
    Operator,
)
from tests.support.forms import fields_of
from tests.support.staff import (
    EDITOR,
    error_beside,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
    submit,
)


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


def merge_page(kept, dropped):
    name = kept._meta.model_name
    return f"{page(f'{name}_merge')}?keep={kept.pk}&drop={dropped.pk}"


def merge(client, kept, dropped, follow=True, **choices):
    """Open the page that shows the merge, choose, and press the button."""
    address = merge_page(kept, dropped)
    shown = client.get(address)
    assert shown.status_code == 200, shown
    data = fields_of(read(shown).select_one("form.merge"))
    data |= {"reason": "같은 곳"} | {f"value-{name}": one for name, one in choices.items()}
    return client.post(page(f"{kept._meta.model_name}_merge"), data, follow=follow)


def undo(client):
    return client.post("/admin/undo/", {"change_set": ChangeSet.objects.latest("pk").pk})


def state():
    """All that readers and editors see of the records."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Operator, Announcement, Center, Listing, Citation)
    ]


# --- centres -------------------------------------------------------------------------------------


@pytest.fixture
def pair(make_center, make_listing, make_citation):
    """Two records of one centre, both with evidence, the second with a telephone."""
    kept = make_center(name="금정 봉제 센터", phone="", note="남는 말")
    dropped = make_center(
        name="부산 금정봉제센터", phone="051-111-2222", note="없어지는 말", former_names=["옛 센터"]
    )
    make_listing(center=kept)
    make_listing(center=dropped)
    make_citation(center=dropped)
    heir = make_center(name="앞의 센터", status="closed", successor=dropped)
    return kept, dropped, heir


def test_preview_shows_values_and_what_moves(client, editor, pair):
    kept, dropped, _ = pair

    soup = read(client.get(merge_page(kept, dropped)))

    chosen = {one["name"]: one["value"] for one in soup.select("[type=radio][checked]")}
    assert chosen["value-phone"] == "dropped"
    assert chosen["value-note"] == chosen["value-name"] == "kept"
    text = " ".join(soup.select_one("form.merge").get_text(" ").split())
    assert "공고 기재 내용 1건" in text and "출처가 있는 값 1건" in text
    assert f"새 화면으로 갑니다(/centers/{dropped.pk}/ → /centers/{kept.pk}/)." in text
    assert Center.objects.count() == 3


def test_merged_centre_has_all_of_both(client, editor, pair):
    kept, dropped, heir = pair

    answer = merge(client, kept, dropped)

    assert messages_in(answer) == ["‘부산 금정봉제센터’를 ‘금정 봉제 센터’에 합쳤습니다."]
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.note) == ("금정 봉제 센터", "051-111-2222", "남는 말")
    assert kept.former_names == ["부산 금정봉제센터", "옛 센터"]
    assert kept.listings.count() == 2 and kept.citations.count() == 1
    heir.refresh_from_db()
    assert heir.successor == kept
    assert not Center.objects.filter(pk=dropped.pk).exists()
    assert "합침" in kept.history.latest().history_change_reason


def test_value_of_the_dropped_centre_can_win(client, editor, pair):
    kept, dropped, _ = pair

    merge(client, kept, dropped, note="dropped", name="dropped")

    kept.refresh_from_db()
    assert (kept.name, kept.note) == ("부산 금정봉제센터", "없어지는 말")
    assert kept.former_names == ["금정 봉제 센터", "옛 센터"]


def test_old_address_leads_on(client, editor, pair):
    kept, dropped, _ = pair
    merge(client, kept, dropped)
    client.logout()

    for old, new in (
        (f"/centers/{dropped.pk}/", f"/centers/{kept.pk}/"),
        (f"/centers/{dropped.pk}/feed/", f"/centers/{kept.pk}/feed/"),
        (f"/api/v1/centers/{dropped.pk}/", f"/api/v1/centers/{kept.pk}/"),
    ):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
        assert client.get(new).status_code == 200
    kept.published = False
    Center.objects.filter(pk=kept.pk).update(published=False)
    assert client.get(f"/centers/{dropped.pk}/").status_code == 404


def test_old_address_follows_a_chain_of_merges(client, editor, make_center):
    first, second, third = (make_center(name=f"센터 {number}") for number in range(3))
    merge(client, second, first)
    merge(client, third, second)

    assert client.get(first.get_absolute_url())["Location"] == third.get_absolute_url()


def test_merge_of_centres_is_undone(client, editor, pair):
    kept, dropped, _ = pair
    before = state()
    public = read(client.get(dropped.get_absolute_url())).main.get_text()
    merge(client, kept, dropped, note="dropped")

    undo(client)

    assert state() == before
    assert read(client.get(dropped.get_absolute_url())).main.get_text() == public
    assert kept.history.count() == dropped.history.count() == 1
    assert not MergedRecord.objects.exists()


def test_undo_of_a_merge_leaves_later_edits(client, editor, pair):
    kept, dropped, _ = pair
    merge(client, kept, dropped)
    kept = Center.objects.get(pk=kept.pk)
    kept.phone = "051-999-9999"
    kept.save()

    undo(client)

    kept.refresh_from_db()
    assert (kept.phone, kept.former_names) == ("051-999-9999", [])
    assert Center.objects.get(pk=dropped.pk).phone == "051-111-2222"


def test_taken_value_keeps_its_document_as_source(client, editor, make_center, make_announcement):
    document = make_announcement(title="2026년 목록")
    kept, dropped = make_center(name="가", phone=""), make_center(name="나", phone="")
    dropped.phone, dropped._source = "051-111-2222", document
    dropped.save()

    merge(client, kept, dropped, phone="dropped")

    [first, *_] = kept.history.filter(phone="051-111-2222").order_by("history_id")
    assert first.source_id == document.pk
    text = read(client.get("/changes/")).main.get_text(" ")
    assert "051-111-2222" in text


def test_merged_record_is_not_restored_apart_from_its_merge(client, editor, pair):
    kept, dropped, _ = pair
    merge(client, kept, dropped)
    last = dropped.history.latest().history_id

    assert read(client.get(reverse("admin:deleted_records"))).select("#content form") == []
    response = client.post(page("center_simple_history", dropped.pk, last), {"to": "restore"})

    assert not Center.objects.filter(pk=dropped.pk).exists()
    assert "다른 기록에 합쳤습니다" in messages_in(client.get(response.url))[0]
    merged = read(client.get(page("center_history", kept.pk)))
    assert merged.select_one(f"a[href='{page('center_history', dropped.pk)}']")


def test_merge_moves_calls_and_reports_and_undo_brings_them_back(client, editor, pair):
    kept, dropped, _ = pair
    old, new = CallRound.objects.create(), CallRound.objects.create()
    Call.objects.create(call_round=old, center=dropped, result="no_answer", number="051-111-2222")
    waiting = Call.objects.create(call_round=new, center=kept, reasons=["phone"])
    Call.objects.create(call_round=new, center=dropped, result="right", called_at=timezone.now())
    Correction.objects.create(center=dropped, field="phone", value="1", evidence="call")
    BrokenLink.objects.create(url=dropped.website or "https://example.kr/", problem="404")
    models = (Call, Correction, BrokenLink)
    before = [list(model.objects.order_by("pk").values()) for model in models]

    merge(client, kept, dropped)

    assert sorted(kept.calls.values_list("call_round", "result")) == [
        (old.pk, "no_answer"),
        (new.pk, "right"),
    ]
    assert kept.corrections.count() == BrokenLink.objects.count() == 1
    undo(client)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert Call.objects.get(pk=waiting.pk).center == kept


# --- refusals ------------------------------------------------------------------------------------


def test_centre_is_not_merged_with_itself(client, editor, make_center):
    center = make_center()

    response = client.get(merge_page(center, center), follow=True)

    assert "자기 자신과 합칠 수 없습니다" in messages_in(response)[0]


def test_centre_is_not_merged_in_a_circle(client, editor, make_center):
    last = make_center(name="끝")
    middle = make_center(name="가운데", status="closed", successor=last)
    first = make_center(name="처음", status="closed", successor=middle)

    response = client.get(merge_page(first, last), follow=True)
    assert "서로 바꾸어 합쳐 주세요" in messages_in(response)[0]

    merge(client, last, first)
    assert Center.objects.get(pk=middle.pk).successor == last


@pytest.mark.parametrize(
    "query", ["", "keep=1", "keep=x&drop=y", "keep=1&drop=%00", "keep=-1&drop=0"]
)
@pytest.mark.parametrize("model", ["center", "operator", "announcement"])
def test_merge_of_unknown_records_is_rejected(client, editor, model, query):
    response = client.get(f"{page(f'{model}_merge')}?{query}", follow=True)
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert messages_in(response)
    huge = f"{page(f'{model}_merge')}?keep={'9' * 60}&drop={'9' * 61}"
    assert client.get(huge, follow=True).status_code == 200


def test_merge_needs_a_reason(client, editor, pair):
    kept, dropped, _ = pair
    data = fields_of(read(client.get(merge_page(kept, dropped))).select_one("form.merge"))

    refused = client.post(page("center_merge"), data | {"reason": " "})

    assert refused.status_code == 200 and Center.objects.count() == 3
    assert "필수 항목입니다." in read(refused).get_text()


def test_merge_after_another_change_is_refused(client, editor, pair):
    kept, dropped, _ = pair
    data = fields_of(read(client.get(merge_page(kept, dropped))).select_one("form.merge"))
    dropped.phone = "051-333-3333"
    dropped.save()

    refused = client.post(page("center_merge"), data | {"reason": "같은 곳"})

    assert "값이 바뀌어 합치지 않았습니다" in read(refused).select_one(".errornote").get_text()
    assert Center.objects.count() == 3


def test_second_officer_is_told_of_the_first_merge(client, editor, pair):
    kept, dropped, _ = pair
    data = fields_of(read(client.get(merge_page(kept, dropped))).select_one("form.merge"))
    merge(client, kept, dropped)

    refused = client.post(page("center_merge"), data | {"reason": "같은 곳"}, follow=True)

    assert "그사이 합치거나 지웠을 수 있습니다" in messages_in(refused)[0]


def test_two_officers_who_press_at_once_merge_once(client, editor, pair, monkeypatch):
    kept, dropped, _ = pair
    first = fields_of(read(client.get(merge_page(kept, dropped))).select_one("form.merge"))
    second = fields_of(read(client.get(merge_page(dropped, kept))).select_one("form.merge"))
    others = []

    def plan_and_let_the_other_press(*records):
        """Return the plan of the second officer, whom the first one overtakes at the lock."""
        plan = plan_merge(*records)
        if not others:
            others.append(plan)
            other = Client()
            other.force_login(editor)
            others.append(other.post(page("center_merge"), first | {"reason": "같은 곳"}))
        return plan

    monkeypatch.setattr("centers.admin.merge_views.plan_merge", plan_and_let_the_other_press)
    refused = client.post(page("center_merge"), second | {"reason": "같은 곳"}, follow=True)

    assert others[1].status_code == 302
    assert "합치지 않았습니다" in read(refused).get_text()
    assert Center.objects.filter(pk__in=[kept.pk, dropped.pk]).get() == kept
    assert MergedRecord.objects.count() == ChangeSet.objects.count() == 1


def test_action_needs_exactly_two(client, editor, make_center):
    centers = [make_center() for _ in range(3)]
    chosen = {"action": "merge_records", "_selected_action": [one.pk for one in centers]}

    refused = client.post(page("center_changelist"), chosen, follow=True)
    assert "둘만 골라" in messages_in(refused)[0]

    chosen["_selected_action"] = chosen["_selected_action"][:2]
    shown = client.post(page("center_changelist"), chosen, follow=True)
    assert read(shown).select_one("form.merge")


def test_viewer_cannot_merge(client, db, pair):
    client.force_login(make_account("손님", None))
    assert client.get(merge_page(*pair[:2])).status_code == 403


# --- operators -----------------------------------------------------------------------------------


def test_merged_operator_runs_the_centres_of_both(client, editor, make_center):
    kept = make_center(operator__name="(재)대덕경제재단").operator
    center = make_center(operator__name="재단법인 대덕경제재단", operator__phone="042-111-2222")
    dropped = center.operator
    before = state()
    changes = read(client.get("/changes/")).main.get_text(" ", strip=True)

    merge(client, kept, dropped)

    kept.refresh_from_db()
    assert (kept.centers.count(), kept.phone) == (2, "042-111-2222")
    assert kept.former_names == []
    assert not Operator.objects.filter(pk=dropped.pk).exists()
    assert read(client.get("/changes/")).main.get_text(" ", strip=True) == changes
    assert "(합침)" in client.get(page("center_history", center.pk)).content.decode()
    undo(client)
    assert state() == before


def test_other_name_of_an_operator_becomes_a_former_one(client, editor, make_operator):
    kept, dropped = make_operator(name="(재)가나진흥원"), make_operator(name="다라센터")

    merge(client, kept, dropped, name="dropped")

    kept.refresh_from_db()
    assert (kept.name, kept.former_names) == ("다라센터", ["(재)가나진흥원"])
    undo(client)
    assert set(Operator.objects.values_list("pk", "name")) == {
        (kept.pk, "(재)가나진흥원"),
        (dropped.pk, "다라센터"),
    }


# --- announcements -------------------------------------------------------------------------------


def test_merged_announcement_has_the_rows_of_both(
    client, editor, make_announcement, make_listing, make_center
):
    kept, dropped = make_announcement(slug="one"), make_announcement(slug="two")
    center = make_center()
    make_listing(announcement=kept, center=center, row=1)
    make_listing(announcement=dropped, center=center, row=1)
    make_listing(announcement=kept, row=2, region="부산")
    other = make_listing(announcement=dropped, row=2, region="대구")
    run = ImportRun.objects.create(
        announcement=dropped, slug="two", title="둘", table={}, details={}, plan={}
    )
    center.phone, center._source = "051-111-2222", dropped
    center.save()
    before = state()

    merge(client, kept, dropped)

    assert list(kept.listings.order_by("row").values_list("row", "region")) == [
        (1, "부산 금정구"),
        (2, "부산"),
        (3, "대구"),
    ]
    other.refresh_from_db()
    run.refresh_from_db()
    assert (other.row, run.announcement) == (3, kept)
    assert center.history.latest().source_id == kept.pk
    for old in ("/announcements/two/", "/api/v1/announcements/two/"):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, old.replace("two", "one"))
    undo(client)
    assert state() == before
    run.refresh_from_db()
    assert run.announcement_id == dropped.pk
    assert center.history.latest().source_id == dropped.pk
    assert client.get("/announcements/two/").status_code == 200


# --- duplicates ----------------------------------------------------------------------------------


def test_duplicates_of_all_kinds_lead_to_their_merge(
    client, editor, make_center, make_operator, make_announcement
):
    centers = [make_center(name=f"센터 {one}", phone="051-111-2222") for one in "가나"]
    operators = [make_operator(name=name) for name in ("(재)대덕재단", "재단법인 대덕재단")]
    documents = [
        make_announcement(title=title, source_url="https://www.mss.go.kr/view?no=12")
        for title in ("공고", "같은 공고")
    ]
    make_announcement(published_on=date(2019, 1, 2))

    links = [a["href"] for a in read(client.get(reverse("admin:duplicates"))).select("a")]

    for kept, dropped in (centers, operators, documents):
        assert merge_page(kept, dropped) in links
    assert sum("/merge/" in link for link in links) == 3


def test_adding_an_operator_that_exists_is_warned_of(client, editor, make_operator):
    make_operator(name="(재)대덕경제재단", phone="042-111-2222")

    refused = submit(client, page("operator_add"), name="재단법인 대덕경제재단")
    assert "이미 있는 운영기관일 수 있습니다" in error_beside(refused, "is_distinct")
    refused = submit(client, page("operator_add"), name="다른 이름", phone="042)111-2222")
    assert error_beside(refused, "is_distinct") or error_beside(refused, "phone")
    assert Operator.objects.count() == 1


def test_adding_an_announcement_that_exists_is_warned_of(client, editor, make_announcement):
    known = make_announcement(title="2026년 선정 결과", published_on=date(2026, 1, 5))
    typed = {
        "title": "2026년 선정결과",
        "slug": "another",
        "kind": known.kind,
        "publisher": "다른 곳",
        "published_on": "2026-01-05",
    }

    refused = submit(client, page("announcement_add"), **typed)
    assert "이미 있는 공고일 수 있습니다" in error_beside(refused, "is_distinct")
    submit(client, page("announcement_add"), **typed, is_distinct="on")
    assert Announcement.objects.count() == 2
