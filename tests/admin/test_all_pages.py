"""Every page of the admin that a link leads to: Korean, within the CSP, and read-only."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.urls import reverse

from centers.models import DataVersion
from tests.admin.test_korean import foreign_words, records  # noqa: F401 (a fixture)
from tests.support.staff import EDITOR, MANAGER, SUPERUSER, read, sign_in

#: Sign-in tables, which any request may write to.
OWN = {"sessions.Session", "axes.AccessAttempt"}


def crawl(client, start):
    """Return every linked page, one for each URL pattern."""
    seen, found, waiting = set(), [], [start]
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        kind = re.sub(r"/\d+", "/N", parts.path), parts.query.partition("=")[0]
        # Single filters alone, since combinations are thousands of similar pages; no file twice.
        filtered = "&" in parts.query or (parts.query and not parts.path.endswith("/"))
        if not parts.path.startswith("/admin/") or kind in seen or filtered:
            continue
        seen.add(kind)
        response = client.get(address)
        assert response.status_code in (200, 302), address
        if response.status_code == 302:
            waiting.append(urljoin(address, response["Location"]))
        elif "html" in response["Content-Type"]:
            soup = read(response)
            links = soup.select("a[href]:not(.viewsitelink, #site-name a)")
            waiting += [urljoin(address, link["href"]).partition("#")[0] for link in links]
            found.append((address, soup))
    return found


def state():
    """Return the row count of every table and the data version."""
    counts = {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label not in OWN
    }
    return counts, DataVersion.cached()


@pytest.mark.parametrize(
    ("who", "least"),
    [
        pytest.param(EDITOR, 40, marks=pytest.mark.once),
        pytest.param(MANAGER, 60, marks=pytest.mark.once),
        (SUPERUSER, 65),
    ],
)
def test_linked_pages_are_korean_obey_the_csp_and_write_nothing(client, records, who, least):  # noqa: F811
    sign_in(client, who)
    before = state()

    pages = crawl(client, reverse("admin:index"))

    assert state() == before
    assert len(pages) >= least
    for address, soup in pages:
        assert soup.html["lang"] == "ko", address
        assert len(soup.select("h1")) == 1, address
        # The Content-Security-Policy would block these silently.
        assert not soup.select("[style], [onclick], script:not([src]):not([type$=json])"), address
        assert list(foreign_words(soup)) == [], address
