"""What searching needs: plain text for ranking, the data version, and an index on PostgreSQL."""

from django.db import DatabaseError, migrations, models, transaction

INDEX = "centers_center_search_text_trigrams"


def add_index(apps, schema_editor):
    """Index the search column by trigrams; search works without it, only slower."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX {INDEX} ON centers_center USING gin (search_text gin_trgm_ops)"
            )
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        print(f"\n  No trigram index on the search column, so large lists search slowly: {reason}")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):

    dependencies = [
        ('centers', '0003_region_dongs'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.BigIntegerField(verbose_name='번호')),
            ],
            options={
                'verbose_name': '자료 판',
                'verbose_name_plural': '자료 판',
            },
        ),
        migrations.AddField(
            model_name='center',
            name='plain_text',
            field=models.TextField(blank=True, editable=False, verbose_name='찾기 글'),
        ),
        migrations.RunPython(add_index, drop_index),
    ]
