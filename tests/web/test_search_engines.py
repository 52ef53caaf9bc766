"""robots.txt, noindex, canonical URLs and Open Graph tags."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.usefixtures("public_site_url")


@pytest.fixture
def may_read(client, db):
    """Whether robots.txt lets a crawler read an address: the longest rule that fits decides."""
    groups, agents, names_end = {}, [], True
    text = client.get("/robots.txt").content.decode()
    for line in filter(None, text.splitlines()):
        field, value = line.split(": ", 1)
        if field == "User-agent":
            agents = [value] if names_end else [*agents, value]
            groups.setdefault(value, [])
        elif field in ("Allow", "Disallow"):
            for agent in agents:
                groups[agent].append(value)
        names_end = field != "User-agent"

    def may_read(address, agent="*"):
        return not any(
            re.match(re.escape(rule).replace(r"\*", ".*"), address) for rule in groups[agent]
        )

    return may_read


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?region=26",
        "/?industry=14&page=2",
        "/centers/5/",
        "/changes/?page=3",
        "/embed/?region=26",
        "/centers.csv",
        "/api/v1/centers/",
        "/data.json",
        "/static/css/base.css",
    ],
)
def test_crawlers_may_read_indexable_pages(may_read, address):
    assert may_read(address)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/login/",
        "/count/?region=26",
        "/suggestions/?q=a",
        "/opensearch/?q=a",
        "/?q=봉제",
        "/?region=26&sort=name",
        "/?near=26410",
        "/?view=table",
        "/?year_min=2015",
        "/?size_max=100&page=3",
        "/?status=closed",
        "/?region=26&region=27",
        "/?region=26&industry=14",
        "/?industry=14&region=26",
        "/centers.csv?kind=wide_area",
    ],
)
def test_crawlers_are_kept_out_of_filter_combinations(may_read, address):
    assert not may_read(address)


def test_preview_crawlers_may_read_shared_urls(may_read):
    for agent in ("Twitterbot", "facebookexternalhit", "kakaotalk-scrap"):
        assert may_read("/?q=봉제&region=26", agent)
        assert not may_read("/admin/", agent)


def test_robots_name_the_sitemap(client, db):
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),
        ("region=26", True),
        ("region=26410", True),
        ("industry=14", True),
        ("region=26&sort=name&view=table", True),  # their canonical address is that of the list
        ("utm_source=x&regon=1", True),
        ("page=2", True),
        ("region=26&page=2", True),
        ("region=26&industry=14", False),
        ("industry=14&industry=10", False),
        ("q=봉제", False),
        ("near=26410", False),
        ("year=2024", False),
        ("year_min=2015", False),
        ("status=operating", False),
        ("region=50", False),
    ],
)
def test_lists_of_combined_filters_are_noindex(open_page, make_center, settings, query, kept):
    settings.PAGE_SIZE = 1
    for _ in range(2):
        make_center()

    robots = open_page(f"/?{query}").select_one("meta[name=robots]")

    assert (robots is None) == kept
    if robots:
        assert robots["content"] == "noindex"


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("region=26&page=2", "/?region=26&page=2"),
        ("page=1", "/"),
        ("page=99", "/?page=2"),
        ("industry=14&region=26&sort=size&view=table", "/?region=26&industry=14"),
    ],
)
def test_page_of_a_list_is_its_own_canonical(open_page, make_center, settings, query, canonical):
    settings.PAGE_SIZE = 1
    for _ in range(2):
        make_center()

    link = open_page(f"/?{query}").select_one("link[rel=canonical]")

    assert link["href"] == settings.SITE_URL + canonical


def test_open_graph_tags_repeat_title_and_description(open_page, make_center):
    center = make_center(name='"가" & <나> 센터')
    soup = open_page(center.get_absolute_url())

    told = {tag["property"]: tag["content"] for tag in soup.select("meta[property]")}

    assert told["og:title"] == '"가" & <나> 센터'
    assert told["og:title"] in soup.title.string
    assert told["og:description"] == soup.select_one("meta[name=description]")["content"]
    assert told["og:url"] == settings.SITE_URL + center.get_absolute_url()
    assert soup.select_one('meta[name="twitter:card"]')["content"] == "summary_large_image"


def test_open_graph_image_has_the_declared_size(open_page):
    soup = open_page("/")
    told = {tag["property"]: tag["content"] for tag in soup.select("meta[property]")}
    address = told["og:image"].removeprefix(settings.SITE_URL + "/static/")
    header = Path(finders.find(address)).read_bytes()

    assert header.startswith(b"\x89PNG")
    assert int.from_bytes(header[16:20]) == int(told["og:image:width"]) == 1200
    assert int.from_bytes(header[20:24]) == int(told["og:image:height"]) == 630
