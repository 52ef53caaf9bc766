"""Applying a plan saves exactly its changes with history; undoing restores the state before."""

import random
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.importer import apply as applying
from centers.importer.apply import PlanChangedError, apply
from centers.importer.drafts import ImportRejectedError, create_draft, load_plan, update_decisions
from centers.importer.read import read_file
from centers.importer.undo import undo
from centers.models import Announcement, Center, DataVersion, ImportRun, Listing, Operator
from centers.models.origins import find_origins
from tests.support.lists import SOAP, details, everything, kinds, plan, table, take_in

pytestmark = pytest.mark.django_db

OTHER = {"region": "서울 종로구", "industry": "의복", "operator": "가나다"}
NEXT = {"slug": "list-2027", "day": "2026-09-30"}


@pytest.fixture
def editor():
    return get_user_model().objects.create(username="나")


@pytest.fixture
def official(settings):
    """The list of 2026-07-31 as it was published."""
    path = settings.BASE_DIR / "tests/data/status_list_2026.csv"
    return read_file(path.read_bytes(), path.name)


# --- what is saved -------------------------------------------------------------------------------


def test_all_that_the_plan_said_is_saved(editor):
    run = take_in(SOAP, user=editor)

    center = Center.objects.get()
    announcement = Announcement.objects.get()
    assert center.display_name == center.name == SOAP["name"]
    assert (center.region_id, center.industry_id, center.operator.name) == (
        "26410",
        "20",
        "(재)부산비누진흥원",
    )
    assert (center.cluster_size, center.cluster_size_as_of) == (120, date(2026, 7, 31))
    assert Center.objects.find_stale() == []
    assert center.listings.get().texts == SOAP
    assert (announcement.slug, announcement.kind) == ("list-2026", "status_list")
    assert (run.state, run.announcement, run.applied_by) == ("applied", announcement, editor)


def test_history_names_the_person_the_document_and_the_import(editor):
    run = take_in(SOAP, user=editor)

    for model in (Announcement, Operator, Center, Listing):
        entry = model.history.get()
        assert (entry.history_type, entry.history_user) == ("+", editor)
        assert (entry.source, entry.run) == (run.announcement, run)
        assert entry.history_change_reason == "가져오기: 소공인특화지원센터 현황"


def test_change_leaves_one_entry_and_an_unchanged_record_none(editor):
    take_in(SOAP, OTHER)

    take_in(SOAP | {"phone": "051-765-4321"}, OTHER, user=editor)

    changed = Center.objects.get(phone="051-765-4321")
    assert changed.history.count() == 2
    assert changed.history.latest().history_user == editor
    assert Center.objects.exclude(pk=changed.pk).get().history.count() == 1
    assert [listing.history.count() for listing in Listing.objects.all()] == [2, 1]
    assert Operator.history.count() == 2


def test_missing_centre_becomes_unconfirmed_with_list_as_source():
    take_in(SOAP)
    run = take_in(OTHER, **NEXT)

    center = Center.objects.get(phone=SOAP["phone"])
    assert center.status == Center.Status.UNCONFIRMED
    assert center.history.latest().source == run.announcement


def test_every_import_advances_the_data_version():
    before = DataVersion.cached()

    take_in(SOAP)

    assert DataVersion.cached() != before


@pytest.mark.parametrize("step", [1, -1])
def test_spellings_of_a_new_body_make_one_operator_in_any_order(step):
    rows = [
        OTHER | {"operator": "가나다 진흥원"},
        SOAP | {"operator": "(재)가나다진흥원"},
        {"region": "대구 중구", "industry": "안경", "operator": "재단법인 가나다진흥원"},
    ]

    take_in(*rows[::step])

    operator = Operator.objects.get()
    assert (operator.name, operator.centers.count()) == ("재단법인 가나다진흥원", 3)


def test_number_of_queries_does_not_grow_with_the_rows():
    places = "종로구 성북구 중랑구 강북구 도봉구".split()
    rows = [OTHER | {"region": f"서울 {place}", "operator": f"{place}청"} for place in places]
    changed = [row | {"phone": "051-123-4567"} for row in rows]
    queries = []
    for number, some in enumerate((rows[:1], changed[:1], rows[1:], changed[1:])):
        run = create_draft(table(*some), details(slug=f"list-{number}", kind="selection"))
        with CaptureQueriesContext(connection) as captured:
            apply(run, None)
        queries.append(len(captured))

    assert queries[:2] == queries[2:]


# --- the list of 2026 ----------------------------------------------------------------------------


