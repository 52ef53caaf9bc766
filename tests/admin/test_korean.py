"""All visible and accessible texts of the admin are Korean."""

import json
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from centers.models import Center, Landmark, Word
from tests.support.staff import (
    EDITOR,
    SUPERUSER,
    fields_of,
    make_account,
    page,
    read,
    sign_in,
)

CATALOGUES = sorted((settings.BASE_DIR / "centers/text/locale/ko/LC_MESSAGES").glob("*.po"))

#: Untranslated names: the geodetic system, URLs, a file type, a unit.
NAMES = {"WGS84", "URL", "CSV", "MB", "TSV", "PDF", "html", "hwp", "hwpx", "ods", "xls", "xlsx"}
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_']+")
SPOKEN = ("title", "aria-label", "aria-description", "placeholder", "alt", "label")
#: Elements that show data or a password hash instead of texts.
DATA = "bdi, script, style, svg, code, [hidden]"


def foreign(text):
    return set(WORD.findall(text)) - NAMES


def foreign_words(soup):
    """Return every visible or accessible English word of a page with its element."""
    for tag in soup.select(DATA):
        tag.decompose()
    for text in soup.stripped_strings:
        if words := foreign(text):
            yield text, words
    for tag in soup.find_all(True):
        said = [tag.get(name, "") for name in SPOKEN]
        if tag.name in ("input", "button") and tag.get("type") in ("submit", "button", "reset"):
            said.append(tag.get("value", ""))
        if formset := tag.get("data-inline-formset"):
            options = json.loads(formset)["options"]
            said += [options["addText"], options["deleteText"]]
        for text in said:
            if words := foreign(text):
                yield f"<{tag.name}> {text}", words


@pytest.fixture
def records(make_center, make_listing, make_announcement):
    """Create records without Latin letters, some with history."""
    latin = "[A-Za-z]"
    Word.objects.filter(Q(text__regex=latin) | Q(standard__regex=latin)).delete()
    Landmark.objects.filter(name__regex=latin).delete()
    Landmark.history.filter(name__regex=latin).delete()
    announcement = make_announcement(slug="2024", source_url="", title="신규 선정")
    center = make_center(phone="02-123-4567", lat=35.1, lon=129.1)
    make_listing(announcement=announcement, center=center)
    author = make_account("쓴이", EDITOR)
    center.status, center.published, center.operator = Center.Status.CLOSED, False, None
    center.cluster_size = center.cluster_size_as_of = None
    center._history_user, center._change_reason = author, "고침"
    center.save()
    return center


