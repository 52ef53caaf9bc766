"""Editors may add and change citations; managers may also delete them."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

VERBS = {"편집자": ("view", "add", "change"), "관리자": ("view", "add", "change", "delete")}


def give_rights(apps, schema_editor):
    database = schema_editor.connection.alias
    # Django makes permissions only after all migrations have run, so they are made here.
    historical = apps.get_app_config("centers")
    historical.models_module = installed.get_app_config("centers").models_module
    create_permissions(historical, apps=apps, using=database, verbosity=0)
    historical.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for name, verbs in VERBS.items():
        # A group that somebody has deleted is not made again.
        for group in apps.get_model("auth", "Group").objects.using(database).filter(name=name):
            group.permissions.add(
                *permissions.filter(
                    content_type__app_label="centers",
                    codename__in=[f"{verb}_citation" for verb in verbs],
                )
            )


class Migration(migrations.Migration):
    dependencies = [("centers", "0013_citations")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
