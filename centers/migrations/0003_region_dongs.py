from django.db import migrations

import centers.models.fields


def dongs():
    return centers.models.fields.NameListField(
        blank=True,
        default=list,
        help_text="나뉜 옛 시·군·구에서 이 지역으로 온 동. 한 줄에 하나씩, 시·도부터 적습니다.",
        verbose_name="나뉜 옛 구의 동",
    )


class Migration(migrations.Migration):
    dependencies = [("centers", "0002_staff_groups")]
    operations = [
        migrations.AddField("region", "dongs", dongs()),
        migrations.AddField("historicalregion", "dongs", dongs()),
    ]
