"""Imports, the source of every entry of the history, and what tells how a centre ended."""

import centers.models.fields
import centers.models.base
import datetime
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIRST_FACTS = "첫 자료"


def name_first_source(apps, schema_editor):
    """What came with the program came from its one announcement, so it is no editor's entry."""
    alias = schema_editor.connection.alias
    announcements = apps.get_model("centers", "HistoricalAnnouncement").objects.using(alias)
    first = announcements.filter(history_change_reason=FIRST_FACTS).order_by("pk").first()
    if first is None:
        return
    for name in ("Announcement", "Operator", "Center", "Listing"):
        history = apps.get_model("centers", f"Historical{name}").objects.using(alias)
        history.filter(history_change_reason=FIRST_FACTS).update(source_id=first.id)


class Migration(migrations.Migration):

    dependencies = [
        ('centers', '0004_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(verbose_name='공고의 주소 이름')),
                ('title', centers.models.fields.CleanCharField(max_length=200, verbose_name='공고의 제목')),
                ('file_name', centers.models.fields.CleanCharField(blank=True, max_length=255, verbose_name='파일 이름')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='내용의 지문')),
                ('table', models.JSONField(verbose_name='읽은 표')),
                ('details', models.JSONField(verbose_name='공고에 대해 적은 것')),
                ('decisions', models.JSONField(blank=True, default=dict, verbose_name='정한 것')),
                ('plan', models.JSONField(verbose_name='보여 준 계획')),
                ('before', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='앞선 값')),
                ('state', models.CharField(choices=[('planned', '준비'), ('applied', '반영'), ('undone', '되돌림')], default='planned', max_length=7, verbose_name='상태')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='준비한 때')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='반영한 때')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='되돌린 때')),
            ],
            options={
                'verbose_name': '가져오기',
                'verbose_name_plural': '가져오기',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='center',
            name='closed_on',
            field=models.DateField(blank=True, help_text='알 때에만', null=True, validators=[centers.models.base.validate_past_day], verbose_name='운영 종료일'),
        ),
        migrations.AddField(
            model_name='center',
            name='successor',
            field=models.ForeignKey(blank=True, help_text='합쳐지거나 옮겨 간 센터', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='centers.center', verbose_name='이어받은 센터'),
        ),
        migrations.AddField(
            model_name='historicalannouncement',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.announcement', verbose_name='출처'),
        ),
        migrations.AddField(
            model_name='historicalcenter',
            name='closed_on',
            field=models.DateField(blank=True, help_text='알 때에만', null=True, validators=[centers.models.base.validate_past_day], verbose_name='운영 종료일'),
        ),
        migrations.AddField(
            model_name='historicalcenter',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.announcement', verbose_name='출처'),
        ),
        migrations.AddField(
            model_name='historicalcenter',
            name='successor',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='합쳐지거나 옮겨 간 센터', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.center', verbose_name='이어받은 센터'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='designated_year',
            field=centers.models.fields.CleanCharField(blank=True, max_length=50, verbose_name='지정연도'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='phone',
            field=centers.models.fields.CleanCharField(blank=True, max_length=100, verbose_name='전화'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.announcement', verbose_name='출처'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='website',
            field=centers.models.fields.CleanCharField(blank=True, max_length=500, verbose_name='누리집'),
        ),
        migrations.AddField(
            model_name='historicaloperator',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.announcement', verbose_name='출처'),
        ),
        migrations.AddField(
            model_name='listing',
            name='designated_year',
            field=centers.models.fields.CleanCharField(blank=True, max_length=50, verbose_name='지정연도'),
        ),
        migrations.AddField(
            model_name='listing',
            name='phone',
            field=centers.models.fields.CleanCharField(blank=True, max_length=100, verbose_name='전화'),
        ),
        migrations.AddField(
            model_name='listing',
            name='website',
            field=centers.models.fields.CleanCharField(blank=True, max_length=500, verbose_name='누리집'),
        ),
        migrations.AddConstraint(
            model_name='center',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'closed'), models.Q(('closed_on__isnull', True), ('successor__isnull', True)), _connector='OR'), name='center_end_only_of_closed', violation_error_message='운영이 끝난 센터에만 종료일과 이어받은 센터를 적습니다.'),
        ),
        migrations.AddConstraint(
            model_name='center',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('closed_on__range', (datetime.date(2013, 1, 1), datetime.date(2100, 12, 31))), _connector='OR'), name='center_closed_on_in_range', violation_error_message='운영 종료일은 2013년 이후여야 합니다.'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='announcement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to='centers.announcement', verbose_name='공고'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='applied_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='반영한 사람'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='준비한 사람'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='되돌린 사람'),
        ),
        migrations.AddField(
            model_name='historicalannouncement',
            name='run',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.importrun', verbose_name='가져오기'),
        ),
        migrations.AddField(
            model_name='historicalcenter',
            name='run',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.importrun', verbose_name='가져오기'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='run',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.importrun', verbose_name='가져오기'),
        ),
        migrations.AddField(
            model_name='historicaloperator',
            name='run',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='centers.importrun', verbose_name='가져오기'),
        ),
        migrations.RunPython(name_first_source, migrations.RunPython.noop),
    ]