def answers_to_bad_forms(client, center):
    """Return the pages that follow a POST: errors, confirmations and logout."""
    for model in ("center", "operator", "announcement", "listing", "region", "industry"):
        empty = fields_of(read(client.get(page(f"{model}_add"))).select_one(f"#{model}_form"))
        yield client.post(page(f"{model}_add"), empty)
    yield client.post(page("user_add"), {"username": "가 나", "password1": "1", "password2": "2"})
    yield client.post(page("group_add"), {})
    change = page("center_change", center.pk)
    form = read(client.get(change)).select_one("#center_form")
    bad = {
        "kind": "x",
        "status": "",
        "region": "99999",
        "industry": "99",
        "operator": "0",
        "cluster_size": "-1",
        "designated_year": "3000",
        "phone": "가",
        "website": "가",
        "lat": "가",
        "lon": "500",
        "confirmed_on": "가",
        "name": "가" * 500,
        "listings-0-row": "0",
        "listings-0-announcement": "",
        "_save": "1",
    }
    yield client.post(change, fields_of(form) | bad)
    for action in ({}, {"action": "publish"}, {"_selected_action": "1"}):
        yield client.post(page("center_changelist"), action, follow=True)
    for model, key in (("center", center.pk), ("region", center.region_id)):
        yield client.post(page(f"{model}_delete", key), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": key}
        yield client.post(page(f"{model}_changelist"), chosen)
    yield client.get(page("center_change", 0), follow=True)
    yield client.get(page("center_changelist") + "?name__regex=(", follow=True)
    yield client.get(page("center_changelist") + "?name__regex=(&e=1")
    user = make_account("새로", EDITOR)
    password = reverse("admin:auth_user_password_change", args=[user.pk])
    yield client.post(password, {"password1": "12345678", "password2": "가"})
    yield client.post(page("user_delete", user.pk), {"post": "yes"}, follow=True)
    yield client.post(reverse("admin:password_change"), {"old_password": "가"})
    yield client.post(reverse("admin:logout"))
    yield client.post(reverse("admin:login"), {"username": "없는 사람", "password": "가"})
    yield client.post(reverse("admin:login"), {})
    client.force_login(make_account("밖", EDITOR))
    yield client.get(page("user_changelist"))  # 403
    outsider = make_account("손님", EDITOR)
    outsider.is_staff = False
    outsider.save()
    client.force_login(outsider)
    yield client.get(reverse("admin:index"), follow=True)


def test_errors_confirmations_and_logout_are_korean(client, records):
    sign_in(client, SUPERUSER)

    for response in answers_to_bad_forms(client, records):
        address = response.request["REQUEST_METHOD"], response.request["PATH_INFO"]
        assert response.status_code in (200, 403), address
        assert list(foreign_words(read(response))) == [], address


def test_success_message_is_korean(client, records):
    sign_in(client, SUPERUSER)
    messages = []
    for note, button in zip(
        "하나 둘 셋".split(), ("_save", "_continue", "_addanother"), strict=True
    ):
        # The second time, nothing has changed.
        for _ in range(2):
            form = read(client.get(page("center_change", records.pk))).select_one("#center_form")
            typed = fields_of(form) | {button: "1", "note": note}
            response = client.post(page("center_change", records.pk), typed, follow=True)
            assert list(foreign_words(read(response))) == []
            messages.append(read(response).select_one(".messagelist").get_text(strip=True))

    assert all("저장을 마쳤습니다" in one for one in messages[::2])
    assert all("바뀐 것이 없어" in one for one in messages[1::2])


def test_admin_script_messages_are_korean(client, db):
    sign_in(client, EDITOR)
    script = client.get(reverse("admin:jsi18n")).content.decode()
    catalogue = json.loads(re.search(r"newcatalog = (\{.*?\n  \});", script, re.S)[1])

    assert catalogue["Choose a Date"] == "날짜 선택"
    for said, words in catalogue.items():
        text = " ".join([words] if isinstance(words, str) else words)
        text = re.sub(r"%\(?\w+\)?s?", "", text)
        # OK is the button of a browser dialog that this admin never opens.
        assert foreign(text) <= {"OK"}, said


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_compiled_words_are_those_of_the_source(path):
    source = polib.pofile(str(path))
    compiled = polib.mofile(str(path.with_suffix(".mo")))

    def words(catalogue):
        return {
            (entry.msgid, entry.msgid_plural): entry.msgstr or entry.msgstr_plural
            for entry in catalogue
        }

    assert words(compiled) == words(source)
    assert not source.untranslated_entries() and not source.fuzzy_entries()
    assert len(words(source)) == len(source)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_translations_keep_their_placeholders(path):
    place = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(place.findall(text)) == set(place.findall(entry.msgid)), entry.msgid


def test_every_simple_history_message_is_translated():
    import simple_history

    folder = Path(simple_history.__file__).parent
    asked = set()
    for template in folder.rglob("*.html"):
        asked |= set(re.findall(r"""{% trans(?:late)? (['"])(.+?)\1 %}""", template.read_text()))
    known = {entry.msgid for path in CATALOGUES for entry in polib.pofile(str(path))}
    django_has = {"Home", "History", "Date/time", "None", "Close", "View on site"}

    assert asked
    assert {text for _, text in asked} - known - django_has == set()
