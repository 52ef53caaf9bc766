"""The queue of readers' reports: accepted into a centre's form, rejected, or merged."""

from datetime import timedelta

import pytest
from django.utils import timezone

from centers.models import Center, Correction
from tests.support.forms import fields_of
from tests.support.staff import (
    EDITOR,
    MANAGER,
    error_beside,
    make_account,
    messages_in,
    page,
    read,
    sign_in,
    submit,
)

pytestmark = pytest.mark.django_db

NUMBER = "02-123-4567"
TODAY = timezone.localdate().isoformat()


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


@pytest.fixture
def center(make_center):
    return make_center(name="가나 센터")


@pytest.fixture
def report(center):
    """Store a report of a reader about the centre."""

    def report(**changes):
        values = {"center": center, "field": "phone", "value": "02.123.4567", "evidence": "call"}
        key = f"{Correction.objects.count()}-{len(changes)}"
        return Correction.objects.create(token_key=key, **values | changes)

    return report


def settle(client, correction, step, **data):
    """Press a button on the page of a report, and return the page that follows."""
    return client.post(page(f"correction_{step}", correction.pk), data, follow=True)


def accept(client, correction, **changes):
    """Open the centre's form from the queue, and save it with the day of the own call."""
    link = read(client.get(page("correction_change", correction.pk))).select_one(".report-accept a")
    return submit(client, link["href"], **{"source_date": TODAY} | changes)


def test_accepted_report_is_public_with_its_source(client, editor, center, report):
    report()
    front = read(client.get("/admin/"))
    queue = read(client.get(front.select_one(".found-list a")["href"]))
    assert "이용자 제보 1건" in front.select_one(".found-list").get_text()
    link = queue.select_one("#result_list tbody th a")["href"]
    shown = read(client.get(link))

    link = shown.select_one(".report-accept a")["href"]
    response = submit(client, link, source_date=TODAY)

    assert response.status_code == 302, error_beside(response, "phone")
    client.logout()
    words = read(client.get(center.get_absolute_url())).get_text()
    assert NUMBER in words
    assert f"이용자 제보, {TODAY} 전화로 확인" in words
    [stored] = Correction.objects.all()
    assert (stored.state, stored.settled_by) == ("accepted", editor)
    assert Center.objects.get(pk=center.pk).history.first().history_change_reason == (
        f"이용자 제보 {stored.pk}번"
    )


def test_form_shows_the_report_and_its_values(client, editor, center, report):
    one = report(field="cluster_size", value="약 1,200개사", message="<b>크다</b>\n둘째 줄")
    soup = read(client.get(f"{page('center_change', center.pk)}?correction={one.pk}"))

    assert soup.select_one("#id_cluster_size")["value"] == "1200"
    assert "<b>크다</b>" in soup.select_one(".reader-report").get_text()
    assert not soup.select(".reader-report b")


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"field": "website", "value": "example.kr/a"}, "website", "https://example.kr/a"),
        ({"field": "status", "value": "폐업"}, "status", "closed"),
        ({"field": "address", "value": "부산 금정구 새길 1"}, "address", "부산 금정구 새길 1"),
        ({"field": "name", "value": "새 이름"}, "name", "새 이름"),
        ({"field": "phone", "value": "모름"}, "phone", "모름"),
        ({"field": "status", "value": "글쎄요"}, "status", "operating"),
        ({"field": "services", "value": "교육"}, "phone", ""),
        ({"field": "other", "value": "다른 것"}, "phone", ""),
    ],
)
def test_values_are_filled_in_as_the_form_takes_them(
    client, editor, center, report, changes, field, value
):
    one = report(**changes)
    soup = read(client.get(f"{page('center_change', center.pk)}?correction={one.pk}"))

    fields = fields_of(soup.select_one("#content form[method=post]"))
    assert fields[field] == [value]
    assert fields["reason"] == [f"이용자 제보 {one.pk}번"]


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, ["call", "이용자 제보", "", ""]),
        (
            {"evidence": "link", "evidence_text": "https://example.kr/"},
            ["website", "이용자 제보", "https://example.kr/", ""],
        ),
        (
            {"evidence": "document", "evidence_text": "2026년 공고"},
            ["document", "2026년 공고", "", ""],
        ),
    ],
)
def test_source_is_filled_in_from_how_the_reader_knows(
    client, editor, center, report, changes, source
):
    one = report(**changes)
    soup = read(client.get(f"{page('center_change', center.pk)}?correction={one.pk}"))
    fields = fields_of(soup.select_one("#content form[method=post]"))

    names = ("source_means", "source_title", "source_url", "source_date")
    assert [fields.get(name, [""])[0] for name in names] == source


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "전화하거나 찾아간 날"),
        ({"evidence": "link", "evidence_text": "https://example.kr/"}, "직접 열어 본 날"),
    ],
)
def test_no_call_and_no_look_is_stated_unless_the_editor_says_so(
    client, editor, center, report, changes, words
):
    one = report(**changes)

    response = accept(client, one, source_date="")

    assert words in error_beside(response, "source_date")
    center.refresh_from_db()
    assert (center.phone, center.citations.count()) == ("", 0)
    assert Correction.objects.get().is_waiting
    assert accept(client, one).status_code == 302


