"""XML sitemaps: the indexable URLs, each with the time its page last changed for readers."""

from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, sitemap, x_robots_tag
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from centers.http.decorators import require_safe
from centers.models import Announcement, Center, DataVersion
from centers.models.centers import build_center_path
from centers.models.reference_data import get_reference_data
from centers.provenance.last_modified import (
    get_announcement_page_times,
    get_center_page_times,
    get_list_times,
)
from centers.search.filters import NONE_VALUE
from centers.search.results import Results

#: A tenth of what the protocol allows, so that a file is built quickly.
URLS_PER_FILE = 5000


class SiteSitemap(Sitemap):
    """URLs below `SITE_URL`, independent of the requested host."""

    limit = URLS_PER_FILE

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    @cached_property
    def regions(self):
        return get_reference_data(DataVersion.cached())[0]

    @cached_property
    def changed(self):
        return get_list_times(DataVersion.cached(), self.regions)


class PageSitemap(SiteSitemap):
    """The pages that always exist; those of text alone have no modification time."""

    def items(self) -> list[str]:
        names = ("centers", "coverage", "announcements", "changes", "about", "data", "releases")
        return [*names, "accessibility", "privacy"]

    def location(self, name: str) -> str:
        return reverse(name)

    def lastmod(self, name: str) -> datetime | None:
        if name == "announcements":
            return max(get_announcement_page_times().values(), default=None)
        return self.changed.whole if name in ("centers", "coverage", "changes") else None


class ListSitemap(SiteSitemap):
    """The lists of one 시·도 or one industry that have results."""

    def items(self) -> list[tuple[str, datetime | None]]:
        all_centers = Results(QueryDict())
        facets, changed = all_centers.facets, self.changed
        return [
            (all_centers.url_state.url(**{name: choice.value}), newest.get(choice.value))
            for name, choices, newest in (
                ("region", facets.region, changed.by_region),
                ("industry", facets.industry, changed.by_industry),
            )
            for choice in choices
            if choice.count and choice.value != NONE_VALUE
        ]

    def location(self, item) -> str:
        return item[0]

    def lastmod(self, item) -> datetime | None:
        return item[1]


class CenterSitemap(SiteSitemap):
    """The published centres, without the records and the unused values of Django's own."""

    def items(self) -> QuerySet:
        return Center.objects.published().order_by("pk").values_list("pk", flat=True)

    def get_urls(self, page=1, site=None, protocol=None) -> list[dict]:
        keys = list(self.paginator.page(page))
        pages = get_center_page_times(keys[0], keys[-1], self.regions) if keys else {}
        if all(key in pages for key in keys):
            self.latest_lastmod = max((pages[key] for key in keys), default=None)
        site_url = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        return [
            {"location": site_url + build_center_path(key), "lastmod": pages.get(key)}
            for key in keys
        ]


class AnnouncementSitemap(SiteSitemap):
    """The published documents."""

    def items(self):
        return Announcement.objects.order_by("pk")

    @cached_property
    def pages(self) -> dict[int, datetime]:
        return get_announcement_page_times()

    def lastmod(self, announcement: Announcement) -> datetime | None:
        return self.pages.get(announcement.pk)


SITEMAPS = {
    "pages": PageSitemap,
    "lists": ListSitemap,
    "centers": CenterSitemap,
    "announcements": AnnouncementSitemap,
}


@require_safe
@x_robots_tag
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """List all sitemap files; Django's own view would use the requested host."""
    files = []
    for section, kind in SITEMAPS.items():
        url = settings.SITE_URL + reverse("sitemap", args=[section])
        files.append(SitemapIndexItem(url))
        for page in range(2, kind().paginator.num_pages + 1):
            files.append(SitemapIndexItem(f"{url}?p={page}"))
    return TemplateResponse(
        request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml"
    )


@require_safe
def sitemap_file(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap(request, SITEMAPS, section, template_name="sitemaps/urls.xml")
