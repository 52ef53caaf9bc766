"""Editors may add and change citations; managers may also delete them."""

from django.db import migrations

from centers.migrations._rights import give_rights

VERBS = {"편집자": ("view", "add", "change"), "관리자": ("view", "add", "change", "delete")}


class Migration(migrations.Migration):
    dependencies = [("centers", "0013_citations")]
    operations = [give_rights(VERBS, "citation")]
