"""The place of each 시·도 on a tile map, also for regions that were loaded before there was one."""

import json
import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import migrations, models
from django.utils import timezone


def place(name, last):
    return models.PositiveSmallIntegerField(
        blank=True,
        help_text=f"시·도만, 0부터 {last}까지",
        null=True,
        validators=[MaxValueValidator(last, f"0부터 {last}까지입니다.")],
        verbose_name=name,
    )


def fill(apps, schema_editor):
    """Give the 시·도 that are here their places, as load_fixtures leaves known records alone."""
    region_model = apps.get_model("centers", "Region")
    history_model = apps.get_model("centers", "HistoricalRegion")
    sidos = {one.code: one for one in region_model.objects.filter(level="sido", tile_col=None)}
    if not sidos:
        return
    rows = json.loads((settings.FIXTURES_DIR / "regions.json").read_text(encoding="utf-8"))
    for facts in (row["fields"] for row in rows):
        sido = sidos.get(facts["code"])
        if sido is None or facts.get("tile_col") is None:
            continue
        sido.tile_col, sido.tile_row = facts["tile_col"], facts["tile_row"]
        sido.save(update_fields=["tile_col", "tile_row"])
        history_model.objects.create(
            **{field.attname: getattr(sido, field.attname) for field in sido._meta.concrete_fields},
            history_date=timezone.now(),
            history_type="~",
            history_change_reason="타일 지도 자리",
        )
    # What DataVersion.bump() does: a process may keep the regions in memory.
    apps.get_model("centers", "DataVersion").objects.update(value=secrets.randbits(62) + 1)


class Migration(migrations.Migration):
    dependencies = [("centers", "0005_intake")]
    operations = [
        *(
            migrations.AddField(model, name, place(words, last))
            for model in ("region", "historicalregion")
            for name, words, last in (
                ("tile_col", "타일 지도의 칸", 5),
                ("tile_row", "타일 지도의 줄", 11),
            )
        ),
        migrations.AddConstraint(
            "region",
            models.CheckConstraint(
                condition=models.Q(tile_col__isnull=True, tile_row__isnull=True)
                | models.Q(level="sido", tile_col__isnull=False, tile_row__isnull=False),
                name="region_tile_whole_and_of_sido",
                violation_error_message="타일 지도의 칸과 줄은 시·도에만, 함께 적습니다.",
            ),
        ),
        migrations.AddConstraint(
            "region",
            models.UniqueConstraint(
                fields=("tile_col", "tile_row"),
                name="region_tile_of_its_own",
                violation_error_message="타일 지도의 이 자리에는 이미 다른 시·도가 있습니다.",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
