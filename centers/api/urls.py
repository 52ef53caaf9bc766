"""The addresses of the API; those of version 1 are promised to stay."""

from django.urls import include, path, re_path

from centers.api import center_views as centers
from centers.api import reference_views as others
from centers.api import root
from centers.api.docs import api_docs

version_1 = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema.json", root.SchemaView.as_view(), name="api-schema"),
    path("centers/", centers.CenterListView.as_view(), name="api-centers"),
    path("centers/<int:pk>/", centers.CenterDetailView.as_view(), name="api-center"),
    path("centers.geojson", centers.CenterGeoJSONView.as_view(), name="api-geojson"),
    path("nearest/", centers.NearestCentersView.as_view(), name="api-nearest"),
    path("facets/", centers.FacetCountsView.as_view(), name="api-facets"),
    path("suggestions/", others.SuggestionsView.as_view(), name="api-suggestions"),
    path("regions/", others.RegionListView.as_view(), name="api-regions"),
    path("industries/", others.IndustryListView.as_view(), name="api-industries"),
    path("operators/", others.OperatorListView.as_view(), name="api-operators"),
    path("announcements/", others.AnnouncementListView.as_view(), name="api-announcements"),
    path(
        "announcements/<slug:slug>/",
        others.AnnouncementDetailView.as_view(),
        name="api-announcement",
    ),
    # Programs are told so in their own terms; a page of HTML would not help them.
    re_path(r"^[\s\S]*", root.UnknownPathView.as_view()),
]

urlpatterns = [
    path("", api_docs, name="api"),
    path("v1/", include(version_1)),
]
