"""URLs of the API; those of version 1 are promised to stay."""

from django.urls import include, path, re_path

from centers.api import center_views, reference_views, root
from centers.api.docs import api_docs

version_1 = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema.json", root.SchemaView.as_view(), name="api-schema"),
    path("centers/", center_views.CenterListView.as_view(), name="api-centers"),
    path("centers/<int:pk>/", center_views.CenterDetailView.as_view(), name="api-center"),
    path("centers.geojson", center_views.CenterGeoJSONView.as_view(), name="api-geojson"),
    path("nearest/", center_views.NearestCentersView.as_view(), name="api-nearest"),
    path("facets/", center_views.FacetCountsView.as_view(), name="api-facets"),
    path("understand/", reference_views.UnderstandingView.as_view(), name="api-understand"),
    path("suggestions/", reference_views.SuggestionsView.as_view(), name="api-suggestions"),
    path("regions/", reference_views.RegionListView.as_view(), name="api-regions"),
    path("industries/", reference_views.IndustryListView.as_view(), name="api-industries"),
    path("operators/", reference_views.OperatorListView.as_view(), name="api-operators"),
    path(
        "announcements/", reference_views.AnnouncementListView.as_view(), name="api-announcements"
    ),
    path(
        "announcements/<slug:slug>/",
        reference_views.AnnouncementDetailView.as_view(),
        name="api-announcement",
    ),
    # Unknown paths get a problem document, as an HTML page would not help a program.
    re_path(r"^[\s\S]*", root.UnknownPathView.as_view()),
]

urlpatterns = [
    path("", api_docs, name="api"),
    path("v1/", include(version_1)),
]
