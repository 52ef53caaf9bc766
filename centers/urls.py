"""The addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from centers import views

urlpatterns = [
    path("", views.center_list, name="centers"),
    path("centers/<int:pk>/", views.center_detail, name="center"),
    path("coverage/", views.coverage, name="coverage"),
    path("announcements/", views.announcement_list, name="announcements"),
    path("announcements/<slug:slug>/", views.announcement_detail, name="announcement"),
    path("changes/", views.change_list, name="changes"),
    path("about/", views.about, name="about"),
    path("data/", views.data, name="data"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("count/", views.count, name="count"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("points.json", views.points, name="points"),
    path("api/", include("centers.api.urls")),
    path("admin/", admin.site.urls),
]
