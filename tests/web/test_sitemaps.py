"""The sitemaps: every indexable page, with the time of its last visible change."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from centers.models import (
    Announcement,
    Center,
    DataVersion,
    Industry,
    Listing,
    Operator,
    Region,
)
from centers.web.sitemaps import SITEMAPS

pytestmark = pytest.mark.usefixtures("public_site_url")

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LONG_AGO = "2020-03-01"


@pytest.fixture
def sitemap(client, db):
    """All addresses of the sitemap without the site's own, each with its day."""

    def read(address):
        assert address.startswith(settings.SITE_URL)
        response = client.get(address.removeprefix(settings.SITE_URL))
        assert response.status_code == 200
        return ElementTree.fromstring(response.content)

    def sitemap():
        files = read(f"{settings.SITE_URL}/sitemap.xml").iter(f"{SITEMAP}loc")
        return {
            url.findtext(f"{SITEMAP}loc").removeprefix(settings.SITE_URL): url.findtext(
                f"{SITEMAP}lastmod"
            )
            for file in files
            for url in read(file.text).iter(f"{SITEMAP}url")
        }

    return sitemap


def test_every_sitemap_url_is_indexable(sitemap, open_page, announcement_2024):
    addresses = sitemap()

    assert len(addresses) == 9 + 5 + 4 + 5 + 1
    for address in addresses:
        soup = open_page(address)
        assert soup.select_one("link[rel=canonical]")["href"] == settings.SITE_URL + address
        assert not soup.select("meta[name=robots]")


def test_sitemap_lists_sido_and_industries_with_centres(sitemap, make_center):
    make_center(region="26410", industry="14")
    make_center(kind="wide_area", region="51", industry=None)
    make_center(region="50110", industry="10", published=False)

    lists = [address for address in sitemap() if address.startswith("/?")]

    assert lists == ["/?region=51", "/?region=26", "/?industry=14"]


def test_unpublished_centres_are_in_no_sitemap(sitemap, make_center):
    shown, hidden = make_center(), make_center(published=False)

    assert shown.get_absolute_url() in sitemap()
    assert hidden.get_absolute_url() not in sitemap()


@pytest.fixture
def shown(make_center, make_listing, make_operator):
    """A centre on record for long, printed in one announcement."""
    operator = make_operator(name="가 진흥원")
    listing = make_listing(center=make_center(name="가 센터", operator=operator))
    for model in (Announcement, Center, Industry, Listing, Operator, Region):
        model.history.update(history_date=datetime(2020, 3, 1, 12, tzinfo=UTC))
    DataVersion.bump()
    return listing.center


def edit(record: Model, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


CHANGES = {
    "its own value": lambda center: edit(center, phone="051-111-2222"),
    "its operator's name": lambda center: edit(center.operator, name="나 진흥원"),
    "its industry's name": lambda center: edit(center.industry, short_name="옷"),
    "its province's name": lambda center: edit(center.region.parent, short_name="부산시"),
    "a printed row": lambda center: edit(center.listings.get(), industry="의복"),
    "a row taken away": lambda center: center.listings.get().delete(),
}
NO_CHANGES = {
    "nothing": lambda center: None,
    "a save of the same": lambda center: center.save(),
    "what nobody sees": lambda center: edit(center.operator, former_names=["다 진흥원"]),
    "another centre": lambda center: edit(Center(region_id="51", kind="wide_area", name="나 센터")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_centre_page_date_follows_what_it_shows(sitemap, shown, change):
    assert sitemap()[shown.get_absolute_url()] == LONG_AGO
    change(shown)

    assert sitemap()[shown.get_absolute_url()] == timezone.localdate().isoformat()


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_centre_page_date_ignores_unrelated_changes(sitemap, shown, change):
    change(shown)

    assert sitemap()[shown.get_absolute_url()] == LONG_AGO


def test_moved_row_changes_both_centre_pages(sitemap, shown, make_center, make_announcement):
    other, document = make_center(name="나 센터"), make_announcement()
    for model in (Announcement, Center, Operator):
        model.history.update(history_date=datetime(2020, 3, 1, 12, tzinfo=UTC))
    listing = shown.listings.get()
    pages = [record.get_absolute_url() for record in (shown, other, listing.announcement, document)]
    assert {sitemap()[address] for address in pages} == {LONG_AGO}

    edit(listing, center=other, announcement=document)

    days = sitemap()
    assert {days[address] for address in pages} == {timezone.localdate().isoformat()}


def test_only_publishing_changes_a_date(sitemap, shown):
    edit(shown, published=False)
    Center.history.update(history_date=datetime(2020, 3, 1, 12, tzinfo=UTC))
    edit(shown, note="비밀")
    assert sitemap()["/"] == LONG_AGO

    edit(shown, published=True)
    assert sitemap()[shown.get_absolute_url()] == timezone.localdate().isoformat()


def test_moved_centre_changes_both_lists(sitemap, shown, make_center):
    today = timezone.localdate().isoformat()
    for region in ("26110", "50110", "51110"):
        make_center(region=region, industry="10")
    Center.history.update(history_date=datetime(2020, 3, 1, 12, tzinfo=UTC))
    edit(shown, region=Region.objects.get(code="50110"))

    days = sitemap()

    assert days["/?region=26"] == days["/?region=50"] == days["/?industry=14"] == today
    assert days["/?region=51"] == days["/?industry=10"] == LONG_AGO
    assert days["/"] == days["/coverage/"] == days["/changes/"] == today


def test_announcement_date_follows_its_text_and_rows(sitemap, shown):
    announcement = Announcement.objects.get()
    address = announcement.get_absolute_url()
    assert sitemap()[address] == sitemap()["/announcements/"] == LONG_AGO

    edit(announcement, summary="고친 요약")

    today = timezone.localdate().isoformat()
    assert sitemap()[address] == sitemap()["/announcements/"] == today


def test_static_pages_have_no_date(sitemap):
    assert sitemap()["/about/"] is sitemap()["/accessibility/"] is None


def test_many_urls_go_into_several_files(client, sitemap, monkeypatch, make_center):
    monkeypatch.setattr(SITEMAPS["centers"], "limit", 2)
    centers = [make_center() for _ in range(5)]

    index = client.get("/sitemap.xml").content.decode()

    assert f"{settings.SITE_URL}/sitemap-centers.xml?p=3<" in index
    assert {center.get_absolute_url() for center in centers} <= set(sitemap())


@pytest.mark.parametrize("kind", SITEMAPS.values(), ids=SITEMAPS)
def test_file_holds_no_more_than_the_protocol_allows(kind):
    assert kind.limit <= 50_000


@pytest.mark.parametrize(
    "address",
    [
        "/sitemap-nothing.xml",
        "/sitemap-centers.xml?p=2",
        "/sitemap-centers.xml?p=0",
        "/sitemap-centers.xml?p=abc",
        "/sitemap-lists.xml?p=99999999999999999999",
        "/sitemap-pages.xml?p=%00",
    ],
)
def test_unknown_sitemap_is_a_korean_404(client, db, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "찾을 수 없는 화면입니다" in response.content.decode()
