"""Fixtures shared by the tests of the public pages."""

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def public_site_url(settings):
    """Set a public URL of the site that differs from the host of the test client."""
    settings.SITE_URL = "https://centers.example.kr"
    return settings.SITE_URL


@pytest.fixture
def open_page(client, db):
    """Return a function that gets a path, or the page of a record, as parsed HTML."""

    def open_page(page):
        path = page if isinstance(page, str) else page.get_absolute_url()
        response = client.get(path)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "lxml")

    return open_page
