"""Rights of the two groups of staff, for migrations (Django skips modules named with `_`)."""

from collections.abc import Iterable

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def create_all_permissions(apps, schema_editor, labels: Iterable[str]) -> None:
    """Create the permissions of these apps now: Django does so only after all migrations."""
    for label in labels:
        historical = apps.get_app_config(label)
        historical.models_module = installed.get_app_config(label).models_module
        create_permissions(
            historical, apps=apps, using=schema_editor.connection.alias, verbosity=0
        )
        historical.models_module = None


def give_rights(verbs_of_group: dict[str, Iterable[str]], *models: str) -> migrations.RunPython:
    """Return the operation that gives each group its rights (view, add …) on new models.

    A group that somebody has deleted is not created again.
    """

    def give(apps, schema_editor):
        database = schema_editor.connection.alias
        create_all_permissions(apps, schema_editor, ["centers"])
        permissions = apps.get_model("auth", "Permission").objects.using(database)
        for name, verbs in verbs_of_group.items():
            names = [f"{verb}_{model}" for verb in verbs for model in models]
            for group in apps.get_model("auth", "Group").objects.using(database).filter(name=name):
                group.permissions.add(
                    *permissions.filter(content_type__app_label="centers", codename__in=names)
                )

    return migrations.RunPython(give, migrations.RunPython.noop)
