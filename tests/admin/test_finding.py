"""Finding at the admin: by number, link, telephone and former names; quick edit and export."""

import csv
import io
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from centers.exports import download_slots
from centers.exports.download_slots import DownloadSlots
from centers.models import Center, Citation
from tests.support.forms import fields_of
from tests.support.staff import EDITOR, make_account, messages_in, page, read, say_source, sign_in

pytestmark = pytest.mark.django_db

NUMBER = "042-363-7563"
LIST = "/admin/centers/center/"
TODAY = timezone.localdate()


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


def found(client, words, **others):
    """The keys of the centres that the list shows for some words."""
    response = client.get(LIST, {"q": words} | others, follow=True)
    assert response.status_code == 200
    links = read(response).select("#result_list tbody th a")
    return {int(link["href"].split("/")[4]) for link in links}


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "센터 {}번",
        "센터 {}",
        "{}번",
        "{} 번 센터",
        "#{}",
        "센터 번호 {}",
        "https://centers.example.kr/centers/{}/",
        "https://centers.example.kr/centers/{}/?utm_source=x#facts-title",
        "http://127.0.0.1:8000/admin/centers/center/{}/change/",
        "/centers/{}/feed/",
    ],
)
def test_centre_is_found_by_its_number(client, editor, make_center, words):
    center = make_center(address="부산 금정구 가길 1")
    for _ in range(2):
        make_center()

    assert found(client, words.format(center.pk)) == {center.pk}


def test_number_alone_is_also_looked_for_in_the_text(client, editor, make_center):
    center = make_center()
    other = make_center(address=f"부산 금정구 가길 {center.pk}")

    assert found(client, str(center.pk)) >= {center.pk, other.pk}


@pytest.mark.parametrize("words", ["센터 0번", "센터 999999999999999999번", "/centers/0/"])
def test_unknown_number_finds_nothing(client, editor, make_center, words):
    make_center()

    assert found(client, words) == set()


@pytest.mark.parametrize(
    "words",
    [
        NUMBER,
        "0423637563",
        "042.363.7563",
        "042) 363-7563",
        "042 363 7563",
        "０４２－３６３－７５６３",
        "+82-42-363-7563",
        "+82 (0)42 363 7563",
        "363-7563",
        "T. 042-363-7563",
        "042-363-7563 (내선 12)",
    ],
)
def test_centre_is_found_by_a_telephone_in_any_form(client, editor, make_center, words):
    center = make_center(phone=NUMBER)
    make_center(phone="02-363-7564")

    assert found(client, words) == {center.pk}


def test_numbers_of_operators_and_citations_are_found_too(
    client, editor, make_center, make_operator, make_citation
):
    first = make_center(operator=make_operator(phone=NUMBER))
    second = make_center()
    make_citation(
        center=second, field="phone", value=NUMBER, printed="", approximate="", confidence="low"
    )
    make_center()

    assert found(client, NUMBER) == {first.pk, second.pk}


def test_former_names_and_addresses_are_found(client, editor, make_center, make_operator):
    named = make_center(name="새 이름", former_names=["오정 소공인특화지원센터"])
    moved = make_center(former_addresses=["대전 대덕구 한남로 70"])
    run = make_center(operator=make_operator(former_names=["한남대학교 산학협력단"]))
    make_center()

    assert found(client, "오정") == {named.pk}
    assert found(client, "한남로") == {moved.pk}
    assert found(client, "한남대학교") == {run.pk}


# --- public pages ---------------------------------------------------------------------------------


def test_editors_find_the_way_back_on_public_pages(client, make_center, make_announcement):
    center, announcement = make_center(), make_announcement()
    paths = {
        center.get_absolute_url(): page("center_change", center.pk),
        announcement.get_absolute_url(): page("announcement_change", announcement.pk),
    }
    for path in paths:
        assert "/admin/" not in client.get(path).content.decode()

    sign_in(client, EDITOR)
    for path, link in paths.items():
        for _ in range(2):
            response = client.get(path)
            assert read(response).select_one("a.edit-link")["href"] == link
            assert "고치기" in read(response).select_one("a.edit-link").get_text()
            assert response["Cache-Control"] == "private, no-store"
            assert "ETag" not in response

    client.logout()
    for path in paths:
        response = client.get(path)
        assert not read(response).select("a.edit-link")
        assert "ETag" in response and response.cookies == {}