def test_official_list_meets_the_five_centres_of_2024(announcement_2024, official):
    run = create_draft(official, details())
    apply(run, None)

    counts = load_plan(run).count_by_kind()
    assert (counts["new"], counts["changed"], counts["missing"], counts["warnings"]) == (
        37,
        3,
        2,
        1,
    )
    assert counts["decision"] == counts["error"] == 0
    assert (Center.objects.count(), run.announcement.listings.count()) == (42, 40)
    named = {
        center.designated_year and center.name: (center.region_id, center.industry_id)
        for center in Center.objects.filter(designated_year=2024).exclude(address="")
    }
    assert named == {
        "대전 덕암 금속가공 소공인특화지원센터": ("30230", "25"),
        "부산 서동 의류제조 소공인특화지원센터": ("26410", "14"),
        "광주 충장 귀금속 소공인특화지원센터": ("12210", "33"),
    }
    missed = Center.objects.filter(status=Center.Status.UNCONFIRMED)
    assert {center.region_id for center in missed} == {"51750", "47210"}


@pytest.mark.parametrize(
    ("name", "kind", "region", "industry"),
    [
        ("인천 송림 기타기계장비", "specialized", "28125", "29"),  # 동구 is 제물포구 now
        ("화성 향남 기타기계장비", "specialized", "41591", "29"),
        ("동탄 전자부품", "specialized", "41597", "26"),
        ("광주 서남 인쇄", "specialized", "12210", "18"),
        ("무안 도자", "specialized", "12810", "23"),
        ("시흥 대야 기타기계장비", "specialized", "41390", "29"),
        ("시흥 정왕 전기장비", "specialized", "41390", "28"),
        ("성남 상대원 식품제조", "specialized", "41133", "10"),
        ("성남 상대원 섬유제조", "specialized", "41133", "13"),
        ("서울 상생", "wide_area", "11", None),
        ("전북 상생", "wide_area", "52", None),
        ("경남 상생", "wide_area", "48", None),
    ],
)
def test_rows_of_the_official_list_lie_in_todays_regions(official, name, kind, region, industry):
    apply(create_draft(official, details()), None)

    center = Center.objects.get(name__startswith=name)
    assert (center.kind, center.region_id, center.industry_id) == (kind, region, industry)


def test_lists_taken_in_again_change_nothing(announcement_2024, official, settings):
    apply(create_draft(official, details()), None)
    table_2024 = read_file(PRINTED_2024.encode(), "table.csv")

    again = create_draft(official, details())
    earlier = create_draft(
        table_2024, details(slug="2024-selection", kind="", title="", publisher="")
    )

    for run, rows in ((again, 40), (earlier, 5)):
        shown = load_plan(run)
        assert kinds(shown) == ["unchanged"] * rows
        assert shown.count_by_kind()["missing"] == (2 if run is again else 0)
        before = everything()
        apply(run, None)
        assert everything() == before


PRINTED_2024 = """지역,운영기관,업종,집적지 소공인 규모
강원 영월,(재)영월산업진흥원,식품제조업,70개사
경북 영주,(재)환동해산업연구원,식품제조업,181개사
광주 동구,조선대학교산학협력단,기타제품제조업(주얼리),90개사
대전 대덕구,(재)대덕경제재단,금속가공제조업,282개사
부산 금정구,부산경남봉제산업협동조합,"의복, 의복액서서리 제조업",252개사
"""


@pytest.mark.parametrize("seed", range(3))
def test_order_of_the_rows_does_not_matter(announcement_2024, official, seed):
    fields = (
        "name",
        "region",
        "industry",
        "operator__name",
        "address",
        "status",
        "designated_year",
    )
    rows = [row.texts for row in official.rows]
    random.Random(seed).shuffle(rows)

    take_in(*rows)
    mixed = set(Center.objects.values_list(*fields))
    undo(ImportRun.objects.get(), None)
    take_in(*(row.texts for row in official.rows))

    assert mixed == set(Center.objects.values_list(*fields))


# --- only what was shown -------------------------------------------------------------------------


def test_plan_is_rejected_if_records_changed_since_it_was_shown(editor):
    take_in(SOAP)
    run = create_draft(table(SOAP | {"phone": "051-765-4321"}), details(**NEXT))
    center = Center.objects.get()
    center.phone = "051-999-9999"
    center.save()
    before = everything()

    with pytest.raises(PlanChangedError, match="1행이 달라집니다"):
        apply(run, editor)

    assert everything() == before
    update_decisions(run, {"rows": {"1": {"take": ["phone"]}}})
    apply(run, editor)
    center.refresh_from_db()
    assert center.phone == "051-765-4321"


def test_plan_is_refused_if_the_same_list_has_come_in_meanwhile():
    run = create_draft(table(SOAP), details())
    take_in(SOAP)

    with pytest.raises(PlanChangedError):
        apply(run, None)
    assert Center.objects.count() == 1


def test_plan_is_refused_if_a_chosen_centre_is_gone(make_center):
    center = make_center()
    key = center.pk
    run = create_draft(table(SOAP), details(), {"rows": {"1": {"center": key}}})
    center.delete()

    with pytest.raises(PlanChangedError, match=f"{key}번 센터는 없습니다"):
        apply(run, None)


