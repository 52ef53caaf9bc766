"""The addresses of the site."""

from django.contrib import admin
from django.urls import path

from centers import feeds, views
from centers.exports.views import download

urlpatterns = [
    path("", views.center_list, name="centers"),
    path("centers/<int:pk>/", views.center_detail, name="center"),
    path("centers.<str:ending>", download, name="download"),
    path("centers/<int:pk>/feed/", feeds.center, name="center_feed"),
    path("feed/", feeds.center_list, name="feed"),
    path("coverage/", views.coverage, name="coverage"),
    path("announcements/", views.announcement_list, name="announcements"),
    path("announcements/feed/", feeds.announcements, name="announcements_feed"),
    path("announcements/<slug:slug>/", views.announcement_detail, name="announcement"),
    path("changes/", views.change_list, name="changes"),
    path("about/", views.about, name="about"),
    path("data/", views.data, name="data"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("count/", views.count, name="count"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("points.json", views.points, name="points"),
    path("admin/", admin.site.urls),
]