def test_who_may_not_change_centres_sees_no_link(client, make_center):
    center = make_center()
    client.force_login(make_account("나", None))

    assert not read(client.get(center.get_absolute_url())).select("a.edit-link")


def test_signed_in_page_never_answers_with_304(client, make_center):
    path = make_center().get_absolute_url()
    etag = client.get(path)["ETag"]
    sign_in(client, EDITOR)

    response = client.get(path, headers={"if-none-match": etag})
    assert response.status_code == 200
    assert read(response).select("a.edit-link")


# --- the list, as a table and a file --------------------------------------------------------------


def test_list_shows_telephones_to_call(client, editor, make_center):
    make_center(phone=NUMBER)

    link = read(client.get(LIST)).select_one("#result_list .field-phone_number a")
    assert (link["href"], link.get_text()) == (f"tel:{NUMBER}", NUMBER)


def read_csv(response):
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_export_has_the_rows_of_the_filter(client, editor, make_center):
    make_center(name="가", phone=NUMBER)
    make_center(name="무지개")
    make_center(name="다", published=False)
    shown = read(client.get(f"{LIST}?check=phone"))
    links = [link["href"] for link in shown.select(".object-tools a") if "export" in link["href"]]

    assert len(links) == 2
    assert [row["센터명"] for row in read_csv(client.get(links[0]))] == ["무지개", "다"]
    response = client.get(links[1])
    book = load_workbook(io.BytesIO(response.content))
    assert book["센터"].max_row == 3
    everything = read_csv(client.get(f"{LIST}export.csv"))
    assert [row["전화번호"] for row in everything] == [NUMBER, "", ""]
    assert [row["센터명"] for row in read_csv(client.get(f"{LIST}export.csv?q=무지개"))] == [
        "무지개"
    ]


@pytest.mark.parametrize("query", ["?foo=1", "?check=nonsense", "?confirmed_on__year=x"])
def test_export_of_a_bad_filter_leads_back_to_the_list(client, editor, make_center, query):
    make_center()
    response = client.get(f"{LIST}export.csv{query}", follow=True)

    assert response.redirect_chain
    assert any("쓸 수 없는 조건" in text for text in messages_in(response))


def test_export_needs_rights_and_a_known_format(client, make_center):
    make_center()
    sign_in(client, EDITOR)
    assert client.get(f"{LIST}export.pdf").status_code == 404
    client.force_login(make_account("둘", None))
    assert client.get(f"{LIST}export.csv").status_code == 403
    client.logout()
    assert client.get(f"{LIST}export.csv").status_code == 302


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export_takes_the_slot_of_whole_lists(client, editor, make_center, monkeypatch, ending):
    make_center()
    slots = DownloadSlots(max_wait=0)
    monkeypatch.setattr(download_slots, "slots", slots)
    release = slots.acquire()

    response = client.get(f"{LIST}export.{ending}")

    assert response.status_code == 503
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "다시 받아 주세요" in response.content.decode()
    release()
    assert client.get(f"{LIST}export.{ending}").status_code == 200
    assert slots.acquire() is not None


# --- quick edit -----------------------------------------------------------------------------------


def open_table(client, *centers):
    keys = [str(center.pk) for center in centers]
    response = client.post(LIST, {"action": "quick_edit", "_selected_action": keys})
    assert response.status_code == 200
    return fields_of(read(response).select_one("#content form[method=post]"))


def save(client, data, center, **changes):
    return client.post(
        LIST, data | {f"{center.pk}-{name}": value for name, value in changes.items()}, follow=True
    )


