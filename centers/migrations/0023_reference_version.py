"""The reference records get a data version of their own, so that caches of them last longer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centers", "0022_printed_row_rights")]
    operations = [
        migrations.AddField(
            "dataversion",
            "reference",
            models.BigIntegerField("기준 자료의 번호", default=0),
        )
    ]
