"""Editing records in the admin: saving, history, revert, permissions and bulk actions."""

import unicodedata
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from centers.models import Center, Operator, Region
from tests.support.staff import (
    EDITOR,
    MANAGER,
    count_in,
    error_beside,
    make_account,
    messages_in,
    page,
    read,
    say_source,
    sign_in,
    submit,
)

SUFFIX = " 소공인특화지원센터"


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


def shown(client, center):
    """Return the facts on the public page of a centre, by heading."""
    soup = read(client.get(center.get_absolute_url()))
    pairs = soup.select(".facts > div")
    return {pair.dt.get_text(strip=True): pair.dd.get_text(" ", strip=True) for pair in pairs}


def found(client, words):
    """The centres that the public list finds."""
    soup = read(client.get("/", {"q": words}))
    return [" ".join(link.get_text().split()) for link in soup.select(".center-list h3 a")]


def rows(client, query=""):
    """The first column of the list of centres."""
    response = client.get(page("center_changelist") + query)
    return [cell.get_text(strip=True) for cell in read(response).select("th.field-short_name")]


def versions(client, center):
    """Links to the earlier values of a centre, newest first."""
    soup = read(client.get(page("center_history", center.pk)))
    return [link["href"] for link in soup.select("#change-history tbody th a")]


# --- edit and revert --------------------------------------------------------------------------


def test_editor_changes_a_size_and_reverts_it(client, announcement_2024):
    account = make_account("홍길동", EDITOR)
    account.set_password("알아내기 아주 어려운 긴 말")
    account.save()
    center = Center.objects.get(region_id="51750")
    change = page("center_change", center.pk)

    asked = client.get(change, follow=True)
    assert "로그인" in read(asked).title.get_text()
    client.post(
        asked.request["PATH_INFO"],
        {"username": "홍길동", "password": "알아내기 아주 어려운 긴 말", "next": change},
    )
    submit(client, change, cluster_size="75", cluster_size_as_of="2025-01-31")
    assert shown(client, center)["집적지 소공인 수"].startswith("75개사")

    soup = read(client.get(page("center_history", center.pk)))
    newest = soup.select_one("#change-history tbody tr")
    assert [cell.get_text(" ", strip=True) for cell in newest.select("td")] == [
        "고침",
        "홍길동",
        "—",
        "집적지 소공인 규모: 70 → 75 규모 기준일: 2024년 6월 25일 → 2025년 1월 31일",
    ]

    response = submit(client, versions(client, center)[1])
    assert response.status_code == 302
    assert shown(client, center)["집적지 소공인 수"].startswith("70개사")
    center.refresh_from_db()
    assert center.cluster_size_as_of == date(2024, 6, 25)
    assert (
        center.history.latest().history_user,
        center.history.latest().history_change_reason,
    ) == (
        account,
        "되돌림",
    )


def test_revert_restores_display_name_and_search_columns(client, editor, make_center):
    center = make_center(region="51750", industry="10")
    submit(
        client, page("center_change", center.pk), region="26410", industry="14", specialty="봉제"
    )
    center.refresh_from_db()
    assert center.display_name == "부산 금정 봉제" + SUFFIX

    submit(client, versions(client, center)[1])

    center.refresh_from_db()
    assert center.display_name == "영월 식료품" + SUFFIX
    assert found(client, "영월") == ["영월 식료품" + SUFFIX]
    assert found(client, "금정") == []


def test_history_shows_choices_and_blanks_as_labels(client, editor, make_center):
    center = make_center(operator__name="가나다진흥원")
    submit(
        client,
        page("center_change", center.pk),
        status="closed",
        published=None,
        cluster_size="",
        cluster_size_as_of="",
    )

    text = read(client.get(page("center_history", center.pk))).select_one("tbody ul").get_text(" ")

    for words in ("상태: 운영 중 → 운영 종료", "게시: 예 → 아니오", "규모: 120 → 미확인"):
        assert words in " ".join(text.split())


def test_editor_enters_closing_date_and_successor(client, editor, make_center):
    center, heir = make_center(), make_center(region="11110")
    change = page("center_change", center.pk)
    ending = {"closed_on": "2026-05-31", "successor": str(heir.pk)}

    submit(client, change, **ending)

    center.refresh_from_db()
    assert (center.status, center.closed_on, center.successor) == (
        "closed",
        date(2026, 5, 31),
        heir,
    )


def test_history_names_a_deleted_operator(client, editor, make_center):
    center = make_center()
    old = center.operator
    center.operator = Operator.objects.create(name="라마바진흥원")
    center.save()
    old.delete()

    history = read(client.get(page("center_history", center.pk)))
    earlier = client.get(versions(client, center)[1])

    assert "삭제된 운영기관 → 라마바진흥원" in " ".join(history.get_text(" ").split())
    assert earlier.status_code == 200