def test_quick_edit_saves_several_centres_with_one_source(client, editor, make_center):
    first, second = make_center(), make_center(confirmed_on=date(2020, 1, 1))
    data = open_table(client, first, second) | say_source()
    data |= {f"{first.pk}-phone": "042) 363.7563", f"{second.pk}-is_confirmed": "on"}

    response = client.post(LIST, data, follow=True)

    assert messages_in(response) == ["2곳을 고쳤습니다."]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phone, second.confirmed_on) == (NUMBER, TODAY)
    assert first.history.first().history_user == editor
    client.logout()
    words = f"{TODAY.isoformat()} 전화로 확인 (소공인지원팀)"
    assert words in read(client.get(first.get_absolute_url())).get_text()


def test_quick_edit_is_undone_with_one_press(client, editor, make_center):
    first, second = make_center(phone="051-111-2222"), make_center(confirmed_on=date(2020, 1, 1))
    data = open_table(client, first, second) | say_source()
    data |= {f"{first.pk}-phone": NUMBER, f"{second.pk}-is_confirmed": "on"}
    before = list(Center.objects.order_by("pk").values())

    response = client.post(LIST, data, follow=True)
    button = read(response).select_one(".undo-last button")
    client.post("/admin/undo/", {"change_set": button["value"]})

    assert list(Center.objects.order_by("pk").values()) == before
    assert not Citation.objects.exists()
    assert [center.history.count() for center in (first, second)] == [1, 1]


@pytest.mark.parametrize(
    ("changes", "source", "words"),
    [
        ({"phone": NUMBER}, {"source_means": ""}, "출처를 골라"),
        ({"phone": NUMBER}, {"source_title": ""}, "부서를"),
        ({"is_confirmed": "on"}, {"source_date": "2026"}, "확인한 날"),
        ({"phone": "모름"}, {}, "전화번호는"),
        ({"website": "ftp://a"}, {}, "URL"),
        ({"status": "x"}, {}, "고를 수 있는"),
    ],
)
def test_quick_edit_names_what_is_wrong_and_saves_nothing(
    client, editor, make_center, changes, source, words
):
    center = make_center()
    data = open_table(client, center) | say_source(**source)

    response = save(client, data, center, **changes)

    assert words in read(response).select_one("#content").get_text()
    assert Center.objects.get().history.count() == 1
    again = fields_of(read(response).select_one("#content form[method=post]"))
    for name, value in changes.items():
        if name != "status":
            assert again[f"{center.pk}-{name}"] == [value]


def test_quick_edit_without_a_change_saves_nothing(client, editor, make_center):
    center = make_center()

    response = save(client, open_table(client, center) | say_source(), center)
    assert messages_in(response) == ["바뀐 것이 없어 그대로 두었습니다."]
    assert center.history.count() == 1


def test_quick_edit_does_not_overwrite_another_editor(client, editor, make_center):
    center = make_center()
    data = open_table(client, center) | say_source()
    center.phone = "02-111-2222"
    center.save()

    response = save(client, data, center, phone=NUMBER)
    assert "그사이 다른 사람이" in read(response).select_one("#content").get_text()
    assert Center.objects.get().phone == "02-111-2222"


def test_closed_centre_with_an_end_cannot_be_opened_quickly(client, editor, make_center):
    center = make_center(status="closed", closed_on=date(2026, 1, 1))
    data = open_table(client, center) | say_source()

    response = save(client, data, center, status="operating")
    assert "운영 종료" in read(response).select_one("#content").get_text()
    assert Center.objects.get().status == "closed"


def test_quick_edit_takes_50_centres(client, editor, make_center, monkeypatch):
    monkeypatch.setattr("centers.admin.quick_edit.MAX_CENTERS", 1)
    keys = [make_center().pk, make_center().pk]

    response = client.post(LIST, {"action": "quick_edit", "_selected_action": keys}, follow=True)
    assert messages_in(response) == ["한 번에 1곳까지 고칩니다. 나누어 골라 주세요."]