def test_known_value_is_shown_in_korean(client, editor, make_center, report):
    center = make_center(services=["education"], service_area=["26410"], status="unconfirmed")
    shown = [
        read(client.get(page("correction_change", report(center=center, field=name).pk)))
        for name in ("services", "service_area", "status")
    ]

    texts = [one.select_one(".reader-report dl").get_text(" ", strip=True) for one in shown]
    words = ("지금: 교육", "지금: 부산광역시 금정구", "지금: 확인 필요")
    assert all(word in text for word, text in zip(words, texts, strict=True))


def test_report_stays_while_the_form_has_errors(client, editor, report):
    one = report(value="모름")

    response = accept(client, one)

    assert error_beside(response, "phone")
    assert Correction.objects.get().is_waiting


def test_rejection_needs_a_reason(client, editor, report):
    one = report()

    again = settle(client, one, "reject", reason=" \x00")
    assert Correction.objects.get().is_waiting
    assert "errorlist" in again.content.decode()
    settle(client, one, "reject", reason="센터가 아니라 시청의 번호")

    stored = Correction.objects.get()
    assert (stored.state, stored.reason) == ("rejected", "센터가 아니라 시청의 번호")
    assert not read(client.get("/admin/")).select(".found-list")


def test_merged_report_leads_to_the_other(client, editor, report):
    one, two = report(), report(value="02-1")

    settle(client, two, "merge", into=one.pk)

    assert Correction.objects.get(pk=two.pk).merged_into == one
    links = read(client.get(page("correction_change", one.pk))).select(".reader-report a")
    assert f"{two.pk}번" in [link.get_text() for link in links]


def test_bad_merges_are_rejected_in_korean(client, editor, report, make_center):
    one, two, strange = report(), report(value="02-1"), report(center=make_center(), value="1")
    settle(client, two, "merge", into=one.pk)

    for other, words in (
        (one.pk, "자기 자신과"),
        (two.pk, "다른 제보와 합친"),
        (strange.pk, "다른 센터"),
        (99999, "그런 제보가 없"),
        ("가", "그런 제보가 없"),
        ("", "골라"),
        (2**70, "그런 제보가 없"),
    ):
        response = settle(client, one, "merge", into=other)
        assert response.status_code == 200
        shown = read(response).select_one("#content, .messagelist").get_text() + "".join(
            messages_in(response)
        )
        assert words in shown, other
    assert Correction.objects.get(pk=one.pk).is_waiting


