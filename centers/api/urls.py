"""The addresses of the API; those of version 1 are promised to stay."""

from django.urls import include, path, re_path

from centers.api import center_views as centers
from centers.api import reference_views as others
from centers.api import root
from centers.api.docs import docs

version_1 = [
    path("", root.Root.as_view(), name="api-root"),
    path("schema.json", root.Schema.as_view(), name="api-schema"),
    path("centers/", centers.CenterList.as_view(), name="api-centers"),
    path("centers/<int:pk>/", centers.CenterDetail.as_view(), name="api-center"),
    path("centers.geojson", centers.CenterMap.as_view(), name="api-geojson"),
    path("nearest/", centers.Nearest.as_view(), name="api-nearest"),
    path("facets/", centers.FacetCounts.as_view(), name="api-facets"),
    path("suggestions/", others.Suggestions.as_view(), name="api-suggestions"),
    path("regions/", others.Regions.as_view(), name="api-regions"),
    path("industries/", others.Industries.as_view(), name="api-industries"),
    path("operators/", others.Operators.as_view(), name="api-operators"),
    path("announcements/", others.Announcements.as_view(), name="api-announcements"),
    path(
        "announcements/<slug:slug>/", others.AnnouncementDetail.as_view(), name="api-announcement"
    ),
    # Programs are told so in their own terms; a page of HTML would not help them.
    re_path(r"^[\s\S]*", root.Nowhere.as_view()),
]

urlpatterns = [
    path("", docs, name="api"),
    path("v1/", include(version_1)),
]
