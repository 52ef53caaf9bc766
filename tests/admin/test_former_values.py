"""What a centre was called, who ran it and where it was: kept by every change, and found."""

import csv
import io

import pytest

from centers.importer.undo import undo
from centers.models import Center, Citation, Operator
from tests.support.lists import take_in
from tests.support.staff import EDITOR, messages_in, page, read, say_source, sign_in, submit

pytestmark = pytest.mark.django_db

OLD, NEW = "대덕경제재단", "한밭봉제진흥원"
OLD_NAME, NEW_NAME = "부산 서동 봉제 소공인특화지원센터", "부산 금정 봉제 소공인특화지원센터"
OLD_ADDRESS, NEW_ADDRESS = "부산광역시 금정구 옥봉로8번길 16", "부산광역시 금정구 금강로 2"


@pytest.fixture
def center(make_center, make_operator):
    return make_center(
        name=OLD_NAME, address=OLD_ADDRESS, operator=make_operator(name=f"(재){OLD}")
    )


@pytest.fixture
def successor(make_operator):
    return make_operator(name=NEW)


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


def renew(center):
    center.refresh_from_db()
    return center.former_names, center.former_operators, center.former_addresses


def read_row(client, query):
    """What the only row of a search says."""
    soup = read(client.get(f"/?{query}"))
    [row] = soup.select("article.card, .result-table tbody tr")
    return " ".join(row.get_text(" ").split()).replace("(재) ", "(재)")


# --- every way of changing it --------------------------------------------------------------------


def test_form_keeps_what_the_centre_was(client, editor, center, successor):
    answer = submit(
        client,
        page("center_change", center.pk),
        **say_source(),
        name=NEW_NAME,
        operator=str(successor.pk),
        address=NEW_ADDRESS,
    )

    assert answer.status_code == 302, read(answer).select(".errorlist")
    assert renew(center) == ([OLD_NAME], [f"(재){OLD}"], [OLD_ADDRESS])
    shown = messages_in(client.get(answer.url))
    assert any(f"옛 운영기관 ‘(재){OLD}’" in text for text in shown)


def test_correction_of_an_error_leaves_nothing_behind(client, editor, center, successor):
    submit(
        client,
        page("center_change", center.pk),
        **say_source(),
        name=NEW_NAME,
        operator=str(successor.pk),
        is_correction="on",
    )

    assert renew(center) == ([], [], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"name": OLD_NAME.replace(" ", "")},
        {"address": f"{OLD_ADDRESS}, 2층"},
        {"address": "금정구 옥봉로8번길 16"},
        {"address": ""},
        {"operator": ""},
        {"note": "다른 말"},
    ],
)
def test_other_spelling_is_no_former_value(client, editor, center, changes):
    submit(client, page("center_change", center.pk), **say_source(), **changes)

    assert renew(center) == ([], [], [])


def test_another_number_is_another_address(client, editor, center):
    submit(client, page("center_change", center.pk), **say_source(), address=f"{OLD_ADDRESS}-3")

    assert renew(center)[2] == [OLD_ADDRESS]


def test_value_that_returns_is_no_longer_a_former_one(client, editor, center, successor):
    old = center.operator
    for operator in (successor, old):
        submit(client, page("center_change", center.pk), **say_source(), operator=str(operator.pk))

    assert renew(center)[1] == [NEW]


def test_renamed_operator_is_found_by_its_former_name(client, editor, center):
    submit(client, page("operator_change", center.operator_id), **say_source(), name=NEW)

    assert Operator.objects.get(pk=center.operator_id).former_names == [f"(재){OLD}"]
    client.logout()
    assert f"운영기관의 옛 이름 (재){OLD}" in read_row(client, f"q={OLD}")


def test_import_keeps_what_the_centre_was(db):
    row = {"name": OLD_NAME, "region": "부산 금정구", "industry": "의복"}
    take_in(row | {"operator": f"(재){OLD}", "address": OLD_ADDRESS})
    center = Center.objects.get()
    before = Center.objects.values().get()
    newer = row | {"operator": NEW, "address": NEW_ADDRESS}
    run = take_in(newer, slug="list-2027", day="2026-09-30")

    assert renew(center) == ([], [f"(재){OLD}"], [OLD_ADDRESS])
    entry = center.history.latest()
    assert (entry.former_operators, entry.run) == ([f"(재){OLD}"], run)
    undo(run, None)
    assert Center.objects.values().get() == before


