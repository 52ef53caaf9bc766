"""The one application of the project."""

from django.apps import AppConfig


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = "센터 목록"
    default_auto_field = "django.db.models.BigAutoField"