@pytest.mark.parametrize(
    "bad", [SOAP | {"phone": "없는 번호"}, {"region": "중구", "industry": "의복"}]
)
def test_plan_with_an_error_or_an_open_question_saves_nothing(bad):
    run = create_draft(table(SOAP, bad), details())

    with pytest.raises(ImportRejectedError, match="반영하지 않았습니다"):
        apply(run, None)

    assert not Center.objects.exists() and not Announcement.objects.exists()
    run.refresh_from_db()
    assert run.state == ImportRun.State.PLANNED


def test_skipped_row_is_not_taken_in():
    take_in(SOAP, SOAP | {"phone": "없는 번호"}, decisions={"rows": {"2": {"skip": True}}})

    assert Listing.objects.get().row == 1


def test_failure_half_way_leaves_nothing(monkeypatch):
    run = create_draft(table(SOAP), details())
    before = everything()

    def fail(*arguments):
        raise RuntimeError("half way")

    monkeypatch.setattr(applying.PlanWriter, "_save_listings", fail)
    with pytest.raises(RuntimeError):
        apply(run, None)

    assert everything() == before
    run.refresh_from_db()
    assert run.state == ImportRun.State.PLANNED


def test_applied_run_cannot_be_planned_again():
    run = create_draft(table(SOAP), details())
    seen_before = ImportRun.objects.get(pk=run.pk)
    apply(run, None)
    plan = ImportRun.objects.get(pk=run.pk).plan

    with pytest.raises(ImportRejectedError, match="그사이 반영되었거나"):
        update_decisions(seen_before, {"rows": {"1": {"skip": True}}})

    run.refresh_from_db()
    assert (run.plan, run.decisions) == (plan, {})


def test_run_is_applied_once():
    run = take_in(SOAP)

    with pytest.raises(ImportRejectedError, match="이미 반영한"):
        apply(run, None)
    with pytest.raises(ImportRejectedError, match="이미 반영한"):
        update_decisions(run, {})


# --- undo ----------------------------------------------------------------------------------------


def test_undo_brings_back_the_database_of_before(announcement_2024, official, editor):
    before = everything()
    version = DataVersion.cached()
    run = create_draft(official, details(), user=editor)
    apply(run, editor)
    assert everything() != before

    undo(run, editor)

    assert everything() == before
    assert DataVersion.cached() != version
    run.refresh_from_db()
    assert (run.state, run.undone_by, run.announcement) == ("undone", editor, None)
    assert run.title == "소공인특화지원센터 현황"
    assert not load_plan(create_draft(official, details())).has_no_effect


def test_undo_restores_every_value_and_derived_columns(make_center):
    take_in(SOAP)
    center = Center.objects.get()
    center.status, center.closed_on = "closed", date(2026, 1, 1)
    center.successor = make_center(region="11110", confirmed_on=date(2026, 11, 1))
    center.save()
    before = everything()
    row = {name: text for name, text in SOAP.items() if name != "name"} | {
        "name": "부산 동래 두부 소공인특화지원센터",
        "address": "부산광역시 동래구 금정로 9",
        "industry": "식료품 제조업",
        "operator": "부산두부조합",
        "cluster_size": "90",
    }
    take = ["name", "status", "region", "industry", "operator", "cluster_size", "address"]
    run = take_in(row, decisions={"rows": {"1": {"center": center.pk, "take": take}}}, **NEXT)
    center.refresh_from_db()
    assert (center.status, center.successor, center.region_id) == ("operating", None, "26260")

    undo(run, None)

    assert everything() == before


def test_imports_are_undone_from_the_last_to_the_first():
    first = take_in(SOAP)
    second = take_in(SOAP, **NEXT)

    with pytest.raises(ImportRejectedError, match="뒤에 한 가져오기"):
        undo(first, None)
    undo(second, None)
    undo(first, None)

    assert not Center.objects.exists() and not Center.history.exists()


def test_import_is_not_undone_before_later_one_with_its_centre():
    first = take_in(SOAP, **NEXT)
    take_in(SOAP, slug="older", day="2026-05-31")  # changes nothing, but has a row of its own

    with pytest.raises(ImportRejectedError, match="뒤에 한 가져오기"):
        undo(first, None)


def change_by_editor(center):
    center.phone = "051-999-9999"
    center.save()


def change_past_the_records(center):
    Center.objects.filter(pk=center.pk).update(phone="051-999-9999")


def delete(center):
    center.listings.all().delete()
    center.delete()


