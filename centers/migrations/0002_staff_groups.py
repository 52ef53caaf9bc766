"""The two groups of staff and what each may do."""

from django.db import migrations

from centers.migrations._rights import create_all_permissions

EDITORS = "편집자"
MANAGERS = "관리자"

EDITOR_PERMISSIONS = [
    *(
        f"{verb}_{model}"
        for model in ("center", "operator", "announcement", "listing")
        for verb in ("view", "add", "change")
    ),
    # An editor mends a row entered by mistake; centres and documents are never deleted lightly.
    "delete_listing",
    "view_region",
    "view_industry",
]
MANAGER_PERMISSIONS = [
    f"{verb}_{model}"
    for model in ("center", "operator", "announcement", "listing", "region", "industry", "user")
    for verb in ("view", "add", "change", "delete")
]


def create_groups(apps, schema_editor):
    database = schema_editor.connection.alias
    create_all_permissions(apps, schema_editor, ["centers", "auth"])
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in ((EDITORS, EDITOR_PERMISSIONS), (MANAGERS, MANAGER_PERMISSIONS)):
        group, _ = group_model.objects.using(database).get_or_create(name=name)
        group.permissions.add(
            *permission_model.objects.using(database).filter(
                content_type__app_label__in=("centers", "auth"), codename__in=codenames
            )
        )


def remove_groups(apps, schema_editor):
    group_model = apps.get_model("auth", "Group")
    group_model.objects.using(schema_editor.connection.alias).filter(
        name__in=(EDITORS, MANAGERS)
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("centers", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, remove_groups)]
