"""URLs of the API; those of version 1 are promised to stay."""

from django.urls import include, path, re_path

from centers.api import center_views, reference_views, root
from centers.api.docs import api_docs

#: Paths by their names; each responds with a slash at its end and without.
ENDPOINTS = {
    "api-centers": ("centers", center_views.CenterListView),
    "api-center": ("centers/<int:pk>", center_views.CenterDetailView),
    "api-nearest": ("nearest", center_views.NearestCentersView),
    "api-facets": ("facets", center_views.FacetCountsView),
    "api-understand": ("understand", reference_views.UnderstandingView),
    "api-suggestions": ("suggestions", reference_views.SuggestionsView),
    "api-regions": ("regions", reference_views.RegionListView),
    "api-industries": ("industries", reference_views.IndustryListView),
    "api-operators": ("operators", reference_views.OperatorListView),
    "api-announcements": ("announcements", reference_views.AnnouncementListView),
    "api-announcement": ("announcements/<slug:slug>", reference_views.AnnouncementDetailView),
}

version_1 = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema.json", root.SchemaView.as_view(), name="api-schema"),
    path("centers.geojson", center_views.CenterGeoJSONView.as_view(), name="api-geojson"),
    *(path(f"{route}/", view.as_view(), name=name) for name, (route, view) in ENDPOINTS.items()),
    # The document has these, as its rules want.
    *(path(route, view.as_view()) for route, view in ENDPOINTS.values()),
    # Unknown paths get a problem document, as an HTML page would not help a program.
    re_path(r"^[\s\S]*", root.UnknownPathView.as_view()),
]

urlpatterns = [
    path("", api_docs, name="api"),
    path("v1", root.RootView.as_view()),
    path("v1/", include(version_1)),
]
