"""What the API's limit counts by, shared by all processes and nodes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centers", "0007_import_rights")]
    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("asker", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField(db_index=True)),
                ("count", models.PositiveBigIntegerField()),
            ],
            options={
                "verbose_name": "API 횟수",
                "verbose_name_plural": "API 횟수",
                "default_permissions": (),
            },
        ),
    ]
