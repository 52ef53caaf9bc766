"""The guide for editors in the admin, with its pictures."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.support.staff import EDITOR, read, sign_in

pytestmark = pytest.mark.django_db
GUIDE = settings.BASE_DIR / "docs" / "editors.md"


def test_first_page_of_the_desk_leads_to_the_guide(client):
    sign_in(client, EDITOR)

    link = read(client.get("/admin/")).find("a", string="편집자 안내")
    guide = read(client.get(link["href"]))

    assert guide.h1.get_text() == "편집자 안내"
    titles = re.findall(r"^## (.+)$", GUIDE.read_text(), re.MULTILINE)
    assert [one.get_text() for one in guide.select(".guide h2")] == titles
    linked = [one["href"].removeprefix("#") for one in guide.select(".contents a")]
    assert linked == [one["id"] for one in guide.select(".guide h2")]


def test_pictures_of_the_guide_are_sent(client):
    sign_in(client, EDITOR)
    pictures = read(client.get(reverse("admin:guide"))).select(".guide img")

    assert len(pictures) == GUIDE.read_text().count("](images/") > 5
    for picture in pictures:
        response = client.get(picture["src"])
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert b"".join(response)[8:12] == b"WEBP"
        assert picture["alt"]


@pytest.mark.parametrize("name", ["nothing", "..", "desk-front.png", "%2e%2e%2fsettings"])
def test_no_other_file_is_sent(client, name):
    sign_in(client, EDITOR)
    assert client.get(f"/admin/guide/{name}.webp").status_code == 404


def test_guide_needs_a_sign_in(client):
    for path in (reverse("admin:guide"), reverse("admin:guide_image", args=["desk-front"])):
        assert client.get(path).status_code == 302