@pytest.mark.parametrize("step", ["reject", "merge"])
def test_second_editor_learns_what_the_first_decided(client, editor, report, step):
    one, two = report(), report(value="02-1")
    settle(client, one, "reject", reason="첫째")

    response = settle(client, one, step, reason="둘째", into=two.pk)

    assert any("이미 처리한 제보" in text for text in messages_in(response))
    assert Correction.objects.get(pk=one.pk).reason == "첫째"


def test_settled_report_fills_in_nothing(client, editor, center, report):
    one = report()
    settle(client, one, "reject", reason="아님")
    url = f"{page('center_change', center.pk)}?correction={one.pk}"

    soup = read(client.get(url))
    assert soup.select_one("#id_phone").get("value", "") == ""
    assert "이미 처리한 제보" in soup.select_one("#content").get_text()
    response = submit(client, url, note="다른 것")
    assert response.status_code == 302
    assert Correction.objects.get().state == "rejected"


@pytest.mark.parametrize("state", ["rejected", "accepted"])
def test_report_settled_while_its_form_is_open_is_said_first(client, editor, center, report, state):
    one = report()
    url = f"{page('center_change', center.pk)}?correction={one.pk}"
    soup = read(client.get(url))
    data = fields_of(soup.select_one("#content form[method=post]")) | {"source_date": TODAY}
    one.settle(Correction.State(state), make_account("둘", EDITOR), reason="시청의 번호")

    response = client.post(url, data | {"_save": "1"})

    text = read(response).select_one("#content").get_text()
    assert "그사이 처리한 제보입니다" in text and "저장하지 않았습니다" in text and "(둘, " in text
    center.refresh_from_db()
    assert (center.phone, center.citations.count()) == ("", 0)
    again = fields_of(read(response).select_one("#content form[method=post]"))
    assert client.post(url, again | {"_save": "1"}).status_code == 302
    center.refresh_from_db()
    assert center.phone == NUMBER
    assert Correction.objects.get().state == state


@pytest.mark.parametrize("key", ["0", "99999", "abc", "", "1e9", "9" * 40, "%00"])
def test_strange_number_in_the_address_is_ignored(client, editor, center, key):
    url = f"{page('center_change', center.pk)}?correction={key}"

    assert client.get(url).status_code == 200
    assert client.get(f"/admin/centers/correction/{key or 'x'}/change/").status_code in (302, 404)


def test_report_about_another_centre_fills_in_nothing(client, editor, report, make_center):
    one, other = report(), make_center()
    soup = read(client.get(f"{page('center_change', other.pk)}?correction={one.pk}"))

    assert not soup.select(".reader-report")


def test_managers_delete_and_editors_do_not(client, editor, report):
    one = report()
    assert client.get(page("correction_delete", one.pk)).status_code == 403
    assert client.get("/admin/centers/correction/add/").status_code == 403

    client.force_login(make_account("둘", MANAGER))
    client.post(page("correction_delete", one.pk), {"post": "yes"})
    assert not Correction.objects.exists()


def test_account_without_rights_sees_no_report(client, report):
    one = report()
    client.force_login(make_account("셋", None))

    for name in ("change", "reject", "merge"):
        assert client.post(page(f"correction_{name}", one.pk)).status_code == 403
    assert not read(client.get("/admin/")).select(".found-list")


def test_waiting_reports_come_first_and_are_found(client, editor, report):
    done, waiting = report(), report(value="02-1", message="무지개")
    settle(client, done, "reject", reason="아님")
    Correction.objects.filter(pk=waiting.pk).update(sent_at=timezone.now() - timedelta(days=9))

    rows = read(client.get(page("correction_changelist"))).select("#result_list tbody tr")
    numbers = [row.select_one("th").get_text(strip=True) for row in rows]
    assert numbers == [f"{waiting.pk}번", f"{done.pk}번"]
    found = read(client.get(f"{page('correction_changelist')}?q=무지개"))
    assert len(found.select("#result_list tbody tr")) == 1
