from django.db import migrations, models


def clear_undated_sizes(apps, schema_editor):
    """An older release has no place for a size without a day, nor for the citation behind it."""
    undated = apps.get_model("centers", "Center").objects.filter(cluster_size_as_of=None)
    undated.update(cluster_size=None)


class Migration(migrations.Migration):
    dependencies = [("centers", "0014_citation_rights")]

    operations = [
        migrations.RemoveConstraint(
            model_name="center", name="center_cluster_size_positive_and_dated"
        ),
        migrations.AddConstraint(
            model_name="center",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cluster_size__isnull", True),
                    ("cluster_size__range", (1, 1000000)),
                    _connector="OR",
                ),
                name="center_cluster_size_positive",
                violation_error_message="규모는 1 이상이어야 합니다.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, clear_undated_sizes),
    ]
