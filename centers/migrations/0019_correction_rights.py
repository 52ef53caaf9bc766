"""Editors may look at reports of readers and settle them; managers may also delete them."""

from django.db import migrations

from centers.migrations._rights import give_rights

VERBS = {"편집자": ("view", "change"), "관리자": ("view", "change", "delete")}


class Migration(migrations.Migration):
    dependencies = [("centers", "0018_corrections")]
    operations = [give_rights(VERBS, "correction")]