def test_deleted_center_can_be_restored_from_its_history(client, make_center):
    sign_in(client, MANAGER)
    center = make_center(name="되살릴 센터")
    pk = center.pk
    submit(client, page("center_delete", pk), button="post")
    assert not Center.objects.filter(pk=pk).exists()

    submit(client, versions(client, Center(pk=pk))[0])

    assert Center.objects.get(pk=pk).name == "되살릴 센터"


def test_view_only_user_cannot_revert(client, editor):
    region = Region.objects.get(pk="26410")
    version = region.history.latest().history_id
    address = page("region_simple_history", region.pk, version)

    assert client.get(address).status_code == 200
    response = client.post(address, {"name": "딴구", "short_name": "딴", "level": "sido"})

    assert response.status_code == 403
    assert Region.objects.get(pk="26410").name == "금정구"


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=봉제", ["부산 금정 의복"]),
        ("?q=" + unicodedata.normalize("NFD", "봉제"), ["부산 금정 의복"]),
        ("?q=광주+주얼리", ["전남광주 동구 주얼리"]),
        ("?q=ㅇㅇㅅㅇ", ["영월 식료품"]),
        ("?q=조선대", ["전남광주 동구 주얼리"]),
        ("?q=%25", []),
        ("?sido=47", ["영주 식료품"]),
        ("?sido=12&industry__code__exact=10", []),
        ("?status__exact=closed", []),
        ("?designated_year=2024&sido=51", ["영월 식료품"]),
    ],
)
def test_centers_are_searched_and_filtered(client, editor, announcement_2024, query, names):
    assert rows(client, query) == names


def test_every_admin_filter_shows_its_count_and_works(client, announcement_2024):
    sign_in(client, MANAGER)
    for model in ("center", "operator", "announcement", "listing", "region", "industry", "user"):
        address = page(f"{model}_changelist")
        choices = read(client.get(address)).select("#changelist-filter li:not(.selected) a")
        for choice in choices:
            count = int(choice.get_text(strip=True).rpartition("(")[2].removesuffix(")"))
            response = client.get(address + choice["href"])
            assert response.status_code == 200, (model, choice["href"])
            assert count_in(response) == count, (model, choice["href"])
        assert choices or model in ("operator", "industry", "listing")


@pytest.mark.parametrize(
    ("model", "field", "words", "found"),
    [
        ("center", "region", "부산 금정", "부산광역시 금정구"),
        ("center", "region", "광주광역시 동구", "전남광주통합특별시 동구"),
        ("center", "industry", "봉제", "의복, 의복 액세서리 및 모피제품 제조업"),
        ("center", "industry", "14", "의복, 의복 액세서리 및 모피제품 제조업"),
        ("center", "operator", "옛진흥", "가나다진흥원"),
        ("listing", "announcement", "2024", "2024년 신규 선정"),
        ("listing", "center", "금정 봉제", "부산 금정 의복" + SUFFIX),
    ],
)
def test_form_offers_other_records_by_any_of_their_names(
    client, editor, make_center, make_announcement, model, field, words, found
):
    make_center(operator__name="가나다진흥원", operator__former_names=["옛진흥원"])
    make_announcement(title="2024년 신규 선정")

    response = client.get(
        "/admin/autocomplete/",
        {"app_label": "centers", "model_name": model, "field_name": field, "term": words},
    )

    assert [row["text"] for row in response.json()["results"]] == [found]


def test_only_published_centres_link_to_their_public_page(client, editor, make_center):
    def link(center):
        return read(client.get(page("center_change", center.pk))).select_one(".viewsitelink")

    center = make_center()

    assert link(center)["href"] == center.get_absolute_url()
    assert link(center).get_text() == "사이트에서 보기"
    assert link(make_center(published=False)) is None


# --- bulk actions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "before", "after", "reason"),
    [
        ("publish", {"published": False}, {"published": True}, "게시"),
        ("unpublish", {"published": True}, {"published": False}, "게시 취소"),
        ("confirm", {"confirmed_on": None}, {"confirmed_on": timezone.localdate}, "확인함"),
    ],
)
def test_bulk_action_changes_records_with_user_and_reason(
    client, editor, make_center, action, before, after, reason
):
    after = {name: value() if callable(value) else value for name, value in after.items()}
    chosen, already, other = make_center(**before), make_center(**after), make_center(**before)

    response = client.post(
        page("center_changelist"),
        {"action": action, "_selected_action": [chosen.pk, already.pk]} | say_source(),
        follow=True,
    )

    assert messages_in(response) == [
        f"{reason}: 1곳을 바꾸었습니다. 1곳은 이미 그렇게 되어 있었습니다."
    ]
    assert Center.objects.filter(pk__in=[chosen.pk, already.pk], **after).count() == 2
    assert Center.objects.filter(pk=other.pk, **before).exists()
    written = chosen.history.latest()
    assert (written.history_user, written.history_change_reason) == (editor, reason)
    assert already.history.count() == other.history.count() == 1