def test_move_keeps_the_former_operator(client, editor, center, successor):
    submit(
        client,
        page("center_move", center.pk),
        **say_source(),
        operator=str(successor.pk),
        changed_on="2026-03-02",
    )

    assert renew(center)[1] == [f"(재){OLD}"]


def merge(client, model, winner, dropped, **changes):
    address = f"{page(f'{model}_merge')}?keep={winner.pk}&drop={dropped.pk}"
    answer = submit(client, address, reason="겹침", **changes)
    assert answer.status_code == 302, read(answer).select(".errorlist, .errornote")


def test_merge_of_centers_keeps_what_loses(client, editor, center, successor, make_center):
    other = make_center(name=OLD_NAME, operator=successor, address=NEW_ADDRESS)

    merge(client, "center", other, center)

    assert renew(other) == ([], [f"(재){OLD}"], [OLD_ADDRESS])


def test_merge_of_centers_may_drop_what_loses(client, editor, center, successor, make_center):
    other = make_center(name=OLD_NAME, operator=successor, address=NEW_ADDRESS)

    merge(client, "center", other, center, former=None)

    assert renew(other) == ([], [], [])


def test_merge_of_operators_makes_no_operator_its_own_former_one(
    client, editor, make_center, make_operator
):
    kept, dropped = make_operator(name=NEW), make_operator(name=OLD)
    center = make_center(operator=dropped, former_operators=[NEW, "앞선 곳"])

    merge(client, "operator", kept, dropped)

    assert renew(center)[1] == ["앞선 곳"]
    client.logout()
    assert f"운영기관의 옛 이름 {OLD}" in read_row(client, f"q={OLD}")


def state_former_operator(client, center, **more):
    """Add a citation that the press names another operator of before."""
    return submit(
        client,
        page("citation_add"),
        center=str(center.pk),
        field="former_operator",
        value=NEW,
        rank="press",
        source_title="봉제 골목 이야기",
        **more,
    )


def test_statement_of_a_former_operator_is_found(client, editor, center):
    answer = state_former_operator(client, center, published_on="2015")

    assert answer.status_code == 302, read(answer).select(".errorlist")
    assert renew(center)[1] == [NEW]
    client.logout()
    assert f"옛 운영기관 {NEW}" in read_row(client, f"q={NEW}")
    shown = read(client.get(center.get_absolute_url())).main.get_text(" ", strip=True)
    assert "봉제 골목 이야기 2015 (보도)" in shown


def test_doubtful_statement_makes_no_former_operator(client, editor, center):
    state_former_operator(client, center, confidence="low")

    assert Citation.objects.exists()
    assert renew(center)[1] == []


# --- found and shown -----------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["cards", "table"])
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (OLD, f"옛 운영기관 (재){OLD}"),
        ("한남대장간", "옛 이름 한남대장간 센터"),
        ("옥봉로8번길", f"옛 주소 {OLD_ADDRESS}"),
    ],
)
def test_row_says_by_which_former_value_it_is_found(client, make_center, query, reason, view):
    center = make_center(
        name=NEW_NAME,
        former_names=["한남대장간 센터"],
        former_operators=[f"(재){OLD}"],
        former_addresses=[OLD_ADDRESS],
    )
    make_center()

    row = read_row(client, f"q={query}&view={view}")

    assert center.name in row
    assert reason in row.replace(": ", " ")
    assert row.count("옛 ") == 1


def test_row_is_silent_where_the_words_stand_in_it(client, make_center):
    make_center(name=NEW_NAME, former_names=[OLD_NAME], former_operators=["부산봉제조합"])

    assert "옛 " not in read_row(client, "q=봉제")


def test_desk_finds_a_centre_by_a_former_operator(client, editor, make_center):
    center = make_center(former_operators=[f"(재){OLD}"])
    make_center()

    rows = read(client.get(page("center_changelist"), {"q": OLD})).select("#result_list tbody tr")

    assert len(rows) == 1
    assert page("center_change", center.pk) in str(rows[0])


def test_files_and_api_have_the_former_operators(client, make_center):
    center = make_center(former_operators=["가 조합", "나 조합"])

    [row] = csv.DictReader(
        io.StringIO(b"".join(client.get("/centers.csv?q=나 조합")).decode("utf-8-sig"))
    )
    assert row["옛운영기관명"] == "가 조합; 나 조합"
    answer = client.get(f"/api/v1/centers/{center.pk}/").json()
    assert answer["former_operators"] == ["가 조합", "나 조합"]
