"""Short ways of an officer: find from the front page, a link as source, undo with one press."""

import pytest
from django.utils import timezone

from centers.models import Center, Citation
from tests.support.lists import SOAP, create_draft, details, table
from tests.support.staff import EDITOR, page, read, sign_in, submit

LINK = "https://www.example.kr/center"


@pytest.fixture
def editor(client, db):
    return sign_in(client, EDITOR)


def test_front_page_opens_the_only_centre_that_is_found(client, editor, make_center):
    center, _ = make_center(name="무지개"), make_center(name="다른 곳")
    form = read(client.get("/admin/")).select_one("form.find-center")

    for words in (
        f"센터 {center.pk}번",
        f"보세요: https://example.kr/centers/{center.pk}/",
        "무지개",
    ):
        opened = client.get(form["action"], {"q": words})
        assert opened.url == page("center_change", center.pk)
    assert client.get(form["action"], {"q": "없는 말"}).url.startswith(page("center_changelist"))
    assert client.get(form["action"]).url == page("center_changelist")


@pytest.mark.parametrize("words", ["\0", "%", "9" * 400, "가" * 300])
def test_odd_words_of_the_front_page_are_no_errors(client, editor, make_center, words):
    make_center()
    assert client.get("/admin/find/", {"q": words}, follow=True).status_code in (200, 400)


def test_link_alone_is_a_source_of_today(client, editor, make_center):
    center = make_center()
    typed = {"source_means": "", "source_title": "", "source_date": "", "source_url": LINK}

    submit(client, page("center_change", center.pk), phone="051-111-2222", **typed)

    [citation] = Citation.objects.filter(field="phone")
    today = timezone.localdate().isoformat()
    found = (citation.means, citation.source_title, citation.published_on, citation.url)
    assert found == ("website", "www.example.kr", today, LINK)


def test_day_of_the_end_closes_the_centre(client, editor, make_center):
    center, other = make_center(), make_center()

    submit(client, page("center_change", center.pk), closed_on="2026-10-31", successor=other.pk)

    center.refresh_from_db()
    assert (center.status, center.successor) == (Center.Status.CLOSED, other)
    assert Citation.objects.filter(center=center, field="status", value="closed").exists()


def test_message_of_a_save_leads_to_its_revert(client, editor, make_center):
    center = make_center(note="앞")
    saved = client.get(submit(client, page("center_change", center.pk), note="뒤").url)
    link = read(saved).select_one(".messagelist a[href*=history]")

    assert "뒤" in read(client.get(link["href"])).select_one(".history-entry").get_text()


def test_import_is_undone_from_its_message(client, editor):
    run = create_draft(table(SOAP), details(), user=editor)
    url = f"/admin/centers/importrun/{run.pk}/"
    shown = client.post(f"{url}apply/", follow=True)
    form = read(shown).select_one("form.undo-last")
    assert Center.objects.exists()

    client.post(form["action"], {"sure": form.select_one("button")["value"]})

    assert not Center.objects.exists()
