"""Managers may edit makers' words and well-known clusters; editors may look at them."""

from django.db import migrations

from centers.migrations._rights import give_rights

VERBS = {"편집자": ("view",), "관리자": ("view", "add", "change", "delete")}


class Migration(migrations.Migration):
    dependencies = [("centers", "0011_center_classes")]
    operations = [give_rights(VERBS, "word", "landmark")]
