"""URLs of the site."""

from django.conf import settings
from django.urls import include, path

from centers.exports import feeds
from centers.exports.coverage import coverage_download
from centers.exports.releases.views import (
    release_feed,
    release_file,
    release_latest_zip,
    release_manifest,
    release_zip,
)
from centers.exports.views import download
from centers.mcp.views import mcp
from centers.web import corrections, releases, site_files, sitemaps, views
from centers.web.embed import embed
from centers.web.share_picture import center_picture

urlpatterns = [
    path("", views.center_list, name="centers"),
    path("regions/", views.region_list, name="regions"),
    path("centers/<int:pk>/", views.center_detail, name="center"),
    path("centers/<int:pk>/picture.png", center_picture, name="center_picture"),
    path("centers/<int:pk>/correction/", corrections.correction, name="correction"),
    path(
        "centers/<int:pk>/correction/thanks/",
        corrections.correction_thanks,
        name="correction_thanks",
    ),
    path("centers.<str:ending>", download, name="download"),
    path("centers/<int:pk>/feed/", feeds.center_feed, name="center_feed"),
    path("feed/", feeds.list_feed, name="feed"),
    path("coverage/", views.coverage, name="coverage"),
    path("coverage.<str:ending>", coverage_download, name="coverage_download"),
    path("announcements/", views.announcement_list, name="announcements"),
    path("announcements/feed/", feeds.announcement_feed, name="announcements_feed"),
    path("announcements/<slug:slug>/", views.announcement_detail, name="announcement"),
    path("changes/", views.change_list, name="changes"),
    path("about/", views.about, name="about"),
    path("data/", views.data, name="data"),
    path("data/releases/", releases.release_list, name="releases"),
    path("data/releases/compare/", releases.release_compare, name="release_compare"),
    path("data/releases/feed/", release_feed, name="release_feed"),
    path("data/releases/manifest.json", release_manifest, name="release_manifest"),
    path("data/releases/latest/", releases.release_latest, name="release_latest"),
    path("data/releases/latest.zip", release_latest_zip, name="release_latest_zip"),
    path("data/releases/<str:version>.zip", release_zip, name="release_zip"),
    path("data/releases/<str:version>/", releases.release_detail, name="release"),
    path("data/releases/<str:version>/<str:name>", release_file, name="release_file"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("count/", views.center_count, name="count"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("points.json", views.region_points, name="points"),
    path("embed/", embed, name="embed"),
    path("mcp", mcp, name="mcp"),
    path("llms.txt", site_files.llms_txt, name="llms"),
    path("robots.txt", site_files.robots_txt, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemaps"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_file, name="sitemap"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("opensearch.xml", site_files.opensearch, name="opensearch"),
    path("opensearch/", site_files.opensearch_suggestions, name="opensearch_suggestions"),
    path("data.json", site_files.data_catalog, name="catalogue"),
    path(".well-known/security.txt", site_files.security_txt, name="security"),
    path("api/", include("centers.api.urls")),
    path(settings.ADMIN_PATH, include("centers.accounts.urls")),
]

handler400 = "centers.http.errors.bad_request"
handler403 = "centers.http.errors.permission_denied"
handler404 = "centers.http.errors.page_not_found"
handler500 = "centers.http.errors.server_error"