def test_unpublished_centre_leaves_the_site_and_returns(client, editor, make_center):
    center = make_center()
    for action, status in (("unpublish", 404), ("publish", 200)):
        client.post(page("center_changelist"), {"action": action, "_selected_action": center.pk})
        assert client.get(center.get_absolute_url()).status_code == status


def test_reason_for_a_change_stays_in_the_history(client, editor, make_center):
    center = make_center()

    submit(client, page("center_change", center.pk), phone="051-111-2222", reason="사무실에 물음")

    soup = read(client.get(page("center_history", center.pk)))
    newest = soup.select_one("#change-history tbody tr")
    assert "사무실에 물음" in newest.get_text()
    assert "사무실에 물음" not in client.get(center.get_absolute_url()).content.decode()


def test_saving_without_a_change_leaves_no_entry(client, editor, make_center):
    center = make_center()
    address = page("center_change", center.pk)

    response = client.get(submit(client, address, reason="그냥").url)

    assert center.history.count() == 1
    assert messages_in(response) == ["바뀐 것이 없어 그대로 두었습니다."]
    assert submit(client, address, phone="051-123-4567").status_code == 302
    assert center.history.count() == 2


def test_reverting_to_the_present_values_leaves_no_entry(client, editor, make_center):
    center = make_center()
    [own] = versions(client, center)

    shown = read(client.get(own))
    response = client.post(own, {"to": "then", "field": ["name", "phone", "cluster_size"]})

    assert "지금 값이 그때와 같습니다." in shown.get_text() and not shown.select("#content form")
    assert messages_in(client.get(response.url)) == ["고른 값이 지금 값과 같아 그대로 두었습니다."]
    assert center.history.count() == 1


@pytest.mark.parametrize(
    "day", ["2026. 7. 31.", "2026.7.31", "2026.07.31.", "2026/07/31", "20260731", "2026년 7월 31일"]
)
def test_form_takes_values_as_koreans_write_them(client, editor, make_center, day):
    center = make_center()
    typed = {"phone": "042)363-7563", "cluster_size": "1,200", "cluster_size_as_of": day}

    assert submit(client, page("center_change", center.pk), **typed).status_code == 302

    center.refresh_from_db()
    assert (center.phone, center.cluster_size, center.cluster_size_as_of) == (
        "042-363-7563",
        1200,
        date(2026, 7, 31),
    )


def test_form_says_how_to_write_what_it_cannot_take(client, editor, make_center):
    typed = {"phone": "042-363-7563~4", "cluster_size": "약 300"}

    refused = submit(client, page("center_change", make_center().pk), **typed)

    assert "042-363-7563처럼" in error_beside(refused, "phone")
    assert "1,200이나 1200처럼" in error_beside(refused, "cluster_size")


def test_size_change_without_its_date_gives_a_warning(client, editor, make_center):
    address = page("center_change", make_center().pk)

    client.get("/admin/")
    alone = client.get(submit(client, address, cluster_size="121")["Location"])
    both = client.get(
        submit(client, address, cluster_size="122", cluster_size_as_of="2025-01-31")["Location"]
    )

    assert any("기준일(2024-06-25)은 그대로입니다" in text for text in messages_in(alone))
    assert not any("그대로입니다" in text for text in messages_in(both))


def test_admin_without_recent_actions_says_so(client, editor):
    recent = read(client.get(reverse("admin:index"))).select_one("#recent-actions-module")

    assert recent.p.get_text(strip=True) == "아직 없습니다."


def test_wide_area_center_has_no_industry_in_the_list(client, editor, make_center):
    make_center(kind="wide_area", industry=None)

    row = read(client.get(page("center_changelist"))).select_one("#result_list tbody tr")

    assert row.select_one(".field-industry_name").get_text(strip=True) == "전 업종"


def test_form_of_a_centre_warns_of_its_printed_rows(client, editor, announcement_2024):
    center = Center.objects.get(region="51750")

    form = read(client.get(page("center_change", center.pk)))

    assert "공고와 다르게 옮겨 적었을 때에만" in form.select_one("#listings-heading").get_text()
