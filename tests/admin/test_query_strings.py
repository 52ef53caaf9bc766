"""No query string breaks an admin page."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from centers.models import Center, Operator
from tests.support.staff import SUPERUSER, count_in, messages_in, page, read, sign_in

HUGE = "99999999999999999999"
REFUSAL = "쓸 수 없는 조건이 있어 조건 없이 보여 드립니다."


@pytest.fixture
def superuser(client, db):
    return sign_in(client, SUPERUSER)


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("center", "name__regex=("),
        ("center", "name__regex=(&e=1"),
        ("center", "region__parent__name__regex=("),
        ("center", "operator__id__exact=1"),
        ("center", "search_text__contains=x"),
        ("center", "regon=26"),
        ("center", "designated_year=abc"),
        ("center", "industry__code__exact=%00"),
        ("center", "confirmed_on__year=99999"),
        ("center", "confirmed_on__year=9999"),
        ("center", "confirmed_on__year=0"),
        ("center", "confirmed_on__year=abc"),
        ("center", "confirmed_on__year=" + HUGE),
        ("center", "confirmed_on__year=2024&confirmed_on__month=13"),
        ("center", "confirmed_on__year=2024&confirmed_on__month=2&confirmed_on__day=31"),
        ("center", "confirmed_on__year=2024&confirmed_on__month=" + HUGE),
        ("center", "confirmed_on__year=٢٠٢٤"),
        ("center", "status__exact=" + "가" * 300),
        ("center", "p=99"),
        ("center", "p=-1"),
        ("announcement", "published_on__year=1"),
        ("listing", "announcement__id__exact=abc"),
        ("user", "password__startswith=pbkdf2"),
        ("user", "groups__id__exact=abc"),
        ("user", "is_active__exact=abc"),
    ],
)
def test_lookup_not_offered_by_the_list_is_rejected(
    client, superuser, make_center, make_announcement, model, query
):
    make_announcement()
    make_announcement()
    first = make_center()
    values = {
        field.attname: getattr(first, field.attname)
        for field in Center._meta.concrete_fields
        if not field.primary_key
    }
    Center.objects.bulk_create(Center(**values) for _ in range(50))

    response = client.get(f"{page(f'{model}_changelist')}?{query}", follow=True)

    assert response.status_code == 200
    assert messages_in(response) == [REFUSAL]
    assert count_in(response) == count_in(client.get(page(f"{model}_changelist")))


@pytest.mark.parametrize(
    "query",
    [
        "designated_year=" + HUGE,
        "designated_year__exact=" + HUGE,
        "designated_year__exact=-" + HUGE,
        "industry__code__exact=가",
        "sido=abc",
        "sido=%00",
        "status__exact=none",
        "q=%00",
        "q=%E2%80%8B",
        "q=" + "9" * 5000,
        "q=" + "+".join(["봉제없음"] * 1000),
    ],
)
def test_value_without_matches_shows_none_or_a_notice(client, superuser, make_center, query):
    make_center()

    response = client.get(f"{page('center_changelist')}?{query}", follow=True)

    assert response.status_code == 200
    assert messages_in(response) or count_in(response) == 0


@pytest.mark.parametrize(
    "query",
    [
        "e=1",
        "o=99.abc.-." + HUGE,
        "p=" + "9" * 5000,
        "p=abc",
        "all=",
        "_facets=x",
        "_popup=1",
        "confirmed_on__month=6",
        "confirmed_on__day=25",
        "_changelist_filters=%00%ED%A0%80",
    ],
)
def test_meaningless_query_parameter_is_ignored(client, superuser, make_center, query):
    make_center()

    response = client.get(f"{page('center_changelist')}?{query}", follow=True)

    assert response.status_code == 200
    assert count_in(response) == 1


def test_unknown_key_field_is_a_bad_request(client, superuser):
    assert client.get(page("center_changelist") + "?_to_field=abc").status_code == 400


@pytest.mark.parametrize("key", ["abc", "", HUGE, "1;DROP", "\0", "²"])
def test_action_on_an_invalid_key_changes_nothing(client, superuser, make_center, key):
    center = make_center()

    response = client.post(
        page("center_changelist"),
        {"action": "unpublish", ACTION_CHECKBOX_NAME: [center.pk, key]},
        follow=True,
    )

    assert response.status_code == 200
    assert Center.objects.get().published


@pytest.mark.parametrize("model", ["center", "user", "group"])
def test_deleting_a_record_that_is_already_deleted_is_no_error(client, superuser, model):
    response = client.post(
        page(f"{model}_changelist"),
        {"action": "delete_selected", ACTION_CHECKBOX_NAME: "987654", "post": "yes"},
        follow=True,
    )

    assert response.status_code == 200


# --- the forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "region=abc",
        "region=%00",
        "operator=abc",
        "operator=" + HUGE,
        "operator=%00",
        "industry=99",
        "cluster_size=abc",
        "cluster_size=" + "9" * 5000,
        "confirmed_on=9999-99-99",
        "lat=nan",
        "kind=special",
        "listings=1",
        "id=5",
        "search_text=x",
        "_popup=1&_to_field=id",
        "name=%00",
    ],
)
def test_add_form_ignores_invalid_values_from_the_query_string(client, superuser, query):
    response = client.get(f"{page('center_add')}?{query}")

    assert response.status_code == 200
    name, _, value = query.partition("=")
    field = read(response).select_one(f"#id_{name}")
    if field is not None:
        chosen = [option["value"] for option in field.select("option[selected]")]
        assert value not in [field.get("value"), *chosen]


def test_add_form_takes_valid_values_from_the_query_string(client, superuser):
    operator = Operator.objects.create(name="가나다진흥원")

    form = read(client.get(f"{page('center_add')}?region=26410&operator={operator.pk}&name=새"))

    assert form.select_one("#id_region option[selected]").get_text() == "부산광역시 금정구"
    assert form.select_one("#id_operator option[selected]").get_text() == "가나다진흥원"
    assert form.select_one("#id_name")["value"] == "새"


@pytest.mark.parametrize("model", ["center", "operator", "announcement", "listing", "user"])
@pytest.mark.parametrize("key", ["abc", HUGE, "-1", "0", "²", "%00", "1_00"])
def test_missing_record_is_reported(client, superuser, model, key):
    for part in ("change", "delete", "history", "history/abc", f"history/{HUGE}", "history/1"):
        if model == "user" and part.startswith("history/"):
            continue
        response = client.get(f"{page(f'{model}_changelist')}{key}/{part}/", follow=True)
        if response.status_code == 200:
            assert "이미 삭제되었을 수 있습니다" in messages_in(response)[0]
        else:
            assert response.status_code == 404


@pytest.mark.parametrize("key", ["abc", "%00", "26", "9" * 5000])
def test_missing_history_version_is_a_404(client, superuser, make_center, key):
    center = make_center()

    for address in (
        page("center_history", center.pk) + f"{key}/",
        page("region_history", "26410") + f"{HUGE}{key}/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404


def test_history_of_a_row_outlives_its_announcement(client, superuser, make_listing):
    listing = make_listing()
    address = page("listing_history", listing.pk)
    version = listing.history.latest().history_id
    announcement = listing.announcement
    listing.delete()
    announcement.delete()

    assert f"삭제된 공고 {listing.row}행" in client.get(address).content.decode()
    assert client.get(f"{address}{version}/").status_code == 200


@pytest.mark.parametrize("term", ["%00", "[(", "9" * 5000, "+".join(["없음"] * 2000), "%ED%A0%80"])
@pytest.mark.parametrize("field", ["region", "industry", "operator"])
def test_autocomplete_accepts_any_term(client, superuser, make_center, field, term):
    make_center()
    asked = f"app_label=centers&model_name=center&field_name={field}&term={term}"

    response = client.get(f"/admin/autocomplete/?{asked}")

    assert response.status_code == 200
    assert response.json()["results"] == []


@pytest.mark.parametrize("query", ["", "app_label=x", "field_name=name", "term=a&page=abc"])
def test_autocomplete_without_a_field_is_rejected(client, superuser, query):
    assert client.get(f"/admin/autocomplete/?{query}").status_code in (403, 404)