def change_and_put_back(center):
    address = center.address
    for center.address in ("부산광역시 금정구 서동로 2", address):
        center.save()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (change_by_editor, "전화"),
        (change_past_the_records, "전화"),
        (delete, "삭제됨"),
        (change_and_put_back, "고쳤다가 되돌림"),
    ],
)
def test_import_is_not_undone_once_its_records_have_changed(change, what):
    run = take_in(SOAP)
    change(Center.objects.get())
    before = everything()

    with pytest.raises(ImportRejectedError, match="되돌릴 것이 없습니다") as told:
        undo(run, None)
    assert f"({what})" in str(told.value)

    assert everything() == before


def test_undo_leaves_an_operator_that_another_centre_uses(make_center):
    run = take_in(SOAP)
    other = make_center(operator=Operator.objects.get())

    left = undo(run, None)

    assert left == ["‘(재)부산비누진흥원’(다른 센터가 씀)"]
    assert list(Center.objects.all()) == [other]
    assert Operator.objects.count() == 1


def test_undo_takes_back_the_rest_and_names_what_it_leaves():
    before_other = Center.objects.count()
    run = take_in(SOAP, OTHER)
    change_by_editor(Center.objects.get(name=SOAP["name"]))

    left = undo(run, None)

    assert left == ["‘부산 서동 비누 소공인특화지원센터’(전화)"]
    center = Center.objects.get()
    assert (center.phone, before_other) == ("051-999-9999", 0)
    assert center.listings.count() == 1
    assert Announcement.objects.count() == 1
    assert [operator.name for operator in Operator.objects.all()] == [SOAP["operator"]]
    run.refresh_from_db()
    assert (run.state, run.before["left"]) == ("undone", left)


def test_undo_leaves_a_changed_value_with_its_row():
    take_in(SOAP, OTHER)
    run = take_in(SOAP | {"phone": "051-765-4321"}, OTHER | {"phone": "02-123-4567"}, **NEXT)
    center = Center.objects.get(phone="051-765-4321")
    center.note = "새 비고"
    center.save()

    assert undo(run, None) == ["‘부산 서동 비누 소공인특화지원센터’(비고)"]

    center.refresh_from_db()
    assert (center.phone, center.listings.count()) == ("051-765-4321", 2)
    other = Center.objects.exclude(pk=center.pk).get()
    assert (other.phone, other.listings.count(), other.history.count()) == ("", 1, 1)


def test_saving_without_a_change_does_not_stop_an_undo():
    before = everything()
    run = take_in(SOAP)
    center = Center.objects.get()
    center.save()
    assert center.history.count() == 2

    assert undo(run, None) == []
    assert everything() == before


# --- what an editor typed in the plan ------------------------------------------------------------


def test_typed_value_is_the_editors_beside_the_printed_text(editor):
    row = SOAP | {"cluster_size": "아주 많음", "phone": "없는 번호"}
    values = {"cluster_size": "300", "phone": "051-765-4321"}

    run = take_in(row, decisions={"rows": {"1": {"values": values}}}, user=editor)

    center = Center.objects.get()
    assert (center.cluster_size, center.phone) == (300, "051-765-4321")
    assert center.listings.get().cluster_size == "아주 많음"
    origins = find_origins(Center, [center.pk], ["cluster_size", "phone", "address"])[center.pk]
    assert origins["phone"].is_from_editor and origins["cluster_size"].is_from_editor
    assert origins["address"].source_id == run.announcement_id
    undo(run, None)
    assert not Center.objects.exists() and not Center.history.exists()


def test_typed_value_of_a_known_centre_is_undone_with_the_rest(editor):
    take_in(SOAP)
    before = everything()
    row = SOAP | {"phone": "없는 번호", "cluster_size": "130"}
    run = take_in(
        row, decisions={"rows": {"1": {"values": {"phone": "051-765-4321"}}}}, user=editor, **NEXT
    )
    center = Center.objects.get()
    assert (center.phone, center.cluster_size, center.history.count()) == ("051-765-4321", 130, 3)

    undo(run, None)

    assert everything() == before


def test_one_cell_left_out_costs_only_that_cell():
    row = SOAP | {"phone": "없는 번호"}

    take_in(row, decisions={"rows": {"1": {"leave_out": ["phone"]}}})

    center = Center.objects.get()
    assert (center.phone, center.cluster_size) == ("", 120)
    assert center.listings.get().phone == "없는 번호"


def test_only_what_was_applied_is_undone_and_only_once():
    run = create_draft(table(SOAP), details())
    with pytest.raises(ImportRejectedError, match="반영한 가져오기만"):
        undo(run, None)
    apply(run, None)
    undo(run, None)
    with pytest.raises(ImportRejectedError, match="반영한 가져오기만"):
        undo(run, None)


def test_undone_list_can_be_taken_in_again():
    undo(take_in(SOAP), None)

    assert kinds(plan(SOAP)) == ["new"]
    take_in(SOAP)
    assert Center.history.count() == 1
