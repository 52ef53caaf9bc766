"""Only managers may delete printed rows: they are the evidence of what a document said."""

from django.db import migrations


def take_right(apps, schema_editor):
    database = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="편집자"):
        group.permissions.remove(
            *permissions.filter(content_type__app_label="centers", codename="delete_listing")
        )


class Migration(migrations.Migration):
    dependencies = [("centers", "0021_change_sets")]
    operations = [migrations.RunPython(take_right, migrations.RunPython.noop)]
