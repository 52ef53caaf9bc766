"""The one application of the project."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = "센터 목록"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from centers import checks  # noqa: F401 (registers them)
        from centers.models import DataVersion
        from centers.models.base import Record

        for model in self.get_models():
            if issubclass(model, Record):
                post_save.connect(DataVersion.advance, sender=model)
                post_delete.connect(DataVersion.advance, sender=model)
