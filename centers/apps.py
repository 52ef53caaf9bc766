"""The only Django app of the project."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_delete, post_save
from simple_history.signals import pre_create_historical_record

from centers.env import protect_database


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = "센터 목록"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from centers.accounts import audit_log as security
        from centers.models import (
            DataVersion,
            checks,  # noqa: F401  (registers the system checks)
        )
        from centers.models.base import Record
        from centers.models.history import set_history_source

        for model in self.get_models():
            if issubclass(model, Record):
                post_save.connect(DataVersion.bump, sender=model)
                post_delete.connect(DataVersion.bump, sender=model)
        pre_create_historical_record.connect(set_history_source)
        security.connect_signals()
        connection_created.connect(protect_new_connection)


def protect_new_connection(sender: type, connection: Any, **options: Any) -> None:
    protect_database(connection.settings_dict)
