"""Editors may take lists in and back; managers may also throw drafts away."""

from django.db import migrations

from centers.migrations._rights import give_rights

VERBS = {"편집자": ("view", "add", "change"), "관리자": ("view", "add", "change", "delete")}


class Migration(migrations.Migration):
    dependencies = [("centers", "0006_region_tiles")]
    operations = [give_rights(VERBS, "importrun")]
